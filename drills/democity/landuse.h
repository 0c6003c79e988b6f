#pragma once

#include "drills/democity/roads.h"

namespace leeward::democity {

enum class Ground : quint8
{
    Sea,
    Lake,
    Residential,
    Commercial,
    Industrial,
    Port,
    Park,
    Farmland,
    Orchard,
    Forest,
    Meadow,
    Wetland,
    Beach,
};

struct Patch
{
    Ground ground = Ground::Meadow;
    Area area;
};

struct Reserve
{
    Name name;
    Area area;
};

struct Peak
{
    Name name;
    Vec at;
    double height = 0;
};

struct Landuse
{
    Grid<quint8> map; // of Ground, on the grid of the heights
    std::vector<Patch> patches;
    std::vector<Reserve> reserves;
    std::vector<Peak> peaks;
    [[nodiscard]] Ground at(Vec p) const { return static_cast<Ground>(map.near(p)); }
};

[[nodiscard]] Landuse makeLanduse(const Terrain &terrain, const Hydrology &water,
                                  const Settlements &people, const RoadNetwork &roads, Names &names,
                                  quint64 seed);

} // namespace leeward::democity
