#pragma once

#include "maps/tiles/tilesource.h"

#include <memory>
#include <mutex>
#include <optional>

namespace leeward::tiles {

// Tiles already made, on disk: one file per base-map version in a cache folder, laid out like
// MBTiles with the style and scale added. It may be deleted at any time. Any thread. A cache that
// can not be read or written is done without; it never makes a tile fail.
class TileCache
{
public:
    // Opens or makes FOLDER/KEY.tiles; a damaged file is made anew. Files of other versions beyond
    // the two most recent ones are removed. Null when the folder can not be written.
    [[nodiscard]] static std::unique_ptr<TileCache> open(const QString &folder, const QString &key,
                                                         qint64 maximumBytes);
    ~TileCache();
    TileCache(const TileCache &) = delete;
    TileCache &operator=(const TileCache &) = delete;

    [[nodiscard]] std::optional<Tile> find(const QString &style, TileAddress address);
    void insert(const QString &style, const std::vector<Tile> &tiles);

private:
    struct Data;
    explicit TileCache(std::unique_ptr<Data> data);
    std::unique_ptr<Data> m_data;
};

} // namespace leeward::tiles
