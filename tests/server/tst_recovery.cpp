// A server that was restored from a backup gets back what it has lost from the desks, whoever wrote
// it, and nothing that nobody wrote.
#include "models/store/tables.h"
#include "server/accounts/access.h"
#include "server/authority.h"
#include "sync/replica.h"
#include "sync/wire.h"
#include "tests/support/makers.h"

#include <QTest>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const server::Seals &seals()
{
    static const server::Seals made(QByteArray(32, 'k'), u"live"_s);
    return made;
}

// As a session hands in: own operations by right, of others none.
server::Permit permitOf(const QString &user, const QString &desk)
{
    return [principal = server::Principal{.userName = user,
                                          .displayName = user,
                                          .roles = {Role::Dispatcher, Role::Commander},
                                          .areas = {u"*"_s},
                                          .desk = desk}](store::Connection &db,
                                                         const sync::Submission &submission) {
        return server::mayAccept(db, principal, submission.operation);
    };
}

struct Desk
{
    Desk(quint64 seed, const QString &user, const QString &name)
        : maker(seed, user, name)
        , permit(permitOf(user, name))
    {
    }
    Maker maker;
    server::Permit permit;
    store::Connection db = memoryRealm();

    // Talks over the wire until nothing is left to say.
    void settle(server::Authority &authority)
    {
        bool withPast = false;
        for (int i = 0; i < 50; ++i) {
            const auto ask = must(
                sync::wire::askFrom(sync::wire::toBytes(must(sync::askOf(db, 200, withPast)))));
            const server::Authority::Request request{&ask, &permit};
            const auto replies = must(authority.exchange(std::span(&request, 1)));
            const auto reply =
                must(sync::wire::replyFrom(sync::wire::toBytes(must(replies.front()))));
            const auto step = must(sync::take(db, reply));
            withPast = step.withPast;
            if (!step.again && ask.submissions.empty())
                return;
        }
        qFatal("does not settle");
    }
};

// The journal as it was at entry `seq`, restored at `at`.
store::Connection restoredAt(store::Connection &journal, qint64 seq, Instant until)
{
    auto backup = memoryRealm();
    const auto entries =
        must(store::entriesAfter(journal, 0, static_cast<int>(std::max<qint64>(seq, 1))));
    must(server::adopt(backup, {entries.begin(), entries.begin() + seq}));
    must(server::beginNewLife(backup, u"second"_s, until));
    return backup;
}

} // namespace

