#include "models/store/cache_file.h"
#include "models/store/entries.h"
#include "models/store/migrations.h"
#include "models/store/search_index.h"
#include "models/store/tables.h"
#include "tests/support/makers.h"

#include <QDir>
#include <QFile>
#include <QMap>
#include <QTest>

using namespace leeward;
using namespace leeward::store;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

const QString released = QStringLiteral(LEEWARD_SOURCE_DIR "/tests/data");

// Every object of a schema by name, its words without blanks and comments.
QMap<QString, QString> schemaOf(Connection &db)
{
    QMap<QString, QString> schema;
    auto rows =
        must(db.prepare("SELECT type||' '||name, sql FROM sqlite_schema WHERE sql IS NOT NULL"));
    while (must(rows.step()))
        schema.insert(rows.text(0), rows.text(1).simplified().remove(u' '));
    return schema;
}

QString dumpOf(int version)
{
    QFile file(released + u"/schema_%1.sql"_s.arg(version, 4, 10, QChar(u'0')));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

void makeReleased(const QString &path, int version)
{
    auto db = must(Connection::open(path, Connection::Mode::ReadWrite));
    must(db.exec(dumpOf(version).toUtf8().constData()));
}

} // namespace

class TestMigrations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyReleasedSchemaIsKept()
    {
        QVERIFY(newestSchema() >= 1);
        QCOMPARE(QDir(released).entryList({u"schema_*.sql"_s}).size(), newestSchema());
    }

    void everyReleasedSchemaMigrates_data()
    {
        QTest::addColumn<int>("version");
        for (int version = 1; version <= newestSchema(); ++version)
            QTest::addRow("%04d", version) << version;
    }
    void everyReleasedSchemaMigrates()
    {
        QFETCH(const int, version);
        const TemporaryRealm folder;
        makeReleased(folder.path(), version);
        auto file = must(CacheFile::open(folder.path()));
        Connection &db = file.connection();
        QCOMPARE(db.userVersion(), newestSchema());
        auto fresh = must(Connection::inMemory());
        must(applyAllMigrations(fresh));
        QCOMPARE(schemaOf(db), schemaOf(fresh));
        // the rows are there
        const auto team =
            must(findRow(db, *findTable(u"team"), u"019ff3b2-a904-7129-a4e4-ceb637528ae1"_s));
        QVERIFY(team);
        QCOMPARE(team->value(u"name"_s).toString(), u"越秀消防一中队"_s);
        // and a copy of the file as it was, if anything had to be done
        const QString copy = folder.path() + u".before-%1"_s.arg(version + 1, 4, 10, QChar(u'0'));
        QCOMPARE(QFile::exists(copy), version < newestSchema());
        // what the file was found by is found again; the kept rows came in without the triggers
        const auto found = must(searchText(db, u"越秀"_s, 10));
        QCOMPARE(found.size(), size_t(version < newestSchema() ? 1 : 0));
        // rows of a released file can be worked with
        Maker maker(1, u"anna"_s, u"desk-a"_s);
        applyOrDie(db, maker.note(IncidentId::fromText(u"019ff3b2-a904-7129-a4e4-ceb637528ae2"_s),
                                  u"记事"_s));
    }

    // A conflict of before step 4: nobody knows whether the answer to it has come.
    void oldConflictsAreNotCertain()
    {
        const TemporaryRealm folder;
        makeReleased(folder.path(), 3);
        Maker maker(1, u"anna"_s, u"desk-a"_s);
        const Operation note = maker.note(maker.ids().make<IncidentId>(), u"记事"_s);
        {
            auto db = must(Connection::open(folder.path(), Connection::Mode::ReadWrite));
            auto insert = must(db.prepare("INSERT INTO pending(operation_id, operation, changeset, "
                                          "state, reason, facts) VALUES(?,?,x'',?,?,'{}')"));
            insert.bind(1, note.id.text()).bind(2, toBytes(note)).bind(3, u"conflict"_s);
            must(insert.bind(4, refusalName(RefusalReason::NotFound)).run());
        }
        auto file = must(CacheFile::open(folder.path()));
        const auto pending = must(pendingOperations(file.connection()));
        QCOMPARE(pending.size(), 1U);
        QCOMPARE(pending[0].operation, note);
        QCOMPARE(pending[0].state, Pending::State::Conflict);
        QVERIFY(!pending[0].certain);
        QVERIFY(must(makeConflictsCertain(file.connection())));
        QVERIFY(must(pendingOperations(file.connection()))[0].certain);
    }

    // A released step is never changed afterwards: files in the field were made by it as it was.
    void releasedStepsAreFrozen()
    {
        auto kept = must(Connection::inMemory());
        must(kept.exec(dumpOf(newestSchema()).toUtf8().constData()));
        auto fresh = must(Connection::inMemory());
        must(applyAllMigrations(fresh));
        QCOMPARE(schemaOf(fresh), schemaOf(kept));
        QCOMPARE(fresh.userVersion(), kept.userVersion());
    }

    void migratingAgainChangesNothing()
    {
        const TemporaryRealm folder;
        auto db = must(Connection::open(folder.path(), Connection::Mode::ReadWrite));
        must(migrate(db));
        const auto before = schemaOf(db);
        must(migrate(db));
        QCOMPARE(schemaOf(db), before);
        QCOMPARE(QDir(folder.folder()).entryList({u"*.before-*"_s}, QDir::Files).size(), 0);
    }

    void refusals_data()
    {
        QTest::addColumn<QByteArray>("sql");
        QTest::addColumn<int>("code");
        QTest::newRow("newer") << QByteArray("PRAGMA user_version=999") << int(Errc::SchemaTooNew);
        QTest::newRow("one newer")
            << "PRAGMA user_version=" + QByteArray::number(newestSchema() + 1)
            << int(Errc::SchemaTooNew);
        QTest::newRow("negative") << QByteArray("PRAGMA user_version=-1")
                                  << int(Errc::FileMalformed);
        QTest::newRow("something else")
            << QByteArray("CREATE TABLE letters(x)") << int(Errc::FileMalformed);
    }
    void refusals()
    {
        QFETCH(const QByteArray, sql);
        QFETCH(const int, code);
        auto db = must(Connection::inMemory());
        must(db.exec(sql.constData()));
        const auto before = schemaOf(db);
        const auto done = migrate(db);
        QVERIFY(!done);
        QCOMPARE(int(done.error().code), code);
        QCOMPARE(schemaOf(db), before);
    }

    void theJournalIsAppendOnly()
    {
        auto db = memoryRealm();
        must(db.exec("INSERT INTO entry VALUES(1,'x','k','a','d',0,0,x'',x'',x'',x'',1,NULL)"));
        QVERIFY(!db.exec("UPDATE entry SET author='b'"));
        QVERIFY(!db.exec("DELETE FROM entry"));
    }
};

QTEST_GUILESS_MAIN(TestMigrations)
#include "tst_migrations.moc"
