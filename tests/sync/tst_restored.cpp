// An authority that was restored from a backup: what it has lost comes back from the desks.
#include "models/desk/desk.h"
#include "models/store/changeset.h"
#include "models/store/tables.h"
#include "server/authority.h"
#include "sync/replica.h"
#include "tests/support/makers.h"

#include <QTest>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using store::Pending;

namespace {

// The journal as it was at entry `seq`.
store::Connection backupOf(store::Connection &journal, qint64 seq)
{
    auto backup = memoryRealm();
    const auto entries =
        must(store::entriesAfter(journal, 0, static_cast<int>(std::max<qint64>(seq, 1))));
    must(server::adopt(backup, {entries.begin(), entries.begin() + seq}));
    return backup;
}

void queue(store::Connection &db, const Operation &operation)
{
    const auto outcome = desk::enqueue(db, operation);
    QVERIFY2(outcome, toBytes(operation).constData());
}

// Talks until nothing is left to say. How many entries the desk took back on the way.
qint64 settle(store::Connection &db, server::Authority &authority)
{
    bool withPast = false;
    qint64 retreated = 0;
    for (int i = 0; i < 50; ++i) {
        const auto ask = must(sync::askOf(db, 200, withPast));
        // over the wire and back
        const auto reply = must(authority.exchange(ask));
        const auto step = must(sync::take(db, reply));
        withPast = step.withPast;
        retreated += step.retreatedBy;
        if (!step.again && ask.submissions.empty())
            return retreated;
    }
    qFatal("does not settle");
}

} // namespace

