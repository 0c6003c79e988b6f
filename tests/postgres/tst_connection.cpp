#include "server/postgres/pg_connection.h"
#include "tests/postgres/tap.h"
#include "tests/support/makers.h"
#include "tests/support/postgres_server.h"

#include <QElapsedTimer>
#include <QTest>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using server::PgAddress;
using server::PgCommand;
using server::PgConnection;
using server::PgValue;

class TestConnection : public QObject
{
    Q_OBJECT

    std::unique_ptr<PostgresServer> m_server;

    PgConnection connection(std::chrono::milliseconds answerTimeout = std::chrono::seconds(10))
    {
        return must(
            PgConnection::open({.url = m_server->url(), .answerTimeout = answerTimeout}, "test"));
    }

private Q_SLOTS:
    void initTestCase() { m_server = std::make_unique<PostgresServer>(); }
    void cleanupTestCase() { m_server.reset(); }

    // Every kind of value there and back, and never taken for SQL.
    void values()
    {
        PgConnection db = connection();
        const QString text = u"'; DROP TABLE x; -- 内涝 \U0001F30A"_s;
        const QByteArray bytes("\0\x01\xff'\\", 5);
        const QUuid id = QUuid::createUuidV5(QUuid(), u"x"_s);
        const auto rows =
            must(db.run("SELECT $1, $2, $3, $4, $5, NULL::text",
                        {PgValue::of(text), PgValue::of(bytes), PgValue::of(id),
                         PgValue::of(std::numeric_limits<qint64>::min()), PgValue::of(-7)}));
        QCOMPARE(rows.count(), 1);
        QCOMPARE(rows.text(0, 0), text);
        QCOMPARE(rows.bytes(0, 1), bytes);
        QCOMPARE(rows.uuid(0, 2), id);
        QCOMPARE(rows.integer(0, 3), std::numeric_limits<qint64>::min());
        QCOMPARE(rows.integer(0, 4), -7);
        QVERIFY(rows.isNull(0, 5));
        QVERIFY(!rows.isNull(0, 0));
        // PostgreSQL has no place for it; that must not stop a batch
        const QString withNul = u"a"_s + QChar(u'\0') + u"b"_s;
        QCOMPARE(must(db.run("SELECT $1::text", {PgValue::of(withNul)})).text(0, 0), u"a\uFFFDb"_s);
    }

