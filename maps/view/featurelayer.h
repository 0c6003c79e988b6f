#pragma once

#include "maps/view/featurepicture.h"
#include "maps/view/mapscene.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QQuickItem>
#include <QtQml/qqmlregistration.h>

namespace leeward::view {

// All features of a FeatureStore as one item, a child of the Map and as large as it. Projects with
// the affine that three calls of the Map's fromCoordinate give, which holds for any bearing as long
// as the map is not tilted. With a graphics API it draws one geometry node per atlas page; on the
// software scene graph, which draws no geometry, it paints the same picture into an image node.
class FeatureLayer : public QQuickItem
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(leeward::view::MapScene *scene READ scene WRITE setScene NOTIFY sceneChanged)
    Q_PROPERTY(QQuickItem *map READ map WRITE setMap NOTIFY mapChanged)

public:
    explicit FeatureLayer(QQuickItem *parent = nullptr);

    [[nodiscard]] MapScene *scene() const { return m_scene; }
    void setScene(MapScene *scene);
    [[nodiscard]] QQuickItem *map() const { return m_map; }
    void setMap(QQuickItem *map);

    // To be called when the map's camera has changed; the layer follows in the same frame.
    Q_INVOKABLE void cameraMoved();
    // Pointer gestures, in pixels of the item.
    Q_INVOKABLE void hover(QPointF at);
    Q_INVOKABLE void unhover();
    Q_INVOKABLE void click(QPointF at, bool twice);

    // As of the last frame; for tests and measurements.
    [[nodiscard]] FeaturePicture &picture() { return m_picture; }
    [[nodiscard]] std::optional<Affine> currentAffine() const;

Q_SIGNALS:
    void sceneChanged();
    void mapChanged();

protected:
    void updatePolish() override;
    QSGNode *updatePaintNode(QSGNode *old, UpdatePaintNodeData *) override;
    void geometryChange(const QRectF &now, const QRectF &before) override;
    void itemChange(ItemChange change, const ItemChangeData &value) override;

private:
    struct Flash
    {
        FeatureKey key;
        QElapsedTimer since;
    };

    [[nodiscard]] QPointF fromCoordinate(WorldPoint world) const;
    [[nodiscard]] std::vector<Quad> rings();
    [[nodiscard]] QSGNode *drawNodes(QSGNode *old);
    [[nodiscard]] QSGNode *drawPainted(QSGNode *old);
    void startFlash(const FeatureKey &key);
    void follow();

    QPointer<MapScene> m_scene;
    QPointer<QQuickItem> m_map;
    FeaturePicture m_picture;
    std::vector<Quad> m_rings;
    std::vector<Flash> m_flashes;
    std::optional<FeatureKey> m_hovered;
    bool m_rebuilt = true;
    bool m_valid = false;
};

} // namespace leeward::view
