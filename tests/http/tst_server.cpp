#include "models/desk/desk.h"
#include "models/store/cache_file.h"
#include "models/store/tables.h"
#include "server/http/connection_guard.h"
#include "sync/replica.h"
#include "tests/http/hall.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QWebSocket>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
namespace wire = sync::wire;

class TestServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whoMayCome()
    {
        Hall hall;
        hall.start();
        HttpClient client(hall.server->port());
        QCOMPARE(client.get(u"/v1/about"_s).status, 200);
        QCOMPARE(client.get(u"/v1/health"_s).json().value(u"ok"_s).toBool(), true);
        QCOMPARE(client.get(u"/v1/realms"_s).status, 401);
        QCOMPARE(client.get(u"/v1/nothing"_s).status, 404);
        QCOMPARE(client.get(u"/v1/session"_s).status, 405);
        QCOMPARE(hall.signIn(client, u"anna"_s, u"wrong"_s).status, 401);
        QCOMPARE(hall.signIn(client, u"nobody"_s).status, 401);
        QCOMPARE(client.send("POST", u"/v1/session"_s, "{nonsense").status, 400);
        const Answered in = hall.signIn(client, u"anna"_s);
        QCOMPARE(in.status, 200);
        QCOMPARE(in.json().value(u"name"_s).toString(), u"安娜"_s);
        QCOMPARE(client.get(u"/v1/realms"_s).status, 200);
        QCOMPARE(client.get(u"/v1/realms/none/snapshot"_s).status, 404);
        QCOMPARE(client.send("DELETE", u"/v1/session"_s).status, 204);
        QCOMPARE(client.get(u"/v1/realms"_s).status, 401);
        client.token = "forged";
        QCOMPARE(client.get(u"/v1/realms"_s).error(), u"not-signed-in"_s);
    }

    // A small answer is not held back until a client acknowledges what came before it.
    void answersAreSentAtOnce()
    {
        QTcpServer listener;
        server::ConnectionGuard guard({});
        guard.watchBefore(listener);
        QVERIFY(listener.listen(QHostAddress::LocalHost));
        QTcpSocket client;
        client.connectToHost(QHostAddress::LocalHost, listener.serverPort());
        QTRY_COMPARE(guard.count(), 1);
        const std::unique_ptr<QTcpSocket> socket(listener.nextPendingConnection());
        QCOMPARE(socket->socketOption(QTcpSocket::LowDelayOption).toInt(), 1);
    }

    // Who is turned away takes nobody's place.
    void connectionsAreLimited_data()
    {
        QTest::addColumn<int>("all");
        QTest::addColumn<int>("ofOne");
        QTest::addColumn<QString>("why");
        QTest::newRow("all") << 3 << 100 << u"too_many"_s;
        QTest::newRow("of one address") << 100 << 3 << u"too_many_of_one"_s;
    }
    void connectionsAreLimited()
    {
        QFETCH(const int, all);
        QFETCH(const int, ofOne);
        QFETCH(const QString, why);
        QTcpServer listener;
        server::ConnectionGuard guard({.connections = all, .connectionsOfOneAddress = ofOne});
        guard.watchBefore(listener);
        QVERIFY(listener.listen(QHostAddress::LocalHost));
        const auto knock = [&] {
            auto client = std::make_unique<QTcpSocket>();
            client->connectToHost(QHostAddress::LocalHost, listener.serverPort());
            return client;
        };
        std::vector<std::unique_ptr<QTcpSocket>> in;
        for (int i = 0; i < 3; ++i)
            in.push_back(knock());
        QTRY_COMPARE(guard.count(), 3);
        for (int i = 1; i <= 5; ++i) {
            const auto late = knock();
            QTRY_COMPARE(guard.ended().value(why), i);
            QTRY_COMPARE(late->state(), QTcpSocket::UnconnectedState);
            QTRY_COMPARE(guard.count(), 3);
        }
        in.pop_back();
        QTRY_COMPARE(guard.count(), 2);
        in.push_back(knock());
        QTRY_COMPARE(guard.count(), 3);
        QCOMPARE(guard.ended().value(why), 5);
        QTRY_COMPARE(in.back()->state(), QTcpSocket::ConnectedState);
    }

    // Nobody who has not signed in makes the server unpack or read anything large.
    void openDoorsTakeLittle_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("packed");
        QTest::addColumn<int>("status");
        const QByteArray bomb = wire::pack("[" + QByteArray(8 << 20, '0') + "]");
        const QByteArray padded = "{\"user\": \"" + QByteArray(20'000, 'a') + "\"}";
        for (const QString &path : {u"/v1/session"_s, u"/v1/session/refresh"_s,
                                    u"/v1/session/password"_s, u"/v1/setup"_s}) {
            QTest::addRow("bomb %s", qPrintable(path)) << path << bomb << true << 413;
            QTest::addRow("large %s", qPrintable(path)) << path << padded << false << 413;
            QTest::addRow("none %s", qPrintable(path)) << path << QByteArray("[") << false << 400;
        }
    }
    void openDoorsTakeLittle()
    {
        QFETCH(const QString, path);
        QFETCH(const QByteArray, body);
        QFETCH(const bool, packed);
        QFETCH(const int, status);
        Hall hall;
        hall.start();
        HttpClient client(hall.server->port());
        QList<std::pair<QByteArray, QByteArray>> headers;
        if (packed)
            headers.emplaceBack("Content-Encoding", "zstd");
        QCOMPARE(client.send("POST", path, body, headers).status, status);
    }

    // Who has signed in is not given any room he likes, either.
    void objectsHaveALimit()
    {
        Hall hall;
        hall.start();
        HttpClient client(hall.server->port());
        QCOMPARE(hall.signIn(client, u"anna"_s).status, 200);
        const QByteArray large = wire::pack("{\"a\": \"" + QByteArray(8 << 20, 'a') + "\"}");
        for (const QString &path : {u"/v1/admin/users"_s, u"/v1/realms/live/operations"_s,
                                    u"/v1/realms/live/positions"_s}) {
            const Answered answer =
                client.send("POST", path, large, {{"Content-Encoding", "zstd"}});
            QCOMPARE(answer.status, 400);
            QVERIFY(answer.json().value(u"detail"_s).toString().contains(u"bytes"_s) ||
                    answer.json().value(u"detail"_s).toString().contains(u"large"_s));
        }
    }

    // Also many at once are each answered.
    void healthForMany()
    {
        Hall hall;
        hall.start();
        std::vector<std::unique_ptr<QTcpSocket>> sockets;
        for (int i = 0; i < 20; ++i) {
            auto &socket = sockets.emplace_back(std::make_unique<QTcpSocket>());
            socket->connectToHost(QHostAddress::LocalHost, hall.server->port());
            socket->write("GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        for (const auto &socket : sockets)
            QTRY_VERIFY(socket->peek(1000).contains("\"ok\":"));
    }

    void oldConsolesAreTold()
    {
        Hall hall;
        hall.options.versions = {.oldest = 3, .newest = 4};
        hall.start();
        HttpClient client(hall.server->port());
        QCOMPARE(hall.signIn(client, u"anna"_s).status, 200);
        const QList<std::pair<QByteArray, QByteArray>> old = {{"Leeward-Protocol", "2"}};
        const Answered refused = client.send("GET", u"/v1/realms"_s, {}, old);
        QCOMPARE(refused.status, 426);
        QCOMPARE(refused.json().value(u"oldest"_s).toInt(), 3);
        QCOMPARE(client.send("GET", u"/v1/about"_s, {}, old).status, 200);
        QCOMPARE(client.send("GET", u"/v1/realms"_s, {}, {{"Leeward-Protocol", "3"}}).status, 200);
    }

    // Two desks over real sockets: an order of one is an entry of both; who may not, is told.
    void exchange()
    {
        Hall hall;
        hall.start();
        HttpClient a(hall.server->port());
        HttpClient b(hall.server->port());
        QCOMPARE(hall.signIn(a, u"anna"_s).status, 200);
        QCOMPARE(hall.signIn(b, u"otto"_s).status, 200);
        Maker anna(1, u"anna"_s, u"anna-desk"_s);
        Maker otto(2, u"otto"_s, u"otto-desk"_s);
        auto atA = memoryRealm();
        auto atB = memoryRealm();
        const auto incident = anna.ids().make<IncidentId>();
        QVERIFY(desk::enqueue(atA, anna.report(incident)));
        const auto ask = must(sync::askOf(atA, 100, false));
        const auto first = a.exchange(ask);
        QCOMPARE(first.entries.size(), 1U);
        QCOMPARE(a.exchange(ask).entries, first.entries); // the reply was lost; asked again
        must(sync::take(atA, first));
        must(sync::take(atB, b.exchange(must(sync::askOf(atB, 100, false)))));
        QCOMPARE(must(store::tablesDigest(atB)), must(store::tablesDigest(atA)));

        QVERIFY(desk::enqueue(atB, otto.note(incident, u"我来看看"_s)));
        const auto refused = b.exchange(must(sync::askOf(atB, 100, false)));
        QCOMPARE(refused.refused.size(), 1U);
        QCOMPARE(refused.refused.front().second.reason, RefusalReason::NotPermitted);
        // in another's name
        const auto forged = b.exchange(
            {.submissions = sync::asSubmissions({anna.note(incident, u"冒名"_s)}), .cursor = {}});
        QCOMPARE(forged.refused.front().second.reason, RefusalReason::NotYours);
    }

    void operationsAsJson()
    {
        Hall hall;
        hall.start();
        HttpClient client(hall.server->port());
        QCOMPARE(hall.signIn(client, u"anna"_s).status, 200);
        Maker maker(1, u"anna"_s, u"anna-desk"_s);
        const Operation report = maker.report(maker.ids().make<IncidentId>());
        const QJsonObject body = {
            {u"id"_s, report.id.text()}, {u"kind"_s, report.kind}, {u"args"_s, report.args}};
        const Answered accepted = client.post(u"/v1/realms/live/operations"_s, body);
        QCOMPARE(accepted.json().value(u"accepted"_s).toBool(), true);
        QCOMPARE(accepted.json().value(u"seq"_s).toInt(), 1);
        QCOMPARE(client.post(u"/v1/realms/live/operations"_s, body).body, accepted.body);
        QJsonObject bad = body;
        bad.insert(u"id"_s, maker.ids().make<OperationId>().text());
        const Answered refused = client.post(u"/v1/realms/live/operations"_s, bad);
        QCOMPARE(refused.json().value(u"accepted"_s).toBool(true), false);
        QCOMPARE(refused.json().value(u"reason"_s).toString(),
                 refusalName(RefusalReason::AlreadyExists));
        QCOMPARE(client.post(u"/v1/realms/live/operations"_s, {{u"kind"_s, u"x"_s}}).status, 400);
    }

    void malformedBodies_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("encoding");
        QTest::addRow("nothing") << QByteArray() << QByteArray();
        QTest::addRow("text") << QByteArray("hello") << QByteArray();
        QTest::addRow("a list") << QByteArray("\x80", 1) << QByteArray();
        QTest::addRow("a huge length")
            << QByteArray("\x5b\x7f\xff\xff\xff\xff\xff\xff\xff") << QByteArray();
        QTest::addRow("said to be packed") << QByteArray("hello") << QByteArray("zstd");
        QTest::addRow("a bomb") << wire::pack(QByteArray(100'000'000, 'x')) << QByteArray("zstd");
    }
    void malformedBodies()
    {
        QFETCH(const QByteArray, body);
        QFETCH(const QByteArray, encoding);
        Hall hall;
        hall.start();
        HttpClient client(hall.server->port());
        QCOMPARE(hall.signIn(client, u"anna"_s).status, 200);
        QList<std::pair<QByteArray, QByteArray>> headers;
        if (!encoding.isEmpty())
            headers = {{"Content-Encoding", encoding}};
        const Answered answered = client.send("POST", u"/v1/realms/live/exchange"_s, body, headers);
        QCOMPARE(answered.status, 400);
        QCOMPARE(answered.error(), u"malformed"_s);
        QCOMPARE(client.get(u"/v1/health"_s).status, 200);
    }

    // A request that never ends is ended; one that is too large too; others do not notice.
    void slowAndLarge_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("tooMuch");
        QTest::addRow("half a line") << QByteArray("GET /v1/ab") << false;
        QTest::addRow("half a header") << QByteArray("GET /v1/about HTTP/1.1\r\nHost: a") << false;
        QTest::addRow("half a body")
            << QByteArray("POST /v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{")
            << false;
        QTest::addRow("silence") << QByteArray() << false;
        QTest::addRow("too large")
            << QByteArray("POST /v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n")
            << true;
        QTest::addRow("endless header") << QByteArray("GET / HTTP/1.1\r\nX: ") << true;
    }
    void slowAndLarge()
    {
        QFETCH(const QByteArray, bytes);
        QFETCH(const bool, tooMuch);
        Hall hall;
        hall.options.limits.request = tooMuch ? 60'000ms : 200ms;
        hall.options.limits.idle = tooMuch ? 60'000ms : 300ms;
        hall.options.limits.requestBytes = 100'000;
        hall.start();
        QTcpSocket socket;
        QSignalSpy gone(&socket, &QTcpSocket::disconnected);
        socket.connectToHost(QHostAddress::LocalHost, hall.server->port());
        QTRY_COMPARE(socket.state(), QTcpSocket::ConnectedState);
        socket.write(bytes);
        if (tooMuch)
            socket.write(QByteArray(400'000, 'x'));
        QTRY_COMPARE(gone.count(), 1);
        HttpClient client(hall.server->port());
        QCOMPARE(client.get(u"/v1/about"_s).status, 200);
    }

    // What one desk does the other's stream shows, and a frame that is missed is asked for.
    void stream()
    {
        Hall hall;
        hall.start();
        HttpClient client(hall.server->port());
        QCOMPARE(hall.signIn(client, u"anna"_s).status, 200);
        QWebSocket socket;
        QNetworkRequest request(
            QUrl(u"ws://127.0.0.1:%1/v1/realms/live/stream"_s.arg(hall.server->port())));
        request.setRawHeader("Authorization", "Bearer " + client.token);
        std::vector<wire::Frame> frames;
        connect(&socket, &QWebSocket::binaryMessageReceived, this,
                [&](const QByteArray &bytes) { frames.push_back(must(wire::frameFrom(bytes))); });
        socket.open(request);
        const auto has = [&](wire::Frame::Kind kind) {
            return std::ranges::any_of(frames, [kind](const auto &f) { return f.kind == kind; });
        };
        QTRY_VERIFY(has(wire::Frame::Kind::Head));
        Maker maker(1, u"anna"_s, u"anna-desk"_s);
        const auto reply = client.exchange(
            {.submissions = sync::asSubmissions({maker.report(maker.ids().make<IncidentId>())}),
             .cursor = {}});
        QTRY_VERIFY(has(wire::Frame::Kind::Entries));
        for (const auto &frame : frames) {
            if (frame.kind == wire::Frame::Kind::Entries)
                QCOMPARE(frame.entries, reply.entries);
        }
        socket.sendBinaryMessage("nonsense");
        socket.sendBinaryMessage(
            wire::toBytes({.kind = wire::Frame::Kind::Presence,
                           .presence = {{u"anybody"_s, u"somebody"_s, u"team/1"_s, true}}}));
        const auto shown = [&] {
            return std::ranges::any_of(frames, [](const auto &f) {
                return f.kind == wire::Frame::Kind::Presence && !f.presence.empty() &&
                       f.presence.front().person == u"安娜"_s &&
                       f.presence.front().desk == u"anna-desk"_s && f.presence.front().editing;
            });
        };
        QTRY_VERIFY(shown());
        QSignalSpy gone(&socket, &QWebSocket::disconnected);
        QSignalSpy stopped(hall.server.get(), &server::Server::stopped);
        hall.server->stop();
        QTRY_COMPARE(stopped.count(), 1);
        QTRY_COMPARE(gone.count(), 1);
        QVERIFY(has(wire::Frame::Kind::Bye));
    }

    void streamNeedsAToken()
    {
        Hall hall;
        hall.start();
        const QUrl url(u"ws://127.0.0.1:%1/v1/realms/live/stream"_s.arg(hall.server->port()));
        for (const QByteArray &token : {QByteArray(), QByteArray("Bearer forged")}) {
            QWebSocket socket;
            QNetworkRequest request(url);
            if (!token.isEmpty())
                request.setRawHeader("Authorization", token);
            QSignalSpy gone(&socket, &QWebSocket::disconnected);
            QSignalSpy message(&socket, &QWebSocket::binaryMessageReceived);
            socket.open(request);
            QTRY_VERIFY(gone.count() == 1);
            QCOMPARE(message.count(), 0);
        }
    }

    // The bytes of a snapshot, fetched in pieces, are the realm.
    void snapshot()
    {
        Hall hall;
        hall.start();
        HttpClient client(hall.server->port());
        QCOMPARE(hall.signIn(client, u"anna"_s).status, 200);
        Maker maker(1, u"anna"_s, u"anna-desk"_s);
        std::vector<Operation> operations;
        for (int i = 0; i < 300; ++i)
            operations.push_back(maker.report(maker.ids().make<IncidentId>(), u"事件 %1"_s.arg(i)));
        (void) client.exchange({.submissions = sync::asSubmissions(operations), .cursor = {}});
        const Answered made = client.get(u"/v1/realms/live/snapshot"_s);
        QVERIFY2(made.status == 200, made.body.constData());
        const QJsonObject manifest = made.json();
        QCOMPARE(manifest.value(u"seq"_s).toInt(), 300);
        const QString path = u"/v1/realms/live/snapshot/"_s + manifest.value(u"id"_s).toString();
        QByteArray packed;
        while (packed.size() < manifest.value(u"packed"_s).toInt()) {
            const QByteArray range = "bytes=" + QByteArray::number(packed.size()) + '-' +
                                     QByteArray::number(packed.size() + 9999);
            const Answered part = client.send("GET", path, {}, {{"Range", range}});
            QCOMPARE(part.status, 206);
            packed += part.body;
        }
        QCOMPARE(QCryptographicHash::hash(packed, QCryptographicHash::Sha256).toHex(),
                 manifest.value(u"sha256"_s).toArray().first().toString().toLatin1());
        TemporaryRealm here;
        QFile file(here.path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(must(wire::unpack(packed)));
        file.close();
        auto copy = must(store::CacheFile::open(here.path()));
        QCOMPARE(must(store::journalHead(copy.connection())).seq, 300);
        QCOMPARE(journalFault(copy.connection()), QString());
        const auto rest = client.exchange(must(sync::askOf(copy.connection(), 10, false)));
        QVERIFY(rest.entries.empty() && !rest.diverged);
        QCOMPARE(client.get(u"/v1/realms/live/snapshot/0-none"_s).status, 404);
        QCOMPARE(client.send("GET", path, {}, {{"Range", "bytes=9-1"}}).status, 416);
    }

    // Stopped and started again it goes on where it was, and tokens still hold.
    void restart()
    {
        Hall hall;
        hall.start();
        Maker maker(1, u"anna"_s, u"anna-desk"_s);
        const Operation report = maker.report(maker.ids().make<IncidentId>());
        QByteArray token;
        {
            HttpClient client(hall.server->port());
            QCOMPARE(hall.signIn(client, u"anna"_s).status, 200);
            token = client.token;
            (void) client.exchange({.submissions = sync::asSubmissions({report}), .cursor = {}});
        }
        QVERIFY(!server::Server::start(hall.options, hall.clock, hall.random)); // held
        hall.server.reset();
        hall.start();
        HttpClient client(hall.server->port());
        client.token = token;
        const auto again =
            client.exchange({.submissions = sync::asSubmissions({report}), .cursor = {}});
        QCOMPARE(again.entries.size(), 1U);
    }
};

QTEST_GUILESS_MAIN(TestServer)
#include "tst_server.moc"
