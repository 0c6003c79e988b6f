#include "maps/view/mapview.h"

#include "maps/view/featurelayer.h"
#include "maps/view/mapscene.h"
#include "maps/view/symbolimages.h"

#include <QEvent>
#include <QGeoCoordinate>
#include <QGuiApplication>
#include <QHostAddress>
#include <QJsonDocument>
#include <QLabel>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QQmlEngine>
#include <QQmlError>
#include <QQuickItem>
#include <QQuickView>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// Made by the build of the QML module. Named here so that the linker keeps it: the library is
// static.
void qml_register_types_Leeward_MapView();

namespace leeward::view {

namespace {

bool isLoopback(const QUrl &url)
{
    return url.scheme() == "http"_L1 && QHostAddress(url.host()).isLoopback();
}

QVariantMap lineMap(const MapLine &line)
{
    QList<QGeoCoordinate> path;
    path.reserve(line.places.size());
    for (const LonLat place : line.places)
        path << QGeoCoordinate(place.lat, place.lon);
    QColor fill = line.color;
    fill.setAlphaF(0.18F);
    return {{u"name"_s, line.name},   {u"path"_s, QVariant::fromValue(path)},
            {u"color"_s, line.color}, {u"fill"_s, fill},
            {u"width"_s, line.width}, {u"closed"_s, line.closed}};
}

} // namespace

MapView::MapView(FeatureStore &store, QWidget *parent, Begin when)
    : QWidget(parent)
    , m_scene(new MapScene(store, this))
    , m_stack(new QStackedWidget)
    , m_error(new QLabel)
    , m_network(new QNetworkAccessManager(this))
{
    setObjectName(u"mapView"_s);
    setAccessibleName(tr("Map"));
    m_error->setObjectName(u"mapError"_s);
    m_error->setWordWrap(true);
    m_error->setAlignment(Qt::AlignCenter);
    m_error->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_error->setMargin(24);
    m_stack->addWidget(m_error);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);

    m_network->setProxy(QNetworkProxy::NoProxy);
    applyBaseMap({});
    connectScene();
    if (when == Begin::Now)
        begin();
}

void MapView::begin()
{
    if (m_view)
        return;
    chooseGraphics();
    m_view = new QQuickView;
    m_container = QWidget::createWindowContainer(m_view, this);
    m_container->setObjectName(u"mapContainer"_s);
    m_container->setFocusPolicy(Qt::StrongFocus);
    m_container->setMinimumSize(240, 160);
    m_stack->insertWidget(0, m_container);
    m_stack->setCurrentWidget(m_container);
    const bool focused = hasFocus();
    setFocusProxy(m_container);
    if (focused)
        m_container->setFocus();
    load();
}

MapView::~MapView()
{
    // The QML uses the scene; the container, which owns the view, must go first.
    delete m_stack;
}

bool MapView::chooseGraphics()
{
    static const bool accelerated = askForGraphics();
    return accelerated;
}

bool MapView::askForGraphics()
{
    if (qEnvironmentVariableIsSet("QT_QUICK_BACKEND") ||
        qEnvironmentVariableIsSet("QSG_RHI_BACKEND"))
        return true;
    QOffscreenSurface surface;
    surface.create();
    QOpenGLContext context;
    if (surface.isValid() && context.create() && context.makeCurrent(&surface)) {
        context.doneCurrent();
        return true;
    }
    QQuickWindow::setGraphicsApi(QSGRendererInterface::Software);
    return false;
}

void MapView::load()
{
    static const bool registered = (qml_register_types_Leeward_MapView(), true);
    Q_UNUSED(registered);
    m_view->setObjectName(u"mapWindow"_s);
    m_view->setResizeMode(QQuickView::SizeRootObjectToView);
    m_view->setColor(m_scene->ground());
    m_view->engine()->addImageProvider(u"symbols"_s, new SymbolImages);
    m_view->setInitialProperties({{u"scene"_s, QVariant::fromValue(m_scene)}});
    connect(m_view, &QQuickWindow::sceneGraphError, this,
            [this](QQuickWindow::SceneGraphError, const QString &message) { showError(message); });
    connect(m_view, &QQuickWindow::sceneGraphInitialized, this, [this] {
        m_scene->setSoftware(m_view->rendererInterface()->graphicsApi() ==
                             QSGRendererInterface::Software);
    });
    connect(m_view, &QQuickView::statusChanged, this, [this](QQuickView::Status status) {
        if (status != QQuickView::Error)
            return;
        QStringList lines;
        const QList<QQmlError> errors = m_view->errors();
        for (const QQmlError &error : errors)
            lines << error.toString();
        showError(lines.join(u'\n'));
    });
    m_view->loadFromModule(u"Leeward.MapView"_s, u"Scene"_s);
}

