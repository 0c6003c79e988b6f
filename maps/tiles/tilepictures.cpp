#include "maps/tiles/tilepictures.h"

#include <QBuffer>
#include <QImageWriter>

#include <array>

using namespace Qt::StringLiterals;

namespace leeward::tiles {

namespace {

QByteArray hatch(bool night, int scale)
{
    const int side = 256 * scale;
    const QRgb ground = night ? qRgb(18, 22, 27) : qRgb(227, 225, 219);
    const QRgb stroke = night ? qRgb(25, 30, 37) : qRgb(218, 215, 208);
    QImage image(side, side, QImage::Format_RGB32);
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side;
             ++x) // 16 divides the side, so the hatching runs on into the next tile
            image.setPixel(x, y, (x + y) / scale % 16 < 2 ? stroke : ground);
    return encodePng(image);
}

} // namespace

QByteArray encodePng(const QImage &image)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QImageWriter writer(&buffer, "png");
    writer.setQuality(75); // Qt maps this to a low zlib level
    writer.write(image);
    return bytes;
}

std::vector<Tile> cutBlock(const QImage &picture, TileAddress first, int side)
{
    const int pixels = picture.width() / side;
    const int world = 1 << first.zoom;
    std::vector<Tile> tiles;
    for (int row = 0; row < side && first.y + row < world; ++row)
        for (int column = 0; column < side && first.x + column < world; ++column)
            tiles.push_back({{first.zoom, first.x + column, first.y + row, first.scale},
                             encodePng(picture.copy(column * pixels, row * pixels, pixels, pixels)),
                             "image/png"});
    return tiles;
}

const QByteArray &noMapTile(bool night, int scale)
{
    static const std::array<QByteArray, 4> tiles{hatch(false, 1), hatch(false, 2), hatch(true, 1),
                                                 hatch(true, 2)};
    return tiles[(night ? 2U : 0U) + (scale == 2 ? 1U : 0U)];
}

} // namespace leeward::tiles
