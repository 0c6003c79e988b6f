// What a person does with an operation that waits: try it again, or withdraw it.
#include "models/desk/desk.h"
#include "server/authority.h"
#include "sync/replica.h"
#include "tests/support/makers.h"

#include <QTest>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using store::Pending;

namespace {

std::vector<Pending> waiting(store::Connection &db)
{
    return must(store::pendingOperations(db));
}

// An authority at which anna works, and bo's desk `b`; one team, for which both have a use.
struct Hall
{
    FakeClock clock;
    store::Connection journal = memoryRealm();
    server::Authority authority{journal, clock};
    Maker anna{1, u"anna"_s, u"desk-a"_s};
    Maker bo{2, u"bo"_s, u"desk-b"_s};
    store::Connection b = memoryRealm();
    TeamId team = anna.ids().make<TeamId>();
    IncidentId incident = anna.ids().make<IncidentId>();

    Hall()
    {
        must(authority.exchange({anna.createTeam(team, u"T1"_s, u"一队"_s), anna.report(incident)},
                                0));
        must(sync::take(b, must(authority.exchange({}, 0))));
    }
    qint64 head() { return must(store::journalHead(journal)).seq; }
    Operation order(Maker &who)
    {
        return who.assign(who.ids().make<AssignmentId>(), incident, team);
    }
    std::vector<store::Entry> entriesFor(store::Connection &db)
    {
        return must(store::entriesAfter(journal, must(store::journalHead(db)).seq, 100));
    }
    void queue(store::Connection &db, const Operation &operation)
    {
        QVERIFY(desk::enqueue(db, operation));
    }
    // Anna orders the team and takes the order back; bo, who has heard of neither, orders it.
    Operation quarrel()
    {
        const auto theirs = anna.ids().make<AssignmentId>();
        must(authority.exchange({anna.assign(theirs, incident, team),
                                 anna.advance(theirs, AssignmentState::Recalled, u"改派"_s)},
                                head()));
        const Operation mine = order(bo);
        queue(b, mine);
        return mine;
    }
};

} // namespace

