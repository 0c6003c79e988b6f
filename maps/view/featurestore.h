#pragma once

#include "maps/view/feature.h"
#include "maps/view/mercator.h"

#include <QHash>
#include <QObject>

#include <array>
#include <optional>

namespace leeward::view {

// What the map draws. Lives on the GUI thread; every call is for that thread. Features whose place
// is not valid are kept but not drawn. Signals say that something changed, once per call; the layer
// looks before its next frame.
class FeatureStore : public QObject
{
    Q_OBJECT

public:
    explicit FeatureStore(QObject *parent = nullptr);

    // Replaces everything. Of two features with one key the later wins.
    void reset(QList<Feature> features);
    // Replaces what one layer holds.
    void resetLayer(Layer layer, const QList<Feature> &features);
    // Adds or replaces.
    void upsert(const Feature &feature);
    void upsert(const QList<Feature> &features);
    // Removing what is not there changes nothing.
    void remove(const FeatureKey &key);

    [[nodiscard]] qsizetype size() const { return m_features.size(); }
    [[nodiscard]] const QList<Feature> &features() const { return m_features; } // in no order
    [[nodiscard]] WorldPoint world(qsizetype index) const { return m_world[index]; }
    [[nodiscard]] std::optional<Feature> find(const FeatureKey &key) const;
    [[nodiscard]] qsizetype indexOf(const FeatureKey &key) const { return m_index.value(key, -1); }
    [[nodiscard]] qsizetype count(Layer layer) const { return m_counts[size_t(layer)]; }

    void setLayerVisible(Layer layer, bool visible);
    [[nodiscard]] bool isLayerVisible(Layer layer) const { return m_visible[size_t(layer)]; }

    // Grow whenever what is drawn where (first) or how it looks (second) may have changed.
    [[nodiscard]] quint64 placeRevision() const { return m_placeRevision; }
    [[nodiscard]] quint64 lookRevision() const { return m_lookRevision; }

    // Draws the eye to a feature once: a ring that grows and fades for two seconds. For what has
    // just become overdue.
    void flash(const FeatureKey &key);

Q_SIGNALS:
    void changed();
    void layerVisibilityChanged(leeward::view::Layer layer, bool visible);
    void flashed(const leeward::view::FeatureKey &key);

private:
    void put(const Feature &feature);
    void take(qsizetype index);

    QList<Feature> m_features;
    QList<WorldPoint> m_world; // of each feature
    QHash<FeatureKey, qsizetype> m_index;
    std::array<qsizetype, layerCount> m_counts{};
    std::array<bool, layerCount> m_visible;
    quint64 m_placeRevision = 1;
    quint64 m_lookRevision = 1;
};

} // namespace leeward::view
