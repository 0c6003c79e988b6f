#include "models/desk/desk.h"
#include "models/store/cache_file.h"
#include "models/store/tables.h"
#include "server/authority.h"
#include "server/snapshot.h"
#include "sync/remote/snapshot_loader.h"
#include "sync/replica.h"
#include "tests/support/makers.h"
#include "tests/support/rough_server.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPromise>
#include <QTest>

#include <csignal>
#include <sys/resource.h>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Response = RoughServer::Response;
using Request = RoughServer::Request;
using store::Pending;

namespace {

constexpr qint64 smallChunk = 4096;

QFuture<Result<QByteArray>> goodToken(const QByteArray &)
{
    QPromise<Result<QByteArray>> promise;
    promise.start();
    promise.addResult(Result<QByteArray>(QByteArray("good")));
    promise.finish();
    return promise.future();
}

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void put(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("%s", qPrintable(path));
}

// The manifest of packed bytes, in chunks that a small realm has many of.
QJsonObject cutSmall(QJsonObject manifest, const QByteArray &packed)
{
    QJsonArray hashes;
    for (qint64 at = 0; at < packed.size(); at += smallChunk) {
        hashes.append(QString::fromLatin1(
            QCryptographicHash::hash(packed.mid(at, smallChunk), QCryptographicHash::Sha256)
                .toHex()));
    }
    manifest[u"chunk"_s] = smallChunk;
    manifest[u"sha256"_s] = hashes;
    return manifest;
}

struct World
{
    FakeClock clock;
    TemporaryRealm folder;
    std::unique_ptr<server::RealmHost> host =
        must(server::RealmHost::open(folder.path(u"live.journal"_s), clock));
    RoughServer server{*host};
    Maker maker{1, u"anna"_s, u"desk-a"_s};
    IncidentId incident = maker.ids().make<IncidentId>();
    QJsonObject manifest;
    QByteArray packed;
    QString path = folder.path(u"city.leeward"_s);

    explicit World(int notes = 60)
    {
        std::vector<Operation> operations{maker.report(incident)};
        std::mt19937_64 random(7);
        for (int i = 0; i < notes; ++i) {
            QString text; // that does not pack well
            for (int k = 0; k < 200; ++k)
                text += QChar(static_cast<char16_t>(0x4e00 + random() % 0x5000));
            operations.push_back(maker.note(incident, text));
        }
        handIn(operations);
        offer();
    }
    void handIn(const std::vector<Operation> &operations)
    {
        host->run([&](store::Connection &db) {
                return must(server::Authority(db, clock).exchange(operations, 0)).refused.size();
            })
            .waitForFinished();
    }
    // The entries up to `seq` are in the journal no more.
    void archive(qint64 seq)
    {
        host->run([seq](store::Connection &db) {
                auto transaction = must(store::Transaction::begin(db));
                if (seq > 0)
                    must(store::dropEntriesUpTo(db, seq));
                must(transaction.commit());
                return true;
            })
            .waitForFinished();
    }
    // A snapshot of the realm as it is now.
    void offer()
    {
        const auto snapshot = must(server::makeSnapshot(host->path(), folder.path(u"snapshots"_s)));
        packed = contents(snapshot.path);
        manifest = cutSmall(server::toJson(snapshot), packed);
        publish();
    }
    void publish() { server.setSnapshot(QJsonDocument(manifest).toJson(), packed); }
    sync::SnapshotLoader loader() const
    {
        const sync::RemoteTimes times{.quiet = 300ms, .whole = 2s, .token = 300ms};
        return {must(sync::Peer::create({.server = server.url()}, times)), u"live"_s, goodToken,
                clock};
    }
    int chunks() const { return static_cast<int>(manifest.value("sha256"_L1).toArray().size()); }
    int chunksAsked() const
    {
        return server.requests(u"/snapshot/"_s + manifest.value("id"_L1).toString());
    }
    QByteArray digest()
    {
        return host->run([](store::Connection &db) { return must(store::tablesDigest(db)); })
            .result();
    }
    qint64 head()
    {
        return host->run([](store::Connection &db) { return must(store::journalHead(db)).seq; })
            .result();
    }
    QStringList files() const
    {
        QStringList names = QDir(folder.folder()).entryList({u"city*"_s}, QDir::Files);
        names.removeIf([](const QString &name) { return name.endsWith(u".lock"_s); });
        return names;
    }
};

// A cache at the server's first entries with this in its queue.
struct OldCache
{
    explicit OldCache(const QString &path)
        : file(must(store::CacheFile::open(path)))
    {
    }
    store::CacheFile file;
    store::Connection &db() { return file.connection(); }
    void take(World &w, int entries)
    {
        const auto first = w.host
                               ->run([entries](store::Connection &journal) {
                                   return must(store::entriesAfter(journal, 0, entries));
                               })
                               .result();
        must(sync::receive(db(), {.entries = first}));
    }
    void queue(const Operation &operation) { QVERIFY(desk::enqueue(db(), operation)); }
};

} // namespace

