#include "app/ctl/server_commands.h"

#include "app/ctl/command.h"
#include "app/ctl/server_client.h"

#include <QCommandLineParser>
#include <QFile>
#include <QJsonArray>
#include <QSysInfo>
#include <QUrlQuery>

#include <algorithm>
#include <cstdio>

namespace leeward::ctl {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 longestPasswordFile = 4096;
constexpr auto renewBefore = std::chrono::seconds(30); // the way there takes time, too

// How a word of the command line travels.
enum class As
{
    Text,
    List,     // by comma
    Number,   // whole
    Flag,     // true when it is there
    Password, // the first line of the file that is named
    Query,    // of the address and not of the body
};
struct Word
{
    const char *option;
    const char *key; // in the body
    As as;
    bool needed;
    const char *help;
};

// One thing to ask for. A star in the path is the SUBJECT.
struct Deed
{
    const char *name;
    const char *subject; // what it is called in the help; empty = there is none
    const char *method;
    const char *path;
    const char *list;  // what the answer's list is called; empty = no list
    const char *fixed; // JSON that is always said
    std::vector<Word> words;
    const char *help;
};

const std::vector<Deed> &deeds()
{
    static const Word roles{"roles", "roles", As::List, true,
                            "observer duty_officer dispatcher commander drill_director "
                            "administrator; by comma, empty for none"};
    static const Word areas{"areas", "areas", As::List, true, "Division codes by comma, * = all"};
    static const Word password{"password-file", "password", As::Password, true,
                               "File whose first line is the password; - reads standard input"};
    static const Word shown{"name", "name", As::Text, false, "As it is shown"};
    static const std::vector<Deed> all = {
        {"users", "", "GET", "users", "users", "", {}, "list people"},
        {"add-user",
         "NAME",
         "POST",
         "users",
         "",
         "",
         {shown, roles, areas, password},
         "make somebody an account"},
        {"set-rights",
         "NAME",
         "PATCH",
         "users/*",
         "",
         "",
         {roles, areas},
         "change somebody's roles and areas"},
        {"rename-user",
         "NAME",
         "PATCH",
         "users/*",
         "",
         "",
         {{"to", "user", As::Text, true, "The new name"}, shown},
         "change somebody's name"},
        {"disable-user",
         "NAME",
         "PATCH",
         "users/*",
         "",
         R"({"disabled":true})",
         {},
         "let somebody in no more"},
        {"enable-user",
         "NAME",
         "PATCH",
         "users/*",
         "",
         R"({"disabled":false})",
         {},
         "let somebody in again"},
        {"set-password",
         "NAME",
         "POST",
         "users/*/password",
         "",
         "",
         {password},
         "give somebody a new password"},
        {"unlock-user",
         "NAME",
         "POST",
         "users/*/unlock",
         "",
         "",
         {},
         "forget somebody's wrong passwords"},
        {"devices", "", "GET", "devices", "devices", "", {}, "list devices"},
        {"revoke-device", "ID", "DELETE", "devices/*", "", "", {}, "shut a device out for good"},
        {"sessions", "", "GET", "sessions", "sessions", "", {}, "list sign-ins"},
        {"end-session", "ID", "DELETE", "sessions/*", "", "", {}, "end a sign-in"},
        {"audit",
         "",
         "GET",
         "audit",
         "audit",
         "",
         {{"after", "after", As::Query, false, "Only records after this number"},
          {"limit", "limit", As::Query, false, "At most so many (1000)"}},
         "list what was done to accounts"},
        {"app-keys", "", "GET", "app-keys", "app_keys", "", {}, "list programs that may look"},
        {"add-app-key",
         "NAME",
         "POST",
         "app-keys",
         "",
         "",
         {{"days", "days", As::Number, false, "How long it is good (365)"},
          {"people", "sees_people", As::Flag, false, "Shows names and telephone numbers, too"}},
         "let a program look; its key is shown once"},
        {"revoke-app-key", "ID", "DELETE", "app-keys/*", "", "", {}, "shut a program out"},
        {"realms", "", "GET", "realms", "realms", "", {}, "list realms"},
        {"add-realm",
         "NAME",
         "POST",
         "realms",
         "",
         "",
         {{"kind", "kind", As::Text, true, "drill or live"},
          {"mark", "mark", As::Text, false, "What everything of the drill is marked with"}},
         "make a realm"},
        {"retire-realm",
         "NAME",
         "PATCH",
         "realms/*",
         "",
         R"({"retired":true})",
         {},
         "serve a realm no more; its files stay"},
        {"reopen-realm",
         "NAME",
         "PATCH",
         "realms/*",
         "",
         R"({"retired":false})",
         {},
         "serve it again"},
    };
    return all;
}

// --- words
// ----------------------------------------------------------------------------------------------------------

// Not "session": Qt takes that word for the desktop's own.
const QCommandLineOption sessionOption(u"session-file"_s, u"The session file; made by login."_s,
                                       u"file"_s);

std::optional<int> parse(QCommandLineParser &parser, const QStringList &words, const QString &name,
                         const QStringList &needed)
{
    if (const auto code = parseWords(parser, words, u"server "_s + name))
        return code;
    for (const QString &option : needed) {
        if (!parser.isSet(option))
            return complainUsage(u"--%1 is needed; see --help"_s.arg(option));
    }
    return std::nullopt;
}

Result<QString> passwordFrom(const QString &path)
{
    QFile file(path);
    const bool open = path == "-"_L1 ? file.open(stdin, QIODevice::ReadOnly)
                                     : file.exists() && file.open(QIODevice::ReadOnly);
    if (!open)
        return fail(file.exists() ? Errc::FileUnreadable : Errc::FileMissing, path);
    QByteArray line = file.readLine(longestPasswordFile);
    while (line.endsWith('\n') || line.endsWith('\r'))
        line.chop(1);
    if (line.isEmpty())
        return fail(Errc::FileMalformed, path + u": no password on its first line"_s);
    return QString::fromUtf8(line);
}

Result<QJsonValue> valueOf(const Word &word, const QString &text)
{
    switch (word.as) {
    case As::Text:
    case As::Query: return QJsonValue(text);
    case As::List:
        return QJsonValue(QJsonArray::fromStringList(text.split(u',', Qt::SkipEmptyParts)));
    case As::Flag: return QJsonValue(true);
    case As::Number: {
        bool good = false;
        const int number = text.toInt(&good);
        if (!good)
            return fail(Errc::InvalidArgument,
                        u"--%1 takes a number"_s.arg(QString::fromLatin1(word.option)));
        return QJsonValue(number);
    }
    case As::Password: {
        TRY_ASSIGN(const QString password, passwordFrom(text));
        return QJsonValue(password);
    }
    }
    return fail(Errc::Internal, u"a kind of word"_s);
}

// --- signing in and out
// ---------------------------------------------------------------------------------------------

void addServerOptions(QCommandLineParser &parser)
{
    parser.addOption({u"url"_s, u"The server, e.g. https://hall.example:7443."_s, u"url"_s});
    parser.addOption(
        {u"ca"_s, u"The hall's ca.pem; without it, what the system trusts."_s, u"file"_s});
    parser.addOption({u"insecure"_s, u"Plain HTTP to another machine."_s});
    parser.addOption({u"user"_s, u"Who signs in."_s, u"name"_s});
    parser.addOption({u"password-file"_s,
                      u"File whose first line is the password; - reads standard input."_s,
                      u"file"_s});
}

sync::Endpoint endpointOf(const QCommandLineParser &parser)
{
    return {.server = QUrl(parser.value(u"url"_s)),
            .caFile = parser.value(u"ca"_s),
            .insecure = parser.isSet(u"insecure"_s)};
}

Result<> keep(ServerSession &session, const ServerClient::Answered &answered)
{
    const QJsonObject said = answered.body.object();
    session.access = said.value("access"_L1).toString().toLatin1();
    session.refresh = said.value("refresh"_L1).toString().toLatin1();
    session.accessUntil = instantFromMs(said.value("access_until"_L1).toInteger());
    if (session.access.isEmpty() || session.refresh.isEmpty())
        return fail(Errc::FileMalformed, u"the server's answer is no session"_s);
    return {};
}

// The device stays the same from one login to the next, so that it is one in the server's list.
Result<QJsonObject> login(const QCommandLineParser &parser)
{
    const SystemClock clock;
    TRY_ASSIGN(const SessionFile file, SessionFile::lock(parser.value(sessionOption)));
    TRY_ASSIGN(const QString password, passwordFrom(parser.value(u"password-file"_s)));
    const sync::Endpoint endpoint = endpointOf(parser);
    TRY_ASSIGN(ServerClient client, ServerClient::create(endpoint, clock));
    sync::SystemRandom random;
    ServerSession session = file.read().value_or(ServerSession());
    if (session.device.isEmpty()) {
        session.device = QString::fromLatin1(random.bytes(16).toHex());
        session.key = sync::makeKeyPair(random);
    }
    session.server = parser.value(u"url"_s);
    session.caFile = endpoint.caFile;
    session.insecure = endpoint.insecure;
    session.user = parser.value(u"user"_s);
    TRY_ASSIGN(const auto answered,
               client.ask("POST", u"/v1/session"_s,
                          {{u"user"_s, session.user},
                           {u"password"_s, password},
                           {u"device"_s, session.device},
                           {u"device_key"_s, QString::fromLatin1(session.key.publicKey.toBase64())},
                           {u"desk"_s, QString(u"leewardctl "_s + QSysInfo::machineHostName())}},
                          {}));
    if (answered.status != 200)
        return std::unexpected(refusalOf(answered));
    TRY(keep(session, answered));
    TRY(file.write(session));
    return QJsonObject{{u"user"_s, session.user},
                       {u"roles"_s, answered.body.object().value("roles"_L1)},
                       {u"session"_s, parser.value(sessionOption)}};
}

// The first administrator, with the code that the server has printed.
Result<QJsonObject> setUp(const QCommandLineParser &parser)
{
    const SystemClock clock;
    TRY_ASSIGN(const QString password, passwordFrom(parser.value(u"password-file"_s)));
    TRY_ASSIGN(ServerClient client, ServerClient::create(endpointOf(parser), clock));
    TRY_ASSIGN(const auto answered, client.ask("POST", u"/v1/setup"_s,
                                               {{u"code"_s, parser.value(u"code"_s)},
                                                {u"user"_s, parser.value(u"user"_s)},
                                                {u"name"_s, parser.value(u"name"_s)},
                                                {u"password"_s, password}},
                                               {}));
    if (answered.status != 204)
        return std::unexpected(refusalOf(answered));
    return QJsonObject{{u"administrator"_s, parser.value(u"user"_s)}};
}

// An access token that is good for a while; the refreshed session is on the disk before it is used.
Result<> freshen(ServerSession &session, ServerClient &client, const SessionFile &file,
                 const Clock &clock)
{
    if (clock.now() + renewBefore < session.accessUntil)
        return {};
    TRY_ASSIGN(const QByteArray signature,
               sync::signBytes(sync::refreshMessage(session.device, session.refresh),
                               session.key.secretKey));
    TRY_ASSIGN(const auto answered,
               client.ask("POST", u"/v1/session/refresh"_s,
                          {{u"refresh"_s, QString::fromLatin1(session.refresh)},
                           {u"device"_s, session.device},
                           {u"signature"_s, QString::fromLatin1(signature.toBase64())}},
                          {}));
    if (answered.status != 200) {
        Error refused = refusalOf(answered);
        if (answered.status == 401)
            refused.detail += u"; sign in again with 'server login'"_s;
        return std::unexpected(refused);
    }
    TRY(keep(session, answered));
    return file.write(session);
}

// One signed-in question; a token that is refused is tried once more with a fresh one.
Result<ServerClient::Answered> asked(const SessionFile &file, const QByteArray &method,
                                     const QString &path, const QJsonObject &body)
{
    const SystemClock clock;
    TRY_ASSIGN(ServerSession session, file.read());
    TRY_ASSIGN(ServerClient client, ServerClient::create({.server = QUrl(session.server),
                                                          .caFile = session.caFile,
                                                          .insecure = session.insecure},
                                                         clock));
    TRY(freshen(session, client, file, clock));
    TRY_ASSIGN(auto answered, client.ask(method, path, body, session.access));
    if (answered.status == 401) { // this machine's clock is off, say
        session.accessUntil = {};
        TRY(freshen(session, client, file, clock));
        TRY_ASSIGN(answered, client.ask(method, path, body, session.access));
    }
    return answered;
}

Result<QJsonObject> logout(const QCommandLineParser &parser)
{
    TRY_ASSIGN(const SessionFile file, SessionFile::lock(parser.value(sessionOption)));
    TRY_ASSIGN(const auto answered, asked(file, "DELETE", u"/v1/session"_s, {}));
    if (answered.status != 204)
        return std::unexpected(refusalOf(answered));
    file.remove();
    return QJsonObject{{u"done"_s, true}};
}

// --- everything else
// ------------------------------------------------------------------------------------------------

Result<QJsonObject> perform(const Deed &deed, const QCommandLineParser &parser)
{
    QJsonObject body = QJsonDocument::fromJson(deed.fixed).object();
    QUrlQuery query;
    for (const Word &word : deed.words) {
        const QString option = QString::fromLatin1(word.option);
        if (!parser.isSet(option))
            continue;
        if (word.as == As::Query) {
            query.addQueryItem(option, parser.value(option));
            continue;
        }
        TRY_ASSIGN(const QJsonValue value, valueOf(word, parser.value(option)));
        body.insert(QString::fromLatin1(word.key), value);
    }
    const QString subject = parser.positionalArguments().value(0);
    QString path = u"/v1/admin/"_s + QString::fromLatin1(deed.path);
    if (path.contains(u'*') &&
        std::ranges::any_of(subject, [](QChar c) { return u"/?#"_s.contains(c); }))
        return fail(Errc::InvalidArgument, u"'%1' is the name of nothing"_s.arg(subject));
    if (path.contains(u'*'))
        path.replace(u'*', subject); // the client encodes it
    else if (*deed.subject)          // made, and not there yet: its name travels in the body
        body.insert(path.endsWith(u"users"_s) ? u"user"_s : u"name"_s, subject);
    if (!query.isEmpty())
        path += u'?' + query.toString(QUrl::FullyEncoded);
    TRY_ASSIGN(const SessionFile file, SessionFile::lock(parser.value(sessionOption)));
    TRY_ASSIGN(const auto answered, asked(file, deed.method, path, body));
    if (answered.status < 200 || answered.status > 299)
        return std::unexpected(refusalOf(answered));
    if (*deed.list)
        return QJsonObject{{QString::fromLatin1(deed.list), answered.body.array()}};
    return answered.body.isObject() ? answered.body.object() : QJsonObject{{u"done"_s, true}};
}

int told(const Result<QJsonObject> &outcome)
{
    if (!outcome)
        return complain(outcome.error());
    printJson(*outcome);
    return Ok;
}

int deedCommand(const Deed &deed, const QStringList &words)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QString::fromLatin1(deed.help));
    parser.addOption(sessionOption);
    QStringList needed = {u"session-file"_s};
    for (const Word &word : deed.words) {
        const QString name = QString::fromLatin1(word.option);
        QCommandLineOption option(name, QString::fromLatin1(word.help));
        if (word.as != As::Flag)
            option.setValueName(u"value"_s);
        parser.addOption(option);
        if (word.needed)
            needed += name;
    }
    if (*deed.subject)
        parser.addPositionalArgument(QString::fromLatin1(deed.subject), {});
    if (const auto left = parse(parser, words, QString::fromLatin1(deed.name), needed))
        return *left;
    if (parser.positionalArguments().size() != (*deed.subject ? 1 : 0))
        return complainUsage(*deed.subject
                                 ? u"one %1 is needed"_s.arg(QString::fromLatin1(deed.subject))
                                 : u"no more words are known here"_s);
    return told(perform(deed, parser));
}

