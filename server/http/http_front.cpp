#include "server/http/http_front.h"

#include <QCoreApplication>
#include <QLoggingCategory>
#include <QSslServer>
#include <QTcpServer>

namespace leeward::server {

using namespace Qt::StringLiterals;

Q_LOGGING_CATEGORY(lcHttp, "leeward.server.http")

namespace {
constexpr qsizetype largestOpenBody = 16 * 1024;

constexpr auto protocolHeader = "Leeward-Protocol";
constexpr qint64 largestStreamMessage = 1024 * 1024;

// The arguments when the path fits the pattern.
std::optional<QStringList> match(const QStringList &pattern, const QStringList &path)
{
    if (pattern.size() != path.size())
        return std::nullopt;
    QStringList arguments;
    for (qsizetype i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == "*"_L1)
            arguments += path[i];
        else if (pattern[i] != path[i])
            return std::nullopt;
    }
    return arguments;
}

QStringList segments(const QString &path)
{
    return path.split(u'/', Qt::SkipEmptyParts);
}

} // namespace

HttpFront::HttpFront(AccountDesk &accounts, const Clock &clock, ConnectionLimits limits,
                     Versions versions)
    : m_accounts(accounts)
    , m_clock(clock)
    , m_versions(versions)
    , m_guard(limits)
{
    addWebSocketUpgradeVerifier(this, [this](const QHttpServerRequest &request) {
        using Answer = QHttpServerWebSocketUpgradeResponse;
        if (isTooOld(request.headers()))
            return Answer::deny(426, "too old");
        const QStringList path = segments(request.url().path(QUrl::FullyDecoded));
        for (const StreamRoute &route : m_streamRoutes) {
            const auto arguments = match(route.pattern, path);
            if (!arguments)
                continue;
            QByteArray token =
                request.headers().value(QHttpHeaders::WellKnownHeader::Authorization).toByteArray();
            if (!token.startsWith("Bearer "))
                return Answer::deny(401, "not signed in");
            m_knocks.insert_or_assign({request.remoteAddress().toString(), request.remotePort()},
                                      Knock{token.sliced(7), *arguments, &route});
            return Answer::accept();
        }
        return Answer::deny(404, "not found");
    });
    connect(this, &QAbstractHttpServer::newWebSocketConnection, this, &HttpFront::admitStreams);
}

HttpFront::~HttpFront()
{
    // Answers on their way hold on to their connections, which go before what is posted here does.
    QCoreApplication::removePostedEvents(this);
}

void HttpFront::route(QHttpServerRequest::Method method, const QString &pattern, Access access,
                      Handler handler)
{
    m_routes.push_back({method, segments(pattern), access, std::move(handler)});
}

void HttpFront::streamRoute(const QString &pattern, StreamHandler handler)
{
    m_streamRoutes.push_back({segments(pattern), std::move(handler)});
}

Result<quint16> HttpFront::listen(const QHostAddress &address, quint16 port,
                                  const QSslConfiguration &tls)
{
    std::unique_ptr<QTcpServer> server;
    if (tls.isNull()) {
        server = std::make_unique<QTcpServer>();
    } else {
        auto secure = std::make_unique<QSslServer>();
        secure->setSslConfiguration(tls);
        server = std::move(secure);
    }
    if (!server->listen(address, port)) {
        return fail(Errc::Network, u"can not listen on %1 port %2: %3"_s.arg(address.toString())
                                       .arg(port)
                                       .arg(server->errorString()));
    }
    server->setListenBacklogSize(256);
    const quint16 bound = server->serverPort();
    m_guard.watchBefore(*server);
    if (!bind(server.get()))
        return fail(Errc::Internal, u"the HTTP server does not take this socket"_s);
    m_guard.watchAfter(*server);
    (void) server.release(); // the HTTP server's child now
    return bound;
}

void HttpFront::stopListening()
{
    for (QTcpServer *server : servers())
        server->close();
}

HttpFront::Figures HttpFront::figures() const
{
    return {.requests = m_requests, .connections = m_guard.count(), .ended = m_guard.ended()};
}

bool HttpFront::isTooOld(const QHttpHeaders &headers) const
{
    const QByteArrayView said = headers.value(protocolHeader);
    return !said.isEmpty() && said.toInt() < m_versions.oldest;
}

bool HttpFront::handleRequest(const QHttpServerRequest &request, QHttpServerResponder &responder)
{
    ++m_requests;
    m_guard.working(request.remoteAddress().toString(), request.remotePort());
    dispatch(std::make_shared<Call>(request, std::move(responder), this, m_clock));
    return true;
}

