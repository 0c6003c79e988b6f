#pragma once

#include "models/domain/progress.h"
#include "models/domain/result.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <vector>

namespace leeward::server {

// A realm as a console takes it in at its first load: one SQLite file at one entry, packed with
// zstd, in chunks that are checked one by one (docs/protocol.md).
struct Snapshot
{
    QString id;
    qint64 seq = 0;
    QByteArray hash;
    QString epoch;
    qint64 size = 0;   // of the file
    qint64 packed = 0; // of the packed bytes
    qint64 chunk = 0;
    std::vector<QByteArray> sha256; // of the packed chunks
    int schema = 0;
    QString path; // of the packed bytes, here
};

inline constexpr qint64 snapshotChunk = 1024 * 1024;

// Makes one of the realm file at `realmPath`, which may be in use, in `folder`. Nothing that is
// the server's own (refused answers, accounts, tracks) is in it. Off the authority's thread: a
// large realm takes seconds. Cancelled leaves nothing.
[[nodiscard]] Result<Snapshot> makeSnapshot(const QString &realmPath, const QString &folder,
                                            const Progress &progress = {});

[[nodiscard]] QJsonObject toJson(const Snapshot &snapshot);

} // namespace leeward::server
