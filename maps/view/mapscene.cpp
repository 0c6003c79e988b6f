#include "maps/view/mapscene.h"

#include "maps/view/symbolpainter.h"
#include "maps/view/symbolwords.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace leeward::view {

namespace {
constexpr double highestZoom = 20;
constexpr double placeZoom = 15;

QString symbolUrl(SymbolKey key, Theme theme)
{
    return u"image://symbols/%1/%2"_s.arg(key.code()).arg(int(theme));
}
} // namespace

MapScene::MapScene(FeatureStore &store, QObject *parent)
    : QObject(parent)
    , m_store(store)
    , m_baseStyle(u"auto"_s)
{
    connect(&m_store, &FeatureStore::layerVisibilityChanged, this, &MapScene::layersChanged);
    connect(this, &MapScene::lookChanged, this, &MapScene::layersChanged);
    connect(this, &MapScene::lookChanged, this, &MapScene::legendChanged);
}

void MapScene::setTheme(Theme theme)
{
    if (m_theme == theme)
        return;
    m_theme = theme;
    Q_EMIT lookChanged();
}

void MapScene::setSymbolScale(double scale)
{
    scale = std::clamp(scale, 0.5, 3.0);
    if (m_symbolScale == scale)
        return;
    m_symbolScale = scale;
    Q_EMIT lookChanged();
}

QColor MapScene::paper() const
{
    return SymbolPainter::paper(m_theme);
}
QColor MapScene::ink() const
{
    return SymbolPainter::ink(m_theme);
}
QColor MapScene::muted() const
{
    return isDark() ? QColor(0x9f, 0xad, 0xbb) : QColor(0x55, 0x62, 0x70);
}
QColor MapScene::accent() const
{
    return isDark() ? QColor(0x5a, 0xa9, 0xff) : QColor(0x0f, 0x5d, 0xc2);
}
QColor MapScene::ground() const
{
    return isDark() ? QColor(0x1b, 0x24, 0x30) : QColor(0xe8, 0xe6, 0xdf);
}

void MapScene::setBaseMap(const QUrl &providers, const QString &cacheDirectory,
                          const QString &problem)
{
    Q_EMIT baseMapLeaving();
    m_providers = providers;
    m_cacheDirectory = cacheDirectory;
    m_problem = problem;
    Q_EMIT baseMapChanged();
}

void MapScene::setCredits(const QString &credits, const QString &review)
{
    m_credits = credits;
    m_review = review;
    Q_EMIT creditsChanged();
}

void MapScene::setBaseStyle(const QString &style)
{
    if (m_baseStyle == style)
        return;
    m_baseStyle = style;
    Q_EMIT baseStyleChanged();
}

void MapScene::setDrill(const QString &words)
{
    if (m_drill == words)
        return;
    m_drill = words;
    Q_EMIT drillChanged();
}

void MapScene::setControls(bool on)
{
    if (m_controls == on)
        return;
    m_controls = on;
    Q_EMIT controlsChanged();
}

void MapScene::setPicking(bool on)
{
    if (m_picking == on)
        return;
    m_picking = on;
    Q_EMIT pickingChanged();
}

void MapScene::setSoftware(bool on)
{
    if (m_software == on)
        return;
    m_software = on;
    Q_EMIT softwareChanged();
}

QVariantList MapScene::layers() const
{
    QVariantList rows;
    // Incidents first: the order of what matters, not of drawing.
    for (const Layer layer :
         {Layer::Incidents, Layer::Teams, Layer::Units, Layer::Stations, Layer::Shelters,
          Layer::LandingPoints, Layer::Depots, Layer::Cameras, Layer::Other}) {
        rows << QVariantMap{{u"layer"_s, int(layer)},
                            {u"name"_s, SymbolWords::layer(layer)},
                            {u"on"_s, m_store.isLayerVisible(layer)},
                            {u"symbol"_s, symbolUrl(SymbolWords::example(layer), m_theme)}};
    }
    return rows;
}

QVariantList MapScene::legend() const
{
    QVariantList groups;
    for (const LegendGroup &group : SymbolWords::legend()) {
        QVariantList rows;
        for (const LegendRow &row : group.rows)
            rows << QVariantMap{{u"symbol"_s, symbolUrl(row.symbol, m_theme)},
                                {u"words"_s, row.words}};
        groups << QVariantMap{{u"title"_s, group.title}, {u"rows"_s, rows}};
    }
    return groups;
}

void MapScene::setLines(const QVariantList &lines)
{
    m_lines = lines;
    Q_EMIT linesChanged();
}

void MapScene::retranslate()
{
    Q_EMIT layersChanged();
    Q_EMIT legendChanged();
}

void MapScene::setSelected(const std::optional<FeatureKey> &key)
{
    if (m_selected == key)
        return;
    m_selected = key;
    Q_EMIT selectionChanged();
}

