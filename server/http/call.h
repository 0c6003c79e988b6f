#pragma once

#include "models/domain/result.h"
#include "server/accounts/accounts.h"
#include "sync/wire.h"

#include <QHttpHeaders>
#include <QHttpServerRequest>
#include <QHttpServerResponder>
#include <QJsonDocument>
#include <QPointer>
#include <QUrlQuery>

#include <functional>
#include <memory>

namespace leeward::server {

// One request on its way to its answer. Read on the HTTP thread; answered once, from any thread.
class Call
{
public:
    using Status = QHttpServerResponder::StatusCode;

    // `clock` must outlive it: every answer says the server's time.
    Call(const QHttpServerRequest &request, QHttpServerResponder responder, QObject *httpThread,
         const Clock &clock);
    ~Call(); // a call that nobody answered is an internal error

    Call(const Call &) = delete;
    Call &operator=(const Call &) = delete;

    QHttpServerRequest::Method method = QHttpServerRequest::Method::Unknown;
    QStringList path;      // "/v1/realms/live" = v1, realms, live
    QStringList arguments; // what stood where the route has a star
    QUrlQuery query;
    QHttpHeaders headers;
    QByteArray body;
    QString from;    // remote address
    Session session; // of the token; empty where a route needs none
    QHttpHeaders
        standing; // what every answer carries, refusals too; set before others see the call

    [[nodiscard]] QByteArray bearerToken() const;
    // The password of HTTP's basic scheme, which is all that many programs can send. The name that
    // comes with it means nothing.
    [[nodiscard]] QByteArray basicPassword() const;
    [[nodiscard]] bool isPacked() const;
    // The body, unpacked if it is packed. InvalidArgument when it is larger than `limit`, or would
    // be.
    [[nodiscard]] Result<QByteArray> content(qint64 limit = sync::wire::largestMessage) const;
    // The body as a JSON object; when it is none, or a larger one, the call is refused. Read on the
    // HTTP thread: what may be large belongs on another one.
    [[nodiscard]] std::optional<QJsonObject> object(qint64 limit = 256 * 1024);

    void answer(Status status, const QByteArray &body, const QByteArray &type,
                QHttpHeaders more = {});
    void answerJson(const QJsonDocument &document, Status status = Status::Ok);
    // Packed when large and wanted.
    void answerCbor(const QByteArray &body);
    // {"error": name, "detail": …, …facts}
    void refuse(Status status, const QString &name, const QString &detail, QJsonObject facts = {});
    // The status and name that fit the error.
    void refuse(const Error &error);

private:
    QHttpServerResponder m_responder;
    QPointer<QObject> m_httpThread; // null once the server is gone
    const Clock &m_clock;
    std::atomic<bool> m_answered = false;
};

using CallPtr = std::shared_ptr<Call>;

} // namespace leeward::server