    void arrays()
    {
        PgConnection db = connection();
        const std::vector<QString> texts = {u""_s, u"{,\"}"_s, u"二"_s};
        const std::vector<qint64> numbers = {1, -2, 3};
        const std::vector<QByteArray> bytes = {{}, QByteArray(1, '\0'), "x"};
        const auto rows = must(db.run("SELECT * FROM unnest($1, $2, $3)",
                                      {PgValue::of(std::span<const QString>(texts)),
                                       PgValue::of(std::span<const qint64>(numbers)),
                                       PgValue::of(std::span<const QByteArray>(bytes))}));
        QCOMPARE(rows.count(), 3);
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(rows.text(i, 0), texts[static_cast<size_t>(i)]);
            QCOMPARE(rows.integer(i, 1), numbers[static_cast<size_t>(i)]);
            QCOMPARE(rows.bytes(i, 2), bytes[static_cast<size_t>(i)]);
        }
        const auto none = must(db.run("SELECT 1 WHERE gen_random_uuid() = ANY($1)",
                                      {PgValue::of(std::span<const QUuid>())}));
        QCOMPARE(none.count(), 0);
    }

    // The first error ends a round trip; the connection goes on.
    void errors_data()
    {
        QTest::addColumn<QByteArray>("sql");
        QTest::addColumn<int>("code");
        QTest::addColumn<bool>("open");
        const auto row = [](const char *name, const char *sql, Errc code, bool open) {
            QTest::newRow(name) << QByteArray(sql) << static_cast<int>(code) << open;
        };
        row("syntax", "SELECTT 1", Errc::Internal, true);
        row("no table", "SELECT * FROM nowhere", Errc::Internal, true);
        row("constraint", "INSERT INTO c VALUES(1), (1)", Errc::Corrupt, true);
        row("no right", "SET LOCAL ROLE nobody; DELETE FROM c", Errc::FileUnwritable, true);
        row("takes too long", "SELECT pg_sleep(60)", Errc::Network, false);
        row("cut off", "SELECT pg_terminate_backend(pg_backend_pid())", Errc::Network, false);
    }
    void errors()
    {
        QFETCH(const QByteArray, sql);
        QFETCH(const int, code);
        QFETCH(const bool, open);
        PgConnection db = connection(std::chrono::milliseconds(1500));
        must(db.script("DROP TABLE IF EXISTS c; DROP ROLE IF EXISTS nobody; "
                       "CREATE TABLE c(x int PRIMARY KEY); CREATE ROLE nobody"));
        QElapsedTimer timer;
        timer.start();
        const auto done = db.script("BEGIN; " + sql);
        QVERIFY(!done);
        QCOMPARE(static_cast<int>(done.error().code), code);
        QVERIFY(!done.error().detail.isEmpty());
        QCOMPARE(db.isOpen(), open);
        QVERIFY(timer.elapsed() < 10'000);
        if (open) {
            must(db.script("ROLLBACK"));
            QCOMPARE(must(db.run("SELECT 5")).integer(0, 0), 5);
        } else {
            QCOMPARE(db.run("SELECT 5").error().code, Errc::Network);
        }
    }

    void aRoundTripEndsAtItsFirstError()
    {
        PgConnection db = connection();
        must(db.script("DROP TABLE IF EXISTS d; CREATE TABLE d(x int PRIMARY KEY)"));
        constexpr auto insert = "INSERT INTO d VALUES($1)";
        const std::vector<PgCommand> commands = {{"BEGIN", {}},
                                                 {insert, {PgValue::of(1)}},
                                                 {insert, {PgValue::of(1)}},
                                                 {"SELECT x FROM d WHERE x=$1", {PgValue::of(1)}},
                                                 {"COMMIT", {}}};
        const auto done = db.run(commands);
        QVERIFY(!done);
        QCOMPARE(done.error().code, Errc::Corrupt);
        must(db.run("ROLLBACK"));
        // what was never prepared because of it is prepared now
        QCOMPARE(must(db.run("SELECT x FROM d WHERE x=$1", {PgValue::of(1)})).count(), 0);
        must(db.run(insert, {PgValue::of(1)}));
        QCOMPARE(must(db.run("SELECT x FROM d WHERE x=$1", {PgValue::of(1)})).count(), 1);
    }

    // More than the sockets hold, both ways at once.
    void large()
    {
        PgConnection db = connection(std::chrono::seconds(60));
        const QByteArray big(20'000'000, 'x');
        const std::vector<PgCommand> commands(3, {"SELECT $1", {PgValue::of(big)}});
        const auto rows = must(db.run(commands));
        QCOMPARE(rows.size(), 3U);
        QCOMPARE(rows[2].bytes(0, 0), big);
    }

    void whoHangsIsGivenUp_data()
    {
        QTest::addColumn<bool>("connected");
        QTest::newRow("while connecting") << false;
        QTest::newRow("while asking") << true;
    }
    void whoHangsIsGivenUp()
    {
        QFETCH(const bool, connected);
        const PgAddress address{.url = m_server->url(),
                                .connectTimeout = std::chrono::seconds(2),
                                .answerTimeout = std::chrono::seconds(1)};
        std::optional<PgConnection> db;
        if (connected)
            db.emplace(must(PgConnection::open(address, "test")));
        m_server->pause();
        QElapsedTimer timer;
        timer.start();
        const auto error =
            connected ? db->run("SELECT 1").error() : PgConnection::open(address, "test").error();
        const qint64 took = timer.elapsed();
        m_server->resume();
        QCOMPARE(error.code, Errc::Network);
        QVERIFY2(took < 8'000, qPrintable(QString::number(took)));
    }

    void whoIsNotThere()
    {
        const auto db =
            PgConnection::open({.url = u"postgresql://leeward@127.0.0.1:1/postgres"_s}, "test");
        QVERIFY(!db);
        QCOMPARE(db.error().code, Errc::Network);
        const auto nonsense = PgConnection::open({.url = u"postgresql://:::/"_s}, "test");
        QVERIFY(!nonsense);
    }

    void anotherEncodingIsRefused()
    {
        PgConnection db = connection();
        must(db.run("CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' "
                    "TEMPLATE template0"));
        const auto latin = PgConnection::open({.url = m_server->url(u"latin"_s)}, "test");
        QVERIFY(!latin);
        QCOMPARE(latin.error().code, Errc::Unsupported);
    }

    // Durable when COMMIT returns, even where the database's owner thought otherwise.
    void commitsAreDurable()
    {
        PgConnection db = connection();
        must(db.script("ALTER ROLE leeward SET synchronous_commit = off"));
        PgConnection later = connection();
        must(db.script("ALTER ROLE leeward RESET synchronous_commit"));
        QCOMPARE(must(later.run("SELECT current_setting('synchronous_commit')")).text(0, 0),
                 u"on"_s);
    }

    void aLineThatSwallowsIsGivenUp()
    {
        Tap tap(m_server->socket());
        PgConnection db = must(PgConnection::open(
            {.url = tap.url(), .answerTimeout = std::chrono::seconds(1)}, "test"));
        QCOMPARE(must(db.run("SELECT 1")).integer(0, 0), 1);
        tap.set(Tap::Mode::Swallow);
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(db.run("SELECT 1").error().code, Errc::Network);
        QVERIFY(timer.elapsed() < 6'000);
        QVERIFY(!db.isOpen());
    }
};

QTEST_GUILESS_MAIN(TestConnection)
#include "tst_connection.moc"
