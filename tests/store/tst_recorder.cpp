#include "models/store/changeset.h"
#include "models/store/recorder.h"
#include "models/store/tables.h"
#include "tests/support/cluster.h"

#include <QTest>

#include <rapidcheck.h>
#include <sqlite3.h>

using namespace leeward;
using namespace leeward::store;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

// What the recorder stands for: a session of SQLite's own.
class Session
{
public:
    explicit Session(Connection &db)
    {
        if (sqlite3session_create(db.handle(), "main", &m_session) != SQLITE_OK)
            qFatal("session");
        for (const Table &table : operationalTables()) {
            if (sqlite3session_attach(m_session, table.name.toUtf8().constData()) != SQLITE_OK)
                qFatal("attach");
        }
    }
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;
    ~Session() { sqlite3session_delete(m_session); }
    [[nodiscard]] QByteArray changeset()
    {
        int size = 0;
        void *data = nullptr;
        if (sqlite3session_changeset(m_session, &size, &data) != SQLITE_OK)
            qFatal("changeset");
        const QByteArray bytes(static_cast<const char *>(data), size);
        sqlite3_free(data);
        return bytes;
    }

private:
    sqlite3_session *m_session = nullptr;
};

struct Move
{
    int kind = 0;
    int number = 0;
    int value = 0;
};

QString idOf(int number)
{
    return u"站/%1"_s.arg(number * 7919);
}

void insertStation(Connection &db, int number, int value)
{
    FieldValues values{{u"id"_s, idOf(number)},
                       {u"code"_s, u"S%1"_s.arg(number)},
                       {u"name"_s, QString(value * 20, u'水')}, // lengths of one, two, three bytes
                       {u"lon"_s, value * 0.5}};
    must(insertRow(db, *findTable(u"station"), values));
}

bool isStation(Connection &db, int number)
{
    return must(findRow(db, *findTable(u"station"), idOf(number))).has_value();
}

void countUp(Connection &db, const QString &name, int value)
{
    auto statement = must(db.prepare("INSERT INTO counter(id, value) VALUES(?,?) "
                                     "ON CONFLICT(id) DO UPDATE SET value=excluded.value"));
    must(statement.bind(1, name).bind(2, qint64(value)).run());
}

// One random change; some of them are of several tables, of a key, or by a trigger.
void play(Connection &db, const Move &move)
{
    const auto run = [&](const char *sql, auto... values) {
        auto statement = must(db.prepare(sql));
        int index = 0;
        (statement.bind(++index, values), ...);
        must(statement.run());
    };
    switch (move.kind) {
    case 0:
        if (!isStation(db, move.number))
            insertStation(db, move.number, move.value);
        break;
    case 1: run("DELETE FROM station WHERE id=?", idOf(move.number)); break;
    case 2:
        run("UPDATE station SET name=?, lat=? WHERE id=?", u"站%1"_s.arg(move.value),
            move.value % 2 ? QVariant(move.value * 0.25) : QVariant(), idOf(move.number));
        break;
    case 3: // the key itself
        if (!isStation(db, move.value + 100))
            run("UPDATE station SET id=? WHERE id=?", idOf(move.value + 100), idOf(move.number));
        break;
    case 4: countUp(db, u"c%1"_s.arg(move.number), move.value); break;
    case 5: // by a trigger, see realm()
        countUp(db, u"trigger"_s, move.value);
        break;
    case 6: run("INSERT OR REPLACE INTO counter(id, value) VALUES('c1', ?)", qint64(move.value));
    }
}

Connection realm()
{
    auto db = memoryRealm();
    must(
        db.exec("CREATE TEMP TRIGGER made AFTER UPDATE ON main.counter WHEN new.id='trigger' BEGIN "
                "INSERT INTO counter(id, value) VALUES('by-trigger', new.value) "
                "ON CONFLICT(id) DO UPDATE SET value=excluded.value; END"));
    return db;
}

std::vector<Move> moves(int most)
{
    return *rc::gen::resize(
        most, rc::gen::container<std::vector<Move>>(rc::gen::construct<Move>(
                  rc::gen::inRange(0, 7), rc::gen::inRange(0, 6), rc::gen::inRange(0, 9))));
}

} // namespace

