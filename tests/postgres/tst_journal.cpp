#include "models/store/tables.h"
#include "server/postgres/pg_journal.h"
#include "server/postgres/pg_schema.h"
#include "sync/verify.h"
#include "tests/postgres/tap.h"
#include "tests/postgres/walk.h"
#include "tests/support/postgres_server.h"

#include <QElapsedTimer>
#include <QTest>

#include <future>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using server::PgConnection;
using server::PgJournal;
using server::PgSettings;
using server::PgValue;
using server::RealmHost;
using store::Entry;
using store::Head;

namespace {

// An entry that follows `head`; what it does to rows does not matter to a journal.
Entry following(const Head &head, const Operation &operation)
{
    Entry entry{.seq = head.seq + 1,
                .operation = operation,
                .operationBytes = toBytes(operation),
                .acceptedAt = operation.recordedAt,
                .previousHash = head.hash,
                .rules = 3};
    entry.changeset = QByteArray("T\0\x01", 3);
    entry.hash = store::hashOf(entry);
    return entry;
}

Head headOf(const Entry &entry)
{
    return {entry.seq, entry.hash};
}

constexpr auto busy = RefusalReason::TeamBusy;

} // namespace

class TestJournal : public QObject
{
    Q_OBJECT

    std::unique_ptr<PostgresServer> m_server;
    int m_databases = 0;

    // A database of its own for each test.
    QString newDatabase()
    {
        const QString name = u"t%1"_s.arg(++m_databases);
        must(admin().script("CREATE DATABASE " + name.toLatin1()));
        return m_server->url(name);
    }
    PgConnection admin(const QString &url = {})
    {
        return must(PgConnection::open({.url = url.isEmpty() ? m_server->url() : url}, "admin"));
    }
    static PgSettings settings(const QString &url, const QString &realm = u"city"_s)
    {
        return {.address = {.url = url,
                            .connectTimeout = std::chrono::seconds(2),
                            .answerTimeout = std::chrono::seconds(4)},
                .realm = realm};
    }
    static std::unique_ptr<PgJournal> journal(const QString &url, const QString &realm = u"city"_s)
    {
        return must(PgJournal::open(settings(url, realm)));
    }
    static std::unique_ptr<RealmHost> host(const QString &url, const QString &path,
                                           const Clock &clock)
    {
        return must(RealmHost::open(path, clock, journal(url)), "host");
    }
    // Appends one entry in a turn of its own.
    static Entry add(PgJournal &journal, const Head &head, const Operation &operation)
    {
        must(journal.begin(head, {}));
        const Entry entry = following(head, operation);
        must(journal.append(entry));
        must(journal.commit());
        return entry;
    }
    void cutAll()
    {
        must(admin().run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                         "WHERE application_name LIKE 'leeward%'"));
    }

