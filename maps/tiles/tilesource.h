#pragma once

#include "maps/tiles/basemap.h"
#include "maps/tiles/mercator.h"

#include <QByteArray>
#include <QStringList>

#include <memory>
#include <vector>

namespace leeward::tiles {

// An encoded picture of one tile.
struct Tile
{
    TileAddress address;
    QByteArray bytes;       // empty = the source has no such tile
    QByteArray contentType; // "image/png", "image/jpeg", "image/webp"
};

// Where tiles come from: drawn from vectors, read from a file of ready tiles, or cut from a
// georeferenced picture. All calls may come from several worker threads at once, and block.
class TileSource
{
public:
    TileSource() = default;
    virtual ~TileSource() = default;
    TileSource(const TileSource &) = delete;
    TileSource &operator=(const TileSource &) = delete;

    [[nodiscard]] virtual const BaseMapInfo &info() const = 0;
    // The looks it can answer, the main one first; never empty.
    [[nodiscard]] virtual QStringList styles() const = 0;
    // Identifies the bytes a style answers (content and drawing rules); names caches.
    [[nodiscard]] virtual QString cacheKey() const { return info().version; }
    // Tiles are made in aligned blocks of this many by this many.
    [[nodiscard]] virtual int blockSide() const { return 1; }
    // Whether a made tile is worth keeping on disk.
    [[nodiscard]] virtual bool isCostly() const { return false; }
    // All tiles of the block that starts at `first`; scale 2 where the source can. Errors are of
    // the block as a whole.
    [[nodiscard]] virtual Result<std::vector<Tile>> block(const QString &style,
                                                          TileAddress first) = 0;
};

// Opens what `path` is: a base-map folder, a file of ready tiles (.mbtiles), or any georeferenced
// picture GDAL reads. Errors: FileMissing, FileMalformed, Corrupt, Unsupported, each naming the
// path.
[[nodiscard]] Result<std::shared_ptr<TileSource>> openTileSource(const QString &path);

} // namespace leeward::tiles
