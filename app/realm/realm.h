#pragma once

#include "models/desk/desk.h"
#include "models/store/cache_file.h"
#include "server/realm_host.h"
#include "sync/courier.h"
#include "sync/remote/remote_link.h"

#include <atomic>
#include <memory>

namespace leeward::app {

// Which realm of which server, and in whose name.
struct RemoteOptions
{
    sync::Peer peer;
    QString realm = QStringLiteral("live");
    sync::TokenSource tokens;
    // What this device can show for an operation whose author is not who is signed in now: people
    // change while operations wait. Nothing: the session speaks for it. Called on any thread, until
    // the realm goes. May be empty.
    std::function<std::optional<sync::Proof>(const Operation &)> prove = {};
};

// One realm, opened: the cache file with its writer and reader threads, the authority beside it,
// the courier between them and the desk on top. Stand-alone: the authority runs in this process on
// the journal file next to the cache. At a server: a link to it stands in the authority's place.
class Realm
{
public:
    // Errors: those of CacheFile::open. A journal that was lost is made anew from the cache's
    // entries.
    [[nodiscard]] static Result<std::unique_ptr<Realm>>
    open(const QString &cachePath, const Clock &clock, IdSource &ids, desk::Identity identity);
    // At a central server, which may be away: what is made meanwhile waits in the queue. Should the
    // server find this program too old, nothing is handed in or taken any more and every operation
    // is answered with desk::Closed::TooOld; the queue stays and can be read and exported. The
    // token source must outlive the realm. A first load goes before (sync::SnapshotLoader).
    [[nodiscard]] static Result<std::unique_ptr<Realm>>
    openRemote(const QString &cachePath, RemoteOptions remote, const Clock &clock, IdSource &ids,
               desk::Identity identity);
    // For looking only, while another console holds the file: every operation is answered with
    // FileUnwritable, and what the other one commits is seen by asking the file once a second
    // (changedOutside).
    [[nodiscard]] static Result<std::unique_ptr<Realm>> openForLooking(const QString &cachePath,
                                                                       const Clock &clock,
                                                                       IdSource &ids,
                                                                       desk::Identity identity);
    ~Realm();

    // Before it is taken down while the program goes on: nothing is sent or taken in any more, and
    // once the future is done all that was under way is in the file and the destructor has nothing
    // to wait for. What is submitted after that is as good as ever, and makes it wait again.
    [[nodiscard]] QFuture<void> settle();

    [[nodiscard]] bool isReadOnly() const { return !m_courier || m_tooOld; }
    // True when another process has committed since the last call.
    [[nodiscard]] QFuture<bool> changedOutside();

    [[nodiscard]] desk::Desk &desk() { return *m_desk; }
    [[nodiscard]] store::StoreThread &reader() { return *m_reader; }
    [[nodiscard]] store::StoreThread &writer() { return *m_writer; }
    [[nodiscard]] store::ChangeFeed &feed() { return m_feed; }
    [[nodiscard]] sync::Courier *courier() { return m_courier.get(); } // null when read-only
    [[nodiscard]] sync::RemoteLink *remote() { return m_remote; }      // null when stand-alone
    // Does what follows from a state of the link; it does so by itself when the link tells, but who
    // shows a state first may come before that.
    void heed(const sync::Connection &connection);
    [[nodiscard]] const QString &cachePath() const { return m_path; }

private:
    Realm(QString path, std::optional<store::CacheFile> file, store::Connection writer,
          store::Connection reader, std::unique_ptr<sync::AuthorityLink> authority,
          const Clock &clock, IdSource &ids, desk::Identity identity);

    void follow(sync::RemoteLink &remote);

    // In the order in which they are made; they go in reverse.
    QString m_path;
    std::optional<store::CacheFile> m_file; // holds the lock
    std::unique_ptr<sync::AuthorityLink> m_authority;
    sync::RemoteLink *m_remote = nullptr; // the authority, when it is one
    store::ChangeFeed m_feed;
    std::unique_ptr<store::StoreThread> m_writer;
    std::unique_ptr<store::StoreThread> m_reader;
    std::unique_ptr<sync::Courier> m_courier;
    std::unique_ptr<desk::Desk> m_desk;
    bool m_tooOld = false;
    std::shared_ptr<std::atomic<qint64>> m_dataVersion = std::make_shared<std::atomic<qint64>>(0);
};

// The same realm without threads and windows, for leewardctl: each operation goes through the queue
// and the authority and is in the journal when submit() comes back well. What the authority refuses
// stays in the queue with its reason, for a console to settle.
class HeadlessRealm
{
public:
    [[nodiscard]] static Result<HeadlessRealm> open(const QString &cachePath, const Clock &clock);

    [[nodiscard]] desk::Outcome submit(const Operation &operation);
    [[nodiscard]] store::Connection &connection() { return m_cache.connection(); }

private:
    HeadlessRealm(store::CacheFile cache, store::CacheFile journal, const Clock &clock)
        : m_cache(std::move(cache))
        , m_journal(std::move(journal))
        , m_clock(clock)
    {
    }
    // Hands in what is queued and takes in what is new, until nothing is left.
    [[nodiscard]] Result<> exchange();

    store::CacheFile m_cache;
    store::CacheFile m_journal;
    const Clock &m_clock;
};

} // namespace leeward::app
