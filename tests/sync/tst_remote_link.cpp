#include "models/desk/desk.h"
#include "models/store/tables.h"
#include "server/accounts/certificate.h"
#include "server/realm_host.h"
#include "sync/courier.h"
#include "sync/remote/remote_link.h"
#include "tests/support/makers.h"
#include "tests/support/rough_server.h"

#include <QElapsedTimer>
#include <QFile>
#include <QSignalSpy>
#include <QSslKey>
#include <QTcpServer>
#include <QTest>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using State = sync::Connection::State;
using Delivery = RoughServer::Delivery;
using Response = RoughServer::Response;
namespace wire = sync::wire;

namespace {

template <class T>
QFuture<T> ready(T value)
{
    QPromise<T> promise;
    promise.start();
    promise.addResult(std::move(value));
    promise.finish();
    return promise.future();
}

sync::TokenSource always(const QByteArray &token)
{
    return [token](const QByteArray &) { return ready<Result<QByteArray>>(token); };
}

sync::RemoteTimes shortTimes()
{
    return {.quiet = 300ms, .whole = 600ms, .token = 300ms, .ping = 60ms, .silence = 200ms};
}

Response says(int status, const QByteArray &name, const QByteArray &more = {})
{
    return {.status = status, .body = "{\"error\": \"" + name + "\"" + more + "}"};
}

// Answers of exchanges, in the order in which they came.
struct Answers
{
    std::mutex mutex;
    std::vector<Result<sync::Reply>> list;
    void ask(sync::AuthorityLink &link, std::vector<Operation> operations = {},
             const store::Head &cursor = {})
    {
        link.exchange({.submissions = sync::asSubmissions(std::move(operations)), .cursor = cursor},
                      [this](Result<sync::Reply> reply) {
                          const std::lock_guard lock(mutex);
                          list.push_back(std::move(reply));
                      });
    }
    size_t count()
    {
        const std::lock_guard lock(mutex);
        return list.size();
    }
};

// A realm at a server, the way to it, and a desk's cache with its courier.
struct World
{
    FakeClock clock;
    TemporaryRealm folder;
    std::unique_ptr<server::RealmHost> host =
        must(server::RealmHost::open(folder.path(u"live.journal"_s), clock));
    RoughServer server;
    Maker maker{1, u"anna"_s, u"desk-a"_s};
    IncidentId incident = maker.ids().make<IncidentId>();

    World()
        : server(*host)
    {
    }
    sync::Peer peer(const sync::RemoteTimes &times = shortTimes()) const
    {
        return must(sync::Peer::create({.server = server.url()}, times));
    }
    qint64 head()
    {
        return host->run([](store::Connection &db) { return must(store::journalHead(db)).seq; })
            .result();
    }
};

struct Desk
{
    store::ChangeFeed feed;
    store::StoreThread writer{memoryRealm(), u"store"_s};
    sync::RemoteLink link;
    sync::Courier courier;

    explicit Desk(World &w, const sync::RemoteTimes &times = shortTimes(),
                  const sync::TokenSource &tokens = always("good"))
        : link(w.peer(times), u"live"_s, tokens, w.clock)
        , courier(writer, feed, link)
    {
        QObject::connect(&link, &sync::RemoteLink::wanted, &courier, &sync::Courier::wake);
    }
    void queue(const Operation &operation)
    {
        QVERIFY(writer
                    .run([&](store::Connection &db) {
                        return desk::enqueue(db, operation).has_value();
                    })
                    .result());
    }
    size_t pending()
    {
        return writer
            .run([](store::Connection &db) { return must(store::pendingOperations(db)).size(); })
            .result();
    }
    qint64 head()
    {
        return writer.run([](store::Connection &db) { return must(store::journalHead(db)).seq; })
            .result();
    }
};

QSslConfiguration serverTls(const QString &folder)
{
    const auto read = [&](const QString &name) {
        QFile file(folder + u'/' + name);
        if (!file.open(QIODevice::ReadOnly))
            qFatal("%s", qPrintable(file.fileName()));
        return file.readAll();
    };
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setLocalCertificate(QSslCertificate(read(u"server.pem"_s)));
    tls.setPrivateKey(QSslKey(read(u"server.key"_s), QSsl::Ec));
    tls.setPeerVerifyMode(QSslSocket::VerifyNone);
    return tls;
}

} // namespace

