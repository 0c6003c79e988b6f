#include "tests/support/rough_proxy.h"

#include <QPointer>
#include <QTimer>

namespace leeward::test {

struct RoughProxy::Pair
{
    QPointer<QTcpSocket> desk;
    QPointer<QTcpSocket> server;
    qint64 passedUp = 0;
    qint64 passedDown = 0;
    void abort()
    {
        for (const QPointer<QTcpSocket> &socket : {desk, server}) {
            if (socket) {
                socket->abort();
                socket->deleteLater();
            }
        }
        desk.clear();
        server.clear();
    }
    ~Pair() { abort(); }
};

RoughProxy::RoughProxy(quint16 target)
    : m_target(target)
{
    connect(&m_listener, &QTcpServer::newConnection, this, &RoughProxy::came);
    if (!m_listener.listen(QHostAddress::LocalHost))
        qFatal("no port for a proxy");
}

RoughProxy::~RoughProxy() = default;

void RoughProxy::setWay(Way way)
{
    m_way = way;
    if (way == Way::Refuse)
        return cut();
    for (const auto &pair : m_pairs) { // what has waited
        pass(*pair, true);
        pass(*pair, false);
    }
}

void RoughProxy::cut()
{
    m_pairs.clear();
}

void RoughProxy::came()
{
    while (QTcpSocket *desk = m_listener.nextPendingConnection()) {
        ++m_seen;
        sweep();
        if (m_way == Way::Refuse) {
            desk->abort();
            desk->deleteLater();
            continue;
        }
        auto *server = new QTcpSocket(this);
        auto pair = std::make_unique<Pair>();
        pair->desk = desk;
        pair->server = server;
        m_pairs.push_back(std::move(pair));
        connect(desk, &QTcpSocket::readyRead, this, [this, desk] {
            for (const auto &one : m_pairs)
                if (one->desk == desk)
                    return pass(*one, true);
        });
        connect(server, &QTcpSocket::readyRead, this, [this, server] {
            for (const auto &one : m_pairs)
                if (one->server == server)
                    return pass(*one, false);
        });
        connect(server, &QTcpSocket::connected, this, [this, server] {
            for (const auto &one : m_pairs)
                if (one->server == server)
                    return pass(*one, true);
        });
        // Whichever side ends takes the other along, after what it still had to say.
        connect(desk, &QTcpSocket::disconnected, server, &QTcpSocket::disconnectFromHost);
        connect(server, &QTcpSocket::disconnected, desk, &QTcpSocket::disconnectFromHost);
        connect(server, &QTcpSocket::errorOccurred, desk, [desk] { desk->disconnectFromHost(); });
        server->connectToHost(QHostAddress(QHostAddress::LocalHost), m_target);
    }
}

void RoughProxy::pass(Pair &pair, bool up)
{
    QTcpSocket *from = up ? pair.desk : pair.server;
    QTcpSocket *to = up ? pair.server : pair.desk;
    if (m_way != Way::Through || !from || !to || to->state() != QTcpSocket::ConnectedState)
        return;
    QByteArray bytes = from->readAll();
    if (bytes.isEmpty())
        return;
    qint64 &passed = up ? pair.passedUp : pair.passedDown;
    const bool torn = m_tearAfter >= 0 && passed + bytes.size() > m_tearAfter;
    if (torn)
        bytes.truncate(std::max<qint64>(0, m_tearAfter - passed));
    passed += bytes.size();
    if (m_delay.count() > 0) {
        QTimer::singleShot(m_delay, to, [to, bytes] {
            if (to->isOpen())
                to->write(bytes);
        });
        return;
    }
    to->write(bytes);
    to->flush();
    if (torn)
        pair.abort();
}

void RoughProxy::sweep()
{
    std::erase_if(m_pairs, [](const auto &pair) {
        return !pair->desk || pair->desk->state() == QTcpSocket::UnconnectedState;
    });
}

} // namespace leeward::test