class TestRecorder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // The same changes, recorded here and by SQLite: the same bytes.
    void asSqliteRecords()
    {
        QVERIFY(rc::check("as SQLite records", [] {
            const auto before = moves(10);
            const auto first = moves(20);
            const auto takenBack = moves(10);
            const auto then = moves(10);
            auto ours = realm();
            auto theirs = realm();
            const auto both = [&](const std::vector<Move> &some) {
                for (const Move &move : some) {
                    play(ours, move);
                    play(theirs, move);
                }
            };
            both(before);
            auto ourTransaction = must(Transaction::begin(ours));
            auto theirTransaction = must(Transaction::begin(theirs));
            const auto recorder = must(Recorder::begin(ours));
            Session session(theirs);
            both(first);
            RC_ASSERT(must(recorder.changeset()) == session.changeset());
            {
                auto ourPart = must(Savepoint::begin(ours));
                auto theirPart = must(Savepoint::begin(theirs));
                both(takenBack);
                RC_ASSERT(must(recorder.changeset()) == session.changeset());
            }
            both(then);
            RC_ASSERT(must(recorder.changeset()) == session.changeset());
        }));
    }

    // More rows than SQLite's table of them has room for at first, and at second.
    void manyRows_data()
    {
        QTest::addColumn<int>("count");
        for (const int count : {1, 127, 128, 129, 130, 255, 256, 257, 300, 513, 3000})
            QTest::addRow("%d", count) << count;
    }
    void manyRows()
    {
        QFETCH(const int, count);
        auto ours = memoryRealm();
        auto theirs = memoryRealm();
        const auto recorder = must(Recorder::begin(ours));
        Session session(theirs);
        for (auto *db : {&ours, &theirs}) {
            for (int i = 0; i < count; ++i)
                insertStation(*db, i, i % 3);
            must(db->exec("UPDATE station SET name='x' WHERE lon>0.4"));
        }
        QVERIFY(must(recorder.changeset()) == session.changeset());
    }

    void severalAtOnce()
    {
        auto db = memoryRealm();
        const auto outer = must(Recorder::begin(db));
        insertStation(db, 1, 1);
        QByteArray innerBytes;
        {
            auto inner = must(Recorder::begin(db));
            insertStation(db, 2, 1);
            const auto moved = std::move(inner);
            insertStation(db, 3, 1);
            innerBytes = must(moved.changeset());
        }
        insertStation(db, 4, 1);
        const auto rows = [](const QByteArray &bytes) {
            auto other = memoryRealm();
            must(applyChangeset(other, bytes));
            QSet<QString> ids;
            must(forEachRow(other, *findTable(u"station"), [&](FieldValues &&values) {
                ids.insert(values.value(u"id"_s).toString());
                return true;
            }));
            return ids;
        };
        QCOMPARE(rows(innerBytes), (QSet<QString>{idOf(2), idOf(3)}));
        QCOMPARE(rows(must(outer.changeset())),
                 (QSet<QString>{idOf(1), idOf(2), idOf(3), idOf(4)}));
    }

    // The one that ends need not be the newest.
    void endingInAnyOrder()
    {
        auto db = memoryRealm();
        std::optional<Recorder> first;
        first.emplace(must(Recorder::begin(db)));
        const auto second = must(Recorder::begin(db));
        first.reset();
        insertStation(db, 1, 1);
        QVERIFY(!must(second.changeset()).isEmpty());
    }

    // Nothing that was prepared has to be prepared again because of it.
    void keepsStatements()
    {
        auto db = memoryRealm();
        auto other = memoryRealm();
        const auto reprepared = [&] {
            auto statement = must(other.prepare(findTable(u"station")->selectOne));
            return sqlite3_stmt_status(statement.handle(), SQLITE_STMTSTATUS_REPREPARE, 0);
        };
        const int before = reprepared();
        for (int i = 0; i < 20; ++i) {
            QByteArray bytes;
            {
                const auto recorder = must(Recorder::begin(db));
                insertStation(db, i, i);
                bytes = must(recorder.changeset());
            }
            const auto mirror = must(Recorder::begin(other));
            must(applyChangeset(other, bytes));
            QCOMPARE(must(mirror.changeset()), bytes);
            (void) must(findRow(other, *findTable(u"station"), idOf(i)));
        }
        QCOMPARE(reprepared(), before);
    }
};

QTEST_GUILESS_MAIN(TestRecorder)
#include "tst_recorder.moc"
