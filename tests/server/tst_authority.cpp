#include "models/desk/desk.h"
#include "models/store/cache_file.h"
#include "models/store/changeset.h"
#include "models/store/tables.h"
#include "server/authority.h"
#include "sync/replica.h"
#include "tests/support/makers.h"

#include <QSemaphore>
#include <QTest>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

struct World
{
    FakeClock clock;
    Maker maker{3, u"anna"_s, u"desk-a"_s};
    store::Connection journal = memoryRealm();
    server::Authority authority{journal, clock};
    TeamId team = maker.ids().make<TeamId>();
    IncidentId incident = maker.ids().make<IncidentId>();

    World() { hand({maker.createTeam(team, u"T1"_s, u"一队"_s), maker.report(incident)}); }
    sync::Reply hand(const std::vector<Operation> &operations)
    {
        return must(authority.exchange(operations, head()));
    }
    qint64 head() { return must(store::journalHead(journal)).seq; }
};

} // namespace

class TestAuthority : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ordersAndChains()
    {
        World w;
        const auto reply =
            w.hand({w.maker.note(w.incident, u"一"_s), w.maker.note(w.incident, u"二"_s)});
        QVERIFY(reply.refused.empty());
        QCOMPARE(reply.entries.size(), 2U);
        QCOMPARE(reply.entries[0].seq, 3);
        QCOMPARE(reply.entries[1].previousHash, reply.entries[0].hash);
        QCOMPARE(reply.entries[0].acceptedAt, w.clock.now());
        QCOMPARE(journalFault(w.journal), QString());
    }

    void anAcceptedOperationAgain()
    {
        World w;
        const Operation note = w.maker.note(w.incident, u"一"_s);
        const auto first = must(w.authority.exchange({note}, 0));
        w.clock.advance(std::chrono::hours(1));
        const auto again = must(w.authority.exchange({note, note}, 0));
        QCOMPARE(again.entries, first.entries);
        QVERIFY(again.refused.empty());
        QCOMPARE(w.head(), 3);
    }

    // The refusal given once stands under this id, even when the operation would fit by now.
    // A program that uses an id twice is told; it would take the other's number for its own.
    void anIdOfAnotherOperation_data()
    {
        QTest::addColumn<bool>("otherWords");
        QTest::addColumn<bool>("otherAuthor");
        QTest::addColumn<bool>("otherTime");
        QTest::addColumn<bool>("inABatch");
        QTest::newRow("the same") << false << false << false << false;
        QTest::newRow("another time") << false << false << true << false;
        QTest::newRow("other words") << true << false << false << false;
        QTest::newRow("another author") << false << true << false << false;
        QTest::newRow("other words, with others") << true << false << false << true;
    }
    void anIdOfAnotherOperation()
    {
        QFETCH(const bool, otherWords);
        QFETCH(const bool, otherAuthor);
        QFETCH(const bool, otherTime);
        QFETCH(const bool, inABatch);
        World w;
        Operation note = w.maker.note(w.incident, u"一"_s);
        QVERIFY(w.hand({note}).refused.empty());
        const qint64 head = w.head();
        Operation again = note;
        if (otherWords)
            again = {.id = note.id,
                     .kind = note.kind,
                     .args = w.maker.note(w.incident, u"二"_s).args,
                     .author = note.author,
                     .desk = note.desk,
                     .occurredAt = note.occurredAt,
                     .recordedAt = note.recordedAt};
        if (otherAuthor)
            again.author = u"otto"_s;
        if (otherTime)
            again.recordedAt += std::chrono::hours(1);
        const sync::Ask first{.submissions = sync::asSubmissions({again}), .cursor = {head, {}}};
        const sync::Ask second{.cursor = {head, {}}};
        std::vector<server::Authority::Request> batch{{.ask = &first}};
        if (inABatch)
            batch.push_back({.ask = &second});
        const auto replies = must(w.authority.exchange(batch));
        const auto &refused = must(Result(replies[0])).refused;
        QCOMPARE(refused.empty(), !otherWords && !otherAuthor);
        if (!refused.empty()) {
            QCOMPARE(refused[0].first, note.id);
            QCOMPARE(refused[0].second.reason, RefusalReason::AlreadyExists);
        }
        QCOMPARE(w.head(), head);
    }

    void aRefusedOperationAgain()
    {
        World w;
        const auto taken = w.maker.ids().make<AssignmentId>();
        w.hand({w.maker.assign(taken, w.incident, w.team)});
        const Operation late =
            w.maker.assign(w.maker.ids().make<AssignmentId>(), w.incident, w.team);
        const auto first = w.hand({late});
        QCOMPARE(first.refused.size(), 1U);
        QCOMPARE(first.refused[0].second.reason, RefusalReason::TeamBusy);
        w.hand({w.maker.advance(taken, AssignmentState::Recalled, u"误派"_s)});
        const auto again = w.hand({late, late});
        QCOMPARE(again.refused.size(), 2U);
        QCOMPARE(again.refused[0], first.refused[0]);
        QCOMPARE(again.refused[1], first.refused[0]);
        QVERIFY(!must(store::findAssignment(
            w.journal, AssignmentId::fromText(late.args[u"assignment"].toString()))));
    }

    // A refusal half way through an operation leaves nothing behind.
    void aRefusalLeavesNoTrace()
    {
        World w;
        const QByteArray before = must(store::tablesDigest(w.journal));
        op::ImportRecords import{.table = u"team"_s, .source = u"a.csv"_s, .rows = {}};
        for (const char *code : {"A", "B", "A"}) {
            import.rows.push_back({w.maker.ids().make<RecordId>(),
                                   {{u"code"_s, QString::fromLatin1(code)},
                                    {u"name"_s, u"队"_s},
                                    {u"kind"_s, u"flood"_s}}});
        }
        QCOMPARE(w.hand({w.maker.operation(import)}).refused.size(), 1U);
        QCOMPARE(must(store::tablesDigest(w.journal)), before);
    }

    // What a console can not have sent does not stop what comes after it.
    void aPoisonedOperationDoesNotStopTheQueue()
    {
        World w;
        Operation poison =
            w.maker.operation(op::ImportRecords{.table = u"team"_s, .source = {}, .rows = {}});
        const QJsonObject row = {
            {u"record"_s, w.team.text()},
            {u"values"_s,
             QJsonObject{{u"code"_s, u"X"_s}, {u"name"_s, u"X"_s}, {u"kind"_s, u"flood"_s}}}};
        poison.args[u"rows"_s] = QJsonArray{row};
        const auto reply =
            w.authority.exchange({poison, w.maker.note(w.incident, u"之后"_s)}, w.head());
        QVERIFY2(reply, reply ? "" : qPrintable(reply.error().detail));
        QCOMPARE(reply->refused.size(), 1U);
        QCOMPARE(reply->entries.size(), 1U);
    }

    void cursors()
    {
        World w;
        QCOMPARE(must(w.authority.exchange({}, 0)).entries.size(), 2U);
        QVERIFY(must(w.authority.exchange({}, 2)).entries.empty());
        // a console that has seen more than there is: the journal was lost or restored from a
        // backup
        const Operation note = w.maker.note(w.incident, u"一"_s);
        for (const qint64 cursor : {3LL, 1'000'000LL, -1LL}) {
            const auto reply = w.authority.exchange({note}, cursor);
            if (cursor < 0) {
                QVERIFY(!reply);
                QCOMPARE(reply.error().code, Errc::InvalidArgument);
            } else {
                QVERIFY(must(reply).diverged);
                QVERIFY(!reply->retreatTo); // before it has seen the console's past
            }
        }
        QCOMPARE(w.head(), 2); // and nothing was taken from it
    }

    void aLongAnswerIsCut()
    {
        World w;
        std::vector<Operation> notes;
        for (int i = 0; i < 1200; ++i)
            notes.push_back(w.maker.note(w.incident, u"记事%1"_s.arg(i)));
        w.hand(notes);
        auto console = memoryRealm();
        int rounds = 0;
        for (bool more = true; more; ++rounds) {
            const auto reply =
                must(w.authority.exchange({}, must(store::journalHead(console)).seq));
            must(sync::receive(console, reply));
            more = reply.more;
        }
        QVERIFY(rounds >= 3 && rounds < 10);
        QCOMPARE(must(store::tablesDigest(console)), must(store::tablesDigest(w.journal)));
        QCOMPARE(must(store::journalHead(console)).hash, must(store::journalHead(w.journal)).hash);
    }

    void adoptRebuildsALostJournal()
    {
        World w;
        w.hand({w.maker.note(w.incident, u"一"_s),
                w.maker.assign(w.maker.ids().make<AssignmentId>(), w.incident, w.team)});
        const auto entries = must(store::entriesAfter(w.journal, 0, 100));
        auto fresh = memoryRealm();
        must(server::adopt(fresh, {entries.begin(), entries.begin() + 2}));
        must(server::adopt(fresh, {entries.begin() + 2, entries.end()}));
        must(server::adopt(fresh, {}));
        QCOMPARE(must(store::tablesDigest(fresh)), must(store::tablesDigest(w.journal)));
        QCOMPARE(journalFault(fresh), QString());
        // and goes on from there; what was accepted before is known
        server::Authority authority(fresh, w.clock);
        const auto again = must(authority.exchange({entries[2].operation}, 0));
        QCOMPARE(again.entries, entries);
        QCOMPARE(must(authority.exchange({w.maker.note(w.incident, u"二"_s)}, 4)).entries.size(),
                 1U);
    }

    void adoptRefusesWhatDoesNotFollow()
    {
        World w;
        w.hand({w.maker.note(w.incident, u"一"_s), w.maker.note(w.incident, u"二"_s)});
        const auto entries = must(store::entriesAfter(w.journal, 0, 100));
        const auto refuses = [&](std::vector<store::Entry> offered) {
            auto fresh = memoryRealm();
            const auto done = server::adopt(fresh, offered);
            return !done && done.error().code == Errc::Corrupt &&
                   must(store::journalHead(fresh)).seq == 0 &&
                   must(store::tablesDigest(fresh)) ==
                       must(store::tablesDigest(
                           *std::make_unique<store::Connection>(memoryRealm())));
        };
        QVERIFY(refuses({entries.begin() + 1, entries.end()})); // no beginning
        QVERIFY(refuses({entries[0], entries[1], entries[3]})); // a hole, after good ones
        QVERIFY(refuses({entries[0], entries[0]}));             // twice
        auto forged = entries;
        forged[3].changeset = forged[2].changeset; // does not belong to its hash
        QVERIFY(refuses(forged));
        forged[3].hash = store::hashOf(forged[3]); // hash put right; the rows do not fit
        QVERIFY(refuses(forged));
        QVERIFY(!server::adopt(w.journal, entries)); // all there already
        QCOMPARE(w.head(), 4);
    }

    // A journal that takes no more room loses nothing it has accepted, says so, and goes on when
    // there is room.
    void fullDisk()
    {
        TemporaryRealm folder;
        auto file = must(store::CacheFile::open(folder.path(u"city.journal"_s)));
        store::Connection &db = file.connection();
        World w;
        server::Authority authority(db, w.clock);
        must(authority.exchange(
            {w.maker.createTeam(w.team, u"T1"_s, u"一队"_s), w.maker.report(w.incident)}, 0));
        auto pages = must(db.prepare("PRAGMA page_count"));
        must(pages.step());
        const QByteArray limit =
            "PRAGMA max_page_count=" + QByteArray::number(pages.integer(0) + 6);
        pages.reset();
        must(db.exec(limit.constData()));

        std::vector<OperationId> accepted;
        std::optional<Operation> unanswered;
        for (int i = 0; i < 500 && !unanswered; ++i) {
            const Operation note = w.maker.note(w.incident, QString(500, u'水'));
            const auto reply = authority.exchange({note}, must(store::journalHead(db)).seq);
            if (reply) {
                accepted.push_back(note.id);
            } else {
                QCOMPARE(reply.error().code, Errc::DiskFull);
                unanswered = note;
            }
        }
        QVERIFY(unanswered);
        QVERIFY(!accepted.empty());
        const QByteArray digest = must(store::tablesDigest(db));
        QVERIFY(!authority.exchange({*unanswered}, 0)); // still full, still the same
        QCOMPARE(must(store::tablesDigest(db)), digest);
        QCOMPARE(must(store::journalHead(db)).seq, static_cast<qint64>(accepted.size()) + 2);
        QCOMPARE(journalFault(db), QString());
        // reading goes on
        QVERIFY(!must(authority.exchange({}, 1)).entries.empty());

        must(db.exec("PRAGMA max_page_count=1000000"));
        const auto reply =
            must(authority.exchange({*unanswered}, must(store::journalHead(db)).seq));
        QCOMPARE(reply.entries.size(), 1U);
        for (const OperationId id : accepted)
            QVERIFY(must(store::entryOf(db, id)));
        QCOMPARE(journalFault(db), QString());
    }

    // The same on the console: what was not taken is not shown, what was taken is kept.
    void fullDiskAtTheDesk()
    {
        TemporaryRealm folder;
        auto file = must(store::CacheFile::open(folder.path()));
        store::Connection &db = file.connection();
        World w;
        QVERIFY(desk::enqueue(db, w.maker.report(w.incident)));
        auto pages = must(db.prepare("PRAGMA page_count"));
        must(pages.step());
        const QByteArray limit =
            "PRAGMA max_page_count=" + QByteArray::number(pages.integer(0) + 4);
        pages.reset();
        must(db.exec(limit.constData()));
        size_t kept = 1;
        for (;; ++kept) {
            QVERIFY(kept < 500);
            const QByteArray before = must(store::tablesDigest(db));
            const auto outcome = desk::enqueue(db, w.maker.note(w.incident, QString(500, u'水')));
            if (outcome)
                continue;
            QCOMPARE(std::get<Error>(outcome.error()).code, Errc::DiskFull);
            QCOMPARE(must(store::tablesDigest(db)), before);
            break;
        }
        QCOMPARE(must(store::pendingOperations(db)).size(), kept);
        // entries that do not fit on the disk are not half taken
        std::vector<Operation> notes;
        for (int i = 0; i < 300; ++i)
            notes.push_back(w.maker.note(w.incident, QString(500, u'水')));
        w.hand(notes);
        const QByteArray before = must(store::tablesDigest(db));
        const auto reply = must(w.authority.exchange({}, 0));
        const auto changes = sync::receive(db, reply);
        QVERIFY(!changes);
        // (the desk's own report of the same incident is rolled back first and put back by the
        // failure)
        QCOMPARE(changes.error().code, Errc::DiskFull);
        QCOMPARE(must(store::tablesDigest(db)), before);
        QCOMPARE(must(store::pendingOperations(db)).size(), kept);
        must(db.exec("PRAGMA max_page_count=1000000"));
        must(sync::receive(db, reply));
        QCOMPARE(must(store::journalHead(db)).seq, 302);
    }

    // One may not hand it in, and in the same turn another may: by the end of the turn it is an
    // entry, and nobody is told that it is refused.
    void acceptedInTheSameTurn()
    {
        World w;
        const Operation note = w.maker.note(w.incident, u"一"_s);
        const sync::Ask ask{.submissions = {{note, {}}},
                            .cursor = must(store::journalHead(w.journal))};
        const server::Permit nobody = [](store::Connection &, const sync::Submission &) {
            return Result<Verdict>(Verdict(refuse(RefusalReason::NotYours)));
        };
        const std::vector<server::Authority::Request> batch = {{&ask, &nobody}, {&ask}};
        const auto replies = must(w.authority.exchange(batch));
        for (const auto &reply : replies) {
            QVERIFY(reply->refused.empty());
            QCOMPARE(reply->entries.size(), 1U);
            QCOMPARE(reply->entries[0].operation.id, note.id);
        }
        const std::vector<server::Authority::Request> alone = {{&ask, &nobody}};
        QVERIFY(must(w.authority.exchange(alone)).front()->refused.empty()); // it is an entry
        const sync::Ask other{.submissions = {{w.maker.note(w.incident, u"二"_s), {}}},
                              .cursor = must(store::journalHead(w.journal))};
        const std::vector<server::Authority::Request> twice = {{&other, &nobody},
                                                               {&other, &nobody}};
        for (const auto &reply : must(w.authority.exchange(twice)))
            QCOMPARE(reply->refused.size(), 1U);
    }

    // One desk's nonsense is its own affair.
    void aBadRequestDoesNotSpoilItsBatch()
    {
        World w;
        const sync::Ask bad{.submissions = sync::asSubmissions({w.maker.note(w.incident, u"甲"_s)}),
                            .cursor = {.seq = -1, .hash = {}}};
        const sync::Ask good{.submissions =
                                 sync::asSubmissions({w.maker.note(w.incident, u"乙"_s)}),
                             .cursor = {.seq = w.head(), .hash = {}}};
        const std::vector<server::Authority::Request> batch = {{&bad}, {&good}};
        const auto replies = must(w.authority.exchange(batch));
        QVERIFY(!replies[0]);
        QCOMPARE(replies[0].error().code, Errc::InvalidArgument);
        QCOMPARE(must(replies[1]).entries.size(), 1U);
    }
};

QTEST_GUILESS_MAIN(TestAuthority)
#include "tst_authority.moc"
