#include "server/http/stream_hub.h"

#include "server/http/http_front.h"

#include <QLoggingCategory>

#include <span>

namespace leeward::server {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
namespace wire = sync::wire;

Q_LOGGING_CATEGORY(lcStream, "leeward.server.stream")

namespace {
// Between two frames of entries when many come: 500 consoles at 25 frames a second are what one
// core can encrypt, and nobody sees 40 ms.
constexpr auto betweenFlushes = 40ms;
constexpr auto betweenPresences = 200ms;
constexpr auto pingEvery = 20s;
constexpr qint64 silenceMs = 50'000;
constexpr qint64 mostUnsent = 8LL * 1024 * 1024; // of one console that does not read
constexpr size_t positionsInAFrame = 5000;
constexpr qsizetype mostPresences = 8; // of one desk
constexpr size_t entriesPerFrame = 200;
} // namespace

StreamHub::StreamHub(RealmHost &host, QObject *parent)
    : QObject(parent)
    , m_host(host)
{
    m_time.start();
    m_flush.setSingleShot(true);
    m_presence.setSingleShot(true);
    m_presence.setInterval(betweenPresences);
    m_ping.setInterval(pingEvery);
    connect(&m_flush, &QTimer::timeout, this, &StreamHub::flushEntries);
    connect(&m_presence, &QTimer::timeout, this, &StreamHub::sendPresence);
    connect(&m_ping, &QTimer::timeout, this, &StreamHub::ping);
    m_ping.start();
    m_listener = m_host.addListener(
        [this](const std::vector<store::Entry> &entries) { entriesCame(entries); });
}

StreamHub::~StreamHub()
{
    m_host.removeListener(m_listener);
    m_host.run([](store::Connection &) { return true; }).waitForFinished(); // jobs that name this
}

void StreamHub::add(std::unique_ptr<QWebSocket> socket, const Session &session,
                    const std::vector<UnitPosition> &positions)
{
    auto client = std::make_unique<Client>();
    QWebSocket *raw = socket.get();
    client->socket = std::move(socket);
    client->person = session.principal.displayName;
    client->desk = session.principal.desk;
    client->family = session.family;
    client->heardAt = m_time.elapsed();
    Client *kept = client.get();
    connect(raw, &QWebSocket::binaryMessageReceived, this,
            [this, kept](const QByteArray &message) { received(*kept, message); });
    connect(raw, &QWebSocket::pong, this, [this, kept] { kept->heardAt = m_time.elapsed(); });
    connect(raw, &QWebSocket::disconnected, this, [this, raw] { drop(raw); });
    m_clients.push_back(std::move(client));
    sendHead(raw);
    // In parts, because a console takes no frame of any size.
    for (size_t from = 0; from < positions.size(); from += positionsInAFrame) {
        const auto part = std::span(positions).subspan(
            from, std::min(positionsInAFrame, positions.size() - from));
        raw->sendBinaryMessage(wire::toBytes(wire::Frame{.kind = wire::Frame::Kind::Positions,
                                                         .positions = {part.begin(), part.end()}}));
        ++m_framesSent;
    }
    m_presence.start();
}

void StreamHub::received(Client &client, const QByteArray &message)
{
    client.heardAt = m_time.elapsed();
    auto frame = wire::frameFrom(message);
    if (!frame || frame->kind != wire::Frame::Kind::Presence)
        return; // from a newer console, or nonsense; either way nothing of ours
    // Who it is says the session and not the frame.
    client.presence.clear();
    for (wire::Presence &presence : frame->presence) {
        if (static_cast<qsizetype>(client.presence.size()) == mostPresences)
            break;
        client.presence.push_back({.desk = client.desk,
                                   .person = client.person,
                                   .record = presence.record.left(100),
                                   .editing = presence.editing});
    }
    if (!m_presence.isActive())
        m_presence.start();
}

// On the authority's thread.
void StreamHub::entriesCame(const std::vector<store::Entry> &entries)
{
    bool first = false;
    {
        const std::lock_guard lock(m_mutex);
        first = m_fresh.empty();
        m_fresh.insert(m_fresh.end(), entries.begin(), entries.end());
    }
    if (!first)
        return; // a flush is on its way
    QMetaObject::invokeMethod(
        this,
        [this] {
            const auto rest = m_flushedAt + betweenFlushes.count() - m_time.elapsed();
            if (rest <= 0)
                flushEntries();
            else
                m_flush.start(std::chrono::milliseconds(rest));
        },
        Qt::QueuedConnection);
}

void StreamHub::flushEntries()
{
    std::vector<store::Entry> fresh;
    {
        const std::lock_guard lock(m_mutex);
        fresh = std::exchange(m_fresh, {});
    }
    m_flushedAt = m_time.elapsed();
    if (m_clients.empty() || fresh.empty())
        return;
    if (fresh.size() > entriesPerFrame) { // they ask for them instead
        for (const auto &client : m_clients)
            sendHead(client->socket.get());
        return;
    }
    sendAll(wire::toBytes(
        wire::Frame{.kind = wire::Frame::Kind::Entries, .entries = std::move(fresh)}));
}

void StreamHub::sendAll(const QByteArray &frame)
{
    std::vector<QWebSocket *> slow;
    for (const auto &client : m_clients) {
        if (client->socket->bytesToWrite() > mostUnsent) {
            slow.push_back(client->socket.get());
            continue;
        }
        client->socket->sendBinaryMessage(frame);
        ++m_framesSent;
    }
    for (QWebSocket *socket : slow)
        socket->abort();
}

void StreamHub::sendHead(QWebSocket *socket)
{
    m_host.post([this, socket = QPointer(socket)](store::Connection &db) {
        const auto head = store::journalHead(db);
        const auto epoch = epochOf(db);
        if (!head || !epoch)
            return;
        const QByteArray frame = wire::toBytes(
            wire::Frame{.kind = wire::Frame::Kind::Head, .head = *head, .epoch = *epoch});
        QMetaObject::invokeMethod(
            this,
            [this, socket, frame] {
                if (socket) {
                    socket->sendBinaryMessage(frame);
                    ++m_framesSent;
                }
            },
            Qt::QueuedConnection);
    });
}

void StreamHub::sendPresence()
{
    wire::Frame frame{.kind = wire::Frame::Kind::Presence};
    for (const auto &client : m_clients) {
        frame.presence.insert(frame.presence.end(), client->presence.begin(),
                              client->presence.end());
    }
    sendAll(wire::toBytes(frame));
}

void StreamHub::sendPositions(const std::vector<UnitPosition> &positions)
{
    if (m_clients.empty() || positions.empty())
        return;
    sendAll(
        wire::toBytes(wire::Frame{.kind = wire::Frame::Kind::Positions, .positions = positions}));
}

QStringList StreamHub::families() const
{
    QStringList all;
    for (const auto &client : m_clients)
        all += client->family;
    return all;
}

void StreamHub::end(const QStringList &families)
{
    std::vector<QWebSocket *> over;
    for (const auto &client : m_clients) {
        if (families.contains(client->family))
            over.push_back(client->socket.get());
    }
    for (QWebSocket *socket : over)
        socket->close(static_cast<QWebSocketProtocol::CloseCode>(closeNotSignedIn),
                      u"not signed in"_s);
}

void StreamHub::ping()
{
    std::vector<QWebSocket *> silent;
    for (const auto &client : m_clients) {
        if (m_time.elapsed() - client->heardAt > silenceMs)
            silent.push_back(client->socket.get());
        else
            client->socket->ping();
    }
    for (QWebSocket *socket : silent) {
        qCInfo(lcStream) << "a console fell silent";
        socket->abort();
    }
}

void StreamHub::drop(const QWebSocket *socket)
{
    const auto gone = std::ranges::find(m_clients, socket,
                                        [](const auto &client) { return client->socket.get(); });
    if (gone == m_clients.end())
        return;
    const bool wasSeen = !(*gone)->presence.empty();
    (*gone)->socket.release()->deleteLater(); // we may be in one of its signals
    m_clients.erase(gone);
    if (wasSeen && !m_presence.isActive())
        m_presence.start();
}

void StreamHub::close()
{
    const QByteArray bye = wire::toBytes(wire::Frame{.kind = wire::Frame::Kind::Bye});
    const auto clients = std::exchange(m_clients, {});
    for (const auto &client : clients) {
        client->socket->disconnect(this);
        client->socket->sendBinaryMessage(bye);
        client->socket->close(QWebSocketProtocol::CloseCodeGoingAway);
    }
}

} // namespace leeward::server
