#pragma once

#include "maps/view/pointgrid.h"
#include "maps/view/symbolkey.h"

#include <span>
#include <vector>

namespace leeward::view {

// Something that may be drawn as one with its neighbours.
struct Clusterable
{
    WorldPoint at;
    SymbolKey symbol;
    quint32 index = 0;  // of the caller; comes back in Cluster::first
    quint8 group = 0;   // only things of one group come together
    quint64 morton = 0; // filled by sortForClusters
};

struct Cluster
{
    WorldPoint at; // the mean of its members
    WorldRect bounds;
    quint32 count = 0;
    quint32 first = 0; // Clusterable::index of one member; the only one when count is 1
    SymbolKind dominant = SymbolKind::Other;
    SymbolState worst = SymbolState::Plain;
    bool overdue = false; // some member is
    quint8 group = 0;
};

// Orders things along the Morton curve, group by group, so that each cell of every level is one
// run.
void sortForClusters(std::vector<Clusterable> &things);

// What is drawn at zoom levels [level, level + 1): cells of 64 px at zoom `level`, then cells whose
// centres would overlap on screen are joined; cells of few members that stand apart are left
// single. The counts sum to the number of things. `things` must be sorted by sortForClusters. 0 <=
// level <= 22.
[[nodiscard]] std::vector<Cluster> clusterLevel(std::span<const Clusterable> things, int level);

} // namespace leeward::view
