// The disk that the simulation runs on: what it keeps, and what it does not.
#include "models/store/connection.h"
#include "simulation/memory_disk/memory_disk.h"
#include "tests/support/makers.h"

#include <QTest>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using simulation::Dice;
using simulation::MemoryDisk;
using store::Connection;

namespace {

Connection opened(MemoryDisk &disk)
{
    return must(Connection::open(u"file"_s, Connection::Mode::ReadWrite, disk.name()));
}

Result<> add(Connection &db, int number)
{
    TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(db));
    for (int row = 0; row < 5; ++row) { // all five or none
        TRY_ASSIGN(store::Statement insert, db.prepare("INSERT INTO t(number, words) VALUES(?,?)"));
        insert.bind(1, number).bind(2, QString(400, QChar(u'a' + row)));
        TRY(insert.run());
    }
    return transaction.commit();
}

// The numbers of the commits that are there; -1 for one that is there in part.
QList<qint64> commits(Connection &db)
{
    QList<qint64> all;
    auto select =
        must(db.prepare("SELECT number, count(*) FROM t GROUP BY number ORDER BY number"));
    while (must(select.step()))
        all += select.integer(1) == 5 ? select.integer(0) : -1;
    return all;
}

QList<qint64> upTo(qint64 last)
{
    QList<qint64> all;
    for (qint64 i = 1; i <= last; ++i)
        all += i;
    return all;
}

} // namespace

class TestMemoryDisk : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsWhatWasClosed()
    {
        MemoryDisk disk("test-disk");
        {
            auto db = opened(disk);
            must(db.exec("CREATE TABLE t(number INTEGER, words TEXT) STRICT"));
            must(add(db, 1));
        }
        QVERIFY(disk.contents("file-wal").isEmpty()); // taken in and gone
        auto db = opened(disk);
        QCOMPARE(commits(db), upTo(1));
    }

    // A process that dies at any of its writes, by itself or with the power: what was committed is
    // there, whole; the one that it died of is there whole or not at all.
    void diesAnywhere_data()
    {
        QTest::addColumn<bool>("power");
        QTest::addColumn<int>("checkpoint");
        for (const bool power : {false, true}) {
            for (const int checkpoint : {1, 3, 1000})
                QTest::addRow("%s, log taken in at %d pages", power ? "power" : "process",
                              checkpoint)
                    << power << checkpoint;
        }
    }
    void diesAnywhere()
    {
        QFETCH(const bool, power);
        QFETCH(const int, checkpoint);
        Dice dice(7);
        int died = 0;
        int hurt = 0;
        for (int steps = 0; steps < 80; ++steps) {
            MemoryDisk disk("test-disk");
            qint64 last = 0;
            {
                auto db = opened(disk);
                const QByteArray pragma =
                    "PRAGMA wal_autocheckpoint=" + QByteArray::number(checkpoint);
                must(db.exec(pragma.constData()));
                must(db.exec("CREATE TABLE t(number INTEGER, words TEXT) STRICT"));
                disk.dieAfter(steps, dice.next());
                while (last < 12 && add(db, static_cast<int>(last + 1)))
                    ++last;
                QVERIFY(last < 12 || !disk.isDead());
                died += disk.isDead();
                disk.die();
            }
            hurt += disk.restart(power, dice);
            auto db = opened(disk);
            const auto there = commits(db);
            QVERIFY2(there == upTo(last) || there == upTo(last + 1),
                     qPrintable(u"%1 of %2 at step %3"_s.arg(there.size()).arg(last).arg(steps)));
        }
        QVERIFY(died > 20);
        QCOMPARE(hurt > 0, power);
    }

    // The model can tell: without the sync the power takes commits that were answered.
    void losesWhatWasNotSynced()
    {
        Dice dice(3);
        int lost = 0;
        for (int i = 0; i < 30; ++i) {
            MemoryDisk disk("test-disk");
            {
                auto db = opened(disk);
                must(db.exec("CREATE TABLE t(number INTEGER, words TEXT) STRICT"));
                must(db.exec("PRAGMA synchronous=OFF"));
                must(add(db, 1));
                must(add(db, 2));
                disk.die();
            }
            (void) disk.restart(true, dice);
            auto db = opened(disk);
            lost += commits(db) != upTo(2);
        }
        QVERIFY(lost > 10);
    }

    void trouble_data()
    {
        QTest::addColumn<int>("trouble");
        QTest::newRow("full") << static_cast<int>(MemoryDisk::Trouble::Full);
        QTest::newRow("defective") << static_cast<int>(MemoryDisk::Trouble::Defective);
    }
    void trouble()
    {
        QFETCH(const int, trouble);
        MemoryDisk disk("test-disk");
        auto db = opened(disk);
        must(db.exec("CREATE TABLE t(number INTEGER, words TEXT) STRICT"));
        must(add(db, 1));
        disk.setTrouble(static_cast<MemoryDisk::Trouble>(trouble));
        const auto refused = add(db, 2);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, Errc::DiskFull);
        QCOMPARE(commits(db), upTo(1)); // it can be read meanwhile
        disk.setTrouble(MemoryDisk::Trouble::None);
        must(add(db, 2));
        QCOMPARE(commits(db), upTo(2));
    }

    // Two connections of one process see each other's locks.
    void twoConnections()
    {
        MemoryDisk disk("test-disk");
        auto one = opened(disk);
        must(one.exec("CREATE TABLE t(number INTEGER, words TEXT) STRICT"));
        auto two = opened(disk);
        must(add(one, 1));
        QCOMPARE(commits(two), upTo(1));
        {
            const auto transaction = must(store::Transaction::begin(one));
            QVERIFY(!store::Transaction::begin(two));
        }
        must(add(two, 2));
        QCOMPARE(commits(one), upTo(2));
    }

    void noSuchFile()
    {
        MemoryDisk disk("test-disk");
        const auto db = Connection::open(u"none"_s, Connection::Mode::ReadOnly, disk.name());
        QVERIFY(!db);
        QCOMPARE(db.error().code, Errc::FileUnreadable);
    }
};

QTEST_GUILESS_MAIN(TestMemoryDisk)
#include "tst_memory_disk.moc"
