#include "app/server/options.h"

#include <QCommandLineParser>

#include <cstdio>

namespace leeward::app {

using namespace Qt::StringLiterals;

namespace {

ServerCall complain(const QString &words)
{
    std::fprintf(stderr, "leeward-server: %s\n", qPrintable(words));
    return {.what = ServerCall::What::Leave, .exitCode = 2};
}

} // namespace

ServerCall readServerCall(const QStringList &words)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"The central server of Leeward: keeps all desks of a city equal. Needs a folder and, "
        "unless it serves this machine alone, certificates (--make-certificate). Of its past: "
        "leeward-server backup|restore|verify|archive --help."_s);
    const QCommandLineOption folder(u"folder"_s, u"Where realms and accounts are kept."_s,
                                    u"FOLDER"_s);
    const QCommandLineOption listen(u"listen"_s, u"Address to listen on (default 127.0.0.1)."_s,
                                    u"ADDRESS"_s, u"127.0.0.1"_s);
    const QCommandLineOption port(u"port"_s, u"Port (default 7443; 0: any free one, printed)."_s,
                                  u"PORT"_s, u"7443"_s);
    const QCommandLineOption certificates(
        u"certificates"_s, u"Folder with server.key and server.pem (default FOLDER/tls)."_s,
        u"FOLDER"_s);
    const QCommandLineOption make(
        u"make-certificate"_s,
        u"Make an authority and a certificate for these host names and addresses, by comma, and "
        "leave."_s,
        u"NAMES"_s);
    const QCommandLineOption plain(u"insecure"_s,
                                   u"Plain HTTP: for this machine, or behind a TLS proxy."_s);
    const QCommandLineOption journal(
        u"journal"_s, u"Shared journal: postgresql://USER@HOST/DATABASE."_s, u"URL"_s);
    const QCommandLineOption publicUrl(
        u"public-url"_s,
        u"Address under which open data is read when a proxy stands before it, e.g. "
        "https://data.hall.example."_s,
        u"URL"_s);
    const QCommandLineOption name(u"name"_s, u"What consoles call this server."_s, u"NAME"_s,
                                  u"leeward"_s);
    const QCommandLineOption log(u"log"_s, u"Form of the log: text (default) or json."_s, u"FORM"_s,
                                 u"text"_s);
    parser.addOptions(
        {folder, listen, port, certificates, make, plain, journal, publicUrl, name, log});
    const QCommandLineOption help = parser.addHelpOption();
    const QCommandLineOption version = parser.addVersionOption();
    if (!parser.parse(words))
        return complain(parser.errorText());
    if (parser.isSet(help) || parser.isSet(version)) {
        const QString text = parser.isSet(help)
                                 ? parser.helpText()
                                 : QStringLiteral("leeward-server " LEEWARD_VERSION "\n");
        std::fputs(qPrintable(text), stdout);
        return {.what = ServerCall::What::Leave, .exitCode = 0};
    }
    if (!parser.positionalArguments().isEmpty())
        return complain(u"unknown word: "_s + parser.positionalArguments().constFirst());
    if (!parser.isSet(folder))
        return complain(u"--folder is missing"_s);

    ServerCall call;
    call.options.folder = parser.value(folder);
    call.options.name = parser.value(name);
    call.certificateFolder =
        parser.isSet(certificates) ? parser.value(certificates) : call.options.folder + u"/tls"_s;
    call.journal = parser.value(journal);
    call.plain = parser.isSet(plain);
    call.options.publicUrl = parser.value(publicUrl);
    while (call.options.publicUrl.endsWith(u'/'))
        call.options.publicUrl.chop(1);
    if (!call.options.publicUrl.isEmpty() && !call.options.publicUrl.startsWith("http"_L1))
        return complain(u"--public-url must be an http address"_s);
    call.jsonLog = parser.value(log) == "json"_L1;
    if (!call.jsonLog && parser.value(log) != "text"_L1)
        return complain(u"--log is text or json"_s);
    if (parser.isSet(make)) {
        call.what = ServerCall::What::MakeCertificate;
        call.names = parser.value(make).split(u',', Qt::SkipEmptyParts);
        return call.names.isEmpty() ? complain(u"--make-certificate needs names"_s) : call;
    }
    bool good = false;
    const uint number = parser.value(port).toUInt(&good);
    if (!good || number > 65535)
        return complain(u"no port: "_s + parser.value(port));
    call.options.port = static_cast<quint16>(number);
    call.options.address = QHostAddress(parser.value(listen));
    if (call.options.address.isNull())
        return complain(u"no address: "_s + parser.value(listen));
    if (!call.journal.isEmpty() && !call.journal.startsWith("postgresql://"_L1))
        return complain(u"--journal must be a postgresql:// address"_s);
    return call;
}

} // namespace leeward::app
