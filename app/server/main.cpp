#include "app/server/options.h"
#include "app/server/past_options.h"
#include "app/server/service_notice.h"
#include "app/server/stop_signal.h"

#include "server/accounts/certificate.h"
#include "server/accounts/sqlite_account_store.h"
#include "server/postgres/pg_account_store.h"
#include "server/postgres/pg_journal.h"
#include "server/postgres/pg_past.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSslCertificate>
#include <QSslKey>

#include <cstdio>

using namespace Qt::StringLiterals;
using leeward::Errc;
using leeward::Error;
using leeward::Result;
using leeward::app::ServerCall;
namespace server = leeward::server;

namespace {

// One JSON object a line, for journald and what reads it.
void logAsJson(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    const char *level = type == QtDebugMsg     ? "debug"
                        : type == QtInfoMsg    ? "info"
                        : type == QtWarningMsg ? "warning"
                                               : "error";
    const QJsonObject line = {{u"at"_s, leeward::toIso(leeward::SystemClock().now())},
                              {u"level"_s, QLatin1StringView(level)},
                              {u"category"_s, QString::fromLatin1(context.category)},
                              {u"text"_s, text}};
    std::fprintf(stderr, "%s\n", QJsonDocument(line).toJson(QJsonDocument::Compact).constData());
}

int complain(const Error &error)
{
    std::fprintf(stderr, "leeward-server: %s: %s\n", qPrintable(leeward::errcName(error.code)),
                 qPrintable(error.detail));
    return 3;
}

int makeCertificate(const ServerCall &call)
{
    server::CertificateNames names;
    names.organisation = call.options.name;
    for (const QString &name : call.names)
        (QHostAddress(name).isNull() ? names.hosts : names.addresses) += name;
    const auto now = leeward::SystemClock().now();
    const QString &folder = call.certificateFolder;
    const auto made = QFile::exists(folder + u"/ca.pem"_s)
                          ? server::makeServerCertificate(folder, names, now)
                          : server::makeCertificates(folder, names, now);
    if (!made)
        return complain(made.error());
    const auto print = server::fingerprint(folder + u"/ca.pem"_s);
    std::printf("%s\n%s\n", qPrintable(folder + u"/ca.pem"_s), print ? qPrintable(*print) : "");
    return 0;
}

Result<QSslConfiguration> tlsOf(const ServerCall &call)
{
    const QString &folder = call.certificateFolder;
    QFile keyFile(folder + u"/server.key"_s);
    const auto chain = QSslCertificate::fromPath(folder + u"/server.pem"_s);
    if (chain.isEmpty() || !keyFile.open(QIODevice::ReadOnly)) {
        return leeward::fail(Errc::FileMissing,
                             u"no certificate in %1: make one with --make-certificate, or serve "
                             "this machine alone with --insecure"_s.arg(folder));
    }
    const QSslKey key(&keyFile, QSsl::Ec);
    if (key.isNull())
        return leeward::fail(Errc::FileMalformed, keyFile.fileName());
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setLocalCertificateChain(chain);
    tls.setPrivateKey(key);
    tls.setPeerVerifyMode(QSslSocket::VerifyNone); // consoles are known by their tokens
    tls.setProtocol(QSsl::TlsV1_2OrLater);
    return tls;
}

// The one who installs the server reads it here, and nobody else can.
void offerSetup(server::Server &running, QObject *context)
{
    running.accounts().ask<QString>(
        [](server::Accounts &accounts) -> Result<QString> {
            TRY_ASSIGN(const bool needed, accounts.needsFirstAdministrator());
            return needed ? accounts.newSetupCode() : Result<QString>(QString());
        },
        context,
        [](const Result<QString> &code) {
            if (code && !code->isEmpty()) {
                std::printf("first administrator: set up with code %s\n", qPrintable(*code));
                std::fflush(stdout);
            }
        });
}

// The people of all processes on this database. Those of a server that was alone move in with the
// first one; its file is put aside, so that nobody takes it for what is true now.
Result<std::unique_ptr<server::AccountStore>> sharedAccounts(const QString &url,
                                                             const QString &file)
{
    TRY_ASSIGN(auto shared, server::PgAccountStore::open({.url = url}));
    TRY_ASSIGN(const auto there, shared->users());
    if (there.empty() && QFile::exists(file)) {
        {
            TRY_ASSIGN(const auto alone, server::SqliteAccountStore::open(file));
            TRY(server::moveAccounts(*alone, *shared));
        }
        if (!QFile::rename(file, file + u".moved"_s))
            return leeward::fail(Errc::FileUnwritable, file);
        qInfo("the accounts of %s are in PostgreSQL now", qPrintable(file));
    }
    return std::unique_ptr<server::AccountStore>(std::move(shared));
}

int serve(ServerCall call)
{
    const leeward::SystemClock clock;
    leeward::sync::SystemRandom random;
    if (!call.plain) {
        auto tls = tlsOf(call);
        if (!tls)
            return complain(tls.error());
        call.options.tls = *tls;
    } else if (!call.options.address.isLoopback()) {
        std::fputs("leeward-server: --insecure on an address that others reach: passwords and "
                   "orders travel in clear\n",
                   stderr);
    }
    if (!call.journal.isEmpty()) {
        call.options.journal =
            [url = call.journal](const QString &realm,
                                 const QString &file) -> Result<std::unique_ptr<server::Journal>> {
            TRY(server::bringCopy({.url = url}, realm, file));
            TRY_ASSIGN(auto journal,
                       server::PgJournal::open({.address = {.url = url}, .realm = realm}));
            return std::unique_ptr<server::Journal>(std::move(journal));
        };
        call.options.accountStore = [url = call.journal](const QString &file) {
            return sharedAccounts(url, file);
        };
    }
    auto running = server::Server::start(std::move(call.options), clock, random);
    if (!running)
        return complain(running.error());
    std::printf("listening on port %d\n", (*running)->port());
    std::fflush(stdout);
    leeward::app::ServiceNotice service;
    leeward::app::StopSignal stop;
    QObject::connect(&stop, &leeward::app::StopSignal::asked, running->get(),
                     [&service, server = running->get()] {
                         service.stopping();
                         server->stop();
                     });
    QObject::connect(running->get(), &server::Server::stopped, qApp, &QCoreApplication::quit);
    offerSetup(**running, &stop);
    service.ready("listening on port " + QByteArray::number((*running)->port()));
    return QCoreApplication::exec();
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"leeward-server"_s);
    if (leeward::app::isPastCall(QCoreApplication::arguments())) {
        int exitCode = 0;
        const auto past = leeward::app::readPastCall(QCoreApplication::arguments(), exitCode);
        return past ? leeward::app::runPastCall(*past) : exitCode;
    }
    ServerCall call = leeward::app::readServerCall(QCoreApplication::arguments());
    if (call.jsonLog)
        qInstallMessageHandler(logAsJson);
    switch (call.what) {
    case ServerCall::What::Leave: return call.exitCode;
    case ServerCall::What::MakeCertificate: return makeCertificate(call);
    case ServerCall::What::Serve: return serve(std::move(call));
    }
    return 70;
}
