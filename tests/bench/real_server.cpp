#include "tests/bench/real_server.h"

#include "server/http/server.h"
#include "tests/support/makers.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QEventLoop>
#include <QFile>
#include <QJsonObject>
#include <QNetworkReply>
#include <QPromise>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace leeward::bench {

using namespace Qt::StringLiterals;
using test::must;

namespace {
const QString password = u"only for the bench 2026"_s;
}

void waitUntil(const std::function<bool()> &done, const char *what, int milliseconds)
{
    if (done())
        return;
    const QDeadlineTimer deadline(milliseconds);
    QEventLoop loop;
    QTimer look;
    QObject::connect(&look, &QTimer::timeout, &loop, [&] {
        if (deadline.hasExpired())
            qFatal("%s takes too long", what);
        if (done())
            loop.quit();
    });
    look.start(2);
    loop.exec();
}

RealServer::RealServer()
{
    if (!m_folder.isValid())
        qFatal("no temporary folder");
    makePerson();
}

RealServer::~RealServer()
{
    stop();
}

QString RealServer::journalPath() const
{
    return m_folder.filePath(u"realms/live.journal"_s);
}

// Through a server in this process: the door that a first administrator comes through gives no
// right to work in a realm.
void RealServer::makePerson()
{
    const SystemClock clock;
    sync::SystemRandom random;
    server::ServerOptions options;
    options.folder = m_folder.path();
    const auto running = must(server::Server::start(options, clock, random), "server");
    QObject here;
    bool made = false;
    running->accounts().ask<bool>(
        [](server::Accounts &accounts) -> Result<bool> {
            TRY_ASSIGN(const QString code, accounts.newSetupCode());
            TRY_ASSIGN(const auto verifier, sync::makeVerifier(QString::fromLatin1(user), password,
                                                               sync::cheapestHashLimits()));
            TRY(accounts.createFirstAdministrator(
                code,
                {QString::fromLatin1(user),
                 u"Bench"_s,
                 {Role::Administrator, Role::Commander, Role::Dispatcher, Role::DutyOfficer},
                 {u"*"_s}},
                verifier, {}));
            return true;
        },
        &here, [&made](const Result<bool> &answer) { made = must(Result<bool>(answer)); });
    waitUntil([&] { return made; }, "the first account");
}

void RealServer::start()
{
    m_process.setProcessChannelMode(QProcess::SeparateChannels);
    m_process.start(QCoreApplication::applicationDirPath() + u"/leeward-server"_s,
                    {u"--folder"_s, m_folder.path(), u"--port"_s, u"0"_s, u"--insecure"_s});
    QByteArray said;
    waitUntil(
        [&] {
            said += m_process.readAllStandardOutput();
            if (m_process.state() == QProcess::NotRunning)
                qFatal("leeward-server: %s", m_process.readAllStandardError().constData());
            return said.contains('\n');
        },
        "the start of the server");
    m_port = said.simplified().split(' ').at(3).toUShort();
}

void RealServer::stop()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.terminate();
    if (!m_process.waitForFinished(60'000))
        m_process.kill();
    m_process.waitForFinished();
}

QByteArray RealServer::send(const QByteArray &verb, const QString &path, const QByteArray &token,
                            const QByteArray &body)
{
    QNetworkRequest request(QUrl(u"http://127.0.0.1:%1%2"_s.arg(m_port).arg(path)));
    if (!token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + token);
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    const std::unique_ptr<QNetworkReply> reply(m_network.sendCustomRequest(request, verb, body));
    waitUntil([&] { return reply->isFinished(); }, qPrintable(path));
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const QByteArray answer = reply->readAll();
    if (status / 100 != 2)
        qFatal("%s: %d %s", qPrintable(path), status, answer.constData());
    return answer;
}

QByteArray RealServer::get(const QString &path, const QByteArray &token)
{
    return send("GET", path, token, {});
}

QByteArray RealServer::signIn(const QString &desk)
{
    sync::SystemRandom random;
    const QByteArray key = sync::makeKeyPair(random).publicKey;
    const QJsonObject body{{u"user"_s, QString::fromLatin1(user)},
                           {u"password"_s, password},
                           {u"device"_s, QString(desk + u"-0123456789abcdef"_s)},
                           {u"device_key"_s, QString::fromLatin1(key.toBase64())},
                           {u"desk"_s, desk}};
    const QByteArray answer =
        send("POST", u"/v1/session"_s, {}, QJsonDocument(body).toJson(QJsonDocument::Compact));
    return QJsonDocument::fromJson(answer).object().value("access"_L1).toString().toLatin1();
}

sync::Peer RealServer::peer() const
{
    return must(sync::Peer::create({.server = QUrl(u"http://127.0.0.1:%1"_s.arg(m_port))}, {}),
                "peer");
}

sync::TokenSource RealServer::always(const QByteArray &token)
{
    return [token](const QByteArray &) {
        QPromise<Result<QByteArray>> promise;
        promise.start();
        promise.addResult(Result<QByteArray>(token));
        promise.finish();
        return promise.future();
    };
}

double RealServer::cpuSeconds() const
{
    QFile file(u"/proc/%1/stat"_s.arg(m_process.processId()));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no /proc");
    const QByteArray line = file.readAll();
    const auto words = line.mid(line.lastIndexOf(')') + 2).split(' ');
    return (words.at(11).toDouble() + words.at(12).toDouble()) /
           static_cast<double>(sysconf(_SC_CLK_TCK));
}

double RealServer::residentKb() const
{
    QFile file(u"/proc/%1/status"_s.arg(m_process.processId()));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no /proc");
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (line.startsWith("VmRSS:"))
            return line.mid(6).simplified().split(' ').front().toDouble();
    }
    qFatal("no VmRSS");
}

int report(const QJsonObject &result, bool good)
{
    std::fputs(QJsonDocument(result).toJson().constData(), stdout);
    return good ? 0 : 1;
}

double median(std::vector<double> values)
{
    return percentile(std::move(values), 0.5);
}

double percentile(std::vector<double> values, double part)
{
    std::ranges::sort(values);
    const auto last = static_cast<double>(values.size() - 1);
    return values[static_cast<size_t>(last * part + 0.5)];
}

} // namespace leeward::bench
