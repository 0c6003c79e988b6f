#pragma once

#include "maps/tiles/layerstore.h"
#include "models/domain/progress.h"

#include <QStringList>

namespace leeward::tiles {

struct ReliefFacts
{
    double lowest = 0; // metres, over the map's frame
    double highest = 0;
    bool covers = false; // false: no file was made, the model lies elsewhere
    int contourStep = 0; // metres between contours; 0 = none were drawn
    QStringList warnings;
};

// Makes dem.tif (heights, Float32) and hillshade.tif (light from several directions, Byte, 181 =
// level ground), both EPSG:3857, in `folder` from one or more height models that GDAL can read
// (GeoTIFF, .hgt, a .zip that holds one), and adds contours to the store. Any thread; blocks.
// Errors: FileMissing, FileMalformed, Cancelled, DiskFull.
[[nodiscard]] Result<ReliefFacts> makeRelief(const QStringList &models, const MercatorBox &frame,
                                             const QString &folder, LayerStore &store,
                                             const Progress &progress);

} // namespace leeward::tiles
