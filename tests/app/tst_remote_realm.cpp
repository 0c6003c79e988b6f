#include "app/realm/realm.h"
#include "models/store/entries.h"
#include "tests/support/makers.h"
#include "tests/support/rough_server.h"

#include <QPromise>
#include <QSignalSpy>
#include <QTest>

using namespace leeward;
using namespace leeward::app;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Response = RoughServer::Response;
using State = sync::Connection::State;

namespace {

QFuture<Result<QByteArray>> goodToken(const QByteArray &)
{
    QPromise<Result<QByteArray>> promise;
    promise.start();
    promise.addResult(Result<QByteArray>(QByteArray("good")));
    promise.finish();
    return promise.future();
}

struct World
{
    FakeClock clock;
    TemporaryRealm folder;
    std::unique_ptr<server::RealmHost> host =
        must(server::RealmHost::open(folder.path(u"live.journal"_s), clock));
    RoughServer server{*host};
    SeededIds ids{5};

    std::unique_ptr<Realm> open(const QString &name)
    {
        const sync::RemoteTimes times{.quiet = 300ms, .whole = 2s, .token = 300ms};
        RemoteOptions remote{.peer = must(sync::Peer::create({.server = server.url()}, times)),
                             .tokens = goodToken};
        return must(Realm::openRemote(folder.path(name), std::move(remote), clock, ids,
                                      {.user = u"chen"_s, .desk = name}));
    }
};

op::ReportIncident report(desk::Desk &desk)
{
    return {.incident = desk.newId<IncidentId>(),
            .type = u"flood"_s,
            .title = u"内涝"_s,
            .place = LonLat{113.3, 23.1},
            .source = u"phone"_s};
}

int queued(Realm &realm)
{
    return must(realm.desk().queueState().result()).queued;
}

qint64 cursor(Realm &realm)
{
    return must(realm.desk().queueState().result()).cursor;
}

} // namespace

class TestRemoteRealm : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // What one desk does is on the other's screen.
    void twoDesks()
    {
        World w;
        const auto a = w.open(u"a.leeward"_s);
        const auto b = w.open(u"b.leeward"_s);
        QSignalSpy changed(&b->feed(), &store::ChangeFeed::changed);
        auto outcome = a->desk().submit(report(a->desk()));
        QTRY_VERIFY(outcome.isFinished());
        QVERIFY(outcome.result());
        QTRY_COMPARE(cursor(*b), 1);
        QTRY_VERIFY(changed.size() > 0);
        QTRY_COMPARE(queued(*a), 0);
        QCOMPARE(a->remote()->connection().state, State::Connected);
    }

    // The server is away when the console starts; the desk works on.
    void withoutServer()
    {
        World w;
        w.server.stop();
        {
            const auto realm = w.open(u"a.leeward"_s);
            auto outcome = realm->desk().submit(report(realm->desk()));
            QTRY_VERIFY(outcome.isFinished());
            QVERIFY(outcome.result());
            QTRY_COMPARE(realm->remote()->connection().state, State::Offline);
            QCOMPARE(queued(*realm), 1);
        }
        w.server.start();
        const auto again = w.open(u"a.leeward"_s);
        QTRY_COMPARE(queued(*again), 0);
        QTRY_COMPARE(cursor(*again), 1);
    }

    // Found too old: nothing new goes in, what waits stays and can be read.
    void tooOld()
    {
        World w;
        w.server.stop();
        const auto realm = w.open(u"a.leeward"_s);
        auto before = realm->desk().submit(report(realm->desk()));
        QTRY_VERIFY(before.isFinished());
        QVERIFY(before.result());
        w.server.setHandler([](const RoughServer::Request &) {
            return Response{.status = 426, .body = R"({"error": "too-old", "oldest": 2})"};
        });
        w.server.start();
        QTRY_COMPARE_WITH_TIMEOUT(realm->remote()->connection().state, State::TooOld, 10'000);
        QTRY_VERIFY(realm->isReadOnly());
        auto after = realm->desk().submit(report(realm->desk()));
        QTRY_VERIFY(after.isFinished());
        QVERIFY(!after.result());
        const desk::Outcome outcome = after.result();
        const auto *closed = std::get_if<desk::Closed>(&outcome.error());
        QVERIFY(closed);
        QCOMPARE(int(*closed), int(desk::Closed::TooOld));
        QCOMPARE(queued(*realm), 1);
        auto log = realm->desk().log(0, 10);
        QTRY_VERIFY(log.isFinished());
        QCOMPARE(must(log.result()).size(), 1U);
        w.server.setHandler({});
        const int asked = w.server.requests(u"/exchange"_s);
        realm->courier()->wake();
        realm->remote()->tryNow();
        QCOMPARE(queued(*realm), 1);
        QCOMPARE(w.server.requests(u"/exchange"_s), asked);
    }

    // The console is closed while the server keeps it waiting.
    void closesInTheMiddle()
    {
        World w;
        w.server.setHandler([](const RoughServer::Request &) {
            return Response{.delivery = RoughServer::Delivery::Silent};
        });
        auto realm = w.open(u"a.leeward"_s);
        auto outcome = realm->desk().submit(report(realm->desk()));
        QTRY_VERIFY(w.server.requests(u"/exchange"_s) > 0);
        QTRY_VERIFY(outcome.isFinished());
        realm.reset();
        w.server.setHandler({});
        realm = w.open(u"a.leeward"_s);
        QTRY_COMPARE(queued(*realm), 0);
        QTRY_COMPARE(cursor(*realm), 1);
    }
};

QTEST_GUILESS_MAIN(TestRemoteRealm)
#include "tst_remote_realm.moc"
