#pragma once

#include <QByteArray>
#include <QTimer>

#include <chrono>

namespace leeward::app {

// Tells the service manager that started this process how it is: datagrams to the socket that
// NOTIFY_SOCKET names (sd_notify(3)). Without one every call does nothing. When the manager asks to
// hear from it (WATCHDOG_USEC), it does as long as this thread's event loop turns: a server whose
// sockets nobody serves is started again.
class ServiceNotice : public QObject
{
    Q_OBJECT
public:
    explicit ServiceNotice(QObject *parent = nullptr);

    void ready(const QByteArray &status); // and begins to answer the watchdog
    void stopping();

private:
    void say(const QByteArray &text) const;

    QByteArray m_socket; // a path, or '@' and a name; empty = nobody listens
    std::chrono::microseconds m_watchdog{0};
    QTimer m_alive;
};

} // namespace leeward::app
