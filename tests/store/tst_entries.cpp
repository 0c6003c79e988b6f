#include "models/store/entries.h"
#include "tests/support/makers.h"

#include <QTest>

using namespace leeward;
using namespace leeward::store;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

Entry follow(const Head &head, const Operation &operation)
{
    Entry entry{.seq = head.seq + 1,
                .operation = operation,
                .operationBytes = toBytes(operation),
                .acceptedAt = instantFromMs(FakeClock::startMs),
                .changeset = "changes",
                .previousHash = head.hash};
    entry.hash = hashOf(entry);
    return entry;
}

} // namespace

class TestEntries : public QObject
{
    Q_OBJECT

    Maker m_maker{1, u"anna"_s, u"desk-a"_s};
    Operation note() { return m_maker.note(m_maker.ids().make<IncidentId>(), u"记事"_s); }

private Q_SLOTS:
    void chain()
    {
        auto db = memoryRealm();
        QCOMPARE(must(journalHead(db)).seq, 0);
        QCOMPARE(must(journalHead(db)).hash, QByteArray(32, '\0'));
        std::vector<Entry> all;
        for (int i = 0; i < 5; ++i) {
            all.push_back(follow(must(journalHead(db)), note()));
            must(appendEntry(db, all.back()));
        }
        QCOMPARE(must(entriesAfter(db, 0, 100)), all);
        QCOMPARE(must(entriesAfter(db, 3, 100)).size(), 2U);
        QCOMPARE(must(entriesAfter(db, 0, 2)).size(), 2U);
        QVERIFY(must(entriesAfter(db, 5, 100)).empty());
        QCOMPARE(*must(entryOf(db, all[2].operation.id)), all[2]);
        QVERIFY(!must(entryOf(db, m_maker.ids().make<OperationId>())));
        QCOMPARE(must(numberOf(db, all[2].operation.id)), all[2].seq);
        QCOMPARE(must(numberOf(db, m_maker.ids().make<OperationId>())), 0);
        QCOMPARE(must(entryHash(db, 0)), QByteArray(32, '\0'));
        QCOMPARE(must(entryHash(db, 3)), all[2].hash);
        QVERIFY(!must(entryHash(db, 6)));
        QCOMPARE(journalFault(db), QString());
    }

    void onlyWhatFollows()
    {
        auto db = memoryRealm();
        const Entry first = follow({}, note());
        must(appendEntry(db, first));
        const Head head = must(journalHead(db));
        const auto refuses = [&](auto change, bool sign) {
            Entry entry = follow(head, note());
            change(entry);
            if (sign)
                entry.hash = hashOf(entry);
            const auto done = appendEntry(db, entry);
            return !done && done.error().code == Errc::Corrupt && must(journalHead(db)).seq == 1;
        };
        for (const bool sign : {false, true}) {
            QVERIFY(refuses([](Entry &e) { e.seq = 3; }, sign));
            QVERIFY(refuses([](Entry &e) { e.seq = 1; }, sign));
            QVERIFY(refuses([](Entry &e) { e.previousHash = QByteArray(32, '\0'); }, sign));
        }
        QVERIFY(refuses([](Entry &e) { e.changeset += 'x'; }, false));
        QVERIFY(refuses([](Entry &e) { e.operationBytes += ' '; }, false));
        QVERIFY(refuses([](Entry &e) { e.acceptedAt += Duration(1); }, false));
        QVERIFY(refuses([](Entry &e) { e.hash.clear(); }, false));
        Entry twice = first;
        twice.seq = 2;
        twice.previousHash = head.hash;
        twice.hash = hashOf(twice);
        QVERIFY(!appendEntry(db, twice)); // one operation, one entry
    }

    // The lengths are part of the hash: bytes can not wander from the operation to its changeset.
    void hashTellsTheFieldsApart()
    {
        Entry one = follow({}, note());
        Entry two = one;
        two.changeset = one.operationBytes.last(1) + one.changeset;
        two.operationBytes.chop(1);
        QVERIFY(hashOf(one) != hashOf(two));
        QCOMPARE(hashOf(one).size(), hashSize);
    }