class TestRemoteLink : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // What is queued goes to the server, what others do comes by itself.
    void carriesBothWays()
    {
        World w;
        Desk a(w);
        Desk b(w);
        QSignalSpy states(&a.link, &sync::RemoteLink::connectionChanged);
        a.queue(w.maker.report(w.incident));
        a.courier.wake();
        QTRY_COMPARE(a.pending(), 0U);
        QTRY_COMPARE(a.head(), 1);
        QTRY_COMPARE(b.head(), 1);
        QCOMPARE(a.link.connection().state, State::Connected);
        QTRY_COMPARE(w.server.streams(), 2);
        a.queue(w.maker.note(w.incident, u"记事"_s));
        a.courier.wake();
        QTRY_COMPARE(b.head(), 2);
        QCOMPARE(states.size(), 1);
    }

    void largeBodiesGoPacked()
    {
        World w;
        Desk a(w);
        a.queue(w.maker.report(w.incident));
        for (int i = 0; i < 30; ++i)
            a.queue(w.maker.note(w.incident, QString(3000, QChar(u'字'))));
        a.courier.wake();
        QTRY_COMPARE(a.head(), 31);
        const auto seen = w.server.seen();
        QVERIFY(std::ranges::any_of(seen, [](const auto &request) {
            return request.headers.value("content-encoding") == "zstd";
        }));
        Desk b(w); // and comes so
        QTRY_COMPARE(b.head(), 31);
    }

    void anAnswerThatDoesNotCome_data()
    {
        QTest::addColumn<Delivery>("delivery");
        QTest::newRow("lost with the connection") << Delivery::Close;
        QTest::newRow("cut in the middle") << Delivery::Cut;
        QTest::newRow("never") << Delivery::Silent;
    }
    // The server took it; asking again gives one entry.
    void anAnswerThatDoesNotCome()
    {
        QFETCH(const Delivery, delivery);
        World w;
        sync::RemoteLink link(w.peer(), u"live"_s, always("good"), w.clock);
        Answers answers;
        const Operation report = w.maker.report(w.incident);
        // Qt tries a connection that ended without a word again by itself.
        w.server.deliverNext(std::vector(10, delivery));
        answers.ask(link, {report});
        QTRY_COMPARE(answers.count(), 1U);
        QVERIFY(!answers.list[0]);
        QCOMPARE(answers.list[0].error().code, Errc::Network);
        QCOMPARE(link.connection().state, State::Offline);
        QCOMPARE(w.head(), 1);
        w.server.deliverNext({});
        answers.ask(link, {report});
        QTRY_COMPARE(answers.count(), 2U);
        QVERIFY(answers.list[1]);
        QCOMPARE(answers.list[1]->entries.size(), 1U);
        QCOMPARE(answers.list[1]->entries[0].operation, report);
        QCOMPARE(w.head(), 1);
        QCOMPARE(link.connection().state, State::Connected);
    }

    void badAnswers_data()
    {
        QTest::addColumn<Response>("response");
        QTest::addColumn<Errc>("code");
        QTest::newRow("bytes that are no message")
            << Response{.type = "application/cbor", .body = QByteArray(500, '\xff')}
            << Errc::FileMalformed;
        QTest::newRow("empty") << Response{.type = "application/cbor"} << Errc::FileMalformed;
        QTest::newRow("a page of a gate on the way")
            << Response{.type = "text/html; charset=utf-8", .body = "<p>sign in"} << Errc::Network;
        QTest::newRow("not packed as it says")
            << Response{.type = "application/cbor",
                        .body = "plain",
                        .moreHeaders = "Content-Encoding: zstd\r\n"}
            << Errc::FileMalformed;
        QTest::newRow("elsewhere")
            << Response{.status = 302, .moreHeaders = "Location: http://127.0.0.1:9/\r\n"}
            << Errc::Network;
        QTest::newRow("fails") << says(500, "internal") << Errc::Network;
        QTest::newRow("no answer of ours")
            << Response{.status = 502, .type = "text/html"} << Errc::Network;
        QTest::newRow("finds fault") << says(400, "malformed") << Errc::InvalidArgument;
    }
    void badAnswers()
    {
        QFETCH(const Response, response);
        QFETCH(const Errc, code);
        World w;
        w.server.setHandler([response](const RoughServer::Request &) { return response; });
        sync::RemoteLink link(w.peer(), u"live"_s, always("good"), w.clock);
        Answers answers;
        answers.ask(link, {w.maker.report(w.incident)});
        QTRY_COMPARE(answers.count(), 1U);
        QVERIFY(!answers.list[0]);
        QCOMPARE(answers.list[0].error().code, code);
        QCOMPARE(w.server.requests(u"/exchange"_s), 1);
    }

    // A length that is only said, and one that unpacks to more than a message may be.
    void oversize_data()
    {
        QTest::addColumn<Response>("response");
        QTest::newRow("said") << Response{
            .type = "application/cbor", .moreHeaders = "X: y\r\n", .delivery = Delivery::Whole};
        QTest::newRow("packed") << Response{
            .type = "application/cbor",
            .body = wire::pack(QByteArray(wire::largestMessage + 1, 'x')),
            .moreHeaders = "Content-Encoding: zstd\r\n"};
    }
    void oversize()
    {
        QFETCH(Response, response);
        World w;
        if (response.body.isEmpty())
            response.body = QByteArray(wire::largestMessage + 1, 'x');
        w.server.setHandler([response](const RoughServer::Request &) { return response; });
        sync::RemoteLink link(w.peer({}), u"live"_s, always("good"), w.clock);
        Answers answers;
        answers.ask(link);
        QTRY_COMPARE_WITH_TIMEOUT(answers.count(), 1U, 20'000);
        QVERIFY(!answers.list[0]);
        QVERIFY2(answers.list[0].error().detail.contains(QString::number(wire::largestMessage)),
                 qPrintable(answers.list[0].error().detail));
    }

    void saysNo_data()
    {
        QTest::addColumn<Response>("response");
        QTest::addColumn<State>("state");
        QTest::newRow("401") << says(401, "not-signed-in") << State::NotSignedIn;
        QTest::newRow("403") << says(403, "not-permitted") << State::NotPermitted;
        QTest::newRow("404") << says(404, "not-found") << State::NoRealm;
        QTest::newRow("423") << says(423, "locked-out", ", \"retry_after\": 1") << State::LockedOut;
        QTest::newRow("426") << says(426, "too-old", ", \"oldest\": 2") << State::TooOld;
        QTest::newRow("429") << says(429, "too-many") << State::Unavailable;
        QTest::newRow("503") << says(503, "unavailable") << State::Unavailable;
    }
    // The queue stays whole, the state says why, and all is well once it is over; but for a program
    // that is too old, which asks nothing any more.
    void saysNo()
    {
        QFETCH(const Response, response);
        QFETCH(const State, state);
        World w;
        w.server.setHandler([response](const RoughServer::Request &) { return response; });
        Desk a(w);
        QSignalSpy failed(&a.courier, &sync::Courier::failed);
        a.queue(w.maker.report(w.incident));
        a.courier.wake();
        QTRY_COMPARE(a.link.connection().state, state);
        QTRY_VERIFY(!a.courier.isReachable());
        QCOMPARE(a.pending(), 1U);
        QCOMPARE(failed.size(), 0);
        w.server.setHandler({});
        if (state == State::TooOld) {
            const int asked = w.server.requests(u"/exchange"_s);
            Answers answers;
            answers.ask(a.link);
            a.link.tryNow();
            QTRY_COMPARE(answers.count(), 1U);
            QVERIFY(!answers.list[0]);
            QCOMPARE(w.server.requests(u"/exchange"_s), asked);
            QCOMPARE(a.link.connection().state, State::TooOld);
            return;
        }
        a.link.tryNow();
        QTRY_COMPARE(a.pending(), 0U);
        QCOMPARE(w.head(), 1);
        QTRY_COMPARE(a.link.connection().state, State::Connected);
    }

    // Another person signs in: the stream that was open in the former one's name is not used on.
    void startsAnew()
    {
        World w;
        w.server.setTokens({"good", "other"});
        std::atomic<bool> other = false;
        sync::RemoteLink link(
            w.peer(), u"live"_s,
            [&other](const QByteArray &) {
                return QtFuture::makeReadyValueFuture(
                    Result<QByteArray>(QByteArray(other ? "other" : "good")));
            },
            w.clock);
        link.listen([](const std::vector<store::Entry> &) {});
        const auto lastStream = [&w]() -> QByteArray {
            QByteArray token;
            for (const RoughServer::Request &request : w.server.seen()) {
                if (request.path.endsWith("/stream"_L1))
                    token = request.token();
            }
            return token;
        };
        QTRY_COMPARE(w.server.streams(), 1);
        QCOMPARE(lastStream(), QByteArray("good"));
        other = true;
        link.tryNow(); // is content with what is open
        link.startAnew();
        QTRY_COMPARE(lastStream(), QByteArray("other"));
        QTRY_COMPARE(w.server.streams(), 1);
        QCOMPARE(w.server.requests(u"/stream"_s), 2);
    }

    void keepsThePauseItIsAskedFor()
    {
        World w;
        w.server.setHandler([](const RoughServer::Request &) {
            return says(429, "too-many", ", \"retry_after\": 600");
        });
        sync::RemoteLink link(w.peer(), u"live"_s, always("good"), w.clock);
        Answers answers;
        answers.ask(link);
        QTRY_COMPARE(answers.count(), 1U);
        answers.ask(link);
        QTRY_COMPARE(answers.count(), 2U);
        QCOMPARE(answers.list[1].error().code, Errc::Network);
        QCOMPARE(w.server.requests(u"/exchange"_s), 1);
    }

    // Half of it goes, the courier is told to come back for the rest.
    void tooLargeAtOnce()
    {
        World w;
        w.server.setHandler([](const RoughServer::Request &request) -> std::optional<Response> {
            if (request.path.endsWith("/exchange"_L1) &&
                must(wire::askFrom(request.body)).submissions.size() > 2)
                return says(413, "too-large");
            return std::nullopt;
        });
        Desk a(w);
        a.queue(w.maker.report(w.incident));
        for (int i = 0; i < 7; ++i)
            a.queue(w.maker.note(w.incident, u"记事"_s));
        a.courier.wake();
        QTRY_COMPARE(a.pending(), 0U);
        QCOMPARE(w.head(), 8);
    }

    // An access token that has run out is changed once for another; a request does not go round.
    void anotherToken()
    {
        World w;
        w.server.setTokens({"second"});
        std::atomic<int> asked = 0;
        std::mutex mutex;
        QByteArray now = "first";
        const sync::TokenSource tokens = [&](const QByteArray &stale) {
            ++asked;
            const std::lock_guard lock(mutex);
            if (stale == now)
                now = "second";
            return ready<Result<QByteArray>>(now);
        };
        sync::RemoteLink link(w.peer(), u"live"_s, tokens, w.clock);
        Answers answers;
        answers.ask(link, {w.maker.report(w.incident)});
        QTRY_COMPARE(answers.count(), 1U);
        QVERIFY(answers.list[0]);
        QCOMPARE(asked, 2);
        QCOMPARE(w.server.requests(u"/exchange"_s), 2);
        w.server.setTokens({"third"});
        answers.ask(link);
        QTRY_COMPARE(answers.count(), 2U);
        QVERIFY(!answers.list[1]);
        QCOMPARE(link.connection().state, State::NotSignedIn);
        QCOMPARE(w.server.requests(u"/exchange"_s), 4);
    }

    void tokensThatDoNotCome_data()
    {
        QTest::addColumn<int>("how");
        QTest::addColumn<State>("state");
        QTest::newRow("never") << 0 << State::Offline;
        QTest::newRow("cancelled") << 1 << State::Offline;
        QTest::newRow("the network") << 2 << State::Offline;
        QTest::newRow("nobody is signed in") << 3 << State::NotSignedIn;
    }
    void tokensThatDoNotCome()
    {
        QFETCH(const int, how);
        QFETCH(const State, state);
        World w;
        QPromise<Result<QByteArray>> never;
        never.start();
        const sync::TokenSource tokens = [&](const QByteArray &) -> QFuture<Result<QByteArray>> {
            if (how == 0)
                return never.future();
            if (how == 1) {
                const QPromise<Result<QByteArray>> promise;
                return promise.future(); // goes without an answer
            }
            return ready<Result<QByteArray>>(
                fail(how == 2 ? Errc::Network : Errc::Refused, u"as told"_s));
        };
        sync::RemoteLink link(w.peer(), u"live"_s, tokens, w.clock);
        Answers answers;
        answers.ask(link);
        QTRY_COMPARE(answers.count(), 1U);
        QCOMPARE(answers.list[0].error().code, Errc::Network);
        QCOMPARE(link.connection().state, state);
        never.finish();
    }

    // Whoever takes the connection and never says a word costs nobody but the link's own thread.
    void blackHole()
    {
        QTcpServer hole;
        QVERIFY(hole.listen(QHostAddress::LocalHost, 0));
        QUrl url(u"http://127.0.0.1"_s);
        url.setPort(hole.serverPort());
        FakeClock clock;
        sync::RemoteLink link(must(sync::Peer::create({.server = url}, shortTimes())), u"live"_s,
                              always("good"), clock);
        QTimer ticker;
        QElapsedTimer since;
        qint64 slowest = 0;
        int ticks = 0;
        ticker.setTimerType(Qt::PreciseTimer);
        connect(&ticker, &QTimer::timeout, this, [&] {
            slowest = std::max(slowest, since.restart());
            ++ticks;
        });
        since.start();
        ticker.start(5);
        Answers answers;
        link.listen([](const std::vector<store::Entry> &) {});
        QElapsedTimer took;
        took.start();
        for (int i = 0; i < 5; ++i)
            answers.ask(link);
        QTRY_COMPARE_WITH_TIMEOUT(answers.count(), 5U, 10'000);
        QVERIFY2(took.elapsed() < 3000, qPrintable(QString::number(took.elapsed())));
        for (const auto &answer : answers.list)
            QCOMPARE(answer.error().code, Errc::Network);
        qInfo(
            "five exchanges into a black hole: %lld ms, slowest turn of this thread %lld ms in %d",
            took.elapsed(), slowest, ticks);
        QVERIFY(ticks > 10);
        QVERIFY2(slowest < 50, qPrintable(QString::number(slowest)));
        QCOMPARE(link.connection().state, State::Offline);
    }

    // A drop now and then keeps a connection alive for ever; the whole is bounded all the same.
    void slowServer()
    {
        QTcpServer slow;
        QVERIFY(slow.listen(QHostAddress::LocalHost, 0));
        QTimer drip;
        connect(&slow, &QTcpServer::newConnection, this, [&] {
            QTcpSocket *socket = slow.nextPendingConnection();
            socket->write("HTTP/1.1 200 So\r\nContent-Type: application/cbor\r\n"
                          "Content-Length: 100000\r\n\r\n");
            connect(&drip, &QTimer::timeout, socket, [socket] { socket->write("x"); });
        });
        drip.start(20);
        QUrl url(u"http://127.0.0.1"_s);
        url.setPort(slow.serverPort());
        FakeClock clock;
        sync::RemoteLink link(must(sync::Peer::create({.server = url}, shortTimes())), u"live"_s,
                              always("good"), clock);
        Answers answers;
        QElapsedTimer took;
        took.start();
        answers.ask(link);
        QTRY_COMPARE(answers.count(), 1U);
        QCOMPARE(answers.list[0].error().code, Errc::Network);
        QVERIFY(took.elapsed() >= 500 && took.elapsed() < 3000);
    }

    // Nothing is called after the link has gone; what was asked has its answer by then.
    void goesInTheMiddle()
    {
        World w;
        w.server.setHandler(
            [](const RoughServer::Request &) { return Response{.delivery = Delivery::Silent}; });
        Answers answers;
        {
            sync::RemoteLink link(w.peer({}), u"live"_s, always("good"), w.clock);
            link.listen([](const std::vector<store::Entry> &) {});
            for (int i = 0; i < 10; ++i)
                answers.ask(link);
            QTRY_VERIFY(w.server.requests(u"/exchange"_s) > 0);
        }
        QCOMPARE(answers.count(), 10U);
        for (const auto &answer : answers.list)
            QCOMPARE(answer.error().code, Errc::Network);
    }

    void serverRestarts()
    {
        World w;
        Desk a(w);
        a.queue(w.maker.report(w.incident));
        a.courier.wake();
        QTRY_COMPARE(a.head(), 1);
        QTRY_COMPARE(w.server.streams(), 1);
        w.server.stop();
        QTRY_COMPARE(a.link.connection().state, State::Offline);
        a.queue(w.maker.note(w.incident, u"断网时"_s));
        a.courier.wake();
        QTRY_VERIFY(!a.courier.isReachable());
        w.server.start();
        QTRY_COMPARE_WITH_TIMEOUT(a.head(), 2, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(w.server.streams(), 1, 20'000);
        QCOMPARE(a.pending(), 0U);
        QTRY_COMPARE(a.link.connection().state, State::Connected);
    }

    // The server comes back from a backup of before the last entries: the desk hands them in again.
    void serverRestored()
    {
        World w;
        Desk a(w);
        QSignalSpy retreated(&a.courier, &sync::Courier::retreated);
        a.queue(w.maker.report(w.incident));
        a.courier.wake();
        QTRY_COMPARE(a.head(), 1);
        const QString backup = w.folder.path(u"backup.journal"_s);
        QVERIFY(w.host
                    ->run([&](store::Connection &db) {
                        return db.exec("PRAGMA wal_checkpoint(TRUNCATE)").has_value() &&
                               QFile::copy(db.path(), backup);
                    })
                    .result());
        for (int i = 0; i < 3; ++i)
            a.queue(w.maker.note(w.incident, u"记事"_s));
        a.courier.wake();
        QTRY_COMPARE(a.head(), 4);
        w.server.stop();
        auto restored = must(server::RealmHost::open(backup, w.clock));
        restored
            ->run([](store::Connection &db) {
                return store::setMetaValue(db, u"epoch"_s, u"another"_s).has_value();
            })
            .waitForFinished();
        w.server.setHost(*restored);
        w.server.start();
        QTRY_COMPARE_WITH_TIMEOUT(retreated.size(), 1, 20'000);
        QVERIFY(retreated[0][0].toLongLong() >= 3); // to the next entry it names that both have
        const auto theirs = [&] {
            return restored->run([](store::Connection &db) { return must(store::journalHead(db)); })
                .result();
        };
        QTRY_COMPARE(theirs().seq, 4);
        QTRY_COMPARE(a.pending(), 0U);
        const auto mine =
            a.writer.run([](store::Connection &db) { return must(store::journalHead(db)); })
                .result();
        QCOMPARE(mine.hash, theirs().hash);
        QCOMPARE(
            a.writer
                .run([](store::Connection &db) { return must(store::metaValue(db, u"epoch"_s)); })
                .result(),
            u"another"_s);
        w.server.setHost(*w.host);
    }

    // Frames are lost; the next one does not follow, and the desk asks.
    void aHoleInTheStream()
    {
        World w;
        Desk a(w);
        QTRY_COMPARE(w.server.streams(), 1);
        QTRY_COMPARE(a.link.connection().state, State::Connected);
        w.server.setPushing(false);
        Answers answers;
        sync::RemoteLink other(w.peer(), u"live"_s, always("good"), w.clock);
        answers.ask(other, {w.maker.report(w.incident), w.maker.note(w.incident, u"一"_s)});
        QTRY_COMPARE(answers.count(), 1U);
        QCOMPARE(w.head(), 2);
        w.server.setPushing(true);
        answers.ask(other, {w.maker.note(w.incident, u"二"_s)});
        QTRY_COMPARE(a.head(), 3);
    }

    // Only a head is said, newer than what is here.
    void aHeadWakes()
    {
        World w;
        Desk a(w);
        QTRY_COMPARE(w.server.streams(), 1);
        w.server.setPushing(false);
        Answers answers;
        sync::RemoteLink other(w.peer(), u"live"_s, always("good"), w.clock);
        answers.ask(other, {w.maker.report(w.incident)});
        QTRY_COMPARE(answers.count(), 1U);
        const store::Head head{1, answers.list[0]->entries[0].hash};
        w.server.sendFrame(wire::toBytes({.kind = wire::Frame::Kind::Head, .head = head}));
        QTRY_COMPARE(a.head(), 1);
        QTRY_COMPARE(a.link.connection().state, State::Connected);
        const int asked = w.server.requests(u"/exchange"_s);
        QSignalSpy wanted(&a.link, &sync::RemoteLink::wanted);
        QSignalSpy presence(&a.link, &sync::RemoteLink::presenceCame);
        w.server.sendFrame(wire::toBytes({.kind = wire::Frame::Kind::Head, .head = head}));
        w.server.sendFrame(wire::toBytes({.kind = wire::Frame::Kind::Presence}));
        QTRY_COMPARE(presence.size(), 1); // behind the head: that has been looked at
        QCOMPARE(wanted.size(), 0);
        QCOMPARE(w.server.requests(u"/exchange"_s), asked);
    }

    void hintsComeThrough()
    {
        World w;
        Desk a(w);
        QSignalSpy presence(&a.link, &sync::RemoteLink::presenceCame);
        QSignalSpy positions(&a.link, &sync::RemoteLink::positionsCame);
        const wire::Presence own{
            .desk = u"一席"_s, .person = u"陈立"_s, .record = u"team/1"_s, .editing = true};
        a.link.showPresence(own);
        QTRY_COMPARE(w.server.streams(), 1);
        QTRY_VERIFY(!w.server.framesSeen().empty());
        QCOMPARE(must(wire::frameFrom(w.server.framesSeen().front())).presence,
                 std::vector<wire::Presence>{own});
        const UnitPosition boat{.source = u"gps-17"_s, .kind = u"boat"_s, .lon = 121, .lat = 29};
        w.server.sendFrame(QByteArray::fromHex("a1656672616d6565736f6f6e21")); // {"frame": "soon!"}
        w.server.sendFrame(
            wire::toBytes({.kind = wire::Frame::Kind::Presence, .presence = {own, own}}));
        w.server.sendFrame(
            wire::toBytes({.kind = wire::Frame::Kind::Positions, .positions = {boat}}));
        QTRY_COMPARE(presence.size(), 1);
        QCOMPARE(presence[0][0].value<std::vector<wire::Presence>>().size(), 2U);
        QTRY_COMPARE(positions.size(), 1);
        QCOMPARE(positions[0][0].value<std::vector<UnitPosition>>(),
                 std::vector<UnitPosition>{boat});
        QCOMPARE(w.server.streams(), 1);
    }

    void badStreams_data()
    {
        QTest::addColumn<QByteArray>("frame");
        QTest::newRow("no frame") << QByteArray(40, '\xff');
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("too large") << QByteArray(9 * 1024 * 1024, 'x');
        QTest::newRow("goodbye") << wire::toBytes({.kind = wire::Frame::Kind::Bye});
    }
    // Ended at once and opened anew after a pause; nothing of it reaches the desk.
    void badStreams()
    {
        QFETCH(const QByteArray, frame);
        World w;
        Desk a(w);
        QTRY_COMPARE(w.server.streams(), 1);
        const int opened = w.server.requests(u"/stream"_s);
        w.server.sendFrame(frame);
        QTRY_COMPARE_WITH_TIMEOUT(w.server.requests(u"/stream"_s), opened + 1, 10'000);
        QTRY_COMPARE(w.server.streams(), 1);
        QCOMPARE(a.head(), 0);
    }

    // The server ends a stream whose token has run out; the next one comes with another.
    void streamWithAnotherToken()
    {
        World w;
        QList<QByteArray> stale;
        std::mutex mutex;
        const sync::TokenSource tokens = [&](const QByteArray &old) {
            const std::lock_guard lock(mutex);
            stale += old;
            return ready<Result<QByteArray>>(old.isEmpty() ? QByteArray("good")
                                                           : QByteArray("better"));
        };
        w.server.setTokens({"good", "better"});
        Desk a(w, shortTimes(), tokens);
        QTRY_COMPARE(w.server.streams(), 1);
        w.server.closeStreams(4401);
        QTRY_COMPARE_WITH_TIMEOUT(w.server.requests(u"/stream"_s), 2, 10'000);
        const std::lock_guard lock(mutex);
        QVERIFY(stale.contains("good"));
    }

    // A stream on which nothing is heard is dead, whatever TCP says. (One that answers pings is
    // not: see hintsComeThrough.)
    void silence()
    {
        QTcpServer mute; // shakes hands and says no more
        QVERIFY(mute.listen(QHostAddress::LocalHost, 0));
        int streams = 0;
        connect(&mute, &QTcpServer::newConnection, this, [&] {
            QTcpSocket *socket = mute.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket, &streams] {
                const QByteArray request = socket->readAll();
                const qsizetype at = request.toLower().indexOf("sec-websocket-key:");
                if (at < 0)
                    return;
                ++streams;
                const QByteArray key =
                    request.sliced(at + 18, request.indexOf('\r', at) - at - 18).trimmed();
                const QByteArray accept =
                    QCryptographicHash::hash(
                        QByteArray(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"),
                        QCryptographicHash::Sha1)
                        .toBase64();
                socket->write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                              "Connection: Upgrade\r\nSec-WebSocket-Accept: " +
                              accept + "\r\n\r\n");
            });
        });
        QUrl url(u"http://127.0.0.1"_s);
        url.setPort(mute.serverPort());
        FakeClock clock;
        sync::RemoteLink link(must(sync::Peer::create({.server = url}, shortTimes())), u"live"_s,
                              always("good"), clock);
        link.listen([](const std::vector<store::Entry> &) {});
        QTRY_COMPARE_WITH_TIMEOUT(streams, 2, 10'000);
    }

    // A quiet stream whose other end answers pings lives on for many times the silence.
    void quietIsNotSilent()
    {
        World w;
        Desk a(w);
        QTRY_COMPARE(w.server.streams(), 1);
        QTRY_COMPARE(a.link.connection().state, State::Connected);
        QElapsedTimer time;
        time.start();
        QTRY_VERIFY(time.elapsed() > 5 * shortTimes().silence.count());
        QCOMPARE(w.server.requests(u"/stream"_s), 1);
    }

    void clocks_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<qint64>("offset"); // ms; the clock stands still here
        QTest::addColumn<bool>("farOff");
        const auto exact = [](qint64 ms) {
            return "Leeward-Time: " + QByteArray::number(FakeClock::startMs + ms) + "\r\n";
        };
        QTest::newRow("equal") << exact(0) << 0LL << false;
        QTest::newRow("five minutes") << exact(300'000) << 300'000LL << false;
        QTest::newRow("more") << exact(300'001) << 300'001LL << true;
        QTest::newRow("behind") << exact(-86'400'000) << -86'400'000LL << true;
        QTest::newRow("in seconds") << QByteArray("Date: Wed, 12 Aug 2026 04:00:00 GMT\r\n")
                                    << 1'786'507'200'500LL - FakeClock::startMs << true;
    }
    void clocks()
    {
        QFETCH(const QByteArray, header);
        QFETCH(const qint64, offset);
        QFETCH(const bool, farOff);
        World w;
        w.server.setHandler([header](const RoughServer::Request &) {
            Response response = says(503, "unavailable");
            response.moreHeaders = header;
            return response;
        });
        sync::RemoteLink link(w.peer(), u"live"_s, always("good"), w.clock);
        QSignalSpy compared(&link, &sync::RemoteLink::clockCompared);
        Answers answers;
        answers.ask(link);
        QTRY_COMPARE(compared.size(), 1);
        const auto seen = compared[0][0].value<sync::ClockOffset>();
        QCOMPARE(seen.offset.count(), offset);
        QCOMPARE(seen.farOff, farOff);
        answers.ask(link); // the same again is no news
        QTRY_COMPARE(answers.count(), 2U);
        QCoreApplication::processEvents();
        QCOMPARE(compared.size(), 1);
    }

    // Only the authority that was given is believed, and only for the names in the certificate.
    void tls()
    {
        FakeClock clock;
        TemporaryRealm folder;
        const auto make = [&](const QString &name, const QStringList &addresses) {
            const QString path = folder.path(name);
            must(server::makeCertificates(path,
                                          {.organisation = u"指挥中心"_s,
                                           .hosts = {u"hall.example"_s},
                                           .addresses = addresses},
                                          SystemClock().now()));
            return path;
        };
        const QString ours = make(u"ours"_s, {u"127.0.0.1"_s});
        const QString others = make(u"others"_s, {u"127.0.0.1"_s});
        const QString elsewhere = make(u"elsewhere"_s, {u"192.0.2.7"_s});
        auto host = must(server::RealmHost::open(folder.path(u"live.journal"_s), clock));
        const auto talk = [&](RoughServer &server, const QString &ca) {
            sync::RemoteLink link(
                must(sync::Peer::create({.server = server.url(), .caFile = ca}, {})), u"live"_s,
                always("good"), clock);
            Answers answers;
            answers.ask(link);
            if (!QTest::qWaitFor([&] { return answers.count() == 1; }, 10'000))
                qFatal("no answer");
            if (answers.list[0])
                link.listen([](const std::vector<store::Entry> &) {});
            if (answers.list[0] && !QTest::qWaitFor([&] { return server.streams() == 1; }, 10'000))
                qFatal("no stream");
            return std::pair(link.connection(), answers.list[0]);
        };
        RoughServer server(*host, serverTls(ours));
        QVERIFY(talk(server, ours + u"/ca.pem"_s).second);
        for (const QString &ca : {QString(others + u"/ca.pem"_s), QString()}) {
            const auto [connection, answer] = talk(server, ca);
            QCOMPARE(connection.state, State::Untrusted);
            QVERIFY(!answer);
            QCOMPARE(answer.error().code, Errc::Network);
            QVERIFY2(answer.error().detail.contains(u"TLS: "_s), qPrintable(answer.error().detail));
            QVERIFY2(connection.detail.contains(u"ssuer"_s) ||
                         connection.detail.contains(u"trust"_s),
                     qPrintable(connection.detail));
        }
        QCOMPARE(server.requests(u"/exchange"_s), 1); // nothing was said to the others
        RoughServer stranger(*host, serverTls(elsewhere));
        QCOMPARE(talk(stranger, elsewhere + u"/ca.pem"_s).first.state, State::Untrusted);
    }

    void endpoints_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("insecure");
        QTest::addColumn<QString>("ca");
        QTest::addColumn<std::optional<Errc>>("error");
        using Maybe = std::optional<Errc>;
        QTest::newRow("https") << u"https://hall.example:7443"_s << false << QString() << Maybe();
        QTest::newRow("this machine")
            << u"http://127.0.0.1:7443"_s << false << QString() << Maybe();
        QTest::newRow("this machine, six")
            << u"http://[::1]:7443"_s << false << QString() << Maybe();
        QTest::newRow("plain") << u"http://hall.example"_s << false << QString()
                               << Maybe(Errc::InvalidArgument);
        QTest::newRow("plain as wanted")
            << u"http://hall.example"_s << true << QString() << Maybe();
        QTest::newRow("nothing") << QString() << false << QString() << Maybe(Errc::InvalidArgument);
        QTest::newRow("no scheme")
            << u"hall.example"_s << false << QString() << Maybe(Errc::InvalidArgument);
        QTest::newRow("a file") << u"file:///etc"_s << false << QString()
                                << Maybe(Errc::InvalidArgument);
        QTest::newRow("no authority") << u"https://hall.example"_s << false << u"/nowhere/ca.pem"_s
                                      << Maybe(Errc::FileMissing);
        QTest::newRow("none in it")
            << u"https://hall.example"_s << false << QStringLiteral(LEEWARD_SOURCE_DIR "/README.md")
            << Maybe(Errc::FileMalformed);
    }
    void endpoints()
    {
        QFETCH(const QString, url);
        QFETCH(const bool, insecure);
        QFETCH(const QString, ca);
        QFETCH(const std::optional<Errc>, error);
        const auto peer = sync::Peer::create(
            {.server = QUrl(url), .caFile = ca, .insecure = insecure}, sync::RemoteTimes());
        QCOMPARE(peer ? std::nullopt : std::optional(peer.error().code), error);
    }
};

QTEST_GUILESS_MAIN(TestRemoteLink)
#include "tst_remote_link.moc"