class TestRetry : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // A conflict was never answered and stays what it is; a refusal belongs to its id, so that its
    // retry is another operation. What another desk wrote and signed stays that desk's: under
    // another id its signature would prove nothing.
    void retry_data()
    {
        QTest::addColumn<bool>("refused");
        QTest::addColumn<bool>("foreign");
        QTest::addColumn<bool>("sameId");
        QTest::addColumn<RefusalReason>("reason");
        using R = RefusalReason;
        QTest::newRow("own conflict") << false << false << true << R::TeamBusy;
        QTest::newRow("own refusal") << true << false << false << R::TeamBusy;
        QTest::newRow("another's conflict") << false << true << true << R::TeamBusy;
        QTest::newRow("another's refusal") << true << true << true << R::TeamBusy;
        QTest::newRow("not permitted") << true << false << true << R::NotPermitted;
        QTest::newRow("outside the area") << true << false << true << R::OutsideArea;
        QTest::newRow("not whose it is") << true << false << true << R::NotYours;
        QTest::newRow("recovery over") << true << false << true << R::RecoveryOver;
    }
    void retry()
    {
        QFETCH(const bool, refused);
        QFETCH(const bool, foreign);
        QFETCH(const bool, sameId);
        QFETCH(const RefusalReason, reason);
        auto db = memoryRealm();
        Maker anna(1, u"anna"_s, u"desk-a"_s);
        const Operation operation = anna.report(anna.ids().make<IncidentId>());
        const QByteArray proof = foreign ? QByteArray(32, 'k') + QByteArray(64, 's') : QByteArray();
        const qint64 position = must(store::addPending(db, operation, {}, proof));
        must(store::setPending(db, position,
                               refused ? Pending::State::Refused : Pending::State::Conflict, {},
                               Refusal{reason, {}}));
        const auto before = waiting(db);
        const auto outcome = desk::retry(db, position);
        QVERIFY(outcome);
        const auto after = waiting(db);
        QCOMPARE(after.size(), 1U);
        QCOMPARE(after[0].state, Pending::State::Queued);
        QCOMPARE(after[0].operation.id, outcome->operation);
        QCOMPARE(after[0].operation.id, desk::retryId(before[0]));
        QCOMPARE(after[0].operation.id == operation.id, sameId);
        QCOMPARE(after[0].proof, proof);
        QVERIFY(!after[0].changeset.isEmpty());
        const auto sent = must(sync::toSend(db, 10));
        QCOMPARE(sent.size(), 1U);
        QCOMPARE(sent[0].proof.has_value(), foreign);
    }

    // After a restore of the server two desks may hold the same refused operation. The retry of
    // the one that is quicker is the retry of both.
    void retryThatIsAnEntry()
    {
        auto db = memoryRealm();
        Maker anna(1, u"anna"_s, u"desk-a"_s);
        const Operation operation = anna.report(anna.ids().make<IncidentId>());
        const qint64 position = must(store::addPending(db, operation, {}));
        must(store::setPending(db, position, Pending::State::Refused, {},
                               Refusal{RefusalReason::TeamBusy, {}}));
        Operation again = operation;
        again.id = desk::retryId(waiting(db)[0]);
        store::Entry entry{.seq = 1,
                           .operation = again,
                           .operationBytes = toBytes(again),
                           .acceptedAt = anna.clock.now(),
                           .previousHash = store::Head().hash};
        entry.hash = store::hashOf(entry);
        must(store::appendEntry(db, entry));
        const auto outcome = desk::retry(db, position);
        QVERIFY(outcome);
        QCOMPARE(outcome->operation, again.id);
        QVERIFY(waiting(db).empty());
    }

    // The rules come first; without them nothing changes.
    void retryThatDoesNotFit()
    {
        auto db = memoryRealm();
        Maker anna(1, u"anna"_s, u"desk-a"_s);
        const Operation note = anna.note(anna.ids().make<IncidentId>(), u"水位上涨"_s);
        const qint64 position = must(store::addPending(db, note, {}));
        must(store::setPending(db, position, Pending::State::Conflict, {},
                               Refusal{RefusalReason::NotFound, {}}));
        const auto outcome = desk::retry(db, position);
        QVERIFY(!outcome);
        QCOMPARE(std::get<Refusal>(outcome.error()).reason, RefusalReason::NotFound);
        const auto after = waiting(db);
        QCOMPARE(after.size(), 1U);
        QCOMPARE(after[0].state, Pending::State::Conflict);
        QCOMPARE(after[0].operation, note);
        must(store::makeConflictsCertain(db));
        must(desk::withdraw(db, position));
        QVERIFY(waiting(db).empty());
    }

    // The desk's order was accepted, but the answer is cut before it, and by what comes first it no
    // longer fits here. Whoever withdrew it now, or gave it in other words, would have given it
    // twice.
    void whatMayHaveBeenAccepted_data()
    {
        QTest::addColumn<bool>("pushed");
        QTest::newRow("the answer is cut") << false;
        QTest::newRow("the answer is lost, entries are pushed") << true;
    }
    void whatMayHaveBeenAccepted()
    {
        QFETCH(const bool, pushed);
        Hall w;
        const Operation order = w.quarrel();
        sync::Reply reply = must(w.authority.exchange(must(sync::askOf(w.b, 200, false))));
        QCOMPARE(reply.entries.size(), 3U); // given, taken back, and this desk's
        QCOMPARE(reply.entries.back().operation.id, order.id);
        const std::vector<store::Entry> rest{reply.entries.begin() + 1, reply.entries.end()};
        reply.entries.resize(1);
        reply.more = true;
        if (pushed)
            QVERIFY(must(sync::takePushed(w.b, reply.entries)));
        else
            must(sync::take(w.b, reply));
        const Pending conflict = waiting(w.b).front();
        QCOMPARE(conflict.state, Pending::State::Conflict);
        QVERIFY(must(desk::readWaiting(w.b)).front().line.unanswered);

        const auto withdrawn = desk::withdraw(w.b, conflict.position);
        QVERIFY(!withdrawn);
        QCOMPARE(withdrawn.error().code, Errc::Unsupported);
        const auto replaced =
            desk::replace(w.b, conflict.position, w.bo.note(w.incident, u"另行通知"_s));
        QVERIFY(!replaced);
        QCOMPARE(std::get<Error>(replaced.error()).code, Errc::Unsupported);
        QCOMPARE(waiting(w.b).size(), 1U);
        QCOMPARE(waiting(w.b).front().operation, order);
        // Trying again keeps its id and asks the rules.
        const auto again = desk::retry(w.b, conflict.position);
        QVERIFY(!again);
        QCOMPARE(std::get<Refusal>(again.error()).reason, RefusalReason::TeamBusy);

        QVERIFY(must(sync::takePushed(w.b, rest)));
        QVERIFY(waiting(w.b).empty());
        QVERIFY(must(store::entryOf(w.b, order.id)));
    }

    // Once an answer has come whole, a conflict is none of the entries, and a person decides.
    void whatWasNotAccepted_data()
    {
        QTest::addColumn<bool>("replaced");
        QTest::newRow("withdrawn") << false;
        QTest::newRow("replaced") << true;
    }
    void whatWasNotAccepted()
    {
        QFETCH(const bool, replaced);
        Hall w;
        const Operation order = w.order(w.bo);
        w.queue(w.b, order);
        must(w.authority.exchange({w.order(w.anna)}, w.head())); // and what is queued is not sent
        QVERIFY(must(sync::takePushed(w.b, w.entriesFor(w.b))));
        const qint64 position = waiting(w.b).front().position;
        QVERIFY(!waiting(w.b).front().certain);
        QVERIFY(!desk::withdraw(w.b, position));

        sync::Reply reply = must(w.authority.exchange(must(sync::askOf(w.b, 200, false))));
        reply.more = true; // cut
        QVERIFY(!must(sync::take(w.b, reply)).journalMoved);
        QVERIFY(!desk::withdraw(w.b, position));
        reply.more = false;
        QVERIFY(must(sync::take(w.b, reply)).journalMoved); // so that the screen looks again
        QVERIFY(!must(sync::take(w.b, reply)).journalMoved);
        QVERIFY(!must(desk::readWaiting(w.b)).front().line.unanswered);
        if (replaced)
            QVERIFY(desk::replace(w.b, position, w.bo.note(w.incident, u"另行通知"_s)));
        else
            must(desk::withdraw(w.b, position));
        QCOMPARE(waiting(w.b).size(), replaced ? 1U : 0U);
    }

    // A whole answer may make the conflict itself: then the operation was not in the authority's
    // hands, or it would have come back or been refused.
    void theAnswerThatMakesTheConflict()
    {
        Hall w;
        w.queue(w.b, w.order(w.bo));
        must(w.authority.exchange({w.order(w.anna)}, w.head()));
        must(sync::take(w.b, must(w.authority.exchange({}, must(store::journalHead(w.b)).seq))));
        QCOMPARE(waiting(w.b).front().state, Pending::State::Conflict);
        QVERIFY(waiting(w.b).front().certain);
    }

    // Tried again it is on its way again, and what was certain is so no more.
    void triedAgainNothingIsCertain()
    {
        Hall w;
        w.queue(w.b, w.order(w.bo));
        const Operation theirs = w.order(w.anna);
        must(w.authority.exchange({theirs}, w.head()));
        must(sync::take(w.b, must(w.authority.exchange({}, must(store::journalHead(w.b)).seq))));
        const auto assignment =
            AssignmentId::fromText(theirs.args.value(u"assignment"_s).toString());
        must(w.authority.exchange(
            {w.anna.advance(assignment, AssignmentState::Recalled, u"改派"_s)}, w.head()));
        must(sync::take(w.b, must(w.authority.exchange({}, must(store::journalHead(w.b)).seq))));
        QVERIFY(desk::retry(w.b, waiting(w.b).front().position));
        QVERIFY(!waiting(w.b).front().certain);
        must(w.authority.exchange({w.order(w.anna)}, w.head()));
        QVERIFY(must(sync::takePushed(w.b, w.entriesFor(w.b))));
        QCOMPARE(waiting(w.b).front().state, Pending::State::Conflict);
        QVERIFY(!desk::withdraw(w.b, waiting(w.b).front().position));
    }

    // Of a refused one everything is known.
    void aRefusedOneGoesAtOnce()
    {
        Hall w;
        w.queue(w.b, w.order(w.bo));
        must(w.authority.exchange({w.order(w.anna)}, w.head()));
        sync::Reply reply = must(w.authority.exchange(must(sync::askOf(w.b, 200, false))));
        reply.more = true;
        must(sync::take(w.b, reply));
        QCOMPARE(waiting(w.b).front().state, Pending::State::Refused);
        must(desk::withdraw(w.b, waiting(w.b).front().position));
        QVERIFY(waiting(w.b).empty());
    }

    void whatIsOnItsWay()
    {
        auto db = memoryRealm();
        Maker anna(1, u"anna"_s, u"desk-a"_s);
        QVERIFY(desk::enqueue(db, anna.report(anna.ids().make<IncidentId>())));
        const qint64 position = waiting(db).front().position;
        const auto withdrawn = desk::withdraw(db, position);
        QVERIFY(!withdrawn);
        QCOMPARE(withdrawn.error().code, Errc::Unsupported);
        QVERIFY(!desk::retry(db, position));
        QCOMPARE(desk::withdraw(db, position + 1).error().code, Errc::NotFound);
        QCOMPARE(waiting(db).size(), 1U);
    }
};

QTEST_GUILESS_MAIN(TestRetry)
#include "tst_retry.moc"
