#include "tests/support/rough_server.h"

#include "models/store/entries.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPointer>
#include <QSslServer>
#include <QTcpSocket>
#include <QUrl>
#include <QWebSocket>
#include <QWebSocketServer>

namespace leeward::test {

using namespace Qt::StringLiterals;
namespace wire = sync::wire;

namespace {

RoughServer::Response refusal(int status, const QString &name)
{
    return {
        .status = status,
        .body =
            QJsonDocument(QJsonObject{{u"error"_s, name}, {u"detail"_s, u"as told"_s}}).toJson()};
}

} // namespace

RoughServer::RoughServer(server::RealmHost &host, const std::optional<QSslConfiguration> &tls)
    : m_host(&host)
    , m_tls(tls)
    , m_worker(new QObject)
{
    m_worker->moveToThread(&m_thread);
    m_thread.start();
    start();
    setHost(host);
}

RoughServer::~RoughServer()
{
    m_host->removeListener(m_listener);
    stop();
    post([this] { m_thread.quit(); });
    m_thread.wait();
    delete m_worker;
}

void RoughServer::post(std::function<void()> job)
{
    QMetaObject::invokeMethod(m_worker, std::move(job), Qt::QueuedConnection);
}

void RoughServer::wait(const std::function<void()> &job)
{
    QMetaObject::invokeMethod(m_worker, job, Qt::BlockingQueuedConnection);
}

QUrl RoughServer::url() const
{
    QUrl url;
    url.setScheme(m_tls ? u"https"_s : u"http"_s);
    url.setHost(u"127.0.0.1"_s);
    url.setPort(m_port);
    return url;
}

void RoughServer::start()
{
    wait([this] {
        if (m_tls) {
            auto server = std::make_unique<QSslServer>();
            server->setSslConfiguration(*m_tls);
            m_server = std::move(server);
        } else {
            m_server = std::make_unique<QTcpServer>();
        }
        m_streamServer =
            std::make_unique<QWebSocketServer>(u"rough"_s, QWebSocketServer::NonSecureMode);
        QObject::connect(m_streamServer.get(), &QWebSocketServer::newConnection, m_worker,
                         [this] { streamCame(); });
        QObject::connect(m_server.get(), &QTcpServer::pendingConnectionAvailable, m_worker, [this] {
            while (QTcpSocket *socket = m_server->nextPendingConnection()) {
                m_sockets.push_back(socket);
                QObject::connect(socket, &QTcpSocket::readyRead, m_worker,
                                 [this, socket] { readable(socket); });
                QObject::connect(socket, &QTcpSocket::disconnected, m_worker, [this, socket] {
                    if (std::erase(m_sockets, socket))
                        socket->deleteLater();
                });
                if (socket->bytesAvailable() > 0)
                    readable(socket);
            }
        });
        if (!m_server->listen(QHostAddress::LocalHost, m_port))
            qFatal("rough server: %s", qPrintable(m_server->errorString()));
        m_port = m_server->serverPort();
    });
}

void RoughServer::stop()
{
    wait([this] {
        for (QWebSocket *stream : std::exchange(m_streams, {})) {
            stream->disconnect(m_worker);
            stream->abort();
            delete stream;
        }
        m_streamCount = 0;
        for (QTcpSocket *socket : std::exchange(m_sockets, {})) {
            socket->disconnect(m_worker);
            socket->abort();
            delete socket;
        }
        m_streamServer.reset();
        m_server.reset();
    });
}

void RoughServer::setHost(server::RealmHost &host)
{
    if (m_listener)
        m_host->removeListener(m_listener);
    wait([&] { m_host = &host; });
    m_listener = m_host->addListener([this](const std::vector<store::Entry> &entries) {
        if (m_pushing)
            sendFrame(wire::toBytes({.kind = wire::Frame::Kind::Entries, .entries = entries}));
    });
}

void RoughServer::setHandler(Handler handler)
{
    const std::lock_guard lock(m_mutex);
    m_handler = std::move(handler);
}

void RoughServer::deliverNext(std::vector<Delivery> deliveries)
{
    const std::lock_guard lock(m_mutex);
    m_deliveries = std::move(deliveries);
}

void RoughServer::setTokens(const QList<QByteArray> &tokens)
{
    const std::lock_guard lock(m_mutex);
    m_tokens = tokens;
}

void RoughServer::setSnapshot(const QByteArray &manifest, const QByteArray &packed)
{
    const std::lock_guard lock(m_mutex);
    m_manifest = manifest;
    m_packed = packed;
}

void RoughServer::setPushing(bool on)
{
    m_pushing = on;
}

int RoughServer::requests(const QString &suffix) const
{
    const std::lock_guard lock(m_mutex);
    return static_cast<int>(std::ranges::count_if(
        m_seen, [&](const Request &request) { return request.path.endsWith(suffix); }));
}

std::vector<RoughServer::Request> RoughServer::seen() const
{
    const std::lock_guard lock(m_mutex);
    return m_seen;
}

std::vector<QByteArray> RoughServer::framesSeen() const
{
    const std::lock_guard lock(m_mutex);
    return m_framesSeen;
}

void RoughServer::sendFrame(const QByteArray &bytes)
{
    post([this, bytes] {
        for (QWebSocket *stream : m_streams)
            stream->sendBinaryMessage(bytes);
    });
}

void RoughServer::closeStreams(int code)
{
    post([this, code] {
        const auto streams = m_streams;
        for (QWebSocket *stream : streams)
            stream->close(static_cast<QWebSocketProtocol::CloseCode>(code));
    });
}

void RoughServer::readable(QTcpSocket *socket)
{
    const QByteArray whole = socket->peek(128LL * 1024 * 1024);
    const qsizetype end = whole.indexOf("\r\n\r\n");
    if (end < 0)
        return;
    const QList<QByteArray> lines = whole.first(end).split('\n');
    const QList<QByteArray> first = lines.front().trimmed().split(' ');
    Request request{.method = first.front(), .path = QString::fromUtf8(first.value(1))};
    for (const QByteArray &line : lines.sliced(1)) {
        const qsizetype colon = line.indexOf(':');
        request.headers.insert(line.first(colon).toLower(), line.sliced(colon + 1).trimmed());
    }
    const qint64 length = request.headers.value("content-length").toLongLong();
    if (whole.size() < end + 4 + length)
        return;
    request.body = whole.sliced(end + 4, length);
    bool good = false;
    {
        const std::lock_guard lock(m_mutex);
        m_seen.push_back(request);
        good = m_tokens.contains(request.token());
    }
    if (good && request.path.endsWith("/stream"_L1)) {
        // It reads the request again, from the socket.
        std::erase(m_sockets, socket);
        socket->disconnect(m_worker);
        m_streamServer->handleConnection(socket);
        Q_EMIT socket->readyRead();
        return;
    }
    socket->skip(end + 4 + length);
    answer(socket, request);
}

void RoughServer::streamCame()
{
    while (QWebSocket *stream = m_streamServer->nextPendingConnection()) {
        stream->setParent(nullptr);
        m_streams.push_back(stream);
        m_streamCount = static_cast<int>(m_streams.size());
        QObject::connect(stream, &QWebSocket::binaryMessageReceived, m_worker,
                         [this](const QByteArray &bytes) {
                             const std::lock_guard lock(m_mutex);
                             m_framesSeen.push_back(bytes);
                         });
        QObject::connect(stream, &QWebSocket::disconnected, m_worker, [this, stream] {
            std::erase(m_streams, stream);
            m_streamCount = static_cast<int>(m_streams.size());
            stream->deleteLater();
        });
        m_host->post([this](store::Connection &db) {
            const store::Head head = store::journalHead(db).value_or(store::Head());
            sendFrame(wire::toBytes({.kind = wire::Frame::Kind::Head, .head = head}));
        });
    }
}

void RoughServer::answer(QTcpSocket *socket, const Request &request)
{
    Handler handler;
    bool good = false;
    QByteArray manifest;
    {
        const std::lock_guard lock(m_mutex);
        handler = m_handler;
        good = m_tokens.contains(request.token());
        manifest = m_manifest;
    }
    if (handler) {
        if (const auto response = handler(request)) {
            reply(socket, *response);
            return;
        }
    }
    const QString path = request.path.section(u'?', 0, 0);
    if (!good) {
        reply(socket, refusal(401, u"not-signed-in"_s));
    } else if (path == "/v1/realms/live/exchange"_L1) {
        exchange(socket, request);
    } else if (path == "/v1/realms"_L1) {
        m_host->post([this, socket = QPointer(socket)](store::Connection &db) {
            const store::Head head = store::journalHead(db).value_or(store::Head());
            const auto oldest = store::entriesAfter(db, 0, 1);
            const qint64 first = oldest && !oldest->empty() ? oldest->front().seq : 1;
            const QJsonArray realms{
                QJsonObject{{u"name"_s, u"live"_s}, {u"head"_s, head.seq}, {u"first"_s, first}}};
            post([this, socket, body = QJsonDocument(realms).toJson()] {
                if (socket)
                    reply(socket, {.body = body});
            });
        });
    } else if (path == "/v1/realms/live/snapshot"_L1 && !manifest.isEmpty()) {
        reply(socket, {.body = manifest});
    } else if (path.startsWith("/v1/realms/live/snapshot/"_L1)) {
        reply(socket, snapshotBytes(request));
    } else {
        reply(socket, refusal(404, u"not-found"_s));
    }
}

RoughServer::Response RoughServer::snapshotBytes(const Request &request)
{
    const std::lock_guard lock(m_mutex);
    const QJsonObject manifest = QJsonDocument::fromJson(m_manifest).object();
    if (!request.path.endsWith(u'/' + manifest.value("id"_L1).toString()))
        return refusal(404, u"not-found"_s);
    const QList<QByteArray> range = request.headers.value("range").mid(6).split('-');
    const qint64 from = range.value(0).toLongLong();
    const qint64 to = range.value(1).toLongLong();
    return {.status = 206,
            .type = "application/octet-stream",
            .body = m_packed.mid(from, to - from + 1)};
}

void RoughServer::exchange(QTcpSocket *socket, const Request &request)
{
    const bool packed = request.headers.value("content-encoding") == "zstd";
    const auto body = packed ? wire::unpack(request.body) : Result<QByteArray>(request.body);
    auto ask = body ? wire::askFrom(*body) : Result<sync::Ask>(std::unexpected(body.error()));
    if (!ask) {
        reply(socket, refusal(400, u"malformed"_s));
        return;
    }
    m_host->exchange(
        std::move(*ask), [this, socket = QPointer(socket)](const Result<sync::Reply> &result) {
            Response response = refusal(503, u"unavailable"_s);
            if (result) {
                response = {.type = "application/cbor", .body = wire::toBytes(*result)};
                if (response.body.size() > 16 * 1024) {
                    response.body = wire::pack(response.body);
                    response.moreHeaders = "Content-Encoding: zstd\r\n";
                }
            }
            post([this, socket, response]() mutable {
                {
                    const std::lock_guard lock(m_mutex);
                    if (!m_deliveries.empty()) {
                        response.delivery = m_deliveries.front();
                        m_deliveries.erase(m_deliveries.begin());
                    }
                }
                if (socket)
                    reply(socket, response);
            });
        });
}

void RoughServer::reply(QTcpSocket *socket, const Response &response)
{
    if (response.delivery == Delivery::Silent)
        return;
    if (response.delivery == Delivery::Close) {
        socket->abort();
        return;
    }
    const QByteArray head = "HTTP/1.1 " + QByteArray::number(response.status) +
                            " So\r\nContent-Type: " + response.type +
                            "\r\nContent-Length: " + QByteArray::number(response.body.size()) +
                            "\r\n" + response.moreHeaders + "\r\n";
    socket->write(head);
    if (response.delivery == Delivery::Whole) {
        socket->write(response.body);
        return;
    }
    socket->write(response.body.first(response.body.size() / 2));
    socket->disconnectFromHost();
}

} // namespace leeward::test
