#include "server/snapshot.h"

#include "models/store/entries.h"
#include "models/store/realm_copy.h"
#include "server/packing.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonArray>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {

// Removes the files it names unless they are wanted in the end.
class Scratch
{
public:
    explicit Scratch(QStringList paths)
        : m_paths(std::move(paths))
    {
    }
    Scratch(const Scratch &) = delete;
    Scratch &operator=(const Scratch &) = delete;
    ~Scratch()
    {
        for (const QString &path : m_paths) {
            for (const auto suffix : {""_L1, "-wal"_L1, "-shm"_L1})
                QFile::remove(path + suffix);
        }
    }
    void keep(const QString &path) { m_paths.removeAll(path); }

private:
    QStringList m_paths;
};

// Cuts what is written into chunks and hashes each.
class ChunkHasher
{
public:
    void add(QByteArrayView bytes)
    {
        while (!bytes.isEmpty()) {
            const qsizetype part = std::min<qsizetype>(bytes.size(), snapshotChunk - m_filled);
            m_hash.addData(bytes.first(part));
            m_filled += part;
            bytes = bytes.sliced(part);
            if (m_filled == snapshotChunk)
                cut();
        }
    }
    [[nodiscard]] std::vector<QByteArray> finish()
    {
        if (m_filled > 0)
            cut();
        return std::move(m_chunks);
    }

private:
    void cut()
    {
        m_chunks.push_back(m_hash.result());
        m_hash.reset();
        m_filled = 0;
    }
    QCryptographicHash m_hash{QCryptographicHash::Sha256};
    qsizetype m_filled = 0;
    std::vector<QByteArray> m_chunks;
};

Result<> packSnapshot(const QString &from, Snapshot &snapshot, const Progress &progress)
{
    ChunkHasher hasher;
    TRY_ASSIGN(const Packed packed,
               packFile(from, snapshot.path, progress,
                        [&hasher](QByteArrayView bytes) { hasher.add(bytes); }));
    snapshot.size = packed.size;
    snapshot.packed = packed.packed;
    snapshot.sha256 = hasher.finish();
    return {};
}

} // namespace

Result<Snapshot> makeSnapshot(const QString &realmPath, const QString &folder,
                              const Progress &progress)
{
    if (!QDir().mkpath(folder))
        return fail(Errc::FileUnwritable, folder);
    const QString copy = folder + u"/making.sqlite"_s;
    QFile::remove(copy); // of a server that was killed
    Snapshot snapshot{.chunk = snapshotChunk, .path = folder + u"/making.zst"_s};
    Scratch scratch({copy, snapshot.path});
    TRY(store::copyRealm(realmPath, copy));
    {
        TRY_ASSIGN(store::Connection db,
                   store::Connection::open(copy, store::Connection::Mode::ReadWrite));
        TRY(store::forgetOwn(db));
        TRY_ASSIGN(const store::Head head, store::journalHead(db));
        TRY_ASSIGN(snapshot.epoch, store::metaValue(db, u"epoch"_s));
        snapshot.seq = head.seq;
        snapshot.hash = head.hash;
        snapshot.schema = db.userVersion();
        TRY(db.emptyLog());
    }
    TRY(packSnapshot(copy, snapshot, progress));
    const QByteArray mark = snapshot.sha256.empty() ? QByteArray() : snapshot.sha256.front();
    snapshot.id = QString::number(snapshot.seq) + u'-' +
                  QString::fromLatin1(mark.first(std::min<qsizetype>(4, mark.size())).toHex());
    const QString final = folder + u'/' + snapshot.id + u".zst"_s;
    QFile::remove(final);
    if (!QFile::rename(snapshot.path, final))
        return fail(Errc::FileUnwritable, final);
    scratch.keep(snapshot.path);
    snapshot.path = final;
    return snapshot;
}

QJsonObject toJson(const Snapshot &snapshot)
{
    QJsonArray chunks;
    for (const QByteArray &chunk : snapshot.sha256)
        chunks.append(QString::fromLatin1(chunk.toHex()));
    return {{u"id"_s, snapshot.id},
            {u"seq"_s, snapshot.seq},
            {u"hash"_s, QString::fromLatin1(snapshot.hash.toHex())},
            {u"epoch"_s, snapshot.epoch},
            {u"size"_s, snapshot.size},
            {u"packed"_s, snapshot.packed},
            {u"chunk"_s, snapshot.chunk},
            {u"sha256"_s, chunks},
            {u"schema"_s, snapshot.schema}};
}

} // namespace leeward::server
