#include "maps/view/featureindex.h"

#include <algorithm>

namespace leeward::view {

bool FeatureIndex::refresh(const FeatureStore &store)
{
    const bool places = store.placeRevision() != m_placeRevision;
    const bool looks = store.lookRevision() != m_lookRevision;
    if (!places && !looks)
        return false;
    m_placeRevision = store.placeRevision();
    m_lookRevision = store.lookRevision();
    m_levels.clear();
    const QList<Feature> &features = store.features();
    if (!places) {
        for (Clusterable &thing : m_things)
            thing.symbol = features[thing.index].symbol;
        return true;
    }
    m_things.clear();
    m_features.clear();
    std::vector<WorldPoint> points;
    for (qsizetype i = 0; i < features.size(); ++i) {
        const Feature &feature = features[i];
        if (!feature.at.isValid() || !store.isLayerVisible(feature.key.layer))
            continue;
        const quint8 group = feature.key.layer == Layer::Incidents ? 1 : 0;
        m_things.push_back({store.world(i), feature.symbol, quint32(i), group});
        m_features.push_back(quint32(i));
        points.push_back(store.world(i));
    }
    sortForClusters(m_things);
    m_points = PointGrid(std::move(points));
    return true;
}

const FeatureIndex::Level &FeatureIndex::level(int level)
{
    level = std::clamp(level, 0, highestLevel);
    const auto known = m_levels.find(level);
    if (known != m_levels.end())
        return known->second;
    Level built;
    built.clusters = clusterLevel(m_things, level);
    std::vector<WorldPoint> centres;
    centres.reserve(built.clusters.size());
    for (const Cluster &cluster : built.clusters)
        centres.push_back(cluster.at);
    built.grid = PointGrid(std::move(centres));
    return m_levels.emplace(level, std::move(built)).first->second;
}

} // namespace leeward::view
