#pragma once

#include "analysis/roads/graphdata.h"

namespace leeward::roads {

// Sets `component` of every piece and the MainNetwork flag of `flags`. Needs the stored arrays;
// leaves the steps made. Returns the number of components.
quint32 markConnectivity(GraphData &data);

} // namespace leeward::roads
