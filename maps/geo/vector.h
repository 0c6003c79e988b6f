#pragma once

#include "maps/geo/table.h"

namespace leeward::geo {

// A table from a layer of a file that one of the GDAL drivers `drivers` reads; no other driver is
// tried.
[[nodiscard]] Result<SourceTable> readLayer(const QString &path, const QStringList &drivers,
                                            const ReadOptions &options, const Progress &progress);

} // namespace leeward::geo
