#include "server/backup/archive_file.h"

#include "server/packing.h"
#include "sync/wire.h"

#include <QCborMap>
#include <QCborParserError>
#include <QCborValue>
#include <QDir>
#include <QtEndian>

namespace leeward::server {

using namespace Qt::StringLiterals;
namespace wire = sync::wire;

namespace {

constexpr auto magic = "LWARCH\r\n"_L1;
constexpr quint16 format = 1;
constexpr int entriesAtOnce = 500;

template <class Number>
QByteArray big(Number number)
{
    QByteArray bytes(sizeof(Number), Qt::Uninitialized);
    qToBigEndian(number, bytes.data());
    return bytes;
}

// Writes and hashes.
class Pen
{
public:
    explicit Pen(QFile &file)
        : m_file(file)
    {
    }
    [[nodiscard]] Result<> write(const QByteArray &bytes)
    {
        if (m_file.write(bytes) != bytes.size())
            return writeError(m_file);
        m_hash.addData(bytes);
        return {};
    }
    [[nodiscard]] Result<> block(const QByteArray &cbor)
    {
        const QByteArray packed = wire::pack(cbor);
        TRY(write(big(static_cast<quint32>(packed.size()))));
        return write(packed);
    }
    [[nodiscard]] Result<> finish()
    {
        TRY(write(big(quint32(0))));
        return write(m_hash.result());
    }

private:
    QFile &m_file;
    QCryptographicHash m_hash{QCryptographicHash::Sha256};
};

Result<std::vector<store::Entry>> entriesUpTo(const EntriesAfter &entries, qint64 after,
                                              qint64 last)
{
    const int count = static_cast<int>(std::min<qint64>(last - after, entriesAtOnce));
    TRY_ASSIGN(auto some, entries(after, count));
    if (some.empty() || some.front().seq != after + 1)
        return fail(Errc::Corrupt, u"entry %1 is not in the journal"_s.arg(after + 1));
    // One large import must not make a block that no reader takes.
    qint64 bytes = 0;
    for (size_t i = 0; i < some.size(); ++i) {
        bytes += some[i].operationBytes.size() + some[i].changeset.size();
        if (bytes > wire::replyCut && i > 0) {
            some.resize(i);
            break;
        }
    }
    return some;
}

Result<> writeAll(QFile &file, const QString &realm, qint64 first, qint64 last,
                  const EntriesAfter &entries, Instant now, const Progress &progress)
{
    TRY_ASSIGN(const auto oldest, entriesUpTo(entries, first - 1, first));
    TRY_ASSIGN(const auto newest, entriesUpTo(entries, last - 1, last));
    Pen pen(file);
    TRY(pen.write(QByteArray(magic.data(), magic.size())));
    TRY(pen.write(big(format)));
    TRY(pen.block(QCborMap{{u"realm"_s, realm},
                           {u"first"_s, first},
                           {u"last"_s, last},
                           {u"before"_s, oldest.front().previousHash},
                           {u"hash"_s, newest.front().hash},
                           {u"made_at"_s, toMs(now)}}
                      .toCborValue()
                      .toCbor()));
    for (qint64 done = first - 1; done < last;) {
        TRY_ASSIGN(const auto some, entriesUpTo(entries, done, last));
        TRY(pen.block(wire::toCbor(some).toCbor()));
        done = some.back().seq;
        if (!progress.report(done - first + 1, last - first + 1, file.fileName()))
            return fail(Errc::Cancelled, file.fileName());
    }
    TRY(pen.finish());
    return syncFile(file);
}

Result<> readAll(const QString &path)
{
    TRY_ASSIGN(ArchiveReader reader, ArchiveReader::open(path));
    while (true) {
        TRY_ASSIGN(const auto entries, reader.next());
        if (entries.empty())
            return {};
    }
}

} // namespace

std::vector<ArchiveFacts> archivesIn(const QString &folder)
{
    std::vector<ArchiveFacts> archives;
    for (const QString &name :
         QDir(folder).entryList({u"*-*.archive"_s}, QDir::Files, QDir::Name)) {
        const QStringList ends = name.chopped(8).split(u'-');
        ArchiveFacts facts{.path = folder + u'/' + name,
                           .first = ends.value(0).toLongLong(),
                           .last = ends.value(1).toLongLong()};
        if (ends.size() == 2 && facts.first > 0 && facts.last >= facts.first)
            archives.push_back(std::move(facts));
    }
    std::ranges::sort(archives, {}, &ArchiveFacts::first);
    return archives;
}

Result<ArchiveFacts> writeArchive(const QString &folder, const QString &realm, qint64 first,
                                  qint64 last, const EntriesAfter &entries, Instant now,
                                  const Progress &progress)
{
    if (first < 1 || last < first)
        return fail(Errc::InvalidArgument, u"entries %1 to %2"_s.arg(first).arg(last));
    if (!QDir().mkpath(folder))
        return fail(Errc::FileUnwritable, folder);
    const QString making = folder + u"/making"_s;
    const QString path =
        folder + u"/%1-%2.archive"_s.arg(first, 12, 10, QChar(u'0')).arg(last, 12, 10, QChar(u'0'));
    const auto write = [&]() -> Result<> {
        QFile file(making);
        if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate | QIODevice::Unbuffered))
            return writeError(file);
        TRY(writeAll(file, realm, first, last, entries, now, progress));
        file.close();
        return readAll(making);
    };
    if (const auto done = write(); !done) {
        QFile::remove(making);
        return std::unexpected(done.error());
    }
    QFile::remove(path);
    if (!QFile::rename(making, path))
        return fail(Errc::FileUnwritable, path);
    TRY(syncFolder(folder));
    return ArchiveFacts{path, first, last};
}

