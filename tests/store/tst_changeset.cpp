#include "models/store/changeset.h"
#include "models/store/migrations.h"
#include "models/store/tables.h"
#include "tests/support/cluster.h"

#include <QTest>

#include <rapidcheck.h>
#include <sqlite3.h>

#include <bit>

using namespace leeward;
using namespace leeward::store;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

const Table &stations()
{
    return *findTable(u"station");
}

QString idOf(int number)
{
    return u"station-%1"_s.arg(number);
}

// One random change of the station table.
void touch(Connection &db, int kind, int number, int value)
{
    const auto row = must(findRow(db, stations(), idOf(number)));
    if (!row) {
        must(insertRow(db, stations(),
                       {{u"id"_s, idOf(number)},
                        {u"code"_s, u"S%1"_s.arg(number)},
                        {u"name"_s, u"站%1"_s.arg(value)},
                        {u"lon"_s, value * 0.5}}));
    } else if (kind % 3 == 0) {
        auto statement = must(db.prepare("DELETE FROM station WHERE id=?"));
        must(statement.bind(1, idOf(number)).run());
    } else {
        must(updateRow(db, stations(), idOf(number),
                       {{u"name"_s, u"站%1"_s.arg(value)},
                        {u"lat"_s, value % 2 ? QVariant(value * 0.25) : QVariant()}}));
    }
}

// Without the triggers of the search index, which keep their columns from being dropped.
Connection plainRealm()
{
    auto db = must(Connection::inMemory());
    must(applyAllMigrations(db));
    return db;
}

// The same changes where the columns at the end are missing.
void touchOlder(Connection &db, int kind, int number, int value)
{
    auto there = must(db.prepare("SELECT 1 FROM station WHERE id=?"));
    there.bind(1, idOf(number));
    const auto run = [&](const char *sql, auto... values) {
        auto statement = must(db.prepare(sql));
        int index = 0;
        (statement.bind(++index, values), ...);
        must(statement.run());
    };
    if (!must(there.step()))
        run("INSERT INTO station(id, code, name, lon) VALUES(?,?,?,?)", idOf(number),
            u"S%1"_s.arg(number), u"站%1"_s.arg(value), value * 0.5);
    else if (kind % 3 == 0)
        run("DELETE FROM station WHERE id=?", idOf(number));
    else
        run("UPDATE station SET name=?, lat=? WHERE id=?", u"站%1"_s.arg(value),
            value % 2 ? QVariant(value * 0.25) : QVariant(), idOf(number));
}

// Runs `changes` in a committed transaction and records it.
template <class F>
QByteArray record(Connection &db, F changes)
{
    auto transaction = must(Transaction::begin(db));
    QByteArray changeset;
    {
        const auto recorder = must(Recorder::begin(db));
        changes();
        changeset = must(recorder.changeset());
    }
    must(transaction.commit());
    return changeset;
}

} // namespace