void printUsage(std::FILE *to)
{
    std::fputs("Usage: leewardctl server WORD [SUBJECT] --session-file FILE [options]\n\n"
               "What an administrator does at a central server. Each has --help.\n\n"
               "  setup                  make the first administrator, with the server's code\n"
               "  login                  sign in; the session file serves all the others\n"
               "  logout                 sign out and remove the session file\n",
               to);
    for (const Deed &deed : deeds()) {
        const QByteArray head = QByteArray(deed.name) + ' ' + deed.subject;
        std::fprintf(to, "  %-22s %s\n", head.constData(), deed.help);
    }
}

} // namespace

int serverCommand(const QStringList &words)
{
    const QString what = words.value(1);
    const QStringList rest = words.mid(1);
    QCommandLineParser parser;
    if (what == "login"_L1) {
        addServerOptions(parser);
        parser.addOption(sessionOption);
        const auto left =
            parse(parser, rest, what, {u"url"_s, u"user"_s, u"password-file"_s, u"session-file"_s});
        return left ? *left : told(login(parser));
    }
    if (what == "setup"_L1) {
        addServerOptions(parser);
        parser.addOption(
            {u"code"_s, u"As the server has printed it at its first start."_s, u"code"_s});
        parser.addOption({u"name"_s, u"The name as it is shown."_s, u"name"_s});
        const auto left =
            parse(parser, rest, what, {u"url"_s, u"code"_s, u"user"_s, u"password-file"_s});
        return left ? *left : told(setUp(parser));
    }
    if (what == "logout"_L1) {
        parser.addOption(sessionOption);
        const auto left = parse(parser, rest, what, {u"session-file"_s});
        return left ? *left : told(logout(parser));
    }
    for (const Deed &deed : deeds()) {
        if (what == QLatin1StringView(deed.name))
            return deedCommand(deed, rest);
    }
    const bool asked = what == "--help"_L1 || what == "-h"_L1;
    printUsage(asked ? stdout : stderr);
    return asked ? Ok : Usage;
}

} // namespace leeward::ctl