    void queue()
    {
        auto db = memoryRealm();
        const Operation a = note();
        const Operation b = note();
        const qint64 first = must(addPending(db, a, "one"));
        const qint64 second = must(addPending(db, b, "two"));
        QVERIFY(first < second);
        const auto twice = addPending(db, a, "one");
        QVERIFY(!twice);
        QCOMPARE(twice.error().code, Errc::AlreadyExists);
        const Refusal why{RefusalReason::FieldConflict,
                          {{u"field"_s, u"leader"_s}, {u"base"_s, QJsonValue()}}};
        must(setPending(db, first, Pending::State::Conflict, {}, why));
        auto all = must(pendingOperations(db));
        QCOMPARE(all.size(), 2U);
        QCOMPARE(all[0].operation, a);
        QCOMPARE(all[0].state, Pending::State::Conflict);
        QCOMPARE(*all[0].refusal, why);
        QVERIFY(all[0].changeset.isEmpty());
        QCOMPARE(all[1].changeset, QByteArray("two"));
        QVERIFY(!all[1].refusal);
        QCOMPARE(must(queuedOperations(db, 10)).size(), 1U); // the other waits for a person
        QCOMPARE(must(queuedOperations(db, 10))[0].operation, b);
        QVERIFY(must(isPending(db, a.id)) && must(isPending(db, b.id)));
        // certain until it becomes something else
        QVERIFY(!all[0].certain);
        QVERIFY(must(makeConflictsCertain(db)));
        QVERIFY(!must(makeConflictsCertain(db))); // no news
        all = must(pendingOperations(db));
        QVERIFY(all[0].certain && !all[1].certain);
        QCOMPARE(all[0].state, Pending::State::Conflict);
        must(setPending(db, first, Pending::State::Conflict, {}, why));
        QVERIFY(!must(pendingOperations(db))[0].certain);
        must(setPending(db, first, Pending::State::Queued, "again", {}));
        QVERIFY(!must(makeConflictsCertain(db)));
        QVERIFY(!must(pendingOperations(db))[0].refusal);
        QCOMPARE(must(queuedOperations(db, 1)).size(), 1U);
        QCOMPARE(must(queuedOperations(db, 1))[0].operation, a); // the oldest
        QVERIFY(must(queuedOperations(db, 0)).empty());
        must(dropPending(db, a.id));
        must(dropPending(db, a.id));
        QVERIFY(!must(isPending(db, a.id)));
        QCOMPARE(must(pendingOperations(db)).size(), 1U);
    }

    void whatIsInTheJournalIsNotQueued()
    {
        auto db = memoryRealm();
        const Entry entry = follow({}, note());
        must(appendEntry(db, entry));
        const auto again = addPending(db, entry.operation, {});
        QVERIFY(!again);
        QCOMPARE(again.error().code, Errc::AlreadyExists);
    }

    void refusals()
    {
        auto db = memoryRealm();
        const auto id = m_maker.ids().make<OperationId>();
        QVERIFY(!must(refusedAnswer(db, id)));
        const Refusal why{RefusalReason::TeamBusy,
                          {{u"teamName"_s, u"一队"_s}, {u"since"_s, qint64(1786500000000)}}};
        must(keepRefused(db, id, why, instantFromMs(5)));
        QCOMPARE(*must(refusedAnswer(db, id)), why);
        QVERIFY(!keepRefused(db, id, why, instantFromMs(6)));
    }

    void meta()
    {
        auto db = memoryRealm();
        QCOMPARE(must(metaValue(db, u"realm"_s)), QString());
        must(setMetaValue(db, u"realm"_s, u"live"_s));
        must(setMetaValue(db, u"realm"_s, u"演练"_s));
        QCOMPARE(must(metaValue(db, u"realm"_s)), u"演练"_s);
    }
};

QTEST_GUILESS_MAIN(TestEntries)
#include "tst_entries.moc"
