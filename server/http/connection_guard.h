#pragma once

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QPointer>
#include <QTimer>

#include <chrono>

class QAbstractSocket;
class QTcpServer;

namespace leeward::server {

// What a connection may cost before it has shown what it is for.
struct ConnectionLimits
{
    int connections = 4000;
    int connectionsOfOneAddress = 1000; // a hall behind one router
    qint64 requestBytes = 64LL * 1024 * 1024 + 64 * 1024;
    qint64 allUnansweredBytes = 512LL * 1024 * 1024;
    std::chrono::milliseconds request{30'000}; // from its first byte to its last
    std::chrono::milliseconds idle{75'000};    // between requests
};

// Watches the sockets of a server from outside of the HTTP parser, which has no limits of its own:
// ends those that send too much, too slowly or nothing. The parser's thread.
//
// A connection is idle, then receiving from the first byte of a request on, then working once the
// parser has handed the request over, then idle again when an answer has been written.
class ConnectionGuard : public QObject
{
    Q_OBJECT
public:
    explicit ConnectionGuard(ConnectionLimits limits, QObject *parent = nullptr);

    // Before the parser is bound to the server: what is counted must be seen before it is read.
    void watchBefore(QTcpServer &server);
    // After it: what is left is what the parser did not read.
    void watchAfter(QTcpServer &server);

    // The request of this peer is whole.
    void working(const QString &address, quint16 port);
    // The connection is no HTTP connection any more.
    void release(const QString &address, quint16 port);

    [[nodiscard]] int count() const { return static_cast<int>(m_open.size()); }
    // What has been answered and is not with the network yet.
    [[nodiscard]] qint64 unsentBytes() const;
    // Connections that were ended, by why: for the metrics.
    [[nodiscard]] const QHash<QString, int> &ended() const { return m_ended; }

private:
    enum class Phase
    {
        Idle,
        Receiving,
        Working
    };
    struct Open
    {
        QPointer<QAbstractSocket> socket;
        QString address;
        Phase phase = Phase::Idle;
        QElapsedTimer since;
        qint64 bytes = 0;    // of the request so far
        qint64 leftover = 0; // not read by the parser yet
    };
    using Key = std::pair<QString, quint16>;

    void admit(QAbstractSocket *socket);
    void arrived(const Key &key);
    void answered(const Key &key);
    void forget(const Key &key);
    void end(const Key &key, const QString &why);
    void sweep();

    ConnectionLimits m_limits;
    QHash<Key, Open> m_open;
    QHash<QString, int> m_ofAddress;
    QHash<QString, int> m_ended;
    qint64 m_unanswered = 0;
    QTimer m_sweep;
};

} // namespace leeward::server