class TestRecovery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Three people write in turn; one desk burns down. For every length of the backup and every
    // pair of pasts that the two others hold: what any of them holds ends in the new journal
    // exactly once, by its true author, byte for byte, whoever comes first; and all are equal.
    void everyBackupAndPast_data()
    {
        QTest::addColumn<int>("backup");
        QTest::addColumn<int>("a");
        QTest::addColumn<int>("b");
        QTest::addColumn<bool>("aFirst");
        for (int backup = 0; backup <= 5; ++backup) {
            for (int a = 0; a <= 5; ++a) {
                for (int b = 0; b <= 5; ++b) {
                    for (const bool aFirst : {true, false})
                        QTest::addRow("backup %d, a %d, b %d, %s", backup, a, b,
                                      aFirst ? "a first" : "b first")
                            << backup << a << b << aFirst;
                }
            }
        }
    }
    void everyBackupAndPast()
    {
        QFETCH(const int, backup);
        QFETCH(const int, a);
        QFETCH(const int, b);
        QFETCH(const bool, aFirst);
        constexpr int all = 5;
        FakeClock clock;
        auto journal = memoryRealm();
        server::Authority before(journal, clock, nullptr, &seals());
        Desk anna(1, u"anna"_s, u"a"_s);
        Desk bo(2, u"bo"_s, u"b"_s);
        Desk cy(3, u"cy"_s, u"c"_s); // will never come back
        Desk *const writers[] = {&anna, &bo, &cy};
        const auto incident = cy.maker.ids().make<IncidentId>();
        std::vector<QByteArray> written;
        for (int i = 0; i < all; ++i) {
            Desk &writer = *writers[(i + 2) % 3];
            const Operation operation =
                i == 0 ? cy.maker.report(incident) : writer.maker.note(incident, u"第%1"_s.arg(i));
            written.push_back(toBytes(operation));
            must(before.exchange({operation}, i));
        }
        // What each of the two has seen.
        for (const auto &[desk, seen] : {std::pair(&anna, a), std::pair(&bo, b)}) {
            auto reply = must(before.exchange({}, 0));
            reply.entries.resize(static_cast<size_t>(seen));
            must(sync::receive(desk->db, reply));
        }
        auto restored = restoredAt(journal, backup, clock.now() + 72h);
        server::Authority after(restored, clock, nullptr, &seals());
        Desk &first = aFirst ? anna : bo;
        Desk &second = aFirst ? bo : anna;
        first.settle(after);
        second.settle(after);
        first.settle(after);
        const int kept = std::max({backup, a, b});
        const auto entries = must(store::entriesAfter(restored, 0, 100));
        QCOMPARE(static_cast<int>(entries.size()), kept);
        for (int i = 0; i < kept; ++i)
            QCOMPARE(entries[static_cast<size_t>(i)].operationBytes,
                     written[static_cast<size_t>(i)]);
        for (Desk *desk : {&anna, &bo}) {
            QVERIFY(must(store::pendingOperations(desk->db)).empty());
            QCOMPARE(must(store::journalHead(desk->db)), must(store::journalHead(restored)));
            QCOMPARE(must(store::tablesDigest(desk->db)), must(store::tablesDigest(restored)));
        }
    }

    // Nobody can invent another's order, nor be late, nor carry one over from elsewhere.
    void forgeries_data()
    {
        QTest::addColumn<QString>("seal");
        QTest::addColumn<int>("hours"); // since the restore
        QTest::addColumn<QString>("answer");
        QTest::newRow("true") << u"true"_s << 0 << u"accepted"_s;
        QTest::newRow("true, last moment") << u"true"_s << 71 << u"accepted"_s;
        QTest::newRow("true, late") << u"true"_s << 72 << u"recovery-over"_s;
        QTest::newRow("none") << u"none"_s << 0 << u"not-yours"_s;
        QTest::newRow("zeros") << u"zeros"_s << 0 << u"not-yours"_s;
        QTest::newRow("another operation's") << u"another"_s << 0 << u"not-yours"_s;
        QTest::newRow("of a drill") << u"drill"_s << 0 << u"not-yours"_s;
        QTest::newRow("by another server") << u"server"_s << 0 << u"not-yours"_s;
        QTest::newRow("one bit") << u"bit"_s << 0 << u"not-yours"_s;
        QTest::newRow("forged, late") << u"zeros"_s << 100 << u"not-yours"_s;
    }
    void forgeries()
    {
        QFETCH(const QString, seal);
        QFETCH(const int, hours);
        QFETCH(const QString, answer);
        FakeClock clock;
        auto journal = memoryRealm();
        Maker anna(1, u"anna"_s, u"a"_s);
        Desk bo(2, u"bo"_s, u"b"_s);
        must(server::beginNewLife(journal, u"second"_s, clock.now() + 72h));
        server::Authority authority(journal, clock, nullptr, &seals());
        const Operation order = anna.report(anna.ids().make<IncidentId>());
        const QByteArray bytes = toBytes(order);
        QByteArray shown;
        if (seal == "true"_L1 || seal == "bit"_L1)
            shown = seals().of(bytes);
        if (seal == "bit"_L1)
            shown[31] = static_cast<char>(shown[31] ^ 1);
        if (seal == "zeros"_L1)
            shown = QByteArray(32, '\0');
        if (seal == "another"_L1)
            shown = seals().of(toBytes(anna.report(anna.ids().make<IncidentId>())));
        if (seal == "drill"_L1)
            shown = server::Seals(QByteArray(32, 'k'), u"drill"_s).of(bytes);
        if (seal == "server"_L1)
            shown = server::Seals(QByteArray(32, 'x'), u"live"_s).of(bytes);
        clock.advance(std::chrono::hours(hours));
        const sync::Ask ask{
            .submissions = {{.operation = order, .proof = std::nullopt, .seal = shown}}};
        const server::Authority::Request request{&ask, &bo.permit};
        for (int time = 0; time < 2; ++time) { // asked twice, answered the same
            const auto reply = must(must(authority.exchange(std::span(&request, 1))).front());
            if (answer == "accepted"_L1) {
                QVERIFY(reply.refused.empty());
                QCOMPARE(reply.entries.size(), 1U);
                QCOMPARE(reply.entries[0].operation.author, u"anna"_s);
                continue;
            }
            QVERIFY(reply.entries.empty());
            QCOMPARE(reply.refused.size(), 1U);
            QCOMPARE(refusalName(reply.refused[0].second.reason), answer);
            QCOMPARE(reply.refused[0].second.facts.value("author"_L1).toString(), u"anna"_s);
        }
        // The author in person is let in whatever others have tried.
        const server::Permit own = permitOf(u"anna"_s, u"a"_s);
        const sync::Ask herself{.submissions = sync::asSubmissions({order})};
        const server::Authority::Request again{&herself, &own};
        QVERIFY(must(must(authority.exchange(std::span(&again, 1))).front()).refused.empty());
        QCOMPARE(must(store::journalHead(journal)).seq, 1);
    }

    // A desk that began with a snapshot can not go back before it: it is told to take another one,
    // and what it has stays as it is until then.
    void aDeskThatBeganLater_data()
    {
        QTest::addColumn<int>("backup");
        QTest::addColumn<bool>("snapshot");
        QTest::newRow("before its oldest") << 3 << true;
        QTest::newRow("just before its oldest") << 6 << true;
        QTest::newRow("its oldest") << 7 << false;
        QTest::newRow("after") << 8 << false;
    }
    void aDeskThatBeganLater()
    {
        QFETCH(const int, backup);
        QFETCH(const bool, snapshot);
        FakeClock clock;
        auto journal = memoryRealm();
        server::Authority before(journal, clock, nullptr, &seals());
        Maker cy(3, u"cy"_s, u"c"_s);
        const auto incident = cy.ids().make<IncidentId>();
        std::vector<Operation> operations = {cy.report(incident)};
        for (int i = 1; i < 10; ++i)
            operations.push_back(cy.note(incident, u"%1"_s.arg(i)));
        must(before.exchange(operations, 0));
        Desk bo(2, u"bo"_s, u"b"_s);
        must(sync::receive(bo.db, must(before.exchange({}, 0))));
        {
            auto transaction = must(store::Transaction::begin(bo.db));
            must(store::dropEntriesUpTo(bo.db, 6));
            must(transaction.commit());
        }
        auto restored = restoredAt(journal, backup, clock.now() + 72h);
        server::Authority after(restored, clock, nullptr, &seals());
        if (!snapshot) {
            bo.settle(after);
            QCOMPARE(must(store::journalHead(restored)).seq, 10);
            return;
        }
        const QByteArray digest = must(store::tablesDigest(bo.db));
        bool withPast = false;
        bool needed = false;
        for (int i = 0; i < 5 && !needed; ++i) {
            const auto step = must(
                sync::take(bo.db, must(after.exchange(must(sync::askOf(bo.db, 200, withPast))))));
            withPast = step.withPast;
            needed = step.needsSnapshot;
            QVERIFY(needed || step.again);
        }
        QVERIFY(needed);
        QCOMPARE(must(store::journalHead(bo.db)).seq, 10);
        QCOMPARE(must(store::tablesDigest(bo.db)), digest);
    }

    // Without a restore a seal opens nothing.
    void noRestoreNoWindow()
    {
        FakeClock clock;
        auto journal = memoryRealm();
        server::Authority authority(journal, clock, nullptr, &seals());
        Maker anna(1, u"anna"_s, u"a"_s);
        const Operation order = anna.report(anna.ids().make<IncidentId>());
        const sync::Ask ask{
            .submissions = {
                {.operation = order, .proof = std::nullopt, .seal = seals().of(toBytes(order))}}};
        const server::Permit bo = permitOf(u"bo"_s, u"b"_s);
        const server::Authority::Request request{&ask, &bo};
        const auto reply = must(must(authority.exchange(std::span(&request, 1))).front());
        QCOMPARE(reply.refused.size(), 1U);
        QCOMPARE(refusalName(reply.refused[0].second.reason), u"not-yours"_s);
    }

    // Desks whose next entry lies in the archive are told to take a snapshot, whatever they hand
    // in, and an operation that lies in it is never accepted again.
    void archived()
    {
        FakeClock clock;
        auto journal = memoryRealm();
        server::Authority authority(journal, clock, nullptr, &seals());
        Maker anna(1, u"anna"_s, u"a"_s);
        const auto incident = anna.ids().make<IncidentId>();
        std::vector<Operation> operations = {anna.report(incident)};
        for (int i = 1; i < 10; ++i)
            operations.push_back(anna.note(incident, u"%1"_s.arg(i)));
        must(authority.exchange(operations, 0));
        const auto entries = must(store::entriesAfter(journal, 0, 100));
        {
            auto transaction = must(store::Transaction::begin(journal));
            QCOMPARE(store::dropEntriesUpTo(journal, 10).error().code, Errc::InvalidArgument);
            must(store::dropEntriesUpTo(journal, 6));
            must(transaction.commit());
        }
        QCOMPARE(must(store::journalBase(journal)), (store::Head{6, entries[5].hash}));
        QCOMPARE(must(store::journalHead(journal)).seq, 10);
        const Operation late = anna.note(incident, u"迟"_s);
        for (const qint64 cursor : {0, 1, 5}) {
            const auto reply = must(authority.exchange({late}, cursor));
            QCOMPARE(reply.first, 7);
            QVERIFY(reply.entries.empty() && !reply.diverged);
            const auto overWire = must(sync::wire::replyFrom(sync::wire::toBytes(reply)));
            auto desk = memoryRealm();
            QVERIFY(must(sync::take(desk, overWire)).needsSnapshot);
        }
        QCOMPARE(must(store::journalHead(journal)).seq, 10); // nothing was taken
        QCOMPARE(must(authority.exchange({}, 6)).entries.size(), 4U);
        QCOMPARE(must(authority.exchange({}, 6)).first, 0);
        for (const Operation &old : operations) {
            const auto reply = must(authority.exchange({old}, 10));
            QVERIFY(reply.refused.empty() && reply.entries.empty());
        }
        QCOMPARE(must(store::journalHead(journal)).seq, 10);
        // a cursor at the base, but of another past
        const sync::Ask other{.cursor = {6, QByteArray(32, 'x')}};
        QVERIFY(must(authority.exchange(other)).diverged);
        const sync::Ask past{.cursor = {6, QByteArray(32, 'x')}, .past = {{4, entries[3].hash}}};
        QCOMPARE(must(authority.exchange(past)).first, 7);
        const sync::Ask shared{.cursor = {9, QByteArray(32, 'x')},
                               .past = {{8, QByteArray(32, 'y')}, {6, entries[5].hash}}};
        QCOMPARE(must(authority.exchange(shared)).retreatTo, 6);
    }
};

QTEST_GUILESS_MAIN(TestRecovery)
#include "tst_recovery.moc"
