#include "models/rulebook/rulebook.h"
#include "models/store/cache_file.h"
#include "models/store/changeset.h"
#include "models/store/entries.h"
#include "models/store/tables.h"
#include "server/authority.h"
#include "sync/verify.h"
#include "tests/support/makers.h"

#include <QFile>
#include <QJsonArray>
#include <QTest>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto incident = "019ff3b2-a903-798a-bde8-72dec7cfa559";
constexpr int fixtureEntries = 13;

QByteArray dataOf(const QString &name)
{
    QFile file(QStringLiteral(LEEWARD_SOURCE_DIR "/tests/data/") + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// A file with the journal of the first release, migrated to today's schema.
store::CacheFile olderRealm(const TemporaryRealm &folder)
{
    {
        auto db = must(store::Connection::open(folder.path(), store::Connection::Mode::ReadWrite));
        const QByteArray schema = dataOf(u"schema_0001.sql"_s);
        must(db.exec(schema.left(schema.indexOf("INSERT INTO")).constData()));
        must(db.exec(dataOf(u"journal_0001.sql"_s).constData()));
    }
    return must(store::CacheFile::open(folder.path()));
}

sync::Check check(const sync::Verification &verification, const QString &name)
{
    for (const sync::Check &one : verification.checks) {
        if (one.name == name)
            return one;
    }
    qFatal("no check %s", qPrintable(name));
}

// The names of the checks that do not hold.
QString faulty(const sync::Verification &verification)
{
    QStringList names;
    for (const sync::Check &one : verification.checks) {
        if (!one.faults.isEmpty())
            names += one.name;
    }
    return names.join(u' ');
}

// Changes what only a hand outside of the program can.
void tamper(store::Connection &db, const QByteArray &sql)
{
    must(db.exec("DROP TRIGGER IF EXISTS entry_is_final_update"));
    must(db.exec(sql.constData()));
}

// Says of every entry that today's rules accepted it.
void sayToday(store::Connection &db)
{
    tamper(db, QByteArray("UPDATE entry SET rules=").append(QByteArray::number(rulebook::version)));
}

} // namespace

class TestVerify : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Rows and journal of the first release hold, though the tables have got a column since and the
    // rules are others: those entries are not run again, and it says so.
    void anOlderJournalHolds()
    {
        const TemporaryRealm folder;
        auto file = olderRealm(folder);
        auto &db = file.connection();
        auto verification = must(sync::verifyRealm(db));
        QCOMPARE(faulty(verification), QString());
        QVERIFY(verification.holds());
        const sync::Check rules = check(verification, u"rules_reproduce_rows"_s);
        QCOMPARE(rules.passedOver, fixtureEntries);
        QCOMPARE(rules.looked, 0);
        QCOMPARE(check(verification, u"hash_chain"_s).looked, fixtureEntries);
        QVERIFY(check(verification, u"journal_against_tables"_s).looked > 10);

        // new entries on top, run again
        Maker maker(5, u"bob"_s, u"desk-b"_s);
        maker.clock.advance(1h);
        server::Authority authority(db, maker.clock);
        const auto reply = must(authority.exchange(
            {maker.note(IncidentId::fromText(QString::fromLatin1(incident)), u"水位"_s),
             maker.report(maker.ids().make<IncidentId>())},
            fixtureEntries));
        QVERIFY(reply.refused.empty());
        QCOMPARE(reply.entries.front().rules, rulebook::version);
        verification = must(sync::verifyRealm(db));
        QCOMPARE(faulty(verification), QString());
        QCOMPARE(check(verification, u"rules_reproduce_rows"_s).passedOver, fixtureEntries);
        QCOMPARE(check(verification, u"rules_reproduce_rows"_s).looked, 2);
        QCOMPARE(sync::toJson(verification)[u"checks"_s].toArray()[3][u"passed_over"_s].toInt(),
                 fixtureEntries);
    }

    // The rules that made this fixture make the same of its operations today: run again, they are
    // compared in the columns that there were.
    void anOlderShapeIsComparedInItsOwnColumns()
    {
        const TemporaryRealm folder;
        auto file = olderRealm(folder);
        auto &db = file.connection();
        sayToday(db);
        const auto verification = must(sync::verifyRealm(db));
        QCOMPARE(faulty(verification), QString());
        QCOMPARE(check(verification, u"rules_reproduce_rows"_s).looked, fixtureEntries);
        QCOMPARE(check(verification, u"rules_reproduce_rows"_s).passedOver, 0);
        // the shape is indeed another
        bool shorter = false;
        for (const store::Entry &entry : must(store::entriesAfter(db, 0, 100))) {
            const auto counts = must(store::columnsIn(entry.changeset));
            shorter |=
                counts.value(u"incident"_s, 1000) < store::columnCounts().value(u"incident"_s);
        }
        QVERIFY(shorter);
    }

    void whatIsWrongIsFound_data()
    {
        QTest::addColumn<QByteArray>("sql");
        QTest::addColumn<QString>("faults");
        QTest::newRow("a row") << QByteArray("UPDATE incident SET title='x' WHERE number=1")
                               << u"journal_against_tables"_s;
        QTest::newRow("a later column")
            << QByteArray("UPDATE incident SET division_code='1'") << u"journal_against_tables"_s;
        QTest::newRow("an operation")
            << QByteArray("UPDATE entry SET operation=CAST(replace(CAST(operation AS TEXT),"
                          "'安娜','李娜') AS BLOB) WHERE seq=12")
            << u"hash_chain rules_reproduce_rows"_s;
        QTest::newRow("a changeset of these rules")
            << QByteArray("UPDATE entry SET changeset=x'' WHERE seq=13")
            << u"hash_chain rules_reproduce_rows journal_against_tables"_s;
        QTest::newRow("a changeset cut")
            << QByteArray("UPDATE entry SET changeset=substr(changeset,1,20) WHERE seq=13")
            << u"hash_chain rules_reproduce_rows journal_against_tables"_s;
        QTest::newRow("a number that two have") << QByteArray("UPDATE incident SET number=1")
                                                << u"journal_against_tables numbers_are_unique"_s;
        QTest::newRow("said to be of other rules, and still wrong")
            << QByteArray("UPDATE entry SET rules=1, changeset=x'' WHERE seq=13")
            << u"hash_chain journal_against_tables"_s;
    }
    void whatIsWrongIsFound()
    {
        QFETCH(const QByteArray, sql);
        QFETCH(const QString, faults);
        const TemporaryRealm folder;
        auto file = olderRealm(folder);
        auto &db = file.connection();
        sayToday(db);
        tamper(db, sql);
        QCOMPARE(faulty(must(sync::verifyRealm(db))), faults);
    }
};

QTEST_GUILESS_MAIN(TestVerify)
#include "tst_verify.moc"
