#pragma once

#include "models/domain/progress.h"
#include "sync/remote/snapshot_loader.h"

class QFile;

// What SnapshotLoader does to files; see there. Any thread, as long as it may wait.
namespace leeward::sync {

// The newest entry of a cache; 0 when there is no file. Errors of CacheFile::open.
[[nodiscard]] Result<qint64> cursorOf(const QString &path);

[[nodiscard]] bool isChunk(const QByteArray &bytes, const SnapshotManifest &manifest,
                           qint64 number);
// Reads the chunk at its place in the file.
[[nodiscard]] bool holdsChunk(QFile &file, const SnapshotManifest &manifest, qint64 number);

// DiskFull or FileUnwritable unless all of it is written.
[[nodiscard]] Result<> writeAll(QFile &file, const QByteArray &bytes);
// Opens, writes, makes durable, closes.
[[nodiscard]] Result<> writeDurably(QFile &file, const QByteArray &bytes);

// Unpacks, checks, carries over what waits in the cache at `path`, and puts the file in its place.
[[nodiscard]] Result<> installSnapshot(const QString &path, const QString &packed,
                                       const SnapshotManifest &manifest, const Progress &progress);

// `files`, and PATH.loading with what SQLite puts beside it.
void removeLeftovers(const QString &path, const QStringList &files);

} // namespace leeward::sync
