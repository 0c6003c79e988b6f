#pragma once

#include "models/domain/clock.h"
#include "models/store/entries.h"
#include "server/packing.h"

#include <QJsonObject>

namespace leeward::server {

// What is in a backup: `manifest.json` beside the files it names, all in one folder. It is written
// last, so a folder with one is whole.

struct BackedUpFile
{
    QString file; // from the backup's folder
    Packed facts; // size is that of the original, packed that of `file`
    friend bool operator==(const BackedUpFile &, const BackedUpFile &) = default;
};

struct BackedUpRealm
{
    QString name;
    QString mark; // of a drill
    QString epoch;
    store::Head head;
    qint64 first = 1; // the oldest entry that is not in an archive
    int schema = 0;
    BackedUpFile journal;
    std::vector<BackedUpFile> archives; // in order, together entries 1 to first - 1
};

struct BackupManifest
{
    static constexpr int format = 1;
    Instant madeAt;
    QString madeBy; // program and version
    QString kind;   // "sqlite" or "postgresql": where the order was kept
    std::vector<BackedUpRealm> realms;
    std::optional<BackedUpFile> accounts;
};

inline constexpr auto manifestName = "manifest.json";

[[nodiscard]] QJsonObject toJson(const BackupManifest &manifest);
// Carries a SHA-256 of itself, so that a flipped byte in it is found, too.
[[nodiscard]] QByteArray toBytes(const BackupManifest &manifest);
// Corrupt: not what was written. FileMalformed: no manifest. Unsupported: of a newer format. Names
// of files never lead out of the folder.
[[nodiscard]] Result<BackupManifest> manifestFrom(const QByteArray &bytes);
// FileMissing: there is no backup in this folder, or one that was never finished.
[[nodiscard]] Result<BackupManifest> readManifest(const QString &backup);

} // namespace leeward::server
