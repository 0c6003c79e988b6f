// What a person does with an operation that waits: try it again, or withdraw it.
#include "models/desk/desk.h"
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
        QTest::newRow("own conflict") << false << false << true;
        QTest::newRow("own refusal") << true << false << false;
        QTest::newRow("another's conflict") << false << true << true;
        QTest::newRow("another's refusal") << true << true << true;
    }
    void retry()
    {
        QFETCH(const bool, refused);
        QFETCH(const bool, foreign);
        QFETCH(const bool, sameId);
        auto db = memoryRealm();
        Maker anna(1, u"anna"_s, u"desk-a"_s);
        const Operation operation = anna.report(anna.ids().make<IncidentId>());
        const QByteArray proof = foreign ? QByteArray(32, 'k') + QByteArray(64, 's') : QByteArray();
        const qint64 position = must(store::addPending(db, operation, {}, proof));
        must(store::setPending(db, position,
                               refused ? Pending::State::Refused : Pending::State::Conflict, {},
                               Refusal{RefusalReason::NotPermitted, {}}));
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
                               Refusal{RefusalReason::NotPermitted, {}}));
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
        must(desk::withdraw(db, position));
        QVERIFY(waiting(db).empty());
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
