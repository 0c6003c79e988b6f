#pragma once

#include "drills/democity/plane.h"

namespace leeward::democity {

// A patch of ground: outer ring counter-clockwise, holes clockwise, each with its first point
// repeated at its end.
struct Area
{
    Line outer;
    std::vector<Line> holes;
};

// Lines on which the field equals `level`, by marching squares; the higher side is on the left. A
// line is a ring (first point = last) or ends at the grid's edge.
[[nodiscard]] std::vector<Line> contourLines(const Grid<float> &field, double level);

// Patches where the field is above `level`, cut at the grid's edge. Outer rings under `leastArea`
// m² and holes under a quarter of it are left out; rings are smoothed `rounds` times and simplified
// to `tolerance` metres.
[[nodiscard]] std::vector<Area> areasAbove(const Grid<float> &field, double level, double leastArea,
                                           int rounds, double tolerance);

[[nodiscard]] bool contains(const Area &area, Vec p);

} // namespace leeward::democity
