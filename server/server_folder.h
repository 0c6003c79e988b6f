#pragma once

#include "models/domain/result.h"

#include <QLockFile>
#include <QString>

#include <memory>

namespace leeward::server {

// The folder a server lives in (docs/server.md), and who may work on it.

[[nodiscard]] QString realmsFolder(const QString &folder);
[[nodiscard]] QString realmPath(const QString &folder, const QString &realm);
[[nodiscard]] QString accountsPath(const QString &folder);
[[nodiscard]] QString archiveFolder(const QString &folder, const QString &realm);
// Names of the realms that have a journal there.
[[nodiscard]] QStringList realmNames(const QString &folder);

// Held by the server while it runs and by a restore. CacheInUse names the process that has it. Gone
// with the object; the lock of a dead process is seen at once.
[[nodiscard]] Result<std::unique_ptr<QLockFile>> lockFolder(const QString &folder);

// Finishes a restore that was stopped after it had been decided (a folder `restored` is there),
// with the lock held. What it takes the place of goes to `before-restore-…`. Nothing to do: does
// nothing. Where the old files went, or an empty text.
[[nodiscard]] Result<QString> settleRestore(const QString &folder);
inline constexpr auto restoredName = "restored";

} // namespace leeward::server
