// Backup, verify and restore of a server's folder: while it works, killed anywhere, damaged
// anywhere, on a full disk.
#include "models/store/cache_file.h"
#include "models/store/tables.h"
#include "server/accounts/accounts.h"
#include "server/accounts/sqlite_account_store.h"
#include "server/backup/archive.h"
#include "server/backup/backup.h"
#include "server/backup/backup_check.h"
#include "server/backup/restore.h"
#include "server/realm_host.h"
#include "server/server_folder.h"
#include "tests/support/crash.h"
#include "tests/support/makers.h"

#include <QDir>
#include <QDirIterator>
#include <QSemaphore>
#include <QTest>

#include <csignal>
#include <sys/resource.h>
#include <thread>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

sync::AuthorityLink &link(server::RealmHost &host)
{
    return host;
}

sync::Reply hand(server::RealmHost &host, const Operation &operation)
{
    QSemaphore answered;
    Result<sync::Reply> reply = fail(Errc::Internal, u"no answer"_s);
    const qint64 head =
        host.run([](store::Connection &db) { return must(store::journalHead(db)).seq; }).result();
    link(host).exchange(
        {.submissions = sync::asSubmissions({operation}), .cursor = {.seq = head, .hash = {}}},
        [&](Result<sync::Reply> result) {
            reply = std::move(result);
            answered.release();
        });
    answered.acquire();
    return must(std::move(reply));
}

// A server's folder, without the server: two realms and accounts.
struct Hall
{
    explicit Hall(int entries = 6)
    {
        QVERIFY(QDir().mkpath(server::realmsFolder(folder)));
        addEntries(u"live"_s, entries);
        addEntries(u"drill"_s, 2);
        addUser(u"root"_s);
    }
    void addEntries(const QString &realm, int count)
    {
        auto host = must(server::RealmHost::open(server::realmPath(folder, realm), clock));
        for (int i = 0; i < count; ++i)
            hand(*host, anna.report(anna.ids().make<IncidentId>()));
    }
    void addUser(const QString &name)
    {
        auto store = must(server::SqliteAccountStore::open(server::accountsPath(folder)));
        must(store->putUser({.id = name, .key = name, .name = name, .displayName = name}));
    }
    Result<server::BackupManifest> backUp(const QString &name, const Progress &progress = {}) const
    {
        auto source = must(server::sourceOf(folder));
        source.program = u"test"_s;
        return server::makeBackup(source, place.path(name), clock, progress);
    }
    server::RestorePlan plan(const QString &name, bool replace = false) const
    {
        return {.backup = place.path(name), .folder = folder, .replace = replace};
    }
    // What the folder holds: head and epoch of each realm, people.
    QString state() const
    {
        QStringList parts;
        for (const QString &realm : server::realmNames(folder)) {
            auto db = must(store::Connection::open(server::realmPath(folder, realm),
                                                   store::Connection::Mode::ReadOnly));
            parts += realm + u' ' + QString::number(must(store::journalHead(db)).seq);
        }
        auto accounts = must(server::SqliteAccountStore::open(server::accountsPath(folder)));
        for (const server::UserRow &user : must(accounts->users()))
            parts += user.name;
        return parts.join(u',');
    }
    QString faults() const
    {
        const auto check =
            must(server::checkServer(must(server::sourceOf(folder)), place.folder()));
        return check.holds() ? QString() : u"the folder does not verify"_s;
    }

    TemporaryRealm place;
    QString folder = place.path(u"server"_s);
    FakeClock clock;
    Maker anna{1, u"anna"_s, u"a"_s};
};

QStringList filesIn(const QString &folder)
{
    QStringList files;
    QDirIterator all(folder, QDir::Files, QDirIterator::Subdirectories);
    while (all.hasNext())
        files += QDir(folder).relativeFilePath(all.next());
    files.sort();
    return files;
}

QByteArray bytesOf(const QString &path)
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

