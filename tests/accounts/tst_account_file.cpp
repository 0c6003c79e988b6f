#include "server/accounts/sqlite_account_store.h"
#include "tests/accounts/people.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

using namespace leeward;
using namespace leeward::server;
using namespace Qt::StringLiterals;
using test::cheapRules;
using test::Device;
using test::rightPassword;
using test::SeededRandom;
using test::verifier;

class TestAccountFile : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void keepsNoSecretAndIsItsOwners()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"hall.leeward-accounts"_s);
        test::FakeClock clock;
        SeededRandom random;
        SignedIn in;
        QString code;
        {
            const auto store = test::must(SqliteAccountStore::open(path));
            const auto accounts =
                test::must(Accounts::create(*store, clock, random, u"s"_s, cheapRules()));
            code = test::must(accounts->newSetupCode());
            test::must(accounts->createFirstAdministrator(code, {.name = u"li"_s}, verifier(),
                                                          u"10.0.0.1"_s));
            const Device desk(random, u"1号台"_s);
            in = *test::must(accounts->signIn(desk.asks(u"li"_s), rightPassword));
            for (const QString &file : {path, QString(path + u"-wal"_s)})
                QCOMPARE(QFileInfo(file).permissions() &
                             (QFileDevice::ReadGroup | QFileDevice::ReadOther |
                              QFileDevice::WriteGroup | QFileDevice::WriteOther),
                         QFileDevice::Permissions());
        }
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        QVERIFY(bytes.contains("$argon2id$"));
        for (const QByteArray &secret :
             {in.accessToken, in.refreshToken,
              QByteArray::fromBase64(in.accessToken, QByteArray::Base64UrlEncoding),
              rightPassword.toUtf8(), code.toUtf8(), code.remove(u'-').toUtf8()})
            QVERIFY(!bytes.contains(secret));
        // Opened again, all is there: durable before it was answered.
        const auto store = test::must(SqliteAccountStore::open(path));
        const auto accounts =
            test::must(Accounts::create(*store, clock, random, u"s"_s, cheapRules()));
        QVERIFY(test::must(accounts->authenticate(in.accessToken)));
        QVERIFY(test::must(sync::openGrant(in.offlineGrant, accounts->grantKey())).user == u"li"_s);
        QVERIFY(!test::must(accounts->needsFirstAdministrator()));
    }
    void otherFilesAreRefused()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"x"_s);
        {
            auto db = test::must(store::Connection::open(path, store::Connection::Mode::ReadWrite));
            test::must(db.exec("CREATE TABLE t(a)"));
        }
        QCOMPARE(SqliteAccountStore::open(path).error().code, Errc::FileMalformed);
        const QString newer = folder.filePath(u"y"_s);
        (void) test::must(SqliteAccountStore::open(newer));
        {
            auto db =
                test::must(store::Connection::open(newer, store::Connection::Mode::ReadWrite));
            test::must(db.exec("PRAGMA user_version=99"));
        }
        QCOMPARE(SqliteAccountStore::open(newer).error().code, Errc::SchemaTooNew);
        QFile text(folder.filePath(u"z"_s));
        QVERIFY(text.open(QIODevice::WriteOnly));
        text.write(QByteArray(4096, 'x'));
        text.close();
        QCOMPARE(SqliteAccountStore::open(text.fileName()).error().code, Errc::FileMalformed);
    }
    void theAuditIsFinal()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"x"_s);
        {
            const auto store = test::must(SqliteAccountStore::open(path));
            test::must(store->audit({.what = u"sign-in"_s}));
        }
        auto db = test::must(store::Connection::open(path, store::Connection::Mode::ReadWrite));
        QVERIFY(!db.exec("DELETE FROM audit"));
        QVERIFY(!db.exec("UPDATE audit SET who='x'"));
    }
    // A file of the first schema has what the later steps add: who is signed in stays so, and the
    // key for seals is made once.
    void anOlderFileIsBroughtUpToDate()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"x"_s);
        test::FakeClock clock;
        SeededRandom random;
        const Device desk(random, u"1号台"_s);
        SignedIn in;
        {
            const auto store = test::must(SqliteAccountStore::open(path));
            const auto accounts =
                test::must(Accounts::create(*store, clock, random, u"s"_s, cheapRules()));
            const QString code = test::must(accounts->newSetupCode());
            test::must(accounts->createFirstAdministrator(code, {.name = u"li"_s}, verifier(),
                                                          u"10.0.0.1"_s));
            in = *test::must(accounts->signIn(desk.asks(u"li"_s), rightPassword));
        }
        {
            auto db = test::must(store::Connection::open(path, store::Connection::Mode::ReadWrite));
            test::must(db.exec("ALTER TABLE token DROP COLUMN heirs;"
                               "ALTER TABLE token DROP COLUMN used_at;"
                               "DELETE FROM fact WHERE name='seal_secret';"
                               "DROP TABLE app_key; DROP TABLE realm; PRAGMA user_version=1"));
        }
        QByteArray key;
        for (int time = 0; time < 2; ++time) {
            const auto store = test::must(SqliteAccountStore::open(path));
            QCOMPARE(test::must(store->users()).size(), 1U);
            QCOMPARE(test::must(store->appKeys()).size(), 0U);
            QCOMPARE(test::must(store->realms()).size(), 0U);
            const auto accounts =
                test::must(Accounts::create(*store, clock, random, u"s"_s, cheapRules()));
            QCOMPARE(accounts->sealKey().size(), 32);
            QVERIFY(time == 0 || accounts->sealKey() == key);
            key = accounts->sealKey();
            QVERIFY(test::must(accounts->authenticate(in.accessToken)));
            const auto next = test::must(accounts->refresh(desk.refreshes(in.refreshToken)));
            QVERIFY(next);
            in = *next;
        }
    }
};

QTEST_GUILESS_MAIN(TestAccountFile)
#include "tst_account_file.moc"
