#pragma once

#include "server/http/account_desk.h"
#include "server/http/call.h"
#include "server/http/connection_guard.h"

#include <QAbstractHttpServer>
#include <QSslConfiguration>
#include <QWebSocket>

#include <map>

namespace leeward::server {

// With what a stream is closed whose sign-in is not good, or no longer. RFC 6455: 4000 and above
// are the application's own.
inline constexpr int closeNotSignedIn = 4401;

// Where requests come in and are given to whoever answers them. One thread, the one that made it,
// with an event loop; handlers run there and must not wait.
class HttpFront final : public QAbstractHttpServer
{
    Q_OBJECT
public:
    using Handler = std::function<void(CallPtr)>;
    // A stream that was let in; the handler owns the socket from now on.
    using StreamHandler =
        std::function<void(std::unique_ptr<QWebSocket>, Session, QStringList arguments)>;
    enum class Access
    {
        Open,     // anybody
        SignedIn, // a good token; Call::session is filled
        Reading,  // a good token, or a program's app key, also by the basic scheme
    };
    struct Versions
    {
        int oldest;
        int newest;
    };

    // `accounts` and `clock` must outlive it.
    HttpFront(AccountDesk &accounts, const Clock &clock, ConnectionLimits limits,
              Versions versions);
    ~HttpFront() override;

    // "/v1/realms/*/exchange": a star is one segment and becomes an argument. Before listen().
    void route(QHttpServerRequest::Method method, const QString &pattern, Access access,
               Handler handler);
    void streamRoute(const QString &pattern, StreamHandler handler);

    // Listens on address and port (0: any free one), over TLS unless `tls` is null. The port.
    [[nodiscard]] Result<quint16> listen(const QHostAddress &address, quint16 port,
                                         const QSslConfiguration &tls);
    // No new connection; those that are there may finish.
    void stopListening();
    [[nodiscard]] qint64 unsentBytes() const { return m_guard.unsentBytes(); }

    struct Figures
    {
        qint64 requests = 0;
        int connections = 0;
        QHash<QString, int> ended;
    };
    [[nodiscard]] Figures figures() const;

protected:
    bool handleRequest(const QHttpServerRequest &request, QHttpServerResponder &responder) override;
    void missingHandler(const QHttpServerRequest &request,
                        QHttpServerResponder &responder) override;

private:
    struct Route
    {
        QHttpServerRequest::Method method;
        QStringList pattern;
        Access access;
        Handler handler;
    };
    struct StreamRoute
    {
        QStringList pattern;
        StreamHandler handler;
    };
    struct Knock // a stream that has been let through the door and not looked at yet
    {
        QByteArray token;
        QStringList arguments;
        const StreamRoute *route;
    };

    void dispatch(const CallPtr &call);
    void authenticate(const CallPtr &call, const Route &route);
    void admitStreams();
    void admit(std::unique_ptr<QWebSocket> socket, Knock knock);
    [[nodiscard]] bool isTooOld(const QHttpHeaders &headers) const;

    AccountDesk &m_accounts;
    const Clock &m_clock;
    Versions m_versions;
    ConnectionGuard m_guard;
    std::vector<Route> m_routes;
    std::vector<StreamRoute> m_streamRoutes;
    std::map<std::pair<QString, quint16>, Knock> m_knocks;
    qint64 m_requests = 0;
};

} // namespace leeward::server
