#include "models/store/connection.h"
#include "tests/support/makers.h"

#include <QFile>
#include <QTest>

using namespace leeward;
using namespace leeward::store;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

qint64 number(Connection &db, const char *sql)
{
    auto statement = must(db.prepare(sql));
    return must(statement.step()) ? statement.integer(0) : -1;
}

} // namespace

class TestConnection : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pragmas()
    {
        const TemporaryRealm folder;
        auto db = must(Connection::open(folder.path(), Connection::Mode::ReadWrite));
        auto mode = must(db.prepare("PRAGMA journal_mode"));
        QVERIFY(must(mode.step()));
        QCOMPARE(mode.text(0), u"wal"_s);
        QCOMPARE(number(db, "PRAGMA synchronous"), 2); // FULL
        QCOMPARE(number(db, "PRAGMA foreign_keys"), 1);
        QCOMPARE(number(db, "PRAGMA trusted_schema"), 0);
        QCOMPARE(number(db, "PRAGMA busy_timeout"), 5000);
        QVERIFY(!db.isReadOnly());
    }

    void opening()
    {
        const TemporaryRealm folder;
        const auto code = [](const QString &path, Connection::Mode mode) {
            const auto db = Connection::open(path, mode);
            return db ? QString() : errcName(db.error().code);
        };
        using enum Connection::Mode;
        QCOMPARE(code(folder.path(u"none"_s), ReadOnly), u"file-missing"_s);
        QCOMPARE(code(folder.path(u"no/such/folder"_s), ReadWrite), u"file-missing"_s);
        QCOMPARE(code(folder.folder(), ReadWrite), u"file-unreadable"_s);
        QCOMPARE(code(folder.path(u"有 空格'\"%.leeward"_s), ReadWrite), QString());
        QCOMPARE(code(u"/proc/leeward"_s, ReadWrite), u"file-unreadable"_s);
    }

    void readOnlyWritesNothing()
    {
        const TemporaryRealm folder;
        auto writer = must(Connection::open(folder.path(), Connection::Mode::ReadWrite));
        must(writer.exec("CREATE TABLE t(x); INSERT INTO t VALUES(1)"));
        auto reader = must(Connection::open(folder.path(), Connection::Mode::ReadOnly));
        QVERIFY(reader.isReadOnly());
        QCOMPARE(number(reader, "SELECT x FROM t"), 1);
        const auto write = reader.exec("INSERT INTO t VALUES(2)");
        QVERIFY(!write);
        QCOMPARE(write.error().code, Errc::FileUnwritable);
        must(writer.exec("INSERT INTO t VALUES(3)"));
        QCOMPARE(number(reader, "SELECT max(x) FROM t"), 3); // sees commits of others
    }

    void transactions()
    {
        auto db = must(Connection::inMemory());
        must(db.exec("CREATE TABLE t(x)"));
        {
            auto transaction = must(Transaction::begin(db));
            must(db.exec("INSERT INTO t VALUES(1)"));
            QVERIFY(!Transaction::begin(db)); // no second one inside
        }
        QCOMPARE(number(db, "SELECT count(*) FROM t"), 0);
        {
            auto transaction = must(Transaction::begin(db));
            must(db.exec("INSERT INTO t VALUES(1)"));
            {
                auto part = must(Savepoint::begin(db));
                must(db.exec("INSERT INTO t VALUES(2)"));
                {
                    auto inner = must(Savepoint::begin(db));
                    must(db.exec("INSERT INTO t VALUES(3)"));
                    must(inner.release());
                }
            }
            {
                auto part = must(Savepoint::begin(db));
                must(db.exec("INSERT INTO t VALUES(4)"));
                must(part.release());
            }
            Transaction moved = std::move(transaction);
            must(moved.commit());
        }
        QCOMPARE(number(db, "SELECT sum(x) FROM t"), 5);
    }

    void twoWriters()
    {
        const TemporaryRealm folder;
        auto one = must(Connection::open(folder.path(), Connection::Mode::ReadWrite));
        auto two = must(Connection::open(folder.path(), Connection::Mode::ReadWrite));
        must(two.exec("PRAGMA busy_timeout=10"));
        auto transaction = must(Transaction::begin(one));
        const auto second = Transaction::begin(two);
        QVERIFY(!second);
        QCOMPARE(second.error().code, Errc::CacheInUse);
        must(transaction.commit());
        QVERIFY(Transaction::begin(two));
    }

    void values_data()
    {
        QTest::addColumn<QVariant>("value");
        QTest::addColumn<QVariant>("expected");
        const auto same = [](const char *name, const QVariant &value) {
            QTest::newRow(name) << value << value;
        };
        same("null", {});
        same("text", u"水位"_s);
        same("long text", QString(100'000, u'水'));
        same("empty text", u""_s);
        same("zero inside", u"a\0b"_s);
        same("whole", 42LL);
        same("smallest", std::numeric_limits<qlonglong>::min());
        same("real", 0.1);
        same("infinite", std::numeric_limits<double>::infinity());
        same("bytes", QByteArray("\0\xff", 2));
        same("no bytes", QByteArray(""));
        QTest::newRow("null text") << QVariant(QString()) << QVariant(u""_s);
        QTest::newRow("flag") << QVariant(true) << QVariant(1LL);
        QTest::newRow("int") << QVariant(7) << QVariant(7LL);
        QTest::newRow("not a number")
            << QVariant(std::numeric_limits<double>::quiet_NaN()) << QVariant();
    }
    void values()
    {
        QFETCH(const QVariant, value);
        QFETCH(const QVariant, expected);
        auto db = must(Connection::inMemory());
        auto statement = must(db.prepare("SELECT ?"));
        statement.bind(1, value);
        QVERIFY(must(statement.step()));
        QCOMPARE(statement.value(0), expected);
        QCOMPARE(statement.isNull(0), expected.isNull());
        QVERIFY(!must(statement.step()));
    }

    void statementsAreCachedAndNest()
    {
        auto db = must(Connection::inMemory());
        must(db.exec("CREATE TABLE t(x); INSERT INTO t VALUES(1),(2),(3)"));
        int pairs = 0;
        auto outer = must(db.prepare("SELECT x FROM t ORDER BY x"));
        while (must(outer.step())) {
            auto inner = must(db.prepare("SELECT x FROM t ORDER BY x"));
            while (must(inner.step()))
                ++pairs;
        }
        QCOMPARE(pairs, 9);
        {
            auto bound = must(db.prepare("SELECT ?"));
            bound.bind(1, 5);
            QVERIFY(must(bound.step()));
        }
        auto again = must(db.prepare("SELECT ?"));
        QVERIFY(must(again.step()));
        QVERIFY(again.isNull(0)); // nothing left from the last use
    }

    void aStatementThatFailsDoesNotBlockTheNext()
    {
        auto db = must(Connection::inMemory());
        must(db.exec("CREATE TABLE t(x INTEGER PRIMARY KEY) STRICT"));
        const auto insert = [&] {
            auto statement = must(db.prepare("INSERT INTO t VALUES(1)"));
            return statement.run();
        };
        must(insert());
        const auto second = insert();
        QVERIFY(!second);
        QCOMPARE(second.error().code, Errc::AlreadyExists);
        must(db.exec("DELETE FROM t"));
        must(insert());
    }

    void moving()
    {
        const TemporaryRealm folder;
        auto db = must(Connection::open(folder.path(), Connection::Mode::ReadWrite));
        must(db.exec("CREATE TABLE t(x); INSERT INTO t VALUES(1)"));
        QCOMPARE(number(db, "SELECT x FROM t"), 1);
        Connection moved = std::move(db);
        QCOMPARE(number(moved, "SELECT x FROM t"), 1);
        moved = must(Connection::inMemory()); // closes the first
        QCOMPARE(number(moved, "SELECT 2"), 2);
        QVERIFY(!QFile::exists(folder.path() + u"-wal"_s));
    }
};

QTEST_GUILESS_MAIN(TestConnection)
#include "tst_connection.moc"
