#include "maps/view/featurepicture.h"

#include <algorithm>
#include <cmath>

namespace leeward::view {

namespace {

constexpr double singleZoom = 14.5;     // from here on nothing is clustered ...
constexpr qsizetype singleLimit = 3000; // ... unless so many would be drawn
constexpr double labelZoom = 13;
constexpr qsizetype labelAlways = 40; // few enough to name at any zoom
constexpr int freshLabels = 48;       // names drawn for the first time in one frame
constexpr size_t labelLimit = 500;

int drawingOrder(const Feature &feature)
{
    return int(feature.key.layer);
}

// The world rectangle that holds a screen rectangle.
WorldRect worldBox(const Affine &affine, const QRectF &screen)
{
    WorldRect box = WorldRect::around(affine.unmap(screen.topLeft()));
    box.unite(affine.unmap(screen.topRight()));
    box.unite(affine.unmap(screen.bottomLeft()));
    box.unite(affine.unmap(screen.bottomRight()));
    return box;
}

QString countText(quint32 count)
{
    if (count < 1000)
        return QString::number(count);
    if (count < 10000) { // never more than there are
        const quint32 hundreds = count / 100;
        return QString::number(hundreds / 10.0, 'f', 1) + u'k';
    }
    return QString::number(count / 1000) + u'k';
}

} // namespace

struct FeaturePicture::Item
{
    QPointF at; // from the origin
    quint32 feature = 0;
    const Cluster *cluster = nullptr; // null: the feature by itself
    int order = 0;
    bool selected = false;
};

double Camera::zoom() const
{
    return std::log2(toScreen.pixelsPerWorld() / 256);
}

double FeaturePicture::snapped(double v) const
{
    return std::round(v * m_sprites.ratio()) / m_sprites.ratio();
}

QPointF FeaturePicture::relative(WorldPoint world) const
{
    double dx = world.x - m_anchor.x;
    dx -= std::round(dx); // the nearer way around the world
    return m_builtFor.mapVector(dx, world.y - m_anchor.y);
}

bool FeaturePicture::update(const FeatureStore &store, const Camera &camera, const Options &options)
{
    bool fresh = m_index.refresh(store);
    fresh |= m_sprites.setLook(options.theme, camera.devicePixelRatio, options.scale);
    fresh |= !(options == m_options);
    m_options = options;
    fresh |= !m_built || m_incomplete || !camera.toScreen.sameLinear(m_builtFor) ||
             camera.size != m_builtSize;
    if (!fresh) {
        const QPointF origin = camera.toScreen.map(m_anchor);
        fresh = !m_covers.translated(origin).contains(QRectF(QPointF(), camera.size));
    }
    if (fresh)
        build(store, camera);
    const QPointF origin = camera.toScreen.map(m_anchor);
    m_origin = {snapped(origin.x()), snapped(origin.y())};
    return fresh;
}

void FeaturePicture::build(const FeatureStore &store, const Camera &camera)
{
    const QPointF middle(camera.size.width() / 2, camera.size.height() / 2);
    m_builtFor = camera.toScreen;
    m_builtSize = camera.size;
    m_anchor = camera.toScreen.unmap(middle);
    const QPointF margin(camera.size.width() * 0.25, camera.size.height() * 0.25);
    m_covers = QRectF(-middle - margin, middle + margin);
    m_batches.clear();
    m_targets.clear();
    m_placer.clear();
    m_incomplete = false;
    m_built = true;

    std::vector<Item> items = collect(store, camera);
    std::ranges::sort(items, [](const Item &a, const Item &b) {
        return std::tuple(a.selected, a.order, a.at.y(), a.feature) <
               std::tuple(b.selected, b.order, b.at.y(), b.feature);
    });
    for (const Item &item : items)
        addItem(store, item);
    addLabels(store, camera, items);
}

std::vector<FeaturePicture::Item> FeaturePicture::collect(const FeatureStore &store,
                                                          const Camera &camera)
{
    // Symbols reach over the edge of what is covered.
    const double reach = m_sprites.clusterSide();
    const QRectF wanted = m_covers.adjusted(-reach, -reach, reach, reach);
    const QPointF origin = camera.toScreen.map(m_anchor);
    const WorldRect box = worldBox(camera.toScreen, wanted.translated(origin));
    const qsizetype selected = m_options.selected ? store.indexOf(*m_options.selected) : -1;
    std::vector<Item> items;
    const auto addFeature = [&](quint32 feature) {
        const QPointF at = relative(store.world(feature));
        if (wanted.contains(at))
            items.push_back({at, feature, nullptr, drawingOrder(store.features()[feature]),
                             feature == selected});
    };
    // Left of 180° W and right of 180° E the world goes on.
    const auto around = [&](const PointGrid &grid, auto visit) {
        for (const int turn : {-1, 0, 1})
            grid.visit({box.left + turn, box.top, box.right + turn, box.bottom}, visit);
    };

    const double zoom = camera.zoom();
    bool clustered = zoom < singleZoom;
    if (!clustered) {
        around(m_index.points(), [&](qsizetype i) { addFeature(m_index.featureAt(i)); });
        clustered = qsizetype(items.size()) > singleLimit;
    }
    if (!clustered)
        return items;

    items.clear();
    bool selectedSeen = selected < 0;
    const FeatureIndex::Level &level = m_index.level(int(std::floor(zoom + 1e-6)));
    around(level.grid, [&](qsizetype i) {
        const Cluster &cluster = level.clusters[size_t(i)];
        if (cluster.count == 1) {
            selectedSeen |= cluster.first == selected;
            addFeature(cluster.first);
            return;
        }
        const QPointF at = relative(cluster.at);
        if (wanted.contains(at))
            items.push_back({at, cluster.first, &cluster,
                             drawingOrder(store.features()[cluster.first]), false});
    });
    if (!selectedSeen && store.features()[selected].at.isValid() &&
        store.isLayerVisible(store.features()[selected].key.layer))
        addFeature(quint32(selected));
    return items;
}

void FeaturePicture::addQuad(bool labels, const SpriteAtlas::Sprite &sprite, QPointF topLeft,
                             float opacity)
{
    const double ratio = m_sprites.ratio();
    const QPointF corner(snapped(topLeft.x()), snapped(topLeft.y()));
    const QRectF at(corner + QPointF(sprite.inset) / ratio, QSizeF(sprite.at.size()) / ratio);
    for (Batch &batch : m_batches) {
        if (batch.labels == labels && batch.page == sprite.page) {
            batch.quads.push_back({at, sprite.at, opacity});
            return;
        }
    }
    m_batches.push_back({labels, sprite.page, {{at, sprite.at, opacity}}});
}

void FeaturePicture::addCount(quint32 count, QPointF centre)
{
    const QString text = countText(count);
    double width = 0;
    for (const QChar c : text)
        width += m_sprites.logicalSize(m_sprites.digit(c)).width();
    double x = snapped(centre.x() - width / 2);
    for (const QChar c : text) {
        const SpriteAtlas::Sprite sprite = m_sprites.digit(c);
        const QSizeF size = m_sprites.logicalSize(sprite);
        addQuad(false, sprite, {x, centre.y() - size.height() / 2}, 1);
        x += size.width();
    }
}

void FeaturePicture::addItem(const FeatureStore &store, const Item &item)
{
    const Feature &feature = store.features()[item.feature];
    const Cluster *cluster = item.cluster;
    const SpriteAtlas::Sprite sprite =
        cluster ? m_sprites.cluster(cluster->dominant, cluster->worst, cluster->overdue)
                : m_sprites.symbol(feature.symbol);
    const QSizeF size = m_sprites.logicalSize(sprite);
    const QRectF box(item.at - QPointF(size.width() / 2, size.height() / 2), size);
    const float opacity = cluster ? 1 : 1 - 0.65F * std::clamp(feature.fade, 0.0F, 1.0F);
    addQuad(false, sprite, box.topLeft(), opacity);
    if (cluster)
        addCount(cluster->count, item.at + QPointF(0, size.height() * 0.13));
    m_placer.block(box);
    m_targets.push_back({item.at, size.width() * 0.46, feature.key, cluster ? cluster->count : 1,
                         cluster ? cluster->bounds : WorldRect::around(store.world(item.feature)),
                         cluster ? cluster->dominant : feature.symbol.kind});
}

void FeaturePicture::addLabels(const FeatureStore &store, const Camera &camera,
                               const std::vector<Item> &items)
{
    const auto singles =
        std::ranges::count_if(items, [](const Item &item) { return !item.cluster; });
    const bool all = camera.zoom() >= labelZoom || singles <= labelAlways;
    m_sprites.trimLabels();
    int fresh = freshLabels;
    size_t placed = 0;
    // The last drawn are the most important.
    for (auto item = items.rbegin(); item != items.rend() && placed < labelLimit; ++item) {
        const Feature &feature = store.features()[item->feature];
        const bool always = item->selected || feature.key.layer == Layer::Incidents;
        if (item->cluster || feature.label.isEmpty() || !(all || always))
            continue;
        const auto sprite = m_sprites.label(feature.label, fresh);
        if (!sprite) {
            m_incomplete = true;
            continue;
        }
        const QSizeF size = m_sprites.logicalSize(*sprite);
        const double half = item->selected ? m_sprites.ringSide() / 2
                                           : m_sprites.symbolSide(feature.symbol.kind) / 2;
        const QPointF c = item->at;
        const QSizeF symbol = m_sprites.logicalSize(m_sprites.symbol(feature.symbol));
        const QRectF own(c - QPointF(symbol.width() / 2, symbol.height() / 2), symbol);
        const std::array<QPointF, 4> corners{
            QPointF(c.x() + half, c.y() - size.height() / 2),
            QPointF(c.x() - size.width() / 2, c.y() + half - 2),
            QPointF(c.x() - half - size.width(), c.y() - size.height() / 2),
            QPointF(c.x() - size.width() / 2, c.y() - half - size.height() + 2)};
        for (const QPointF corner : corners) {
            if (m_placer.place(QRectF(corner, size).adjusted(2, 2, -2, -2), own)) {
                addQuad(true, *sprite, corner, 1);
                ++placed;
                break;
            }
        }
    }
}

const Target *FeaturePicture::hit(QPointF screen) const
{
    const QPointF at = screen - m_origin;
    const Target *best = nullptr;
    double bestGap = 0;
    // The nearest of those under the pointer; of equals the one on top.
    for (const Target &target : m_targets) {
        const double gap = std::hypot(target.at.x() - at.x(), target.at.y() - at.y());
        if (gap <= target.reach && (!best || gap <= bestGap)) {
            best = &target;
            bestGap = gap;
        }
    }
    return best;
}

std::optional<QPointF> FeaturePicture::placeOf(const FeatureKey &key) const
{
    for (const Target &target : m_targets) {
        if (target.count == 1 && target.key == key)
            return target.at;
    }
    return std::nullopt;
}

Quad FeaturePicture::ringQuad(Sprites::Ring ring, QPointF at, double side, float opacity)
{
    const SpriteAtlas::Sprite sprite = m_sprites.ring(ring);
    const double scale = side / sprite.full.width();
    const QPointF corner(snapped(at.x() - side / 2), snapped(at.y() - side / 2));
    return {QRectF(corner + QPointF(sprite.inset) * scale, QSizeF(sprite.at.size()) * scale),
            sprite.at, opacity};
}

} // namespace leeward::view
