#pragma once

#include "models/domain/progress.h"
#include "models/domain/result.h"

#include <QByteArray>
#include <QFile>
#include <QString>

#include <functional>

namespace leeward::server {

// Files packed with zstd, and files that are certain to be on the disk.

struct Packed
{
    qint64 size = 0;   // of the file
    qint64 packed = 0; // of what it was packed into
    QByteArray sha256; // of the packed bytes
    friend bool operator==(const Packed &, const Packed &) = default;
};

// Packs the file `from` into `to`, which is written anew and is on the disk when this returns.
// `seen` is given the packed bytes in order. DiskFull and FileUnwritable leave what was written.
[[nodiscard]] Result<Packed> packFile(const QString &from, const QString &to,
                                      const Progress &progress = {},
                                      const std::function<void(QByteArrayView)> &seen = {});
// The way back. Corrupt, with what was written so far left behind: the bytes are not the ones that
// were packed, or the file is cut.
[[nodiscard]] Result<> unpackFile(const QString &from, const QString &to, const Packed &expected,
                                  const Progress &progress = {});

// Size and SHA-256 of a file as it is.
[[nodiscard]] Result<Packed> factsOf(const QString &path, const Progress &progress = {});
// Corrupt when the file is not there in this size with this hash.
[[nodiscard]] Result<> checkFacts(const QString &path, const Packed &expected,
                                  const Progress &progress = {});

// Writes, and returns once it is on the disk; the name, too, after syncFolder().
[[nodiscard]] Result<> writeDurably(const QString &path, const QByteArray &bytes);
[[nodiscard]] Result<> syncFile(QFile &file);
[[nodiscard]] Result<> syncFile(const QString &path);
[[nodiscard]] Result<> syncFolder(const QString &path);
// What went wrong with this file, a full disk told from the rest.
[[nodiscard]] std::unexpected<Error> writeError(const QFile &file);

} // namespace leeward::server
