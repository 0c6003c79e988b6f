// What comes from a server besides entries: the real server on a loopback port, two desks at it.
#include "app/console/live_feed.h"
#include "app/realm/question.h"
#include "server/http/server.h"
#include "sync/remote/session_client.h"
#include "tests/support/makers.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QPromise>
#include <QSignalSpy>
#include <QTest>

using namespace leeward;
using namespace leeward::app;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using widgets::PresenceBoard;

namespace {

const QString password = u"一个很长的口令 2026"_s;

struct Hall
{
    TemporaryRealm folder;
    FakeClock clock;
    sync::SystemRandom random;
    std::unique_ptr<server::Server> server;

    Hall()
    {
        server::ServerOptions options;
        options.folder = folder.folder();
        options.accounts.hash = sync::cheapestHashLimits();
        server = must(server::Server::start(options, clock, random));
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

struct Desk
{
    Hall &hall;
    sync::KeyPair keys;
    sync::SessionClient session;
    SeededIds ids;
    std::unique_ptr<Realm> realm;
    std::unique_ptr<items::TableCache> cache;
    std::unique_ptr<PresenceBoard> presence;
    std::unique_ptr<LiveFeed> live;

    Desk(Hall &at, const QString &name, quint64 seed)
        : hall(at)
        , keys(sync::makeKeyPair(at.random))
        , session(
              at.peer(),
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
              at.clock)
        , ids(seed)
    {
        auto in = session.signIn({.user = u"anna"_s, .password = password, .desk = name});
        if (!QTest::qWaitFor([&] { return in.isFinished(); }, 20'000))
            qFatal("no answer to the sign-in");
        if (const auto answer = must(in.result()); !answer)
            qFatal("not signed in: %s", qPrintable(answer.error().detail));
        RemoteOptions remote{.peer = at.peer(), .tokens = session.tokenSource()};
        realm = must(Realm::openRemote(at.folder.path(name + u".leeward"_s), std::move(remote),
                                       at.clock, ids, {.user = u"anna"_s, .desk = name}));
        cache = std::make_unique<items::TableCache>(realm->reader(), realm->feed(), at.clock);
        cache->load();
        presence = std::make_unique<PresenceBoard>(at.clock, name);
        live = std::make_unique<LiveFeed>(*realm, *cache, *presence);
    }
    // As a tracker's gateway does.
    int report(const QJsonArray &positions)
    {
        QNetworkAccessManager network;
        QUrl url(u"http://127.0.0.1/v1/realms/live/positions"_s);
        url.setPort(hall.server->port());
        QNetworkRequest request(url);
        request.setRawHeader("Authorization", "Bearer " + session.session()->access);
        request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
        std::unique_ptr<QNetworkReply> reply(
            network.post(request, QJsonDocument(positions).toJson()));
        if (!QTest::qWaitFor([&] { return reply->isFinished(); }, 10'000))
            qFatal("no answer to the positions");
        return reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    }
};

} // namespace

class LiveFeedTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void presenceGoesRound()
    {
        Hall hall;
        Desk a(hall, u"desk-a"_s, 1);
        auto b = std::make_unique<Desk>(hall, u"desk-b"_s, 2);
        a.presence->look(u"team"_s, u"0198"_s);
        a.presence->beginEdit();
        QTRY_COMPARE(b->presence->of(u"team"_s, u"0198"_s).size(), 1U);
        QTRY_VERIFY(b->presence->of(u"team"_s, u"0198"_s)[0].editing);
        QCOMPARE(b->presence->of(u"team"_s, u"0198"_s)[0].desk, u"desk-a"_s);
        QCOMPARE(b->presence->of(u"team"_s, u"0198"_s)[0].person, u"安娜"_s);
        QVERIFY(a.presence->of(u"team"_s, u"0198"_s).empty()); // not one's own
        a.presence->endEdit();
        QTRY_VERIFY(!b->presence->of(u"team"_s, u"0198"_s)[0].editing);
        b->presence->look(u"team"_s, u"0198"_s);
        QTRY_COMPARE(a.presence->of(u"team"_s, u"0198"_s).size(), 1U);
        b.reset(); // a desk that closes is gone at once
        QTRY_VERIFY(a.presence->of(u"team"_s, u"0198"_s).empty());
    }

    // To the screen within a second or so, into the file for the recommendation, and to a desk that
    // comes later although nothing has moved since.
    void positionsReachScreenAndRecommendation()
    {
        Hall hall;
        Desk a(hall, u"desk-a"_s, 1);
        QTRY_VERIFY(a.cache->isLoaded());
        const auto team = a.realm->desk().newId<TeamId>();
        const auto incident = a.realm->desk().newId<IncidentId>();
        auto made = a.realm->desk().submit(op::CreateRecord{u"team"_s,
                                                            RecordId(team.raw()),
                                                            {{u"code"_s, u"T1"_s},
                                                             {u"name"_s, u"一队"_s},
                                                             {u"kind"_s, u"flood"_s},
                                                             {u"headcount"_s, 30},
                                                             {u"lon"_s, 121.0},
                                                             {u"lat"_s, 29.0},
                                                             {u"capabilities"_s, u"pumping"_s}}});
        QTRY_VERIFY(made.isFinished());
        QVERIFY(made.result());
        op::ReportIncident report;
        report.incident = incident;
        report.type = u"waterlogging"_s;
        report.title = u"积水"_s;
        report.place = LonLat{121.5, 29.8};
        report.source = u"phone"_s;
        report.needs = u"pumping:1"_s;
        auto told = a.realm->desk().submit(report);
        QTRY_VERIFY(told.isFinished());
        QVERIFY(told.result());
        QTRY_VERIFY(a.cache->row(u"team"_s, team.text()));
        const Instant at = hall.clock.now();
        const QJsonArray where = {QJsonObject{{u"source"_s, u"gps-17"_s},
                                              {u"kind"_s, u"boat"_s},
                                              {u"team"_s, team.text()},
                                              {u"lon"_s, 121.55},
                                              {u"lat"_s, 29.87},
                                              {u"at"_s, toIso(at)},
                                              {u"label"_s, u"橡皮艇 3"_s}}};
        QCOMPARE(a.report(where), 200);
        QTRY_VERIFY_WITH_TIMEOUT(a.cache->unit(u"gps-17"_s), 10'000);
        QCOMPARE(a.cache->whereabouts(team.text())->at.lon, 121.55);
        a.live.reset(); // writes what it has
        const auto question = [&] {
            auto asked = a.realm->reader().run(
                [incident](store::Connection &db) { return readQuestion(db, incident); });
            return QTest::qWaitFor([&] { return asked.isFinished(); }) ? must(asked.result())
                                                                       : Question();
        };
        QTRY_VERIFY(!question().candidates.empty() && question().candidates[0].positionAt);
        QCOMPARE(question().candidates[0].at->lon, 121.55);
        QCOMPARE(question().candidates[0].positionAt, at);
        // Half an hour later nobody knows any more.
        using recommend::Exclusion;
        auto soon = answer(question(), nullptr, at + placeLost);
        QCOMPARE(soon.excluded.size(), 1U);
        QVERIFY(soon.excluded[0].why != Exclusion::PositionTooOld);
        auto late = answer(question(), nullptr, at + placeLost + 1min);
        QCOMPARE(late.excluded.size(), 1U);
        QCOMPARE(late.excluded[0].why, Exclusion::PositionTooOld);
        QCOMPARE(reason(late.excluded[0], Language::English), u"position is 31 min old"_s);

        Desk later(hall, u"desk-b"_s, 2);
        QTRY_VERIFY_WITH_TIMEOUT(later.cache->unit(u"gps-17"_s), 10'000);
        QCOMPARE(later.cache->unit(u"gps-17"_s)->label, u"橡皮艇 3"_s);
    }
};

QTEST_GUILESS_MAIN(LiveFeedTest)
#include "tst_live_feed.moc"
