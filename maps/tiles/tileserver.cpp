#include "maps/tiles/tileserver.h"

#include "maps/tiles/tilepictures.h"

#include <QJsonDocument>
#include <QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace leeward::tiles {

namespace {

constexpr qsizetype longestHead = 8192;
constexpr qsizetype longestPath = 512;
constexpr size_t mostConnections = 64;
constexpr size_t mostWaitingBlocks = 64;
constexpr int idleMs = 60'000;

QByteArray reason(int status)
{
    switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    default: return "Internal Server Error";
    }
}

// Equal in a time that does not tell how much of it was right.
bool sameToken(QByteArrayView a, QByteArrayView b)
{
    if (a.size() != b.size())
        return false;
    unsigned difference = 0;
    for (qsizetype i = 0; i < a.size(); ++i)
        difference |= static_cast<unsigned>(a[i] ^ b[i]);
    return difference == 0;
}

bool isPlainPath(const QByteArray &path)
{
    if (!path.startsWith('/') || path.contains("..") || path.contains("//"))
        return false;
    return std::ranges::all_of(path, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               QByteArrayView("/-_.@").contains(c);
    });
}

// Z, X and Y[@2x].png; nothing when they are no numbers.
std::optional<TileAddress> addressOf(const QByteArray &z, const QByteArray &x, QByteArray y)
{
    const qsizetype dot = y.indexOf('.');
    if (dot < 0 || !QList<QByteArray>{".png", ".jpg", ".webp"}.contains(y.sliced(dot)))
        return std::nullopt;
    y.truncate(dot);
    TileAddress address;
    if (y.endsWith("@2x")) {
        address.scale = 2;
        y.chop(3);
    }
    bool fine[3] = {};
    address.zoom = z.toInt(&fine[0]);
    address.x = x.toInt(&fine[1]);
    address.y = y.toInt(&fine[2]);
    if (!fine[0] || !fine[1] || !fine[2])
        return std::nullopt;
    return address;
}

// Which of the map's styles a provider of Qt Location's osm plug-in shows; empty = none.
QString styleOfProvider(QByteArrayView provider)
{
    if (provider == "street")
        return u"street"_s;
    if (provider == "night-transit")
        return u"night"_s;
    if (provider == "terrain")
        return u"terrain"_s;
    if (provider == "satellite")
        return u"satellite"_s;
    return {};
}

} // namespace

struct TileServer::Connection
{
    quint64 id = 0;
    QTcpSocket *socket = nullptr; // owned by the server object, deleted later
    QTimer idle;
    QByteArray buffer;
    bool busy = false; // an answer is being made
    bool head = false; // of the request being answered
    bool keepAlive = true;
    BlockQueue::Ticket ticket = 0;
};

TileServer::TileServer(QByteArray token, int threads, qint64 memoryBytes)
    : m_token(std::move(token))
    , m_server(this)
    , m_memory(memoryBytes)
    , m_queue(threads, mostWaitingBlocks,
              [this](const auto &map, const QString &style, const auto &tiles) {
                  remember(map, style, tiles);
              })
{
    connect(&m_server, &QTcpServer::newConnection, this, [this] { accept(); });
}

TileServer::~TileServer()
{
    for (auto &[id, connection] : m_connections) {
        m_queue.cancel(connection->ticket);
        connection->socket->disconnect(this);
    }
}

Result<quint16> TileServer::listen()
{
    if (!m_server.listen(QHostAddress::LocalHost, 0))
        return fail(Errc::Network, u"tile service: "_s + m_server.errorString());
    return m_server.serverPort();
}

void TileServer::setMaps(OpenMaps maps)
{
    const std::scoped_lock lock(m_mutex);
    m_maps = std::move(maps);
    m_memory.clear();
}

OpenMaps TileServer::maps() const
{
    const std::scoped_lock lock(m_mutex);
    return m_maps;
}

std::optional<TileServer::Found> TileServer::find(const QString &style) const
{
    const OpenMaps now = maps();
    for (const auto &map : {now.imagery, now.base})
        if (map && map->source->styles().contains(style))
            return Found{map, style};
    if (style == "street"_L1) // whatever the base map is, it is what a console shows first
        return Found{now.base, now.base->source->styles().first()};
    return std::nullopt;
}

QString TileServer::memoryKey(const OpenMap *map, const QString &style, TileAddress a)
{
    return u"%1/%2/%3/%4/%5/%6"_s.arg(reinterpret_cast<quintptr>(map))
        .arg(style)
        .arg(a.zoom)
        .arg(a.x)
        .arg(a.y)
        .arg(a.scale);
}

