#include "models/desk/desk.h"
#include "models/store/cache_file.h"
#include "models/store/tables.h"
#include "server/backup/archive.h"
#include "server/backup/backup.h"
#include "server/backup/restore.h"
#include "server/http/server.h"
#include "server/server_folder.h"
#include "sync/courier.h"
#include "sync/remote/session_client.h"
#include "sync/remote/snapshot_loader.h"
#include "sync/replica.h"
#include "tests/support/makers.h"

#include <QPromise>
#include <QSignalSpy>
#include <QTest>
#include <QThreadPool>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString password = u"一个很长的口令 2026"_s;

// The real server on a free loopback port, with one person.
struct Hall
{
    TemporaryRealm folder;
    FakeClock clock;
    sync::SystemRandom random;
    std::unique_ptr<server::Server> server;

    // On the port it had before, if it had one.
    void start()
    {
        server::ServerOptions options;
        options.folder = folder.folder();
        options.accounts.hash = sync::cheapestHashLimits();
        options.port = port;
        server = must(server::Server::start(options, clock, random));
        port = server->port();
    }
    quint16 port = 0;

    Hall()
    {
        start();
        std::optional<Result<bool>> done;
        QObject here;
        server->accounts().ask<bool>(
            [](server::Accounts &accounts) -> Result<bool> {
                TRY_ASSIGN(const QString code, accounts.newSetupCode());
                TRY_ASSIGN(const auto verifier,
                           sync::makeVerifier(u"anna"_s, password, sync::cheapestHashLimits()));
                TRY(accounts.createFirstAdministrator(
                    code,
                    {u"anna"_s,
                     u"安娜"_s,
                     {Role::Administrator, Role::Commander, Role::Dispatcher, Role::DutyOfficer},
                     {u"*"_s}},
                    verifier, {}));
                return true;
            },
            &here, [&done](const Result<bool> &said) { done = said; });
        if (!QTest::qWaitFor([&] { return done.has_value(); }, 20'000))
            qFatal("the accounts do not answer");
        must(*done);
    }
    sync::Peer peer() const
    {
        QUrl url(u"http://127.0.0.1"_s);
        url.setPort(server->port());
        return must(sync::Peer::create({.server = url}, {}));
    }
};

// A console: a device, somebody signed in at it, the link, a cache and its courier.
struct Console
{
    QString desk;
    sync::KeyPair keys;
    sync::SessionClient session;
    store::ChangeFeed feed;
    store::StoreThread writer{memoryRealm(), u"store"_s};
    std::unique_ptr<sync::RemoteLink> link;
    std::unique_ptr<sync::Courier> courier;
    Maker maker;

    Console(Hall &hall, const QString &name, quint64 seed)
        : desk(name)
        , keys(sync::makeKeyPair(hall.random))
        , session(
              hall.peer(),
              {.id = name + u"-device-0123456789"_s,
               .publicKey = keys.publicKey,
               .sign =
                   [this](const QByteArray &bytes) {
                       return sync::signBytes(bytes, keys.secretKey);
                   }},
              [](const std::optional<sync::RemoteSession> &) {
                  QPromise<Result<>> promise;
                  promise.start();
                  promise.addResult(Result<>());
                  promise.finish();
                  return promise.future();
              },
              hall.clock)
        , maker(seed, u"anna"_s, name)
    {
        auto in = session.signIn({.user = u"anna"_s, .password = password, .desk = name});
        if (!QTest::qWaitFor([&] { return in.isFinished(); }, 20'000))
            qFatal("no answer to the sign-in");
        if (const auto answer = must(in.result()); !answer)
            qFatal("not signed in: %s", qPrintable(answer.error().detail));
        link = std::make_unique<sync::RemoteLink>(hall.peer(), u"live"_s, session.tokenSource(),
                                                  hall.clock);
        courier = std::make_unique<sync::Courier>(writer, feed, *link);
        QObject::connect(link.get(), &sync::RemoteLink::wanted, courier.get(),
                         &sync::Courier::wake);
    }
    ~Console()
    {
        courier.reset();
        link.reset();
    }
    void submit(const Operation &operation)
    {
        QVERIFY(writer
                    .run([&](store::Connection &db) {
                        return desk::enqueue(db, operation).has_value();
                    })
                    .result());
        courier->wake();
    }
    qint64 head()
    {
        return writer.run([](store::Connection &db) { return must(store::journalHead(db)).seq; })
            .result();
    }
    size_t pending()
    {
        return writer
            .run([](store::Connection &db) { return must(store::pendingOperations(db)).size(); })
            .result();
    }
};

// What was accepted, in order.
std::vector<QByteArray> operationsOf(Console &console)
{
    return console.writer
        .run([](store::Connection &db) {
            std::vector<QByteArray> operations;
            for (const store::Entry &entry : must(store::entriesAfter(db, 0, 1000)))
                operations.push_back(entry.operationBytes);
            return operations;
        })
        .result();
}

qint64 serverHead(Hall &hall)
{
    return hall.server->realm(u"live"_s)
        ->run([](store::Connection &db) { return must(store::journalHead(db)).seq; })
        .result();
}

} // namespace

// The console's side of the wire and the server's together.
class TestRemoteHall : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wrongPassword()
    {
        Hall hall;
        Console a(hall, u"desk-a"_s, 1);
        auto in = a.session.signIn({.user = u"anna"_s, .password = u"wrong"_s, .desk = u"x"_s});
        QTRY_VERIFY(in.isFinished());
        const auto answer = must(in.result());
        QVERIFY(!answer);
        QCOMPARE(answer.error().why, sync::SessionRefusal::Why::WrongPassword);
        QVERIFY(a.session.session()); // whoever was signed in still is
    }

    void twoDesks()
    {
        Hall hall;
        Console a(hall, u"desk-a"_s, 1);
        Console b(hall, u"desk-b"_s, 2);
        const IncidentId incident = a.maker.ids().make<IncidentId>();
        a.submit(a.maker.report(incident));
        QTRY_COMPARE(a.pending(), 0U);
        QTRY_COMPARE(b.head(), 1); // by the stream, nobody woke it
        b.submit(b.maker.note(incident, u"二席"_s));
        QTRY_COMPARE(a.head(), 2);
    }

    // A quarter of an hour later the access token has run out.
    void tokensRunOut()
    {
        Hall hall;
        Console a(hall, u"desk-a"_s, 1);
        const IncidentId incident = a.maker.ids().make<IncidentId>();
        a.submit(a.maker.report(incident));
        QTRY_COMPARE(a.head(), 1);
        const auto before = a.session.session();
        hall.clock.advance(16min);
        a.submit(a.maker.note(incident, u"之后"_s));
        QTRY_COMPARE(a.head(), 2);
        QVERIFY(a.session.session()->access != before->access);
        QVERIFY(a.session.session()->refresh != before->refresh);
        auto out = a.session.signOut();
        QTRY_VERIFY(out.isFinished());
        QVERIFY(out.result());
        a.submit(a.maker.note(incident, u"退出后"_s));
        QTRY_COMPARE(a.link->connection().state, sync::Connection::State::NotSignedIn);
        QCOMPARE(a.pending(), 1U);
    }

    // The server burns down with one of the desks, and comes back from a backup: the other desk
    // brings what the backup lacks, its own and what its colleague had written, under their names.
    void restoredFromABackup()
    {
        Hall hall;
        const TemporaryRealm place;
        Console b(hall, u"desk-b"_s, 2);
        std::vector<QByteArray> before;
        {
            Console a(hall, u"desk-a"_s, 1);
            const IncidentId incident = a.maker.ids().make<IncidentId>();
            a.submit(a.maker.report(incident));
            QTRY_COMPARE(b.head(), 1);
            b.submit(b.maker.note(incident, u"备份前"_s));
            QTRY_COMPARE(a.head(), 2);
            must(server::makeBackup(must(server::sourceOf(hall.folder.folder())),
                                    place.path(u"backup"_s), hall.clock));
            for (int i = 0; i < 3; ++i) {
                a.submit(a.maker.note(incident, u"甲%1"_s.arg(i)));
                QTRY_COMPARE(b.head(), 3 + 2 * i);
                b.submit(b.maker.note(incident, u"乙%1"_s.arg(i)));
                QTRY_COMPARE(a.head(), 4 + 2 * i);
            }
            before = operationsOf(b);
            QCOMPARE(before.size(), 8U);
        }
        hall.server.reset();
        const auto report = must(server::restoreBackup(
            {.backup = place.path(u"backup"_s), .folder = hall.folder.folder(), .replace = true},
            hall.clock));
        QCOMPARE(report.realms[0].head.seq, 2);
        hall.start();
        QTRY_COMPARE_WITH_TIMEOUT(serverHead(hall), 8, 30'000);
        QTRY_COMPARE(b.pending(), 0U);
        QVERIFY(operationsOf(b) == before); // byte for byte, authors and desks with them
        const QString epoch =
            b.writer
                .run([](store::Connection &db) { return must(store::metaValue(db, u"epoch"_s)); })
                .result();
        QCOMPARE(epoch, report.realms[0].epoch);
    }

    // A desk that comes after its next entry was archived is told so, and a snapshot helps.
    void archivedAway()
    {
        Hall hall;
        Console a(hall, u"desk-a"_s, 1);
        const IncidentId incident = a.maker.ids().make<IncidentId>();
        a.submit(a.maker.report(incident));
        for (int i = 0; i < 20; ++i)
            a.submit(a.maker.note(incident, u"记事%1"_s.arg(i)));
        QTRY_COMPARE(a.head(), 21);
        {
            auto db =
                must(store::Connection::open(server::realmPath(hall.folder.folder(), u"live"_s),
                                             store::Connection::Mode::ReadWrite));
            must(server::archiveRealm(db, server::archiveFolder(hall.folder.folder(), u"live"_s),
                                      u"live"_s, {.before = std::nullopt, .keep = 5},
                                      hall.clock.now()));
        }
        Console late(hall, u"desk-late"_s, 3);
        QSignalSpy needed(late.courier.get(), &sync::Courier::snapshotNeeded);
        late.courier->wake();
        QTRY_VERIFY(!needed.isEmpty());
        QCOMPARE(late.head(), 0);
        const QString path = hall.folder.path(u"late.leeward"_s);
        sync::SnapshotLoader loader(hall.peer(), u"live"_s, late.session.tokenSource(), hall.clock);
        std::atomic<bool> done = false;
        std::optional<Result<bool>> wanted;
        QThreadPool::globalInstance()->start([&] { // the server lives on this thread
            wanted = loader.loadIfWanted(path, Progress());
            done = true;
        });
        QTRY_VERIFY_WITH_TIMEOUT(done, 20'000);
        QVERIFY(must(*wanted));
        auto cache = must(store::CacheFile::open(path));
        QCOMPARE(must(store::journalHead(cache.connection())).seq, 21);
        QCOMPARE(must(store::journalBase(cache.connection())).seq, 16);
        // at work: what it has seen and what is archived are both known to it
        a.submit(a.maker.note(incident, u"之后"_s));
        QTRY_COMPARE(a.head(), 22);
    }

    void firstLoad()
    {
        Hall hall;
        Console a(hall, u"desk-a"_s, 1);
        const IncidentId incident = a.maker.ids().make<IncidentId>();
        a.submit(a.maker.report(incident));
        for (int i = 0; i < 20; ++i)
            a.submit(a.maker.note(incident, u"记事%1"_s.arg(i)));
        QTRY_COMPARE(a.head(), 21);
        const QString path = hall.folder.path(u"city.leeward"_s);
        sync::SnapshotLoader loader(hall.peer(), u"live"_s, a.session.tokenSource(), hall.clock);
        std::atomic<bool> done = false;
        std::optional<Result<qint64>> loaded;
        std::optional<Result<bool>> wanted;
        QThreadPool::globalInstance()->start([&] { // the server lives on this thread
            wanted = loader.loadIfWanted(path, Progress());
            loaded = loader.load(path, Progress());
            done = true;
        });
        QTRY_VERIFY_WITH_TIMEOUT(done, 20'000);
        QVERIFY(!must(*wanted)); // 21 entries come by themselves
        QCOMPARE(must(*loaded), 21);
        store::CacheFile cache = must(store::CacheFile::open(path));
        QCOMPARE(must(store::tablesDigest(cache.connection())),
                 a.writer.run([](store::Connection &db) { return must(store::tablesDigest(db)); })
                     .result());
    }
};

QTEST_GUILESS_MAIN(TestRemoteHall)
#include "tst_remote_hall.moc"
