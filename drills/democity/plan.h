#pragma once

#include "drills/democity/landmarks.h"

namespace leeward::democity {

// A city, thought out but not yet written.
struct CityPlan
{
    quint64 seed = 0;
    Terrain terrain;
    Hydrology water;
    Settlements people;
    RoadNetwork roads;
    StreetPlan streets;
    RoadResult rules;
    Landuse land;
    Railway rail;
    std::vector<Landmark> landmarks;
    std::vector<std::vector<int>> nodesOfTown; // road nodes to put things at, by 镇街
    std::vector<Name>
        riverNames; // by river; a tributary without a name of its own has an empty one
    std::vector<Name> lakeNames;
};

} // namespace leeward::democity
