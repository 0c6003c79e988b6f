#pragma once

#include "models/store/connection.h"

#include <QLockFile>

namespace leeward::store {

// A realm file held by this process: opened, migrated, its search index in place, and locked
// against a second console.
class CacheFile
{
public:
    // Creates the file when it is not there. CacheInUse names the process and host that hold it;
    // SchemaTooNew, FileMalformed, FileUnwritable, DiskFull as they say.
    [[nodiscard]] static Result<CacheFile> open(const QString &path);

    [[nodiscard]] Connection &connection() { return m_connection; }
    // Gives the connection to the thread that will own it; the lock stays here.
    [[nodiscard]] Connection takeConnection() { return std::move(m_connection); }

private:
    CacheFile(std::unique_ptr<QLockFile> lock, Connection connection)
        : m_lock(std::move(lock))
        , m_connection(std::move(connection))
    {
    }
    std::unique_ptr<QLockFile> m_lock;
    Connection m_connection;
};

// For looking only: no lock, no migration. SchemaTooNew, and Unsupported for a file of an older
// schema.
[[nodiscard]] Result<Connection> openReadOnly(const QString &path);

} // namespace leeward::store
