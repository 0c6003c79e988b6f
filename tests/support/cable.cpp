#include "tests/support/cable.h"

namespace leeward::test {

Cable::Cable(quint16 server)
    : m_server(server)
    , m_worker(new QObject)
{
    m_worker->moveToThread(&m_thread);
    m_thread.start();
    onThread([this] { listen(); });
}

Cable::~Cable()
{
    onThread([this] {
        endAll();
        m_listener.reset();
    });
    m_thread.quit();
    m_thread.wait();
    delete m_worker;
}

void Cable::onThread(const std::function<void()> &job)
{
    QMetaObject::invokeMethod(m_worker, job, Qt::BlockingQueuedConnection);
}

void Cable::listen()
{
    m_listener = std::make_unique<QTcpServer>();
    QObject::connect(m_listener.get(), &QTcpServer::newConnection, m_worker, [this] { came(); });
    if (!m_listener->listen(QHostAddress::LocalHost, m_port))
        qFatal("cable: %s", qPrintable(m_listener->errorString()));
    m_port = m_listener->serverPort();
}

void Cable::endAll()
{
    for (const QPointer<QTcpSocket> &socket : std::exchange(m_sockets, {})) {
        if (socket) {
            socket->disconnect();
            socket->abort();
            socket->deleteLater();
        }
    }
}

void Cable::came()
{
    while (QTcpSocket *near = m_listener->nextPendingConnection()) {
        ++m_connections;
        m_sockets.emplace_back(near);
        near->setParent(nullptr); // outlives a pulled listener
        auto *far = new QTcpSocket;
        m_sockets.emplace_back(far);
        const auto pass = [this](QTcpSocket *from, QTcpSocket *to) {
            QObject::connect(from, &QTcpSocket::readyRead, m_worker, [this, from, to] {
                const QByteArray bytes = from->readAll();
                if (!m_swallowing)
                    to->write(bytes);
            });
            QObject::connect(from, &QTcpSocket::disconnected, m_worker, [this, to] {
                if (!m_swallowing)
                    to->disconnectFromHost();
            });
        };
        pass(near, far);
        pass(far, near);
        far->connectToHost(QHostAddress(QHostAddress::LocalHost), m_server);
    }
}

void Cable::pull()
{
    onThread([this] {
        m_listener.reset();
        endAll();
    });
}

void Cable::swallow()
{
    onThread([this] {
        if (!m_listener)
            listen();
        m_swallowing = true;
    });
}

void Cable::mend()
{
    onThread([this] {
        endAll();
        m_swallowing = false;
        if (!m_listener)
            listen();
    });
}

} // namespace leeward::test
