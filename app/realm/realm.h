#pragma once

#include "models/desk/desk.h"
#include "models/store/cache_file.h"
#include "server/local_authority.h"
#include "sync/courier.h"

#include <atomic>
#include <memory>

namespace leeward::app {

// One realm, opened: the cache file with its writer and reader threads, the authority beside it,
// the courier between them and the desk on top. Stand-alone: the authority runs in this process on
// the journal file next to the cache.
class Realm
{
public:
    // Errors: those of CacheFile::open. A journal that was lost is made anew from the cache's
    // entries.
    [[nodiscard]] static Result<std::unique_ptr<Realm>>
    open(const QString &cachePath, const Clock &clock, IdSource &ids, desk::Identity identity);
    // For looking only, while another console holds the file: every operation is answered with
    // FileUnwritable, and what the other one commits is seen by asking the file once a second
    // (changedOutside).
    [[nodiscard]] static Result<std::unique_ptr<Realm>> openForLooking(const QString &cachePath,
                                                                       const Clock &clock,
                                                                       IdSource &ids,
                                                                       desk::Identity identity);
    ~Realm();

    [[nodiscard]] bool isReadOnly() const { return !m_courier; }
    // True when another process has committed since the last call.
    [[nodiscard]] QFuture<bool> changedOutside();

    [[nodiscard]] desk::Desk &desk() { return *m_desk; }
    [[nodiscard]] store::StoreThread &reader() { return *m_reader; }
    [[nodiscard]] store::StoreThread &writer() { return *m_writer; }
    [[nodiscard]] store::ChangeFeed &feed() { return m_feed; }
    [[nodiscard]] sync::Courier *courier() { return m_courier.get(); } // null when read-only
    [[nodiscard]] const QString &cachePath() const { return m_path; }

private:
    Realm(QString path, std::optional<store::CacheFile> file, store::Connection writer,
          store::Connection reader, std::unique_ptr<server::LocalAuthority> authority,
          const Clock &clock, IdSource &ids, desk::Identity identity);

    // In the order in which they are made; they go in reverse.
    QString m_path;
    std::optional<store::CacheFile> m_file; // holds the lock
    std::unique_ptr<server::LocalAuthority> m_authority;
    store::ChangeFeed m_feed;
    std::unique_ptr<store::StoreThread> m_writer;
    std::unique_ptr<store::StoreThread> m_reader;
    std::unique_ptr<sync::Courier> m_courier;
    std::unique_ptr<desk::Desk> m_desk;
    std::shared_ptr<std::atomic<qint64>> m_dataVersion = std::make_shared<std::atomic<qint64>>(0);
};

// The same realm without threads and windows, for leewardctl: each operation goes through the queue
// and the authority and is in the journal when submit() comes back.
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
