#pragma once

#include "models/domain/progress.h"
#include "server/backup/manifest.h"

#include <functional>

namespace leeward::server {

// A realm on its way back.
struct RestoredRealm
{
    QString name;
    QString journal; // its file, whole, with the new epoch, before it is in its place
    store::Head head;
    QString epoch;
    Instant recoveryUntil;
};

struct RestorePlan
{
    QString backup;
    QString folder;
    bool replace = false; // what is in the folder may be moved aside
    // For so long desks may hand in what others wrote and the backup has not (docs/sync.md).
    Duration recovery = std::chrono::hours(72);
    // Not when people are kept elsewhere and are there already: they stay as they are.
    bool withAccounts = true;
    // Puts the realms where they are kept besides this folder (PostgreSQL), all or none.
    std::function<Result<>(const std::vector<RestoredRealm> &)> publish = {};
};

struct RestoreReport
{
    enum class Accounts
    {
        None, // the backup has none
        Kept, // not asked for
        Restored
    };
    std::vector<RestoredRealm> realms;
    Accounts accounts = Accounts::None;
    QString replaced; // where what was there before lies now; empty: nothing was
};

// Puts a backup where a server can start on it, checked from end to end first, and begins a new
// epoch of each realm. Nothing of the old is deleted: it is moved to `before-restore-…` in the
// folder. Until everything is ready the old is untouched; from then on the new holds, and whoever
// comes next (the server at its start, another restore) finishes what was stopped.
//
// CacheInUse: a server runs there. AlreadyExists: something is there and `replace` was not said.
// Corrupt: the backup is damaged, with the place. DiskFull, SchemaTooNew as they say.
[[nodiscard]] Result<RestoreReport> restoreBackup(const RestorePlan &plan, const Clock &clock,
                                                  const Progress &progress = {});

[[nodiscard]] QJsonObject toJson(const RestoreReport &report);

} // namespace leeward::server
