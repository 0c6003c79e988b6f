#pragma once

#include "maps/tiles/mercator.h"

#include <vector>

namespace leeward::tiles {

using MercatorLine = std::vector<MercatorPoint>;

// One polygon: its outer ring and its holes, every ring closed (first point = last point).
struct MercatorPolygon
{
    MercatorLine outer;
    std::vector<MercatorLine> holes;
};

// The sea inside a rectangle.
struct Sea
{
    std::vector<MercatorPolygon> polygons;
    int brokenLines =
        0; // coastlines that end inside the rectangle with no continuation; they were left out
};

// Builds the sea of `frame` from coastline ways. Each line has the land on its left and the water
// on its right, as OpenStreetMap has it. Lines are joined end to end, cut at the frame and closed
// along the frame; a ring with the land inside is an island. No coastline at all gives no sea.
[[nodiscard]] Sea assembleSea(std::vector<MercatorLine> ways, const MercatorBox &frame);

// Joins lines whose ends are the same point into the longest possible ones, never against their
// direction when `keepDirection`. At a point where three or more ends meet nothing is joined unless
// directions settle it.
[[nodiscard]] std::vector<MercatorLine> joinLines(std::vector<MercatorLine> lines,
                                                  bool keepDirection);

// Twice the signed area of a closed ring: positive when it runs counter-clockwise.
[[nodiscard]] double signedArea(const MercatorLine &ring);

// Inside by the even-odd rule; a point on the edge may fall to either side.
[[nodiscard]] bool ringContains(const MercatorLine &ring, MercatorPoint p);

} // namespace leeward::tiles
