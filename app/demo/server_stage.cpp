#include "app/demo/server_stage.h"

#include "sync/device_key.h"
#include "sync/remote/http_caller.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QEventLoop>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

#include <optional>

namespace leeward::demo {

using namespace Qt::StringLiterals;

namespace {

constexpr int patience = 30'000; // ms, for the process to start and to end

} // namespace

Result<std::unique_ptr<ServerStage>>
ServerStage::open(const QString &program, const QString &folder, const QString &journal,
                  const std::vector<StagePerson> &people, const QString &password)
{
    if (QDir(folder).exists() && !QDir(folder).isEmpty())
        return fail(Errc::AlreadyExists, folder);
    if (!QDir().mkpath(folder + u"/realms"_s))
        return fail(Errc::FileUnwritable, folder);
    // A hall that has worked stand-alone brings its order along.
    if (!QFile::copy(journal, folder + u"/realms/live.journal"_s))
        return fail(Errc::FileUnreadable, journal);
    QProcess maker;
    maker.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    maker.start(program,
                {u"--folder"_s, folder, u"--make-certificate"_s, u"localhost,127.0.0.1"_s});
    if (!maker.waitForFinished(patience) || maker.exitCode() != 0)
        return fail(Errc::Internal, u"no certificate was made"_s);
    std::unique_ptr<ServerStage> stage(new ServerStage(folder));
    TRY(stage->start(program));
    TRY(stage->populate(people, password));
    return stage;
}

ServerStage::~ServerStage()
{
    if (m_process.state() != QProcess::NotRunning)
        (void) stop();
}

Result<> ServerStage::start(const QString &program)
{
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.start(program, {u"--folder"_s, m_folder, u"--port"_s, u"0"_s});
    static const QRegularExpression port(u"listening on port (\\d+)"_s);
    static const QRegularExpression code(u"set up with code (\\S+)"_s);
    QString said;
    const QDeadlineTimer until(patience);
    while (m_port == 0 || m_code.isEmpty()) {
        if (until.hasExpired() || m_process.state() == QProcess::NotRunning)
            return fail(Errc::Internal, u"the server did not start: "_s + said);
        m_process.waitForReadyRead(200);
        said += QString::fromUtf8(m_process.readAllStandardOutput());
        if (const auto found = port.match(said); found.hasMatch())
            m_port = found.captured(1).toInt();
        if (const auto found = code.match(said); found.hasMatch())
            m_code = found.captured(1);
    }
    return {};
}

QString ServerStage::address() const
{
    return u"https://127.0.0.1:%1"_s.arg(m_port);
}

Result<ServerStage::Reply> ServerStage::call(const QByteArray &method, const QString &path,
                                             const QJsonObject &body, const QByteArray &token)
{
    TRY_ASSIGN(const sync::Peer peer,
               sync::Peer::create({.server = QUrl(address()), .caFile = caFile()}, {}));
    const SystemClock clock;
    sync::HttpCaller caller(peer, clock);
    QEventLoop loop;
    std::optional<Result<Reply>> answer;
    sync::HttpRequest request{.method = method, .path = path, .token = token};
    if (!body.isEmpty()) {
        request.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
        request.bodyType = "application/json";
    }
    request.wanted.clear();
    caller.call(request, [&](const std::expected<sync::HttpAnswer, sync::CallFailure> &heard) {
        if (heard)
            answer = Reply{heard->status, QJsonDocument::fromJson(heard->body).object()};
        else
            answer = Result<Reply>(std::unexpected(heard.error().error));
        loop.quit();
    });
    loop.exec();
    return *answer;
}

Result<> ServerStage::populate(const std::vector<StagePerson> &people, const QString &password)
{
    const auto good = [](const Result<Reply> &reply, const QString &what) -> Result<> {
        if (!reply)
            return std::unexpected(reply.error());
        if (reply->status >= 300)
            return fail(Errc::Refused, u"%1: %2 %3"_s.arg(what)
                                           .arg(reply->status)
                                           .arg(reply->body.value(u"detail"_s).toString()));
        return {};
    };
    TRY(good(call("POST", u"/v1/setup"_s,
                  {{u"code"_s, m_code},
                   {u"user"_s, u"admin"_s},
                   {u"name"_s, u"管理员"_s},
                   {u"password"_s, password}}),
             u"the first administrator"_s));
    sync::SystemRandom random;
    const sync::KeyPair keys = sync::makeKeyPair(random);
    const auto session = call("POST", u"/v1/session"_s,
                              {{u"user"_s, u"admin"_s},
                               {u"password"_s, password},
                               {u"device"_s, QString::fromLatin1(random.bytes(16).toHex())},
                               {u"device_key"_s, QString::fromLatin1(keys.publicKey.toBase64())},
                               {u"desk"_s, u"管理席"_s}});
    TRY(good(session, u"the administrator's sign-in"_s));
    const QByteArray token = session->body.value(u"access"_s).toString().toLatin1();
    for (const StagePerson &person : people) {
        TRY(good(call("POST", u"/v1/admin/users"_s,
                      {{u"user"_s, person.user},
                       {u"name"_s, person.name},
                       {u"roles"_s, QJsonArray::fromStringList(person.roles)},
                       {u"areas"_s, QJsonArray{u"*"_s}},
                       {u"password"_s, password}},
                      token),
                 person.user));
    }
    return good(call("DELETE", u"/v1/session"_s, {}, token), u"the administrator's sign-out"_s);
}

Result<QJsonObject> ServerStage::ask(const QString &path)
{
    TRY_ASSIGN(const Reply reply, call("GET", path, {}));
    return reply.body;
}

int ServerStage::stop()
{
    m_process.terminate();
    if (!m_process.waitForFinished(patience)) {
        m_process.kill();
        m_process.waitForFinished(patience);
        return -1;
    }
    return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
}

} // namespace leeward::demo
