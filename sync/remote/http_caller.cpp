#include "sync/remote/http_caller.h"

#include "sync/wire.h"

#include <QFile>
#include <QHostAddress>
#include <QHttpHeaders>
#include <QJsonDocument>
#include <QLocale>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QSslCertificate>
#include <QTimer>

namespace leeward::sync {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype packFrom = 4 * 1024;            // a quarter of a second on the slowest line
constexpr qint64 slowestBytesPerSecond = 16 * 1024; // a narrow satellite line

bool isLoopback(const QString &host)
{
    return host == "localhost"_L1 || QHostAddress(host).isLoopback();
}

// A body that can be read once.
class BodyForOnce : public QIODevice
{
public:
    explicit BodyForOnce(QByteArray bytes)
        : m_bytes(std::move(bytes))
    {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }
    qint64 size() const override { return m_bytes.size(); }
    bool seek(qint64 to) override { return to == m_read && QIODevice::seek(to); }

protected:
    qint64 readData(char *into, qint64 most) override
    {
        const qint64 length = std::min<qint64>(most, m_bytes.size() - m_read);
        std::copy_n(m_bytes.constData() + m_read, length, into);
        m_read += length;
        return length;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QByteArray m_bytes;
    qint64 m_read = 0;
};

// One request under way. Belongs to its reply; the reply to the manager.
class Talk : public QObject
{
public:
    Talk(QNetworkReply *reply, const HttpRequest &request, const Clock &clock, Duration whole,
         HttpCaller::Done done)
        : QObject(reply)
        , m_reply(*reply)
        , m_clock(clock)
        , m_wanted(request.wanted)
        , m_limit(request.limit)
        , m_sentAt(clock.now())
        , m_done(std::move(done))
    {
        connect(reply, &QNetworkReply::sslErrors, this, [this](const QList<QSslError> &errors) {
            for (const QSslError &error : errors)
                m_tlsFaults += error.errorString();
        });
        connect(reply, &QNetworkReply::metaDataChanged, this, [this] {
            m_answeredAt = m_clock.now();
            if (m_reply.header(QNetworkRequest::ContentLengthHeader).toLongLong() > m_limit)
                stop(u"an answer larger than %1 bytes"_s.arg(m_limit));
        });
        connect(reply, &QNetworkReply::readyRead, this, [this] {
            m_body += m_reply.readAll();
            if (m_body.size() > m_limit)
                stop(u"an answer larger than %1 bytes"_s.arg(m_limit));
        });
        connect(reply, &QNetworkReply::finished, this, &Talk::finish);
        QTimer::singleShot(whole, this,
                           [this, whole] { stop(u"not done after %1 ms"_s.arg(whole.count())); });
    }

private:
    void stop(const QString &why)
    {
        if (m_stopped.isEmpty())
            m_stopped = why;
        m_reply.abort();
    }

    void finish()
    {
        const auto done = std::exchange(m_done, nullptr);
        m_reply.deleteLater();
        if (done)
            done(result());
    }

    std::expected<HttpAnswer, CallFailure> result()
    {
        const int status = m_reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        const auto error = m_reply.error();
        // Errors from 201 on come with an answer of the server; an answer that broke off does not
        // count.
        const bool answered = status > 0 && (error == QNetworkReply::NoError ||
                                             error > QNetworkReply::UnknownProxyError);
        if (!m_stopped.isEmpty() || !answered || status < 200)
            return std::unexpected(broken(error));
        m_body += m_reply.readAll();
        HttpAnswer answer{.status = status, .body = m_body};
        const QHttpHeaders headers = m_reply.headers();
        const auto header = [&headers](QLatin1StringView name) {
            return headers.value(name).toByteArray();
        };
        answer.type = header("content-type"_L1).split(';').front().trimmed().toLower();
        answer.range = header("content-range"_L1);
        answer.offset = offset(header("leeward-time"_L1), header("date"_L1));
        if (status < 300 && status != 204 && !m_wanted.isEmpty() && answer.type != m_wanted) {
            // A gate on the way, say, that wants somebody to sign in there.
            return std::unexpected(CallFailure{
                {Errc::Network,
                 u"%1: an answer of type '%2'"_s.arg(where(), QString::fromLatin1(answer.type))}});
        }
        if (header("content-encoding"_L1) == "zstd") {
            auto unpacked = wire::unpack(m_body, m_limit);
            if (!unpacked)
                return std::unexpected(CallFailure{unpacked.error()});
            answer.body = std::move(*unpacked);
        }
        return answer;
    }

    CallFailure broken(QNetworkReply::NetworkError error) const
    {
        const bool untrusted = error == QNetworkReply::SslHandshakeFailedError;
        QString why = m_stopped;
        if (why.isEmpty())
            why = m_tlsFaults.isEmpty() ? m_reply.errorString() : m_tlsFaults.join(u"; ");
        if (error == QNetworkReply::OperationCanceledError && m_stopped.isEmpty())
            why = u"no answer in time"_s;
        return {{Errc::Network, where() + u": "_s + (untrusted ? u"TLS: "_s : QString()) + why},
                untrusted};
    }

    QString where() const { return m_reply.url().toString(QUrl::RemoveQuery); }

