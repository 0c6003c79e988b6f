#include "models/store/cache_file.h"

#include "models/store/migrations.h"
#include "models/store/search_index.h"

#include <QDir>
#include <QFileInfo>

namespace leeward::store {

using namespace Qt::StringLiterals;

Result<CacheFile> CacheFile::open(const QString &path)
{
    const QFileInfo info(path);
    if (!info.absoluteDir().exists())
        return fail(Errc::FileMissing, info.absolutePath() + u": no such folder"_s);
    auto lock = std::make_unique<QLockFile>(info.absoluteFilePath() + u".lock"_s);
    lock->setStaleLockTime(0); // a dead process is seen at once by its id; age alone proves nothing
    if (!lock->tryLock(0)) {
        if (lock->error() == QLockFile::PermissionError)
            return fail(Errc::FileUnwritable, info.absolutePath() + u": the folder is read-only"_s);
        qint64 pid = 0;
        QString host;
        QString application;
        (void) lock->getLockInfo(&pid, &host, &application);
        if (lock->error() == QLockFile::UnknownError && pid == 0)
            return fail(Errc::DiskFull, lock->fileName() + u": can not be written"_s);
        return fail(Errc::CacheInUse,
                    u"%1 is held by %2 (process %3 on %4)"_s.arg(path, application).arg(pid).arg(host));
    }
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
        return fail(Errc::SchemaTooNew, u"%1 has schema %2, this program knows up to %3"_s.arg(path)
                                            .arg(version)
                                            .arg(newestSchema()));
    }
    if (version == 0)
        return fail(Errc::FileMalformed, path + u": a database, but not a Leeward cache"_s);
    if (version < newestSchema())
        return fail(Errc::Unsupported, path + u": an older schema; open it once for writing"_s);
    return connection;
}

} // namespace leeward::store
