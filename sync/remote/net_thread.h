#pragma once

#include <QObject>
#include <QThread>

#include <functional>

namespace leeward::sync {

// A thread with an event loop for objects that talk over the network, so that no other thread ever
// waits for a peer. Jobs run in the order in which they are given.
class NetThread
{
public:
    explicit NetThread(const QString &name = QStringLiteral("leeward-net"));
    // Runs what was posted, then joins. Objects on the thread must have gone before.
    ~NetThread();
    NetThread(const NetThread &) = delete;
    NetThread &operator=(const NetThread &) = delete;

    // Any thread.
    void post(std::function<void()> job);
    // For building and taking down: waits until `job` has run. Any thread but its own; jobs given
    // before it are run first, and none of them may wait.
    void runAndWait(const std::function<void()> &job);
    [[nodiscard]] bool isOwnThread() const { return QThread::currentThread() == &m_thread; }

private:
    QThread m_thread;
    QObject *m_worker; // lives on m_thread
};

} // namespace leeward::sync