private Q_SLOTS:
    void initTestCase() { m_server = std::make_unique<PostgresServer>(); }
    void cleanupTestCase() { m_server.reset(); }

    // --- schema

    void theSchemaIsMadeOnce()
    {
        const QString url = newDatabase();
        std::vector<std::future<QString>> opened;
        for (int i = 0; i < 6; ++i) {
            opened.push_back(std::async(std::launch::async, [url] {
                auto copy = memoryRealm();
                must(journal(url)->attach(copy));
                return must(store::metaValue(copy, u"epoch"_s));
            }));
        }
        QSet<QString> epochs;
        for (auto &one : opened)
            epochs.insert(one.get());
        QCOMPARE(epochs.size(), 1);
        QVERIFY(!epochs.begin()->isEmpty());
        const auto rows =
            must(admin(url).run("SELECT count(*), max(version) FROM leeward.schema_version"));
        QCOMPARE(rows.integer(0, 0), server::newestPgSchema());
        QCOMPARE(rows.integer(0, 1), server::newestPgSchema());
    }

    void aNewerSchemaIsRefused()
    {
        const QString url = newDatabase();
        (void) journal(url);
        must(admin(url).run("INSERT INTO leeward.schema_version(version) VALUES(999)"));
        const auto opened = PgJournal::open(settings(url));
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, Errc::SchemaTooNew);
    }

    void whatIsWrittenIsFinal_data()
    {
        QTest::addColumn<QByteArray>("sql");
        QTest::newRow("update") << QByteArray("UPDATE leeward.entry SET author='x'");
        QTest::newRow("delete") << QByteArray("DELETE FROM leeward.entry");
        QTest::newRow("truncate") << QByteArray("TRUNCATE leeward.entry");
        QTest::newRow("refused") << QByteArray("DELETE FROM leeward.refused");
        QTest::newRow("twice") << QByteArray(
            "INSERT INTO leeward.entry SELECT realm, seq+1, operation_id, kind, author, desk, "
            "occurred_at, accepted_at, operation, changeset, previous_hash, hash, rules FROM "
            "leeward.entry");
    }
    void whatIsWrittenIsFinal()
    {
        QFETCH(const QByteArray, sql);
        const QString url = newDatabase();
        Maker maker(1, u"anna"_s, u"desk-a"_s);
        add(*journal(url), {}, maker.note(maker.ids().make<IncidentId>(), u"一"_s));
        PgConnection db = admin(url);
        const auto done = db.script(sql);
        QVERIFY(!done);
        QCOMPARE(done.error().code, Errc::Corrupt);
        QCOMPARE(must(db.run("SELECT count(*) FROM leeward.entry")).integer(0, 0), 1);
    }

    // What docs/postgres.md says the role needs once the schema is there.
    void fewRightsSuffice()
    {
        const QString url = newDatabase();
        (void) journal(url, u"another"_s);
        must(admin(url).script("DROP ROLE IF EXISTS humble; CREATE ROLE humble LOGIN; "
                               "GRANT USAGE ON SCHEMA leeward TO humble; "
                               "GRANT SELECT ON leeward.schema_version TO humble; "
                               "GRANT SELECT, INSERT ON leeward.realm, leeward.entry, "
                               "leeward.refused TO humble"));
        auto a = journal(QString(url).replace(u"leeward@"_s, u"humble@"_s));
        Maker maker(1, u"anna"_s, u"desk-a"_s);
        const Operation note = maker.note(maker.ids().make<IncidentId>(), u"一"_s);
        must(a->begin({}, {}));
        must(a->append(following({}, note)));
        must(a->keepRefused(maker.ids().make<OperationId>(), {busy, {}}, maker.clock.now()));
        must(a->commit());
        QCOMPARE(must(a->entriesAfter({}, 10)).size(), 1U);
        must(admin(url).script("DROP OWNED BY humble; DROP ROLE humble"));
    }

    // --- turns

    void whatGoesInComesOut()
    {
        const QString url = newDatabase();
        auto a = journal(url);
        auto b = journal(url);
        Maker maker(1, u"安娜"_s, u"desk'a"_s);
        Operation odd = maker.note(maker.ids().make<IncidentId>(), u"二\U0001F30A"_s);
        odd.author = u"x"_s + QChar(u'\0') + u"y"_s; // must not stop what comes along with it
        must(a->begin({}, {}));
        const Entry first = following({}, maker.note(maker.ids().make<IncidentId>(), u"一"_s));
        const Entry second = following(headOf(first), odd);
        must(a->append(first));
        must(a->append(second));
        must(a->commit());
        const std::vector<Entry> both = {first, second};
        QCOMPARE(must(b->entriesAfter({}, 10)), both);
        QCOMPARE(must(b->entriesAfter({}, 1)).size(), 1U);
        QCOMPARE(must(b->begin(headOf(first), {})), std::vector<Entry>{second});
        b->abandon();
        QVERIFY(must(b->entriesAfter(headOf(second), 10)).empty());
    }

    // Who comes second waits, and then has read what the first one wrote.
    void turnsExclude()
    {
        const QString url = newDatabase();
        auto a = journal(url);
        auto b = journal(url);
        Maker maker(1, u"anna"_s, u"desk-a"_s);
        must(a->begin({}, {}));
        auto waiting = std::async(std::launch::async, [&] { return b->begin({}, {}); });
        PgConnection db = admin(url);
        QTRY_COMPARE(must(db.run("SELECT count(*) FROM pg_locks WHERE locktype='advisory' AND NOT "
                                 "granted"))
                         .integer(0, 0),
                     1);
        const Entry entry = following({}, maker.note(maker.ids().make<IncidentId>(), u"一"_s));
        must(a->append(entry));
        must(a->commit());
        QCOMPARE(must(waiting.get()), std::vector<Entry>{entry});
        b->abandon();
    }

    void realmsDoNotWaitForEachOther()
    {
        const QString url = newDatabase();
        auto a = journal(url, u"甲市"_s);
        auto b = journal(url, u"乙市"_s);
        Maker maker(1, u"anna"_s, u"desk-a"_s);
        must(a->begin({}, {}));
        const Operation note = maker.note(maker.ids().make<IncidentId>(), u"一"_s);
        add(*b, {}, note);
        must(a->append(following({}, note))); // even the same operation: another world
        must(a->commit());
        QCOMPARE(must(a->entriesAfter({}, 10)).size(), 1U);
        QCOMPARE(must(b->entriesAfter({}, 10)).size(), 1U);
    }

    void anAbandonedTurnLeavesNothing()
    {
        const QString url = newDatabase();
        auto a = journal(url);
        Maker maker(1, u"anna"_s, u"desk-a"_s);
        const Operation note = maker.note(maker.ids().make<IncidentId>(), u"一"_s);
        must(a->begin({}, {}));
        must(a->append(following({}, note)));
        must(a->keepRefused(note.id, {busy, {}}, maker.clock.now()));
        a->abandon();
        auto b = journal(url);
        const std::vector<OperationId> ids = {note.id};
        QVERIFY(must(b->begin({}, ids)).empty());
        QVERIFY(!must(b->refusedAnswer(note.id)));
        b->abandon();
    }

    void whatDoesNotFollowIsNotTaken()
    {
        auto a = journal(newDatabase());
        Maker maker(1, u"anna"_s, u"desk-a"_s);
        must(a->begin({}, {}));
        const Operation note = maker.note(maker.ids().make<IncidentId>(), u"一"_s);
        const Entry first = following({}, note);
        QCOMPARE(a->append(following(headOf(first), note)).error().code, Errc::Corrupt);
        a->abandon();
    }

    void refusedAnswersAreEverybodys()
    {
        const QString url = newDatabase();
        auto a = journal(url);
        auto b = journal(url);
        Maker maker(1, u"anna"_s, u"desk-a"_s);
        const std::vector<OperationId> ids = {maker.ids().make<OperationId>(),
                                              maker.ids().make<OperationId>()};
        const Refusal refusal{busy, {{u"teamName"_s, u"一队 \"甲\"\\"_s}, {u"since"_s, 3}}};
        must(a->begin({}, ids));
        must(a->keepRefused(ids[0], refusal, maker.clock.now()));
        must(a->commit());
        must(b->begin({}, ids));
        QCOMPARE(must(b->refusedAnswer(ids[0])), std::optional(refusal));
        QVERIFY(!must(b->refusedAnswer(ids[1])));
        b->abandon();
    }

    // A turn costs the same however long the journal is, also while PostgreSQL has no statistics of
    // the tables and plans by guessing.
    void aTurnDoesNotReadTheJournal()
    {
        const QString url = newDatabase();
        constexpr int length = 2000;
        constexpr int turns = 50;
        auto a = journal(url);
        Maker maker(1, u"anna"_s, u"desk-a"_s);
        for (int i = 0; i < turns; ++i) { // it settles on its plans while there is nothing
            must(a->begin({}, {}));
            a->abandon();
        }
        must(a->begin({}, {}));
        Head head;
        for (int i = 0; i < length; ++i) {
            const Entry entry =
                following(head, maker.note(maker.ids().make<IncidentId>(), u"一"_s));
            must(a->append(entry));
            head = headOf(entry);
        }
        must(a->commit());
        for (int i = 0; i < turns; ++i)
            head = headOf(add(*a, head, maker.note(maker.ids().make<IncidentId>(), u"二"_s)));
        a.reset(); // the figures of a connection are complete when it has gone
        PgConnection db = admin(url);
        QTRY_COMPARE(
            must(db.run("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'entry'"))
                .integer(0, 0),
            length + turns);
        const auto read = must(db.run("SELECT (SELECT seq_tup_read FROM pg_stat_user_tables WHERE "
                                      "relname = 'entry') + (SELECT sum(idx_tup_read)::int8 FROM "
                                      "pg_stat_user_indexes WHERE relname = 'entry')"));
        QVERIFY2(read.integer(0, 0) < length, qPrintable(QString::number(read.integer(0, 0))));
    }

    // --- a copy and its journal

    void aHeadThatIsNotThere()
    {
        auto a = journal(newDatabase());
        Maker maker(1, u"anna"_s, u"desk-a"_s);
        const Entry entry = add(*a, {}, maker.note(maker.ids().make<IncidentId>(), u"一"_s));
        for (const Head &head : {Head{1, QByteArray(32, 'x')}, Head{2, entry.hash}}) {
            QCOMPARE(a->begin(head, {}).error().code, Errc::Corrupt);
            QCOMPARE(a->entriesAfter(head, 10).error().code, Errc::Corrupt);
        }
        QVERIFY(must(a->begin(headOf(entry), {})).empty()); // and the turn is free
        a->abandon();
    }

    // A realm that worked alone moves into PostgreSQL; one that was restored from a backup gets
    // back what it had lost.
    void attachPutsBack_data()
    {
        QTest::addColumn<int>("kept");
        QTest::newRow("nothing there") << 0;
        QTest::newRow("a part") << 3;
        QTest::newRow("all") << 700;
    }
    void attachPutsBack()
    {
        QFETCH(const int, kept);
        const QString url = newDatabase();
        Maker maker(1, u"anna"_s, u"desk-a"_s);
        auto copy = memoryRealm();
        std::vector<Entry> entries;
        Head head;
        for (int i = 0; i < 700; ++i) { // more than one turn's worth
            entries.push_back(following(head, maker.note(maker.ids().make<IncidentId>(), u"一"_s)));
            head = headOf(entries.back());
            must(store::appendEntry(copy, entries.back()));
        }
        auto a = journal(url);
        must(a->begin({}, {}));
        for (int i = 0; i < kept; ++i)
            must(a->append(entries[static_cast<size_t>(i)]));
        must(a->commit());
        must(a->attach(copy));
        QCOMPARE(must(a->entriesAfter({}, 10'000)), entries);
    }

    void attachRefusesAnotherPast_data()
    {
        QTest::addColumn<int>("own");
        QTest::addColumn<int>("shared");
        QTest::newRow("shorter") << 1 << 2;
        QTest::newRow("as long") << 2 << 2;
        QTest::newRow("longer") << 3 << 2;
    }
    void attachRefusesAnotherPast()
    {
        QFETCH(const int, own);
        QFETCH(const int, shared);
        Maker maker(1, u"anna"_s, u"desk-a"_s);
        auto a = journal(newDatabase());
        auto copy = memoryRealm();
        Head head;
        for (int i = 0; i < shared; ++i)
            head = headOf(add(*a, head, maker.note(maker.ids().make<IncidentId>(), u"甲"_s)));
        Head ours;
        for (int i = 0; i < own; ++i) {
            const Entry entry =
                following(ours, maker.note(maker.ids().make<IncidentId>(), u"乙"_s));
            must(store::appendEntry(copy, entry));
            ours = headOf(entry);
        }
        const auto done = a->attach(copy);
        QVERIFY(!done);
        QCOMPARE(done.error().code, Errc::Corrupt);
        QCOMPARE(must(a->entriesAfter({}, 100)).size(), static_cast<size_t>(shared));
    }

    // Restored while the process runs: it stops taking, rather than mixing two lives.
    void anotherEpochIsNoticed()
    {
        const QString url = newDatabase();
        auto a = journal(url);
        must(a->entriesAfter({}, 1));
        must(admin(url).run("UPDATE leeward.realm SET epoch='another'"));
        cutAll();
        QCOMPARE(a->begin({}, {}).error().code, Errc::Corrupt);
    }

    // --- a bad line

    void aDeadConnectionIsMadeAnew()
    {
        const QString url = newDatabase();
        auto a = journal(url);
        Maker maker(1, u"anna"_s, u"desk-a"_s);
        Head head;
        for (int i = 0; i < 3; ++i) {
            cutAll();
            QCOMPARE(must(a->entriesAfter({}, 10)).size(), static_cast<size_t>(i));
            cutAll();
            head = headOf(add(*a, head, maker.note(maker.ids().make<IncidentId>(), u"一"_s)));
        }
    }

    // In the middle of a turn there is nothing to go back to.
    void cutInTheMiddleOfATurn()
    {
        const QString url = newDatabase();
        auto a = journal(url);
        Maker maker(1, u"anna"_s, u"desk-a"_s);
        const Operation note = maker.note(maker.ids().make<IncidentId>(), u"一"_s);
        must(a->begin({}, {}));
        must(a->append(following({}, note)));
        cutAll();
        QCOMPARE(a->commit().error().code, Errc::Network);
        QTRY_VERIFY(a->entriesAfter({}, 10)); // after a moment
        QVERIFY(must(a->entriesAfter({}, 10)).empty());
        add(*a, {}, note);
    }

    // The answer to a commit is lost: whether it was taken is known at the next turn, and nothing
    // is there twice.
    void aLostAnswer_data()
    {
        QTest::addColumn<int>("mode");
        QTest::addColumn<bool>("taken");
        QTest::newRow("of a commit") << static_cast<int>(Tap::Mode::LoseAnswer) << true;
        QTest::newRow("of nothing") << static_cast<int>(Tap::Mode::LoseRequest) << false;
    }
    void aLostAnswer()
    {
        QFETCH(const int, mode);
        QFETCH(const bool, taken);
        // The realm of the database "postgres", which the tap leads to.
        const QString realm = u"lost %1"_s.arg(mode);
        Tap tap(m_server->socket());
        auto a = journal(tap.url(), realm);
        Maker maker(1, u"anna"_s, u"desk-a"_s);
        Head head = headOf(add(*a, {}, maker.note(maker.ids().make<IncidentId>(), u"零"_s)));
        const Entry entry = following(head, maker.note(maker.ids().make<IncidentId>(), u"一"_s));
        must(a->begin(head, {}));
        must(a->append(entry));
        tap.set(static_cast<Tap::Mode>(mode));
        QCOMPARE(a->commit().error().code, Errc::Network);
        Result<std::vector<Entry>> next = fail(Errc::Network, {});
        QTRY_VERIFY(next || (next = a->begin(head, {})));
        QCOMPARE(*next, taken ? std::vector<Entry>{entry} : std::vector<Entry>{});
        a->abandon();
    }

    // --- watching

    void othersAreNoticedAndOneselfIsNot()
    {
        const QString url = newDatabase();
        auto a = journal(url);
        auto b = journal(url);
        Maker maker(1, u"anna"_s, u"desk-a"_s);
        std::atomic<int> moved = 0;
        a->watch([&] { ++moved; });
        QTRY_COMPARE(moved.load(), 1); // it listens
        const Entry own = add(*a, {}, maker.note(maker.ids().make<IncidentId>(), u"一"_s));
        // comes after its own, if that came
        add(*b, headOf(own), maker.note(maker.ids().make<IncidentId>(), u"二"_s));
        QTRY_COMPARE(moved.load(), 2);
        cutAll(); // what came meanwhile may have been missed
        QTRY_COMPARE(moved.load(), 3);
        const auto head = must(a->entriesAfter({}, 10)).back();
        add(*b, headOf(head), maker.note(maker.ids().make<IncidentId>(), u"三"_s));
        QTRY_COMPARE(moved.load(), 4);
        a->watch({});
        add(*b, headOf(must(b->entriesAfter({}, 10)).back()),
            maker.note(maker.ids().make<IncidentId>(), u"四"_s));
        QCOMPARE(moved.load(), 4);
    }

    // --- whole realms

    void aHostTellsOfWhatOthersTake()
    {
        const QString url = newDatabase();
        const TemporaryRealm folder;
        const FakeClock clock;
        auto a = host(url, folder.path(u"a.journal"_s), clock);
        auto b = host(url, folder.path(u"b.journal"_s), clock);
        std::atomic<qint64> told = 0;
        b->addListener([&](const std::vector<Entry> &entries) { told = entries.back().seq; });
        Maker maker(1, u"anna"_s, u"desk-a"_s);
        must(exchange(*a, {maker.report(maker.ids().make<IncidentId>())}));
        QTRY_COMPARE(told.load(), 1);
        cutAll();
        must(exchange(*a, {maker.report(maker.ids().make<IncidentId>())}));
        QTRY_COMPARE(told.load(), 2);
        QCOMPARE(must(exchange(*a, sync::Ask())).epoch, must(exchange(*b, sync::Ask())).epoch);
    }

    void anAnswerIsTheSameEverywhere()
    {
        const QString url = newDatabase();
        const TemporaryRealm folder;
        const FakeClock clock;
        auto a = host(url, folder.path(u"a.journal"_s), clock);
        auto b = host(url, folder.path(u"b.journal"_s), clock);
        Maker maker(1, u"anna"_s, u"desk-a"_s);
        const auto team = maker.ids().make<TeamId>();
        const auto incident = maker.ids().make<IncidentId>();
        const auto first = maker.ids().make<AssignmentId>();
        must(exchange(*a, {maker.createTeam(team, u"T1"_s, u"一队"_s), maker.report(incident),
                           maker.assign(first, incident, team)}));
        const Operation late = maker.assign(maker.ids().make<AssignmentId>(), incident, team);
        const auto no = must(exchange(*b, {late}));
        QCOMPARE(no.refused.size(), 1U);
        QCOMPARE(no.refused[0].second.reason, busy);
        // It would fit by now; the answer stands, at the other process, too.
        must(exchange(*a, {maker.advance(first, AssignmentState::Recalled, u"误派"_s)}));
        QCOMPARE(must(exchange(*a, {late})).refused, no.refused);
        QCOMPARE(must(exchange(*b, {late, late})).refused.size(), 2U);
        const Operation note = maker.note(incident, u"一"_s);
        const auto yes = must(exchange(*a, {note}));
        QCOMPARE(must(exchange(*b, {note})).entries, yes.entries);
    }

    // Without PostgreSQL nothing is taken and whoever asks is told so in bounded time; what the
    // copy has can be read; a desk that is ahead of the copy is not sent back.
    void withoutTheServer_data()
    {
        QTest::addColumn<bool>("hangs");
        QTest::newRow("gone") << false;
        QTest::newRow("hangs") << true;
    }
    void withoutTheServer()
    {
        QFETCH(const bool, hangs);
        const QString url = newDatabase();
        const TemporaryRealm folder;
        const FakeClock clock;
        auto a = host(url, folder.path(u"a.journal"_s), clock);
        Maker maker(1, u"anna"_s, u"desk-a"_s);
        const auto incident = maker.ids().make<IncidentId>();
        const auto before = must(exchange(*a, {maker.report(incident)}));
        if (hangs)
            m_server->pause();
        else
            m_server->crash();
        const Operation note = maker.note(incident, u"一"_s);
        QElapsedTimer timer;
        timer.start();
        const auto refused = exchange(*a, {note});
        const qint64 took = timer.elapsed();
        const auto reading = exchange(*a, sync::Ask());
        const auto ahead = exchange(*a, sync::Ask{.cursor = {7, QByteArray(32, 'x')}});
        if (hangs)
            m_server->resume();
        else
            m_server->start();
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, Errc::Network);
        QVERIFY2(took < 12'000, qPrintable(QString::number(took)));
        QVERIFY(reading);
        QCOMPARE(reading->entries, before.entries);
        QVERIFY(!ahead);
        QCOMPARE(ahead.error().code, Errc::Network);
        QTRY_VERIFY_WITH_TIMEOUT(exchange(*a, {note}), 20'000);
        QCOMPARE(must(exchange(*a, sync::Ask())).entries.size(), 2U);
    }

    // What was durable in PostgreSQL and not in the copy is made up for.
    void aCopyThatLostItsEnd()
    {
        const QString url = newDatabase();
        const TemporaryRealm folder;
        const FakeClock clock;
        Maker maker(1, u"anna"_s, u"desk-a"_s);
        const auto incident = maker.ids().make<IncidentId>();
        const auto copyTo = [&](const char16_t *name) {
            QVERIFY(
                QFile::copy(folder.path(u"a.journal"_s), folder.path(QString::fromUtf16(name))));
        };
        must(exchange(*host(url, folder.path(u"a.journal"_s), clock), {maker.report(incident)}));
        copyTo(u"b.journal"); // closed, so whole
        must(exchange(*host(url, folder.path(u"a.journal"_s), clock),
                      {maker.note(incident, u"一"_s)}));
        auto a = host(url, folder.path(u"a.journal"_s), clock);
        auto b = host(url, folder.path(u"b.journal"_s), clock);
        const auto note = must(exchange(*b, {maker.note(incident, u"二"_s)}));
        QCOMPARE(note.entries.size(), 3U);
        QCOMPARE(must(exchange(*a, sync::Ask())).entries, note.entries);
    }

    // Two processes' worth of hosts, desks that repeat themselves anywhere, a server that loses its
    // connections and crashes: one order, one answer each, equal tables.
    void twoHosts_data()
    {
        QTest::addColumn<int>("seed");
        for (int seed = 1; seed <= 4; ++seed)
            QTest::addRow("seed %d", seed) << seed;
    }
    void twoHosts()
    {
        QFETCH(const int, seed);
        const QString url = newDatabase();
        const TemporaryRealm folder;
        const FakeClock clock;
        std::mt19937_64 random(static_cast<quint64>(seed));
        std::vector<std::unique_ptr<RealmHost>> hosts;
        hosts.push_back(host(url, folder.path(u"a.journal"_s), clock));
        hosts.push_back(host(url, folder.path(u"b.journal"_s), clock));
        std::array<Maker, 2> makers = {
            Maker(static_cast<quint64>(seed) * 2, u"anna"_s, u"desk-a"_s),
            Maker(static_cast<quint64>(seed) * 2 + 1, u"ben"_s, u"desk-b"_s)};
        std::vector<Operation> sent;
        QHash<OperationId, QString> answers;
        int again = 0;
        for (int step = 0; step < 160; ++step) {
            const size_t which = random() % 2;
            RealmHost &host = *hosts[which];
            std::vector<Operation> operations;
            for (quint64 i = random() % 3; i-- > 0;) {
                operations.push_back(host.run([&](store::Connection &db) {
                                             return nextOperation(db, makers[which], random);
                                         })
                                         .result());
            }
            while (!sent.empty() && random() % 3 == 0) {
                operations.push_back(sent[random() % sent.size()]);
                ++again;
            }
            if (random() % 12 == 0)
                cutAll();
            if (step % 50 == 49) {
                m_server->crash();
                m_server->start();
            }
            Result<sync::Reply> reply;
            QTRY_VERIFY_WITH_TIMEOUT((reply = exchange(host, operations)).has_value(), 30'000);
            for (const Operation &operation : operations) {
                const QString answer = answerOf(host, *reply, operation.id);
                QVERIFY(answer != "neither"_L1);
                QCOMPARE(answer, answers.value(operation.id, answer));
                answers.insert(operation.id, answer);
                sent.push_back(operation);
            }
        }
        QVERIFY(again > 10);
        std::vector<QByteArray> digests;
        for (const auto &one : hosts) {
            must(exchange(*one, sync::Ask()));
            digests.push_back(one->run([](store::Connection &db) {
                                     if (const QString fault = journalFault(db); !fault.isEmpty())
                                         qFatal("%s", qPrintable(fault));
                                     if (!must(sync::verifyRealm(db)).holds())
                                         qFatal("verify");
                                     return must(store::tablesDigest(db));
                                 })
                                  .result());
        }
        QCOMPARE(digests[0], digests[1]);
        qsizetype accepted = 0;
        for (const QString &answer : std::as_const(answers))
            accepted += answer.startsWith("entry "_L1) ? 1 : 0;
        const auto shared = must(journal(url)->entriesAfter({}, 100'000));
        QCOMPARE(static_cast<qsizetype>(shared.size()), accepted);
        QVERIFY(accepted > 50 && accepted < answers.size()); // both kinds of answers came
    }
};

QTEST_GUILESS_MAIN(TestJournal)
#include "tst_journal.moc"
