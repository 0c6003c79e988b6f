#pragma once

#include "models/store/change_feed.h"
#include "models/store/store_thread.h"
#include "sync/authority_link.h"

#include <QObject>
#include <QTimer>

#include <mutex>

namespace leeward::sync {

// Carries queued operations to the authority and what it says back, one exchange at a time; tries
// again after a failure with growing pauses. Lives on the thread that made it; the store is touched
// on the store thread only.
class Courier : public QObject
{
    Q_OBJECT
public:
    // All must outlive the courier; the writer also the link, whose answers go to it. Once the
    // courier has gone nothing of it asks the link any more.
    Courier(store::StoreThread &writer, store::ChangeFeed &feed, AuthorityLink &link,
            QObject *parent = nullptr);
    ~Courier() override;

    // Something may be to be sent or fetched. Cheap to call often.
    void wake();
    [[nodiscard]] bool isReachable() const { return m_reachable; }

Q_SIGNALS:
    void idle(); // nothing queued, nothing new
    void reachableChanged(bool reachable);
    // The store could not take what came (full disk, a broken journal): a person must look.
    void failed(const leeward::Error &error);

private:
    // What a chain of jobs on other threads knows of the courier: whether it is still there.
    struct Here
    {
        std::recursive_mutex mutex; // a link may answer at once, on the thread that asks
        Courier *courier;
    };
    void finish(bool again, const std::optional<Error> &error);

    store::StoreThread &m_writer;
    store::ChangeFeed &m_feed;
    AuthorityLink &m_link;
    QTimer m_retry;
    std::chrono::milliseconds m_pause;
    std::shared_ptr<Here> m_here;
    bool m_busy = false;
    bool m_wanted = false;
    bool m_reachable = true;
};

} // namespace leeward::sync
