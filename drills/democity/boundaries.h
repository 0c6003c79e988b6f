#pragma once

#include "drills/democity/osmdata.h"
#include "drills/democity/settlements.h"

namespace leeward::democity {

// boundary=administrative: the city (admin_level 5), its districts (6) and 镇街 (8); neighbours
// share their border ways. The near-shore sea belongs to the 镇街 it lies before.
void addBoundaries(OsmData &osm, const Settlements &people, const Terrain &terrain);

} // namespace leeward::democity
