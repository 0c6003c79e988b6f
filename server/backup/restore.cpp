#include "server/backup/restore.h"

#include "models/store/cache_file.h"
#include "models/store/realm_copy.h"
#include "server/authority.h"
#include "server/backup/backup_check.h"
#include "server/server_folder.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QStorageInfo>
#include <QUuid>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {

bool isInUse(const QString &folder)
{
    return !realmNames(folder).isEmpty() || QFile::exists(accountsPath(folder)) ||
           QDir(folder).exists(u"archive"_s);
}

// A realm's file may be held by something that is no server: a console that works stand-alone.
Result<> checkFree(const QString &folder)
{
    for (const QString &name : realmNames(folder)) {
        QLockFile lock(realmPath(folder, name) + u".lock"_s);
        lock.setStaleLockTime(0);
        if (lock.tryLock(0))
            continue;
        qint64 pid = 0;
        QString host;
        QString application;
        (void) lock.getLockInfo(&pid, &host, &application);
        return fail(Errc::CacheInUse, u"%1 is held by %2 (process %3 on %4)"_s
                                          .arg(realmPath(folder, name), application)
                                          .arg(pid)
                                          .arg(host));
    }
    return {};
}

Result<> checkRoom(const BackupManifest &manifest, const QString &folder)
{
    qint64 needed = manifest.accounts ? manifest.accounts->facts.size : 0;
    for (const BackedUpRealm &realm : manifest.realms) {
        needed += realm.journal.facts.size;
        for (const BackedUpFile &archive : realm.archives)
            needed += archive.facts.packed;
    }
    const qint64 free = QStorageInfo(folder).bytesAvailable();
    if (free >= needed)
        return {};
    return fail(Errc::DiskFull, u"%1: %2 MiB are free, and the restore needs about %3"_s.arg(folder)
                                    .arg(free / 1'048'576)
                                    .arg(needed / 1'048'576 + 1));
}

QString accountsName(RestoreReport::Accounts accounts)
{
    switch (accounts) {
    case RestoreReport::Accounts::None: return u"none"_s;
    case RestoreReport::Accounts::Kept: return u"kept"_s;
    case RestoreReport::Accounts::Restored: return u"restored"_s;
    }
    return {};
}

// The first fault, in words.
QString firstFault(const PastCheck &check)
{
    if (!check.faults.isEmpty())
        return check.faults.front();
    for (const auto &[name, realm] : check.realms) {
        for (const sync::Check &one : realm.verification.checks) {
            if (!one.faults.isEmpty())
                return name + u": "_s + one.name + u": "_s + one.faults.front();
        }
    }
    return {};
}

// Unpacks one realm, looks at all of it, and gives it its new life.
Result<RestoredRealm> bringBack(const BackedUpRealm &realm, const RestorePlan &plan,
                                const QString &making, Instant until, const Progress &progress)
{
    RestoredRealm restored{.name = realm.name,
                           .journal = realmPath(making, realm.name),
                           .head = realm.head,
                           .epoch = QUuid::createUuid().toString(QUuid::WithoutBraces),
                           .recoveryUntil = until};
    TRY(unpackFile(plan.backup + u'/' + realm.journal.file, restored.journal, realm.journal.facts,
                   progress));
    const QString archives = archiveFolder(making, realm.name);
    if (!QDir().mkpath(archives))
        return fail(Errc::FileUnwritable, archives);
    for (const BackedUpFile &file : realm.archives) {
        const QString from = plan.backup + u'/' + file.file;
        const QString to = archives + u'/' + QFileInfo(file.file).fileName();
        if (!QFile::copy(from, to))
            return fail(QFile::exists(from) ? Errc::FileUnwritable : Errc::Corrupt,
                        u"%1 can not be copied"_s.arg(from));
        TRY(checkFacts(to, file.facts, progress));
        TRY(syncFile(to));
    }
    TRY(syncFolder(archives));
    PastCheck check;
    TRY_ASSIGN(PastCheck::Realm found, checkRealmCopy(restored.journal, archivesIn(archives)));
    if (found.head != realm.head)
        check.faults += u"%1: the newest entry is not the one that was written"_s.arg(realm.name);
    check.realms.insert_or_assign(realm.name, std::move(found));
    if (!check.holds())
        return fail(Errc::Corrupt, plan.backup + u": "_s + firstFault(check));
    {
        TRY_ASSIGN(store::Connection db,
                   store::Connection::open(restored.journal, store::Connection::Mode::ReadWrite));
        TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(db));
        TRY(beginNewLife(db, restored.epoch, until));
        TRY(transaction.commit());
        TRY(db.emptyLog());
    }
    TRY(syncFile(restored.journal));
    return restored;
}

