#pragma once

#include "models/store/cache_file.h"
#include "models/store/store_thread.h"
#include "server/authority.h"

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace leeward::server {

// One realm at work: its authority on a thread and a file of its own. What is handed in while a
// batch is being made durable goes into the next one together; whoever listens is told of new
// entries once they are durable. The central server holds one for each realm, a stand-alone console
// one for itself.
class RealmHost final : public sync::AuthorityLink
{
public:
    using Listener = std::function<void(const std::vector<store::Entry> &)>;

    // Creates the journal file when it is not there. `clock` must outlive it. `journal`: where the
    // order is made when not in this file, which then is a copy (Journal::attach). `seals`: go with
    // every entry.
    [[nodiscard]] static Result<std::unique_ptr<RealmHost>>
    open(const QString &journalPath, const Clock &clock, std::unique_ptr<Journal> journal = nullptr,
         Seals seals = {});
    // Finishes what was asked.
    ~RealmHost() override;

    // Any thread; `done` is called on the authority's thread.
    void exchange(sync::Ask ask, Permit permit, std::function<void(Result<sync::Reply>)> done);
    void exchange(sync::Ask ask, std::function<void(Result<sync::Reply>)> done) override;
    void listen(std::function<void(std::vector<store::Entry>)> listener) override;

    // Called on the authority's thread with entries in order, none twice, from now on. Any thread;
    // after removeListener() has returned it is not called any more.
    int addListener(Listener listener);
    void removeListener(int id);

    // Runs on the authority's thread between batches: snapshots, backups, reading.
    template <class Job>
    auto run(Job job)
    {
        return m_thread.run(std::move(job));
    }
    void post(std::function<void(store::Connection &)> job) { m_thread.post(std::move(job)); }

    // Waits until everything that was handed in before has been answered. Not on the authority's
    // thread.
    void finishWaiting();

    [[nodiscard]] const QString &path() const { return m_path; }

private:
    struct Waiting
    {
        sync::Ask ask;
        Permit permit;
        std::function<void(Result<sync::Reply>)> done;
    };
    RealmHost(QString path, store::CacheFile file, const Clock &clock,
              std::unique_ptr<Journal> journal, Seals seals);
    void takeBatch(store::Connection &db);
    void tell(store::Connection &db);

    QString m_path;
    store::CacheFile m_file; // holds the lock
    const Clock &m_clock;
    std::unique_ptr<Journal> m_journal;
    Seals m_seals;
    RecentEntries m_recent;            // the authority's thread
    std::atomic<bool> m_moved = false; // a job to catch up is on its way
    std::mutex m_mutex;                // m_waiting
    std::condition_variable m_came;    // something into it
    std::vector<Waiting> m_waiting;
    size_t m_lastBatch = 0; // asks in it; the authority's thread
    std::mutex m_listening; // the rest; held while they are called
    std::vector<std::pair<int, Listener>> m_listeners;
    int m_nextListener = 1;
    qint64 m_told = 0;           // newest entry the listeners have been told of
    store::StoreThread m_thread; // last: its jobs use the rest
};

// "city.leeward" → "city.journal"
[[nodiscard]] QString journalPathFor(const QString &cachePath);

} // namespace leeward::server
