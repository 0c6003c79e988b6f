#include "server/http/connection_guard.h"

#include <QHostAddress>
#include <QLoggingCategory>
#include <QTcpServer>
#include <QTcpSocket>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace leeward::server {

using namespace Qt::StringLiterals;

Q_LOGGING_CATEGORY(lcGuard, "leeward.server.connections")

namespace {

// Properties of a socket.
constexpr auto admitted = "leewardAdmitted";
constexpr auto watched = "leewardWatched";

// A request or an answer in two parts waits for nothing in between. Clients hold the second part
// back until the first is acknowledged, which the kernel otherwise puts off by 40 ms; so do we with
// the body of an answer.
void sendAtOnce(QAbstractSocket &socket)
{
    socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
}

void acknowledgeAtOnce(const QAbstractSocket &socket)
{
#ifdef TCP_QUICKACK
    const int yes = 1; // until the next answer: it has to be said again each time
    (void) ::setsockopt(static_cast<int>(socket.socketDescriptor()), IPPROTO_TCP, TCP_QUICKACK,
                        &yes, sizeof yes);
#endif
}

} // namespace

ConnectionGuard::ConnectionGuard(ConnectionLimits limits, QObject *parent)
    : QObject(parent)
    , m_limits(limits)
{
    m_sweep.setInterval(std::clamp<std::chrono::milliseconds>(
        std::min(m_limits.request, m_limits.idle) / 4, std::chrono::milliseconds(10),
        std::chrono::seconds(1)));
    connect(&m_sweep, &QTimer::timeout, this, &ConnectionGuard::sweep);
}

// The parser takes a socket out of the server in its own slot for this signal. Slots run in the
// order of their connection: this one sees the socket before, the one of watchAfter() after.
void ConnectionGuard::watchBefore(QTcpServer &server)
{
    connect(&server, &QTcpServer::pendingConnectionAvailable, this, [this, &server] {
        const auto children = server.findChildren<QTcpSocket *>(Qt::FindDirectChildrenOnly);
        for (QTcpSocket *socket : children) {
            if (socket->property(admitted).toBool())
                continue;
            socket->setProperty(admitted, true); // the next knock finds it here as well
            admit(socket);
        }
    });
    m_sweep.start();
}

void ConnectionGuard::watchAfter(QTcpServer &server)
{
    connect(&server, &QTcpServer::pendingConnectionAvailable, this, [this] {
        for (auto it = m_open.begin(); it != m_open.end(); ++it) {
            if (!it->socket || it->socket->property(watched).toBool())
                continue;
            it->socket->setProperty(watched, true);
            connect(it->socket, &QIODevice::readyRead, this, [this, key = it.key()] {
                if (const auto open = m_open.find(key); open != m_open.end() && open->socket)
                    open->leftover = open->socket->bytesAvailable();
            });
        }
    });
}

void ConnectionGuard::admit(QAbstractSocket *socket)
{
    const Key key{socket->peerAddress().toString(), socket->peerPort()};
    Open open{.socket = socket, .address = key.first, .since = {}};
    open.since.start();
    m_open.insert(key, open);
    ++m_ofAddress[key.first];
    connect(socket, &QAbstractSocket::disconnected, this, [this, key] { forget(key); });
    connect(socket, &QObject::destroyed, this, [this, key] { forget(key); });
    if (m_open.size() > m_limits.connections) {
        end(key, u"too_many"_s);
        return;
    }
    if (m_ofAddress.value(key.first) > m_limits.connectionsOfOneAddress) {
        end(key, u"too_many_of_one"_s);
        return;
    }
    sendAtOnce(*socket);
    connect(socket, &QIODevice::readyRead, this, [this, key] { arrived(key); });
    connect(socket, &QIODevice::bytesWritten, this, [this, key] { answered(key); });
    if (socket->bytesAvailable() > 0)
        arrived(key);
}

void ConnectionGuard::arrived(const Key &key)
{
    const auto open = m_open.find(key);
    if (open == m_open.end() || !open->socket)
        return;
    acknowledgeAtOnce(*open->socket);
    const qint64 fresh = std::max<qint64>(0, open->socket->bytesAvailable() - open->leftover);
    open->leftover = open->socket->bytesAvailable();
    if (open->phase == Phase::Idle) {
        open->phase = Phase::Receiving;
        open->since.restart();
    }
    open->bytes += fresh;
    m_unanswered += fresh;
    if (open->bytes > m_limits.requestBytes)
        end(key, u"too_large"_s);
    else if (m_unanswered > m_limits.allUnansweredBytes)
        end(key, u"no_room"_s);
}

void ConnectionGuard::answered(const Key &key)
{
    const auto open = m_open.find(key);
    if (open == m_open.end())
        return;
    m_unanswered -= open->bytes;
    open->bytes = 0;
    open->phase = Phase::Idle;
    open->since.restart();
}

void ConnectionGuard::working(const QString &address, quint16 port)
{
    if (const auto open = m_open.find({address, port}); open != m_open.end())
        open->phase = Phase::Working;
}

void ConnectionGuard::release(const QString &address, quint16 port)
{
    const auto open = m_open.find({address, port});
    if (open == m_open.end())
        return;
    if (open->socket)
        open->socket->disconnect(this);
    forget({address, port});
}

void ConnectionGuard::forget(const Key &key)
{
    const auto open = m_open.find(key);
    if (open == m_open.end())
        return;
    m_unanswered -= open->bytes;
    m_open.erase(open);
    if (--m_ofAddress[key.first] <= 0)
        m_ofAddress.remove(key.first);
}

void ConnectionGuard::end(const Key &key, const QString &why)
{
    const auto open = m_open.find(key);
    if (open == m_open.end())
        return;
    ++m_ended[why];
    qCInfo(lcGuard).noquote() << "ended a connection of" << key.first << "because" << why;
    // Later and not now: the parser may be reading from it further down the stack.
    if (open->socket)
        QMetaObject::invokeMethod(open->socket, &QAbstractSocket::abort, Qt::QueuedConnection);
    open->phase = Phase::Working; // once is enough
}

qint64 ConnectionGuard::unsentBytes() const
{
    qint64 bytes = 0;
    for (const Open &open : m_open)
        bytes += open.socket ? open.socket->bytesToWrite() : 0;
    return bytes;
}

void ConnectionGuard::sweep()
{
    QList<std::pair<Key, QString>> over;
    for (auto it = m_open.cbegin(); it != m_open.cend(); ++it) {
        const std::chrono::milliseconds age(it->since.elapsed());
        if (it->phase == Phase::Receiving && age > m_limits.request)
            over.emplaceBack(it.key(), u"too_slow"_s);
        else if (it->phase == Phase::Idle && age > m_limits.idle)
            over.emplaceBack(it.key(), u"idle"_s);
    }
    for (const auto &[key, why] : over)
        end(key, why);
}

} // namespace leeward::server
