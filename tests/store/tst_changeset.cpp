#include "models/store/changeset.h"
#include "models/store/tables.h"
#include "tests/support/cluster.h"

#include <QTest>

#include <rapidcheck.h>

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
