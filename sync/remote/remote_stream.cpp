#include "sync/remote/remote_stream.h"

#include <QNetworkProxy>

namespace leeward::sync {

using namespace Qt::StringLiterals;

namespace {
constexpr int closeNotSignedIn = 4401;
} // namespace

RemoteStream::RemoteStream(const Peer &peer, QString path, QObject *parent)
    : QObject(parent)
    , m_peer(peer)
    , m_path(std::move(path))
{
    const Duration soonest = std::min({peer.times.quiet, peer.times.ping, peer.times.silence});
    m_watch.setInterval(std::max(soonest / 4, Duration(5)));
    connect(&m_watch, &QTimer::timeout, this, &RemoteStream::watch);
}

RemoteStream::~RemoteStream()
{
    close();
}

void RemoteStream::open(const QByteArray &token)
{
    close();
    QNetworkRequest request = m_peer.request(m_path, token);
    QUrl url = request.url();
    url.setScheme(url.scheme() == "https"_L1 ? u"wss"_s : u"ws"_s);
    request.setUrl(url);
    m_socket = std::make_unique<QWebSocket>();
    QWebSocket *socket = m_socket.get();
    socket->setProxy(QNetworkProxy::NoProxy);
    socket->setSslConfiguration(m_peer.tls);
    socket->setMaxAllowedIncomingFrameSize(largestFrame);
    socket->setMaxAllowedIncomingMessageSize(largestFrame);
    connect(socket, &QWebSocket::connected, this, [this] {
        heard();
        Q_EMIT opened();
    });
    connect(socket, &QWebSocket::pong, this, &RemoteStream::heard);
    connect(socket, &QWebSocket::binaryMessageReceived, this, &RemoteStream::received);
    // Text is not spoken here, and is passed over as an unknown frame is.
    connect(socket, &QWebSocket::textMessageReceived, this, &RemoteStream::heard);
    connect(socket, &QWebSocket::errorOccurred, this,
            [this, socket] { end(false, socket->errorString()); });
    connect(socket, &QWebSocket::disconnected, this, [this, socket] {
        end(static_cast<int>(socket->closeCode()) == closeNotSignedIn, socket->closeReason());
    });
    m_heard.start();
    m_pinged.start();
    m_watch.start();
    socket->open(request);
}

void RemoteStream::close()
{
    m_watch.stop();
    if (!m_socket)
        return;
    QWebSocket *socket = m_socket.release();
    socket->disconnect(this);
    socket->abort();
    socket->deleteLater(); // this may be one of its signals
}

bool RemoteStream::isOpen() const
{
    return m_socket && m_socket->state() == QAbstractSocket::ConnectedState;
}

void RemoteStream::send(const wire::Frame &frame)
{
    if (isOpen())
        m_socket->sendBinaryMessage(wire::toBytes(frame));
}

void RemoteStream::heard()
{
    m_heard.start();
}

void RemoteStream::received(const QByteArray &bytes)
{
    heard();
    const auto frame = wire::frameFrom(bytes);
    if (frame)
        Q_EMIT frameCame(*frame);
    else if (frame.error().code != Errc::Unsupported) // that is of a newer server
        end(false, frame.error().detail);
}

// The socket says when it is pinged to nobody, so that this side asks too.
void RemoteStream::watch()
{
    const auto since = [](const QElapsedTimer &timer) { return Duration(timer.elapsed()); };
    if (!isOpen()) {
        if (since(m_heard) > m_peer.times.quiet)
            end(false, u"the stream was not opened in time"_s);
        return;
    }
    if (since(m_heard) > m_peer.times.silence) {
        end(false, u"nothing heard for %1 ms"_s.arg(m_heard.elapsed()));
    } else if (since(m_pinged) > m_peer.times.ping) {
        m_pinged.start();
        m_socket->ping();
    }
}

void RemoteStream::end(bool notSignedIn, const QString &why)
{
    if (!m_socket)
        return;
    close();
    Q_EMIT lost(notSignedIn, why);
}

} // namespace leeward::sync