std::unexpected<Error> ArchiveReader::damaged(const QString &why) const
{
    return fail(Errc::Corrupt, m_file->fileName() + u": "_s + why);
}

Result<QByteArray> ArchiveReader::bytes(qint64 count)
{
    const QByteArray read = m_file->read(count);
    if (read.size() != count)
        return damaged(u"ends too early"_s);
    return read;
}

Result<QByteArray> ArchiveReader::block()
{
    TRY_ASSIGN(const QByteArray length, bytes(4));
    m_hash->addData(length);
    const auto size = qFromBigEndian<quint32>(length.constData());
    if (size == 0)
        return QByteArray();
    if (size > wire::largestMessage)
        return damaged(u"a block of %1 bytes"_s.arg(size));
    TRY_ASSIGN(const QByteArray packed, bytes(size));
    m_hash->addData(packed);
    const auto unpacked = wire::unpack(packed);
    if (!unpacked)
        return damaged(unpacked.error().detail);
    if (unpacked->isEmpty())
        return damaged(u"an empty block"_s);
    return unpacked;
}

Result<ArchiveReader> ArchiveReader::open(const QString &path)
{
    ArchiveReader reader(std::make_unique<QFile>(path));
    if (!reader.m_file->open(QIODevice::ReadOnly))
        return fail(Errc::FileUnreadable, path + u": "_s + reader.m_file->errorString());
    const QByteArray start = reader.m_file->read(magic.size() + 2);
    if (start.size() != magic.size() + 2 || !start.startsWith(magic.data()))
        return fail(Errc::FileMalformed, path + u": is no archive"_s);
    const auto version = qFromBigEndian<quint16>(start.constData() + magic.size());
    if (version != format)
        return fail(Errc::Unsupported, path + u": an archive of format %1"_s.arg(version));
    reader.m_hash->addData(start);
    TRY_ASSIGN(const QByteArray header, reader.block());
    QCborParserError error;
    const QCborValue said = QCborValue::fromCbor(header, &error);
    if (error.error != QCborError::NoError || !said.isMap())
        return reader.damaged(u"its header can not be read"_s);
    const QCborMap map = said.toMap();
    reader.m_realm = map.value("realm"_L1).toString();
    reader.m_facts = {path, map.value("first"_L1).toInteger(), map.value("last"_L1).toInteger()};
    reader.m_before = map.value("before"_L1).toByteArray();
    reader.m_after = map.value("hash"_L1).toByteArray();
    if (reader.m_facts.first < 1 || reader.m_facts.last < reader.m_facts.first ||
        reader.m_before.size() != store::hashSize || reader.m_after.size() != store::hashSize)
        return reader.damaged(u"its header says nothing sensible"_s);
    reader.m_head = {reader.m_facts.first - 1, reader.m_before};
    return reader;
}

Result<std::vector<store::Entry>> ArchiveReader::next()
{
    TRY_ASSIGN(const QByteArray cbor, block());
    if (cbor.isEmpty()) {
        const QByteArray right = m_hash->result();
        TRY_ASSIGN(const QByteArray written, bytes(right.size()));
        if (written != right || !m_file->atEnd())
            return damaged(u"is not what was written (SHA-256)"_s);
        if (m_head != store::Head{m_facts.last, m_after})
            return damaged(u"ends with entry %1, and not %2"_s.arg(m_head.seq).arg(m_facts.last));
        return std::vector<store::Entry>();
    }
    QCborParserError error;
    const QCborValue list = QCborValue::fromCbor(cbor, &error);
    if (error.error != QCborError::NoError)
        return damaged(error.errorString());
    auto entries = wire::entriesFrom(list);
    if (!entries || entries->empty())
        return damaged(entries ? u"a block without entries"_s : entries.error().detail);
    for (const store::Entry &entry : *entries) {
        if (entry.seq != m_head.seq + 1 || entry.previousHash != m_head.hash)
            return damaged(u"entry %1 does not follow entry %2"_s.arg(entry.seq).arg(m_head.seq));
        if (entry.hash != store::hashOf(entry))
            return damaged(u"entry %1 has been changed"_s.arg(entry.seq));
        m_head = {entry.seq, entry.hash};
    }
    return entries;
}

} // namespace leeward::server
