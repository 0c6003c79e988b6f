#include "demofeatures.h"
#include "tileserver.h"

#include "maps/view/featurelayer.h"
#include "maps/view/mapscene.h"
#include "maps/view/mapview.h"

#include <QGeoCoordinate>
#include <QQuickView>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace Qt::StringLiterals;
using namespace leeward;
using namespace leeward::view;

namespace {

constexpr LonLat harbour{121.5, 28.6};

Feature feature(int number, LonLat at, SymbolKey symbol, Layer layer = Layer::Teams,
                const QString &label = {})
{
    return {{layer, QUuid(uint(number), 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)}, at, symbol, label, 0};
}

const SymbolKey team{SymbolKind::TeamFire, SymbolState::Available, 0, {}};

} // namespace

class MapTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_pictures = qEnvironmentVariable("LEEWARD_PICTURES");
        qRegisterMetaType<LonLat>();
    }
    void init()
    {
        m_cache = std::make_unique<QTemporaryDir>();
        m_server = std::make_unique<TileServer>();
        m_store = std::make_unique<FeatureStore>();
        m_map = std::make_unique<MapView>(*m_store);
        m_map->resize(1000, 700);
        m_map->setBaseMap({m_server->providers(),
                           m_cache->path(),
                           u"虚构数据"_s,
                           u"2026-01-01"_s,
                           u"GS(2026)0001"_s,
                           {}});
        QSignalSpy base(m_map.get(), &MapView::baseMapChanged);
        m_map->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_map->quickView()));
        m_map->activateWindow();
        m_map->setFocus();
        QTRY_VERIFY(!base.isEmpty());
        QVERIFY(base.last().first().toBool());
        look(harbour, 13);
        QTRY_VERIFY(pixel(20, 350) == TileServer::colour(u"street"_s) && groundPixels() == 0);
    }
    void cleanup()
    {
        m_map.reset();
        m_store.reset();
        m_server.reset();
        m_cache.reset();
    }

    void featureIsDrawnInItsPlace_data()
    {
        QTest::addColumn<double>("zoom");
        QTest::addColumn<double>("bearing");
        QTest::newRow("city") << 11.0 << 0.0;
        QTest::newRow("between levels") << 13.37 << 0.0;
        QTest::newRow("turned") << 14.0 << 37.0;
        QTest::newRow("street") << 18.0 << 211.5;
    }
    void featureIsDrawnInItsPlace()
    {
        QFETCH(const double, zoom);
        QFETCH(const double, bearing);
        m_map->showPlace(harbour, zoom);
        m_map->setBearing(bearing);
        const double metres = metresPerPixel(harbour.lat, 256 * std::exp2(zoom));
        // 200 px east and 150 px south of the middle, on the ground.
        const LonLat at =
            destination(destination(harbour, {90}, {200 * metres}), {180}, {150 * metres});
        m_store->reset({feature(1, at, team)});
        const QPointF turned = QTransform().rotate(-bearing).map(QPointF(200, 150));
        const QPointF expected = QPointF(500, 350) + turned;
        QTRY_VERIFY(greenNear(expected));
        const QPointF centroid = greenCentroid(expected);
        const double offBy = std::hypot(centroid.x() - expected.x(), centroid.y() - expected.y());
        QVERIFY2(offBy < 3.0, qPrintable(u"%1 px, %2 m off"_s.arg(offBy).arg(offBy * metres)));
    }

    void projectionAgreesWithTheMap_data()
    {
        QTest::addColumn<double>("zoom");
        QTest::addColumn<double>("bearing");
        for (const double zoom : {4.0, 9.5, 14.2, 19.0}) {
            for (const double bearing : {0.0, 45.0, 181.3, 300.0})
                QTest::addRow("zoom %g bearing %g", zoom, bearing) << zoom << bearing;
        }
    }
    void projectionAgreesWithTheMap()
    {
        QFETCH(const double, zoom);
        QFETCH(const double, bearing);
        look(harbour, zoom);
        m_map->setBearing(bearing);
        const std::optional<Affine> affine = m_map->layer()->currentAffine();
        QVERIFY(affine);
        double worst = 0;
        for (int x = 0; x <= 1000; x += 50) {
            for (int y = 0; y <= 700; y += 50) {
                const LonLat place = toLonLat(affine->unmap(QPointF(x, y)));
                QPointF truth;
                QVERIFY(QMetaObject::invokeMethod(m_map->mapItem(), "fromCoordinate",
                                                  qReturnArg(truth),
                                                  QGeoCoordinate(place.lat, place.lon), false));
                const QPointF ours = affine->map(toWorld(place));
                worst = std::max(worst, std::hypot(ours.x() - truth.x(), ours.y() - truth.y()));
            }
        }
        QVERIFY2(worst < 0.5, qPrintable(u"%1 px"_s.arg(worst)));
    }

    void clickSelects()
    {
        const LonLat east = destination(harbour, {90}, {1500});
        m_store->reset({feature(1, harbour, team), feature(2, east, team)});
        QSignalSpy selected(m_map.get(), &MapView::selectedByHand);
        QSignalSpy cleared(m_map.get(), &MapView::selectionCleared);
        QTRY_VERIFY(greenNear(*m_map->pixelOf(east)));
        click(*m_map->pixelOf(east));
        QTRY_COMPARE(selected.size(), 1);
        QCOMPARE(selected.first().first().value<FeatureKey>(), feature(2, {}, team).key);
        QCOMPARE(m_map->selected(), feature(2, {}, team).key);
        click({200, 600});
        QTRY_COMPARE(cleared.size(), 1);
        QVERIFY(!m_map->selected());
    }

    void doubleClickActivates()
    {
        m_store->reset({feature(1, harbour, team)});
        QTRY_VERIFY(greenNear({500, 350}));
        QSignalSpy activated(m_map.get(), &MapView::activated);
        QTest::mouseDClick(m_map->quickView(), Qt::LeftButton, {}, {500, 350});
        QTRY_COMPARE(activated.size(), 1);
    }

    void pickingTakesTheClickInstead()
    {
        m_store->reset({feature(1, harbour, team)});
        QTRY_VERIFY(greenNear({500, 350}));
        QSignalSpy picked(m_map.get(), &MapView::picked);
        QSignalSpy selected(m_map.get(), &MapView::selectedByHand);
        m_map->startPicking();
        const LonLat wanted = destination(harbour, {225}, {900});
        click(*m_map->pixelOf(wanted));
        QTRY_COMPARE(picked.size(), 1);
        const double offBy = distance(picked.first().first().value<LonLat>(), wanted).value;
        QVERIFY2(offBy < metresPerPixel(harbour.lat, 256 * 8192) * 1.5,
                 qPrintable(u"%1 m"_s.arg(offBy)));
        QCOMPARE(selected.size(), 0);
        QVERIFY(!m_map->isPicking());
    }

    void escapeCancelsPicking()
    {
        QSignalSpy cancelled(m_map.get(), &MapView::pickingCancelled);
        m_map->startPicking();
        QTRY_VERIFY(item("crosshair")->isVisible());
        QVERIFY(item("pickHint")->isVisible());
        QTRY_VERIFY(m_map->quickView()->activeFocusItem());
        QTest::keyClick(m_map->quickView(), Qt::Key_Escape);
        QTRY_COMPARE(cancelled.size(), 1);
        QVERIFY(!m_map->isPicking());
        QVERIFY(!item("crosshair")->isVisible());
    }

    void clusterClickZoomsIn()
    {
        QList<Feature> many;
        for (int i = 0; i < 40; ++i)
            many << feature(i, destination(harbour, {double(i * 9)}, {double(20 + i * 5)}), team);
        m_store->reset(many);
        look(harbour, 9);
        QTRY_COMPARE(m_map->layer()->picture().targets().size(), size_t(1));
        QCOMPARE(m_map->layer()->picture().targets().front().count, 40U);
        QSignalSpy selected(m_map.get(), &MapView::selectedByHand);
        click({500, 350});
        QTRY_VERIFY(m_map->zoom() > 13);
        QTRY_VERIFY(m_map->layer()->picture().targets().size() > 10);
        QCOMPARE(selected.size(), 0);
    }

    void countsOnScreenSumToFeatures_data()
    {
        QTest::addColumn<double>("zoom");
        for (const double zoom : {6.0, 8.4, 9.0})
            QTest::addRow("zoom %g", zoom) << zoom;
    }
    void countsOnScreenSumToFeatures()
    {
        QFETCH(const double, zoom);
        m_store->reset(demoFeatures(480, 56, 122, 181, 118, 12));
        look(harbour, zoom);
        QTRY_COMPARE(countOnScreen(), quint32(m_store->size()));
        m_store->setLayerVisible(Layer::Teams, false);
        QTRY_COMPARE(countOnScreen(), quint32(m_store->size() - 480));
    }

    void selectionRingIsSeenEvenInACluster()
    {
        QList<Feature> many;
        for (int i = 0; i < 40; ++i)
            many << feature(i, destination(harbour, {double(i * 9)}, {double(20 + i * 5)}), team);
        m_store->reset(many);
        look(harbour, 10);
        const QColor ring(0xe0, 0x00, 0x7a);
        QTRY_COMPARE(m_map->layer()->picture().targets().size(), size_t(1));
        QCOMPARE(countColour(ring), 0);
        m_map->setSelected(many[7].key);
        QTRY_VERIFY(countColour(ring) > 100);
    }

    void watermarkIsSeenOnlyInADrill()
    {
        const int before = strangePixels();
        QCOMPARE(item("watermark")->isVisible(), false);
        m_map->setDrill(u"演练 EXERCISE"_s);
        QTRY_VERIFY(strangePixels() > before + 8000);
        save(u"drill"_s);
        m_map->setDrill({});
        QTRY_COMPARE(strangePixels(), before);
    }

    void flashHappensOnceAndEnds()
    {
        m_store->reset({feature(1, harbour, team)});
        QTRY_VERIFY(greenNear({500, 350}));
        const QImage calm = m_map->picture();
        m_store->flash(feature(1, {}, team).key);
        QTRY_VERIFY(m_map->picture() != calm);
        QTRY_VERIFY_WITH_TIMEOUT(m_map->picture() == calm, 6000);
    }

    void themePicksTheNightMap()
    {
        m_map->setTheme(Theme::Dark);
        QTRY_COMPARE(pixel(20, 350), TileServer::colour(u"night"_s));
        m_map->setTheme(Theme::Light);
        QTRY_COMPARE(pixel(20, 350), TileServer::colour(u"street"_s));
    }

    void layersPanelSwitchesLayersAndStyles()
    {
        m_store->reset({feature(1, harbour, team)});
        QTRY_VERIFY(greenNear({500, 350}));
        clickItem("layersTitle");
        QTRY_VERIFY(item(qPrintable(u"layer%1"_s.arg(int(Layer::Teams)))));
        clickItem(qPrintable(u"layer%1"_s.arg(int(Layer::Teams))));
        QTRY_VERIFY(!m_store->isLayerVisible(Layer::Teams));
        QTRY_VERIFY(!greenNear({500, 350}));
        clickItem("style_terrain");
        QTRY_COMPARE(pixel(20, 350), TileServer::colour(u"terrain"_s));
    }

    void wheelZoomsAtThePointer()
    {
        const QPointF pointer(700, 200);
        const LonLat under = toLonLat(m_map->layer()->currentAffine()->unmap(pointer));
        const double zoom = m_map->zoom();
        QWheelEvent wheel(pointer, m_map->quickView()->mapToGlobal(pointer), {}, {0, 240},
                          Qt::NoButton, {}, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(m_map->quickView(), &wheel);
        QTRY_VERIFY(m_map->zoom() > zoom + 0.5);
        const LonLat now = toLonLat(m_map->layer()->currentAffine()->unmap(pointer));
        QVERIFY(distance(under, now).value < 2);
    }

    void dragPansAndEndsFollowing()
    {
        m_store->reset({feature(1, harbour, team)});
        m_map->setSelected(feature(1, {}, team).key);
        m_map->setFollowing(true);
        QSignalSpy following(m_map.get(), &MapView::followingChanged);
        Feature moved = feature(1, destination(harbour, {0}, {2000}), team);
        m_store->upsert(moved);
        QTRY_VERIFY(distance(m_map->centre(), moved.at).value < 5);
        QVERIFY(m_map->isFollowing());

        QTest::mousePress(m_map->quickView(), Qt::LeftButton, {}, {300, 300});
        for (int step = 1; step <= 10; ++step)
            QTest::mouseMove(m_map->quickView(), {300 + step * 12, 300});
        QTest::mouseRelease(m_map->quickView(), Qt::LeftButton, {}, {420, 300});
        QTRY_COMPARE(following.size(), 1);
        QVERIFY(!m_map->isFollowing());
        QTRY_VERIFY(m_map->centre().lon < moved.at.lon);
        moved.at = harbour;
        const LonLat before = m_map->centre();
        m_store->upsert(moved);
        QTRY_VERIFY(greenNear(*m_map->pixelOf(harbour)) ||
                    !QRectF(0, 0, 1000, 700).contains(*m_map->pixelOf(harbour)));
        QVERIFY(distance(before, m_map->centre()).value < 1);
    }

    void keysMoveAndZoom()
    {
        const LonLat before = m_map->centre();
        const double zoom = m_map->zoom();
        QTRY_VERIFY(m_map->quickView()->activeFocusItem());
        QTest::keyClick(m_map->quickView(), Qt::Key_Right);
        QTRY_VERIFY(m_map->centre().lon > before.lon);
        QTest::keyClick(m_map->quickView(), Qt::Key_Up);
        QTRY_VERIFY(m_map->centre().lat > before.lat);
        QTest::keyClick(m_map->quickView(), Qt::Key_Plus);
        QTRY_VERIFY(m_map->zoom() > zoom);
    }

    void pointerIsReported()
    {
        QSignalSpy moved(m_map.get(), &MapView::pointerMoved);
        QTest::mouseMove(m_map->quickView(), {400, 300});
        QTest::mouseMove(m_map->quickView(), {500, 350});
        QTRY_VERIFY(!moved.isEmpty() &&
                    distance(moved.last().first().value<LonLat>(), harbour).value < 30);
    }

    void fitShowsAllPlaces()
    {
        const QList<LonLat> places{{121.1, 28.3}, {121.9, 28.9}, {121.4, 28.7}};
        m_map->fitTo(places);
        for (const LonLat place : places)
            QTRY_VERIFY(QRectF(40, 40, 920, 620).contains(*m_map->pixelOf(place)));
    }

    void linesAreDrawn()
    {
        const QColor route(0x12, 0x34, 0xf6);
        m_map->setRoutes(
            {{u"route"_s,
              {destination(harbour, {270}, {3000}), destination(harbour, {90}, {3000})},
              route,
              6,
              false}});
        QTRY_VERIFY(countColour(route) > 800);
        const QColor closure(0xee, 0x11, 0x22);
        m_map->setDrawings(
            {{u"closed"_s,
              {destination(harbour, {0}, {1500}), destination(harbour, {120}, {1500}),
               destination(harbour, {240}, {1500})},
              closure,
              4,
              true}});
        QTRY_VERIFY(countColour(closure) > 300);
        m_map->setRoutes({});
        m_map->setDrawings({});
        QTRY_COMPARE(countColour(route) + countColour(closure), 0);
    }

    void withoutBaseMapItSaysWhyAndStillDraws()
    {
        QSignalSpy base(m_map.get(), &MapView::baseMapChanged);
        m_map->setBaseMap({{}, {}, {}, {}, {}, u"底图文件不存在"_s});
        QTRY_COMPARE(base.size(), 1);
        QVERIFY(!base.first().first().toBool());
        QTRY_VERIFY(item("noBaseMap")->isVisible());
        QVERIFY(!item("credits")->isVisible());
        m_store->reset({feature(1, harbour, team)});
        QTRY_VERIFY(m_map->pixelOf(harbour) && greenNear(*m_map->pixelOf(harbour)));
        save(u"nobasemap"_s);
    }

    void outsideAndDeadServicesAreRefused()
    {
        QSignalSpy base(m_map.get(), &MapView::baseMapChanged);
        m_map->setBaseMap(
            {QUrl(u"http://tile.example.org/providers/"_s), m_cache->path(), {}, {}, {}, {}});
        QTRY_COMPARE(base.size(), 1);
        QVERIFY(!base.last().first().toBool());
        QUrl dead = m_server->providers();
        m_server.reset();
        m_map->setBaseMap({dead, m_cache->path(), {}, {}, {}, {}});
        QTRY_COMPARE(base.size(), 2);
        QVERIFY(!base.last().first().toBool());
        QVERIFY(!base.last().last().toString().isEmpty());
    }

    void creditsNameDateAndReview()
    {
        const QString text = item("creditsSource")->property("text").toString();
        QVERIFY(text.contains(u"虚构数据"_s));
        QVERIFY(text.contains(u"2026-01-01"_s));
        QVERIFY(item("creditsReview")->property("text").toString().contains(u"GS(2026)0001"_s));
        QVERIFY(item("scaleBar")->width() > 40);
    }

    void theReviewNumberIsSaidInWords_data()
    {
        QTest::addColumn<QString>("number");
        QTest::addColumn<QString>("words");
        QTest::newRow("a number") << u"GS(2026)0001"_s << u"Review number: GS(2026)0001"_s;
        QTest::newRow("a place that does not exist")
            << u"none: fictional"_s << u"Review number: none (fictional)"_s;
        QTest::newRow("none") << QString() << u"No review number"_s;
    }
    void theReviewNumberIsSaidInWords()
    {
        QFETCH(const QString, number);
        QFETCH(const QString, words);
        QCOMPARE(reviewWords(number), words);
    }

    void aWallHasNothingToClick()
    {
        const QList<const char *> controls = {"zoomIn", "zoomOut", "layersPanel", "legendPanel"};
        for (const char *name : controls)
            QVERIFY2(item(name)->isVisible(), name);
        m_map->setControls(false);
        for (const char *name : controls)
            QVERIFY2(!item(name)->isVisible(), name);
        QVERIFY(item("scaleBar")->isVisible());
        QVERIFY(item("credits")->isVisible());
    }

    void theReviewNumberIsNeverCut_data()
    {
        QTest::addColumn<int>("width");
        QTest::newRow("wide") << 1000;
        QTest::newRow("beside an open log") << 340;
        QTest::newRow("the narrowest") << 240;
    }
    void theReviewNumberIsNeverCut()
    {
        QFETCH(const int, width);
        m_map->resize(width, 500);
        QQuickItem *review = item("creditsReview");
        QTRY_VERIFY(review->isVisible() && review->window()->width() == width);
        QTRY_VERIFY(review->property("contentWidth").toReal() +
                        review->property("leftPadding").toReal() +
                        review->property("rightPadding").toReal() <=
                    review->width() + 0.5);
        QVERIFY(!review->property("truncated").toBool());
        const QRectF where = review->mapRectToScene(QRectF({}, review->size()));
        QTRY_VERIFY2(
            QRectF(0, 0, width, 500).contains(review->mapRectToScene(review->boundingRect())),
            qPrintable(QString::number(where.right())));
    }

    void aHundredThousandAreHeld()
    {
        m_store->reset(demoFeatures(50000, 10000, 10000, 10000, 19900, 100));
        look(harbour, 8);
        QTRY_COMPARE(countOnScreen(), 100000U);
        look(harbour, 16);
        QTRY_VERIFY(m_map->zoom() > 15.9);
        QVERIFY(m_map->layer()->picture().targets().size() < 4000);
    }

    // Pictures for a person to look at, when LEEWARD_PICTURES names a folder.
    void pictures_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<bool>("dark");
        QTest::addColumn<double>("zoom");
        for (const bool dark : {false, true}) {
            for (const double zoom : {10.0, 12.0, 13.5, 15.0}) {
                QTest::addRow("%s %g", dark ? "dark" : "light", zoom)
                    << QSize(1366, 768) << dark << zoom;
            }
        }
    }
    void pictures()
    {
        if (m_pictures.isEmpty())
            QSKIP("LEEWARD_PICTURES is not set");
        QFETCH(const QSize, size);
        QFETCH(const bool, dark);
        QFETCH(const double, zoom);
        const QSize screen = m_map->screen()->size();
        m_map->resize(screen.width() > 3000 ? screen : size);
        m_map->setTheme(dark ? Theme::Dark : Theme::Light);
        const QList<Feature> features = demoFeatures(480, 56, 122, 181, 118, 12);
        m_store->reset(features);
        look(features.last().at, zoom);
        m_map->setSelected(features.last().key);
        if (zoom == 12.0)
            clickItem("layersTitle");
        if (zoom == 13.5)
            clickItem("legendTitle");
        m_map->setRoutes({{u"route"_s,
                           {features[0].at, features[20].at, features.last().at},
                           QColor(0x16, 0x5f, 0xc4),
                           5,
                           false}});
        QTRY_COMPARE(pixel(20, 350), TileServer::colour(dark ? u"night"_s : u"street"_s));
        QTRY_VERIFY(!m_map->layer()->picture().isIncomplete());
        save(u"map_%1_%2_%3"_s.arg(dark ? u"dark"_s : u"light"_s).arg(zoom).arg(m_map->width()));
    }