void MapScene::setFollowing(bool on)
{
    if (m_following == on)
        return;
    m_following = on;
    Q_EMIT followingChanged(on);
}

void MapScene::followSelected()
{
    if (!m_following || !m_selected)
        return;
    const std::optional<Feature> feature = m_store.find(*m_selected);
    if (feature && feature->at.isValid() && distance(feature->at, m_wantedCentre).value > 0.5)
        show(feature->at, -1);
}

void MapScene::show(LonLat centre, double zoom)
{
    m_wantedCentre = centre;
    if (zoom >= 0)
        m_wantedZoom = std::min(zoom, highestZoom);
    Q_EMIT cameraWanted(centre.lon, centre.lat, m_wantedZoom);
}

void MapScene::showBearing(double degrees)
{
    Q_EMIT bearingWanted(degrees);
}

double MapScene::zoomFor(const WorldRect &bounds) const
{
    constexpr double margin = 80; // logical pixels on each side, so that symbols are not cut
    const double width = std::max(m_camera.size.width() - 2 * margin, 64.0);
    const double height = std::max(m_camera.size.height() - 2 * margin, 64.0);
    const double across = (bounds.right - bounds.left) * 256;
    const double down = (bounds.bottom - bounds.top) * 256;
    double zoom = highestZoom;
    if (across > 0)
        zoom = std::min(zoom, std::log2(width / across));
    if (down > 0)
        zoom = std::min(zoom, std::log2(height / down));
    if (across <= 0 && down <= 0)
        zoom = placeZoom;
    return std::max(zoom, 0.0);
}

LonLat MapScene::centre() const
{
    return m_wantedCentre;
}

double MapScene::metresPerPixel() const
{
    return m_camera.toScreen.isValid()
               ? view::metresPerPixel(m_wantedCentre.lat, m_camera.toScreen.pixelsPerWorld())
               : 0;
}

void MapScene::setView(const Camera &camera)
{
    m_camera = camera;
    const QPointF middle(camera.size.width() / 2, camera.size.height() / 2);
    m_wantedCentre = toLonLat(camera.toScreen.unmap(middle));
    m_wantedZoom = camera.zoom();
    Q_EMIT viewChanged();
}

void MapScene::setHovered(const Target *target, QPointF place)
{
    QString text;
    if (target && target->count > 1) {
        text = SymbolWords::tr("%n places or units, mostly: %1", nullptr, int(target->count))
                   .arg(SymbolWords::kind(target->kind));
    } else if (target) {
        if (const auto feature = m_store.find(target->key)) {
            const QString state = SymbolWords::state(feature->symbol.state);
            text =
                feature->label.isEmpty() ? SymbolWords::kind(feature->symbol.kind) : feature->label;
            if (!state.isEmpty())
                text += u" · "_s + state;
            if (!feature->note.isEmpty())
                text += u" · "_s + feature->note;
        }
    }
    if (text == m_hoverText && place == m_hoverPlace)
        return;
    m_hoverText = text;
    m_hoverPlace = place;
    Q_EMIT hoverChanged();
}

void MapScene::pointAt(LonLat place)
{
    Q_EMIT pointerMoved(place);
}

void MapScene::clickAt(LonLat place, const Target *target, bool twice)
{
    if (m_picking) {
        setPicking(false);
        Q_EMIT picked(place);
        return;
    }
    if (target && target->count > 1) {
        movedByHand();
        const WorldRect &b = target->bounds;
        // Things at one and the same place never part; two steps in is as good as any.
        const double zoom = std::max(zoomFor(b), m_camera.zoom() + 1);
        show(toLonLat({(b.left + b.right) / 2, (b.top + b.bottom) / 2}), zoom);
        return;
    }
    const std::optional<FeatureKey> key = target ? std::optional(target->key) : std::nullopt;
    if (twice) {
        if (key)
            Q_EMIT activated(*key);
        return;
    }
    setSelected(key);
    Q_EMIT clicked(key);
}

void MapScene::setLayerVisible(int layer, bool visible)
{
    if (layer >= 0 && layer < layerCount)
        m_store.setLayerVisible(Layer(layer), visible);
}

void MapScene::movedByHand()
{
    setFollowing(false);
}

void MapScene::cancelPicking()
{
    if (!m_picking)
        return;
    setPicking(false);
    Q_EMIT pickingCancelled();
}

void MapScene::requestMenu(double lon, double lat)
{
    Q_EMIT menuRequested({lon, lat});
}

QVariantMap MapScene::wantedCamera() const
{
    return {
        {u"lon"_s, m_wantedCentre.lon}, {u"lat"_s, m_wantedCentre.lat}, {u"zoom"_s, m_wantedZoom}};
}

} // namespace leeward::view
