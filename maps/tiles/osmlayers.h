#pragma once

#include "maps/tiles/layerstore.h"
#include "models/domain/clock.h"
#include "models/domain/progress.h"

#include <QStringList>

#include <optional>

namespace leeward::tiles {

struct OsmOptions
{
    QString file;     // .osm.pbf, .osm, .osm.bz2, …
    QString language; // names in this language first ("zh" → name:zh), else the local name
    std::optional<LonLatBox> frame; // the ground of the map; without it the extract's own rectangle
};

struct OsmFacts
{
    LonLatBox frame;
    Instant dataDate{};   // of the extract's header, else of its newest object
    QStringList warnings; // what was left out and why
    qint64 objects = 0;   // nodes, ways and relations read
};

// Reads an OpenStreetMap extract and fills all layers but the contours. Any thread; blocks. Errors:
// FileMissing, FileMalformed (also when there is nothing in it), Cancelled, and those of the store.
[[nodiscard]] Result<OsmFacts> readOsm(const OsmOptions &options, LayerStore &store,
                                       const Progress &progress);

} // namespace leeward::tiles
