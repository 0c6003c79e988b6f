#pragma once

#include "maps/view/clusters.h"
#include "maps/view/featurestore.h"

#include <map>

namespace leeward::view {

// What of a store is visible, ready for "what is in this rectangle" at any zoom. Follows the store
// when refreshed.
class FeatureIndex
{
public:
    static constexpr int highestLevel = 22;

    struct Level
    {
        std::vector<Cluster> clusters; // Cluster::first is an index into the store's features
        PointGrid grid;                // of their centres
    };

    // Takes in what changed since the last call; false when nothing did.
    bool refresh(const FeatureStore &store);

    // All visible features; its indices go through featureAt().
    [[nodiscard]] const PointGrid &points() const { return m_points; }
    [[nodiscard]] quint32 featureAt(qsizetype point) const { return m_features[size_t(point)]; }
    // Clustered for zoom `level`; built when first asked for.
    [[nodiscard]] const Level &level(int level);

private:
    std::vector<Clusterable> m_things; // sorted; index = position in the store
    std::vector<quint32> m_features;
    PointGrid m_points;
    std::map<int, Level> m_levels;
    quint64 m_placeRevision = 0;
    quint64 m_lookRevision = 0;
};

} // namespace leeward::view
