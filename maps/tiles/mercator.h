#pragma once

#include "models/domain/geo.h"

#include <QtGlobal>

namespace leeward::tiles {

// Half the side of the square Web Mercator world (EPSG:3857), in its metres.
inline constexpr double mercatorHalf = 20037508.342789244;
// The highest zoom any source of this library answers.
inline constexpr int maximumZoom = 20;

// A place in EPSG:3857, metres of the projection (not of the ground).
struct MercatorPoint
{
    double x = 0;
    double y = 0;

    friend bool operator==(const MercatorPoint &, const MercatorPoint &) = default;
};

// An upright rectangle in EPSG:3857; empty when a maximum is not above its minimum.
struct MercatorBox
{
    double minX = 0;
    double minY = 0;
    double maxX = 0;
    double maxY = 0;

    friend bool operator==(const MercatorBox &, const MercatorBox &) = default;
    [[nodiscard]] bool isEmpty() const { return !(maxX > minX && maxY > minY); }
    [[nodiscard]] double width() const { return maxX - minX; }
    [[nodiscard]] double height() const { return maxY - minY; }
    [[nodiscard]] bool intersects(const MercatorBox &other) const;
    [[nodiscard]] bool contains(MercatorPoint p) const;
    [[nodiscard]] MercatorBox grownBy(double metres) const;
};

// A rectangle in WGS 84 degrees. It never crosses the date line.
struct LonLatBox
{
    LonLat southWest;
    LonLat northEast;

    friend bool operator==(const LonLatBox &, const LonLatBox &) = default;
    [[nodiscard]] bool isEmpty() const
    {
        return !(northEast.lon > southWest.lon && northEast.lat > southWest.lat);
    }
};

// A tile in the usual XYZ scheme: y counts from the north. `scale` 2 is the same ground on twice
// the pixels.
struct TileAddress
{
    int zoom = 0;
    int x = 0;
    int y = 0;
    int scale = 1;

    friend auto operator<=>(const TileAddress &, const TileAddress &) = default;
    // Inside the pyramid: zoom 0 … maximumZoom, x and y below 2^zoom, scale 1 or 2.
    [[nodiscard]] bool isValid() const;
    // The first tile of the aligned block of `side` x `side` tiles that holds this one.
    [[nodiscard]] TileAddress blockStart(int side) const;
};

// Latitudes beyond ±85.06° are clamped to the edge of the square world.
[[nodiscard]] MercatorPoint toMercator(LonLat place);
[[nodiscard]] LonLat toLonLat(MercatorPoint point);
[[nodiscard]] MercatorBox toMercator(const LonLatBox &box);
// The ground of `side` x `side` tiles whose first one is `first`.
[[nodiscard]] MercatorBox blockBox(TileAddress first, int side);
// The tile that holds the place; places on the far edge belong to the last tile.
[[nodiscard]] TileAddress tileAt(LonLat place, int zoom);
// Metres of the projection per pixel of a 256-pixel tile.
[[nodiscard]] double resolution(int zoom);

} // namespace leeward::tiles
