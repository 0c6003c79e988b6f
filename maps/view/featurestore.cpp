#include "maps/view/featurestore.h"

namespace leeward::view {

FeatureStore::FeatureStore(QObject *parent)
    : QObject(parent)
{
    m_visible.fill(true);
}

void FeatureStore::reset(QList<Feature> features)
{
    m_features.clear();
    m_world.clear();
    m_index.clear();
    m_counts.fill(0);
    m_features.reserve(features.size());
    m_world.reserve(features.size());
    m_index.reserve(features.size());
    for (const Feature &feature : std::as_const(features))
        put(feature);
    ++m_placeRevision;
    Q_EMIT changed();
}

void FeatureStore::resetLayer(Layer layer, const QList<Feature> &features)
{
    for (qsizetype i = m_features.size() - 1; i >= 0; --i) {
        if (m_features[i].key.layer == layer)
            take(i);
    }
    for (const Feature &feature : features) {
        if (feature.key.layer == layer)
            put(feature);
    }
    ++m_placeRevision;
    Q_EMIT changed();
}

void FeatureStore::upsert(const Feature &feature)
{
    put(feature);
    Q_EMIT changed();
}

void FeatureStore::upsert(const QList<Feature> &features)
{
    if (features.isEmpty())
        return;
    for (const Feature &feature : features)
        put(feature);
    Q_EMIT changed();
}

void FeatureStore::remove(const FeatureKey &key)
{
    const qsizetype index = indexOf(key);
    if (index < 0)
        return;
    take(index);
    Q_EMIT changed();
}

std::optional<Feature> FeatureStore::find(const FeatureKey &key) const
{
    const qsizetype index = indexOf(key);
    return index < 0 ? std::nullopt : std::optional(m_features[index]);
}

void FeatureStore::setLayerVisible(Layer layer, bool visible)
{
    if (m_visible[size_t(layer)] == visible)
        return;
    m_visible[size_t(layer)] = visible;
    ++m_placeRevision;
    Q_EMIT layerVisibilityChanged(layer, visible);
    Q_EMIT changed();
}

void FeatureStore::flash(const FeatureKey &key)
{
    if (indexOf(key) >= 0)
        Q_EMIT flashed(key);
}

void FeatureStore::put(const Feature &feature)
{
    const WorldPoint world = toWorld(feature.at);
    const qsizetype index = indexOf(feature.key);
    if (index < 0) {
        m_index.insert(feature.key, m_features.size());
        m_features.append(feature);
        m_world.append(world);
        ++m_counts[size_t(feature.key.layer)];
        ++m_placeRevision;
        return;
    }
    if (!(m_features[index].at == feature.at)) {
        m_world[index] = world;
        ++m_placeRevision;
    }
    m_features[index] = feature;
    ++m_lookRevision;
}

void FeatureStore::take(qsizetype index)
{
    --m_counts[size_t(m_features[index].key.layer)];
    m_index.remove(m_features[index].key);
    const qsizetype last = m_features.size() - 1;
    if (index != last) {
        m_features[index] = m_features[last];
        m_world[index] = m_world[last];
        m_index[m_features[index].key] = index;
    }
    m_features.removeLast();
    m_world.removeLast();
    ++m_placeRevision;
}

} // namespace leeward::view