class TestChangeset : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void roundTrip()
    {
        QVERIFY(rc::check("apply and invert", [] {
            const auto steps =
                *rc::gen::container<std::vector<std::tuple<int, int, int>>>(rc::gen::tuple(
                    rc::gen::inRange(0, 9), rc::gen::inRange(0, 5), rc::gen::inRange(0, 9)));
            const auto cut = *rc::gen::inRange<size_t>(0, steps.size() + 1);
            auto db = memoryRealm();
            auto other = memoryRealm();
            const auto play = [&](size_t from, size_t to) {
                for (size_t i = from; i < to; ++i)
                    std::apply(
                        [&](int kind, int number, int value) { touch(db, kind, number, value); },
                        steps[i]);
            };
            const QByteArray first = record(db, [&] { play(0, cut); });
            const QByteArray middle = must(tablesDigest(db));
            Rows shown = rowsOf(db);
            const QByteArray second = record(db, [&] { play(cut, steps.size()); });
            const QByteArray end = must(tablesDigest(db));
            // what a screen is told
            RC_ASSERT(play_(must(readChanges(db, second)), shown).toStdString() == "");
            RC_ASSERT(shown == rowsOf(db));
            // elsewhere
            must(applyChangeset(other, first));
            RC_ASSERT(must(tablesDigest(other)) == middle);
            must(applyChangeset(other, second));
            RC_ASSERT(must(tablesDigest(other)) == end);
            // and back
            must(applyChangeset(db, must(invertChangeset(second))));
            RC_ASSERT(must(tablesDigest(db)) == middle);
            must(applyChangeset(db, must(invertChangeset(first))));
            RC_ASSERT(rowsOf(db).isEmpty());
            RC_ASSERT(must(invertChangeset(must(invertChangeset(second)))) == second);
        }));
    }

    void changesThatCancelOutLeaveNothing()
    {
        auto db = memoryRealm();
        record(db, [&] { touch(db, 1, 1, 1); });
        QVERIFY(record(db, [&] {
                    touch(db, 1, 1, 3);
                    touch(db, 1, 1, 1);
                    must(updateRow(db, stations(), idOf(1), {{u"lat"_s, QVariant()}}));
                    touch(db, 1, 2, 2);
                    touch(db, 0, 2, 2);
                }).isEmpty());
    }

    void aPartThatIsRolledBackIsNotRecorded()
    {
        auto db = memoryRealm();
        auto other = memoryRealm();
        const QByteArray changeset = record(db, [&] {
            touch(db, 1, 1, 1);
            {
                auto part = must(Savepoint::begin(db));
                touch(db, 1, 1, 5);
                touch(db, 1, 2, 2);
            }
            touch(db, 1, 3, 3);
        });
        must(applyChangeset(other, changeset));
        QCOMPARE(must(tablesDigest(other)), must(tablesDigest(db)));
        QCOMPARE(rowsOf(other).size(), 2);
    }

    void conflicts_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("a row has other values") << 0;
        QTest::newRow("a row is not there") << 1;
        QTest::newRow("a row is there already") << 2;
        QTest::newRow("a row it refers to is missing") << 3;
    }
    void conflicts()
    {
        QFETCH(const int, kind);
        auto db = memoryRealm();
        auto other = memoryRealm();
        QByteArray changeset;
        if (kind == 3) {
            Maker maker(1, u"anna"_s, u"desk-a"_s);
            const auto incident = maker.ids().make<IncidentId>();
            applyOrDie(db, maker.report(incident));
            changeset = record(db, [&] {
                must(insertRow(db, *findTable(u"incident_event"),
                               {{u"id"_s, u"e"_s},
                                {u"incident"_s, incident.text()},
                                {u"kind"_s, u"note"_s},
                                {u"occurred_at"_s, 1},
                                {u"recorded_at"_s, 1},
                                {u"author"_s, u"a"_s},
                                {u"desk"_s, u"d"_s}}));
            });
        } else {
            record(db, [&] { touch(db, 1, 1, 1); });
            changeset = record(db, [&] {
                touch(db, 1, 7, 7); // this one fits
                kind == 2 ? touch(db, 1, 2, 2) : touch(db, kind == 1 ? 0 : 1, 1, 3);
            });
            if (kind != 1)
                touch(other, 1, kind == 2 ? 2 : 1, 8);
        }
        touch(other, 1, 5, 5);
        const QByteArray before = must(tablesDigest(other));
        {
            auto transaction = must(Transaction::begin(other));
            const auto done = applyChangeset(other, changeset);
            QVERIFY(!done);
            QCOMPARE(done.error().code, Errc::Corrupt);
            QVERIFY2(done.error().detail.contains(QString::fromLatin1(QTest::currentDataTag())),
                     qPrintable(done.error().detail));
        }
        QCOMPARE(must(tablesDigest(other)), before);
    }

    // Whoever writes a changeset may write any value into any column. A column that keeps another
    // one than was written could never be taken back, so nothing of it is applied.
    void valuesOfAnotherKind_data()
    {
        QTest::addColumn<QString>("column");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<bool>("fits");
        const auto number = [](char type, quint64 bits) {
            QByteArray value(1, type);
            for (int shift = 56; shift >= 0; shift -= 8)
                value += static_cast<char>(bits >> shift);
            return value;
        };
        const QByteArray five = number(SQLITE_INTEGER, 5);
        const QByteArray half = number(SQLITE_FLOAT, std::bit_cast<quint64>(0.5));
        const QByteArray whole = number(SQLITE_FLOAT, std::bit_cast<quint64>(5.0));
        const QByteArray text = QByteArray(1, SQLITE_TEXT) + "\x01"
                                                             "5";
        const QByteArray blob = QByteArray(1, SQLITE_BLOB) + "\x01"
                                                             "5";
        const QByteArray none(1, SQLITE_NULL);
        const QByteArray nan =
            number(SQLITE_FLOAT, std::bit_cast<quint64>(std::numeric_limits<double>::quiet_NaN()));
        QTest::newRow("text in text") << u"address"_s << text << true;
        QTest::newRow("nothing in text") << u"address"_s << none << true;
        QTest::newRow("integer in text") << u"address"_s << five << false;
        QTest::newRow("real in text") << u"address"_s << half << false;
        QTest::newRow("bytes in text") << u"address"_s << blob << false;
        QTest::newRow("real in real") << u"lat"_s << half << true;
        QTest::newRow("whole real in real") << u"lat"_s << whole << true;
        QTest::newRow("nothing in real") << u"lat"_s << none << true;
        QTest::newRow("integer in real") << u"lat"_s << five << false;
        QTest::newRow("text in real") << u"lat"_s << text << false;
        QTest::newRow("no number in real") << u"lat"_s << nan << false;
        QTest::newRow("integer in integer") << u"retired"_s << five << true;
        QTest::newRow("whole real in integer") << u"retired"_s << whole << false;
        QTest::newRow("text in integer") << u"retired"_s << text << false;
    }
    void valuesOfAnotherKind()
    {
        QFETCH(const QString, column);
        QFETCH(const QByteArray, value);
        QFETCH(const bool, fits);
        auto db = memoryRealm();
        const int at = stations().indexOf(column);
        QVERIFY(at > 0);
        // As recorded, with the one value put in the place of what stood there.
        const auto forged = [&](bool update) {
            QByteArray bytes = "T";
            bytes += static_cast<char>(stations().columns.size());
            bytes += '\x01';
            bytes += QByteArray(static_cast<qsizetype>(stations().columns.size()) - 1, '\0');
            bytes += QByteArray("station\0", 8);
            bytes += static_cast<char>(update ? SQLITE_UPDATE : SQLITE_INSERT);
            bytes += '\0';
            const auto row = *must(findRow(db, stations(), idOf(1)));
            const auto append = [&bytes](const QVariant &one) {
                if (one.isNull()) {
                    bytes += static_cast<char>(SQLITE_NULL);
                } else if (one.typeId() == QMetaType::QString) {
                    bytes += static_cast<char>(SQLITE_TEXT);
                    bytes += static_cast<char>(one.toString().toUtf8().size());
                    bytes += one.toString().toUtf8();
                } else {
                    const bool real = one.typeId() == QMetaType::Double;
                    const quint64 bits = real ? std::bit_cast<quint64>(one.toDouble())
                                              : static_cast<quint64>(one.toLongLong());
                    bytes += static_cast<char>(real ? SQLITE_FLOAT : SQLITE_INTEGER);
                    for (int shift = 56; shift >= 0; shift -= 8)
                        bytes += static_cast<char>(bits >> shift);
                }
            };
            const auto columns = static_cast<int>(stations().columns.size());
            for (int i = 0; update && i < columns; ++i) {
                if (i == 0 || i == at)
                    append(row.value(stations().columns[static_cast<size_t>(i)]));
                else
                    bytes += '\0';
            }
            for (int i = 0; i < columns; ++i) {
                const QString &name = stations().columns[static_cast<size_t>(i)];
                if (i == at)
                    bytes += value;
                else if (update)
                    bytes += '\0';
                else
                    append(name == "id"_L1     ? QVariant(idOf(2))
                           : name == "code"_L1 ? QVariant(u"MARKER"_s)
                                               : row.value(name));
            }
            return bytes;
        };
        record(db, [&] { touch(db, 1, 1, 1); });
        const QByteArray before = must(tablesDigest(db));
        for (const bool update : {false, true}) {
            const QByteArray changeset = forged(update);
            auto transaction = must(Transaction::begin(db));
            const auto applied = applyChangeset(db, changeset);
            QCOMPARE(applied.has_value(), fits);
            if (!fits) {
                QCOMPARE(applied.error().code, Errc::Corrupt);
                QVERIFY2(applied.error().detail.contains(column),
                         qPrintable(applied.error().detail));
                continue;
            }
            must(applyChangeset(db, must(invertChangeset(changeset))));
            QCOMPARE(must(tablesDigest(db)), before);
        }
        QCOMPARE(must(tablesDigest(db)), before);
    }

    // A number that the file keeps otherwise than it was given is recorded as the file keeps it.
    void minusZeroIsTakenBack()
    {
        auto db = memoryRealm();
        auto other = memoryRealm();
        const QByteArray before = must(tablesDigest(db));
        const QByteArray changeset = record(db, [&] {
            touch(db, 1, 1, 1);
            must(updateRow(db, stations(), idOf(1), {{u"lat"_s, -0.0}}));
        });
        for (Connection *each : {&db, &other}) {
            if (each == &other)
                must(applyChangeset(other, changeset));
            must(applyChangeset(*each, must(invertChangeset(changeset))));
            QCOMPARE(must(tablesDigest(*each)), before);
        }
    }

    void malformed()
    {
        auto db = memoryRealm();
        const QByteArray good = record(db, [&] {
            touch(db, 1, 1, 1);
            touch(db, 1, 2, 2);
        });
        auto other = memoryRealm();
        const QByteArray empty = must(tablesDigest(other));
        must(applyChangeset(other, {}));
        QVERIFY(must(invertChangeset({})).isEmpty());
        QVERIFY(must(readChanges(other, {})).empty());
        QCOMPARE(must(tablesDigest(other)), empty);
        const auto refused = [&](const QByteArray &bytes) {
            auto transaction = must(Transaction::begin(other));
            const auto applied = applyChangeset(other, bytes);
            return !applied && applied.error().code == Errc::Corrupt &&
                   !readChanges(other, bytes) && !invertChangeset(bytes);
        };
        for (const QByteArray &bytes :
             {QByteArray("x"), QByteArray(1000, 'T'), QByteArray(1000, '\0'),
              QByteArray(1000, '\xff'), QByteArray("T\0\0", 3)})
            QVERIFY(refused(bytes));
        // Cut anywhere. SQLite itself never comes back from some of these. Between two rows the
        // rest is a changeset too.
        int whole = 0;
        for (qsizetype size = 1; size < good.size(); ++size)
            whole += refused(good.left(size)) ? 0 : 1;
        QCOMPARE(whole, 2); // after the table's name, and after its first row
        for (qsizetype bit = 0; bit < good.size() * 8; ++bit) { // must come back
            QByteArray bad = good;
            bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
            auto transaction = must(Transaction::begin(other));
            (void) applyChangeset(other, bad);
            (void) invertChangeset(bad);
            (void) readChanges(other, bad);
        }
    }

    // What an older schema would have recorded of the same changes, byte for byte: made here by
    // recording a table that lacks the last columns.
    void projection()
    {
        QVERIFY(rc::check("as the older schema records", [] {
            const auto steps =
                *rc::gen::container<std::vector<std::tuple<int, int, int>>>(rc::gen::tuple(
                    rc::gen::inRange(0, 9), rc::gen::inRange(0, 5), rc::gen::inRange(0, 9)));
            const auto cut = *rc::gen::inRange<size_t>(0, steps.size() + 1);
            const auto dropped =
                *rc::gen::inRange<size_t>(0, 6); // all that touch() sets comes before
            auto db = memoryRealm();
            auto older = plainRealm();
            for (size_t i = 0; i < dropped; ++i) {
                const std::string column =
                    stations().columns[stations().columns.size() - 1 - i].toStdString();
                must(older.exec(("ALTER TABLE station DROP COLUMN \"" + column + '"').c_str()));
            }
            const auto play = [&](Connection &where, bool isOlder, size_t from, size_t to) {
                for (size_t i = from; i < to; ++i) {
                    const auto &[kind, number, value] = steps[i];
                    isOlder ? touchOlder(where, kind, number, value)
                            : touch(where, kind, number, value);
                    if (!isOlder && dropped > 1) // a change the older one has no column for
                        must(where.exec("UPDATE station SET changed_at=changed_at+1"));
                }
            };
            record(db, [&] { play(db, false, 0, cut); });
            record(older, [&] { play(older, true, 0, cut); });
            const QByteArray now = record(db, [&] { play(db, false, cut, steps.size()); });
            const QByteArray then = record(older, [&] { play(older, true, cut, steps.size()); });
            ColumnCounts counts = columnCounts();
            RC_ASSERT(must(projectChangeset(now, counts)) == now);
            counts[u"station"_s] -= static_cast<int>(dropped);
            const QByteArray projected = must(projectChangeset(now, counts));
            RC_ASSERT(projected == then);
            RC_ASSERT(must(projectChangeset(projected, counts)) == projected);
            if (!then.isEmpty())
                RC_ASSERT(must(columnsIn(then)) ==
                          (ColumnCounts{{u"station"_s, counts[u"station"_s]}}));
        }));
    }

    void projectionLeavesOut()
    {
        auto db = memoryRealm();
        const QByteArray both = record(db, [&] {
            touch(db, 1, 1, 1);
            must(insertRow(db, *findTable(u"counter"), {{u"id"_s, u"c"_s}, {u"value"_s, 1}}));
        });
        const QByteArray one = record(db, [&] { touch(db, 1, 2, 2); });
        ColumnCounts counts = columnCounts();
        counts.remove(u"counter"_s);
        auto other = memoryRealm();
        must(applyChangeset(other, must(projectChangeset(both, counts))));
        QCOMPARE(rowsOf(other).size(), 1);
        QVERIFY(must(projectChangeset(one, {})).isEmpty());
        counts[u"station"_s] = 0;
        QVERIFY(must(projectChangeset(both, counts)).isEmpty());
        counts[u"station"_s] = -1;
        QVERIFY(must(projectChangeset(both, counts)).isEmpty());
        counts[u"station"_s] = 1'000'000;
        QCOMPARE(must(projectChangeset(one, counts)), one);
        QVERIFY(must(projectChangeset({}, counts)).isEmpty());
        // a key can not be left out: rows would become one
        const QByteArray twoKeys("T\x02\x01\x01t\0\x12\0\x05\x05", 10);
        QCOMPARE(must(projectChangeset(twoKeys, {{u"t"_s, 2}})), twoKeys);
        QVERIFY(!projectChangeset(twoKeys, {{u"t"_s, 1}}));
        QVERIFY(must(projectChangeset(twoKeys, {})).isEmpty());
    }

    // A table or a column that this program does not know: SQLite would pass over it in silence.
    void newerSchemas()
    {
        auto newer = memoryRealm();
        must(newer.exec("ALTER TABLE station ADD COLUMN extra TEXT"));
        const QByteArray changeset = record(newer, [&] { touch(newer, 1, 1, 1); });
        auto db = memoryRealm();
        const auto done = applyChangeset(db, changeset);
        QVERIFY(!done);
        QCOMPARE(done.error().code, Errc::Corrupt);
        must(applyChangeset(db, must(projectChangeset(changeset, columnCounts()))));
        QCOMPARE(rowsOf(db).size(), 1);
        // and the other way: an older one, with the row as it then stands
        auto older = plainRealm();
        must(older.exec("ALTER TABLE station DROP COLUMN changed_by"));
        const QByteArray shorter = record(older, [&] { touchOlder(older, 1, 2, 2); });
        must(applyChangeset(db, shorter));
        const Changes changes = must(readChanges(db, shorter));
        QCOMPARE(changes.size(), size_t(1));
        QCOMPARE(changes.front().values.value(u"changed_by"_s).toString(), QString());
        must(applyChangeset(db, must(invertChangeset(shorter))));
        QCOMPARE(rowsOf(db).size(), 1);
    }

    void projectionOfAnything()
    {
        auto db = memoryRealm();
        const QByteArray good = record(db, [&] {
            touch(db, 1, 1, 1);
            touch(db, 1, 2, 2);
        });
        ColumnCounts counts = columnCounts();
        counts[u"station"_s] = 5;
        int refused = 0;
        for (qsizetype size = 1; size < good.size(); ++size)
            refused += projectChangeset(good.left(size), counts) ? 0 : 1;
        QCOMPARE(refused, good.size() - 3); // whole after the table's name and after its first row
        for (qsizetype bit = 0; bit < good.size() * 8; ++bit) { // must come back
            QByteArray bad = good;
            bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
            (void) projectChangeset(bad, counts);
            (void) columnsIn(bad);
        }
        for (const QByteArray &bytes :
             {QByteArray("x"), QByteArray(1000, 'T'), QByteArray(1000, '\0'),
              QByteArray(1000, '\xff'), QByteArray("T\0\0", 3)}) {
            QVERIFY(!projectChangeset(bytes, counts));
            QVERIFY(!columnsIn(bytes));
        }
    }

    // Rows that leave nothing to tell: tables a changeset does not carry.
    void onlyOperationalTables()
    {
        auto db = memoryRealm();
        QVERIFY(record(db, [&] {
                    must(db.exec("INSERT INTO meta VALUES('realm','live')"));
                }).isEmpty());
    }

private:
    static QString play_(const Changes &changes, Rows &rows) { return test::play(changes, rows); }
};

QTEST_GUILESS_MAIN(TestChangeset)
#include "tst_changeset.moc"