class TestRestored : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // For every length of the journal and of the backup: both desks end equal to the authority, and
    // every operation that was accepted before stands in the new journal once.
    void everyBackup_data()
    {
        QTest::addColumn<int>("entries");
        QTest::addColumn<int>("backup");
        for (const int entries : {1, 2, 3, 8, 21}) {
            for (int backup = 0; backup < entries; backup += entries > 8 ? 3 : 1)
                QTest::addRow("%d of %d", backup, entries) << entries << backup;
        }
    }
    void everyBackup()
    {
        QFETCH(const int, entries);
        QFETCH(const int, backup);
        FakeClock clock;
        Maker anna(1, u"anna"_s, u"a"_s);
        Maker bo(2, u"bo"_s, u"b"_s);
        auto journal = memoryRealm();
        auto a = memoryRealm();
        auto b = memoryRealm();
        server::Authority before(journal, clock);
        const auto incident = anna.ids().make<IncidentId>();
        std::vector<OperationId> accepted;
        for (int i = 0; i < entries; ++i) {
            const Operation operation = i == 0  ? anna.report(incident)
                                        : i % 2 ? bo.note(incident, u"记事%1"_s.arg(i))
                                                : anna.note(incident, u"续报%1"_s.arg(i));
            queue(i % 2 ? b : a, operation);
            accepted.push_back(operation.id);
            settle(i % 2 ? b : a, before);
            settle(i % 2 ? a : b, before);
        }
        auto restored = backupOf(journal, backup);
        server::Authority after(restored, clock);
        // work goes on at once, at a desk that knows of nothing
        const Operation late = bo.report(bo.ids().make<IncidentId>(), u"滑坡"_s);
        queue(b, late);
        accepted.push_back(late.id);
        // The rungs of the ladder double: the way back is at most twice as long as it has to be.
        const qint64 back = settle(b, after);
        QVERIFY2(back >= entries - backup && back <= 2 * (entries - backup),
                 qPrintable(QString::number(back)));
        settle(a, after);
        settle(b, after);
        QCOMPARE(must(store::journalHead(restored)).seq, entries + 1);
        for (const OperationId id : accepted)
            QVERIFY(must(store::entryOf(restored, id)));
        for (store::Connection *db : {&a, &b, &restored}) {
            QCOMPARE(journalFault(*db), QString());
            QCOMPARE(must(store::tablesDigest(*db)), must(store::tablesDigest(restored)));
            QCOMPARE(must(store::journalHead(*db)).hash, must(store::journalHead(restored)).hash);
            QVERIFY(must(store::pendingOperations(*db)).empty());
        }
    }

    // The restored authority went on without a desk: the order it accepted meanwhile stands, the
    // lost one comes back as what it now is, a conflict that a person sees.
    void whatNoLongerFitsIsSeen()
    {
        FakeClock clock;
        Maker anna(1, u"anna"_s, u"a"_s);
        Maker bo(2, u"bo"_s, u"b"_s);
        auto journal = memoryRealm();
        auto a = memoryRealm();
        server::Authority before(journal, clock);
        const auto team = anna.ids().make<TeamId>();
        const auto incident = anna.ids().make<IncidentId>();
        queue(a, anna.createTeam(team, u"T1"_s, u"一队"_s));
        queue(a, anna.report(incident));
        settle(a, before);
        const Operation lost = anna.assign(anna.ids().make<AssignmentId>(), incident, team);
        queue(a, lost);
        settle(a, before);

        auto restored = backupOf(journal, 2);
        server::Authority after(restored, clock);
        const Operation other = bo.assign(bo.ids().make<AssignmentId>(), incident, team);
        QVERIFY(must(after.exchange({other}, 2)).refused.empty());
        QCOMPARE(settle(a, after), 1);
        const auto waiting = must(store::pendingOperations(a));
        QCOMPARE(waiting.size(), 1U);
        QCOMPARE(waiting.front().operation.id, lost.id);
        QVERIFY(waiting.front().state != Pending::State::Queued);
        QCOMPARE(waiting.front().refusal->reason, RefusalReason::TeamBusy);
        QVERIFY(must(store::entryOf(a, other.id)));
        QCOMPARE(must(store::tablesDigest(a)), must(store::tablesDigest(restored)));
    }

    // The name of the authority's new life and what came with it are taken together: an answer of
    // which one half can not be written (a disk that fills up just then) is not taken at all, or
    // the screen would never be told of the other half.
    void epochAndEntriesAreOne()
    {
        FakeClock clock;
        Maker anna(1, u"anna"_s, u"a"_s);
        auto journal = memoryRealm();
        server::Authority authority(journal, clock);
        must(authority.exchange({anna.report(anna.ids().make<IncidentId>())}, 0));
        auto desk = memoryRealm();
        must(desk.exec("CREATE TRIGGER no_epoch BEFORE INSERT ON meta WHEN new.key='epoch' BEGIN "
                       "SELECT RAISE(ABORT, 'full'); END"));
        const auto reply = must(authority.exchange(must(sync::askOf(desk, 200, false))));
        QCOMPARE(reply.entries.size(), 1U);
        QVERIFY(!sync::take(desk, reply));
        QCOMPARE(must(store::journalHead(desk)).seq, 0);
        must(desk.exec("DROP TRIGGER no_epoch"));
        QVERIFY(!must(sync::take(desk, reply)).changes.empty());
        QCOMPARE(must(store::metaValue(desk, u"epoch"_s)), reply.epoch);
    }

    void noWayForward()
    {
        auto db = memoryRealm();
        QVERIFY(!sync::retreat(db, 0));
        QVERIFY(!sync::retreat(db, -1));
        QVERIFY(!sync::retreat(db, 5));
    }

    // A push is taken when it follows, passed over when it is known, and asked about when not.
    void pushes()
    {
        FakeClock clock;
        Maker anna(1, u"anna"_s, u"a"_s);
        auto journal = memoryRealm();
        server::Authority authority(journal, clock);
        const auto incident = anna.ids().make<IncidentId>();
        std::vector<Operation> operations = {anna.report(incident)};
        for (int i = 0; i < 4; ++i)
            operations.push_back(anna.note(incident, u"记事%1"_s.arg(i)));
        must(authority.exchange(operations, 0));
        const auto entries = must(store::entriesAfter(journal, 0, 10));
        auto desk = memoryRealm();
        const auto push = [&](size_t from, size_t to) {
            return must(sync::takePushed(desk, {entries.begin() + static_cast<qsizetype>(from),
                                                entries.begin() + static_cast<qsizetype>(to)}));
        };
        QVERIFY(!push(1, 3)); // a hole
        QVERIFY(push(0, 2)->journalMoved);
        QVERIFY(!push(0, 2)->journalMoved);
        QVERIFY(push(1, 4)->journalMoved); // one known, two new
        QVERIFY(!push(0, 0)->journalMoved);
        QCOMPARE(must(store::journalHead(desk)).seq, 4);
        auto forged = entries;
        forged[4].previousHash = QByteArray(32, 'x');
        QVERIFY(!must(sync::takePushed(desk, {forged.begin() + 4, forged.end()})));
        QVERIFY(push(4, 5));
        QCOMPARE(must(store::tablesDigest(desk)), must(store::tablesDigest(journal)));
    }
};

QTEST_GUILESS_MAIN(TestRestored)
#include "tst_restored.moc"
