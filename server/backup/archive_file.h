#pragma once

#include "models/domain/clock.h"
#include "models/domain/progress.h"
#include "models/store/entries.h"

#include <QCryptographicHash>
#include <QFile>

#include <functional>

namespace leeward::server {

// Old entries of a realm in a file of their own, packed, each still hashing the one before. Never
// changed once it has its name, FIRST-LAST.archive. Numbers are big-endian:
//
//   8  LWARCH CR LF
//   2  format, 1
//   blocks: 4 length, then zstd of CBOR: first {realm, first, last, before, hash, made_at}, then
//           entries as the protocol has them, in order
//   4  zero
//  32  SHA-256 of all before

struct ArchiveFacts
{
    QString path;
    qint64 first = 0;
    qint64 last = 0;
    friend bool operator==(const ArchiveFacts &, const ArchiveFacts &) = default;
};

// The finished archives in a folder, oldest first, by their names.
[[nodiscard]] std::vector<ArchiveFacts> archivesIn(const QString &folder);

// Entries after a number, at most so many; as store::entriesAfter.
using EntriesAfter = std::function<Result<std::vector<store::Entry>>(qint64 after, int limit)>;

// Writes entries `first` to `last`, reads the file again from the disk and only then gives it its
// name. Corrupt when the entries do not follow one another. DiskFull leaves nothing.
[[nodiscard]] Result<ArchiveFacts> writeArchive(const QString &folder, const QString &realm,
                                                qint64 first, qint64 last,
                                                const EntriesAfter &entries, Instant now,
                                                const Progress &progress = {});

// Reads one archive from its beginning, checking what it gives: numbers, hashes, the file's own
// hash at the end.
class ArchiveReader
{
public:
    // FileMalformed: no archive; Unsupported: of a newer format.
    [[nodiscard]] static Result<ArchiveReader> open(const QString &path);

    [[nodiscard]] const QString &realm() const { return m_realm; }
    [[nodiscard]] const ArchiveFacts &facts() const { return m_facts; }
    [[nodiscard]] const QByteArray &before() const { return m_before; } // hash of entry first-1
    [[nodiscard]] const QByteArray &after() const { return m_after; }   // hash of entry last
    // The next entries; none once all were read and the end is as it must be. Corrupt, naming the
    // place, for anything else.
    [[nodiscard]] Result<std::vector<store::Entry>> next();

private:
    explicit ArchiveReader(std::unique_ptr<QFile> file)
        : m_file(std::move(file))
        , m_hash(std::make_unique<QCryptographicHash>(QCryptographicHash::Sha256))
    {
    }
    [[nodiscard]] Result<QByteArray> bytes(qint64 count);
    [[nodiscard]] Result<QByteArray> block(); // empty: the end
    [[nodiscard]] std::unexpected<Error> damaged(const QString &why) const;

    std::unique_ptr<QFile> m_file;
    std::unique_ptr<QCryptographicHash> m_hash;
    QString m_realm;
    ArchiveFacts m_facts;
    QByteArray m_before;
    QByteArray m_after;
    store::Head m_head;
};

} // namespace leeward::server