void MapView::showError(const QString &reason)
{
    m_error->setText(
        tr("The map cannot be shown: %1\n\nLists, cards and orders work without it.").arg(reason));
    m_error->setAccessibleName(m_error->text());
    m_stack->setCurrentWidget(m_error);
    Q_EMIT failed(reason);
}

void MapView::connectScene()
{
    connect(m_scene, &MapScene::clicked, this, [this](const std::optional<FeatureKey> &key) {
        if (key)
            Q_EMIT selectedByHand(*key);
        else
            Q_EMIT selectionCleared();
    });
    connect(m_scene, &MapScene::activated, this, &MapView::activated);
    connect(m_scene, &MapScene::picked, this, &MapView::picked);
    connect(m_scene, &MapScene::pickingCancelled, this, &MapView::pickingCancelled);
    connect(m_scene, &MapScene::pointerMoved, this, &MapView::pointerMoved);
    connect(m_scene, &MapScene::pointerLeft, this, &MapView::pointerLeft);
    connect(m_scene, &MapScene::menuRequested, this, &MapView::menuRequested);
    connect(m_scene, &MapScene::followingChanged, this, &MapView::followingChanged);
    connect(m_scene, &MapScene::viewChanged, this, [this] {
        if (!m_pendingFit.isEmpty())
            fitTo(std::exchange(m_pendingFit, {}));
        Q_EMIT viewChanged();
    });
}

void MapView::setBaseMap(const BaseMap &baseMap)
{
    if (baseMap == m_baseMap && m_present)
        return;
    m_baseMap = baseMap;
    m_present = false;
    const int probe = ++m_probe;
    if (baseMap.providers.isEmpty()) {
        applyBaseMap(baseMap.problem);
        return;
    }
    if (!isLoopback(baseMap.providers)) {
        applyBaseMap(tr("The address of the tile service, %1, is not on this machine.")
                         .arg(baseMap.providers.toDisplayString()));
        return;
    }
    QNetworkRequest request(baseMap.providers.resolved(QUrl(u"street"_s)));
    request.setTransferTimeout(5s);
    QNetworkReply *reply = m_network->get(request);
    connect(reply, &QNetworkReply::finished, this, [this, reply, probe] {
        reply->deleteLater();
        if (probe == m_probe)
            probed(reply->readAll(),
                   reply->error() == QNetworkReply::NoError ? QString() : reply->errorString());
    });
}

void MapView::probed(const QByteArray &answer, const QString &error)
{
    if (!error.isEmpty()) {
        applyBaseMap(tr("The tile service does not answer: %1").arg(error));
        return;
    }
    const QUrl tiles(QJsonDocument::fromJson(answer)[u"UrlTemplate"].toString().remove(u'%'));
    if (!isLoopback(tiles)) {
        applyBaseMap(tr("The tile service does not offer a street map on this machine."));
        return;
    }
    m_present = true;
    applyBaseMap({});
}

void MapView::applyBaseMap(const QString &problem)
{
    m_problem = problem;
    if (!m_present && m_problem.isEmpty())
        m_problem =
            tr("No base map has been imported. Units and places are drawn on empty ground.");
    showCredits();
    m_scene->setBaseMap(m_present ? m_baseMap.providers : QUrl(), m_baseMap.cacheDirectory,
                        m_problem);
    Q_EMIT baseMapChanged(m_present, m_problem);
}

void MapView::showCredits()
{
    if (!m_present) {
        m_scene->setCredits({}, {});
        return;
    }
    QStringList parts;
    if (!m_baseMap.attribution.isEmpty())
        parts << m_baseMap.attribution;
    if (!m_baseMap.date.isEmpty())
        parts << tr("base map of %1").arg(m_baseMap.date);
    m_scene->setCredits(parts.join(u" · "_s), reviewWords(m_baseMap.reviewNumber));
}

