#include "app/ctl/server_client.h"

#include <QEventLoop>
#include <QFile>
#include <QJsonObject>
#include <QSaveFile>

namespace leeward::ctl {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 largestAnswer = 64 * 1024 * 1024;
constexpr auto patience = std::chrono::seconds(10);

QString base64(const QByteArray &bytes)
{
    return QString::fromLatin1(bytes.toBase64());
}
QByteArray fromBase64(const QJsonValue &value)
{
    return QByteArray::fromBase64(value.toString().toLatin1());
}

} // namespace

ServerClient::ServerClient(sync::Peer peer, const Clock &clock)
    : m_caller(std::make_unique<sync::HttpCaller>(std::move(peer), clock))
{
}

Result<ServerClient> ServerClient::create(const sync::Endpoint &endpoint, const Clock &clock)
{
    TRY_ASSIGN(sync::Peer peer, sync::Peer::create(endpoint, {}));
    return ServerClient(std::move(peer), clock);
}

Result<ServerClient::Answered> ServerClient::ask(const QByteArray &method, const QString &path,
                                                 const QJsonObject &body, const QByteArray &token)
{
    sync::HttpRequest request{.method = method, .path = path, .token = token};
    request.limit = largestAnswer;
    request.once = true; // made twice, a change would be refused the second time
    if (!body.isEmpty() || method == "POST" || method == "PATCH") {
        request.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
        request.bodyType = "application/json";
    }
    QEventLoop loop;
    std::optional<std::expected<sync::HttpAnswer, sync::CallFailure>> answer;
    m_caller->call(request, [&](std::expected<sync::HttpAnswer, sync::CallFailure> said) {
        answer = std::move(said);
        loop.quit();
    });
    loop.exec();
    if (!*answer)
        return std::unexpected(answer->error().error);
    const sync::HttpAnswer &got = **answer;
    Answered answered{.status = got.status, .body = QJsonDocument::fromJson(got.body)};
    if (answered.body.isNull() && !got.body.trimmed().isEmpty())
        return fail(Errc::FileMalformed, path + u": the answer is no JSON"_s);
    return answered;
}

Result<SessionFile> SessionFile::lock(const QString &path)
{
    SessionFile file;
    file.m_path = path;
    file.m_lock = std::make_unique<QLockFile>(path + u".lock"_s);
    if (!file.m_lock->tryLock(patience)) {
        if (file.m_lock->error() == QLockFile::LockFailedError)
            return fail(Errc::CacheInUse, path + u": another program uses it"_s);
        return fail(Errc::FileUnwritable, path);
    }
    return file;
}

Result<ServerSession> SessionFile::read() const
{
    QFile file(m_path);
    if (!file.exists())
        return fail(Errc::FileMissing, m_path + u": sign in with 'server login' first"_s);
    if (!file.open(QIODevice::ReadOnly))
        return fail(Errc::FileUnreadable, m_path + u": "_s + file.errorString());
    const QJsonObject object = QJsonDocument::fromJson(file.readAll()).object();
    ServerSession session{.server = object.value("server"_L1).toString(),
                          .caFile = object.value("ca"_L1).toString(),
                          .insecure = object.value("insecure"_L1).toBool(),
                          .user = object.value("user"_L1).toString(),
                          .device = object.value("device"_L1).toString(),
                          .key = {fromBase64(object.value("public_key"_L1)),
                                  fromBase64(object.value("secret_key"_L1))},
                          .refresh = object.value("refresh"_L1).toString().toLatin1(),
                          .access = object.value("access"_L1).toString().toLatin1(),
                          .accessUntil =
                              instantFromMs(object.value("access_until"_L1).toInteger())};
    if (session.server.isEmpty() || session.device.isEmpty() ||
        session.key.publicKey.size() != sync::publicKeySize ||
        session.key.secretKey.size() != sync::secretKeySize)
        return fail(Errc::FileMalformed, m_path + u": no session"_s);
    return session;
}

Result<> SessionFile::write(const ServerSession &session) const
{
    const QJsonObject object = {{u"server"_s, session.server},
                                {u"ca"_s, session.caFile},
                                {u"insecure"_s, session.insecure},
                                {u"user"_s, session.user},
                                {u"device"_s, session.device},
                                {u"public_key"_s, base64(session.key.publicKey)},
                                {u"secret_key"_s, base64(session.key.secretKey)},
                                {u"refresh"_s, QString::fromLatin1(session.refresh)},
                                {u"access"_s, QString::fromLatin1(session.access)},
                                {u"access_until"_s, toMs(session.accessUntil)}};
    QSaveFile file(m_path);
    const QByteArray bytes = QJsonDocument(object).toJson();
    if (!file.open(QIODevice::WriteOnly) ||
        !file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner) ||
        file.write(bytes) != bytes.size() || !file.commit())
        return fail(Errc::FileUnwritable, m_path + u": "_s + file.errorString());
    return {};
}

void SessionFile::remove() const
{
    QFile::remove(m_path);
}

Error refusalOf(const ServerClient::Answered &answered)
{
    const QJsonObject object = answered.body.object();
    QString words = object.value("detail"_L1).toString();
    if (words.isEmpty())
        words = u"status %1"_s.arg(answered.status);
    const QString name = object.value("error"_L1).toString();
    if (!name.isEmpty())
        words = name + u": "_s + words;
    if (const auto wait = object.value("retry_after"_L1); wait.isDouble())
        words += u"; again in %1 s"_s.arg(wait.toInteger());
    switch (answered.status) {
    case 400: return {Errc::InvalidArgument, words};
    case 404: return {Errc::NotFound, words};
    case 409: return {Errc::AlreadyExists, words};
    case 429:
    case 500:
    case 503: return {Errc::Network, words};
    default: return {Errc::Refused, words};
    }
}

} // namespace leeward::ctl
