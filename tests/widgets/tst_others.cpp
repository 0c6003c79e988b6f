// What other desks and trackers do, on this desk's screen.
#include "support/demo_city.h"

#include "models/items/clock_text.h"
#include "widgets/map_pane.h"
#include "widgets/map_presenter.h"
#include "widgets/pending_marks.h"
#include "widgets/presence_board.h"
#include "widgets/row_delegate.h"
#include "widgets/selection.h"

#include <QElapsedTimer>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>
#include <QTreeView>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace leeward;
using namespace leeward::test;
using widgets::Presence;
using widgets::PresenceBoard;

namespace {

Presence someone(const QString &record, bool editing, const QString &desk = u"3号台"_s)
{
    return {.desk = desk, .person = u"李四"_s, .record = record, .editing = editing, .since = {}};
}

UnitPosition unit(const QString &source, const QString &kind, const QString &team, Instant at)
{
    return {.source = source,
            .kind = kind,
            .team = team,
            .label = u"橡皮艇 3"_s,
            .lon = 121.5,
            .lat = 28.6,
            .deviceAt = at - 2s,
            .receivedAt = at};
}

} // namespace

class OthersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aCardSaysWhoElseHasIt()
    {
        Hall hall;
        const DemoCity city = makeDemoCity(hall);
        hall.openWindow();
        const QString team = city.teams[2].text();
        hall.window->selection().set(u"team"_s, team);
        auto *line = hall.find<QLabel>(u"teamCard.presence"_s);
        QVERIFY(!line->isVisible());
        PresenceBoard &board = hall.window->presence();
        board.setOthers({someone(u"team/"_s + team, true), someone(u"team/x"_s, true, u"4号台"_s)});
        QVERIFY(line->isVisible());
        QCOMPARE(line->text(), u"✎ 李四 3号台 is editing · 0 s"_s);
        hall.clock.advance(12s);
        QTRY_COMPARE(line->text(), u"✎ 李四 3号台 is editing · 12 s"_s);
        // The same again: it goes on. Then they only look, from now on.
        board.setOthers({someone(u"team/"_s + team, true)});
        QCOMPARE(line->text(), u"✎ 李四 3号台 is editing · 12 s"_s);
        board.setOthers({someone(u"team/"_s + team, false)});
        QCOMPARE(line->text(), u"○ 李四 3号台 is looking · 0 s"_s);
        // A hint and no lock: the fields open as ever.
        auto *fact = hall.find<QLabel>(u"fact.leader"_s);
        QTest::keyClick(fact, Qt::Key_F2);
        QVERIFY(hall.find(u"fact.leader.edit"_s));
        board.setOthers({});
        QVERIFY(!line->isVisible());
    }

    void thisDeskIsNotItsOwnNeighbour()
    {
        Hall hall;
        const DemoCity city = makeDemoCity(hall);
        hall.openWindow();
        const QString record = u"team/"_s + city.teams[0].text();
        hall.window->presence().setOthers({someone(record, true, u"2号台"_s), someone({}, false)});
        QVERIFY(hall.window->presence().of(u"team"_s, city.teams[0].text()).empty());
    }

    void whatThisDeskDoesIsTold()
    {
        Hall hall;
        const DemoCity city = makeDemoCity(hall);
        hall.openWindow();
        QSignalSpy told(&hall.window->presence(), &PresenceBoard::shown);
        const QString team = u"team/"_s + city.teams[1].text();
        hall.window->selection().set(u"team"_s, city.teams[1].text());
        QTRY_COMPARE(told.size(), 1);
        QCOMPARE(told.takeFirst(), (QList<QVariant>{team, false}));
        auto *fact = hall.find<QLabel>(u"fact.leader"_s);
        QTest::keyClick(fact, Qt::Key_F2);
        QTRY_COMPARE(told.size(), 1);
        QCOMPARE(told.takeFirst(), (QList<QVariant>{team, true}));
        QTest::keyClick(hall.find(u"fact.leader.edit"_s), Qt::Key_Escape);
        QTRY_COMPARE(told.size(), 1);
        QCOMPARE(told.takeFirst(), (QList<QVariant>{team, false}));
        hall.window->selection().clear();
        QTRY_COMPARE(told.size(), 1);
        QCOMPARE(told.takeFirst(), (QList<QVariant>{QString(), false}));
    }

    // Without a server nothing is known of others after as long as it would believe a silent desk.
    void afterTheServerTheOthersGo()
    {
        FakeClock clock;
        PresenceBoard board(clock, u"2号台"_s);
        QSignalSpy changed(&board, &PresenceBoard::othersChanged);
        board.setOthers({someone(u"team/a"_s, true)});
        QCOMPARE(PresenceBoard::goneAfter, 50s);
        clock.advance(49s);
        board.setReachable(false);
        board.setReachable(true); // back in time
        board.expire();
        QCOMPARE(board.of(u"team"_s, u"a"_s).size(), 1U);
        board.setReachable(false);
        clock.advance(49s);
        board.expire();
        QCOMPARE(board.of(u"team"_s, u"a"_s).size(), 1U);
        clock.advance(2s);
        board.expire();
        QVERIFY(board.of(u"team"_s, u"a"_s).empty());
        QCOMPARE(changed.size(), 2);
    }

    void fadingThenLost_data()
    {
        QTest::addColumn<int>("minutes");
        QTest::addColumn<QString>("card");
        QTest::addColumn<QString>("list");
        QTest::addColumn<bool>("lost");
        QTest::addColumn<bool>("fresh");
        QTest::newRow("now") << 0 << u"Position 0 s ago"_s << u"position 0 s ago"_s << false
                             << true;
        QTest::newRow("three minutes")
            << 3 << u"Position 3 min ago"_s << u"position 3 min ago"_s << false << true;
        QTest::newRow("twenty") << 20 << u"Position 20 min ago"_s << u"position 20 min ago"_s
                                << false << false;
        QTest::newRow("an hour") << 60 << u"Lost contact: last heard 1 h 00 ago"_s
                                 << u"? lost contact for 1 h 00"_s << true << false;
    }
    void fadingThenLost()
    {
        QFETCH(const int, minutes);
        QFETCH(const QString, card);
        QFETCH(const QString, list);
        QFETCH(const bool, lost);
        QFETCH(const bool, fresh);
        Hall hall;
        const DemoCity city = makeDemoCity(hall);
        hall.openWindow();
        const QString team = city.teams[5].text();
        hall.window->selection().set(u"team"_s, team);
        const Instant at = hall.clock.now();
        hall.cache->setUnits(
            {unit(u"gps-1"_s, u"team"_s, team, at), unit(u"gps-2"_s, u"boat"_s, team, at - 1min)});
        hall.clock.set(at - 2s + std::chrono::minutes(minutes));
        auto *where = hall.find<QLabel>(u"teamCard.where"_s);
        QTRY_VERIFY2(where->text().contains(card), qPrintable(where->text()));
        const Instant now = hall.clock.now();
        QVERIFY2(where->text().contains(u"device "_s + items::clockText(at - 2s, now) +
                                        u" · received "_s + items::clockText(at, now)),
                 qPrintable(where->text()));
        QVERIFY2(where->text().contains(u"橡皮艇 3"_s), qPrintable(where->text()));
        QTest::keyClick(hall.window.get(), Qt::Key_F2);
        auto *rows = hall.find<QTreeView>(u"teams.team"_s);
        QTRY_VERIFY(rows->currentIndex().isValid());
        const auto *delegate = qobject_cast<widgets::RowDelegate *>(rows->itemDelegate());
        QTRY_VERIFY2(delegate->spoken(rows->currentIndex()).contains(list),
                     qPrintable(delegate->spoken(rows->currentIndex())));
        // On the map: as faded as it is old, and lost by shape and word.
        hall.cache->setUnits({}); // nothing new
        Q_EMIT hall.cache->changed({{.kind = RowChange::Kind::Updated,
                                     .table = u"team"_s,
                                     .key = team,
                                     .columns = {},
                                     .values = *hall.cache->row(u"team"_s, team)}});
        Q_EMIT hall.cache->unitsMoved({u"gps-1"_s, u"gps-2"_s});
        auto &store = hall.window->mapPane().store();
        const auto key = *widgets::MapPresenter::keyOf(u"team"_s, team);
        const auto boat = widgets::MapPresenter::unitKey(u"gps-2"_s);
        QTRY_VERIFY(store.find(key) && store.find(key)->note == list);
        QTRY_VERIFY(store.find(boat));
        QVERIFY(!store.find(widgets::MapPresenter::unitKey(u"gps-1"_s))); // it is the team
        const auto shown = *store.find(key);
        QCOMPARE(shown.symbol.state == view::SymbolState::LostContact, lost);
        QCOMPARE(shown.label.contains(u"lost contact"_s), lost);
        QCOMPARE(shown.fade < 0.1F, fresh);
        QCOMPARE(shown.fade > 0.5F, !fresh && !lost); // what is lost is to be seen again
        QCOMPARE(store.find(boat)->symbol.kind, view::SymbolKind::UnitBoat);
        QCOMPARE(store.find(boat)->symbol.state == view::SymbolState::LostContact, lost);
        QVERIFY(store.find(boat)->label.contains(u"橡皮艇 3"_s));
    }

    // A city's whole fleet once a second, while a hand works on.
    void fiveThousandUnitsLeaveTheScreenUsable()
    {
        Hall hall;
        const DemoCity city = makeDemoCity(hall);
        hall.openWindow();
        std::vector<UnitPosition> all;
        for (int i = 0; i < 5000; ++i) {
            all.push_back(unit(u"gps-%1"_s.arg(i), i % 2 ? u"boat"_s : u"vehicle"_s,
                               i % 5 ? QString() : city.teams[size_t(i) % city.teams.size()].text(),
                               hall.clock.now()));
            all.back().lon = 121.2 + 0.0002 * (i % 100);
            all.back().lat = 28.4 + 0.0002 * (i / 100);
        }
        auto &store = hall.window->mapPane().store();
        qint64 longest = 0;
        QElapsedTimer beat;
        QTimer heart;
        connect(&heart, &QTimer::timeout, this,
                [&] { longest = std::max(longest, beat.restart()); });
        hall.cache->setUnits(all);
        QTRY_COMPARE(store.count(view::Layer::Units), 5000);
        heart.start(1);
        beat.start();
        for (int second = 1; second <= 5; ++second) {
            for (UnitPosition &one : all) {
                one.lon += 0.0001;
                one.deviceAt += 1s;
                one.receivedAt += 1s;
            }
            hall.cache->setUnits(all);
            const auto last = widgets::MapPresenter::unitKey(u"gps-4999"_s);
            QTRY_COMPARE(store.find(last)->at.lon, all.back().lon);
        }
        qInfo("5 000 units: the screen stood still for %lld ms at most", longest);
        QVERIFY2(longest < 400, qPrintable(QString::number(longest)));
    }

    void aClockAheadIsSaid()
    {
        Hall hall;
        const DemoCity city = makeDemoCity(hall);
        hall.openWindow();
        const QString team = city.teams[5].text();
        hall.window->selection().set(u"team"_s, team);
        UnitPosition wrong = unit(u"gps-1"_s, u"team"_s, team, hall.clock.now());
        wrong.deviceAt = hall.clock.now() + 60min;
        hall.cache->setUnits({wrong});
        auto *where = hall.find<QLabel>(u"teamCard.where"_s);
        QTRY_VERIFY2(where->text().contains(u"Position 0 s ago"_s), qPrintable(where->text()));
        QVERIFY(where->text().contains(u"clock is ahead"_s));
    }

    // Where a change of this desk stands, as shape and word: in the list and on the card.
    void aChangeShowsHowFarItIs()
    {
        Hall hall;
        const DemoCity city = makeDemoCity(hall);
        hall.openWindow();
        const QString team = city.teams[0].text();
        hall.window->selection().set(u"team"_s, team);
        auto *state = hall.find<QLabel>(u"teamCard.state"_s);
        QTRY_VERIFY2(state->text().contains(u"◐ kept here"_s), qPrintable(state->text()));
        auto queue = hall.desk->waiting();
        QTRY_VERIFY(queue.isFinished());
        const auto waiting = queue.result().value();
        const auto mine = [&](const desk::Waiting &one) {
            const QJsonObject &args = one.line.operation.args;
            return args.value(u"record"_s).toString() == team ||
                   args.value(u"team"_s).toString() == team;
        };
        QSet<OperationId> all;
        for (const desk::Waiting &one : waiting)
            all.insert(one.line.operation.id);
        hall.desk->setOnTheWay(all);
        QTRY_VERIFY2(state->text().contains(u"↑ sending"_s), qPrintable(state->text()));
        hall.desk->setOnTheWay({});
        const auto last = std::ranges::find_if(waiting.rbegin(), waiting.rend(), mine);
        QVERIFY(last != waiting.rend());
        const auto set = [&](store::Pending::State to) {
            auto done =
                hall.writer->run([position = last->line.position, to](store::Connection &db) {
                    return store::setPending(db, position, to, {},
                                             Refusal{RefusalReason::FieldConflict, {}})
                        .has_value();
                });
            QTRY_VERIFY(done.isFinished());
            QVERIFY(done.result());
            hall.feed.publishProgress();
        };
        set(store::Pending::State::Conflict);
        QTRY_VERIFY2(state->text().contains(u"⚡ conflict"_s), qPrintable(state->text()));
        set(store::Pending::State::Refused);
        QTRY_VERIFY2(state->text().contains(u"✕ refused"_s), qPrintable(state->text()));
        QTest::keyClick(hall.window.get(), Qt::Key_F2);
        auto *rows = hall.find<QTreeView>(u"teams.team"_s);
        QTRY_VERIFY(rows->currentIndex().isValid());
        const auto *delegate = qobject_cast<widgets::RowDelegate *>(rows->itemDelegate());
        QVERIFY(delegate->spoken(rows->currentIndex()).contains(u"refused"_s));
        // All taken: said for a moment.
        auto emptied = hall.writer->run([](store::Connection &db) {
            const auto pending = store::pendingOperations(db).value();
            for (const store::Pending &one : pending)
                (void) store::setPending(db, one.position, store::Pending::State::Queued, {}, {});
            return true;
        });
        QTRY_VERIFY(emptied.isFinished());
        hall.feed.publishProgress();
        QTRY_VERIFY(state->text().contains(u"◐ kept here"_s));
        emptied = hall.writer->run([](store::Connection &db) {
            const auto pending = store::pendingOperations(db).value();
            for (const store::Pending &one : pending)
                (void) store::dropPending(db, one.operation.id);
            return true;
        });
        QTRY_VERIFY(emptied.isFinished());
        hall.feed.publishProgress();
        QTRY_VERIFY2(state->text().contains(u"✓ accepted"_s), qPrintable(state->text()));
    }
};

QTEST_MAIN(OthersTest)
#include "tst_others.moc"