Result<> bringBackAccounts(const BackedUpFile &accounts, const RestorePlan &plan,
                           const QString &making, const Progress &progress)
{
    const QString path = accountsPath(making);
    TRY(writeDurably(path, {}));
    QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner);
    TRY(unpackFile(plan.backup + u'/' + accounts.file, path, accounts.facts, progress));
    TRY(checkAccountsCopy(path));
    for (const auto suffix : {"-wal"_L1, "-shm"_L1}) {
        if (QFileInfo(path + suffix).size() > 0 && suffix == "-wal"_L1)
            return fail(Errc::Internal, path + u": a log was left behind"_s);
        QFile::remove(path + suffix);
    }
    return syncFile(path);
}

Result<RestoreReport> prepare(const BackupManifest &manifest, const RestorePlan &plan,
                              const QString &making, const Clock &clock, const Progress &progress)
{
    if (!QDir().mkpath(realmsFolder(making)) || !QDir().mkpath(making + u"/archive"_s))
        return fail(Errc::FileUnwritable, making);
    RestoreReport report;
    const Instant now = clock.now();
    for (const BackedUpRealm &realm : manifest.realms) {
        if (!progress.report(0, 0, realm.name))
            return fail(Errc::Cancelled, plan.folder);
        TRY_ASSIGN(RestoredRealm restored,
                   bringBack(realm, plan, making, now + plan.recovery, progress));
        report.realms.push_back(std::move(restored));
    }
    if (manifest.accounts && plan.withAccounts) {
        TRY(bringBackAccounts(*manifest.accounts, plan, making, progress));
        report.accounts = RestoreReport::Accounts::Restored;
    } else if (manifest.accounts) {
        report.accounts = RestoreReport::Accounts::Kept;
    }
    for (const QString &extra :
         QDir(realmsFolder(making)).entryList({u"*.lock"_s, u"*.before-*"_s}, QDir::Files))
        QFile::remove(realmsFolder(making) + u'/' + extra);
    // Known before anything is decided, and the same after a crash.
    const QString old = u"before-restore-"_s + QString::number(toMs(now)) + u'-' +
                        QUuid::createUuid().toString(QUuid::Id128).left(6);
    TRY(writeDurably(making + u"/replaces"_s, old.toUtf8()));
    TRY(syncFolder(realmsFolder(making)));
    TRY(syncFolder(making));
    return report;
}

} // namespace

Result<RestoreReport> restoreBackup(const RestorePlan &plan, const Clock &clock,
                                    const Progress &progress)
{
    TRY_ASSIGN(const BackupManifest manifest, readManifest(plan.backup));
    if (!QDir().mkpath(plan.folder))
        return fail(Errc::FileUnwritable, plan.folder);
    TRY_ASSIGN(const auto lock, lockFolder(plan.folder));
    TRY(settleRestore(plan.folder)); // of a restore that was stopped
    TRY(checkFree(plan.folder));
    if (isInUse(plan.folder) && !plan.replace)
        return fail(Errc::AlreadyExists,
                    plan.folder + u": has realms or accounts; say that they are to be replaced"_s);
    TRY(checkRoom(manifest, plan.folder));
    const QString making = plan.folder + u"/restoring"_s;
    QDir(making).removeRecursively(); // of a restore that was never decided
    auto report = prepare(manifest, plan, making, clock, progress);
    if (report && plan.publish) {
        if (const auto published = plan.publish(report->realms); !published)
            report = std::unexpected(published.error());
    }
    if (!report) {
        QDir(making).removeRecursively();
        return report;
    }
    if (!progress.report(0, 1, u"decided"_s) && !plan.publish) {
        QDir(making).removeRecursively();
        return fail(Errc::Cancelled, plan.folder);
    }
    // From here on the new holds.
    if (!QDir().rename(making, plan.folder + u'/' + QLatin1StringView(restoredName)))
        return fail(Errc::FileUnwritable, making);
    TRY(syncFolder(plan.folder));
    (void) progress.report(1, 1, u"settling"_s);
    TRY_ASSIGN(report->replaced, settleRestore(plan.folder));
    for (RestoredRealm &realm : report->realms)
        realm.journal = realmPath(plan.folder, realm.name);
    return report;
}

QJsonObject toJson(const RestoreReport &report)
{
    QJsonArray realms;
    for (const RestoredRealm &realm : report.realms)
        realms.append(QJsonObject{{u"name"_s, realm.name},
                                  {u"seq"_s, realm.head.seq},
                                  {u"hash"_s, QString::fromLatin1(realm.head.hash.toHex())},
                                  {u"epoch"_s, realm.epoch},
                                  {u"recovery_until"_s, toIso(realm.recoveryUntil)}});
    return {{u"ok"_s, true},
            {u"realms"_s, realms},
            {u"accounts"_s, accountsName(report.accounts)},
            {u"replaced"_s, report.replaced}};
}

} // namespace leeward::server
