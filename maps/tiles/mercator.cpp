#include "maps/tiles/mercator.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace leeward::tiles {

namespace {

constexpr double radius = 6378137.0; // of the sphere of EPSG:3857
constexpr double edgeLatitude = 85.0511287798066;
constexpr double degree = std::numbers::pi / 180;

} // namespace

bool MercatorBox::intersects(const MercatorBox &other) const
{
    return minX < other.maxX && other.minX < maxX && minY < other.maxY && other.minY < maxY;
}

bool MercatorBox::contains(MercatorPoint p) const
{
    return p.x >= minX && p.x <= maxX && p.y >= minY && p.y <= maxY;
}

MercatorBox MercatorBox::grownBy(double metres) const
{
    return {minX - metres, minY - metres, maxX + metres, maxY + metres};
}

bool TileAddress::isValid() const
{
    if (zoom < 0 || zoom > maximumZoom || (scale != 1 && scale != 2))
        return false;
    const int side = 1 << zoom;
    return x >= 0 && y >= 0 && x < side && y < side;
}

TileAddress TileAddress::blockStart(int side) const
{
    return {zoom, x - x % side, y - y % side, scale};
}

MercatorPoint toMercator(LonLat place)
{
    const double lat = std::clamp(place.lat, -edgeLatitude, edgeLatitude) * degree;
    return {radius * place.lon * degree, radius * std::asinh(std::tan(lat))};
}

LonLat toLonLat(MercatorPoint point)
{
    return {point.x / radius / degree, std::atan(std::sinh(point.y / radius)) / degree};
}

MercatorBox toMercator(const LonLatBox &box)
{
    const MercatorPoint low = toMercator(box.southWest);
    const MercatorPoint high = toMercator(box.northEast);
    return {low.x, low.y, high.x, high.y};
}

MercatorBox blockBox(TileAddress first, int side)
{
    const double size = 2 * mercatorHalf / (1 << first.zoom);
    const double left = -mercatorHalf + first.x * size;
    const double top = mercatorHalf - first.y * size;
    return {left, top - side * size, left + side * size, top};
}

TileAddress tileAt(LonLat place, int zoom)
{
    const MercatorPoint p = toMercator(place);
    const int side = 1 << zoom;
    const double size = 2 * mercatorHalf / side;
    const int x = static_cast<int>(std::floor((p.x + mercatorHalf) / size));
    const int y = static_cast<int>(std::floor((mercatorHalf - p.y) / size));
    return {zoom, std::clamp(x, 0, side - 1), std::clamp(y, 0, side - 1), 1};
}

double resolution(int zoom)
{
    return 2 * mercatorHalf / 256 / (1 << zoom);
}

} // namespace leeward::tiles