void TileServer::remember(const std::shared_ptr<OpenMap> &map, const QString &style,
                          const std::vector<Tile> &tiles)
{
    const std::scoped_lock lock(m_mutex);
    if (map != m_maps.base && map != m_maps.imagery)
        return; // switched away meanwhile
    for (const Tile &tile : tiles)
        m_memory.insert(memoryKey(map.get(), style, tile.address), new Tile(tile),
                        tile.bytes.size() + 200);
}

void TileServer::accept()
{
    while (QTcpSocket *socket = m_server.nextPendingConnection()) {
        if (m_connections.size() >= mostConnections) {
            socket->write("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: "
                          "close\r\n\r\n");
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            socket->disconnectFromHost();
            continue;
        }
        const quint64 id = ++m_lastConnection;
        auto connection = std::make_unique<Connection>();
        connection->id = id;
        connection->socket = socket;
        connection->idle.setSingleShot(true);
        connection->idle.start(idleMs);
        connect(&connection->idle, &QTimer::timeout, this, [this, id] { close(id); });
        connect(socket, &QTcpSocket::disconnected, this, [this, id] { close(id); });
        connect(socket, &QTcpSocket::readyRead, this, [this, id] {
            if (const auto it = m_connections.find(id); it != m_connections.end())
                read(*it->second);
        });
        m_connections.emplace(id, std::move(connection));
        if (socket->bytesAvailable() > 0)
            read(*m_connections.at(id));
    }
}

void TileServer::close(quint64 id)
{
    auto node = m_connections.extract(id);
    if (node.empty())
        return;
    Connection &connection = *node.mapped();
    m_queue.cancel(connection.ticket);
    connection.socket->disconnect(this);
    connection.socket->disconnectFromHost();
    connection.socket->deleteLater();
    node.mapped().release()->idle.disconnect(
        this); // the timer may be the caller: it goes with the next event
    QTimer::singleShot(0, this, [gone = &connection] { delete gone; });
}

void TileServer::read(Connection &connection)
{
    connection.buffer +=
        connection.socket->read(longestHead + 1 - std::min(connection.buffer.size(), longestHead));
    if (connection.busy)
        return;
    const qsizetype end = connection.buffer.indexOf("\r\n\r\n");
    if (end < 0) {
        if (connection.buffer.size() >= longestHead)
            refuse(connection, 431, "the request is too long");
        return;
    }
    const QList<QByteArray> lines = connection.buffer.first(end).split('\n');
    connection.buffer.remove(0, end + 4);
    const QList<QByteArray> words = lines.first().trimmed().split(' ');
    connection.busy = true;
    connection.keepAlive = true;
    if (words.size() != 3 || !words[2].startsWith("HTTP/1.")) {
        refuse(connection, 400, "not an HTTP request");
        return;
    }
    Request request{words[0], words[1], words[2] != "HTTP/1.0"};
    for (const QByteArray &line : lines) {
        const QByteArray lower = line.trimmed().toLower();
        if (lower == "connection: close")
            request.keepAlive = false;
        if ((lower.startsWith("content-length:") && lower.sliced(15).trimmed() != "0") ||
            lower.startsWith("transfer-encoding:")) {
            refuse(connection, 413, "a request has no body here");
            return;
        }
    }
    handle(connection, request);
}

void TileServer::handle(Connection &connection, const Request &request)
{
    connection.head = request.method == "HEAD";
    connection.keepAlive = request.keepAlive;
    if (request.method != "GET" && !connection.head)
        return refuse(connection, 405, "only GET and HEAD");
    if (request.path.size() > longestPath)
        return refuse(connection, 414, "the address is too long");
    const QList<QByteArray> words = request.path.split('/');
    if (words.size() < 2 || !sameToken(words[1], m_token))
        return send(connection, 404, "text/plain", "nothing here\n");
    if (!isPlainPath(request.path))
        return refuse(connection, 400, "not an address of this service");
    if (words.size() == 4 && words[2] == "providers")
        return handleProvider(connection, words[3]);
    if (words.size() == 7 && words[2] == "tiles")
        return handleTile(connection, words);
    send(connection, 404, "text/plain", "nothing here\n");
}

