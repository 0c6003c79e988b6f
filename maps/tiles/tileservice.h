#pragma once

#include "maps/tiles/basemap.h"
#include "maps/tiles/tilesource.h"

#include <QUrl>

#include <memory>

namespace leeward::tiles {

struct TileServiceConfig
{
    QString
        baseMap; // base-map folder, .mbtiles or georeferenced picture; empty = hatching everywhere
    QString imagery;     // a second map for the satellite style; may be empty
    QString cacheFolder; // made tiles, one file per map version; empty = memory only
    int threads = 2;     // that draw
    qint64 memoryBytes = 96LL << 20;
    qint64 diskBytes = 1LL << 30; // for each map version
};

// Answers the map's tiles over HTTP on 127.0.0.1, on a thread of its own, under a path nobody can
// guess. Start it before the map's plug-in is made and give that `providersUrl()` as
// osm.mapping.providersrepository.address and a folder named after `cacheKey()` as
// osm.mapping.cache.directory. All functions from any thread.
class TileService
{
public:
    // Blocks while the base map is opened. Errors: those of openTileSource, Network.
    [[nodiscard]] static Result<std::unique_ptr<TileService>>
    start(const TileServiceConfig &config);
    ~TileService(); // stops answering and joins its threads
    TileService(const TileService &) = delete;
    TileService &operator=(const TileService &) = delete;

    // "http://127.0.0.1:PORT/TOKEN/providers/"
    [[nodiscard]] QUrl providersUrl() const;
    // "http://127.0.0.1:PORT/TOKEN/tiles/"
    [[nodiscard]] QUrl tilesUrl() const;
    // Changes with the base map, its content and its drawing rules.
    [[nodiscard]] QString cacheKey() const;
    [[nodiscard]] BaseMapInfo baseMap() const;
    [[nodiscard]] QString attribution() const { return baseMap().attribution; }
    [[nodiscard]] QString reviewNumber() const { return baseMap().reviewNumber; }
    [[nodiscard]] Instant dataDate() const { return baseMap().dataDate; }
    // The base map itself, to draw a picture of it for a print; never null.
    [[nodiscard]] std::shared_ptr<TileSource> source() const;

    // Changes to another base map under the same address; on an error the old one stays. Blocks
    // while it is opened. The map's plug-in has to be made anew afterwards, with the new
    // `cacheKey()`.
    [[nodiscard]] Result<> setBaseMap(const QString &path);

private:
    struct Data;
    explicit TileService(std::unique_ptr<Data> data);
    std::unique_ptr<Data> m_data;
};

} // namespace leeward::tiles
