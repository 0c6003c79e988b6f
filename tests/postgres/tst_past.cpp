// Backup, restore and archive of realms in PostgreSQL; a backup of one kind restores into the
// other.
#include "models/store/cache_file.h"
#include "models/store/tables.h"
#include "server/accounts/sqlite_account_store.h"
#include "server/backup/backup.h"
#include "server/backup/backup_check.h"
#include "server/backup/restore.h"
#include "server/postgres/pg_account_store.h"
#include "server/postgres/pg_journal.h"
#include "server/postgres/pg_past.h"
#include "server/server_folder.h"
#include "tests/accounts/people.h"
#include "tests/postgres/walk.h"
#include "tests/support/postgres_server.h"

#include <QDir>
#include <QTest>

#include <thread>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using server::RealmHost;

namespace {

Errc codeOf(const auto &result)
{
    return result ? Errc::Internal : result.error().code;
}

struct Answered
{
    std::vector<Operation> operations;
    QStringList answers;
};

// What the file holds, apart from what is its own.
struct Held
{
    store::Head head;
    QByteArray digest;
    std::vector<QByteArray> operations;
    size_t refused = 0;
    friend bool operator==(const Held &, const Held &) = default;
};

Held heldBy(store::Connection &db)
{
    Held held{.head = must(store::journalHead(db)), .digest = must(store::tablesDigest(db))};
    for (const store::Entry &entry : must(store::entriesAfter(db, 0, 100'000)))
        held.operations.push_back(entry.operationBytes);
    held.refused = must(store::refusedAnswersAfter(db, {}, 100'000)).size();
    return held;
}

} // namespace

class TestPast : public QObject
{
    Q_OBJECT

    std::unique_ptr<PostgresServer> m_server;
    int m_databases = 0;
    FakeClock m_clock;

    server::PgAddress newDatabase()
    {
        const QString name = u"t%1"_s.arg(++m_databases);
        auto admin = must(server::PgConnection::open({.url = m_server->url()}, "admin"));
        must(admin.script("CREATE DATABASE " + name.toLatin1()));
        return {.url = m_server->url(name),
                .connectTimeout = std::chrono::seconds(2),
                .answerTimeout = std::chrono::seconds(10)};
    }
    // As a server starts.
    std::unique_ptr<RealmHost> hostOf(const server::PgAddress &address, const QString &folder)
    {
        if (!QDir().mkpath(server::realmsFolder(folder)))
            qFatal("no folder");
        const QString file = server::realmPath(folder, u"live"_s);
        must(server::bringCopy(address, u"live"_s, file));
        auto journal = must(server::PgJournal::open({.address = address, .realm = u"live"_s}));
        return must(RealmHost::open(file, m_clock, std::move(journal)));
    }
    Answered walk(RealmHost &host, int steps, quint64 seed)
    {
        Answered done;
        std::mt19937_64 random(seed);
        Maker maker(seed, u"anna%1"_s.arg(seed), u"a%1"_s.arg(seed));
        for (int i = 0; i < steps; ++i) {
            const Operation operation =
                host.run([&](store::Connection &db) { return nextOperation(db, maker, random); })
                    .result();
            const auto reply = must(exchange(host, {operation}));
            done.operations.push_back(operation);
            done.answers += answerOf(host, reply, operation.id);
        }
        return done;
    }
    static server::BackupSource sourceOf(const server::PgAddress &address, const QString &folder)
    {
        server::BackupSource source{.folder = folder, .kind = u"postgresql"_s, .program = u"t"_s};
        for (const QString &name : must(server::pgRealms(address))) {
            source.realms.push_back({name, [=](const QString &target, const Progress &progress) {
                                         return server::exportRealm(address, name,
                                                                    server::realmPath(folder, name),
                                                                    target, progress);
                                     }});
        }
        return source;
    }
    static std::function<Result<>(const std::vector<server::RestoredRealm> &)>
    publishTo(const server::PgAddress &address, bool replace)
    {
        return [=](const std::vector<server::RestoredRealm> &realms) {
            std::vector<server::PgRestore> into;
            for (const server::RestoredRealm &realm : realms)
                into.push_back({realm.name, realm.journal});
            return server::importRealms(address, into, replace);
        };
    }
    static Held held(RealmHost &host)
    {
        return host.run([](store::Connection &db) { return heldBy(db); }).result();
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (!PostgresServer::isInstalled())
            QSKIP("PostgreSQL is not installed");
        m_server = std::make_unique<PostgresServer>();
    }
    void cleanupTestCase() { m_server.reset(); }

    // SQLite → backup → PostgreSQL → backup → SQLite: the same entries, answers and tables all the
    // way, and every operation handed in again gets the answer it had.
    void fromOneKindToTheOther()
    {
        const TemporaryRealm place;
        const QString first = place.path(u"first"_s);
        const QString second = place.path(u"second"_s);
        const QString third = place.path(u"third"_s);
        QVERIFY(QDir().mkpath(server::realmsFolder(first)));
        Held was;
        Answered done;
        {
            auto host = must(RealmHost::open(server::realmPath(first, u"live"_s), m_clock));
            done = walk(*host, 120, 5);
            was = held(*host);
        }
        QVERIFY(was.head.seq > 20);
        QVERIFY(was.refused > 5);
        must(server::makeBackup(must(server::sourceOf(first)), place.path(u"b1"_s), m_clock));

        const auto address = newDatabase();
        server::RestorePlan plan{.backup = place.path(u"b1"_s), .folder = second};
        plan.publish = publishTo(address, false);
        const auto report = must(server::restoreBackup(plan, m_clock));
        {
            auto host = hostOf(address, second);
            // answers are in PostgreSQL and in the copy
            QCOMPARE(held(*host), was);
            const auto [epoch, until] = host->run([](store::Connection &db) {
                                                return std::pair(must(server::epochOf(db)),
                                                                 must(server::recoveryUntil(db)));
                                            })
                                            .result();
            QCOMPARE(epoch, report.realms[0].epoch);
            QCOMPARE(until, m_clock.now() + 72h);
            for (size_t i = 0; i < done.operations.size(); ++i) {
                const auto reply = must(exchange(*host, {done.operations[i]}));
                QCOMPARE(answerOf(*host, reply, done.operations[i].id),
                         done.answers[static_cast<qsizetype>(i)]);
            }
            QCOMPARE(held(*host).head, was.head);
            const auto more = walk(*host, 40, 6);
            done.operations.insert(done.operations.end(), more.operations.begin(),
                                   more.operations.end());
            done.answers += more.answers;
            was = held(*host);
        }
        // with the copy and, from nothing but PostgreSQL, without
        must(server::makeBackup(sourceOf(address, second), place.path(u"b2"_s), m_clock));
        must(server::makeBackup(sourceOf(address, place.path(u"none"_s)), place.path(u"b3"_s),
                                m_clock));
        for (const QString &name : {u"b2"_s, u"b3"_s}) {
            QVERIFY(must(server::checkBackup(place.path(name), place.folder())).holds());
            server::RestorePlan back{
                .backup = place.path(name), .folder = third, .replace = name == "b3"_L1};
            must(server::restoreBackup(back, m_clock));
            auto host = must(RealmHost::open(server::realmPath(third, u"live"_s), m_clock));
            const Held now = held(*host);
            QCOMPARE(now.head, was.head);
            QCOMPARE(now.digest, was.digest);
            QVERIFY(now.operations == was.operations);
            for (size_t i = 0; i < done.operations.size(); ++i) {
                const auto reply = must(exchange(*host, {done.operations[i]}));
                QCOMPARE(answerOf(*host, reply, done.operations[i].id),
                         done.answers[static_cast<qsizetype>(i)]);
            }
        }
    }

    // A realm that is there is not overwritten, and one that is served not replaced.
    void restoresBesideTheOld()
    {
        const TemporaryRealm place;
        const auto address = newDatabase();
        const QString folder = place.path(u"server"_s);
        {
            auto host = hostOf(address, folder);
            walk(*host, 30, 7);
        }
        must(server::makeBackup(sourceOf(address, folder), place.path(u"b"_s), m_clock));
        Held later;
        server::RestorePlan plan{.backup = place.path(u"b"_s), .folder = folder, .replace = true};
        {
            auto host = hostOf(address, folder);
            walk(*host, 30, 8);
            later = held(*host);
            // another machine's folder, so that only PostgreSQL tells
            server::RestorePlan elsewhere{.backup = plan.backup,
                                          .folder = place.path(u"elsewhere"_s)};
            elsewhere.publish = publishTo(address, true);
            QCOMPARE(codeOf(server::restoreBackup(elsewhere, m_clock)), Errc::CacheInUse);
        }
        plan.publish = publishTo(address, false);
        QCOMPARE(codeOf(server::restoreBackup(plan, m_clock)), Errc::AlreadyExists);
        {
            auto host = hostOf(address, folder);
            QCOMPARE(held(*host), later); // nothing of that has touched it
        }
        plan.publish = publishTo(address, true);
        must(server::restoreBackup(plan, m_clock));
        auto host = hostOf(address, folder);
        QVERIFY(held(*host).head.seq < later.head.seq);
        QCOMPARE(must(server::pgRealms(address)), QStringList{u"live"_s});
        auto db = must(server::PgConnection::open(address, "test"));
        const auto kept =
            must(db.run("SELECT count(*) FROM leeward.entry e JOIN leeward.realm r ON r.id=e.realm "
                        "WHERE r.name LIKE 'live before %'"));
        QCOMPARE(kept.integer(0, 0), later.head.seq);
    }

    // Exports while others append are one moment each.
    void exportsWhileOthersAppend()
    {
        const TemporaryRealm place;
        const auto address = newDatabase();
        const QString folder = place.path(u"server"_s);
        auto host = hostOf(address, folder);
        std::atomic<bool> enough = false;
        std::thread writer([&] {
            Maker maker(9, u"bo"_s, u"b"_s);
            while (!enough)
                (void) exchange(*host, {maker.report(maker.ids().make<IncidentId>())});
        });
        std::vector<store::Head> heads;
        for (int i = 0; i < 3; ++i) {
            const QString target = place.path(u"e%1"_s.arg(i));
            must(server::exportRealm(address, u"live"_s,
                                     i == 1 ? QString() : server::realmPath(folder, u"live"_s),
                                     target));
            const auto check = must(server::checkRealmCopy(target, {}));
            QVERIFY(check.verification.holds());
            heads.push_back(check.head);
        }
        enough = true;
        writer.join();
        QVERIFY(heads[0].seq <= heads[1].seq && heads[1].seq <= heads[2].seq);
    }

    // The people are in the database, and a backup has them all the same; a server that is alone
    // starts with it.
    void people()
    {
        const TemporaryRealm place;
        const auto address = newDatabase();
        const QString folder = place.path(u"server"_s);
        sync::SystemRandom random;
        {
            auto host = hostOf(address, folder);
            walk(*host, 20, 21);
        }
        QVERIFY(!must(server::hasPeople(address)));
        const auto shared = must(server::PgAccountStore::open(address));
        const auto all =
            must(server::Accounts::create(*shared, m_clock, random, u"s"_s, cheapRules()));
        must(all->createFirstAdministrator(must(all->newSetupCode()), {.name = u"root"_s},
                                           verifier(), u"10.0.0.9"_s));
        QVERIFY(must(server::hasPeople(address)));
        must(all->createRealm({u"root"_s, {}}, {u"drill"_s, u"演练"_s}));
        auto source = sourceOf(address, folder);
        source.accounts = [&](const QString &target) {
            return server::exportAccounts(address, target);
        };
        const auto manifest = must(server::makeBackup(source, place.path(u"b"_s), m_clock));
        QVERIFY(manifest.accounts);
        QVERIFY(must(server::checkBackup(place.path(u"b"_s), place.folder())).holds());
        QVERIFY(must(server::checkServer(source, place.folder())).holds());

        server::RestorePlan plan{.backup = place.path(u"b"_s), .folder = place.path(u"alone"_s)};
        const auto report = must(server::restoreBackup(plan, m_clock));
        QCOMPARE(report.accounts, server::RestoreReport::Accounts::Restored);
        const auto file = must(server::SqliteAccountStore::open(server::accountsPath(plan.folder)));
        const auto alone =
            must(server::Accounts::create(*file, m_clock, random, u"s"_s, cheapRules()));
        QCOMPARE(must(file->users()), must(shared->users()));
        QCOMPARE(must(file->realms()), must(shared->realms()));
        QCOMPARE(must(file->auditAfter(0, 100)), must(shared->auditAfter(0, 100)));
        QCOMPARE(alone->grantKey(), all->grantKey());
        QCOMPARE(alone->sealKey(), all->sealKey());

        server::RestorePlan without{.backup = plan.backup, .folder = place.path(u"other"_s)};
        without.withAccounts = false;
        QCOMPARE(must(server::restoreBackup(without, m_clock)).accounts,
                 server::RestoreReport::Accounts::Kept);
        QVERIFY(!QFile::exists(server::accountsPath(without.folder)));
    }

    // A drill is one in every copy, also in those that start from an image.
    void aDrillStaysOne()
    {
        const TemporaryRealm place;
        const auto address = newDatabase();
        const QString folder = place.path(u"server"_s);
        {
            auto host = hostOf(address, folder);
            walk(*host, 60, 22);
        }
        const auto shared = must(server::PgAccountStore::open(address));
        must(shared->atomically([&] {
            return shared->putRealm(
                {.name = u"live"_s, .mark = u"演练"_s, .madeBy = {}, .createdAt = m_clock.now()});
        }));
        const auto markOf = [](const QString &file) {
            auto db = must(store::Connection::open(file, store::Connection::Mode::ReadOnly));
            return must(store::metaValue(db, u"realm_mark"_s));
        };
        must(server::exportRealm(address, u"live"_s, {}, place.path(u"out"_s)));
        QCOMPARE(markOf(place.path(u"out"_s)), u"演练"_s);
        must(server::archivePgRealm(address, u"live"_s, server::archiveFolder(folder, u"live"_s),
                                    {.before = std::nullopt, .keep = 3}, m_clock.now()));
        must(server::bringCopy(address, u"live"_s, place.path(u"fresh"_s)));
        QCOMPARE(markOf(place.path(u"fresh"_s)), u"演练"_s);
        // And a copy that is made anew keeps what it said of itself.
        {
            auto old = must(store::CacheFile::open(place.path(u"behind"_s)));
            must(store::setMetaValue(old.connection(), u"realm_mark"_s, u"演习"_s));
        }
        must(server::bringCopy(address, u"live"_s, place.path(u"behind"_s)));
        QCOMPARE(markOf(place.path(u"behind"_s)), u"演习"_s);
    }

    // Old entries leave the database; copies, old and new, go on, and nothing is accepted twice.
    void archive()
    {
        const TemporaryRealm place;
        const auto address = newDatabase();
        const QString folder = place.path(u"server"_s);
        const QString archives = server::archiveFolder(folder, u"live"_s);
        auto host = hostOf(address, folder);
        const Answered done = walk(*host, 150, 11);
        const Held was = held(*host);
        QVERIFY(was.head.seq > 40);
        const auto archived = must(server::archivePgRealm(
            address, u"live"_s, archives, {.before = std::nullopt, .keep = 10}, m_clock.now()));
        QCOMPARE(archived.first, was.head.seq - 9);
        QCOMPARE(archived.head, was.head.seq);
        auto db = must(server::PgConnection::open(address, "test"));
        QCOMPARE(must(db.run("SELECT count(*) FROM leeward.entry")).integer(0, 0), 10);
        // append-only is as strict as before
        QVERIFY(
            !db.run("DELETE FROM leeward.entry WHERE seq=(SELECT max(seq) FROM leeward.entry)"));
        // a process that was there all the time
        walk(*host, 10, 12);
        // one that comes new, and one that was away for long
        const QString fresh = place.path(u"fresh"_s);
        const QString away = place.path(u"away"_s);
        QVERIFY(QDir().mkpath(server::realmsFolder(away)));
        {
            auto old = must(store::CacheFile::open(server::realmPath(away, u"live"_s)));
            const auto entries = host->run([](store::Connection &own) {
                                         return must(store::entriesAfter(own, 0, 5));
                                     })
                                     .result();
            must(server::adopt(old.connection(), entries));
        }
        for (const QString &where : {fresh, away}) {
            auto late = hostOf(address, where);
            must(exchange(*late, std::vector<Operation>()));
            QCOMPARE(held(*late).head, held(*host).head);
            QCOMPARE(held(*late).digest, held(*host).digest);
            for (size_t i = 0; i < done.operations.size(); ++i) {
                const auto reply =
                    must(exchange(*late, {.submissions = sync::asSubmissions({done.operations[i]}),
                                          .cursor = held(*late).head}));
                if (done.answers[static_cast<qsizetype>(i)].startsWith("entry "_L1))
                    QVERIFY(reply.refused.empty());
                else
                    QCOMPARE(answerOf(*late, reply, done.operations[i].id),
                             done.answers[static_cast<qsizetype>(i)]);
            }
            QCOMPARE(held(*late).head, held(*host).head);
        }
        // Again, and the whole past still verifies, from PostgreSQL and its archives.
        must(server::archivePgRealm(address, u"live"_s, archives,
                                    {.before = std::nullopt, .keep = 3}, m_clock.now()));
        const auto check =
            must(server::checkServer(sourceOf(address, place.path(u"none"_s)), place.folder()));
        QVERIFY(!check.holds()); // without its archives
        const QString copy = place.path(u"copy"_s);
        must(server::exportRealm(address, u"live"_s, {}, copy));
        const auto whole = must(server::checkRealmCopy(copy, server::archivesIn(archives)));
        QVERIFY(whole.verification.holds());
        QCOMPARE(whole.first, whole.head.seq - 2);
        // and a backup of it, made where there is no copy, comes back with both
        host.reset();
        QVERIFY(QFile::remove(server::realmPath(folder, u"live"_s)));
        must(server::makeBackup(sourceOf(address, folder), place.path(u"b"_s), m_clock));
        QVERIFY(must(server::checkBackup(place.path(u"b"_s), place.folder())).holds());
        const auto other = newDatabase();
        server::RestorePlan plan{.backup = place.path(u"b"_s), .folder = place.path(u"other"_s)};
        plan.publish = publishTo(other, false);
        must(server::restoreBackup(plan, m_clock));
        QCOMPARE(server::archivesIn(server::archiveFolder(plan.folder, u"live"_s)).size(), 2U);
        auto there = hostOf(other, place.path(u"third"_s)); // with no copy of its own
        QCOMPARE(held(*there).head, whole.head);
    }
};

QTEST_GUILESS_MAIN(TestPast)
#include "tst_past.moc"
