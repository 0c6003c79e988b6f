#include "server/accounts/sqlite_account_store.h"
#include "server/postgres/pg_account_store.h"
#include "tests/accounts/people.h"
#include "tests/support/postgres_server.h"

#include <QElapsedTimer>
#include <QTest>

#include <array>
#include <thread>

using namespace leeward;
using namespace leeward::server;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using test::cheapRules;
using test::Device;
using test::must;
using test::rightPassword;
using test::SeededRandom;
using test::verifier;
using test::wrongPassword;
using Why = SignInRefusal::Why;

namespace {

// One server process: a connection and accounts of its own.
struct Process
{
    Process(const QString &url, const Clock &clock)
        : store(must(PgAccountStore::open({.url = url})))
        , accounts(must(Accounts::create(*store, clock, random, u"s"_s, cheapRules())))
    {
    }
    sync::SystemRandom random;
    std::unique_ptr<PgAccountStore> store;
    std::unique_ptr<Accounts> accounts;
};

} // namespace

class TestSharedAccounts : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        auto admin = must(PgConnection::open({.url = m_postgres.url()}, "test"));
        must(admin.script("DROP SCHEMA IF EXISTS leeward CASCADE"));
    }

    // What one process does counts at the other from the next request on.
    void onePeopleOneDoor()
    {
        test::FakeClock clock;
        SeededRandom random;
        Process a(m_postgres.url(), clock);
        Process b(m_postgres.url(), clock);
        QCOMPARE(a.accounts->grantKey(), b.accounts->grantKey());
        QCOMPARE(a.accounts->sealKey().size(), 32);
        QCOMPARE(a.accounts->sealKey(), b.accounts->sealKey());
        populate(a);
        const Device desk(random, u"1号台"_s);
        const SignedIn in = *must(a.accounts->signIn(desk.asks(u"zhang"_s), rightPassword));
        QVERIFY(must(b.accounts->authenticate(in.accessToken)));
        must(b.accounts->setRights(admin, u"zhang"_s, {Role::Observer}, {u"33"_s}));
        QCOMPARE(must(a.accounts->authenticate(in.accessToken))->principal.roles,
                 std::vector{Role::Observer});
        const auto next = must(b.accounts->refresh(desk.refreshes(in.refreshToken)));
        QVERIFY(next);
        QVERIFY(must(b.accounts->authenticate(next->accessToken)));
        QCOMPARE(must(a.accounts->refresh(desk.refreshes(in.refreshToken))).error(),
                 TokenRefusal::Reused);
        QCOMPARE(must(b.accounts->authenticate(next->accessToken)).error(), TokenRefusal::Revoked);
        const QByteArray key = must(a.accounts->createAppKey(admin, {.name = u"qgis"_s}));
        QVERIFY(must(b.accounts->authenticateApp(key)));
        must(a.accounts->createRealm(admin, {u"drill"_s, u"演练"_s}));
        QCOMPARE(must(b.accounts->realms()).front().mark, u"演练"_s);
        // The audit is one, without a hole.
        const auto audit = must(b.accounts->audit(admin, 0, 1000));
        for (size_t i = 0; i < audit.size(); ++i)
            QCOMPARE(audit[i].seq, static_cast<qint64>(i + 1));
    }

    // Wrong passwords are counted once for all processes, whichever they are tried at.
    void lockOutsHoldEverywhere()
    {
        test::FakeClock clock;
        SeededRandom random;
        Process a(m_postgres.url(), clock);
        Process b(m_postgres.url(), clock);
        populate(a);
        const Device desk(random, u"1号台"_s);
        for (int i = 0; i < 5; ++i) {
            Process &at = i % 2 == 0 ? a : b;
            QCOMPARE(must(at.accounts->signIn(desk.asks(u"zhang"_s), wrongPassword)).error().why,
                     Why::WrongPassword);
        }
        for (const Process *at : {&a, &b})
            QCOMPARE(must(at->accounts->signIn(desk.asks(u"zhang"_s), rightPassword)).error().why,
                     Why::TooMany);
        must(b.accounts->unlock(admin, u"zhang"_s));
        QVERIFY(must(a.accounts->signIn(desk.asks(u"zhang"_s, u"10.0.0.2"_s), rightPassword)));
    }

    // From everywhere at once, at two processes: no more tries reach the password than at one.
    void manyAtOnceAreCountedTogether()
    {
        const test::FakeClock clock;
        {
            Process first(m_postgres.url(), clock);
            populate(first);
        }
        std::atomic<int> checked = 0;
        const auto guess = [&](int seed) {
            Process at(m_postgres.url(), clock);
            for (int i = 0; i < 50; ++i) {
                SeededRandom random;
                const Device stranger(random, u"s%1-%2"_s.arg(seed).arg(i));
                const auto begun = must(at.accounts->beginSignIn(
                    stranger.asks(u"zhang"_s, u"203.0.113.%1"_s.arg(seed))));
                if (begun) {
                    ++checked;
                    (void) must(at.accounts->finishSignIn(*begun, false));
                }
            }
        };
        std::vector<std::jthread> threads;
        for (int seed = 1; seed <= 4; ++seed)
            threads.emplace_back(guess, seed);
        threads.clear(); // joins
        QCOMPARE(checked.load(), cheapRules().freeTries);
    }

    // Two administrators take the right from each other at the same moment at two processes.
    void oneAdministratorStays()
    {
        const test::FakeClock clock;
        for (int round = 0; round < 10; ++round) {
            init();
            {
                Process first(m_postgres.url(), clock);
                populate(first);
                must(first.accounts->setRights(admin, u"zhang"_s, {Role::Administrator}, {}));
            }
            std::atomic<int> done = 0;
            const auto depose = [&](const QString &by, const QString &whom) {
                Process at(m_postgres.url(), clock);
                if (at.accounts->setRights({by, {}}, whom, {Role::Observer}, {}))
                    ++done;
            };
            {
                const std::jthread a(depose, u"root"_s, u"zhang"_s);
                const std::jthread b(depose, u"zhang"_s, u"root"_s);
            }
            QCOMPARE(done.load(), 1);
        }
    }

    // Gone: said in bounded time, nothing half done. Back: everything goes on.
    void postgresGone()
    {
        test::FakeClock clock;
        SeededRandom random;
        Process a(m_postgres.url(), clock);
        populate(a);
        const Device desk(random, u"1号台"_s);
        const SignedIn in = *must(a.accounts->signIn(desk.asks(u"zhang"_s), rightPassword));
        m_postgres.crash();
        QElapsedTimer took;
        took.start();
        QCOMPARE(a.accounts->authenticate(in.accessToken).error().code, Errc::Network);
        QCOMPARE(a.accounts->signIn(desk.asks(u"zhang"_s), rightPassword).error().code,
                 Errc::Network);
        QCOMPARE(a.accounts->setDisabled(admin, u"zhang"_s, true).error().code, Errc::Network);
        QVERIFY(took.elapsed() < 6'000);
        m_postgres.start();
        QTRY_VERIFY(a.accounts->authenticate(in.accessToken).has_value());
        QVERIFY(must(a.accounts->authenticate(in.accessToken)));
        QVERIFY(must(a.accounts->signIn(desk.asks(u"zhang"_s), rightPassword)));
    }

    // A connection that died while nobody asked costs nobody an error.
    void connectionLostWhileIdle()
    {
        test::FakeClock clock;
        Process a(m_postgres.url(), clock);
        populate(a);
        auto other = must(PgConnection::open({.url = m_postgres.url()}, "test"));
        must(other.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                       " WHERE application_name='leeward-accounts'"));
        must(a.accounts->setDisabled(admin, u"zhang"_s, true));
    }

    // The people of a server that was alone come along; nobody has to be made anew.
    void movesIn()
    {
        test::FakeClock clock;
        SeededRandom random;
        const Device desk(random, u"1号台"_s);
        const auto file = must(SqliteAccountStore::inMemory());
        const auto alone = must(Accounts::create(*file, clock, random, u"s"_s, cheapRules()));
        populate(*alone);
        must(alone->renameUser(admin, u"zhang"_s, u"zhang.min"_s, u"张敏"_s));
        (void) *must(alone->signIn(desk.asks(u"zhang.min"_s), rightPassword));
        const QByteArray key = must(alone->createAppKey(admin, {.name = u"qgis"_s}));
        must(alone->createRealm(admin, {u"drill"_s, u"演练"_s}));
        const auto audit = must(alone->audit(admin, 0, 1000));
        {
            const auto shared = must(PgAccountStore::open({.url = m_postgres.url()}));
            must(moveAccounts(*file, *shared));
            QCOMPARE(moveAccounts(*file, *shared).error().code, Errc::AlreadyExists);
        }
        Process a(m_postgres.url(), clock);
        QCOMPARE(a.accounts->grantKey(), alone->grantKey());
        QCOMPARE(a.accounts->sealKey(), alone->sealKey());
        QVERIFY(!must(a.accounts->needsFirstAdministrator()));
        const auto in = must(a.accounts->signIn(desk.asks(u"zhang.min"_s), rightPassword));
        QVERIFY(in);
        QCOMPARE(in->principal.formerNames, QStringList{u"zhang"_s});
        QVERIFY(must(a.accounts->authenticateApp(key)));
        QCOMPARE(must(a.accounts->realms()), must(alone->realms()));
        auto moved = must(a.accounts->audit(admin, 0, 1000));
        QVERIFY(moved.size() > audit.size());
        moved.resize(audit.size());
        QCOMPARE(moved, audit);
    }

    // A store of before seals: processes that start together agree on one key.
    void oneSealKeyForAll()
    {
        const test::FakeClock clock;
        const QByteArray first = Process(m_postgres.url(), clock).accounts->sealKey();
        auto other = must(PgConnection::open({.url = m_postgres.url()}, "test"));
        must(other.run("DELETE FROM leeward.fact WHERE name='seal_secret'"));
        std::array<QByteArray, 4> keys;
        {
            std::vector<std::jthread> starting;
            for (QByteArray &key : keys)
                starting.emplace_back(
                    [&] { key = Process(m_postgres.url(), clock).accounts->sealKey(); });
        }
        for (const QByteArray &key : keys)
            QCOMPARE(key, keys[0]);
        QCOMPARE(keys[0].size(), 32);
        QVERIFY(keys[0] != first);
    }

    // The token that was asked for again at another process: what was given first is void there.
    void aLostAnswerIsAskedForElsewhere()
    {
        test::FakeClock clock;
        SeededRandom random;
        Process a(m_postgres.url(), clock);
        Process b(m_postgres.url(), clock);
        populate(a);
        const Device desk(random, u"1号台"_s);
        const auto in = *must(a.accounts->signIn(desk.asks(u"zhang"_s), rightPassword));
        const auto lost = *must(a.accounts->refresh(desk.refreshes(in.refreshToken)));
        clock.advance(10s);
        const auto again = must(b.accounts->refresh(desk.refreshes(in.refreshToken)));
        QVERIFY(again);
        QVERIFY(!must(a.accounts->authenticate(lost.accessToken)));
        QVERIFY(must(a.accounts->authenticate(again->accessToken)));
        // That one has arrived: a third time is no lost answer any more.
        const auto third = must(b.accounts->refresh(desk.refreshes(in.refreshToken)));
        QCOMPARE(third.error(), TokenRefusal::Reused);
        QVERIFY(!must(a.accounts->authenticate(again->accessToken)));
    }

    void theAuditIsFinal()
    {
        const test::FakeClock clock;
        Process a(m_postgres.url(), clock);
        populate(a);
        auto other = must(PgConnection::open({.url = m_postgres.url()}, "test"));
        QVERIFY(!other.run("DELETE FROM leeward.audit"));
        QVERIFY(!other.run("UPDATE leeward.audit SET who='x'"));
        QVERIFY(!other.script("TRUNCATE leeward.audit"));
    }

private:
    static void populate(Accounts &accounts)
    {
        const QString code = must(accounts.newSetupCode());
        must(accounts.createFirstAdministrator(code, {.name = u"root"_s}, verifier(),
                                               u"10.0.0.9"_s));
        must(accounts.createUser({u"root"_s, {}},
                                 {u"zhang"_s, u"张敏"_s, {Role::Dispatcher}, {u"330203"_s}},
                                 verifier()));
    }
    static void populate(const Process &process) { populate(*process.accounts); }

    test::PostgresServer m_postgres;
    const By admin{u"root"_s, u"10.0.0.9"_s};
};

QTEST_GUILESS_MAIN(TestSharedAccounts)
#include "tst_shared_accounts.moc"
