#pragma once

#include "drills/democity/network.h"
#include "drills/democity/settlements.h"

namespace leeward::democity {

inline constexpr double latticeStep = 100; // m, the grid on which country roads are found

// Where a built-up area's main street meets open country.
struct Gate
{
    int node = 0;
    Vec out; // unit step into the open
    int owner = 0;
};

// The streets of towns and villages. Owners are numbered: towns first, then villages.
struct StreetPlan
{
    std::vector<Gate> gates;
    Grid<qint16> built;      // on the road lattice: owner + 1, 0 = open country
    std::vector<int> centre; // by owner: the node in its middle, -1 if it has no streets
};

// Lays warped street grids into every 街道, town and village and joins the 街道 of the core with
// each other.
[[nodiscard]] StreetPlan layStreets(RoadNetwork &roads, const Terrain &terrain,
                                    const Hydrology &water, const Settlements &people, Names &names,
                                    quint64 seed);

} // namespace leeward::democity
