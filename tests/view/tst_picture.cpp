#include "demofeatures.h"

#include "maps/view/featurepicture.h"

#include <QGuiApplication>
#include <QTest>

#include <cmath>

using namespace Qt::StringLiterals;
using namespace leeward;
using namespace leeward::view;

namespace {

Camera cameraAt(LonLat centre, double zoom, QSizeF size = {1280, 800}, double bearing = 0)
{
    const WorldPoint c = toWorld(centre);
    const double scale = 256 * std::exp2(zoom);
    const double turn = bearing * M_PI / 180;
    const auto project = [&](WorldPoint p) {
        const double x = (p.x - c.x) * scale, y = (p.y - c.y) * scale;
        return QPointF(x * std::cos(turn) + y * std::sin(turn) + size.width() / 2,
                       y * std::cos(turn) - x * std::sin(turn) + size.height() / 2);
    };
    const double step = 200 / scale;
    const std::array<WorldPoint, 3> places{{c, {c.x + step, c.y}, {c.x, c.y + step}}};
    return {
        Affine::fromPlaces(places, {project(places[0]), project(places[1]), project(places[2])}),
        size, 1};
}

} // namespace

class PictureTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFeatureInViewIsDrawn_data()
    {
        QTest::addColumn<double>("zoom");
        QTest::addColumn<double>("bearing");
        for (const double zoom : {14.5, 15.7, 17.0}) {
            for (const double bearing : {0.0, 33.0, 270.0})
                QTest::addRow("zoom %g bearing %g", zoom, bearing) << zoom << bearing;
        }
    }
    // Culling against brute force through the same projection.
    void everyFeatureInViewIsDrawn()
    {
        QFETCH(const double, zoom);
        QFETCH(const double, bearing);
        FeatureStore store;
        store.reset(demoFeatures(3000, 300, 300, 300, 300, 30));
        for (int i = 0; i < 8; ++i) {
            const Camera camera = cameraAt(store.features()[i * 97].at, zoom, {1280, 800}, bearing);
            FeaturePicture picture;
            QVERIFY(picture.update(store, camera, {}));
            QSet<FeatureKey> drawn;
            for (const Target &target : picture.targets())
                drawn.insert(target.key);
            for (qsizetype f = 0; f < store.size(); ++f) {
                const QPointF at = camera.toScreen.map(store.world(f));
                if (!QRectF(QPointF(), camera.size).contains(at))
                    continue;
                const FeatureKey key = store.features()[f].key;
                QVERIFY(drawn.contains(key));
                const QPointF place = picture.origin() + *picture.placeOf(key);
                QVERIFY(std::hypot(place.x() - at.x(), place.y() - at.y()) < 1);
            }
        }
    }

    void aSmallPanOnlyMovesThePicture()
    {
        FeatureStore store;
        store.reset(demoFeatures(480, 56, 122, 181, 118, 12));
        FeaturePicture picture;
        const LonLat start{121.5, 28.6};
        (void) picture.update(store, cameraAt(start, 12), {});
        while (picture.isIncomplete())
            (void) picture.update(store, cameraAt(start, 12), {});
        const LonLat near{121.53, 28.6}, far{122.5, 28.6};
        QVERIFY(!picture.update(store, cameraAt(near, 12), {}));
        QVERIFY(picture.update(store, cameraAt(far, 12), {}));
        QVERIFY(picture.update(store, cameraAt(far, 12.5), {}));
        QVERIFY(!picture.update(store, cameraAt(far, 12.5), {}) || picture.isIncomplete());
        Feature changed = store.features().first();
        changed.symbol.state = SymbolState::Busy;
        store.upsert(changed);
        QVERIFY(picture.update(store, cameraAt(far, 12.5), {}));
    }

    void namesDoNotOverlap()
    {
        FeatureStore store;
        store.reset(demoFeatures(3000, 300, 300, 300, 300, 30));
        FeaturePicture picture;
        const Camera camera = cameraAt(store.features().first().at, 15);
        (void) picture.update(store, camera, {});
        for (int i = 0; i < 50 && picture.isIncomplete(); ++i)
            (void) picture.update(store, camera, {});
        QList<QRectF> names;
        for (const Batch &batch : picture.batches()) {
            for (const Quad &quad : batch.quads) {
                if (batch.labels)
                    names << quad.at.adjusted(3, 3, -3, -3);
            }
        }
        QVERIFY(names.size() > 5);
        for (qsizetype a = 0; a < names.size(); ++a) {
            for (qsizetype b = a + 1; b < names.size(); ++b)
                QVERIFY(!names[a].intersects(names[b]));
        }
    }

    void fadeAndSelectionShow()
    {
        FeatureStore store;
        const LonLat at{121.5, 28.6};
        QList<Feature> features = demoFeatures(2, 0, 0, 0, 0, 0);
        features[0].at = features[1].at = at;
        features[0].fade = 0;
        features[1].fade = 1;
        store.reset(features);
        FeaturePicture picture;
        (void) picture.update(store, cameraAt(at, 16), {});
        QSet<float> opacities;
        for (const Batch &batch : picture.batches()) {
            for (const Quad &quad : batch.quads) {
                if (!batch.labels)
                    opacities.insert(quad.opacity);
            }
        }
        QVERIFY(opacities.contains(1.0F));
        QVERIFY(*std::min_element(opacities.cbegin(), opacities.cend()) < 0.5F);
        // Far out both are one cluster, but the selected one is drawn as well.
        (void) picture.update(store, cameraAt(at, 8), {});
        QCOMPARE(picture.targets().size(), size_t(1));
        FeaturePicture::Options options;
        options.selected = features[1].key;
        (void) picture.update(store, cameraAt(at, 8), options);
        QVERIFY(picture.placeOf(features[1].key));
    }

    void acrossTheDateLine()
    {
        FeatureStore store;
        QList<Feature> features = demoFeatures(2, 0, 0, 0, 0, 0);
        features[0].at = {179.99, -17};
        features[1].at = {-179.99, -17};
        store.reset(features);
        FeaturePicture picture;
        (void) picture.update(store, cameraAt({179.995, -17}, 15), {});
        QVERIFY(picture.placeOf(features[0].key));
        QVERIFY(picture.placeOf(features[1].key));
        QVERIFY(picture.placeOf(features[1].key)->x() > picture.placeOf(features[0].key)->x());
    }

    void hitFindsTheNearest()
    {
        FeatureStore store;
        QList<Feature> features = demoFeatures(2, 0, 0, 0, 0, 0);
        features[0].at = {121.5, 28.6};
        features[1].at = destination(features[0].at, {90}, {50});
        store.reset(features);
        FeaturePicture picture;
        const Camera camera = cameraAt({121.5, 28.6}, 17);
        (void) picture.update(store, camera, {});
        const Target *hit = picture.hit(camera.toScreen.map(toWorld(features[1].at)));
        QVERIFY(hit);
        QCOMPARE(hit->key, features[1].key);
        QVERIFY(!picture.hit({10, 10}));
    }
};

QTEST_MAIN(PictureTest)
#include "tst_picture.moc"
