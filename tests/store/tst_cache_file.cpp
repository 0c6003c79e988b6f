#include "models/store/cache_file.h"
#include "models/store/entries.h"
#include "models/store/migrations.h"
#include "models/store/tables.h"
#include "tests/support/makers.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QTest>

using namespace leeward;
using namespace leeward::store;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    QCOMPARE(file.write(bytes), bytes.size());
}

QString outcome(const QString &path)
{
    const auto file = CacheFile::open(path);
    return file ? u"opened"_s : errcName(file.error().code);
}

// A closed realm file with some life in it.
void makeRealm(const QString &path)
{
    auto file = must(CacheFile::open(path));
    Maker maker(1, u"anna"_s, u"desk-a"_s);
    for (int i = 0; i < 50; ++i)
        applyOrDie(file.connection(),
                   maker.createTeam(maker.ids().make<TeamId>(), u"T%1"_s.arg(i), u"抢险队"_s));
}

} // namespace

class TestCacheFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aNewFile()
    {
        const TemporaryRealm folder;
        {
            auto file = must(CacheFile::open(folder.path()));
            QCOMPARE(file.connection().userVersion(), newestSchema());
        }
        QCOMPARE(outcome(folder.path()), u"opened"_s);
        const auto reader = must(openReadOnly(folder.path()));
        QVERIFY(reader.isReadOnly());
    }

    void anEmptyFileIsANewOne()
    {
        const TemporaryRealm folder;
        write(folder.path(), {});
        QCOMPARE(outcome(folder.path()), u"opened"_s);
    }

    void whatIsNoRealm_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("text") << QByteArray("This is a letter, and a long one. ").repeated(100);
        QTest::newRow("short") << QByteArray("x");
        QTest::newRow("zeros") << QByteArray(8192, '\0');
        QTest::newRow("a header and nothing more")
            << QByteArray("SQLite format 3\0", 16) + QByteArray(4080, 'x');
    }
    void whatIsNoRealm()
    {
        QFETCH(const QByteArray, bytes);
        const TemporaryRealm folder;
        write(folder.path(), bytes);
        const QString said = outcome(folder.path());
        QVERIFY2(said == "file-malformed"_L1 || said == "corrupt"_L1, qPrintable(said));
        QCOMPARE(contentOf(folder.path()), bytes); // left as it was
    }

    void aDatabaseOfSomethingElse()
    {
        const TemporaryRealm folder;
        {
            auto other = must(Connection::open(folder.path(), Connection::Mode::ReadWrite));
            must(other.exec("PRAGMA journal_mode=DELETE; CREATE TABLE letters(x)"));
        }
        const QByteArray before = contentOf(folder.path());
        QCOMPARE(outcome(folder.path()), u"file-malformed"_s);
        QCOMPARE(contentOf(folder.path()), before);
        QVERIFY(!openReadOnly(folder.path()));
    }

    void aNewerSchema_data()
    {
        QTest::addColumn<QByteArray>("mode");
        QTest::newRow("wal") << QByteArray("WAL");
        QTest::newRow("rollback journal") << QByteArray("DELETE");
    }
    void aNewerSchema()
    {
        QFETCH(const QByteArray, mode);
        const TemporaryRealm folder;
        makeRealm(folder.path());
        {
            auto db = must(Connection::open(folder.path(), Connection::Mode::ReadWrite));
            const QByteArray sql = "PRAGMA user_version=999; PRAGMA journal_mode=" + mode;
            must(db.exec(sql.constData()));
        }
        const QByteArray before = contentOf(folder.path());
        const auto file = CacheFile::open(folder.path());
        QVERIFY(!file);
        QCOMPARE(file.error().code, Errc::SchemaTooNew);
        QVERIFY2(file.error().detail.contains(u"999"_s), qPrintable(file.error().detail));
        QCOMPARE(contentOf(folder.path()), before);
        QVERIFY(
            QDir(folder.folder()).entryList({u"*.before-*"_s, u"*.lock"_s}, QDir::Files).isEmpty());
        const auto reader = openReadOnly(folder.path());
        QVERIFY(!reader);
        QCOMPARE(reader.error().code, Errc::SchemaTooNew);
    }

    void aSchemaNumberThatCanNotBe()
    {
        const TemporaryRealm folder;
        makeRealm(folder.path());
        {
            auto db = must(Connection::open(folder.path(), Connection::Mode::ReadWrite));
            must(db.exec("PRAGMA user_version=-5"));
        }
        const QByteArray before = contentOf(folder.path());
        QCOMPARE(outcome(folder.path()), u"file-malformed"_s);
        QCOMPARE(contentOf(folder.path()), before);
    }

    void aSecondConsole()
    {
        const TemporaryRealm folder;
        auto first = std::make_unique<CacheFile>(must(CacheFile::open(folder.path())));
        const auto second = CacheFile::open(folder.path());
        QVERIFY(!second);
        QCOMPARE(second.error().code, Errc::CacheInUse);
        QVERIFY2(
            second.error().detail.contains(QString::number(QCoreApplication::applicationPid())),
            qPrintable(second.error().detail));
        QVERIFY(openReadOnly(folder.path())); // looking is allowed
        // the lock outlives the connection's move to its thread
        auto connection = std::make_unique<Connection>(first->takeConnection());
        QCOMPARE(outcome(folder.path()), u"cache-in-use"_s);
        connection.reset();
        first.reset();
        QCOMPARE(outcome(folder.path()), u"opened"_s);
    }

    void theLockOfADeadProcess()
    {
        const TemporaryRealm folder;
        // a lock as QLockFile writes it, of a process that can not be: process ids end below 2^22
        write(folder.path() + u".lock"_s,
              "4194999\nleeward\n" + QSysInfo::machineHostName().toUtf8() + "\n");
        QCOMPARE(outcome(folder.path()), u"opened"_s);
    }

    // Found by the thousand kills: a process died between making its lock and writing its name into
    // it.
    void aLockThatNamesNobody()
    {
        const TemporaryRealm folder;
        makeRealm(folder.path());
        write(folder.path() + u".lock"_s, {});
        QCOMPARE(outcome(folder.path()), u"opened"_s);
    }

    void placesThatCanNotBeWritten()
    {
        const TemporaryRealm folder;
        QCOMPARE(outcome(folder.path(u"nowhere/city.leeward"_s)), u"file-missing"_s);
        QCOMPARE(outcome(u"/proc/city.leeward"_s),
                 u"file-unwritable"_s); // a folder nobody can write, root neither
        write(folder.path(u"file"_s), "x");
        QCOMPARE(outcome(folder.path(u"file/city.leeward"_s)), u"file-missing"_s);
        QDir(folder.folder()).mkdir(u"folder.leeward"_s);
        QCOMPARE(outcome(folder.path(u"folder.leeward"_s)), u"file-unreadable"_s);
    }

    void aReadOnlyFile()
    {
        const TemporaryRealm folder;
        makeRealm(folder.path());
        QVERIFY(QFile::setPermissions(folder.path(), QFileDevice::ReadOwner));
        if (QFileInfo(folder.path()).isWritable())
            QSKIP("this user may write read-only files");
        QCOMPARE(outcome(folder.path()), u"file-unwritable"_s);
    }

    // Whatever byte is broken: the file opens and answers, or says that it is corrupt; nothing
    // crashes and nothing is made anew.
    void brokenBytes()
    {
        const TemporaryRealm folder;
        makeRealm(folder.path(u"good.leeward"_s));
        const QByteArray good = contentOf(folder.path(u"good.leeward"_s));
        QVERIFY(good.size() > 10'000);
        std::mt19937 random(4);
        int refused = 0;
        for (int round = 0; round < 60; ++round) {
            QByteArray bad = good;
            const auto from = static_cast<qsizetype>(random() % static_cast<unsigned>(bad.size()));
            for (qsizetype i = from; i < std::min(from + (round % 2 ? 1 : 3000), bad.size()); ++i)
                bad[i] = static_cast<char>(random());
            write(folder.path(), bad);
            QFile::remove(folder.path() + u"-wal"_s);
            QFile::remove(folder.path() + u"-shm"_s);
            auto file = CacheFile::open(folder.path());
            if (!file) {
                ++refused;
                QVERIFY2(file.error().code == Errc::Corrupt ||
                             file.error().code == Errc::FileMalformed ||
                             file.error().code == Errc::SchemaTooNew,
                         qPrintable(errcName(file.error().code) + file.error().detail));
                QCOMPARE(contentOf(folder.path()).size(), bad.size());
                continue;
            }
            const auto digest = tablesDigest(file->connection());
            if (!digest) {
                ++refused;
                QCOMPARE(digest.error().code, Errc::Corrupt);
            }
        }
        QVERIFY(refused > 5);
    }

    void aCutFile()
    {
        const TemporaryRealm folder;
        makeRealm(folder.path());
        const QByteArray good = contentOf(folder.path());
        write(folder.path(), good.left(good.size() / 2));
        auto file = CacheFile::open(folder.path());
        if (file) {
            const auto digest = tablesDigest(file->connection());
            QVERIFY(!digest);
            QCOMPARE(digest.error().code, Errc::Corrupt);
        } else {
            QCOMPARE(file.error().code, Errc::Corrupt);
        }
    }
};

QTEST_GUILESS_MAIN(TestCacheFile)
#include "tst_cache_file.moc"
