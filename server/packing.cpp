#include "server/packing.h"

#include <QCryptographicHash>
#include <QFileInfo>

#include <zstd.h>

#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 readAtOnce = 1024 * 1024;

Result<> writeAll(QFile &file, const char *bytes, qint64 size)
{
    if (file.write(bytes, size) != size)
        return writeError(file);
    return {};
}

Result<> openForReading(QFile &file)
{
    if (file.open(QIODevice::ReadOnly))
        return {};
    return fail(file.exists() ? Errc::FileUnreadable : Errc::FileMissing,
                file.fileName() + u": "_s + file.errorString());
}

Result<> openForWriting(QFile &file)
{
    if (file.open(QIODevice::WriteOnly | QIODevice::Truncate | QIODevice::Unbuffered))
        return {};
    return writeError(file);
}

} // namespace

std::unexpected<Error> writeError(const QFile &file)
{
    // EFBIG: a limit on the size of files acts like a disk that is full.
    const bool full = file.error() == QFile::ResourceError || errno == ENOSPC || errno == EDQUOT ||
                      errno == EFBIG;
    return fail(full ? Errc::DiskFull : Errc::FileUnwritable,
                file.fileName() + u": "_s + file.errorString());
}

Result<> syncFile(QFile &file)
{
    if (!file.flush() || ::fsync(file.handle()) != 0)
        return writeError(file);
    return {};
}

Result<> syncFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadWrite))
        return writeError(file);
    return syncFile(file);
}

Result<> syncFolder(const QString &path)
{
    const int handle = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_DIRECTORY);
    if (handle < 0)
        return fail(Errc::FileUnreadable, path);
    const bool done = ::fsync(handle) == 0;
    ::close(handle);
    return done ? Result<>() : fail(Errc::FileUnwritable, path);
}

Result<> writeDurably(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    TRY(openForWriting(file));
    TRY(writeAll(file, bytes.constData(), bytes.size()));
    return syncFile(file);
}

Result<Packed> packFile(const QString &from, const QString &to, const Progress &progress,
                        const std::function<void(QByteArrayView)> &seen)
{
    QFile in(from);
    QFile out(to);
    TRY(openForReading(in));
    TRY(openForWriting(out));
    const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(),
                                                                       &ZSTD_freeCCtx);
    if (!context)
        return fail(Errc::Internal, u"no memory to pack"_s);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, 3);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    QByteArray buffer(static_cast<qsizetype>(ZSTD_CStreamOutSize()), Qt::Uninitialized);
    Packed facts{.size = in.size()};
    for (bool last = false; !last;) {
        const QByteArray piece = in.read(readAtOnce);
        if (in.error() != QFile::NoError)
            return fail(Errc::FileUnreadable, from + u": "_s + in.errorString());
        last = in.atEnd();
        ZSTD_inBuffer source{piece.constData(), static_cast<size_t>(piece.size()), 0};
        for (bool more = true; more;) {
            ZSTD_outBuffer target{buffer.data(), static_cast<size_t>(buffer.size()), 0};
            const size_t left = ZSTD_compressStream2(context.get(), &target, &source,
                                                     last ? ZSTD_e_end : ZSTD_e_continue);
            if (ZSTD_isError(left))
                return fail(Errc::Internal, QString::fromLatin1(ZSTD_getErrorName(left)));
            const QByteArrayView bytes(buffer.constData(), static_cast<qsizetype>(target.pos));
            TRY(writeAll(out, bytes.data(), bytes.size()));
            hash.addData(bytes);
            if (seen)
                seen(bytes);
            facts.packed += bytes.size();
            more = last ? left != 0 : source.pos < source.size;
        }
        if (!progress.report(in.pos(), in.size(), QFileInfo(to).fileName()))
            return fail(Errc::Cancelled, to);
    }
    TRY(syncFile(out));
    facts.sha256 = hash.result();
    return facts;
}

Result<> unpackFile(const QString &from, const QString &to, const Packed &expected,
                    const Progress &progress)
{
    QFile in(from);
    QFile out(to);
    TRY(openForReading(in));
    TRY(openForWriting(out));
    const auto damaged = [&from](const QString &why) {
        return fail(Errc::Corrupt, from + u": "_s + why);
    };
    if (in.size() != expected.packed)
        return damaged(
            u"%1 bytes, and not %2 as was written"_s.arg(in.size()).arg(expected.packed));
    const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(),
                                                                       &ZSTD_freeDCtx);
    if (!context)
        return fail(Errc::Internal, u"no memory to unpack"_s);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    QByteArray buffer(static_cast<qsizetype>(ZSTD_DStreamOutSize()), Qt::Uninitialized);
    qint64 written = 0;
    size_t left = 1;
    while (!in.atEnd()) {
        const QByteArray piece = in.read(readAtOnce);
        if (piece.isEmpty())
            return fail(Errc::FileUnreadable, from + u": "_s + in.errorString());
        hash.addData(piece);
        ZSTD_inBuffer source{piece.constData(), static_cast<size_t>(piece.size()), 0};
        while (source.pos < source.size) {
            ZSTD_outBuffer target{buffer.data(), static_cast<size_t>(buffer.size()), 0};
            left = ZSTD_decompressStream(context.get(), &target, &source);
            if (ZSTD_isError(left))
                return damaged(QString::fromLatin1(ZSTD_getErrorName(left)));
            written += static_cast<qint64>(target.pos);
            if (written > expected.size) // whatever its header says
                return damaged(u"unpacks to more than %1 bytes"_s.arg(expected.size));
            TRY(writeAll(out, buffer.constData(), static_cast<qint64>(target.pos)));
        }
        if (!progress.report(in.pos(), in.size(), QFileInfo(to).fileName()))
            return fail(Errc::Cancelled, to);
    }
    if (left != 0 || written != expected.size)
        return damaged(u"ends after %1 of %2 bytes"_s.arg(written).arg(expected.size));
    if (hash.result() != expected.sha256)
        return damaged(u"is not what was written (SHA-256)"_s);
    return syncFile(out);
}

Result<Packed> factsOf(const QString &path, const Progress &progress)
{
    QFile in(path);
    TRY(openForReading(in));
    QCryptographicHash hash(QCryptographicHash::Sha256);
    while (!in.atEnd()) {
        const QByteArray piece = in.read(readAtOnce);
        if (piece.isEmpty())
            return fail(Errc::FileUnreadable, path + u": "_s + in.errorString());
        hash.addData(piece);
        if (!progress.report(in.pos(), in.size(), QFileInfo(path).fileName()))
            return fail(Errc::Cancelled, path);
    }
    return Packed{.size = in.size(), .packed = in.size(), .sha256 = hash.result()};
}

Result<> checkFacts(const QString &path, const Packed &expected, const Progress &progress)
{
    if (!QFile::exists(path))
        return fail(Errc::Corrupt, path + u": is missing"_s);
    TRY_ASSIGN(const Packed facts, factsOf(path, progress));
    if (facts.packed != expected.packed)
        return fail(Errc::Corrupt, u"%1: %2 bytes, and not %3 as was written"_s.arg(path)
                                       .arg(facts.packed)
                                       .arg(expected.packed));
    if (facts.sha256 != expected.sha256)
        return fail(Errc::Corrupt, path + u": is not what was written (SHA-256)"_s);
    return {};
}

} // namespace leeward::server