void TileServer::handleProvider(Connection &connection, const QByteArray &name)
{
    const bool fine = name.endsWith("-hires");
    const QString style =
        styleOfProvider(fine ? QByteArrayView(name).chopped(6) : QByteArrayView(name));
    const auto found = style.isEmpty() ? std::nullopt : find(style);
    // Only maps that are drawn on demand have tiles on twice the pixels.
    if (!found || (fine && found->map->source->blockSide() == 1))
        return send(connection, 404, "text/plain", "this map has no such style\n");
    const BaseMapInfo &info = found->map->source->info();
    const QString root =
        u"http://127.0.0.1:%1/"_s.arg(m_server.serverPort()) + QString::fromLatin1(m_token);
    const QString tail = fine ? u"@2x.png"_s : u".png"_s;
    const QJsonObject json{
        {u"Enabled"_s, true},
        {u"UrlTemplate"_s, QString(root + u"/tiles/"_s + style + u"/%z/%x/%y"_s + tail)},
        {u"ImageFormat"_s, u"png"_s},
        {u"QImageFormat"_s, u"Indexed8"_s},
        {u"ID"_s, QString(u"leeward-"_s + style)},
        {u"MinimumZoomLevel"_s, info.minZoom},
        {u"MaximumZoomLevel"_s, info.maxZoom},
        {u"MapCopyRight"_s, info.attribution},
        {u"DataCopyRight"_s, info.reviewNumber},
        {u"StyleCopyRight"_s, QString()},
        {u"Timestamp"_s, info.dataDate == Instant() ? QString() : toIso(info.dataDate)},
    };
    send(connection, 200, "application/json", QJsonDocument(json).toJson(),
         "Cache-Control: no-store\r\n");
}

void TileServer::handleTile(Connection &connection, const QList<QByteArray> &words)
{
    const auto address = addressOf(words[4], words[5], words[6]);
    if (!address)
        return refuse(connection, 400, "not a tile address");
    const QString style = QString::fromLatin1(words[3]);
    const auto found = find(style);
    if (!found)
        return send(connection, 404, "text/plain", "this map has no such style\n");
    const BaseMapInfo &info = found->map->source->info();
    if (!address->isValid() || address->zoom < info.minZoom || address->zoom > info.maxZoom ||
        (address->scale == 2 && found->map->source->blockSide() == 1))
        return send(connection, 404, "text/plain", "the map has no such tile\n");
    if (!toMercator(info.bounds).intersects(blockBox(*address, 1)))
        return sendTile(connection, style, Tile{*address, {}, {}});
    {
        std::optional<Tile> known;
        {
            const std::scoped_lock lock(m_mutex);
            if (const Tile *tile =
                    m_memory.object(memoryKey(found->map.get(), found->style, *address)))
                known = *tile;
        }
        if (known)
            return sendTile(connection, style, *known);
    }
    connection.ticket = m_queue.request(
        found->map, found->style, *address, [this, id = connection.id, style](Result<Tile> tile) {
            QMetaObject::invokeMethod(
                this,
                [this, id, style, tile = std::move(tile)] {
                    if (const auto it = m_connections.find(id); it != m_connections.end())
                        sendTile(*it->second, style, tile);
                },
                Qt::QueuedConnection);
        });
}

void TileServer::sendTile(Connection &connection, const QString &style, const Result<Tile> &tile)
{
    connection.ticket = 0;
    if (!tile) {
        const int status = tile.error().code == Errc::Refused ? 503 : 500;
        return send(connection, status, "text/plain", tile.error().detail.toUtf8() + '\n',
                    "Cache-Control: no-store\r\n");
    }
    if (tile->bytes.isEmpty())
        return send(connection, 200, "image/png",
                    noMapTile(style == "night"_L1, tile->address.scale),
                    "X-Leeward-Tile: none\r\n");
    send(connection, 200, tile->contentType, tile->bytes,
         "Cache-Control: private, max-age=86400\r\n");
}

void TileServer::send(Connection &connection, int status, const QByteArray &type,
                      const QByteArray &body, const QByteArray &extra)
{
    QByteArray head = "HTTP/1.1 " + QByteArray::number(status) + ' ' + reason(status) +
                      "\r\nContent-Type: " + type +
                      "\r\nContent-Length: " + QByteArray::number(body.size()) +
                      "\r\nX-Content-Type-Options: nosniff\r\nConnection: " +
                      (connection.keepAlive ? "keep-alive" : "close") + "\r\n" + extra + "\r\n";
    connection.socket->write(head);
    if (!connection.head)
        connection.socket->write(body);
    connection.busy = false;
    connection.idle.start(idleMs);
    if (!connection.keepAlive)
        connection.socket->disconnectFromHost(); // closes once all is written
    else if (!connection.buffer.isEmpty() || connection.socket->bytesAvailable() > 0)
        QMetaObject::invokeMethod(
            this,
            [this, id = connection.id] {
                if (const auto it = m_connections.find(id); it != m_connections.end())
                    read(*it->second);
            },
            Qt::QueuedConnection);
}

// An answer after which the connection is not trusted to be in step any more.
void TileServer::refuse(Connection &connection, int status, const QByteArray &why)
{
    connection.keepAlive = false;
    connection.busy = true;
    send(connection, status, "text/plain", why + '\n');
}

} // namespace leeward::tiles
