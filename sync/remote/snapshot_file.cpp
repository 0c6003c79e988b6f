#include "sync/remote/snapshot_file.h"

#include "models/store/cache_file.h"
#include "models/store/entries.h"
#include "models/store/integrity.h"
#include "models/store/migrations.h"
#include "sync/replica.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <cstdio>
#include <fcntl.h>
#include <ranges>
#include <unistd.h>
#include <zstd.h>

namespace leeward::sync {

using namespace Qt::StringLiterals;
using store::Pending;

namespace {

constexpr int entriesAtOnce = 200;

QString loadingPath(const QString &path)
{
    return path + u".loading"_s;
}

std::unexpected<Error> writeError(const QFile &file)
{
    const bool full = file.error() == QFileDevice::ResourceError ||
                      file.error() == QFileDevice::WriteError; // also a file that may not grow
    return fail(full ? Errc::DiskFull : Errc::FileUnwritable,
                file.fileName() + u": "_s + file.errorString());
}

Result<> syncFile(QFile &file)
{
    if (!file.flush() || ::fsync(file.handle()) != 0)
        return writeError(file);
    return {};
}

Result<> syncFolder(const QString &path)
{
    const QByteArray folder = QFile::encodeName(QFileInfo(path).absolutePath());
    const int handle = ::open(folder.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool done = handle >= 0 && ::fsync(handle) == 0;
    if (handle >= 0)
        ::close(handle);
    if (!done)
        return fail(Errc::FileUnwritable, QFile::decodeName(folder));
    return {};
}

Result<> unpackFile(const QString &from, QFile &out, const SnapshotManifest &manifest,
                    const Progress &progress)
{
    QFile in(from);
    if (!in.open(QIODevice::ReadOnly))
        return fail(Errc::FileUnreadable, from + u": "_s + in.errorString());
    const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(),
                                                                       &ZSTD_freeDCtx);
    if (!context)
        return fail(Errc::Internal, u"no memory to unpack"_s);
    QByteArray buffer(static_cast<qsizetype>(ZSTD_DStreamOutSize()), Qt::Uninitialized);
    size_t more = 1;
    while (!in.atEnd()) {
        const QByteArray piece = in.read(static_cast<qint64>(ZSTD_DStreamInSize()));
        if (piece.isEmpty())
            return fail(Errc::FileUnreadable, from + u": "_s + in.errorString());
        ZSTD_inBuffer source{piece.constData(), static_cast<size_t>(piece.size()), 0};
        ZSTD_outBuffer target{};
        do { // the last output may fill the buffer with the input used up
            target = {buffer.data(), static_cast<size_t>(buffer.size()), 0};
            more = ZSTD_decompressStream(context.get(), &target, &source);
            if (ZSTD_isError(more))
                return fail(Errc::Corrupt,
                            from + u": "_s + QString::fromLatin1(ZSTD_getErrorName(more)));
            if (out.pos() + static_cast<qint64>(target.pos) > manifest.size)
                return fail(Errc::Corrupt, from + u": unpacks to more than it should"_s);
            TRY(writeAll(out, buffer.first(static_cast<qsizetype>(target.pos))));
        } while (source.pos < source.size || target.pos == target.size);
        if (!progress.report(in.pos(), manifest.packed, u"unpack"_s))
            return fail(Errc::Cancelled, from);
    }
    if (more != 0 || out.pos() != manifest.size)
        return fail(Errc::Corrupt, from + u": unpacks to less than it should"_s);
    return syncFile(out);
}

Result<> check(store::Connection &db, const SnapshotManifest &manifest)
{
    TRY_ASSIGN(const QStringList faults, store::integrityFaults(db));
    if (!faults.isEmpty())
        return fail(Errc::Corrupt, u"the snapshot is damaged: "_s + faults.front());
    TRY_ASSIGN(const store::Head head, store::journalHead(db));
    if (head != store::Head{manifest.seq, manifest.hash})
        return fail(Errc::Corrupt,
                    u"the snapshot is at entry %1 and not at %2 as was said"_s.arg(head.seq).arg(
                        manifest.seq));
    TRY_ASSIGN(const auto waiting, store::pendingOperations(db));
    if (!waiting.empty()) // of whom? They would be handed in as this desk's own
        return fail(Errc::Corrupt, u"the snapshot has a queue"_s);
    return {};
}

// Operations of entries that only the old cache has, oldest first: the server was restored from a
// backup and has lost them. Up to an entry that both have under one hash the pasts are the same;
// after it, or without one, each operation is asked for by its id, which the snapshot knows of
// archived entries as well. Numbers prove nothing: what desks brought back may have its old ones.
Result<std::vector<Pending>> lostEntries(store::Connection &old, store::Connection &fresh)
{
    std::vector<Pending> lost; // newest first
    TRY_ASSIGN(const store::Head archived, store::journalBase(fresh));
    const auto isShared = [&](const store::Entry &entry) -> Result<bool> {
        if (entry.seq == archived.seq)
            return entry.hash == archived.hash;
        TRY_ASSIGN(const auto there, store::entryHash(fresh, entry.seq));
        return there == entry.hash;
    };
    TRY_ASSIGN(const store::Head oldest, store::journalBase(old));
    TRY_ASSIGN(const store::Head head, store::journalHead(old));
    bool shared = false;
    for (qint64 end = head.seq; end > oldest.seq && !shared; end -= entriesAtOnce) {
        const qint64 after = std::max(end - entriesAtOnce, oldest.seq);
        TRY_ASSIGN(const auto entries,
                   store::entriesAfter(old, after, static_cast<int>(end - after)));
        for (const store::Entry &entry : entries | std::views::reverse) {
            TRY_ASSIGN(shared, isShared(entry));
            if (shared)
                break;
            TRY_ASSIGN(const qint64 there, store::numberOf(fresh, entry.operation.id));
            if (there > 0)
                continue; // handed in again by somebody who had it, too
            Pending &again = lost.emplace_back();
            again.operation = entry.operation;
            again.proof = entry.seal; // the server's own word, for what others wrote
        }
    }
    std::ranges::reverse(lost);
    return lost;
}

// The connection's file is whole by itself: nothing of it is in a log beside it any more. A log
// that stayed would be read into the file that takes its place.
Result<> settle(store::Connection connection)
{
    const QString path = connection.path();
    TRY(connection.emptyLog());
    {
        const store::Connection gone = std::move(connection);
    }
    if (QFileInfo(path + u"-wal"_s).size() > 0)
        return fail(Errc::CacheInUse, path + u": is open elsewhere"_s);
    return {};
}

} // namespace

Result<qint64> cursorOf(const QString &path)
{
    if (!QFile::exists(path))
        return 0;
    TRY_ASSIGN(store::CacheFile file, store::CacheFile::open(path));
    TRY_ASSIGN(const store::Head head, store::journalHead(file.connection()));
    return head.seq;
}

bool isChunk(const QByteArray &bytes, const SnapshotManifest &manifest, qint64 number)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256) ==
           manifest.sha256[static_cast<size_t>(number)];
}

