#pragma once

#include "server/realm_host.h"
#include "sync/wire.h"

#include <QHash>
#include <QSslConfiguration>
#include <QStringList>
#include <QThread>

#include <functional>
#include <map>
#include <mutex>
#include <optional>

class QTcpServer;
class QTcpSocket;
class QWebSocket;
class QWebSocketServer;

namespace leeward::test {

// A server of the protocol (docs/protocol.md) that does to its clients what networks and bad
// servers do. Loopback, a thread of its own; every call from any thread.
class RoughServer
{
public:
    struct Request
    {
        QByteArray method;
        QString path;                          // with its query
        QHash<QByteArray, QByteArray> headers; // names in lower case
        QByteArray body;
        [[nodiscard]] QByteArray token() const { return headers.value("authorization").mid(7); }
    };
    enum class Delivery
    {
        Whole,
        Cut,    // half of the body, then the connection goes
        Close,  // nothing at all, and the connection goes
        Silent, // nothing at all, and the connection stays
    };
    struct Response
    {
        int status = 200;
        QByteArray type = "application/json";
        QByteArray body;
        QByteArray moreHeaders; // whole lines
        Delivery delivery = Delivery::Whole;
    };
    // Nothing: the ordinary answer. Called on the server's thread.
    using Handler = std::function<std::optional<Response>(const Request &)>;

    // `host`: the realm "live"; must outlive it.
    explicit RoughServer(server::RealmHost &host,
                         const std::optional<QSslConfiguration> &tls = std::nullopt);
    ~RoughServer();

    [[nodiscard]] QUrl url() const;
    // Instead of the ordinary answer.
    void setHandler(Handler handler);
    // What becomes of the next answers to exchanges, one each; they are carried out all the same.
    void deliverNext(std::vector<Delivery> deliveries);
    // Only these tokens are good; "good" is at first.
    void setTokens(const QList<QByteArray> &tokens);
    void setSnapshot(const QByteArray &manifest, const QByteArray &packed);

    // Away, connections and all, and back on the same port.
    void stop();
    void start();
    // Another realm in its place, as after a restore.
    void setHost(server::RealmHost &host);

    void sendFrame(const QByteArray &bytes);
    void closeStreams(int code);
    // Entries of the host are not told on the streams.
    void setPushing(bool on);

    [[nodiscard]] int streams() const { return m_streamCount; }
    [[nodiscard]] int requests(const QString &suffix) const;
    [[nodiscard]] std::vector<Request> seen() const;
    [[nodiscard]] std::vector<QByteArray> framesSeen() const;

private:
    void post(std::function<void()> job);
    void wait(const std::function<void()> &job);
    void readable(QTcpSocket *socket);
    void answer(QTcpSocket *socket, const Request &request);
    void exchange(QTcpSocket *socket, const Request &request);
    [[nodiscard]] Response snapshotBytes(const Request &request);
    void reply(QTcpSocket *socket, const Response &response);
    void streamCame();

    server::RealmHost *m_host;
    std::optional<QSslConfiguration> m_tls;
    int m_listener = 0;
    mutable std::mutex m_mutex; // to the end of this group
    Handler m_handler;
    std::vector<Delivery> m_deliveries;
    QList<QByteArray> m_tokens = {"good"};
    QByteArray m_manifest;
    QByteArray m_packed;
    std::vector<Request> m_seen;
    std::vector<QByteArray> m_framesSeen;
    std::atomic<int> m_streamCount = 0;
    std::atomic<bool> m_pushing = true;

    QThread m_thread;
    QObject *m_worker; // lives on m_thread, as all below
    std::unique_ptr<QTcpServer> m_server;
    std::unique_ptr<QWebSocketServer> m_streamServer;
    std::vector<QTcpSocket *> m_sockets;
    std::vector<QWebSocket *> m_streams;
    quint16 m_port = 0;
};

} // namespace leeward::test
