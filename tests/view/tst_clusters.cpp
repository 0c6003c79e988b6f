#include "maps/view/clusters.h"
#include "maps/view/featurestore.h"
#include "maps/view/mercator.h"

#include <QSignalSpy>
#include <QTest>

#include <cmath>
#include <random>

using namespace Qt::StringLiterals;
using namespace leeward;
using namespace leeward::view;

namespace {

std::vector<WorldPoint> scattered(size_t count, unsigned seed)
{
    std::mt19937 dice(seed);
    std::uniform_real_distribution<double> lon(117.0, 123.0), lat(24.0, 31.0);
    std::normal_distribution<double> town(0, 0.02);
    std::vector<WorldPoint> points;
    LonLat centre{120, 27};
    for (size_t i = 0; i < count; ++i) {
        if (i % 50 == 0)
            centre = {lon(dice), lat(dice)};
        points.push_back(toWorld({centre.lon + town(dice), centre.lat + town(dice)}));
    }
    return points;
}

std::vector<Clusterable> things(size_t count, unsigned seed)
{
    std::vector<Clusterable> out;
    std::mt19937 dice(seed);
    quint32 index = 0;
    for (const WorldPoint p : scattered(count, seed)) {
        const auto kind = SymbolKind(dice() % symbolKindCount);
        const auto state = SymbolState(dice() % symbolStateCount);
        out.push_back({p,
                       {kind, state, 0, dice() % 100 == 0 ? Badges(Badge::Overdue) : Badges()},
                       index++,
                       quint8(isIncident(kind) ? 1 : 0)});
    }
    return out;
}

} // namespace

class ClustersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void mercatorRoundTrip_data()
    {
        QTest::addColumn<double>("lon");
        QTest::addColumn<double>("lat");
        QTest::newRow("null island") << 0.0 << 0.0;
        QTest::newRow("Zhejiang") << 121.123456 << 28.654321;
        QTest::newRow("far north") << 124.3 << 53.5;
        QTest::newRow("date line") << -180.0 << -17.0;
        QTest::newRow("edge") << 179.999999 << 85.0;
    }
    void mercatorRoundTrip()
    {
        QFETCH(const double, lon);
        QFETCH(const double, lat);
        QVERIFY(distance(toLonLat(toWorld({lon, lat})), {lon, lat}).value < 1e-3);
    }

    void metresPerPixelAgreesWithDistance()
    {
        const double pixels = 256 * std::exp2(15);
        const WorldPoint a = toWorld({121, 28});
        const LonLat b = toLonLat({a.x + 100 / pixels, a.y});
        const double byRule = 100 * metresPerPixel(28, pixels);
        QVERIFY(std::abs(distance({121, 28}, b).value - byRule) < 0.005 * byRule);
    }

    void affineFromThreePlaces()
    {
        const double angle = 0.7, scale = 256 * std::exp2(14);
        const auto truth = [&](WorldPoint p) {
            const double x = (p.x - 0.83) * scale, y = (p.y - 0.41) * scale;
            return QPointF(x * std::cos(angle) - y * std::sin(angle) + 640,
                           x * std::sin(angle) + y * std::cos(angle) + 400);
        };
        const std::array<WorldPoint, 3> places{{{0.83, 0.41}, {0.8301, 0.41}, {0.83, 0.4101}}};
        const Affine affine =
            Affine::fromPlaces(places, {truth(places[0]), truth(places[1]), truth(places[2])});
        QVERIFY(affine.isValid());
        QVERIFY(std::abs(affine.pixelsPerWorld() - scale) < 1e-3);
        const WorldPoint far{0.8325, 0.4075};
        const QPointF error = affine.map(far) - truth(far);
        QVERIFY(std::hypot(error.x(), error.y()) < 1e-5);
        const WorldPoint back = affine.unmap(affine.map(far));
        QVERIFY(std::hypot(back.x - far.x, back.y - far.y) < 1e-12);
    }

    void degenerateAffineIsInvalid()
    {
        QVERIFY(!Affine().isValid());
        const std::array<WorldPoint, 3> places{{{0, 0}, {1, 0}, {0, 1}}};
        QVERIFY(!Affine::fromPlaces(places, {QPointF(qQNaN(), 0), QPointF(1, 0), QPointF(0, 1)})
                     .isValid());
    }

    void gridEqualsBruteForce_data()
    {
        QTest::addColumn<int>("count");
        for (const int count : {0, 1, 2, 17, 1000, 20000})
            QTest::addRow("%d points", count) << count;
    }
    void gridEqualsBruteForce()
    {
        QFETCH(const int, count);
        std::vector<WorldPoint> points = scattered(size_t(count), 7);
        if (count > 2)
            points[1] = points[0]; // equal points
        const PointGrid grid(points);
        std::mt19937 dice(11);
        std::uniform_real_distribution<double> place(-0.02, 1.02);
        for (int round = 0; round < 300; ++round) {
            // Mostly rectangles of the size of a view, about a point; some anywhere.
            WorldRect area;
            if (round % 3 && count > 0) {
                const WorldPoint c = points[dice() % points.size()];
                const double half = std::exp2(-double(dice() % 14) - 3);
                area = {c.x - half, c.y - half / 2, c.x, c.y + half};
            } else {
                const double a = place(dice), b = place(dice), c = place(dice), d = place(dice);
                area = {std::min(a, b), std::min(c, d), std::max(a, b), std::max(c, d)};
            }
            QList<qsizetype> found;
            grid.visit(area, [&](qsizetype i) { found << i; });
            QList<qsizetype> expected;
            for (size_t i = 0; i < points.size(); ++i) {
                if (area.contains(points[i]))
                    expected << qsizetype(i);
            }
            std::ranges::sort(found);
            QCOMPARE(found, expected);
        }
    }

    void countsSumToThings_data()
    {
        QTest::addColumn<int>("count");
        QTest::addColumn<int>("level");
        for (const int count : {0, 1, 5, 969, 20000}) {
            for (const int level : {0, 3, 7, 10, 13, 17, 22})
                QTest::addRow("%d at %d", count, level) << count << level;
        }
    }
    void countsSumToThings()
    {
        QFETCH(const int, count);
        QFETCH(const int, level);
        std::vector<Clusterable> all = things(size_t(count), 3);
        sortForClusters(all);
        const std::vector<Cluster> clusters = clusterLevel(all, level);
        quint64 sum = 0;
        for (const Cluster &cluster : clusters) {
            sum += cluster.count;
            QVERIFY(cluster.count > 0);
            QVERIFY(cluster.bounds.contains(cluster.at) || cluster.count > 1);
            QCOMPARE(isIncident(cluster.dominant), cluster.group == 1);
        }
        QCOMPARE(sum, quint64(count));
    }

    void worstStateAndOverdueSurvive()
    {
        std::vector<Clusterable> all = things(3000, 5);
        sortForClusters(all);
        int worst[2] = {0, 0};
        bool overdue[2] = {false, false};
        for (const Clusterable &thing : all) {
            worst[thing.group] = std::max(worst[thing.group], gravity(thing.symbol.state));
            overdue[thing.group] |= thing.symbol.badges.testFlag(Badge::Overdue);
        }
        const std::vector<Cluster> clusters = clusterLevel(all, 0);
        int seenWorst[2] = {0, 0};
        bool seenOverdue[2] = {false, false};
        for (const Cluster &cluster : clusters) {
            seenWorst[cluster.group] = std::max(seenWorst[cluster.group], gravity(cluster.worst));
            seenOverdue[cluster.group] |= cluster.overdue;
        }
        for (const int group : {0, 1}) {
            QCOMPARE(seenWorst[group], worst[group]);
            QCOMPARE(seenOverdue[group], overdue[group]);
        }
    }

    void dominantKindIsTheMostFrequent()
    {
        std::vector<Clusterable> all;
        const WorldPoint p = toWorld({121, 28});
        for (quint32 i = 0; i < 10; ++i)
            all.push_back(
                {p,
                 {i < 6 ? SymbolKind::TeamFire : SymbolKind::Depot, SymbolState::Plain, 0, {}},
                 i});
        sortForClusters(all);
        const std::vector<Cluster> clusters = clusterLevel(all, 10);
        QCOMPARE(clusters.size(), size_t(1));
        QCOMPARE(clusters[0].count, 10U);
        QCOMPARE(clusters[0].dominant, SymbolKind::TeamFire);
    }

    void clustersKeepTheirDistance()
    {
        std::vector<Clusterable> all = things(5000, 9);
        sortForClusters(all);
        const int level = 9;
        const double reach = 0.35 * std::ldexp(1.0, -level - 2);
        const std::vector<Cluster> clusters = clusterLevel(all, level);
        int close = 0;
        for (size_t i = 0; i < clusters.size(); ++i) {
            for (size_t j = i + 1; j < clusters.size(); ++j) {
                const WorldPoint a = clusters[i].at, b = clusters[j].at;
                if (clusters[i].group == clusters[j].group &&
                    std::hypot(a.x - b.x, a.y - b.y) < reach)
                    ++close;
            }
        }
        QVERIFY2(close * 50 <= int(clusters.size()),
                 qPrintable(u"%1 of %2 overlap"_s.arg(close).arg(clusters.size())));
    }

    void twoThatStandApartStaySingle()
    {
        const double cell = std::ldexp(1.0, -12);
        std::vector<Clusterable> all{{{0.5 + 0.05 * cell, 0.5 + 0.05 * cell}, {}, 0},
                                     {{0.5 + 0.9 * cell, 0.5 + 0.9 * cell}, {}, 1}};
        sortForClusters(all);
        QCOMPARE(clusterLevel(all, 10).size(), size_t(2));
        QCOMPARE(clusterLevel(all, 9).size(), size_t(2)); // 0.6 of a cell apart there
        QCOMPARE(clusterLevel(all, 8).size(), size_t(1));
    }

    void storeKeepsItsBooks()
    {
        FeatureStore store;
        QSignalSpy changed(&store, &FeatureStore::changed);
        QList<Feature> features;
        for (int i = 0; i < 10; ++i) {
            features << Feature{{i % 2 ? Layer::Teams : Layer::Depots, QUuid::createUuid()},
                                {120 + i * 0.01, 28},
                                {},
                                u"队"_s,
                                0};
        }
        store.reset(features);
        QCOMPARE(store.size(), 10);
        QCOMPARE(store.count(Layer::Teams), 5);
        QCOMPARE(changed.size(), 1);

        Feature moved = features[3];
        moved.at = {121, 29};
        const quint64 places = store.placeRevision();
        store.upsert(moved);
        QCOMPARE(store.size(), 10);
        QVERIFY(store.placeRevision() > places);
        QCOMPARE(store.find(moved.key)->at, moved.at);

        const quint64 samePlaces = store.placeRevision();
        const quint64 looks = store.lookRevision();
        moved.symbol.state = SymbolState::OnScene;
        store.upsert(moved);
        QCOMPARE(store.placeRevision(), samePlaces);
        QVERIFY(store.lookRevision() > looks);

        store.remove(features[0].key);
        store.remove(features[0].key);
        QCOMPARE(store.size(), 9);
        QCOMPARE(changed.size(), 4);
        for (qsizetype i = 0; i < store.size(); ++i)
            QCOMPARE(store.indexOf(store.features()[i].key), i);

        store.resetLayer(Layer::Teams, {});
        QCOMPARE(store.count(Layer::Teams), 0);
        QCOMPARE(store.size(), store.count(Layer::Depots));
        QVERIFY(!store.find(moved.key));
    }
};

QTEST_GUILESS_MAIN(ClustersTest)
#include "tst_clusters.moc"
