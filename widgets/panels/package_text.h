#pragma once

#include "models/domain/words.h"
#include "widgets/panels/package_service.h"

namespace leeward::widgets {

// Why a package was not taken and what now, by the stable name of its fault. Empty for a name that
// is not known.
[[nodiscard]] QString packageFaultText(const QString &fault, Language language);
// The same of an answer; what only the error knows (the number a hole begins at) stands behind it.
[[nodiscard]] QString packageRefusedText(const PackageRefused &refused, Language language);

[[nodiscard]] QString packageWrittenText(const PackageWritten &written, const QString &file,
                                         Language language);
[[nodiscard]] QString packageSeenText(const PackageSeen &seen, Instant now, Language language);
[[nodiscard]] QString packageTakenText(const PackageTaken &taken, Instant now, Language language);

} // namespace leeward::widgets
