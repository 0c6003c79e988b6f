#pragma once

#include "models/domain/progress.h"
#include "sync/remote/signed_caller.h"

#include <memory>

namespace leeward::sync {

// What the server says of a snapshot (docs/protocol.md).
struct SnapshotManifest
{
    QString id;
    qint64 seq = 0;
    QByteArray hash; // of entry seq
    QString epoch;
    qint64 size = 0;   // of the file
    qint64 packed = 0; // of the zstd stream
    qint64 chunk = 0;
    std::vector<QByteArray> sha256; // of the packed chunks
    int schema = 0;
    friend bool operator==(const SnapshotManifest &, const SnapshotManifest &) = default;
};
// FileMalformed for one that does not add up.
[[nodiscard]] Result<SnapshotManifest> manifestFrom(const QByteArray &json);

// A console at entry `cursor` would do better with a snapshot than with entries, or can not do
// without: the server's oldest entry is `first`, its newest `head`.
[[nodiscard]] bool wantsSnapshot(qint64 cursor, qint64 first, qint64 head);

// Brings a realm's cache to a server's state with one file instead of thousands of entries.
//
//    PATH.manifest  what is being loaded         ┐ both stay after a break of whatever kind;
//    PATH.packed    the chunks that have come    ┘ the next call goes on at the first bad chunk
//    PATH.loading   unpacked, checked, with the queue of the cache that was there ─ rename ─▶ PATH
//
// The cache that is there stays as it is until the rename, which is atomic; what waits in its
// queue, and entries that the snapshot does not have, are in the new queue then. A crash between
// any two steps leaves the old cache or the new one, each whole; the next call does the rest again.
class SnapshotLoader
{
public:
    // `clock` must outlive it. Makes a thread for the network.
    SnapshotLoader(const Peer &peer, QString realm, TokenSource tokens, const Clock &clock);
    ~SnapshotLoader();

    // These wait, so they run on a worker thread and never on one with a screen; `progress` reports
    // packed bytes of packed bytes, and what is done ("load", "unpack", "check"). The file must not
    // be open anywhere; it is locked meanwhile (CacheInUse).
    //
    // Network: the server was not to be had for a while; call again later. Refused: nobody is
    // signed in, or not with this right. Cancelled. DiskFull. Corrupt: what comes is not what the
    // server said, however often it is asked, or the cache that is there is damaged.

    // Asks where the server is, and loads a snapshot if wantsSnapshot(). True when it did.
    [[nodiscard]] Result<bool> loadIfWanted(const QString &path, const Progress &progress);
    // What every window of the realm says if it is a drill; empty = live. Nothing before the server
    // has been asked.
    [[nodiscard]] const std::optional<QString> &mark() const { return m_mark; }
    // Entry the cache is at then.
    [[nodiscard]] Result<qint64> load(const QString &path, const Progress &progress);

private:
    class Fetcher;
    [[nodiscard]] Result<SnapshotManifest> manifest(const QString &path, bool fresh,
                                                    const Progress &progress);
    [[nodiscard]] Result<> fetchChunks(const QString &path, const SnapshotManifest &manifest,
                                       const Progress &progress);
    [[nodiscard]] Result<QByteArray> fetchChunk(const SnapshotManifest &manifest, qint64 number,
                                                const Progress &progress);

    QString m_realm;
    std::optional<QString> m_mark;
    std::unique_ptr<Fetcher> m_fetcher;
};

} // namespace leeward::sync
