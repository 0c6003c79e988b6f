#pragma once

#include "drills/democity/osmdata.h"
#include "drills/democity/plan.h"

namespace leeward::democity {

// The city in OpenStreetMap's words: coast, water, land use, borders, places, railway, landmarks.
void addLand(OsmData &osm, const CityPlan &city);
// Roads, ferry and turn restrictions; each way carries what its edges have in common.
void addRoads(OsmData &osm, const CityPlan &city);

} // namespace leeward::democity