QString reviewWords(const QString &reviewNumber)
{
    if (reviewNumber.isEmpty())
        //: the number under which the authority has reviewed a map for publication
        return MapView::tr("No review number");
    if (reviewNumber == "none: fictional"_L1)
        return MapView::tr("Review number: none (fictional)");
    return MapView::tr("Review number: %1").arg(reviewNumber);
}

void MapView::setTheme(Theme theme)
{
    m_scene->setTheme(theme);
    if (m_view)
        m_view->setColor(m_scene->ground());
}

void MapView::setSymbolScale(double scale)
{
    m_scene->setSymbolScale(scale);
}
void MapView::setDrill(const QString &words)
{
    m_scene->setDrill(words);
}
void MapView::setControls(bool on)
{
    m_scene->setControls(on);
}

void MapView::showPlace(LonLat place, double zoom)
{
    m_pendingFit.clear();
    m_scene->show(place, zoom);
}

void MapView::showPlace(LonLat place)
{
    showPlace(place, -1);
}

void MapView::fitTo(const QList<LonLat> &places)
{
    if (places.isEmpty())
        return;
    if (m_scene->camera().size.isEmpty()) {
        m_pendingFit = places;
        return;
    }
    WorldRect box = WorldRect::around(toWorld(places.first()));
    for (const LonLat place : places)
        box.unite(toWorld(place));
    m_scene->show(toLonLat({(box.left + box.right) / 2, (box.top + box.bottom) / 2}),
                  m_scene->zoomFor(box));
}

void MapView::setBearing(double degrees)
{
    m_scene->showBearing(degrees);
}
LonLat MapView::centre() const
{
    return m_scene->centre();
}

double MapView::zoom() const
{
    return m_scene->camera().toScreen.isValid()
               ? m_scene->camera().zoom()
               : m_scene->wantedCamera().value(u"zoom"_s).toDouble();
}

void MapView::setSelected(const std::optional<FeatureKey> &key)
{
    m_scene->setSelected(key);
}
std::optional<FeatureKey> MapView::selected() const
{
    return m_scene->selected();
}
void MapView::setFollowing(bool on)
{
    m_scene->setFollowing(on);
}
bool MapView::isFollowing() const
{
    return m_scene->isFollowing();
}

void MapView::startPicking()
{
    m_scene->setPicking(true);
    setFocus();
}

void MapView::stopPicking()
{
    m_scene->setPicking(false);
}
bool MapView::isPicking() const
{
    return m_scene->isPicking();
}

void MapView::setRoutes(const QList<MapLine> &routes)
{
    m_routes = routes;
    updateLines();
}

void MapView::setDrawings(const QList<MapLine> &drawings)
{
    m_drawings = drawings;
    updateLines();
}

void MapView::updateLines()
{
    QVariantList lines;
    for (const QList<MapLine> *list : {&m_drawings, &m_routes}) {
        for (const MapLine &line : *list)
            lines << lineMap(line);
    }
    m_scene->setLines(lines);
}

QImage MapView::picture() const
{
    return m_view ? m_view->grabWindow() : QImage();
}

std::optional<QPointF> MapView::pixelOf(LonLat place) const
{
    const FeatureLayer *features = layer();
    const auto affine = features ? features->currentAffine() : std::nullopt;
    if (!affine)
        return std::nullopt;
    return affine->map(toWorld(place));
}

QQuickItem *MapView::mapItem() const
{
    return m_view && m_view->rootObject()
               ? m_view->rootObject()->property("map").value<QQuickItem *>()
               : nullptr;
}

FeatureLayer *MapView::layer() const
{
    QQuickItem *map = mapItem();
    return map ? map->findChild<FeatureLayer *>() : nullptr;
}

void MapView::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange) {
        setAccessibleName(tr("Map"));
        if (m_view)
            m_view->engine()->retranslate();
        m_scene->retranslate();
        showCredits();
    }
    QWidget::changeEvent(event);
}

} // namespace leeward::view
