#pragma once

#include "drills/democity/lattice.h"

namespace leeward::democity {

struct Restriction
{
    int from = 0; // edge
    int via = 0;  // node
    int to = 0;   // edge
    bool uTurn = false;
};

struct RoadResult
{
    std::vector<Restriction> restrictions;
    std::vector<int> villageNode; // by owner as in StreetPlan: where the place meets the network
    int ferryPort = -1;           // node on the mainland
};

// Everything between the built-up areas: trunk roads, country roads, the coast road, lanes, tracks,
// the bridge and the ferry to the islands, then the motorways above them; names and numbers;
// bridges and tunnels.
[[nodiscard]] RoadResult layRoads(RoadNetwork &roads, StreetPlan &plan, const Terrain &terrain,
                                  const Hydrology &water, const Settlements &people, Names &names,
                                  quint64 seed);

// Marks where edges run over water as bridges and where the ground stands high above the road as
// tunnels, cutting the edges there.
void findStructures(RoadNetwork &roads, const Terrain &terrain, const Hydrology &water);

// Pairs of one-way streets in the core, as long as every place stays reachable both ways; some
// forbidden turns.
[[nodiscard]] std::vector<Restriction> regulate(RoadNetwork &roads, quint64 seed);

// Dual carriageways with diamond interchanges.
void layMotorways(RoadNetwork &roads, const Lattice &lattice, const Terrain &terrain,
                  const Settlements &people, Names &names);

} // namespace leeward::democity
