#pragma once

#include "models/domain/lifecycle.h"
#include "models/domain/refusal.h"
#include "models/domain/registers.h"

namespace leeward {

// The domain's vocabulary in both languages, complete by construction: one word per state, wherever
// it is shown, printed or exported. Sentences of the user interface go through tr() instead.
[[nodiscard]] const Words &words(IncidentState state);
[[nodiscard]] const Words &words(AssignmentState state);
[[nodiscard]] const Words &words(TaskType type);
[[nodiscard]] const Words &words(AssignmentFlag flag);
[[nodiscard]] const Words &words(Availability availability);
// 水上搜救 / water rescue; the code itself when it is not in the dictionary.
[[nodiscard]] QString capabilityName(const QString &capability, Language language);
// The unit of a field (FieldSpec::unit) as a person reads it: "分" / "min", "人" / "people".
[[nodiscard]] QString unitText(const QString &unit, Language language);
// "水上搜救 2、排涝 1" / "water rescue 2, pumping 1"
[[nodiscard]] QString needsText(const QString &needs, Language language);

} // namespace leeward
