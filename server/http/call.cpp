#include "server/http/call.h"

#include "sync/wire.h"

#include <QJsonObject>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {
constexpr qsizetype packFrom = 2048;
} // namespace

Call::Call(const QHttpServerRequest &request, QHttpServerResponder responder, QObject *httpThread,
           const Clock &clock)
    : method(request.method())
    , path(request.url().path(QUrl::FullyDecoded).split(u'/', Qt::SkipEmptyParts))
    , query(request.query())
    , headers(request.headers())
    , body(request.body())
    , from(request.remoteAddress().toString())
    , m_responder(std::move(responder))
    , m_httpThread(httpThread)
    , m_clock(clock)
{
}

Call::~Call()
{
    if (!m_answered)
        refuse(Status::InternalServerError, u"internal"_s, u"no answer was made"_s);
}

QByteArray Call::bearerToken() const
{
    const QByteArrayView value = headers.value(QHttpHeaders::WellKnownHeader::Authorization);
    constexpr QByteArrayView scheme = "Bearer ";
    return value.startsWith(scheme) ? value.sliced(scheme.size()).toByteArray() : QByteArray();
}

QByteArray Call::basicPassword() const
{
    const QByteArrayView value = headers.value(QHttpHeaders::WellKnownHeader::Authorization);
    constexpr QByteArrayView scheme = "Basic ";
    if (!value.startsWith(scheme))
        return {};
    const QByteArray both = QByteArray::fromBase64(value.sliced(scheme.size()).toByteArray());
    const qsizetype colon = both.indexOf(':');
    return colon < 0 ? QByteArray() : both.sliced(colon + 1);
}

bool Call::isPacked() const
{
    return headers.value(QHttpHeaders::WellKnownHeader::ContentEncoding) == "zstd";
}

Result<QByteArray> Call::content(qint64 limit) const
{
    if (isPacked())
        return sync::wire::unpack(body, limit);
    if (body.size() > limit)
        return fail(Errc::InvalidArgument, u"a body of more than %1 bytes"_s.arg(limit));
    return body;
}

std::optional<QJsonObject> Call::object(qint64 limit)
{
    const auto bytes = content(limit);
    if (!bytes) {
        refuse(bytes.error());
        return std::nullopt;
    }
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(*bytes, &error);
    if (error.error == QJsonParseError::NoError && document.isObject())
        return document.object();
    refuse(Status::BadRequest, u"malformed"_s,
           u"the body is no JSON object: "_s + error.errorString());
    return std::nullopt;
}

void Call::answer(Status status, const QByteArray &bytes, const QByteArray &type, QHttpHeaders more)
{
    if (m_answered.exchange(true) || !m_httpThread)
        return;
    more.append(QHttpHeaders::WellKnownHeader::ContentType, type);
    more.append(QHttpHeaders::WellKnownHeader::CacheControl, "no-store");
    more.append("Leeward-Time", QByteArray::number(toMs(m_clock.now())));
    for (qsizetype i = 0; i < standing.size(); ++i)
        more.append(standing.nameAt(i), standing.valueAt(i));
    // The responder belongs to the HTTP thread; it survives this object.
    auto responder = std::make_shared<QHttpServerResponder>(std::move(m_responder));
    QMetaObject::invokeMethod(
        m_httpThread,
        [responder = std::move(responder), status, bytes, more = std::move(more)] {
            responder->write(bytes, more, status);
        },
        Qt::AutoConnection);
}

void Call::answerJson(const QJsonDocument &document, Status status)
{
    answer(status, document.toJson(QJsonDocument::Compact), "application/json");
}

void Call::answerCbor(const QByteArray &bytes)
{
    const QByteArrayView accepted = headers.value(QHttpHeaders::WellKnownHeader::AcceptEncoding);
    if (bytes.size() < packFrom || !accepted.contains("zstd")) {
        answer(Status::Ok, bytes, "application/cbor");
        return;
    }
    QHttpHeaders packed;
    packed.append(QHttpHeaders::WellKnownHeader::ContentEncoding, "zstd");
    answer(Status::Ok, sync::wire::pack(bytes, 1), "application/cbor", std::move(packed));
}

void Call::refuse(Status status, const QString &name, const QString &detail, QJsonObject facts)
{
    facts.insert(u"error"_s, name);
    facts.insert(u"detail"_s, detail);
    answerJson(QJsonDocument(facts), status);
}

void Call::refuse(const Error &error)
{
    switch (error.code) {
    case Errc::InvalidArgument:
    case Errc::FileMalformed:
    case Errc::Unsupported: refuse(Status::BadRequest, u"malformed"_s, error.detail); return;
    case Errc::AlreadyExists: refuse(Status::Conflict, u"already-exists"_s, error.detail); return;
    case Errc::NotFound:
    case Errc::FileMissing: refuse(Status::NotFound, u"not-found"_s, error.detail); return;
    case Errc::Refused: refuse(Status::Forbidden, u"not-permitted"_s, error.detail); return;
    case Errc::DiskFull:
    case Errc::FileUnreadable:
    case Errc::FileUnwritable:
    case Errc::CacheInUse:
    case Errc::Network:
    case Errc::Cancelled:
        refuse(Status::ServiceUnavailable, u"unavailable"_s, errcName(error.code));
        return;
    case Errc::SchemaTooNew:
    case Errc::Corrupt:
    case Errc::Internal:
        refuse(Status::InternalServerError, u"internal"_s, errcName(error.code));
        return;
    }
}

} // namespace leeward::server
