#pragma once

#include "server/backup/archive.h"
#include "server/postgres/pg_connection.h"

namespace leeward::server {

// Backup, restore and archive of realms whose journal is in PostgreSQL (docs/postgres.md). All of
// these block, for as long as the journal is large; Network as PgConnection.

// The realms in the database, those a restore put aside left out. Unsupported for another schema.
[[nodiscard]] Result<QStringList> pgRealms(const PgAddress &address);

// Writes the realm as one moment of the journal has it to the file `target`, in the form of a
// server's own journal file: tables, entries, answers, epoch. `copy`: this machine's copy, which
// may be in use, saves replaying all; it need not be there. Corrupt: the copy has another past.
[[nodiscard]] Result<> exportRealm(const PgAddress &address, const QString &realm,
                                   const QString &copy, const QString &target,
                                   const Progress &progress = {});

// Whether the database has people. It is brought up to date first.
[[nodiscard]] Result<bool> hasPeople(const PgAddress &address);
// Writes the people as one moment had them to the file `target`, as a server that is alone keeps
// them. Sign-ins stay behind: everybody signs in again.
[[nodiscard]] Result<> exportAccounts(const PgAddress &address, const QString &target);

struct PgRestore
{
    QString name;
    QString file; // a journal file with its new epoch
};
// Puts realms into the database, all or none. One of the same name that is there is refused
// (AlreadyExists), or with `replace` kept under the name "NAME before EPOCH". CacheInUse while
// servers are connected.
[[nodiscard]] Result<> importRealms(const PgAddress &address, const std::vector<PgRestore> &realms,
                                    bool replace);

// As archiveRealm(). A packed image of the realm goes into the database for copies to start from.
// Servers may run; a copy that has fallen behind the archive is made anew at its server's start.
[[nodiscard]] Result<Archived> archivePgRealm(const PgAddress &address, const QString &realm,
                                              const QString &folder, const ArchiveWish &wish,
                                              Instant now, const Progress &progress = {});

// Before a server opens its copy: makes it from the image when it is not there or so old that the
// entries it lacks are archived. The old one is kept as FILE.behind.
[[nodiscard]] Result<> bringCopy(const PgAddress &address, const QString &realm,
                                 const QString &file);

} // namespace leeward::server
