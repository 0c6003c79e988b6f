#pragma once

#include "models/store/change_feed.h"
#include "models/store/store_thread.h"
#include "sync/authority_link.h"
#include "sync/rounds.h"

#include <QObject>
#include <QSet>
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
    [[nodiscard]] bool isReachable() const { return m_rounds.isReachable(); }
    // While stopped nothing is asked: an old console that may only look. Its link tells it nothing
    // either.
    void setStopped(bool stopped);

Q_SIGNALS:
    // What the authority has been asked to take; empty when it has answered or could not be
    // reached.
    void sending(const QSet<leeward::OperationId> &operations);
    void idle(); // nothing queued, nothing new
    void reachableChanged(bool reachable);
    // The store could not take what came (full disk, a broken journal): a person must look.
    void failed(const leeward::Error &error);
    // The authority was restored from a backup and had lost entries; this desk has taken back
    // `entries` of them, put their operations into its queue and hands them in again.
    void retreated(qint64 entries);
    // The authority has archived the entries that follow this desk's, or was restored to a point
    // before the oldest entry here: nothing goes on until a snapshot is loaded
    // (SnapshotLoader::load). Said at every attempt.
    void snapshotNeeded();

private:
    struct End // of one exchange
    {
        Rounds::End round;
        qint64 retreatedBy = 0;
    };
    // What a chain of jobs on other threads knows of the courier: whether it is still there.
    struct Here
    {
        std::recursive_mutex mutex; // a link may answer at once, on the thread that asks
        Courier *courier;
    };
    static void finishLater(const std::shared_ptr<Here> &here, End end);
    static void ask(store::StoreThread &writer, store::ChangeFeed &feed, AuthorityLink &link,
                    const std::shared_ptr<Here> &here, bool withPast);
    void takePushed(std::vector<store::Entry> entries);
    void finish(const End &end);

    store::StoreThread &m_writer;
    store::ChangeFeed &m_feed;
    AuthorityLink &m_link;
    QTimer m_retry;
    Rounds m_rounds;
    std::shared_ptr<Here> m_here;
    bool m_stopped = false;
};

} // namespace leeward::sync
