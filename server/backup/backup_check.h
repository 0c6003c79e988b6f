#pragma once

#include "models/domain/progress.h"
#include "server/backup/archive_file.h"
#include "server/backup/backup.h"
#include "sync/verify.h"

#include <map>

namespace leeward::server {

// What was found in a backup or in a server's folder.
struct PastCheck
{
    struct Realm
    {
        store::Head head;
        qint64 first = 1;
        sync::Verification verification; // archives are its first check
    };
    std::map<QString, Realm> realms;
    QStringList faults; // of files: missing, cut, changed; accounts that can not be read

    [[nodiscard]] bool holds() const;
};

[[nodiscard]] QJsonObject toJson(const PastCheck &check);

// Checks one realm's file and the archives before it: each archive's own hashes, that they lead up
// to the file without a hole, and all of sync::verifyRealm. Brings the file to the newest schema:
// hand it a copy.
[[nodiscard]] Result<PastCheck::Realm> checkRealmCopy(const QString &copy,
                                                      const std::vector<ArchiveFacts> &archives);
// Whether a file of accounts is whole.
[[nodiscard]] Result<> checkAccountsCopy(const QString &copy);

// Checks a backup: every file against the manifest, then what is in them. Unpacks into a folder of
// its own in `scratch`. Damage is in the answer; an error is only what kept it from looking.
[[nodiscard]] Result<PastCheck> checkBackup(const QString &backup, const QString &scratch,
                                            const Progress &progress = {});
// Checks a server's realms while it works, on copies in `scratch`.
[[nodiscard]] Result<PastCheck> checkServer(const BackupSource &source, const QString &scratch,
                                            const Progress &progress = {});

} // namespace leeward::server
