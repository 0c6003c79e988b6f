#include "models/store/unit_positions.h"
#include "server/positions/position_board.h"
#include "tests/support/makers.h"

#include <QTest>

#include <random>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

UnitPosition report(const QString &source, Instant at, double lon = 121.5, double lat = 29.9)
{
    return {.source = source, .kind = u"boat"_s, .lon = lon, .lat = lat, .deviceAt = at};
}

struct World
{
    TemporaryRealm folder;
    FakeClock clock;
    std::unique_ptr<server::PositionBoard> board = open();

    std::unique_ptr<server::PositionBoard> open()
    {
        return must(server::PositionBoard::open(folder.path(u"live.positions"_s), clock));
    }
    UnitPosition newest(const QString &source)
    {
        for (const UnitPosition &position : board->latest(Instant()))
            if (position.source == source)
                return position;
        return {};
    }
};

} // namespace

class TestBoard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Whatever the order in which reports arrive, the newest stands, here and in the file.
    void newestWins()
    {
        for (quint64 seed = 0; seed < 20; ++seed) {
            World w;
            std::mt19937_64 random(seed);
            std::vector<int> minutes(60);
            std::iota(minutes.begin(), minutes.end(), 0);
            std::ranges::shuffle(minutes, random);
            const Instant start = w.clock.now() - 2h;
            int taken = 0;
            for (const int minute : minutes) {
                const auto tally = w.board->take(
                    {report(u"a"_s, start + std::chrono::minutes(minute), 120 + minute / 100.0)});
                QCOMPARE(tally.taken + tally.old, 1);
                taken += tally.taken;
            }
            QVERIFY(taken >= 1);
            QCOMPARE(w.newest(u"a"_s).deviceAt, start + 59min);
            const auto before = w.board->latest(Instant());
            w.board.reset();
            w.board = w.open();
            QCOMPARE(w.board->latest(Instant()), before);
        }
    }

    void theSameAgainIsOld()
    {
        World w;
        const UnitPosition one = report(u"a"_s, w.clock.now());
        QCOMPARE(w.board->take({one}).taken, 1);
        QCOMPARE(w.board->take({one, one}).old, 2);
        QCOMPARE(w.board->flush().size(), 1U);
        QVERIFY(w.board->flush().empty());
    }

    // A clock that is a day ahead for one report does not hide those that follow; both times stay.
    void aClockAhead()
    {
        World w;
        const Instant wrong = w.clock.now() + 24h;
        QCOMPARE(w.board->take({report(u"a"_s, wrong, 1)}).taken, 1);
        QCOMPARE(w.newest(u"a"_s).deviceAt, wrong);
        QCOMPARE(w.newest(u"a"_s).receivedAt, w.clock.now());
        w.clock.advance(1s);
        QCOMPARE(w.board->take({report(u"a"_s, w.clock.now(), 2)}).taken, 1);
        QCOMPARE(w.newest(u"a"_s).lon, 2.0);
        w.board.reset();
        w.board = w.open();
        QCOMPARE(w.newest(u"a"_s).lon, 2.0);
    }

    void refused_data()
    {
        QTest::addColumn<UnitPosition>("position");
        QTest::addColumn<QString>("field");
        const Instant at = FakeClock().now();
        const auto row = [&](const char *field, auto change) {
            UnitPosition position = report(u"a"_s, at);
            change(position);
            QTest::newRow(field) << position << QString::fromLatin1(field);
        };
        row("source", [](auto &p) { p.source.clear(); });
        row("kind", [](auto &p) { p.kind = QString(101, u'x'); });
        row("lon", [](auto &p) { p.lon = 180.001; });
        row("lat", [](auto &p) { p.lat = qQNaN(); });
        row("at", [](auto &p) { p.deviceAt = {}; });
        row("speed", [](auto &p) { p.speed = -1; });
        row("heading", [](auto &p) { p.heading = 361; });
        row("accuracy", [](auto &p) { p.accuracy = qInf(); });
    }
    void refused()
    {
        QFETCH(const UnitPosition, position);
        QFETCH(const QString, field);
        World w;
        const auto tally = w.board->take({report(u"good"_s, w.clock.now()), position});
        QCOMPARE(tally.taken, 1);
        QCOMPARE(tally.refused.size(), 1U);
        QCOMPARE(tally.refused.front().index, 1);
        QCOMPARE(tally.refused.front().what, field);
        QCOMPARE(w.board->latest(Instant()).size(), 1U);
    }

    // A boat at anchor leaves a point each half minute, one that moves one each twenty metres.
    void tracksAreThin()
    {
        World w;
        for (int second = 0; second < 300; ++second) {
            (void) w.board->take({report(u"anchored"_s, w.clock.now()),
                                  report(u"moving"_s, w.clock.now(), 121.5 + second * 0.0001)});
            w.clock.advance(1s);
        }
        w.board.reset();
        auto file = must(store::CacheFile::open(w.folder.path(u"live.positions"_s)));
        QCOMPARE(must(store::trackOf(file.connection(), u"anchored"_s, Instant())).size(), 10U);
        const auto moving = must(store::trackOf(file.connection(), u"moving"_s, Instant()));
        QVERIFY2(moving.size() >= 90 && moving.size() <= 160,
                 qPrintable(QString::number(moving.size()))); // 9.6 m a second
        QVERIFY(std::ranges::is_sorted(moving, {}, &UnitPosition::deviceAt));
    }

    void twiceOpened()
    {
        World w;
        const auto second =
            server::PositionBoard::open(w.folder.path(u"live.positions"_s), w.clock);
        QVERIFY(!second);
        QCOMPARE(second.error().code, Errc::CacheInUse);
    }
};

QTEST_GUILESS_MAIN(TestBoard)
#include "tst_board.moc"
