#include "models/store/unit_positions.h"
#include "world.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace leeward;
using namespace leeward::items;
using namespace leeward::items::test;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

UnitPosition boat(const QString &source, const QString &team, double lon, Instant device,
                  Instant received)
{
    return {.source = source,
            .kind = u"boat"_s,
            .team = team,
            .label = u"橡皮艇"_s,
            .lon = lon,
            .lat = 23,
            .deviceAt = device,
            .receivedAt = received};
}

} // namespace

class UnitsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oldAndLateOnesChangeNothing_data()
    {
        QTest::addColumn<int>("deviceMinutes"); // against the one that is known
        QTest::addColumn<int>("receivedMinutes");
        QTest::addColumn<bool>("taken");
        QTest::newRow("newer") << 1 << 1 << true;
        QTest::newRow("the same again") << 0 << 0 << false;
        QTest::newRow("overtaken on the way") << -2 << 1 << false;
        // A device whose clock is an hour ahead counts by when it was heard.
        QTest::newRow("clock ahead, heard later") << 60 << 1 << true;
        QTest::newRow("clock ahead, heard before") << 60 << -1 << false;
        QTest::newRow("a little ahead is believed") << 4 << 0 << true;
    }
    void oldAndLateOnesChangeNothing()
    {
        QFETCH(const int, deviceMinutes);
        QFETCH(const int, receivedMinutes);
        QFETCH(const bool, taken);
        World world;
        world.load();
        TableCache &cache = world.cache();
        const Instant t = world.clock().now();
        cache.setUnits({boat(u"gps-1"_s, {}, 113, t, t)});
        QSignalSpy moved(&cache, &TableCache::unitsMoved);
        cache.setUnits({boat(u"gps-1"_s, {}, 114, t + std::chrono::minutes(deviceMinutes),
                             t + std::chrono::minutes(receivedMinutes))});
        QCOMPARE(cache.unit(u"gps-1"_s)->lon, taken ? 114.0 : 113.0);
        QCOMPARE(moved.size(), taken ? 1 : 0);
    }

    // The latest of all that belongs to a team says where the team is, with both clocks.
    void aTeamIsWhereItsNewestUnitIs()
    {
        World world;
        const RecordId team =
            world.create(u"team"_s, u"T1"_s, u"一队"_s, {{u"kind"_s, u"flood"_s}});
        world.load();
        TableCache &cache = world.cache();
        const QString id = team.text();
        const Instant t = world.clock().now();
        QVERIFY(!cache.whereabouts(id));
        QSignalSpy changed(&cache, &TableCache::changed);
        cache.setUnits({boat(u"a"_s, id, 113, t - 5min, t), boat(u"b"_s, id, 114, t - 2min, t)});
        QCOMPARE(changed.size(), 1); // once for the team, whatever of it moved
        QCOMPARE(changed[0][0].value<Changes>().size(), 1U);
        QCOMPARE(cache.whereabouts(id)->at.lon, 114.0);
        QCOMPARE(cache.whereabouts(id)->source, u"b"_s);
        QCOMPARE(cache.whereabouts(id)->reportedAt, t - 2min);
        QCOMPARE(cache.whereabouts(id)->receivedAt, t);
        QCOMPARE(cache.unitsOfTeam(id).size(), 2U);
        QCOMPARE(cache.unitsOfTeam(id)[0]->source, u"b"_s);
        // A report of the team itself that is newer wins, one that is older does not.
        cache.setPositions({{TeamId(team.raw()), {115, 23}, t - 3min, t, u"radio"_s}});
        QCOMPARE(cache.whereabouts(id)->at.lon, 114.0);
        cache.setPositions({{TeamId(team.raw()), {115, 23}, t - 1min, t, u"radio"_s}});
        QCOMPARE(cache.whereabouts(id)->at.lon, 115.0);
        // A boat that is lent to another team takes its place along.
        cache.setUnits({boat(u"b"_s, {}, 116, t, t)});
        QCOMPARE(cache.unitsOfTeam(id).size(), 1U);
    }

    void whatIsInTheFileIsThereAtTheStart()
    {
        World world;
        const Instant t = world.clock().now();
        must(store::putUnitPositions(world.db(), std::array{boat(u"gps-1"_s, {}, 113, t, t)}));
        world.load();
        QCOMPARE(world.cache().units().size(), 1);
        QCOMPARE(world.cache().unit(u"gps-1"_s)->label, u"橡皮艇"_s);
    }

    // What comes by the stream while the file is being read is not put back by it.
    void readingDoesNotPutBack()
    {
        World world;
        const Instant t = world.clock().now();
        must(store::putUnitPositions(world.db(), std::array{boat(u"gps-1"_s, {}, 113, t, t)}));
        world.cache().setUnits({boat(u"gps-1"_s, {}, 114, t + 1min, t + 1min)});
        world.load();
        QCOMPARE(world.cache().unit(u"gps-1"_s)->lon, 114.0);
    }

    void fiveThousandASecond()
    {
        World world;
        world.load();
        std::vector<UnitPosition> all;
        const Instant t = world.clock().now();
        for (int i = 0; i < 5000; ++i)
            all.push_back(boat(u"gps-%1"_s.arg(i), {}, 113 + i * 1e-4, t, t));
        world.cache().setUnits(all);
        for (UnitPosition &unit : all)
            unit.deviceAt = unit.receivedAt = t + 1s;
        QElapsedTimer timer;
        timer.start();
        world.cache().setUnits(all);
        const qint64 took = timer.elapsed();
        qInfo("5 000 positions: %lld ms", took);
        QCOMPARE(world.cache().units().size(), 5000);
        QVERIFY2(took < 200, qPrintable(QString::number(took)));
    }
};

QTEST_GUILESS_MAIN(UnitsTest)
#include "tst_units.moc"
