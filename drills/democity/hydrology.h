#pragma once

#include "drills/democity/contour.h"
#include "drills/democity/terrain.h"

namespace leeward::democity {

struct River
{
    Line line;                 // downstream
    std::vector<double> width; // m, at each point
    double area = 0;           // km² drained at its end
    bool toSea = false;
    int joins = -1; // index of the river it flows into
    double length = 0;
};

struct Lake
{
    std::vector<Area> areas;
    double level = 0; // m
    bool reservoir = false;
    Line dam; // empty for a natural lake
    Vec middle;
    double km2 = 0;
};

struct Hydrology
{
    std::vector<River> rivers; // a river comes before those that flow into it
    std::vector<Lake> lakes;
    std::vector<Area> riverbanks; // rivers wider than about 24 m
    Grid<float>
        wet; // fine grid: metres to the nearest bank, positive in a river, -60 or less far away
    Grid<quint8> lake;     // on the grid of the heights: 1 in a lake or reservoir
    Grid<float> nearRiver; // m to the nearest river of more than 25 km²
    Grid<float> nearWater; // m to the sea, a lake or such a river

    [[nodiscard]] bool isWater(const Terrain &terrain, Vec p) const
    {
        return terrain.isSea(p) || lake.near(p) != 0 || wet.sample(p) > 0;
    }
};

// Rivers by flow accumulation, two or three reservoirs where a dam pays, lakes in the plain. Lowers
// `terrain` to the river beds and levels it under the lakes.
[[nodiscard]] Hydrology makeHydrology(Terrain &terrain, quint64 seed);

} // namespace leeward::democity
