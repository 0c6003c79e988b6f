#pragma once

#include "drills/democity/hydrology.h"
#include "drills/democity/names.h"

namespace leeward::democity {

struct District
{
    Name name;
    QString code; // 6 digits
    Vec at;
    bool urban = false;
};

// A 镇 or 街道: one built-up area with its own streets.
struct Town
{
    Name name;
    QString code; // 9 digits
    int district = 0;
    Vec at;
    double radius = 0;  // m, of the built-up area
    double turn = 0;    // radians, direction of its streets
    bool urban = false; // 街道 of the core city
    bool coastal = false;
    int island = 0; // 0 mainland, 1 served by the ferry, 2 served by the bridge
    int population = 0;
};

struct Village
{
    Name name;
    QString code; // 12 digits
    int town = 0;
    Vec at;
    double turn = 0;
    int size = 1;           // 1…4
    bool community = false; // 社区 inside a built-up area; has no streets of its own
    int population = 0;
};

struct Settlements
{
    Name city;
    QString code; // 6 digits
    Vec centre;
    std::vector<District> districts;
    std::vector<Town> towns; // 街道 of the core first, the one in the middle at 0
    std::vector<Village> villages;
    Grid<qint16>
        townOf; // coarse grid (about 230 m): the 镇街 of each place, near-shore sea included
    int population = 0;
};

// Where people live and what the places are called. All codes lie in the invented range 9901….
[[nodiscard]] Settlements makeSettlements(const Terrain &terrain, const Hydrology &water,
                                          Names &names, quint64 seed);

} // namespace leeward::democity
