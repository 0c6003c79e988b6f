#pragma once

#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QThread>

#include <atomic>
#include <memory>
#include <vector>

namespace leeward::test {

// A network cable between a desk and a server, both on loopback, on a thread of its own: whole,
// pulled (nobody there), or swallowing: connections stand and nothing ever comes.
class Cable
{
public:
    explicit Cable(quint16 server);
    ~Cable();

    [[nodiscard]] quint16 port() const { return m_port; }
    // Connections so far, any thread.
    [[nodiscard]] int connections() const { return m_connections; }
    void pull();    // ends what is open
    void swallow(); // from now on, what is open too
    void mend();    // ends what was swallowed

private:
    void onThread(const std::function<void()> &job);
    void listen();
    void endAll();
    void came();

    quint16 m_server;
    quint16 m_port = 0;
    QThread m_thread;
    QObject *m_worker; // lives on m_thread, as all below
    std::unique_ptr<QTcpServer> m_listener;
    std::vector<QPointer<QTcpSocket>> m_sockets;
    bool m_swallowing = false;
    std::atomic<int> m_connections = 0;
};

} // namespace leeward::test