void HttpFront::missingHandler(const QHttpServerRequest &, QHttpServerResponder &responder)
{
    responder.write(QHttpServerResponder::StatusCode::NotFound);
}

void HttpFront::dispatch(const CallPtr &call)
{
    const bool isAbout = call->path == QStringList{u"v1"_s, u"about"_s};
    if (isTooOld(call->headers) && !isAbout) {
        call->refuse(
            Call::Status::UpgradeRequired, u"too-old"_s,
            u"this server speaks protocol %1 to %2"_s.arg(m_versions.oldest).arg(m_versions.newest),
            {{u"oldest"_s, m_versions.oldest}, {u"newest"_s, m_versions.newest}});
        return;
    }
    bool pathKnown = false;
    for (const Route &route : m_routes) {
        auto arguments = match(route.pattern, call->path);
        if (!arguments)
            continue;
        pathKnown = true;
        if (route.method != call->method)
            continue;
        call->arguments = std::move(*arguments);
        if (route.access == Access::Open) {
            // Of anybody: nothing large, and nothing that may become so.
            if (call->body.size() > largestOpenBody || call->isPacked())
                call->refuse(Call::Status::PayloadTooLarge, u"too-large"_s,
                             u"at most %1 bytes, not packed"_s.arg(largestOpenBody));
            else
                route.handler(call);
            return;
        }
        authenticate(call, route);
        return;
    }
    if (pathKnown)
        call->refuse(Call::Status::MethodNotAllowed, u"method"_s, u"not with this method"_s);
    else
        call->refuse(Call::Status::NotFound, u"not-found"_s, u"no such path"_s);
}

void HttpFront::authenticate(const CallPtr &call, const Route &route)
{
    const auto let = [call, &route](const Result<std::expected<Session, TokenRefusal>> &session) {
        if (!session) {
            call->refuse(session.error());
        } else if (!*session) {
            if (route.access == Access::Reading) // or QGIS and browsers do not ask for it
                call->standing.append(QHttpHeaders::WellKnownHeader::WWWAuthenticate,
                                      "Basic realm=\"leeward\", charset=\"UTF-8\"");
            call->refuse(Call::Status::Unauthorized, u"not-signed-in"_s,
                         tokenRefusalName((*session).error()));
        } else if ((*session)->principal.roles.empty()) {
            call->refuse(Call::Status::Forbidden, u"not-permitted"_s,
                         u"this person has no role; an administrator gives one"_s);
        } else {
            call->session = **session;
            route.handler(call);
        }
    };
    QByteArray token = call->bearerToken();
    if (route.access == Access::Reading && token.isEmpty())
        token = call->basicPassword();
    if (route.access == Access::Reading && token.startsWith(appKeyStart)) {
        m_accounts.ask<std::expected<Session, TokenRefusal>>(
            [token](Accounts &accounts) { return accounts.authenticateApp(token); }, this, let);
        return;
    }
    m_accounts.authenticate(token, this, let);
}

void HttpFront::admitStreams()
{
    while (hasPendingWebSocketConnections()) {
        std::unique_ptr<QWebSocket> socket = nextPendingWebSocketConnection();
        const QString address = socket->peerAddress().toString();
        const quint16 port = socket->peerPort();
        m_guard.release(address, port);
        const auto knock = m_knocks.find({address, port});
        if (knock == m_knocks.end())
            continue;
        Knock let = std::move(knock->second);
        m_knocks.erase(knock);
        socket->setMaxAllowedIncomingMessageSize(largestStreamMessage);
        socket->setMaxAllowedIncomingFrameSize(largestStreamMessage);
        admit(std::move(socket), std::move(let));
    }
}

void HttpFront::admit(std::unique_ptr<QWebSocket> socket, Knock knock)
{
    auto held = std::make_shared<std::unique_ptr<QWebSocket>>(std::move(socket));
    m_accounts.authenticate(knock.token, this, [held, knock](const auto &session) {
        if (session && *session && !(*session)->principal.roles.empty()) {
            knock.route->handler(std::move(*held), **session, knock.arguments);
            return;
        }
        QWebSocket *refused = held->release();
        QObject::connect(refused, &QWebSocket::disconnected, refused, &QObject::deleteLater);
        refused->close(static_cast<QWebSocketProtocol::CloseCode>(closeNotSignedIn),
                       u"not signed in"_s);
    });
}

} // namespace leeward::server
