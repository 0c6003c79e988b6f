#pragma once

#include "server/http/server.h"
#include "sync/wire.h"
#include "tests/support/makers.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSignalSpy>
#include <QTest>

namespace leeward::test {

// What came back of one request.
struct Answered
{
    int status = 0;
    QByteArray body;
    QHttpHeaders headers;
    [[nodiscard]] QJsonObject json() const { return QJsonDocument::fromJson(body).object(); }
    [[nodiscard]] QString error() const { return json().value(QStringLiteral("error")).toString(); }
};

// A program that talks to a server over a real socket.
class HttpClient
{
public:
    explicit HttpClient(quint16 port)
        : m_base(QStringLiteral("http://127.0.0.1:%1").arg(port))
    {
    }

    [[nodiscard]] Answered send(const QByteArray &verb, const QString &path,
                                const QByteArray &body = {},
                                const QList<std::pair<QByteArray, QByteArray>> &headers = {})
    {
        QNetworkRequest request(QUrl(m_base + path));
        request.setTransferTimeout(std::chrono::seconds(20));
        if (!token.isEmpty())
            request.setRawHeader("Authorization", "Bearer " + token);
        request.setHeader(
            QNetworkRequest::ContentTypeHeader,
            QByteArray(body.startsWith('{') ? "application/json" : "application/cbor"));
        for (const auto &[name, value] : headers)
            request.setRawHeader(name, value);
        QNetworkReply *reply = m_network.sendCustomRequest(request, verb, body);
        QSignalSpy finished(reply, &QNetworkReply::finished);
        if (!reply->isFinished() && !finished.wait(25'000))
            qFatal("no answer to %s", qPrintable(path));
        reply->deleteLater();
        return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(),
                reply->readAll(), reply->headers()};
    }
    [[nodiscard]] Answered get(const QString &path) { return send("GET", path); }
    [[nodiscard]] Answered post(const QString &path, const QJsonObject &body)
    {
        return send("POST", path, QJsonDocument(body).toJson(QJsonDocument::Compact));
    }
    [[nodiscard]] Answered patch(const QString &path, const QJsonObject &body)
    {
        return send("PATCH", path, QJsonDocument(body).toJson(QJsonDocument::Compact));
    }
    [[nodiscard]] Answered remove(const QString &path) { return send("DELETE", path); }
    [[nodiscard]] QJsonArray list(const QString &path)
    {
        return QJsonDocument::fromJson(get(path).body).array();
    }
    [[nodiscard]] const QString &base() const { return m_base; }
    [[nodiscard]] sync::Reply exchange(const sync::Ask &ask,
                                       const QString &realm = QStringLiteral("live"))
    {
        const Answered answered = send("POST", QStringLiteral("/v1/realms/%1/exchange").arg(realm),
                                       sync::wire::toBytes(ask));
        if (answered.status != 200)
            qFatal("exchange: %d %s", answered.status, answered.body.constData());
        return must(sync::wire::replyFrom(answered.body));
    }

    QByteArray token;

private:
    QString m_base;
    QNetworkAccessManager m_network;
};

} // namespace leeward::test
