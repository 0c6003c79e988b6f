#pragma once

#include "maps/view/featureindex.h"
#include "maps/view/labelplacer.h"
#include "maps/view/sprites.h"

#include <optional>

namespace leeward::view {

// Where the map looks: world to logical pixels of the item, and its size.
struct Camera
{
    Affine toScreen;
    QSizeF size;
    qreal devicePixelRatio = 1;

    // Zoom with 256 px tiles.
    [[nodiscard]] double zoom() const;
};

// A part of an atlas page and where it goes, in logical pixels from the picture's origin.
struct Quad
{
    QRectF at;
    QRect from;
    float opacity = 1;
};

// All quads of one atlas page, drawn with one call.
struct Batch
{
    bool labels = false; // which atlas
    int page = 0;
    std::vector<Quad> quads;
};

// One thing the pointer can hit.
struct Target
{
    QPointF at; // from the picture's origin
    double reach = 0;
    FeatureKey key;    // of the feature, or of one member
    quint32 count = 1; // more than 1: a cluster
    WorldRect bounds;  // of the cluster
    SymbolKind kind = SymbolKind::Other;
};

// What the layer draws, computed without any window: culls, clusters, places names. The picture
// covers the view and a margin about it, so that a pan within the margin only moves it. Symbols
// snap to whole device pixels. GUI thread.
class FeaturePicture
{
public:
    struct Options
    {
        Theme theme = Theme::Light;
        double scale = 1;
        std::optional<FeatureKey> selected; // drawn even where it is part of a cluster

        friend bool operator==(const Options &, const Options &) = default;
    };

    // Follows store, camera and options. True when the quads were made anew.
    bool update(const FeatureStore &store, const Camera &camera, const Options &options);

    // Where the origin is on screen now.
    [[nodiscard]] QPointF origin() const { return m_origin; }
    [[nodiscard]] const std::vector<Batch> &batches() const { return m_batches; }
    [[nodiscard]] const std::vector<Target> &targets() const { return m_targets; }
    [[nodiscard]] Sprites &sprites() { return m_sprites; }
    // More names wait for a next frame.
    [[nodiscard]] bool isIncomplete() const { return m_incomplete; }

    // The topmost target under a place on screen.
    [[nodiscard]] const Target *hit(QPointF screen) const;
    // Where a feature is, from the origin; nullopt when it is not drawn by itself.
    [[nodiscard]] std::optional<QPointF> placeOf(const FeatureKey &key) const;
    // A ring about a place; side in logical pixels.
    [[nodiscard]] Quad ringQuad(Sprites::Ring ring, QPointF at, double side, float opacity);

private:
    struct Item; // something to be drawn

    void build(const FeatureStore &store, const Camera &camera);
    [[nodiscard]] std::vector<Item> collect(const FeatureStore &store, const Camera &camera);
    void addItem(const FeatureStore &store, const Item &item);
    void addLabels(const FeatureStore &store, const Camera &camera, const std::vector<Item> &items);
    [[nodiscard]] QPointF relative(WorldPoint world) const;
    [[nodiscard]] double snapped(double v) const;
    void addQuad(bool labels, const SpriteAtlas::Sprite &sprite, QPointF topLeft, float opacity);
    void addCount(quint32 count, QPointF centre);

    FeatureIndex m_index;
    Sprites m_sprites;
    LabelPlacer m_placer;
    Options m_options;
    Affine m_builtFor;
    WorldPoint m_anchor; // the origin in the world
    QRectF m_covers;     // from the origin
    QSizeF m_builtSize;
    QPointF m_origin;
    std::vector<Batch> m_batches;
    std::vector<Target> m_targets;
    bool m_built = false;
    bool m_incomplete = false;
};

} // namespace leeward::view