Errc codeOf(const auto &result)
{
    return result ? Errc::Internal : result.error().code;
}

} // namespace

class TestBackup : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void thereAndBack()
    {
        Hall hall;
        const auto made = must(hall.backUp(u"b"_s));
        QCOMPARE(made.realms.size(), 2U);
        QCOMPARE(made.realms[1].name, u"live"_s);
        QCOMPARE(made.realms[1].head.seq, 6);
        QVERIFY(made.accounts.has_value());
        QCOMPARE(must(server::readManifest(hall.place.path(u"b"_s))).realms[1].head,
                 made.realms[1].head);
        QVERIFY(must(server::checkBackup(hall.place.path(u"b"_s), hall.place.folder())).holds());
        QVERIFY(!QFile::exists(hall.place.path(u"b.making"_s)));
        // others can not read it
        QCOMPARE(QFile(hall.place.path(u"b"_s)).permissions() &
                     (QFile::ReadGroup | QFile::ReadOther),
                 QFile::Permissions());
        // the past goes on without the backup, and comes back to it
        QString epoch;
        {
            auto host = must(
                server::RealmHost::open(server::realmPath(hall.folder, u"live"_s), hall.clock));
            epoch = hand(*host, hall.anna.report(hall.anna.ids().make<IncidentId>())).epoch;
        }
        hall.addUser(u"later"_s);
        const QString before = hall.state();
        QCOMPARE(before, u"drill 2,live 7,later,root"_s);
        QCOMPARE(codeOf(server::restoreBackup(hall.plan(u"b"_s), hall.clock)), Errc::AlreadyExists);
        QCOMPARE(hall.state(), before);
        auto plan = hall.plan(u"b"_s, true);
        plan.recovery = 5h;
        const auto report = must(server::restoreBackup(plan, hall.clock));
        QCOMPARE(hall.state(), u"drill 2,live 6,root"_s);
        QCOMPARE(hall.faults(), QString());
        QCOMPARE(report.realms.size(), 2U);
        QVERIFY(report.realms[1].epoch != epoch &&
                report.realms[0].epoch != report.realms[1].epoch);
        auto host =
            must(server::RealmHost::open(server::realmPath(hall.folder, u"live"_s), hall.clock));
        const auto [now, until] =
            host->run([](store::Connection &db) {
                    return std::pair(must(server::epochOf(db)), must(server::recoveryUntil(db)));
                })
                .result();
        QCOMPARE(now, report.realms[1].epoch);
        QCOMPARE(until, hall.clock.now() + 5h);
        QCOMPARE(QFile(server::accountsPath(hall.folder)).permissions() &
                     (QFile::ReadGroup | QFile::ReadOther),
                 QFile::Permissions());
        // nothing was deleted
        QVERIFY(!report.replaced.isEmpty());
        QVERIFY(QFile::exists(report.replaced + u"/realms/live.journal"_s));
        QVERIFY(QFile::exists(report.replaced + u"/server.accounts"_s));
    }

    void intoAnEmptyFolder()
    {
        Hall hall;
        must(hall.backUp(u"b"_s));
        auto plan = hall.plan(u"b"_s);
        plan.folder = hall.place.path(u"elsewhere"_s);
        QCOMPARE(must(server::restoreBackup(plan, hall.clock)).replaced, QString());
        hall.folder = plan.folder;
        QCOMPARE(hall.state(), u"drill 2,live 6,root"_s);
    }

    // With entries in archives: the same past again, from the first entry on.
    void withArchives()
    {
        Hall hall(20);
        {
            auto db = must(store::Connection::open(server::realmPath(hall.folder, u"live"_s),
                                                   store::Connection::Mode::ReadWrite));
            for (const qint64 keep : {12, 5})
                must(server::archiveRealm(db, server::archiveFolder(hall.folder, u"live"_s),
                                          u"live"_s, {.before = std::nullopt, .keep = keep},
                                          hall.clock.now()));
        }
        const auto made = must(hall.backUp(u"b"_s));
        QCOMPARE(made.realms[1].archives.size(), 2U);
        QCOMPARE(made.realms[1].first, 16);
        const auto check = must(server::checkBackup(hall.place.path(u"b"_s), hall.place.folder()));
        QVERIFY(check.holds());
        QCOMPARE(check.realms.at(u"live"_s).verification.checks[0].looked, 15); // archived ones
        must(server::restoreBackup(hall.plan(u"b"_s, true), hall.clock));
        QCOMPARE(hall.faults(), QString());
        QCOMPARE(server::archivesIn(server::archiveFolder(hall.folder, u"live"_s)).size(), 2U);
        // one of them lost from the backup: not restored, and it says which
        QFile::remove(hall.place.path(u"b/"_s + made.realms[1].archives[0].file));
        QCOMPARE(codeOf(server::restoreBackup(hall.plan(u"b"_s, true), hall.clock)), Errc::Corrupt);
        QVERIFY(!must(server::checkBackup(hall.place.path(u"b"_s), hall.place.folder())).holds());
    }

    // Every backup taken while others write is one moment: it verifies, and is the beginning of
    // what came after.
    void whileOthersWrite()
    {
        Hall hall;
        auto host =
            must(server::RealmHost::open(server::realmPath(hall.folder, u"live"_s), hall.clock));
        std::atomic<bool> enough = false;
        std::thread writer([&] {
            Maker bo(2, u"bo"_s, u"b"_s);
            while (!enough)
                hand(*host, bo.report(bo.ids().make<IncidentId>()));
        });
        std::vector<server::BackupManifest> made;
        for (int i = 0; i < 4; ++i)
            made.push_back(must(hall.backUp(u"b%1"_s.arg(i))));
        enough = true;
        writer.join();
        for (int i = 0; i < 4; ++i) {
            QVERIFY(must(server::checkBackup(hall.place.path(u"b%1"_s.arg(i)), hall.place.folder()))
                        .holds());
            const store::Head head = made[static_cast<size_t>(i)].realms[1].head;
            const auto own =
                host->run([head](store::Connection &db) {
                        return must(store::entriesAfter(db, head.seq - 1, 1)).front().hash;
                    })
                    .result();
            QCOMPARE(own, head.hash);
            if (i > 0)
                QVERIFY(head.seq >= made[static_cast<size_t>(i) - 1].realms[1].head.seq);
        }
        QVERIFY(made.back().realms[1].head.seq > 6);
    }

    // Every file, cut, changed, longer, missing: known, and not restored over anything.
    void damage()
    {
        Hall hall(3);
        must(hall.backUp(u"b"_s));
        const QString backup = hall.place.path(u"b"_s);
        const QString before = hall.state();
        int looked = 0;
        for (const QString &name : filesIn(backup)) {
            const QString path = backup + u'/' + name;
            const QByteArray good = bytesOf(path);
            const auto refused = [&](const char *how) {
                ++looked;
                const auto check = server::checkBackup(backup, hall.place.folder());
                const auto back = server::restoreBackup(hall.plan(u"b"_s, true), hall.clock);
                QVERIFY2(check && !check->holds(), qPrintable(name + u": "_s + QLatin1String(how)));
                QVERIFY2(!back, qPrintable(name + u": "_s + QLatin1String(how)));
                const bool named =
                    back.error().detail.contains(u"b/"_s) || back.error().detail.contains(backup);
                QVERIFY2(named, qPrintable(back.error().detail));
                QCOMPARE(hall.state(), before);
            };
            for (const double at : {0.0, 0.3, 0.6, 0.99}) {
                QByteArray bad = good;
                const auto place = static_cast<qsizetype>(at * static_cast<double>(good.size()));
                bad[place] = static_cast<char>(bad[place] ^ 1);
                write(path, bad);
                refused("changed");
            }
            write(path, good.first(good.size() / 2));
            refused("cut");
            write(path, {});
            refused("empty");
            if (name != QLatin1StringView(server::manifestName)) { // blanks after JSON mean nothing
                write(path, good + 'x');
                refused("longer");
            }
            QFile::remove(path);
            refused("missing");
            write(path, good);
        }
        QCOMPARE(looked, 4 * 8 - 1);
        QVERIFY(must(server::checkBackup(backup, hall.place.folder())).holds());
        QVERIFY(server::restoreBackup(hall.plan(u"b"_s, true), hall.clock).has_value());
    }

    // A backup whose manifest was made to fit what somebody has put in: the chain tells.
    void tamperedWithCare()
    {
        Hall hall(3);
        const auto made = must(hall.backUp(u"b"_s));
        const QString backup = hall.place.path(u"b"_s);
        const QString plain = hall.place.path(u"plain"_s);
        auto manifest = made;
        server::BackedUpRealm &live = manifest.realms[1];
        must(server::unpackFile(backup + u'/' + live.journal.file, plain, live.journal.facts));
        {
            auto db = must(store::Connection::open(plain, store::Connection::Mode::ReadWrite));
            must(db.exec("UPDATE incident SET title='改' WHERE number=2"));
            must(db.exec("PRAGMA wal_checkpoint(TRUNCATE)"));
        }
        live.journal.facts = must(server::packFile(plain, backup + u'/' + live.journal.file));
        write(backup + u'/' + QLatin1StringView(server::manifestName), server::toBytes(manifest));
        const auto check = must(server::checkBackup(backup, hall.place.folder()));
        QVERIFY(!check.holds());
        QVERIFY(check.faults.isEmpty()); // every file is what the manifest says
        const auto back = server::restoreBackup(hall.plan(u"b"_s, true), hall.clock);
        QCOMPARE(codeOf(back), Errc::Corrupt);
        QVERIFY2(back.error().detail.contains(u"journal_against_tables"_s),
                 qPrintable(back.error().detail));
    }

    void refusals()
    {
        Hall hall;
        must(hall.backUp(u"b"_s));
        QCOMPARE(codeOf(hall.backUp(u"b"_s)), Errc::AlreadyExists);
        QCOMPARE(codeOf(server::sourceOf(hall.place.path(u"nothing"_s))), Errc::FileMissing);
        QCOMPARE(codeOf(server::restoreBackup(hall.plan(u"no"_s), hall.clock)), Errc::FileMissing);
        {
            const auto lock = must(server::lockFolder(hall.folder));
            QCOMPARE(codeOf(server::restoreBackup(hall.plan(u"b"_s, true), hall.clock)),
                     Errc::CacheInUse);
            QCOMPARE(codeOf(server::lockFolder(hall.folder)), Errc::CacheInUse);
        }
        {
            const auto host = must(
                server::RealmHost::open(server::realmPath(hall.folder, u"live"_s), hall.clock));
            QCOMPARE(codeOf(server::restoreBackup(hall.plan(u"b"_s, true), hall.clock)),
                     Errc::CacheInUse);
        }
        // a folder of somebody else's in the way
        QVERIFY(QDir().mkpath(hall.place.path(u"c.making/things"_s)));
        QCOMPARE(codeOf(hall.backUp(u"c"_s)), Errc::AlreadyExists);
        // what is there: nothing of all that has touched it
        QCOMPARE(hall.state(), u"drill 2,live 6,root"_s);
    }

    // Killed at any moment a backup is there whole or not at all, and the next one can be made.
    void backupKilledAnywhere()
    {
        Hall hall;
        int step = 1;
        for (bool died = true; died; ++step) {
            died = diesAt(step,
                          [&](const Progress &progress) { (void) hall.backUp(u"b"_s, progress); });
            const QString backup = hall.place.path(u"b"_s);
            QCOMPARE(QFileInfo::exists(backup), !died);
            if (died)
                must(hall.backUp(u"b"_s));
            QVERIFY(must(server::checkBackup(backup, hall.place.folder())).holds());
            QVERIFY(QDir(backup).removeRecursively());
        }
        QVERIFY(step > 5);
        QCOMPARE(hall.state(), u"drill 2,live 6,root"_s);
    }

    // Killed at any moment a restore leaves the old or the new, realms and accounts together.
    void restoreKilledAnywhere()
    {
        int step = 1;
        int news = 0;
        for (bool died = true; died; ++step) {
            Hall hall(3);
            must(hall.backUp(u"b"_s));
            hall.addEntries(u"live"_s, 1);
            hall.addUser(u"later"_s);
            died = diesAt(step, [&](const Progress &progress) {
                (void) server::restoreBackup(hall.plan(u"b"_s, true), hall.clock, progress);
            });
            { // as the next server does at its start
                const auto lock = must(server::lockFolder(hall.folder));
                must(server::settleRestore(hall.folder));
            }
            const QString state = hall.state();
            const bool isNew = state == "drill 2,live 3,root"_L1;
            QVERIFY2(isNew || state == "drill 2,live 4,later,root"_L1, qPrintable(state));
            QVERIFY(died || isNew);
            news += isNew ? 1 : 0;
            QCOMPARE(hall.faults(), QString());
            // and it can be done again
            must(server::restoreBackup(hall.plan(u"b"_s, true), hall.clock));
            QCOMPARE(hall.state(), u"drill 2,live 3,root"_s);
        }
        QVERIFY(step > 5 && news >= 2);
    }

    // Killed between any two moves of the last step: whoever comes next finishes it.
    void settlesFromAnywhere()
    {
        for (int moves = 0; moves <= 4; ++moves) {
            Hall hall(3);
            must(hall.backUp(u"b"_s));
            hall.addEntries(u"live"_s, 1);
            hall.addUser(u"later"_s);
            QVERIFY(diesAt(1, [&](const Progress &progress) {
                (void) server::restoreBackup(hall.plan(u"b"_s, true), hall.clock,
                                             Progress([&](qint64, qint64, const QString &what) {
                                                 if (what == "settling"_L1)
                                                     (void) progress.report(0, 0);
                                             }));
            }));
            const QString restored = hall.folder + u"/restored"_s;
            const QString old =
                hall.folder + u'/' + QString::fromUtf8(bytesOf(restored + u"/replaces"_s));
            const auto move = [](const QString &from, const QString &to) {
                QVERIFY(QDir().rename(from, to));
            };
            QVERIFY(moves == 0 || QDir().mkpath(old));
            if (moves > 0)
                move(hall.folder + u"/realms"_s, old + u"/realms"_s);
            if (moves > 1)
                move(restored + u"/realms"_s, hall.folder + u"/realms"_s);
            if (moves > 2)
                move(hall.folder + u"/server.accounts"_s, old + u"/server.accounts"_s);
            if (moves > 3)
                move(restored + u"/server.accounts"_s, hall.folder + u"/server.accounts"_s);
            const auto lock = must(server::lockFolder(hall.folder));
            QCOMPARE(must(server::settleRestore(hall.folder)), old);
            QCOMPARE(must(server::settleRestore(hall.folder)), QString());
            QCOMPARE(hall.state(), u"drill 2,live 3,root"_s);
            QVERIFY(QFile::exists(old + u"/realms/live.journal"_s));
            QVERIFY(QFile::exists(old + u"/server.accounts"_s));
            QVERIFY(!QFileInfo::exists(restored));
        }
    }

    // On a disk that is full at whatever byte: said so, and what is there stays.
    void fullDisk_data()
    {
        QTest::addColumn<int>("bytes");
        for (const int bytes : {0, 1000, 8192, 40'000, 150'000})
            QTest::addRow("%d", bytes) << bytes;
    }
    void fullDisk()
    {
        QFETCH(const int, bytes);
        Hall hall(3);
        must(hall.backUp(u"b"_s));
        hall.addEntries(u"live"_s, 1);
        const QString before = hall.state();
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        rlimit usual = {};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &usual), 0);
        const rlimit tight{static_cast<rlim_t>(bytes), usual.rlim_max};
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &tight), 0);
        const auto made = hall.backUp(u"c"_s);
        const auto back = server::restoreBackup(hall.plan(u"b"_s, true), hall.clock);
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &usual), 0);
        std::signal(SIGXFSZ, handler);
        QCOMPARE(codeOf(made), Errc::DiskFull);
        QVERIFY(!QFileInfo::exists(hall.place.path(u"c"_s)));
        QVERIFY(!QFileInfo::exists(hall.place.path(u"c.making"_s))); // the room is given back
        QVERIFY2(codeOf(back) == Errc::DiskFull || codeOf(back) == Errc::FileUnwritable,
                 qPrintable(back ? u"restored"_s : back.error().detail));
        QCOMPARE(hall.state(), before);
        QVERIFY(!QFileInfo::exists(hall.folder + u"/restoring"_s));
        QCOMPARE(hall.faults(), QString());
        must(hall.backUp(u"c"_s));
        must(server::restoreBackup(hall.plan(u"c"_s, true), hall.clock));
        QCOMPARE(hall.state(), before);
    }

    void manifests_data()
    {
        QTest::addColumn<QByteArray>("change"); // of the JSON, before it is hashed anew: from → to
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<int>("code");
        QTest::newRow("newer format")
            << QByteArray("\"format\": 1") << QByteArray("\"format\": 2") << int(Errc::Unsupported);
        QTest::newRow("changed") << QByteArray("\"seq\": 6") << QByteArray("\"seq\": 7")
                                 << int(Errc::Corrupt);
        QTest::newRow("path") << QByteArray("live.realm.zst") << QByteArray("../etc/passwd")
                              << int(Errc::Corrupt);
        QTest::newRow("no manifest")
            << QByteArray("\"format\"") << QByteArray("\"from\"") << int(Errc::FileMalformed);
    }
    void manifests()
    {
        QFETCH(const QByteArray, change);
        QFETCH(const QByteArray, to);
        QFETCH(const int, code);
        Hall hall;
        QByteArray bytes = server::toBytes(must(hall.backUp(u"b"_s)));
        QVERIFY(server::manifestFrom(bytes).has_value());
        QVERIFY(bytes.contains(change));
        bytes.replace(change, to);
        QCOMPARE(int(codeOf(server::manifestFrom(bytes))), code);
    }

    // A manifest that somebody wrote by hand, its own hash right: no path leads out of the folder.
    void noWayOut_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("realm");
        QTest::newRow("up") << u"../x"_s << u"live"_s;
        QTest::newRow("up later") << u"a/../../x"_s << u"live"_s;
        QTest::newRow("absolute") << u"/etc/x"_s << u"live"_s;
        QTest::newRow("hidden") << u".x"_s << u"live"_s;
        QTest::newRow("none") << QString() << u"live"_s;
        QTest::newRow("realm up") << u"x"_s << u"../live"_s;
        QTest::newRow("realm below") << u"x"_s << u"a/live"_s;
        QTest::newRow("realm none") << u"x"_s << QString();
    }
    void noWayOut()
    {
        QFETCH(const QString, file);
        QFETCH(const QString, realm);
        server::BackupManifest manifest{.madeAt = instantFromMs(1)};
        manifest.realms.push_back(
            {.name = u"live"_s, .journal = {u"x"_s, {1, 1, QByteArray(32, 'h')}}});
        QVERIFY(server::manifestFrom(server::toBytes(manifest)).has_value());
        manifest.realms[0].name = realm;
        manifest.realms[0].journal.file = file;
        QCOMPARE(codeOf(server::manifestFrom(server::toBytes(manifest))), Errc::FileMalformed);
    }
};

QTEST_GUILESS_MAIN(TestBackup)
#include "tst_backup.moc"
