#include "server/backup/backup.h"

#include "models/store/cache_file.h"
#include "models/store/realm_copy.h"
#include "server/authority.h"
#include "server/backup/archive_file.h"
#include "server/server_folder.h"

#include <QDir>
#include <QFileInfo>
#include <QStorageInfo>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {

constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner;

// A folder of this name that a killed backup left.
Result<> clearMaking(const QString &making)
{
    if (!QFileInfo::exists(making))
        return {};
    const bool ours = QFile::exists(making + u"/unfinished"_s) ||
                      QFile::exists(making + u'/' + QLatin1StringView(manifestName));
    if (!ours && !QDir(making).isEmpty())
        return fail(Errc::AlreadyExists, making + u": is in the way, and no unfinished backup"_s);
    if (!QDir(making).removeRecursively())
        return fail(Errc::FileUnwritable, making);
    return {};
}

// Room for the packed files, and for the largest one unpacked beside them.
Result<> checkRoom(const BackupSource &source, const QString &folder)
{
    qint64 all = QFileInfo(accountsPath(source.folder)).size();
    qint64 largest = 0;
    for (const RealmSource &realm : source.realms) {
        const qint64 size = QFileInfo(realmPath(source.folder, realm.name)).size();
        all += size / 2; // packing does better than that
        largest = std::max(largest, size);
        for (const ArchiveFacts &archive : archivesIn(archiveFolder(source.folder, realm.name)))
            all += QFileInfo(archive.path).size();
    }
    const qint64 free = QStorageInfo(folder).bytesAvailable();
    if (free >= all + largest)
        return {};
    return fail(Errc::DiskFull, u"%1: %2 MiB are free, and the backup needs about %3"_s.arg(folder)
                                    .arg(free / 1'048'576)
                                    .arg((all + largest) / 1'048'576 + 1));
}

Result<BackedUpFile> copyArchive(const ArchiveFacts &archive, const QString &making,
                                 const QString &realm, const Progress &progress)
{
    const QString name = u"archive/"_s + realm + u'/' + QFileInfo(archive.path).fileName();
    const QString target = making + u'/' + name;
    if (!QDir().mkpath(QFileInfo(target).path()) || !QFile::copy(archive.path, target))
        return fail(Errc::FileUnwritable, target);
    TRY(syncFile(target));
    TRY_ASSIGN(const Packed facts, factsOf(target, progress));
    TRY(syncFolder(QFileInfo(target).path()));
    return BackedUpFile{name, facts};
}

// Packs the plain file and takes it away.
Result<BackedUpFile> packAway(const QString &making, const QString &plain, const QString &packed,
                              const Progress &progress)
{
    TRY_ASSIGN(const Packed facts,
               packFile(making + u'/' + plain, making + u'/' + packed, progress));
    for (const auto suffix : {""_L1, "-wal"_L1, "-shm"_L1})
        QFile::remove(making + u'/' + plain + suffix);
    return BackedUpFile{packed, facts};
}

Result<BackedUpRealm> backUpRealm(const BackupSource &source, const RealmSource &from,
                                  const QString &making, const Progress &progress)
{
    const QString plain = from.name + u".realm"_s;
    TRY(from.copy(making + u'/' + plain, progress));
    BackedUpRealm realm{.name = from.name};
    {
        TRY_ASSIGN(
            store::Connection db,
            store::Connection::open(making + u'/' + plain, store::Connection::Mode::ReadOnly));
        TRY_ASSIGN(realm.head, store::journalHead(db));
        TRY_ASSIGN(const store::Head base, store::journalBase(db));
        realm.first = base.seq + 1;
        TRY_ASSIGN(realm.epoch, store::metaValue(db, u"epoch"_s));
        TRY_ASSIGN(realm.mark, store::metaValue(db, u"realm_mark"_s));
        realm.schema = db.userVersion();
    }
    TRY_ASSIGN(realm.journal, packAway(making, plain, plain + u".zst"_s, progress));
    // After the realm: whatever an archiving at this moment takes out of it is in a file by then.
    for (const ArchiveFacts &archive : archivesIn(archiveFolder(source.folder, from.name))) {
        if (archive.first >= realm.first)
            continue; // made meanwhile; its entries are in the copy
        TRY_ASSIGN(BackedUpFile file, copyArchive(archive, making, from.name, progress));
        realm.archives.push_back(std::move(file));
    }
    return realm;
}

Result<BackupManifest> fillAndRename(const BackupSource &source, const QString &making,
                                     const QString &target, const Clock &clock,
                                     const Progress &progress)
{
    if (!QDir().mkdir(making, ownerOnly))
        return fail(Errc::FileUnwritable, making);
    TRY(writeDurably(making + u"/unfinished"_s, {}));
    BackupManifest manifest{.madeAt = clock.now(), .madeBy = source.program, .kind = source.kind};
    for (const RealmSource &from : source.realms) {
        if (!progress.report(0, 0, from.name))
            return fail(Errc::Cancelled, target);
        TRY_ASSIGN(BackedUpRealm realm, backUpRealm(source, from, making, progress));
        manifest.realms.push_back(std::move(realm));
    }
    if (hasAccounts(source)) {
        const QString plain = u"server.accounts"_s;
        TRY(copyAccounts(source, making + u'/' + plain));
        TRY_ASSIGN(manifest.accounts, packAway(making, plain, plain + u".zst"_s, progress));
    }
    TRY(writeDurably(making + u'/' + QLatin1StringView(manifestName), toBytes(manifest)));
    QFile::remove(making + u"/unfinished"_s);
    TRY(syncFolder(making));
    if (!progress.report(1, 1, target))
        return fail(Errc::Cancelled, target);
    if (!QDir().rename(making, target))
        return fail(Errc::FileUnwritable, target);
    TRY(syncFolder(QFileInfo(target).absolutePath()));
    return manifest;
}

} // namespace

Result<BackupSource> sourceOf(const QString &folder)
{
    BackupSource source{.folder = folder};
    for (const QString &name : realmNames(folder)) {
        source.realms.push_back(
            {name, [path = realmPath(folder, name)](const QString &target, const Progress &) {
                 return store::copyRealm(path, target);
             }});
    }
    if (source.realms.empty())
        return fail(Errc::FileMissing, folder + u": no server has its realms here"_s);
    return source;
}

bool hasAccounts(const BackupSource &source)
{
    return source.accounts || QFile::exists(accountsPath(source.folder));
}

Result<> copyAccounts(const BackupSource &source, const QString &target)
{
    return source.accounts ? source.accounts(target)
                           : store::copyRealm(accountsPath(source.folder), target);
}

Result<BackupManifest> makeBackup(const BackupSource &source, const QString &target,
                                  const Clock &clock, const Progress &progress)
{
    if (QFileInfo::exists(target))
        return fail(Errc::AlreadyExists, target);
    const QString parent = QFileInfo(target).absolutePath();
    if (!QDir().mkpath(parent))
        return fail(Errc::FileUnwritable, parent);
    TRY(checkRoom(source, parent));
    const QString making = target + u".making"_s;
    TRY(clearMaking(making));
    auto made = fillAndRename(source, making, target, clock, progress);
    if (!made) // the disk may be full because of it, and the server works on this one
        QDir(making).removeRecursively();
    return made;
}

} // namespace leeward::server
