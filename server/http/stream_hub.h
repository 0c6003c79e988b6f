#pragma once

#include "server/http/call.h"
#include "server/realm_host.h"
#include "sync/wire.h"

#include <QTimer>
#include <QWebSocket>

namespace leeward::server {

// The consoles that listen to one realm. New entries go to all of them, at once when it is quiet
// and in one frame for many when it is not; presence goes round; who is silent or too slow is let
// go and comes back by itself. The HTTP thread.
class StreamHub : public QObject
{
    Q_OBJECT
public:
    // `host` must outlive it.
    explicit StreamHub(RealmHost &host, QObject *parent = nullptr);
    ~StreamHub() override;

    // `positions`: where everything is now; what moves after follows by sendPositions().
    void add(std::unique_ptr<QWebSocket> socket, const Session &session,
             const std::vector<UnitPosition> &positions);
    void sendPositions(const std::vector<UnitPosition> &positions);
    // The sign-ins that listen, and the end of some: theirs was taken away.
    [[nodiscard]] QStringList families() const;
    void end(const QStringList &families);
    // Says goodbye to everybody.
    void close();

    [[nodiscard]] int count() const { return static_cast<int>(m_clients.size()); }
    [[nodiscard]] qint64 framesSent() const { return m_framesSent; }

private:
    struct Client
    {
        std::unique_ptr<QWebSocket> socket;
        QString person;
        QString desk;
        QString family; // of tokens
        std::vector<sync::wire::Presence> presence;
        qint64 heardAt = 0; // ms of m_time
    };
    void received(Client &client, const QByteArray &message);
    void sendAll(const QByteArray &frame);
    void sendHead(QWebSocket *socket);
    void entriesCame(const std::vector<store::Entry> &entries);
    void flushEntries();
    void sendPresence();
    void ping();
    void drop(const QWebSocket *socket);

    RealmHost &m_host;
    int m_listener = 0;
    std::vector<std::unique_ptr<Client>> m_clients;
    std::mutex m_mutex; // m_fresh
    std::vector<store::Entry> m_fresh;
    QTimer m_flush;
    QTimer m_presence;
    QTimer m_ping;
    QElapsedTimer m_time;
    qint64 m_flushedAt = -1000;
    qint64 m_framesSent = 0;
};

} // namespace leeward::server
