#include "server/postgres/pg_account_store.h"
#include "server/postgres/pg_journal.h"
#include "tests/http/hall.h"
#include "tests/support/postgres_server.h"

#include <QWebSocket>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// A whole server on a database that others use, too: journal, people and realms are theirs
// together.
struct SharingHall : Hall
{
    explicit SharingHall(const QString &url)
    {
        options.journal = [url](const QString &realm,
                                const QString &) -> Result<std::unique_ptr<server::Journal>> {
            TRY_ASSIGN(auto journal,
                       server::PgJournal::open({.address = {.url = url}, .realm = realm}));
            return std::unique_ptr<server::Journal>(std::move(journal));
        };
        options.accountStore =
            [url](const QString &) -> Result<std::unique_ptr<server::AccountStore>> {
            TRY_ASSIGN(auto shared, server::PgAccountStore::open({.url = url}));
            return std::unique_ptr<server::AccountStore>(std::move(shared));
        };
        options.streamCheck = 100ms;
        start();
    }
};

} // namespace

// Two servers on one PostgreSQL, over real sockets: a desk need not know which it talks to.
class TestServers : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        auto admin = must(server::PgConnection::open({.url = m_postgres.url()}, "test"));
        must(admin.script("DROP SCHEMA IF EXISTS leeward CASCADE"));
    }

    void oneSignInForBoth()
    {
        SharingHall a(m_postgres.url());
        SharingHall b(m_postgres.url());
        const auto atA = a.clientOf(u"anna"_s);
        HttpClient atB(b.server->port());
        atB.token = atA->token;
        Maker maker(1, u"anna"_s, Hall::deskOf(u"anna"_s));
        (void) atA->exchange(
            {.submissions = sync::asSubmissions({maker.report(maker.ids().make<IncidentId>())}),
             .cursor = {}});
        QTRY_COMPARE(atB.exchange({}).entries.size(), 1U);
        QCOMPARE(atB.remove(u"/v1/session"_s).status, 204);
        QCOMPARE(atA->get(u"/v1/realms"_s).status, 401);
    }

    void lockOutsHoldAtBoth()
    {
        SharingHall a(m_postgres.url());
        const SharingHall b(m_postgres.url());
        HttpClient atA(a.server->port());
        HttpClient atB(b.server->port());
        const QJsonObject wrong = a.signInBody(u"otto"_s, u"not his password"_s);
        for (int i = 0; i < 5; ++i)
            QCOMPARE((i % 2 == 0 ? atA : atB).post(u"/v1/session"_s, wrong).status, 401);
        for (HttpClient *at : {&atA, &atB})
            QCOMPARE(at->post(u"/v1/session"_s, a.signInBody(u"otto"_s)).status, 423);
    }

    // What an administrator does at one counts at the other, on open streams and for realms, too.
    void administrationReachesBoth()
    {
        SharingHall a(m_postgres.url());
        const SharingHall b(m_postgres.url());
        const auto root = a.clientOf(u"root"_s);
        HttpClient atB(b.server->port());
        atB.token = a.clientOf(u"otto"_s)->token;
        QWebSocket stream;
        QSignalSpy came(&stream, &QWebSocket::binaryMessageReceived);
        QSignalSpy gone(&stream, &QWebSocket::disconnected);
        QNetworkRequest request(
            QUrl(u"ws://127.0.0.1:%1/v1/realms/live/stream"_s.arg(b.server->port())));
        request.setRawHeader("Authorization", "Bearer " + atB.token);
        stream.open(request);
        QTRY_VERIFY(came.count() > 0);

        QCOMPARE(
            root->post(u"/v1/admin/realms"_s,
                       {{u"name"_s, u"drill-1"_s}, {u"kind"_s, u"drill"_s}, {u"mark"_s, u"演练"_s}})
                .status,
            201);
        const QString path = u"/v1/realms/drill-1/positions"_s;
        QTRY_COMPARE(atB.get(path).status, 200);
        QCOMPARE(atB.get(path).headers.value("Leeward-Realm-Kind").toByteArray(),
                 QByteArray("drill"));
        QCOMPARE(root->patch(u"/v1/admin/realms/drill-1"_s, {{u"retired"_s, true}}).status, 200);
        QTRY_COMPARE(atB.get(path).status, 404);

        QCOMPARE(gone.count(), 0);
        QCOMPARE(root->patch(u"/v1/admin/users/otto"_s, {{u"disabled"_s, true}}).status, 204);
        QCOMPARE(atB.get(u"/v1/realms"_s).status, 401);
        QTRY_COMPARE(gone.count(), 1);
    }

    // While the database is away: 503, nobody signed out; then on as before.
    void theDatabaseAway()
    {
        SharingHall a(m_postgres.url());
        const auto anna = a.clientOf(u"anna"_s);
        m_postgres.crash();
        const Answered away = anna->get(u"/v1/realms"_s);
        QCOMPARE(away.status, 503);
        QCOMPARE(away.error(), u"unavailable"_s);
        m_postgres.start();
        QTRY_COMPARE(anna->get(u"/v1/realms"_s).status, 200);
    }

private:
    PostgresServer m_postgres;
};

QTEST_GUILESS_MAIN(TestServers)
#include "tst_servers.moc"