private:
    void look(LonLat at, double zoom)
    {
        m_map->showPlace(at, zoom);
        QTRY_VERIFY(distance(m_map->centre(), at).value < 1 &&
                    std::abs(m_map->zoom() - zoom) < 1e-3);
    }
    void click(QPointF at)
    {
        QTest::mouseMove(m_map->quickView(), at.toPoint());
        QTest::mouseClick(m_map->quickView(), Qt::LeftButton, {}, at.toPoint());
    }
    QQuickItem *item(const char *name) const
    {
        // Repeater children are no QObject children of their visual parent.
        QList<QQuickItem *> queue{m_map->quickView()->rootObject()};
        while (!queue.isEmpty()) {
            QQuickItem *head = queue.takeFirst();
            if (head->objectName() == QString::fromLatin1(name))
                return head;
            queue += head->childItems();
        }
        return nullptr;
    }
    void clickItem(const char *name)
    {
        QQuickItem *target = item(name);
        QVERIFY(target);
        const QPointF at = target->mapToScene(QPointF(target->width() / 2, target->height() / 2));
        QTest::mouseClick(m_map->quickView(), Qt::LeftButton, {}, at.toPoint());
    }
    QColor pixel(int x, int y) const { return m_map->picture().pixelColor(x, y); }
    static bool isGreen(QRgb c) { return qGreen(c) > qRed(c) + 60 && qGreen(c) > qBlue(c) + 40; }
    bool greenNear(QPointF at) const { return !std::isnan(greenCentroid(at).x()); }
    QPointF greenCentroid(QPointF at) const
    {
        const QImage image = m_map->picture();
        QPointF sum;
        int count = 0;
        for (int y = std::max(0, int(at.y()) - 25); y < std::min(image.height(), int(at.y()) + 25);
             ++y) {
            for (int x = std::max(0, int(at.x()) - 25);
                 x < std::min(image.width(), int(at.x()) + 25); ++x) {
                if (isGreen(image.pixel(x, y))) {
                    sum += QPointF(x + 0.5, y + 0.5);
                    ++count;
                }
            }
        }
        return count > 100 ? sum / count : QPointF(qQNaN(), qQNaN());
    }
    int countColour(QColor colour) const
    {
        const QImage image = m_map->picture();
        int count = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                const QColor c = image.pixelColor(x, y);
                count += std::abs(c.red() - colour.red()) < 12 &&
                         std::abs(c.green() - colour.green()) < 12 &&
                         std::abs(c.blue() - colour.blue()) < 12;
            }
        }
        return count;
    }
    // Where tiles are still missing.
    int groundPixels() const
    {
        const QImage image = m_map->picture();
        const QRgb ground = QColor(0xe8, 0xe6, 0xdf).rgb();
        int count = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x)
                count += (image.pixel(x, y) | 0xff000000) == ground;
        }
        return count;
    }
    int strangePixels() const
    {
        const QImage image = m_map->picture();
        const QRgb ground = TileServer::colour(u"street"_s).rgb();
        int count = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x)
                count += (image.pixel(x, y) | 0xff000000) != ground;
        }
        return count;
    }
    quint32 countOnScreen() const
    {
        quint32 sum = 0;
        for (const Target &target : m_map->layer()->picture().targets())
            sum += target.count;
        return sum;
    }
    void save(const QString &name) const
    {
        if (!m_pictures.isEmpty())
            m_map->picture().save(m_pictures + u'/' + name + u".png"_s);
    }

    QString m_pictures;
    std::unique_ptr<QTemporaryDir> m_cache;
    std::unique_ptr<TileServer> m_server;
    std::unique_ptr<FeatureStore> m_store;
    std::unique_ptr<MapView> m_map;
};

QTEST_MAIN(MapTest)
#include "tst_map.moc"
