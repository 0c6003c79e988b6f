#include "maps/geo/atomicfile.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QStorageInfo>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace leeward::geo {

using namespace Qt::StringLiterals;

namespace {

std::unexpected<Error> systemError(int error, const QString &path)
{
    const bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
    return fail(full ? Errc::DiskFull : Errc::FileUnwritable,
                path + u": "_s + QString::fromLocal8Bit(std::strerror(error)));
}

// Makes a rename in `folder` last through a power cut.
void flushFolder(const QString &folder)
{
    const int descriptor =
        ::open(QFile::encodeName(folder).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    (void) ::fsync(descriptor);
    (void) ::close(descriptor);
}

} // namespace

AtomicFile::AtomicFile(QString path, QString temporary, int descriptor)
    : m_path(std::move(path))
    , m_temporary(std::move(temporary))
    , m_descriptor(descriptor)
{
}

AtomicFile::AtomicFile(AtomicFile &&other) noexcept
    : m_path(std::move(other.m_path))
    , m_temporary(std::exchange(other.m_temporary, QString()))
    , m_descriptor(std::exchange(other.m_descriptor, -1))
{
}

AtomicFile::~AtomicFile()
{
    if (m_descriptor >= 0)
        (void) ::close(m_descriptor);
    if (m_temporary.isEmpty())
        return;
    // A database library may have left its journals beside the file.
    for (const QString &tail : {u""_s, u"-journal"_s, u"-wal"_s, u"-shm"_s})
        (void) QFile::remove(m_temporary + tail);
}

Result<AtomicFile> AtomicFile::create(const QString &path)
{
    const QFileInfo info(path);
    if (info.fileName().isEmpty() || info.isDir())
        return fail(Errc::FileUnwritable, path + u": a folder, not a file"_s);
    if (info.exists() && !info.isFile())
        return fail(Errc::FileUnwritable, path + u": not a regular file"_s);
    if (!info.dir().exists())
        return fail(Errc::FileMissing, info.path() + u": no such folder"_s);
    if (info.exists() && !info.isWritable())
        return fail(Errc::FileUnwritable, path + u": the file is read-only"_s);
    for (int attempt = 0; attempt < 16; ++attempt) {
        // The suffix stays last: libraries tell the format by it.
        const QString temporary = u"%1/.%2.%3.%4"_s.arg(
            info.absolutePath(), info.completeBaseName().left(40),
            QString::number(QRandomGenerator::global()->generate(), 36), info.suffix());
        const int descriptor = ::open(QFile::encodeName(temporary).constData(),
                                      O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        if (descriptor >= 0)
            return AtomicFile(info.absoluteFilePath(), temporary, descriptor);
        if (errno != EEXIST)
            return systemError(errno, path);
    }
    return fail(Errc::FileUnwritable, path + u": no free temporary name"_s);
}

Result<> AtomicFile::write(QByteArrayView bytes)
{
    while (!bytes.isEmpty()) {
        const ssize_t written =
            ::write(m_descriptor, bytes.data(), static_cast<size_t>(bytes.size()));
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return systemError(errno, m_path);
        bytes = bytes.sliced(written);
    }
    return {};
}

Result<> AtomicFile::commit()
{
    // A library may have replaced the file under its name, so the name is what gets flushed.
    const QByteArray temporary = QFile::encodeName(m_temporary);
    const int descriptor = ::open(temporary.constData(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return systemError(errno, m_path);
    const int flushed = ::fsync(descriptor);
    const int flushError = errno;
    (void) ::close(descriptor);
    if (flushed != 0)
        return systemError(flushError, m_path);
    if (::rename(temporary.constData(), QFile::encodeName(m_path).constData()) != 0)
        return systemError(errno, m_path);
    m_temporary.clear();
    flushFolder(QFileInfo(m_path).absolutePath());
    return {};
}

std::unexpected<Error> AtomicFile::failure(const QString &detail) const
{
    constexpr qint64 nothingLeft = 64 * 1024;
    const QStorageInfo storage(QFileInfo(m_path).absolutePath());
    const bool full = detail.contains("full"_L1) || detail.contains("No space left"_L1) ||
                      (storage.isValid() && storage.bytesAvailable() < nothingLeft);
    return fail(full ? Errc::DiskFull : Errc::FileUnwritable, m_path + u": "_s + detail);
}

} // namespace leeward::geo
