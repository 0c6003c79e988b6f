#pragma once

#include "maps/tiles/tilesource.h"

#include <QImage>

namespace leeward::tiles {

// PNG bytes of a picture; fast rather than small, since they travel no further than this machine.
[[nodiscard]] QByteArray encodePng(const QImage &image);
// Cuts the picture of a block into its tiles.
[[nodiscard]] std::vector<Tile> cutBlock(const QImage &picture, TileAddress first, int side);
// The tile that says "no map here": quiet hatching that can not be taken for ground. PNG, 256 or
// 512 pixels wide.
[[nodiscard]] const QByteArray &noMapTile(bool night, int scale);

} // namespace leeward::tiles
