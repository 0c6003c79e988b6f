#include "models/desk/desk.h"
#include "models/store/cache_file.h"
#include "models/store/tables.h"
#include "sync/replica.h"
#include "tests/support/cluster.h"

#include <QElapsedTimer>
#include <QFileInfo>
#include <QTest>

#include <rapidcheck.h>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using store::Pending;

namespace {

// The whole range whatever the size of the run; only the number of steps grows with it.
rc::Gen<int> within(int least, int end)
{
    return rc::gen::resize(rc::kNominalSize, rc::gen::inRange(least, end));
}

// Two consoles and an authority, moved by hand.
struct Pair
{
    FakeClock clock;
    store::Connection journal = memoryRealm();
    server::Authority authority{journal, clock};
    Maker anna{1, u"anna"_s, u"desk-a"_s};
    Maker bo{2, u"bo"_s, u"desk-b"_s};
    store::Connection a = memoryRealm();
    store::Connection b = memoryRealm();
    TeamId team = anna.ids().make<TeamId>();
    IncidentId incident = anna.ids().make<IncidentId>();

    Pair()
    {
        queue(a, anna.createTeam(team, u"T1"_s, u"一队"_s));
        queue(a, anna.report(incident));
        sync(a);
        sync(b);
    }

    void queue(store::Connection &db, const Operation &operation)
    {
        const auto outcome = desk::enqueue(db, operation);
        QVERIFY2(outcome, toBytes(operation).constData());
    }
    sync::Reply ask(store::Connection &db)
    {
        return must(authority.exchange(must(sync::askOf(db, 200, false))));
    }
    Changes sync(store::Connection &db) { return must(sync::receive(db, ask(db))); }
    [[nodiscard]] static QVariant field(store::Connection &db, TeamId id, const QString &name)
    {
        return must(store::findRow(db, *store::findTable(u"team"), id.text()))->value(name);
    }
    [[nodiscard]] static std::vector<Pending> pending(store::Connection &db)
    {
        return must(store::pendingOperations(db));
    }
    Operation edit(Maker &who, const QString &name, const QVariant &before, const QVariant &after)
    {
        return who.edit(u"team"_s, RecordId(team.raw()), name, before, after);
    }
};

} // namespace

