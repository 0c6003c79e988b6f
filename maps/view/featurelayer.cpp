#include "maps/view/featurelayer.h"

#include "maps/view/spritenode.h"

#include <QGeoCoordinate>
#include <QMetaObject>
#include <QPainter>
#include <QQuickWindow>
#include <QSGImageNode>
#include <QSGRendererInterface>
#include <QSGTransformNode>

#include <cmath>
#include <map>

namespace leeward::view {

namespace {

constexpr qint64 flashMs = 2000;
constexpr double flashPulses = 3;

// Owns the textures of the atlas pages.
class LayerNode : public QSGNode
{
public:
    LayerNode()
    {
        appendChildNode(&m_shift);
        m_shift.setFlag(OwnedByParent, false);
        m_shift.appendChildNode(&m_batches);
        m_batches.setFlag(OwnedByParent, false);
        m_shift.appendChildNode(&m_rings); // hollow, so they hide nothing
        m_rings.setFlag(OwnedByParent, false);
    }
    ~LayerNode() override
    {
        clear(m_batches);
        clear(m_rings);
        m_shift.removeAllChildNodes();
        removeAllChildNodes();
    }

    void setOrigin(QPointF origin)
    {
        QMatrix4x4 matrix;
        matrix.translate(float(origin.x()), float(origin.y()));
        m_shift.setMatrix(matrix);
    }

    void setBatches(QQuickWindow *window, Sprites &sprites, const std::vector<Batch> &batches)
    {
        clear(m_batches);
        // Symbols first, names over them.
        for (const bool labels : {false, true}) {
            for (const Batch &batch : batches) {
                if (batch.labels == labels)
                    add(m_batches, window, sprites, batch);
            }
        }
    }

    void setRings(QQuickWindow *window, Sprites &sprites, const std::vector<Quad> &rings)
    {
        clear(m_rings);
        if (!rings.empty())
            add(m_rings, window, sprites, {false, 0, rings});
    }

private:
    struct PageTexture
    {
        quint64 revision = 0;
        std::shared_ptr<QSGTexture> texture;
    };

    static void clear(QSGNode &node)
    {
        while (QSGNode *child = node.firstChild()) {
            node.removeChildNode(child);
            delete child;
        }
    }

    void add(QSGNode &parent, QQuickWindow *window, Sprites &sprites, const Batch &batch)
    {
        const SpriteAtlas &atlas = batch.labels ? sprites.labels() : sprites.symbols();
        PageTexture &page = m_textures[{batch.labels, batch.page}];
        if (!page.texture || page.revision != atlas.revision(batch.page)) {
            page.texture.reset(window->createTextureFromImage(
                atlas.page(batch.page), QQuickWindow::TextureHasAlphaChannel));
            // Quads lie on whole device pixels at the size they were drawn, so nothing is lost, and
            // a software rasteriser reads one texel a pixel instead of four.
            page.texture->setFiltering(QSGTexture::Nearest);
            page.revision = atlas.revision(batch.page);
        }
        auto *node = new SpriteNode;
        node->setTexture(page.texture);
        node->setQuads(batch.quads, atlas.page(batch.page).size());
        parent.appendChildNode(node);
    }

