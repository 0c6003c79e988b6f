#include "models/store/realm_copy.h"

#include <QFile>

#include <sqlite3.h>

namespace leeward::store {

using namespace Qt::StringLiterals;

Result<> copyRealm(const QString &path, const QString &target)
{
    if (QFile::exists(target))
        return fail(Errc::AlreadyExists, target);
    TRY_ASSIGN(Connection source, Connection::open(path, Connection::Mode::ReadOnly));
    TRY(source.exec("PRAGMA query_only=OFF")); // VACUUM INTO counts as writing; this file it leaves
    TRY_ASSIGN(Statement vacuum, source.prepare("VACUUM INTO ?"));
    vacuum.bind(1, target);
    const Result<> done = vacuum.run();
    if (!done)
        QFile::remove(target);
    return done;
}

Result<Connection> copyToMemory(Connection &source)
{
    TRY_ASSIGN(Connection target, Connection::inMemory());
    sqlite3_backup *backup = sqlite3_backup_init(target.handle(), "main", source.handle(), "main");
    if (!backup)
        return std::unexpected(sqliteError(target.handle(), u"copy to memory"_s));
    const int code = sqlite3_backup_step(backup, -1);
    sqlite3_backup_finish(backup);
    if (code != SQLITE_DONE)
        return std::unexpected(sqliteError(target.handle(), u"copy to memory"_s));
    return target;
}

Result<> forgetOwn(Connection &copy)
{
    TRY_ASSIGN(Transaction transaction, Transaction::begin(copy));
    TRY(copy.exec("DELETE FROM refused; DELETE FROM pending; DELETE FROM team_position;"
                  "DELETE FROM unit_position; DELETE FROM position_track;"
                  "DELETE FROM meta WHERE key NOT IN ('epoch', 'realm_mark', 'realm_id')"));
    return transaction.commit();
}

Result<> forgetAnswers(Connection &copy)
{
    return copy.exec("DELETE FROM refused");
}

} // namespace leeward::store
