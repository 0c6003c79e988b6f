#include "analysis/roads/import.h"
#include "analysis/roads/router.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace leeward;
using namespace leeward::roads;
using namespace Qt::StringLiterals;

// A whole real country, small enough for every test run.
class TestAndorra : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void statistics();
    void acrossTheCountry();
    void everyTeamToOnePlace();
    void savedAndLoaded();
    void cutAnywhere();

private:
    QString m_path = QStringLiteral(LEEWARD_SHARED_DATA "/osm/andorra.osm.pbf");
    std::optional<RoadImport> m_import;
    static constexpr LonLat capital{1.5218, 42.5075};
    static constexpr LonLat pas{1.7335, 42.5424};
};

void TestAndorra::initTestCase()
{
    if (!QFile::exists(m_path))
        QSKIP(
            "the Andorra extract (osm/andorra.osm.pbf of the shared data) is not on this machine");
    const auto table = SpeedTable::builtIn();
    QVERIFY(table);
    QElapsedTimer timer;
    timer.start();
    auto result = importRoads(m_path, *table, Progress());
    QVERIFY2(result, result ? "" : qPrintable(result.error().detail));
    qInfo("imported in %lld ms", timer.elapsed());
    m_import = std::move(*result);
}

void TestAndorra::statistics()
{
    const ImportStatistics &s = m_import->statistics;
    qInfo("%lld pieces, %lld arcs, %lld nodes, %lld copies, %lld components, %.0f km, %lld of %lld "
          "restrictions",
          s.pieces, s.arcs, s.nodes, s.turnCopies, s.components, s.metres / 1000,
          s.restrictionsApplied, s.restrictions);
    QVERIFY(s.pieces > 2000);
    QVERIFY(s.metres > 300'000 && s.metres < 5'000'000);
    QVERIFY(s.piecesInMainNetwork > s.pieces * 8 / 10);
    QVERIFY(m_import->graph.date() > instantFromMs(1'262'304'000'000)); // after 2010
}

void TestAndorra::acrossTheCountry()
{
    Router router(m_import->graph);
    for (const auto &[from, to] : {std::pair(capital, pas), std::pair(pas, capital)}) {
        const Route route = router.eta(from, to);
        QVERIFY(route.reachable);
        qInfo("%.0f s, %.1f km", route.seconds(), route.length.value / 1000);
        // By road it is some 27 to 35 km of mountain; nobody does it in a quarter of an hour.
        QVERIFY(route.length.value > 20'000 && route.length.value < 45'000);
        QVERIFY(route.seconds() > 15 * 60 && route.seconds() < 75 * 60);
        QVERIFY(route.from.distance.value < 300 && route.to.distance.value < 300);
        QCOMPARE(route.line.front(), route.from.point);
        QCOMPARE(route.line.back(), route.to.point);
        quint64 ms = 0;
        for (const ArcUse &use : route.arcs)
            ms += use.ms;
        QCOMPARE(ms, static_cast<quint64>(route.time.count()));
        double along = 0;
        for (size_t i = 1; i < route.line.size(); ++i)
            along += distance(route.line[i - 1], route.line[i]).value;
        QVERIFY(std::abs(along - route.length.value) < 5);
    }
    const Route sea = router.eta(capital, {2.5, 41.0});
    QVERIFY(!sea.reachable);
    QCOMPARE(sea.whyNot, WhyNot::NoRoadNear);
}

void TestAndorra::everyTeamToOnePlace()
{
    Router router(m_import->graph);
    std::vector<LonLat> teams;
    for (int i = 0; i < 60; ++i)
        teams.push_back({1.44 + 0.005 * i, 42.46 + 0.0025 * (i % 40)});
    const auto all = router.timesTo(capital, teams, std::chrono::hours(10));
    const auto near = router.timesTo(capital, teams, std::chrono::minutes(10));
    int reached = 0;
    for (size_t i = 0; i < teams.size(); ++i) {
        const Route route = router.eta(teams[i], capital);
        QCOMPARE(all[i].reachable, route.reachable);
        QCOMPARE(all[i].whyNot, route.whyNot);
        QCOMPARE(near[i].reachable, route.reachable && route.time <= std::chrono::minutes(10));
        if (!route.reachable)
            continue;
        ++reached;
        QCOMPARE(all[i].time, route.time);
        QCOMPARE(all[i].roadDistance, route.from.distance);
    }
    QVERIFY(reached > 10);
}

void TestAndorra::savedAndLoaded()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"andorra.roads"_s);
    QVERIFY(m_import->graph.save(path));
    QElapsedTimer timer;
    timer.start();
    const auto graph = RoadGraph::load(path);
    QVERIFY2(graph, graph ? "" : qPrintable(graph.error().detail));
    qInfo("%lld bytes, loaded in %lld ms", QFileInfo(path).size(), timer.elapsed());
    QCOMPARE(graph->date(), m_import->graph.date());
    const Route before = Router(m_import->graph).eta(capital, pas);
    const Route after = Router(*graph).eta(capital, pas);
    QCOMPARE(after.time, before.time);
    QCOMPARE(after.line, before.line);
}

void TestAndorra::cutAnywhere()
{
    QFile file(m_path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray bytes = file.readAll();
    const auto table = SpeedTable::builtIn();
    QTemporaryDir folder;
    const QString path = folder.filePath(u"cut.osm.pbf"_s);
    for (int i = 0; i < 24; ++i) {
        QFile cut(path);
        QVERIFY(cut.open(QIODevice::WriteOnly));
        cut.write(bytes.first(bytes.size() * i / 24 + (i % 3)));
        cut.close();
        const auto result = importRoads(path, *table, Progress());
        QVERIFY(!result);
        QCOMPARE(result.error().code, Errc::FileMalformed);
    }
}

QTEST_GUILESS_MAIN(TestAndorra)
#include "tst_andorra.moc"