bool holdsChunk(QFile &file, const SnapshotManifest &manifest, qint64 number)
{
    const qint64 from = number * manifest.chunk;
    const qint64 length = std::min(manifest.chunk, manifest.packed - from);
    return file.size() >= from + length && file.seek(from) &&
           isChunk(file.read(length), manifest, number);
}

Result<> writeAll(QFile &file, const QByteArray &bytes)
{
    if (file.write(bytes) != bytes.size() || !file.flush())
        return writeError(file);
    return {};
}

Result<> writeDurably(QFile &file, const QByteArray &bytes)
{
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate))
        return fail(Errc::FileUnwritable, file.fileName() + u": "_s + file.errorString());
    TRY(writeAll(file, bytes));
    TRY(syncFile(file));
    file.close();
    return {};
}

Result<> installSnapshot(const QString &path, const QString &packed,
                         const SnapshotManifest &manifest, const Progress &progress)
{
    if (manifest.schema > store::newestSchema())
        return store::refuseSchema(path, manifest.schema);
    removeLeftovers(path, {});
    const QString loading = loadingPath(path);
    {
        QFile out(loading);
        if (!out.open(QIODevice::WriteOnly | QIODevice::Truncate))
            return fail(Errc::FileUnwritable, loading + u": "_s + out.errorString());
        TRY(unpackFile(packed, out, manifest, progress));
    }
    if (!progress.report(manifest.packed, manifest.packed, u"check"_s))
        return fail(Errc::Cancelled, path);
    TRY_ASSIGN(store::CacheFile fresh,
               store::CacheFile::open(loading)); // an older schema is raised
    TRY(check(fresh.connection(), manifest));
    // Also when there is none: from here to the rename nobody else may make one.
    TRY_ASSIGN(store::CacheFile old, store::CacheFile::open(path));
    TRY_ASSIGN(std::vector<Pending> waiting, lostEntries(old.connection(), fresh.connection()));
    TRY_ASSIGN(const std::vector<Pending> queued, store::pendingOperations(old.connection()));
    waiting.insert(waiting.end(), queued.begin(), queued.end());
    TRY_ASSIGN(const auto facts, store::metaValues(old.connection()));
    TRY(takeQueue(fresh.connection(), waiting));
    for (const auto &[key, value] : facts) {
        TRY_ASSIGN(const QString known, store::metaValue(fresh.connection(), key));
        if (known.isEmpty() && key != "epoch"_L1) // that one is the server's
            TRY(store::setMetaValue(fresh.connection(), key, value));
    }
    TRY(settle(fresh.takeConnection()));
    TRY(settle(old.takeConnection()));
    if (std::rename(QFile::encodeName(loading).constData(), QFile::encodeName(path).constData()))
        return fail(Errc::FileUnwritable, path);
    return syncFolder(path);
}

void removeLeftovers(const QString &path, const QStringList &files)
{
    for (const QString &file : files)
        QFile::remove(file);
    const QFileInfo info(loadingPath(path));
    const QDir folder = info.absoluteDir();
    for (const QString &name : folder.entryList(QDir::Files | QDir::Hidden)) {
        if (name.startsWith(info.fileName()) && !name.endsWith(u".lock"_s))
            QFile::remove(folder.filePath(name));
    }
}

} // namespace leeward::sync
