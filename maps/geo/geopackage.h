#pragma once

#include "maps/geo/atomicfile.h"
#include "maps/geo/export.h"

namespace leeward::geo {

// Fills the temporary file of `file` with a GeoPackage of the rows.
[[nodiscard]] Result<> writeGeoPackage(const RegisterSpec &spec, std::span<const FieldValues> rows,
                                       const AtomicFile &file, const ExportOptions &options,
                                       const Progress &progress);

} // namespace leeward::geo