class TestRemoteSnapshot : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whenWanted_data()
    {
        QTest::addColumn<qint64>("cursor");
        QTest::addColumn<qint64>("first");
        QTest::addColumn<qint64>("head");
        QTest::addColumn<bool>("wanted");
        QTest::newRow("empty realm") << 0LL << 1LL << 0LL << false;
        QTest::newRow("short journal") << 0LL << 1LL << 5000LL << false;
        QTest::newRow("long journal") << 0LL << 1LL << 5001LL << true;
        QTest::newRow("far behind, but begun") << 1LL << 1LL << 500'000LL << false;
        QTest::newRow("the beginning is archived") << 0LL << 100LL << 120LL << true;
        QTest::newRow("just so") << 99LL << 100LL << 120LL << false;
        QTest::newRow("one is missing") << 98LL << 100LL << 120LL << true;
    }
    void whenWanted()
    {
        QFETCH(const qint64, cursor);
        QFETCH(const qint64, first);
        QFETCH(const qint64, head);
        QTEST(sync::wantsSnapshot(cursor, first, head), "wanted");
    }

    void manifests_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QJsonValue>("value");
        QTest::newRow("no id") << u"id"_s << QJsonValue(u""_s);
        QTest::newRow("an id that is a path") << u"id"_s << QJsonValue(u"../1"_s);
        QTest::newRow("negative") << u"seq"_s << QJsonValue(-1);
        QTest::newRow("no size") << u"size"_s << QJsonValue();
        QTest::newRow("huge") << u"size"_s << QJsonValue(1e15);
        QTest::newRow("no chunk") << u"chunk"_s << QJsonValue(0);
        QTest::newRow("huge chunk") << u"chunk"_s << QJsonValue(1e9);
        QTest::newRow("too few hashes") << u"sha256"_s << QJsonValue(QJsonArray());
        QTest::newRow("short hash") << u"hash"_s << QJsonValue(u"abcd"_s);
        QTest::newRow("no schema") << u"schema"_s << QJsonValue(0);
    }
    void manifests()
    {
        QFETCH(const QString, key);
        QFETCH(const QJsonValue, value);
        const QJsonArray two{QString(64, u'0'), QString(64, u'1')};
        QJsonObject manifest{{u"id"_s, u"5-ab"_s}, {u"seq"_s, 5},
                             {u"size"_s, 9000},    {u"hash"_s, QString(64, u'a')},
                             {u"packed"_s, 5000},  {u"chunk"_s, 4096},
                             {u"sha256"_s, two},   {u"schema"_s, 2}};
        QVERIFY(sync::manifestFrom(QJsonDocument(manifest).toJson()));
        manifest[key] = value;
        const auto bad = sync::manifestFrom(QJsonDocument(manifest).toJson());
        QVERIFY(!bad);
        QCOMPARE(bad.error().code, Errc::FileMalformed);
    }

    void loads()
    {
        World w;
        QVERIFY2(w.chunks() > 4, qPrintable(QString::number(w.chunks())));
        std::vector<std::pair<qint64, QString>> reported;
        const Progress progress(
            [&](qint64 done, qint64, const QString &what) { reported.emplace_back(done, what); });
        QCOMPARE(must(w.loader().load(w.path, progress)), w.head());
        QCOMPARE(reported.front(), std::pair(0LL, u"load"_s));
        QCOMPARE(reported.back().second, u"check"_s);
        QCOMPARE(w.files(), QStringList{u"city.leeward"_s});
        store::CacheFile cache = must(store::CacheFile::open(w.path));
        QCOMPARE(must(store::tablesDigest(cache.connection())), w.digest());
        QCOMPARE(journalFault(cache.connection()), QString());
        // And goes on from there with entries.
        w.handIn({w.maker.note(w.incident, u"之后"_s)});
        const auto later =
            w.host->run([](store::Connection &db) { return must(store::entriesAfter(db, 61, 10)); })
                .result();
        must(sync::receive(cache.connection(), {.entries = later}));
        QCOMPARE(must(store::tablesDigest(cache.connection())), w.digest());
    }

    void onlyIfWanted()
    {
        World w;
        const Progress progress;
        QVERIFY(!must(w.loader().loadIfWanted(w.path, progress)));
        QVERIFY(!QFile::exists(w.path));
        w.server.setHandler([](const Request &request) -> std::optional<Response> {
            if (request.path != "/v1/realms"_L1)
                return std::nullopt;
            return Response{.body = R"([{"name": "drill", "head": 1},
                                        {"name": "live", "head": 61, "first": 40}])"};
        });
        QVERIFY(must(w.loader().loadIfWanted(w.path, progress)));
        QVERIFY(!must(w.loader().loadIfWanted(w.path, progress))); // it is at 61 now
        w.server.setHandler([](const Request &) { return Response{.body = "[]"}; });
        QCOMPARE(w.loader().loadIfWanted(w.path, progress).error().code, Errc::NotFound);
    }

    // Broken off after some chunks; another loader goes on with those that are missing.
    void goesOn_data()
    {
        QTest::addColumn<bool>("damaged");
        QTest::newRow("after a break") << false;
        QTest::newRow("after a break that damaged a chunk") << true;
    }
    void goesOn()
    {
        QFETCH(const bool, damaged);
        World w;
        {
            Progress progress([&](qint64 done, qint64, const QString &) {
                if (done >= 3 * smallChunk)
                    w.server.stop(); // the plug
            });
            const auto broken = w.loader().load(w.path, progress);
            QVERIFY(!broken);
            QCOMPARE(broken.error().code, Errc::Network);
        }
        QVERIFY(!QFile::exists(w.path));
        const int before = w.chunksAsked();
        QCOMPARE(before, 3);
        if (damaged) {
            QByteArray bytes = contents(w.path + u".packed"_s);
            bytes[static_cast<qsizetype>(smallChunk) + 7] ^= 1;
            put(w.path + u".packed"_s, bytes);
        }
        w.server.start();
        must(w.loader().load(w.path, Progress()));
        QCOMPARE(w.chunksAsked() - before, w.chunks() - (damaged ? 1 : 3));
        QCOMPARE(w.server.requests(u"/live/snapshot"_s), 1);
        QCOMPARE(w.files(), QStringList{u"city.leeward"_s});
    }

    // The server has made another one meanwhile and does not know the first any more.
    void beginsAnew()
    {
        World w;
        {
            Progress progress([&](qint64 done, qint64, const QString &) {
                if (done >= 3 * smallChunk)
                    w.server.stop();
            });
            QVERIFY(!w.loader().load(w.path, progress));
        }
        w.handIn({w.maker.note(w.incident, u"之后"_s)});
        w.offer();
        w.server.start();
        QCOMPARE(must(w.loader().load(w.path, Progress())), 62);
        store::CacheFile cache = must(store::CacheFile::open(w.path));
        QCOMPARE(must(store::tablesDigest(cache.connection())), w.digest());
    }

    void cancelled_data()
    {
        QTest::addColumn<QString>("phase");
        QTest::newRow("while it comes") << u"load"_s;
        QTest::newRow("while it is unpacked") << u"unpack"_s;
        QTest::newRow("before it is checked") << u"check"_s;
    }
    void cancelled()
    {
        QFETCH(const QString, phase);
        World w;
        std::unique_ptr<Progress> progress;
        progress = std::make_unique<Progress>([&](qint64, qint64, const QString &what) {
            if (what == phase)
                progress->cancel();
        });
        const auto result = w.loader().load(w.path, *progress);
        QVERIFY(!result);
        QCOMPARE(result.error().code, Errc::Cancelled);
        QVERIFY(!QFile::exists(w.path));
        must(w.loader().load(w.path, Progress()));
    }

    void cancelledInABlackHole()
    {
        World w;
        w.server.setHandler(
            [](const Request &) { return Response{.delivery = RoughServer::Delivery::Silent}; });
        Progress progress;
        progress.cancel();
        const auto result = w.loader().load(w.path, progress);
        QCOMPARE(result.error().code, Errc::Cancelled);
    }

    // A chunk that comes wrong is asked for again, but not for ever.
    void wrongChunks_data()
    {
        QTest::addColumn<int>("times");
        QTest::addColumn<bool>("loads");
        QTest::newRow("once") << 1 << true;
        QTest::newRow("three times") << 3 << true;
        QTest::newRow("always") << 1000 << false;
    }
    void wrongChunks()
    {
        QFETCH(const int, times);
        QFETCH(const bool, loads);
        World w;
        std::atomic<int> left = times;
        w.server.setHandler([&](const Request &request) -> std::optional<Response> {
            if (!request.headers.value("range").startsWith("bytes=4096-") || left-- <= 0)
                return std::nullopt;
            return Response{.status = 206, .body = QByteArray(smallChunk, 'x')};
        });
        const auto result = w.loader().load(w.path, Progress());
        QCOMPARE(result.has_value(), loads);
        QCOMPARE(QFile::exists(w.path), loads);
        if (!loads)
            QCOMPARE(result.error().code, Errc::Corrupt);
    }

    void badSnapshots_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<Errc>("code");
        QTest::newRow("another entry") << u"seq"_s << QJsonValue(60) << Errc::Corrupt;
        QTest::newRow("another hash")
            << u"hash"_s << QJsonValue(QString(64, u'0')) << Errc::Corrupt;
        QTest::newRow("larger than said") << u"size"_s << QJsonValue(5000) << Errc::Corrupt;
        QTest::newRow("smaller than said") << u"size"_s << QJsonValue(50'000'000) << Errc::Corrupt;
        QTest::newRow("of a newer program") << u"schema"_s << QJsonValue(99) << Errc::SchemaTooNew;
    }
    // Whole as it came, but not what was said: the cache that is there stays.
    void badSnapshots()
    {
        QFETCH(const QString, key);
        QFETCH(const QJsonValue, value);
        QFETCH(const Errc, code);
        World w;
        OldCache(w.path).take(w, 5);
        w.manifest[key] = value;
        w.publish();
        const auto result = w.loader().load(w.path, Progress());
        QVERIFY(!result);
        QCOMPARE(result.error().code, code);
        store::CacheFile cache = must(store::CacheFile::open(w.path));
        QCOMPARE(must(store::journalHead(cache.connection())).seq, 5);
    }

    void noDatabaseInside()
    {
        World w;
        const QByteArray nonsense(50'000, 'n');
        w.packed = sync::wire::pack(nonsense);
        w.manifest[u"size"_s] = nonsense.size();
        w.manifest[u"packed"_s] = w.packed.size();
        w.manifest = cutSmall(w.manifest, w.packed);
        w.publish();
        const auto result = w.loader().load(w.path, Progress());
        QVERIFY(!result);
        QCOMPARE(result.error().code, Errc::FileMalformed);
        QVERIFY(!QFile::exists(w.path));
    }

    // What waits at this desk, of whatever state, is in the new cache.
    void carriesTheQueue()
    {
        World w;
        const Operation accepted = w.maker.note(w.incident, u"已收"_s);
        const Operation queued = w.maker.note(w.incident, u"待发"_s);
        const Operation conflict = w.maker.note(w.incident, u"冲突"_s);
        const Operation refused = w.maker.note(w.incident, u"被拒"_s);
        const Operation foreign = w.maker.note(w.incident, u"他席"_s);
        {
            OldCache old(w.path);
            old.take(w, 5);
            for (const Operation &operation : {accepted, queued, conflict, refused})
                old.queue(operation);
            Changes changes;
            const sync::Submission handed{foreign,
                                          sync::Proof{QByteArray(32, 'k'), QByteArray(64, 's')}};
            QCOMPARE(must(sync::takeForeign(old.db(), std::span(&handed, 1), changes)),
                     QSet<OperationId>{foreign.id});
            const Refusal why{RefusalReason::BadArguments, {{u"argument"_s, u"x"_s}}};
            const auto pending = must(store::pendingOperations(old.db()));
            must(store::setPending(old.db(), pending[2].position, Pending::State::Conflict, {},
                                   why));
            must(
                store::setPending(old.db(), pending[3].position, Pending::State::Refused, {}, why));
            must(store::makeConflictsCertain(old.db()));
            must(store::setMetaValue(old.db(), u"desk"_s, u"一席"_s));
        }
        w.handIn({accepted}); // its answer was lost
        w.offer();
        must(w.loader().load(w.path, Progress()));
        OldCache cache(w.path);
        const auto pending = must(store::pendingOperations(cache.db()));
        QCOMPARE(pending.size(), 4U);
        QCOMPARE(pending[0].operation, queued);
        QCOMPARE(pending[0].state, Pending::State::Queued);
        QVERIFY(!pending[0].changeset.isEmpty());
        QCOMPARE(pending[1].operation, conflict);
        QCOMPARE(pending[1].state, Pending::State::Conflict);
        QCOMPARE(pending[1].refusal->facts.value("argument"_L1).toString(), u"x"_s);
        QVERIFY(!pending[1].certain); // it may be an entry of after the snapshot
        QCOMPARE(pending[2].operation, refused);
        QCOMPARE(pending[2].state, Pending::State::Refused);
        QCOMPARE(pending[3].operation, foreign);
        QCOMPARE(pending[3].proof, QByteArray(32, 'k') + QByteArray(64, 's'));
        QCOMPARE(must(store::metaValue(cache.db(), u"desk"_s)), u"一席"_s);
        // The queued ones stand on top of the entries as receive() leaves them.
        const auto asked = must(sync::askOf(cache.db(), 10, false));
        w.handIn({asked.submissions[0].operation, asked.submissions[1].operation});
        const auto later =
            w.host->run([](store::Connection &db) { return must(store::entriesAfter(db, 62, 10)); })
                .result();
        must(sync::receive(cache.db(), {.entries = later}));
        QCOMPARE(must(store::tablesDigest(cache.db())), w.digest());
    }

    // The server was restored from a backup: entries that only this cache has go into its queue.
    void carriesLostEntries()
    {
        World w;
        const Operation lost = w.maker.note(w.incident, u"只在本席"_s);
        {
            OldCache old(w.path);
            old.take(w, 1000);
            store::Connection elsewhere = memoryRealm();
            server::Authority authority(elsewhere, w.clock);
            must(server::adopt(elsewhere, must(store::entriesAfter(old.db(), 0, 1000))));
            must(sync::receive(old.db(), must(authority.exchange({lost}, 61))));
            QCOMPARE(must(store::journalHead(old.db())).seq, 62);
        }
        must(w.loader().load(w.path, Progress()));
        OldCache cache(w.path);
        QCOMPARE(must(store::journalHead(cache.db())).seq, 61);
        const auto pending = must(store::pendingOperations(cache.db()));
        QCOMPARE(pending.size(), 1U);
        QCOMPARE(pending[0].operation, lost);
    }

    // The restored server was worked with, desks brought back what they had, and it has archived
    // entries past the place where the two lives part. What is in none of its lines is not lost for
    // that: it is handed in again. Numbers say nothing: what was brought back in order has the same
    // ones as before.
    void carriesLostEntriesPastAnArchive_data()
    {
        QTest::addColumn<int>("count");
        QTest::addColumn<qint64>("archived");
        QTest::newRow("nothing archived") << 5 << 0LL;
        QTest::newRow("archived before they part") << 5 << 45LL;
        QTest::newRow("just so") << 5 << 50LL;
        QTest::newRow("archived in their midst") << 5 << 52LL;
        QTest::newRow("archived past all of them") << 5 << 58LL;
        QTest::newRow("many") << 230 << 283LL;
    }
    void carriesLostEntriesPastAnArchive()
    {
        QFETCH(const int, count);
        QFETCH(const qint64, archived);
        World w(49);
        std::vector<Operation> lost;
        for (int i = 0; i < count; ++i)
            lost.push_back(w.maker.note(w.incident, u"前世%1"_s.arg(i)));
        const Operation queued = w.maker.note(w.incident, u"待发"_s);
        {
            OldCache old(w.path);
            old.take(w, 1000);
            store::Connection elsewhere = memoryRealm();
            must(server::adopt(elsewhere, must(store::entriesAfter(old.db(), 0, 1000))));
            server::Authority authority(elsewhere, w.clock);
            auto reply = must(authority.exchange(lost, 50));
            for (store::Entry &entry : reply.entries)
                entry.seal = QByteArray(store::sealSize, static_cast<char>(entry.seq % 100));
            must(sync::receive(old.db(), reply));
            QCOMPARE(must(store::journalHead(old.db())).seq, 50 + count);
            old.queue(queued);
        }
        const auto other = [&w] { return w.maker.note(w.incident, u"今生"_s); };
        std::vector<Operation> now{other()};
        now.insert(now.end(), lost.begin() + 1, lost.end() - 3);
        now.push_back(other());
        now.push_back(lost[lost.size() - 3]);
        for (int i = 0; i < 8; ++i)
            now.push_back(other());
        w.handIn(now);
        w.archive(archived);
        w.offer();
        must(w.loader().load(w.path, Progress()));
        OldCache cache(w.path);
        const auto pending = must(store::pendingOperations(cache.db()));
        QCOMPARE(pending.size(), 4U);
        QCOMPARE(pending[0].operation, lost.front());
        QCOMPARE(pending[0].proof, QByteArray(store::sealSize, 51));
        QCOMPARE(pending[1].operation, lost[lost.size() - 2]);
        QCOMPARE(pending[2].operation, lost.back());
        QCOMPARE(pending[2].proof,
                 QByteArray(store::sealSize, static_cast<char>((50 + count) % 100)));
        QCOMPARE(pending[3].operation, queued);
        for (const Pending &each : pending)
            QCOMPARE(each.state, Pending::State::Queued);
    }

    // A desk of the same life: however much is archived, nothing of it is handed in again.
    void nothingIsLostInAnArchive_data()
    {
        QTest::addColumn<int>("here");
        QTest::addColumn<qint64>("archived");
        QTest::newRow("it ends in the archive") << 20 << 40LL;
        QTest::newRow("it ends where the archive ends") << 40 << 40LL;
        QTest::newRow("it goes on after it") << 50 << 40LL;
    }
    void nothingIsLostInAnArchive()
    {
        QFETCH(const int, here);
        QFETCH(const qint64, archived);
        World w;
        OldCache(w.path).take(w, here);
        w.archive(archived);
        w.offer();
        must(w.loader().load(w.path, Progress()));
        OldCache cache(w.path);
        QVERIFY(must(store::pendingOperations(cache.db())).empty());
        QCOMPARE(must(store::tablesDigest(cache.db())), w.digest());
    }

    void heldByAnother()
    {
        World w;
        OldCache old(w.path);
        old.take(w, 5);
        const auto result = w.loader().load(w.path, Progress());
        QVERIFY(!result);
        QCOMPARE(result.error().code, Errc::CacheInUse);
        QCOMPARE(must(store::journalHead(old.db())).seq, 5);
    }

    // The disk is full at any place: the old cache stays, and all is well once there is room.
    void diskFull_data()
    {
        QTest::addColumn<qint64>("room");
        QTest::newRow("nothing goes") << 0LL;
        QTest::newRow("some chunks") << 3 * smallChunk + 100;
        QTest::newRow("the packed file and no more") << 64LL * 1024;
        QTest::newRow("most of the file") << 100LL * 1024;
    }
    void diskFull()
    {
        QFETCH(const qint64, room);
        World w;
        {
            OldCache old(w.path);
            old.take(w, 5);
            old.queue(w.maker.note(w.incident, u"待发"_s));
        }
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        rlimit small = before;
        small.rlim_cur = static_cast<rlim_t>(room);
        setrlimit(RLIMIT_FSIZE, &small);
        const auto result = w.loader().load(w.path, Progress());
        setrlimit(RLIMIT_FSIZE, &before);
        QVERIFY(!result);
        QVERIFY2(result.error().code == Errc::DiskFull ||
                     result.error().code == Errc::FileUnwritable,
                 qPrintable(result.error().detail));
        {
            OldCache old(w.path);
            QCOMPARE(must(store::journalHead(old.db())).seq, 5);
            QCOMPARE(must(store::pendingOperations(old.db())).size(), 1U);
        }
        must(w.loader().load(w.path, Progress()));
        OldCache cache(w.path);
        QCOMPARE(must(store::journalHead(cache.db())).seq, 61);
        QCOMPARE(must(store::pendingOperations(cache.db())).size(), 1U);
    }

    // What a crash between two steps leaves behind: the next call does the rest.
    void afterACrash_data()
    {
        QTest::addColumn<QString>("left");
        QTest::newRow("half a manifest") << u".manifest"_s;
        QTest::newRow("a packed file of nobody") << u".packed"_s;
        QTest::newRow("an unpacked one") << u".loading"_s;
        QTest::newRow("its log") << u".loading-wal"_s;
        QTest::newRow("its backup") << u".loading.before-0002"_s;
    }
    void afterACrash()
    {
        QFETCH(const QString, left);
        World w;
        {
            OldCache old(w.path);
            old.take(w, 5);
            old.queue(w.maker.note(w.incident, u"待发"_s));
        }
        put(w.path + left, QByteArray(100'000, 'z'));
        must(w.loader().load(w.path, Progress()));
        QCOMPARE(w.files(), QStringList{u"city.leeward"_s});
        OldCache cache(w.path);
        QCOMPARE(must(store::journalHead(cache.db())).seq, 61);
        QCOMPARE(must(store::pendingOperations(cache.db())).size(), 1U);
    }
};

QTEST_GUILESS_MAIN(TestRemoteSnapshot)
#include "tst_remote_snapshot.moc"