    std::optional<Duration> offset(const QByteArray &exact, const QByteArray &date) const
    {
        const Instant here = m_sentAt + (m_answeredAt - m_sentAt) / 2;
        bool good = false;
        if (const qint64 ms = exact.toLongLong(&good); good)
            return instantFromMs(ms) - here;
        QDateTime whole = QLocale::c().toDateTime(QString::fromLatin1(date),
                                                  u"ddd, dd MMM yyyy hh:mm:ss 'GMT'"_s);
        whole.setTimeZone(QTimeZone::UTC);
        if (!whole.isValid())
            return std::nullopt;
        return instantFromMs(whole.toMSecsSinceEpoch() + 500) - here; // said in whole seconds
    }

    QNetworkReply &m_reply;
    const Clock &m_clock;
    QByteArray m_wanted;
    qint64 m_limit;
    Instant m_sentAt;
    Instant m_answeredAt = m_sentAt;
    QByteArray m_body;
    QStringList m_tlsFaults;
    QString m_stopped; // by us, and why
    HttpCaller::Done m_done;
};

} // namespace

HttpRefusal refusalOf(const HttpAnswer &answer)
{
    const QJsonObject object = QJsonDocument::fromJson(answer.body).object();
    HttpRefusal refusal{.name = object.value("error"_L1).toString(),
                        .detail = object.value("detail"_L1).toString(),
                        .why = object.value("why"_L1).toString(),
                        .retryAfter = {}};
    const double seconds = object.value("retry_after"_L1).toDouble();
    refusal.retryAfter =
        std::chrono::seconds(static_cast<qint64>(std::clamp(seconds, 0., 86'400.)));
    if (refusal.detail.isEmpty())
        refusal.detail = u"status %1"_s.arg(answer.status);
    return refusal;
}

Result<Peer> Peer::create(const Endpoint &endpoint, const RemoteTimes &times)
{
    const QUrl &url = endpoint.server;
    const bool plain = url.scheme() == "http"_L1;
    if (!url.isValid() || url.host().isEmpty() || (!plain && url.scheme() != "https"_L1))
        return fail(Errc::InvalidArgument, u"'%1' is no address of a server"_s.arg(url.toString()));
    if (plain && !endpoint.insecure && !isLoopback(url.host()))
        return fail(Errc::InvalidArgument, url.toString() + u": without TLS"_s);
    Peer peer{endpoint, times, QSslConfiguration::defaultConfiguration()};
    peer.tls.setProtocol(QSsl::TlsV1_2OrLater);
    peer.tls.setPeerVerifyMode(QSslSocket::VerifyPeer);
    if (endpoint.caFile.isEmpty())
        return peer;
    QFile file(endpoint.caFile);
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(file.exists() ? Errc::FileUnreadable : Errc::FileMissing,
                    endpoint.caFile + u": "_s + file.errorString());
    }
    const QList<QSslCertificate> authorities = QSslCertificate::fromDevice(&file, QSsl::Pem);
    if (authorities.isEmpty())
        return fail(Errc::FileMalformed, endpoint.caFile + u": holds no certificate"_s);
    peer.tls.setCaCertificates(authorities);
    return peer;
}

QNetworkRequest Peer::request(const QString &path, const QByteArray &token) const
{
    QUrl url = endpoint.server;
    const QStringList parts = path.split(u'?');
    url.setPath(parts.front());
    if (parts.size() > 1)
        url.setQuery(parts.at(1));
    QNetworkRequest request(url);
    request.setSslConfiguration(tls);
    request.setRawHeader("Leeward-Protocol", QByteArray::number(wire::protocolVersion));
    if (!token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + token);
    return request;
}

HttpCaller::HttpCaller(Peer peer, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_peer(std::move(peer))
    , m_clock(clock)
{
    m_manager.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    m_manager.setAutoDeleteReplies(false);
    // A proxy that the system names may be asked for over the network; a hall's server is not
    // behind one.
    m_manager.setProxy(QNetworkProxy::NoProxy);
}

void HttpCaller::call(const HttpRequest &asked, Done done)
{
    QNetworkRequest request = m_peer.request(asked.path, asked.token);
    request.setTransferTimeout(m_peer.times.quiet);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute,
                         QNetworkRequest::AlwaysNetwork);
    request.setMaximumRedirectsAllowed(0);
    // Named by us, Qt leaves the unpacking to us, too: it would not keep to the limit.
    request.setRawHeader("Accept-Encoding", asked.packed ? "zstd" : "identity");
    request.setRawHeader("Accept", asked.wanted + ", application/json");
    if (!asked.range.isEmpty())
        request.setRawHeader("Range", asked.range);
    QByteArray body = asked.body;
    if (!asked.bodyType.isEmpty())
        request.setHeader(QNetworkRequest::ContentTypeHeader, asked.bodyType);
    if (asked.packed && body.size() >= packFrom) {
        body = wire::pack(body);
        request.setRawHeader("Content-Encoding", "zstd");
    }
    const Duration whole =
        m_peer.times.whole + std::chrono::seconds(body.size() / slowestBytesPerSecond);
    QNetworkReply *reply = nullptr;
    if (asked.once) {
        auto *device = new BodyForOnce(body);
        request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
        request.setHeader(QNetworkRequest::ContentLengthHeader, body.size());
        reply = m_manager.sendCustomRequest(request, asked.method, device);
        device->setParent(reply);
    } else {
        reply = m_manager.sendCustomRequest(request, asked.method, body);
    }
    new Talk(reply, asked, m_clock, whole, std::move(done));
}

} // namespace leeward::sync
