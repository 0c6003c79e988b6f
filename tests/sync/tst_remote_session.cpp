#include "sync/device_key.h"
#include "sync/remote/session_client.h"
#include "tests/support/makers.h"
#include "tests/support/rough_server.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTest>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Response = RoughServer::Response;
using Request = RoughServer::Request;
using Why = sync::SessionRefusal::Why;

namespace {

QByteArray sessionJson(int number)
{
    const QByteArray n = QByteArray::number(number);
    return "{\"access\": \"access" + n +
           "\", \"access_until\": 1786500900000, \"refresh\": \"refresh" + n +
           "\", \"refresh_until\": 1789092000000, \"user\": \"chen\", \"name\": \"陈立\", "
           "\"roles\": [\"dispatcher\"], \"areas\": [\"3302\"], \"grant\": \"Z3JhbnQ=\", "
           "\"server_time\": 1786500000000, \"new\": 1}";
}

// A key store that tells what it was given, and answers when it is told to.
struct KeyStore
{
    std::mutex mutex;
    std::vector<std::optional<sync::RemoteSession>> kept;
    std::vector<std::shared_ptr<QPromise<Result<>>>> waiting;
    bool slow = false;
    Result<> answer;

    sync::SessionKeeper keeper()
    {
        return [this](const std::optional<sync::RemoteSession> &session) {
            const std::lock_guard lock(mutex);
            kept.push_back(session);
            auto promise = std::make_shared<QPromise<Result<>>>();
            promise->start();
            if (slow) {
                waiting.push_back(promise);
            } else {
                promise->addResult(answer);
                promise->finish();
            }
            return promise->future();
        };
    }
    size_t count()
    {
        const std::lock_guard lock(mutex);
        return kept.size();
    }
    void release()
    {
        const std::lock_guard lock(mutex);
        for (const auto &promise : std::exchange(waiting, {})) {
            promise->addResult(answer);
            promise->finish();
        }
    }
};

struct World
{
    FakeClock clock;
    TemporaryRealm folder;
    std::unique_ptr<server::RealmHost> host =
        must(server::RealmHost::open(folder.path(u"live.journal"_s), clock));
    RoughServer server{*host};
    sync::SystemRandom random;
    sync::KeyPair keys = sync::makeKeyPair(random);
    KeyStore store;
    std::atomic<int> given = 0;

    World()
    {
        server.setHandler([this](const Request &request) -> std::optional<Response> {
            if (!request.path.startsWith("/v1/session"_L1))
                return std::nullopt;
            if (request.method == "DELETE")
                return Response{.status = 204};
            return Response{.body = sessionJson(++given)};
        });
    }
    std::unique_ptr<sync::SessionClient>
    client(const std::optional<sync::RemoteSession> &kept = std::nullopt)
    {
        const sync::RemoteTimes times{.quiet = 300ms, .whole = 600ms, .token = 300ms};
        const sync::Device device{.id = u"8f3a-device-id-0001"_s,
                                  .publicKey = keys.publicKey,
                                  .sign = [this](const QByteArray &bytes) {
                                      return sync::signBytes(bytes, keys.secretKey);
                                  }};
        return std::make_unique<sync::SessionClient>(
            must(sync::Peer::create({.server = server.url()}, times)), device, store.keeper(),
            clock, kept);
    }
    QJsonObject lastBody() const
    {
        return QJsonDocument::fromJson(server.seen().back().body).object();
    }
};

const sync::SignIn anna{.user = u"陈立"_s, .password = u"秘密 pass"_s, .desk = u"值班一席"_s};

} // namespace

class TestRemoteSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void signsIn()
    {
        World w;
        auto client = w.client();
        QVERIFY(!client->session());
        auto future = client->signIn(anna);
        QTRY_VERIFY(future.isFinished());
        const auto session = must(future.result());
        QVERIFY(session);
        QCOMPARE(session->name, u"陈立"_s);
        QCOMPARE(session->roles, QStringList{u"dispatcher"_s});
        QCOMPARE(session->areas, QStringList{u"3302"_s});
        QCOMPARE(session->grant, QByteArray("grant"));
        QCOMPARE(toMs(session->accessUntil), 1786500900000);
        QCOMPARE(client->session(), *session);
        QCOMPARE(w.store.kept.back(), *session);
        const QJsonObject body = w.lastBody();
        QCOMPARE(body.value("user"_L1).toString(), anna.user);
        QCOMPARE(body.value("password"_L1).toString(), anna.password);
        QCOMPARE(body.value("device"_L1).toString(), u"8f3a-device-id-0001"_s);
        QCOMPARE(QByteArray::fromBase64(body.value("device_key"_L1).toString().toLatin1()),
                 w.keys.publicKey);
        QCOMPARE(body.value("desk"_L1).toString(), anna.desk);
    }

    void refusals_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("finer");
        QTest::addColumn<Why>("why");
        const QByteArray none = "";
        QTest::newRow("400") << 400 << none << Why::Malformed;
        QTest::newRow("401") << 401 << none << Why::WrongPassword;
        QTest::newRow("403") << 403 << none << Why::NotPermitted;
        QTest::newRow("disabled") << 403 << QByteArray("disabled") << Why::Disabled;
        QTest::newRow("revoked") << 403 << QByteArray("device-revoked") << Why::DeviceRevoked;
        QTest::newRow("other device") << 403 << QByteArray("other-device") << Why::OtherDevice;
        QTest::newRow("of a newer server") << 403 << QByteArray("full moon") << Why::NotPermitted;
        QTest::newRow("423") << 423 << none << Why::LockedOut;
        QTest::newRow("426") << 426 << none << Why::TooOld;
        QTest::newRow("429") << 429 << none << Why::Busy;
        QTest::newRow("503") << 503 << none << Why::Busy;
    }
    void refusals()
    {
        QFETCH(const int, status);
        QFETCH(const QByteArray, finer);
        QFETCH(const Why, why);
        World w;
        w.server.setHandler([status, finer](const Request &) {
            return Response{.status = status,
                            .body = R"({"error": "x", "detail": "as told", "why": ")" + finer +
                                    R"(", "retry_after": 30})"};
        });
        auto client = w.client();
        auto future = client->signIn(anna);
        QTRY_VERIFY(future.isFinished());
        const auto answer = must(future.result());
        QVERIFY(!answer);
        QCOMPARE(answer.error().why, why);
        QCOMPARE(answer.error().retryAfter, 30s);
        QCOMPARE(w.store.count(), 0U);
        QVERIFY(!client->session());
    }

    void noAnswers_data()
    {
        QTest::addColumn<Response>("response");
        QTest::addColumn<Errc>("code");
        QTest::newRow("silent") << Response{.delivery = RoughServer::Delivery::Silent}
                                << Errc::Network;
        QTest::newRow("closed") << Response{.delivery = RoughServer::Delivery::Close}
                                << Errc::Network;
        QTest::newRow("a page") << Response{.type = "text/html"} << Errc::Network;
        QTest::newRow("no session") << Response{.body = "{}"} << Errc::FileMalformed;
    }
    // A request that carries a secret goes out once.
    void noAnswers()
    {
        QFETCH(const Response, response);
        QFETCH(const Errc, code);
        World w;
        auto client = w.client(must(sync::remoteSessionFrom(sessionJson(1))));
        w.server.setHandler([response](const Request &) { return response; });
        for (const bool refreshing : {false, true}) {
            auto future = refreshing ? client->refresh() : client->signIn(anna);
            QTRY_VERIFY(future.isFinished());
            QVERIFY(!future.result());
            QCOMPARE(future.result().error().code, code);
        }
        QCOMPARE(w.server.requests(u"/session"_s), 1);
        QCOMPARE(w.server.requests(u"/refresh"_s), 1);
        QVERIFY(client->session()); // nothing is known: it stays
    }

    // The new tokens are kept before anybody uses them.
    void keptBeforeUse()
    {
        World w;
        w.store.slow = true;
        auto client = w.client(must(sync::remoteSessionFrom(sessionJson(0))));
        auto future = client->refresh();
        QTRY_COMPARE(w.store.count(), 1U);
        QCOMPARE(w.store.kept[0]->refresh, QByteArray("refresh1"));
        QCOMPARE(client->session()->access, QByteArray("access0"));
        QVERIFY(!future.isFinished());
        w.store.release();
        QTRY_VERIFY(future.isFinished());
        QCOMPARE(client->session()->access, QByteArray("access1"));
        const QJsonObject body = w.lastBody();
        QCOMPARE(body.value("refresh"_L1).toString(), u"refresh0"_s);
        QVERIFY(sync::isSignedBy(
            w.keys.publicKey, sync::refreshMessage(u"8f3a-device-id-0001"_s, "refresh0"),
            QByteArray::fromBase64(body.value("signature"_L1).toString().toLatin1())));
    }

    // A key store that fails does not take the session away.
    void notKept()
    {
        World w;
        w.store.answer = fail(Errc::FileUnwritable, u"locked"_s);
        auto client = w.client();
        QSignalSpy notKept(client.get(), &sync::SessionClient::notKept);
        auto future = client->signIn(anna);
        QTRY_VERIFY(future.isFinished());
        QVERIFY(must(future.result()));
        QTRY_COMPARE(notKept.size(), 1);
        QVERIFY(client->session());
    }

    // However many ask at once: one refresh token is used once.
    void oneRefreshForAll()
    {
        World w;
        auto client = w.client(must(sync::remoteSessionFrom(sessionJson(0))));
        const sync::TokenSource tokens = client->tokenSource();
        QCOMPARE(must(tokens({}).result()), QByteArray("access0"));
        QCOMPARE(must(tokens("older").result()), QByteArray("access0"));
        std::vector<QFuture<Result<QByteArray>>> futures;
        for (int i = 0; i < 10; ++i)
            futures.push_back(tokens("access0"));
        for (const auto &future : futures) {
            QTRY_VERIFY(future.isFinished());
            QCOMPARE(must(future.result()), QByteArray("access1"));
        }
        QCOMPARE(w.server.requests(u"/refresh"_s), 1);
    }

    // With the link: an access token that has run out is changed without anybody noticing.
    void underALink()
    {
        World w;
        w.server.setTokens({"access1"});
        auto client = w.client(must(sync::remoteSessionFrom(sessionJson(0))));
        sync::RemoteLink link(must(sync::Peer::create({.server = w.server.url()}, {})), u"live"_s,
                              client->tokenSource(), w.clock);
        std::promise<Result<sync::Reply>> reply;
        link.exchange({}, [&](Result<sync::Reply> answer) { reply.set_value(std::move(answer)); });
        auto future = reply.get_future();
        QTRY_VERIFY(future.wait_for(0s) == std::future_status::ready);
        QVERIFY(future.get());
        QCOMPARE(w.server.requests(u"/exchange"_s), 2);
        QCOMPARE(w.server.requests(u"/refresh"_s), 1);
    }

    // The refresh token is not taken: a person must sign in again.
    void over()
    {
        World w;
        w.server.setHandler([](const Request &) {
            return Response{.status = 401, .body = R"({"error": "not-signed-in"})"};
        });
        auto client = w.client(must(sync::remoteSessionFrom(sessionJson(0))));
        QSignalSpy over(client.get(), &sync::SessionClient::sessionOver);
        auto token = client->tokenSource()("access0");
        QTRY_VERIFY(token.isFinished());
        QCOMPARE(token.result().error().code, Errc::Refused);
        QTRY_COMPARE(over.size(), 1);
        QVERIFY(!client->session());
        QCOMPARE(w.store.kept.back(), std::optional<sync::RemoteSession>());
    }

    // The session ends by the change and a new one begins; a token that is wanted meanwhile is of
    // that one, and the person notices nothing.
    void changesThePassword()
    {
        World w;
        auto client = w.client(must(sync::remoteSessionFrom(sessionJson(0))));
        QSignalSpy over(client.get(), &sync::SessionClient::sessionOver);
        auto change = client->changePassword({u"chen"_s, u"now"_s, u"1号台"_s}, u"later"_s);
        auto token = client->tokenSource()("access0");
        QTRY_VERIFY(change.isFinished() && token.isFinished());
        const sync::PasswordAnswer answer = must(change.result());
        QVERIFY(answer && answer->session);
        QCOMPARE(client->session(), answer->session);
        QCOMPARE(must(token.result()), answer->session->access);
        QCOMPARE(over.size(), 0);
        QCOMPARE(w.server.requests(u"/refresh"_s), 0);
        const auto seen = w.server.seen();
        QCOMPARE(seen.size(), 2);
        const auto bodyOf = [&seen](int i) {
            return QJsonDocument::fromJson(seen.at(i).body).object();
        };
        QCOMPARE(seen[0].path, u"/v1/session/password"_s);
        QCOMPARE(bodyOf(0)["password"_L1].toString(), u"now"_s);
        QCOMPARE(bodyOf(0)["new"_L1].toString(), u"later"_s);
        QCOMPARE(bodyOf(0)["desk"_L1].toString(), u"1号台"_s);
        QCOMPARE(seen[1].path, u"/v1/session"_s);
        QCOMPARE(bodyOf(1)["password"_L1].toString(), u"later"_s);
        QCOMPARE(w.store.kept.back(), answer->session);
    }

    void passwordRefused_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<Why>("why");
        QTest::newRow("wrong") << 401 << Why::WrongPassword;
        QTest::newRow("weak") << 400 << Why::Malformed;
        QTest::newRow("locked") << 423 << Why::LockedOut;
        QTest::newRow("busy") << 429 << Why::Busy;
        QTest::newRow("too old") << 426 << Why::TooOld;
    }
    // Nothing has changed: the session goes on, and so does whoever has waited for a token.
    void passwordRefused()
    {
        QFETCH(const int, status);
        QFETCH(const Why, why);
        World w;
        w.server.setHandler([status](const Request &request) {
            if (request.path.endsWith("/password"_L1))
                return Response{.status = status, .body = R"({"error": "no"})"};
            return Response{.body = sessionJson(5)};
        });
        auto client = w.client(must(sync::remoteSessionFrom(sessionJson(0))));
        auto change = client->changePassword({u"chen"_s, u"now"_s, u"1号台"_s}, u"later"_s);
        auto token = client->tokenSource()("access0");
        QTRY_VERIFY(change.isFinished() && token.isFinished());
        const sync::PasswordAnswer answer = must(change.result());
        QVERIFY(!answer);
        QCOMPARE(answer.error().why, why);
        QCOMPARE(must(token.result()), QByteArray("access5"));
        QCOMPARE(w.server.requests(u"/refresh"_s), 1);
    }

    // The server goes away between the two: changed, and nobody is signed in any more.
    void changedAndGone()
    {
        World w;
        w.server.setHandler([](const Request &request) {
            if (request.path.endsWith("/password"_L1))
                return Response{.status = 204};
            return Response{.delivery = RoughServer::Delivery::Silent};
        });
        auto client = w.client(must(sync::remoteSessionFrom(sessionJson(0))));
        QSignalSpy over(client.get(), &sync::SessionClient::sessionOver);
        auto change = client->changePassword({u"chen"_s, u"now"_s, u"1号台"_s}, u"later"_s);
        QTRY_VERIFY(change.isFinished());
        const sync::PasswordAnswer answer = must(change.result());
        QVERIFY(answer && !answer->session);
        QTRY_COMPARE(over.size(), 1);
        QVERIFY(!client->session());
        QCOMPARE(w.store.kept.back(), std::optional<sync::RemoteSession>());
    }

    // The person leaves while the server thinks: they are not signed in behind their back.
    void changedAndLeft()
    {
        std::promise<void> left; // the server answers then
        std::shared_future<void> gone = left.get_future();
        World w;
        w.server.setHandler([gone](const Request &request) {
            if (request.path.endsWith("/password"_L1))
                gone.wait();
            return Response{.status = 204};
        });
        auto client = w.client(must(sync::remoteSessionFrom(sessionJson(0))));
        QSignalSpy over(client.get(), &sync::SessionClient::sessionOver);
        auto change = client->changePassword({u"chen"_s, u"now"_s, u"1号台"_s}, u"later"_s);
        QTRY_COMPARE(w.server.requests(u"/password"_s), 1);
        auto leaving = client->signOut();
        QTRY_VERIFY(!client->session());
        left.set_value();
        QTRY_VERIFY(change.isFinished() && leaving.isFinished());
        const sync::PasswordAnswer answer = must(change.result());
        QVERIFY(answer && !answer->session);
        QVERIFY(!client->session());
        QCOMPARE(over.size(), 0);
        QCOMPARE(w.server.requests(u"/session"_s), 1); // the DELETE
    }

    void signsOut_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<bool>("known");
        QTest::newRow("as it should") << 204 << true;
        QTest::newRow("over already") << 401 << true;
        QTest::newRow("fails") << 503 << false;
    }
    // Over here, whatever the server says.
    void signsOut()
    {
        QFETCH(const int, status);
        QFETCH(const bool, known);
        World w;
        w.server.setHandler([status](const Request &) { return Response{.status = status}; });
        auto client = w.client(must(sync::remoteSessionFrom(sessionJson(0))));
        auto future = client->signOut();
        QTRY_VERIFY(future.isFinished());
        QCOMPARE(future.result().has_value(), known);
        QVERIFY(!client->session());
        QCOMPARE(w.store.kept.back(), std::optional<sync::RemoteSession>());
        QCOMPARE(w.server.seen().back().method, QByteArray("DELETE"));
        QCOMPARE(w.server.seen().back().token(), QByteArray("access0"));
        auto again = client->signOut();
        QTRY_VERIFY(again.isFinished());
        QVERIFY(again.result());
    }

    void goesInTheMiddle()
    {
        World w;
        w.server.setHandler(
            [](const Request &) { return Response{.delivery = RoughServer::Delivery::Silent}; });
        auto client = w.client(must(sync::remoteSessionFrom(sessionJson(0))));
        auto in = client->signIn(anna);
        auto refresh = client->refresh();
        auto out = client->signOut();
        client.reset();
        QVERIFY(in.isFinished() && refresh.isFinished() && out.isFinished());
        QCOMPARE(in.result().error().code, Errc::Cancelled);
        QCOMPARE(refresh.result().error().code, Errc::Cancelled);
        QCOMPARE(out.result().error().code, Errc::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestRemoteSession)
#include "tst_remote_session.moc"
