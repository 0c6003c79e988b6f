#pragma once

#include "models/domain/progress.h"
#include "server/backup/manifest.h"

#include <functional>

namespace leeward::server {

// Where one realm of a backup comes from.
struct RealmSource
{
    QString name;
    // Writes the realm as one moment of it stood to a file that is not there yet: tables, entries
    // and answers, as a server's own journal file has them.
    std::function<Result<>(const QString &target, const Progress &progress)> copy;
};

struct BackupSource
{
    QString folder; // of the server: archives, and accounts unless they are elsewhere
    QString kind = QStringLiteral("sqlite");
    std::vector<RealmSource> realms;
    QString program; // name and version
    // Writes the people, as one moment of them stood, to a file of accounts that is not there yet.
    // Empty: the folder's own file, when there is one.
    std::function<Result<>(const QString &target)> accounts = {};
};

// The realms in a server's folder whose own files are their journals. FileMissing: there are none.
[[nodiscard]] Result<BackupSource> sourceOf(const QString &folder);

[[nodiscard]] bool hasAccounts(const BackupSource &source);
[[nodiscard]] Result<> copyAccounts(const BackupSource &source, const QString &target);

// Makes the folder `target` with a copy of everything, while the server works on. Each realm is one
// moment of it; accounts are read last, so that every author in a realm is among them. The folder
// appears whole or not at all, and is readable by its owner alone: it holds the accounts' secrets.
//
// AlreadyExists: the target is there. DiskFull: also when it can be told beforehand. A break leaves
// `target.making`, which the next attempt takes away. Any thread; seconds to minutes.
[[nodiscard]] Result<BackupManifest> makeBackup(const BackupSource &source, const QString &target,
                                                const Clock &clock, const Progress &progress = {});

} // namespace leeward::server
