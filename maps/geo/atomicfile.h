#pragma once

#include "models/domain/result.h"

#include <QByteArrayView>
#include <QString>

namespace leeward::geo {

// A file that appears whole or not at all: written beside its place under a hidden name, flushed to
// the disk, renamed. What is not committed leaves nothing behind. Errors: FileMissing (no such
// folder), FileUnwritable, DiskFull.
class AtomicFile
{
public:
    [[nodiscard]] static Result<AtomicFile> create(const QString &path);
    AtomicFile(AtomicFile &&other) noexcept;
    AtomicFile &operator=(AtomicFile &&) = delete;
    AtomicFile(const AtomicFile &) = delete;
    ~AtomicFile();

    // The hidden name, for a library that writes by itself into the file.
    [[nodiscard]] const QString &temporaryPath() const { return m_temporary; }
    [[nodiscard]] Result<> write(QByteArrayView bytes);
    [[nodiscard]] Result<> commit();
    // The error of a failed write by another library: DiskFull when there is no room left, else
    // FileUnwritable.
    [[nodiscard]] std::unexpected<Error> failure(const QString &detail) const;

private:
    AtomicFile(QString path, QString temporary, int descriptor);
    QString m_path;
    QString m_temporary;
    int m_descriptor = -1;
};

} // namespace leeward::geo