class TestReplica : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ownOperationsComeBack()
    {
        Pair w;
        w.queue(w.a, w.anna.note(w.incident, u"水位上涨"_s));
        QCOMPARE(w.pending(w.a).size(), 1U);
        const QByteArray before = must(store::tablesDigest(w.a));
        const Changes changes = w.sync(w.a);
        QVERIFY(changes.empty()); // the rows stand as they stood
        QVERIFY(w.pending(w.a).empty());
        QCOMPARE(must(store::tablesDigest(w.a)), before);
        QCOMPARE(must(store::tablesDigest(w.a)), must(store::tablesDigest(w.journal)));
        QCOMPARE(journalFault(w.a), QString());
    }

    void fieldsThatDoNotOverlapMerge()
    {
        Pair w;
        w.queue(w.a, w.edit(w.anna, u"leader"_s, QVariant(), u"张三"_s));
        w.queue(w.b, w.edit(w.bo, u"zone"_s, QVariant(), u"东区"_s));
        w.sync(w.a);
        w.sync(w.b);
        QCOMPARE(w.field(w.b, w.team, u"leader"_s), QVariant(u"张三"_s));
        QCOMPARE(w.field(w.b, w.team, u"zone"_s), QVariant(u"东区"_s));
        w.sync(w.b);
        w.sync(w.a);
        QVERIFY(w.pending(w.a).empty() && w.pending(w.b).empty());
        QCOMPARE(must(store::tablesDigest(w.a)), must(store::tablesDigest(w.b)));
    }

    // The second desk's words are kept, with the three values, until an operator decides.
    void sameFieldConflicts()
    {
        Pair w;
        w.queue(w.a, w.edit(w.anna, u"leader"_s, QVariant(), u"张三"_s));
        w.queue(w.b, w.edit(w.bo, u"leader"_s, QVariant(), u"李四"_s));
        w.sync(w.a);
        must(sync::receive(w.b, must(w.authority.exchange({}, must(store::journalHead(w.b)).seq))));
        const auto waiting = w.pending(w.b);
        QCOMPARE(waiting.size(), 1U);
        QCOMPARE(waiting[0].state, Pending::State::Conflict);
        QCOMPARE(waiting[0].refusal->reason, RefusalReason::FieldConflict);
        const QJsonObject facts = waiting[0].refusal->facts;
        QCOMPARE(facts[u"field"].toString(), u"leader"_s);
        QVERIFY(facts[u"base"].isNull());
        QCOMPARE(facts[u"theirs"].toString(), u"张三"_s);
        QCOMPARE(facts[u"mine"].toString(), u"李四"_s);
        QCOMPARE(facts[u"by"].toString(), u"anna"_s);
        QCOMPARE(w.field(w.b, w.team, u"leader"_s), QVariant(u"张三"_s));
        QVERIFY(must(sync::toSend(w.b, 200)).empty());
        w.sync(w.b); // and it stays
        QCOMPARE(w.pending(w.b).size(), 1U);
    }

    // The authority has the last word even when the desk saw nothing wrong.
    void refusedStaysVisible()
    {
        Pair w;
        w.queue(w.a, w.anna.assign(w.anna.ids().make<AssignmentId>(), w.incident, w.team));
        w.queue(w.b, w.bo.assign(w.bo.ids().make<AssignmentId>(), w.incident, w.team));
        w.sync(w.a);
        w.sync(w.b);
        const auto waiting = w.pending(w.b);
        QCOMPARE(waiting.size(), 1U);
        QCOMPARE(waiting[0].state, Pending::State::Refused);
        QCOMPARE(waiting[0].refusal->reason, RefusalReason::TeamBusy);
        QCOMPARE(waiting[0].refusal->facts[u"desk"].toString(), u"desk-a"_s);
        QVERIFY(waiting[0].changeset.isEmpty());
        QCOMPARE(must(store::tablesDigest(w.a)), must(store::tablesDigest(w.b)));
        QCOMPARE(must(store::assignmentsOfTeam(w.b, w.team)).size(), 1U);
    }

    // The push of the entry that beat it came before the answer to it: the answer is the last word
    // all the same, and the retry another operation. What another desk signed keeps its signature.
    void refusedAfterItBecameAConflict_data()
    {
        QTest::addColumn<QByteArray>("proof");
        QTest::newRow("own") << QByteArray();
        QTest::newRow("another desk's") << QByteArray(32, 'k') + QByteArray(64, 's');
        QTest::newRow("lost by the server") << QByteArray(32, 'z');
    }
    void refusedAfterItBecameAConflict()
    {
        QFETCH(const QByteArray, proof);
        Pair w;
        const Operation late = w.bo.assign(w.bo.ids().make<AssignmentId>(), w.incident, w.team);
        w.queue(w.b, late);
        if (!proof.isEmpty()) {
            const Pending queued = w.pending(w.b).front();
            must(store::dropPending(w.b, late.id));
            must(store::addPending(w.b, late, queued.changeset, proof));
        }
        w.queue(w.a, w.anna.assign(w.anna.ids().make<AssignmentId>(), w.incident, w.team));
        w.sync(w.a);
        const sync::Reply reply = w.ask(w.b);
        QCOMPARE(reply.refused.size(), 1U);
        must(sync::takePushed(w.b, reply.entries));
        QCOMPARE(w.pending(w.b).front().state, Pending::State::Conflict);
        const sync::Step step = must(sync::take(w.b, reply));
        QVERIFY(step.changes.empty());
        QVERIFY(step.journalMoved);
        const Pending waiting = w.pending(w.b).front();
        QCOMPARE(waiting.state, Pending::State::Refused);
        QVERIFY(waiting.refusal == reply.refused.front().second);
        QCOMPARE(waiting.proof, proof);
        QCOMPARE(waiting.operation, late);
        QCOMPARE(desk::retryId(waiting) == late.id, !proof.isEmpty());
        must(sync::take(w.b, reply)); // once more
        QCOMPARE(w.pending(w.b).front().state, Pending::State::Refused);
    }

    // What was kept of that answer is not in the way of what a person tries again.
    void aRefusedConflictCanBeTriedAgain()
    {
        Pair w;
        const auto other = w.anna.ids().make<AssignmentId>();
        w.queue(w.b, w.bo.assign(w.bo.ids().make<AssignmentId>(), w.incident, w.team));
        w.queue(w.a, w.anna.assign(other, w.incident, w.team));
        w.sync(w.a);
        const sync::Reply reply = w.ask(w.b);
        must(sync::takePushed(w.b, reply.entries));
        must(sync::take(w.b, reply));
        w.queue(w.a, w.anna.advance(other, AssignmentState::Recalled, u"改派"_s));
        w.sync(w.a);
        w.sync(w.b);
        const auto again = desk::retry(w.b, w.pending(w.b).front().position);
        QVERIFY(again);
        w.sync(w.b);
        QVERIFY(w.pending(w.b).empty());
        QVERIFY(must(store::entryOf(w.journal, again->operation)));
    }

    // What hangs on an operation that no longer fits waits too, and nothing of it is shown.
    void dependentsOfAConflictWaitToo()
    {
        Pair w;
        const auto mine = w.bo.ids().make<AssignmentId>();
        w.queue(w.b, w.bo.assign(mine, w.incident, w.team));
        w.queue(w.b, w.bo.advance(mine, AssignmentState::Delivered));
        w.queue(w.a, w.anna.assign(w.anna.ids().make<AssignmentId>(), w.incident, w.team));
        w.sync(w.a);
        must(sync::receive(w.b, must(w.authority.exchange({}, must(store::journalHead(w.b)).seq))));
        const auto waiting = w.pending(w.b);
        QCOMPARE(waiting.size(), 2U);
        QCOMPARE(waiting[0].state, Pending::State::Conflict);
        QCOMPARE(waiting[1].state, Pending::State::Conflict);
        QCOMPARE(waiting[1].refusal->reason, RefusalReason::NotFound);
        QCOMPARE(must(store::tablesDigest(w.b)), must(store::tablesDigest(w.journal)));
    }

    void takingAReplyTwiceChangesNothing()
    {
        Pair w;
        w.queue(w.a, w.anna.note(w.incident, u"一"_s));
        w.queue(w.b, w.bo.note(w.incident, u"二"_s));
        w.sync(w.a);
        const sync::Reply reply = w.ask(w.b);
        const Changes first = must(sync::receive(w.b, reply));
        QCOMPARE(first.size(), 1U);
        const QByteArray digest = must(store::tablesDigest(w.b));
        const Changes second = must(sync::receive(w.b, reply));
        QVERIFY(second.empty());
        QCOMPARE(must(store::tablesDigest(w.b)), digest);
        QCOMPARE(must(store::journalHead(w.b)).seq, must(store::journalHead(w.journal)).seq);
    }

    void aHoleIsRefused()
    {
        Pair w;
        for (int i = 0; i < 3; ++i)
            w.queue(w.a, w.anna.note(w.incident, u"第%1"_s.arg(i)));
        w.sync(w.a);
        w.queue(w.b, w.bo.note(w.incident, u"本席"_s));
        const sync::Reply whole = w.ask(w.b);
        const QByteArray before = must(store::tablesDigest(w.b));
        const qint64 cursor = must(store::journalHead(w.b)).seq;
        const auto refused = [&](std::vector<store::Entry> entries) {
            const auto changes = sync::receive(w.b, {.refused = {}, .entries = std::move(entries)});
            return !changes && changes.error().code == Errc::Corrupt &&
                   must(store::tablesDigest(w.b)) == before &&
                   must(store::journalHead(w.b)).seq == cursor && w.pending(w.b).size() == 1;
        };
        auto entries = whole.entries;
        QVERIFY(entries.size() >= 3);
        QVERIFY(refused({entries[1], entries[2]}));
        QVERIFY(refused({entries[0], entries[2]}));
        QVERIFY(refused({entries[1], entries[0]}));
        auto forged = entries;
        forged[0].operationBytes.append(' ');
        QVERIFY(refused(forged));
        forged = entries;
        forged[1].changeset[forged[1].changeset.size() - 1] = char(forged[1].changeset.back() ^ 1);
        QVERIFY(refused(forged));
        must(sync::receive(w.b, whole));
        QCOMPARE(must(store::tablesDigest(w.b)), must(store::tablesDigest(w.journal)));
    }

    // A journal with another past must not be taken for this one.
    void anotherPastIsNoticed()
    {
        Pair w;
        Pair other;
        other.queue(other.a, other.anna.note(other.incident, u"另一段历史"_s));
        other.sync(other.a);
        w.queue(w.a, w.anna.note(w.incident, u"这一段历史"_s));
        w.sync(w.a);
        const auto entries = must(store::entriesAfter(other.journal, 0, 100));
        const auto changes = sync::receive(w.a, {.refused = {}, .entries = entries});
        QVERIFY(!changes);
        QCOMPARE(changes.error().code, Errc::Corrupt);
    }

    // An operation that already has its answer is not queued a second time.
    void theSameOperationTwiceIsOnce()
    {
        Pair w;
        const Operation edit = w.edit(w.anna, u"leader"_s, QVariant(), u"张三"_s);
        w.queue(w.a, edit);
        QVERIFY(!desk::enqueue(w.a, edit));
        QCOMPARE(w.pending(w.a).size(), 1U);
        w.sync(w.a);
        QVERIFY(!desk::enqueue(w.a,
                               edit)); // it is in the journal: it could never come back as an entry
        QVERIFY(w.pending(w.a).empty());
        QCOMPARE(must(store::tablesDigest(w.a)), must(store::tablesDigest(w.journal)));
    }

    void changesAreTheNetDifference()
    {
        Pair w;
        w.queue(w.a, w.edit(w.anna, u"leader"_s, QVariant(), u"张三"_s));
        w.queue(w.b, w.edit(w.bo, u"leader"_s, QVariant(), u"张三"_s)); // the same by chance
        w.sync(w.a);
        Rows shown = rowsOf(w.b);
        const Changes changes = w.sync(w.b);
        QCOMPARE(play(changes, shown), QString());
        QCOMPARE(shown, rowsOf(w.b));
    }

    void manyPendingOperations()
    {
        Pair w;
        for (int i = 0; i < 1000; ++i)
            w.queue(w.b, w.bo.note(w.incident, u"记事%1"_s.arg(i)));
        w.queue(w.a, w.anna.note(w.incident, u"别席"_s));
        w.sync(w.a);
        const sync::Reply reply = must(w.authority.exchange({}, must(store::journalHead(w.b)).seq));
        QElapsedTimer timer;
        timer.start();
        const Changes changes = must(sync::receive(w.b, reply));
        qInfo("rebased 1000 pending operations in %lld ms", timer.elapsed());
        QCOMPARE(changes.size(), 1U);
        QCOMPARE(w.pending(w.b).size(), 1000U);
        QVERIFY(timer.elapsed() < 10'000);
    }

    // To note that all has come costs no write of its own: with nothing new none at all.
    void anAnswerWithNothingNewWritesNothing()
    {
        Pair w;
        const TemporaryRealm folder;
        auto file = must(store::CacheFile::open(folder.path()));
        store::Connection &db = file.connection();
        must(sync::take(db, w.ask(db)));
        const Operation note = w.bo.note(w.incident, u"记事"_s);
        const qint64 position = must(store::addPending(db, note, {}));
        must(store::setPending(db, position, Pending::State::Conflict, {},
                               Refusal{RefusalReason::IncidentNotOpen, {}}));
        const auto written = [&] { return QFileInfo(folder.path() + u"-wal"_s).size(); };
        const qint64 before = written();
        QVERIFY(before > 0);
        must(sync::take(db, w.ask(db)));
        QVERIFY(w.pending(db).front().certain);
        const qint64 once = written();
        QVERIFY(once > before);
        must(sync::take(db, w.ask(db)));
        QCOMPARE(written(), once);
    }

    // Whatever is lost, repeated, late or cut: every desk ends with the authority's tables, and on
    // the way the changes told to the screen give the tables.
    void convergence()
    {
        QVERIFY(rc::check("three consoles converge", [] {
            const quint64 seed = *rc::gen::noShrink(rc::gen::inRange<quint64>(0, 1'000'000));
            const auto intents = *rc::gen::container<std::vector<Intent>>(rc::gen::build<Intent>(
                rc::gen::set(&Intent::desk, within(0, 3)),
                rc::gen::set(&Intent::kind, within(0, Cluster::kinds)),
                rc::gen::set(&Intent::a, within(0, 50)), rc::gen::set(&Intent::b, within(0, 50)),
                rc::gen::set(&Intent::c, within(0, 50)),
                rc::gen::set(&Intent::seconds, within(-20, 120))));
            Cluster cluster(seed, 3);
            for (const Intent &intent : intents) {
                cluster.play(intent);
                RC_ASSERT(cluster.faults().join(u'\n').toStdString() == "");
            }
            cluster.settle();
            RC_ASSERT(cluster.faults().join(u'\n').toStdString() == "");
            const QByteArray truth = must(store::tablesDigest(cluster.journal()));
            for (auto &console : cluster.consoles()) {
                RC_ASSERT(must(store::tablesDigest(console.db)) == truth);
                RC_ASSERT(must(store::pendingOperations(console.db)).empty());
                RC_ASSERT(journalFault(console.db).toStdString() == "");
                RC_ASSERT(must(store::journalHead(console.db)).hash ==
                          must(store::journalHead(cluster.journal())).hash);
            }
        }));
    }
};

QTEST_GUILESS_MAIN(TestReplica)
#include "tst_replica.moc"
