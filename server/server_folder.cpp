#include "server/server_folder.h"

#include "server/packing.h"

#include <QDir>
#include <QFileInfo>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {

Result<> moveTo(const QString &from, const QString &to)
{
    if (QDir().rename(from, to))
        return {};
    return fail(Errc::FileUnwritable, u"%1 can not be moved to %2"_s.arg(from, to));
}

// The folder for what is replaced; the same again after a crash. Its name is in a file of the
// restore, so that two restores never share one.
Result<QString> placeForOld(const QString &folder, const QString &restored)
{
    QFile note(restored + u"/replaces"_s);
    if (!note.open(QIODevice::ReadOnly))
        return fail(Errc::Corrupt, restored + u": is no finished restore"_s);
    const QString name = QString::fromUtf8(note.readAll()).trimmed();
    if (name.isEmpty() || name.contains(u'/') || name.startsWith(u'.'))
        return fail(Errc::Corrupt, note.fileName());
    return QString(folder + u'/' + name);
}

} // namespace

QString realmsFolder(const QString &folder)
{
    return folder + u"/realms"_s;
}

QString realmPath(const QString &folder, const QString &realm)
{
    return folder + u"/realms/"_s + realm + u".journal"_s;
}

QString accountsPath(const QString &folder)
{
    return folder + u"/server.accounts"_s;
}

QString archiveFolder(const QString &folder, const QString &realm)
{
    return folder + u"/archive/"_s + realm;
}

QStringList realmNames(const QString &folder)
{
    QStringList names;
    for (const QString &file :
         QDir(realmsFolder(folder)).entryList({u"*.journal"_s}, QDir::Files, QDir::Name))
        names += file.chopped(8);
    return names;
}

Result<std::unique_ptr<QLockFile>> lockFolder(const QString &folder)
{
    auto lock = std::make_unique<QLockFile>(folder + u"/server.lock"_s);
    lock->setStaleLockTime(0);
    if (lock->tryLock(0))
        return lock;
    if (lock->error() != QLockFile::LockFailedError)
        return fail(Errc::FileUnwritable, folder + u": a lock file can not be written there"_s);
    qint64 pid = 0;
    QString host;
    QString application;
    (void) lock->getLockInfo(&pid, &host, &application);
    return fail(
        Errc::CacheInUse,
        u"%1 is held by %2 (process %3 on %4)"_s.arg(folder, application).arg(pid).arg(host));
}

Result<QString> settleRestore(const QString &folder)
{
    const QString restored = folder + u'/' + QLatin1StringView(restoredName);
    if (!QFileInfo(restored).isDir())
        return QString();
    if (QDir(restored).isEmpty()) { // stopped at the very last step
        QDir().rmdir(restored);
        return QString();
    }
    TRY_ASSIGN(const QString old, placeForOld(folder, restored));
    if (!QDir().mkpath(old))
        return fail(Errc::FileUnwritable, old);
    // Each name: the old one away, with the logs that belong to it, then the new one in its place.
    // A crash between the two finds the new one still here and goes on.
    for (const QString &name : {u"realms"_s, u"archive"_s, u"server.accounts"_s}) {
        const QString fresh = restored + u'/' + name;
        if (!QFileInfo::exists(fresh))
            continue;
        for (const auto suffix : {""_L1, "-wal"_L1, "-shm"_L1}) {
            if (QFileInfo::exists(folder + u'/' + name + suffix))
                TRY(moveTo(folder + u'/' + name + suffix, old + u'/' + name + suffix));
        }
        TRY(syncFolder(old));
        TRY(moveTo(fresh, folder + u'/' + name));
        TRY(syncFolder(folder));
    }
    // Copies for first loads are of the other life.
    QDir(folder + u"/snapshots"_s).removeRecursively();
    QFile::remove(restored + u"/replaces"_s);
    if (!QDir().rmdir(restored))
        return fail(Errc::FileUnwritable, restored + u": can not be removed"_s);
    QDir().rmdir(old); // when there was nothing
    TRY(syncFolder(folder));
    return QFileInfo::exists(old) ? old : QString();
}

} // namespace leeward::server