    QSGTransformNode m_shift;
    QSGNode m_rings;
    QSGNode m_batches;
    std::map<std::pair<bool, int>, PageTexture> m_textures;
};

} // namespace

FeatureLayer::FeatureLayer(QQuickItem *parent)
    : QQuickItem(parent)
{
    setFlag(ItemHasContents);
}

void FeatureLayer::setScene(MapScene *scene)
{
    if (m_scene == scene)
        return;
    if (m_scene) {
        disconnect(m_scene, nullptr, this, nullptr);
        disconnect(&m_scene->store(), nullptr, this, nullptr);
    }
    m_scene = scene;
    if (m_scene) {
        connect(&m_scene->store(), &FeatureStore::changed, this, &FeatureLayer::follow);
        connect(&m_scene->store(), &FeatureStore::flashed, this, &FeatureLayer::startFlash);
        connect(m_scene, &MapScene::lookChanged, this, &QQuickItem::polish);
        connect(m_scene, &MapScene::selectionChanged, this, &FeatureLayer::follow);
        connect(m_scene, &MapScene::followingChanged, this, &FeatureLayer::follow);
    }
    Q_EMIT sceneChanged();
    polish();
}

void FeatureLayer::setMap(QQuickItem *map)
{
    if (m_map == map)
        return;
    m_map = map;
    Q_EMIT mapChanged();
    polish();
}

void FeatureLayer::cameraMoved()
{
    polish();
}

void FeatureLayer::geometryChange(const QRectF &now, const QRectF &before)
{
    QQuickItem::geometryChange(now, before);
    polish();
}

void FeatureLayer::itemChange(ItemChange change, const ItemChangeData &value)
{
    if (change == ItemDevicePixelRatioHasChanged || change == ItemSceneChange)
        polish();
    QQuickItem::itemChange(change, value);
}

QPointF FeatureLayer::fromCoordinate(WorldPoint world) const
{
    const LonLat place = toLonLat(world);
    QPointF point;
    QMetaObject::invokeMethod(m_map.data(), "fromCoordinate", qReturnArg(point),
                              QGeoCoordinate(place.lat, place.lon), false);
    return point;
}

std::optional<Affine> FeatureLayer::currentAffine() const
{
    if (!m_map || width() <= 0 || height() <= 0)
        return std::nullopt;
    const auto centre = m_map->property("center").value<QGeoCoordinate>();
    if (!centre.isValid())
        return std::nullopt;
    // A step of some hundred pixels at any zoom, kept on the square.
    const double step = 1.0 / std::exp2(m_map->property("zoomLevel").toDouble() + 1);
    const WorldPoint c = toWorld({centre.longitude(), centre.latitude()});
    const double right = c.x < 0.5 ? step / 2 : -step / 2;
    const double down = c.y < 0.5 ? step / 2 : -step / 2;
    const std::array<WorldPoint, 3> places{{c, {c.x + right, c.y}, {c.x, c.y + down}}};
    const Affine affine = Affine::fromPlaces(
        places, {fromCoordinate(places[0]), fromCoordinate(places[1]), fromCoordinate(places[2])});
    return affine.isValid() ? std::optional(affine) : std::nullopt;
}

void FeatureLayer::follow()
{
    if (m_scene)
        m_scene->followSelected();
    polish();
}

void FeatureLayer::startFlash(const FeatureKey &key)
{
    Flash flash{key, {}};
    flash.since.start();
    m_flashes.push_back(flash);
    polish();
}

std::vector<Quad> FeatureLayer::rings()
{
    std::vector<Quad> quads;
    const double base = m_picture.sprites().ringSide();
    if (m_hovered) {
        if (const auto at = m_picture.placeOf(*m_hovered))
            quads.push_back(m_picture.ringQuad(Sprites::Ring::Hovered, *at, base * 0.9, 1));
    }
    if (const auto selected = m_scene->selected()) {
        if (const auto at = m_picture.placeOf(*selected))
            quads.push_back(m_picture.ringQuad(Sprites::Ring::Selected, *at, base, 1));
    }
    std::erase_if(m_flashes, [](const Flash &flash) { return flash.since.hasExpired(flashMs); });
    for (const Flash &flash : m_flashes) {
        const auto at = m_picture.placeOf(flash.key);
        if (!at)
            continue;
        const double whole = flashPulses * double(flash.since.elapsed()) / flashMs;
        const double part = whole - std::floor(whole);
        quads.push_back(m_picture.ringQuad(Sprites::Ring::Flash, *at, base * (0.6 + 1.2 * part),
                                           float(1 - part)));
    }
    return quads;
}

void FeatureLayer::updatePolish()
{
    if (!m_scene || !window())
        return;
    const std::optional<Affine> affine = currentAffine();
    m_valid = affine.has_value();
    if (!m_valid)
        return;
    const Camera camera{*affine, size(), window()->effectiveDevicePixelRatio()};
    m_rebuilt |= m_picture.update(m_scene->store(), camera,
                                  {m_scene->theme(), m_scene->symbolScale(), m_scene->selected()});
    m_rings = rings();
    m_scene->setView(camera);
    update();
}

QSGNode *FeatureLayer::updatePaintNode(QSGNode *old, UpdatePaintNodeData *)
{
    if (!m_valid) {
        delete old;
        m_rebuilt = true;
        return nullptr;
    }
    const bool software =
        window()->rendererInterface()->graphicsApi() == QSGRendererInterface::Software;
    QSGNode *node = software ? drawPainted(old) : drawNodes(old);
    // GUI and render thread meet here, so asking for the next frame is allowed.
    if (m_picture.isIncomplete() || !m_flashes.empty())
        QMetaObject::invokeMethod(this, &QQuickItem::polish, Qt::QueuedConnection);
    return node;
}

QSGNode *FeatureLayer::drawNodes(QSGNode *old)
{
    auto *node = static_cast<LayerNode *>(old);
    if (!node) {
        node = new LayerNode;
        m_rebuilt = true;
    }
    node->setOrigin(m_picture.origin());
    if (m_rebuilt)
        node->setBatches(window(), m_picture.sprites(), m_picture.batches());
    m_rebuilt = false;
    node->setRings(window(), m_picture.sprites(), m_rings);
    return node;
}

QSGNode *FeatureLayer::drawPainted(QSGNode *old)
{
    const qreal ratio = window()->effectiveDevicePixelRatio();
    QImage image((size() * ratio).toSize(), QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(ratio);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.translate(m_picture.origin());
    const auto draw = [&](const QImage &page, const std::vector<Quad> &quads) {
        for (const Quad &quad : quads) {
            painter.setOpacity(quad.opacity);
            painter.drawImage(quad.at, page, quad.from);
        }
    };
    const Sprites &sprites = m_picture.sprites();
    for (const bool labels : {false, true}) {
        for (const Batch &batch : m_picture.batches()) {
            if (batch.labels == labels)
                draw((labels ? sprites.labels() : sprites.symbols()).page(batch.page), batch.quads);
        }
    }
    if (!m_rings.empty())
        draw(sprites.symbols().page(0), m_rings);
    painter.end();
    auto *node = static_cast<QSGImageNode *>(old);
    if (!node) {
        node = window()->createImageNode();
        node->setOwnsTexture(true);
    }
    node->setTexture(window()->createTextureFromImage(image));
    node->setRect(boundingRect());
    m_rebuilt = false;
    return node;
}

void FeatureLayer::hover(QPointF at)
{
    const std::optional<Affine> affine = currentAffine();
    if (!m_scene || !affine)
        return;
    const Target *target = m_picture.hit(at);
    std::optional<FeatureKey> now;
    if (target && target->count == 1)
        now = target->key;
    if (now != m_hovered) {
        m_hovered = now;
        polish();
    }
    m_scene->pointAt(toLonLat(affine->unmap(at)));
    m_scene->setHovered(target, target ? m_picture.origin() + target->at : QPointF());
}

void FeatureLayer::unhover()
{
    if (m_hovered)
        polish();
    m_hovered.reset();
    if (m_scene) {
        m_scene->setHovered(nullptr, {});
        m_scene->pointAway();
    }
}

void FeatureLayer::click(QPointF at, bool twice)
{
    const std::optional<Affine> affine = currentAffine();
    if (!m_scene || !affine)
        return;
    m_scene->clickAt(toLonLat(affine->unmap(at)), m_picture.hit(at), twice);
}

} // namespace leeward::view
