#include "models/store/cache_file.h"

#include "models/store/migrations.h"
#include "models/store/search_index.h"

#include <QDir>
#include <QFileInfo>
#include <QStorageInfo>
#include <QThread>

namespace leeward::store {

using namespace Qt::StringLiterals;

namespace {

// Opening for writing already changes a file: its journal mode is set, a log left behind is taken
// in. So a file that can not be ours is told by a look that changes nothing.
Result<> lookFirst(const QString &path)
{
    const QFileInfo info(path);
    if (!info.isFile() || info.size() == 0 || !info.isWritable())
        return {};         // new, or open() says what is wrong
    if (info.size() < 512) // SQLite takes so short a file for an empty one and writes over it
        return fail(Errc::FileMalformed, path + u": too short for a database"_s);
    TRY_ASSIGN(Connection connection, Connection::open(path, Connection::Mode::ReadOnly));
    const int version = connection.userVersion();
    if (version < 0 || version > newestSchema())
        return refuseSchema(path, version);
    TRY_ASSIGN(Statement any, connection.prepare("SELECT count(*) FROM sqlite_schema"));
    TRY(any.step());
    if (version == 0 && any.integer(0) > 0)
        return fail(Errc::FileMalformed, path + u": a database, but not a Leeward cache"_s);
    return {};
}

// A process that dies between making its lock file and writing its name into it leaves one that
// names nobody and that no later process would ever pass. Whoever lives writes its name at once.
bool takeEmptyLock(QLockFile &lock)
{
    qint64 pid = 0;
    QString host;
    QString application;
    const auto named = [&] { return lock.getLockInfo(&pid, &host, &application); };
    if (lock.error() != QLockFile::LockFailedError || named())
        return false;
    QThread::msleep(200);
    if (named() || QFileInfo(lock.fileName()).size() > 0)
        return false;
    return QFile::remove(lock.fileName()) && lock.tryLock(0);
}

} // namespace

Result<CacheFile> CacheFile::open(const QString &path)
{
    const QFileInfo info(path);
    if (!info.absoluteDir().exists())
        return fail(Errc::FileMissing, info.absolutePath() + u": no such folder"_s);
    auto lock = std::make_unique<QLockFile>(info.absoluteFilePath() + u".lock"_s);
    lock->setStaleLockTime(0); // a dead process is seen at once by its id; age alone proves nothing
    if (!lock->tryLock(0) && !takeEmptyLock(*lock)) {
        if (lock->error() == QLockFile::PermissionError)
            return fail(Errc::FileUnwritable, info.absolutePath() + u": the folder is read-only"_s);
        qint64 pid = 0;
        QString host;
        QString application;
        (void) lock->getLockInfo(&pid, &host, &application);
        if (lock->error() == QLockFile::UnknownError && pid == 0) {
            const bool full = QStorageInfo(info.absolutePath()).bytesAvailable() == 0 &&
                              QStorageInfo(info.absolutePath()).bytesTotal() > 0;
            return fail(full ? Errc::DiskFull : Errc::FileUnwritable,
                        lock->fileName() + u": can not be written"_s);
        }
        return fail(
            Errc::CacheInUse,
            u"%1 is held by %2 (process %3 on %4)"_s.arg(path, application).arg(pid).arg(host));
    }
    TRY(lookFirst(path));
    TRY_ASSIGN(Connection connection, Connection::open(path, Connection::Mode::ReadWrite));
    TRY(migrate(connection));
    TRY(installSearchIndex(connection));
    return CacheFile(std::move(lock), std::move(connection));
}

Result<Connection> openReadOnly(const QString &path)
{
    TRY_ASSIGN(Connection connection, Connection::open(path, Connection::Mode::ReadOnly));
    const int version = connection.userVersion();
    if (version > newestSchema()) {
        return fail(Errc::SchemaTooNew,
                    u"%1 has schema %2, this program knows up to %3"_s.arg(path).arg(version).arg(
                        newestSchema()));
    }
    if (version == 0)
        return fail(Errc::FileMalformed, path + u": a database, but not a Leeward cache"_s);
    if (version < newestSchema())
        return fail(Errc::Unsupported, path + u": an older schema; open it once for writing"_s);
    return connection;
}

} // namespace leeward::store
