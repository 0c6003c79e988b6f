#pragma once

#include "server/postgres/pg_connection.h"

#include <functional>
#include <thread>

namespace leeward::server {

// Listens for others that have appended, on a connection and a thread of its own. Loses its
// connection and makes it anew as often as need be; what was missed meanwhile is made up for by one
// call after each new connection.
class PgWatcher
{
public:
    // `own`: the payload of this process's own notifications, which are passed over. `moved` is
    // called on the watcher's thread.
    PgWatcher(PgAddress address, QByteArray channel, QByteArray own, std::function<void()> moved);
    // Joins; `moved` is not called any more after it. Waits at most for one connection attempt.
    ~PgWatcher();
    PgWatcher(const PgWatcher &) = delete;
    PgWatcher &operator=(const PgWatcher &) = delete;

private:
    void work();
    [[nodiscard]] Result<> listenUntilGone();
    [[nodiscard]] bool stopped() const;
    void pause(std::chrono::milliseconds time) const; // or until stopped

    PgAddress m_address;
    QByteArray m_channel;
    QByteArray m_own;
    std::function<void()> m_moved;
    int m_stop = -1; // an eventfd: readable once it is to stop
    std::thread m_thread;
};

} // namespace leeward::server
