#include "tests/http/hall.h"

#include <QFileInfo>
#include <QProcess>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

struct Ended
{
    int code = -1;
    QByteArray out;
    QByteArray err;
    [[nodiscard]] QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

// leewardctl against the server of this process, whose event loop goes on meanwhile.
Ended run(const QStringList &words, const QByteArray &input = {})
{
    QProcess process;
    QSignalSpy finished(&process, &QProcess::finished);
    process.start(QStringLiteral(LEEWARD_CTL), QStringList{u"server"_s} + words);
    process.write(input);
    process.closeWriteChannel();
    if (!finished.wait(60'000) || process.exitStatus() != QProcess::NormalExit)
        qFatal("leewardctl server %s: %s", qPrintable(words.join(u' ')),
               qPrintable(process.errorString()));
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

struct CtlHall : Hall
{
    explicit CtlHall(bool populated = true)
    {
        if (populated)
            start();
        else
            server = must(server::Server::start(options, clock, random));
        url = u"http://127.0.0.1:%1"_s.arg(server->port());
        session = folder.path(u"root.session"_s);
    }
    [[nodiscard]] Ended login(const QString &user = u"root"_s)
    {
        return run({u"login"_s, u"--url"_s, url, u"--user"_s, user, u"--password-file"_s, u"-"_s,
                    u"--session-file"_s, session},
                   password().toUtf8() + '\n');
    }
    [[nodiscard]] Ended does(const QStringList &words, const QByteArray &input = {})
    {
        return run(words + QStringList{u"--session-file"_s, session}, input);
    }
    QString url;
    QString session;
};

QStringList valuesOf(const QJsonValue &list, const QString &key)
{
    QStringList values;
    for (const auto &item : list.toArray())
        values += item[key].toString();
    return values;
}

} // namespace

class TestCtlServer : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    // From a server that nobody has set up to one that works, by script.
    void settingUp()
    {
        CtlHall hall(false);
        const QString code = must(
            hall.ask<QString>([](server::Accounts &accounts) { return accounts.newSetupCode(); }));
        const QStringList words = {u"setup"_s,           u"--url"_s,  hall.url,
                                   u"--user"_s,          u"root"_s,   u"--code"_s,
                                   u"XXXXX-XXXXX"_s,     u"--name"_s, u"管理员"_s,
                                   u"--password-file"_s, u"-"_s};
        const Ended wrong = run(words, password().toUtf8());
        QCOMPARE(wrong.code, 3);
        QVERIFY(wrong.err.contains("refused"));
        QStringList right = words;
        right[6] = code;
        QCOMPARE(run(right, password().toUtf8()).code, 0);
        QCOMPARE(hall.login().code, 0);
        QCOMPARE(valuesOf(hall.does({u"users"_s}).json()[u"users"_s], u"user"_s),
                 QStringList{u"root"_s});
    }

    void thePeople()
    {
        CtlHall hall;
        const Ended in = hall.login();
        QVERIFY2(in.code == 0, in.err.constData());
        QCOMPARE(in.json().value(u"roles"_s).toArray(), QJsonArray{u"administrator"_s});
        QCOMPARE(QFileInfo(hall.session).permissions() &
                     (QFileDevice::ReadGroup | QFileDevice::ReadOther | QFileDevice::WriteGroup |
                      QFileDevice::WriteOther),
                 QFileDevice::Permissions());
        const QByteArray word = "一个很长的新口令 2026\n";
        const Ended made = hall.does({u"add-user"_s, u"陈立"_s, u"--name"_s, u"陈 立"_s,
                                      u"--roles"_s, u"dispatcher,duty_officer"_s, u"--areas"_s,
                                      u"3302,330300"_s, u"--password-file"_s, u"-"_s},
                                     word);
        QVERIFY2(made.code == 0, made.err.constData());
        // Every word of the list does what it says, seen by the next.
        const auto chen = [&]() -> QJsonObject {
            for (const auto &user : hall.does({u"users"_s}).json()[u"users"_s].toArray()) {
                if (user[u"user"_s].toString().startsWith(u"陈立"_s))
                    return user.toObject();
            }
            return {};
        };
        QCOMPARE(chen().value(u"areas"_s).toArray(), (QJsonArray{u"3302"_s, u"3303"_s}));
        QCOMPARE(hall.does({u"set-rights"_s, u"陈立"_s, u"--roles"_s, u"observer"_s, u"--areas"_s,
                            u"*"_s})
                     .code,
                 0);
        QCOMPARE(chen().value(u"roles"_s).toArray(), QJsonArray{u"observer"_s});
        QCOMPARE(hall.does({u"disable-user"_s, u"陈立"_s}).code, 0);
        QCOMPARE(chen().value(u"disabled"_s).toBool(), true);
        QCOMPARE(hall.does({u"enable-user"_s, u"陈立"_s}).code, 0);
        QCOMPARE(chen().value(u"disabled"_s).toBool(true), false);
        QCOMPARE(hall.does({u"rename-user"_s, u"陈立"_s, u"--to"_s, u"陈立2"_s}).code, 0);
        QCOMPARE(chen().value(u"user"_s).toString(), u"陈立2"_s);
        QCOMPARE(
            hall.does({u"set-password"_s, u"陈立2"_s, u"--password-file"_s, u"-"_s}, word).code, 0);
        HttpClient client(hall.server->port());
        for (int i = 0; i < 5; ++i)
            QCOMPARE(hall.signIn(client, u"陈立2"_s, u"wrong one here"_s).status, 401);
        QCOMPARE(chen().value(u"locked_for"_s).toInt(), 30);
        QCOMPARE(hall.does({u"unlock-user"_s, u"陈立2"_s}).code, 0);
        QCOMPARE(chen().value(u"locked_for"_s).toInt(), 0);
        const QJsonValue audit = hall.does({u"audit"_s, u"--after"_s, u"3"_s}).json()[u"audit"_s];
        QCOMPARE(audit[0][u"seq"_s].toInt(), 4);
        QVERIFY(valuesOf(audit, u"what"_s).contains(u"user.unlocked"_s));
    }

    void devicesSessionsProgramsRealms()
    {
        CtlHall hall;
        QCOMPARE(hall.login().code, 0);
        const auto anna = hall.clientOf(u"anna"_s);
        const auto otto = hall.clientOf(u"otto"_s);
        const QJsonValue sessions = hall.does({u"sessions"_s}).json()[u"sessions"_s];
        const QStringList users = valuesOf(sessions, u"user"_s);
        QCOMPARE(users.count(u"anna"_s), 1);
        QCOMPARE(
            hall.does({u"end-session"_s, sessions[users.indexOf(u"anna"_s)][u"id"_s].toString()})
                .code,
            0);
        QCOMPARE(anna->get(u"/v1/realms"_s).status, 401);
        QCOMPARE(hall.does({u"revoke-device"_s, Hall::deviceId(u"otto"_s)}).code, 0);
        QCOMPARE(otto->get(u"/v1/realms"_s).status, 401);
        QVERIFY(valuesOf(hall.does({u"devices"_s}).json()[u"devices"_s], u"id"_s)
                    .contains(Hall::deviceId(u"otto"_s)));

        const Ended made = hall.does({u"add-app-key"_s, u"qgis"_s, u"--days"_s, u"30"_s});
        QVERIFY2(made.code == 0, made.err.constData());
        HttpClient program(hall.server->port());
        program.token = made.json().value(u"key"_s).toString().toLatin1();
        QCOMPARE(program.get(u"/ogc"_s).status, 200);
        const QJsonValue keys = hall.does({u"app-keys"_s}).json()[u"app_keys"_s];
        QCOMPARE(hall.does({u"revoke-app-key"_s, keys[0][u"id"_s].toString()}).code, 0);
        QCOMPARE(program.get(u"/ogc"_s).status, 401);

        QCOMPARE(hall.does({u"add-realm"_s, u"drill-1"_s, u"--kind"_s, u"drill"_s, u"--mark"_s,
                            u"演练"_s})
                     .code,
                 0);
        QCOMPARE(hall.does({u"retire-realm"_s, u"drill-1"_s}).code, 0);
        const QJsonValue realms = hall.does({u"realms"_s}).json()[u"realms"_s];
        QCOMPARE(valuesOf(realms, u"kind"_s), (QStringList{u"drill"_s, u"live"_s}));
        QCOMPARE(realms[0][u"retired"_s].toBool(), true);
        QCOMPARE(hall.does({u"reopen-realm"_s, u"drill-1"_s}).code, 0);
    }

    // The same device again and again, so that a nightly script is one line of the server's list.
    void oneDevice()
    {
        CtlHall hall;
        QCOMPARE(hall.login().code, 0);
        QCOMPARE(hall.login().code, 0);
        QCOMPARE(hall.does({u"devices"_s}).json()[u"devices"_s].toArray().size(), 1);
        QCOMPARE(hall.does({u"logout"_s}).code, 0);
        QVERIFY(!QFile::exists(hall.session));
    }

    // Two scripts at the same moment: a refresh token serves once, and neither loses the session.
    void twoAtOnce()
    {
        CtlHall hall;
        QCOMPARE(hall.login().code, 0);
        std::vector<std::unique_ptr<QProcess>> processes;
        for (int i = 0; i < 4; ++i) {
            processes.push_back(std::make_unique<QProcess>());
            processes.back()->start(QStringLiteral(LEEWARD_CTL),
                                    {u"server"_s, u"users"_s, u"--session-file"_s, hall.session});
        }
        for (const auto &process : processes) {
            QTRY_VERIFY_WITH_TIMEOUT(process->state() == QProcess::NotRunning, 30'000);
            QVERIFY2(process->exitCode() == 0, process->readAllStandardError().constData());
        }
        QCOMPARE(hall.audited(u"token.reused"_s), 0);
    }

    void whatIsRefused_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("no word") << QStringList() << 2 << QByteArray("Usage");
        QTest::newRow("a word that is none") << QStringList{u"dance"_s} << 2 << QByteArray("Usage");
        QTest::newRow("no subject") << QStringList{u"unlock-user"_s} << 2 << QByteArray("NAME");
        QTest::newRow("too many") << QStringList{u"users"_s, u"all"_s} << 2 << QByteArray("words");
        QTest::newRow("an option missing")
            << QStringList{u"set-rights"_s, u"otto"_s} << 2 << QByteArray("--roles");
        QTest::newRow("no number") << QStringList{u"add-app-key"_s, u"x"_s, u"--days"_s, u"many"_s}
                                   << 2 << QByteArray("number");
        QTest::newRow("nobody") << QStringList{u"unlock-user"_s, u"none"_s} << 3
                                << QByteArray("not-found");
        QTest::newRow("another path") << QStringList{u"unlock-user"_s, u"../realms/live?x"_s} << 2
                                      << QByteArray("name of nothing");
        QTest::newRow("a name that needs encoding")
            << QStringList{u"unlock-user"_s, u"100% 陈"_s} << 3 << QByteArray("not-found");
        QTest::newRow("no role") << QStringList{u"set-rights"_s, u"otto"_s,    u"--roles"_s,
                                                u"king"_s,       u"--areas"_s, u"*"_s}
                                 << 2 << QByteArray("king");
        QTest::newRow("the last administrator")
            << QStringList{u"disable-user"_s, u"root"_s} << 3 << QByteArray("administer");
        QTest::newRow("no password file")
            << QStringList{u"set-password"_s, u"otto"_s, u"--password-file"_s,
                           u"/nonexistent/file"_s}
            << 3 << QByteArray("file-missing");
    }
    void whatIsRefused()
    {
        QFETCH(const QStringList, words);
        QFETCH(const int, code);
        QFETCH(const QByteArray, said);
        CtlHall hall;
        hall.setRights(u"anna"_s, {Role::Commander}, {u"*"_s});
        QCOMPARE(hall.login().code, 0);
        const Ended ended = words.isEmpty() ? run({}) : hall.does(words);
        QVERIFY2(ended.code == code && ended.err.contains(said), ended.err.constData());
        QVERIFY(ended.out.isEmpty());
    }

    void withoutASession()
    {
        CtlHall hall;
        const Ended ended = hall.does({u"users"_s});
        QCOMPARE(ended.code, 3);
        QVERIFY(ended.err.contains("login"));
        const Ended wrong = run({u"login"_s, u"--url"_s, hall.url, u"--user"_s, u"root"_s,
                                 u"--password-file"_s, u"-"_s, u"--session-file"_s, hall.session},
                                "not the right one");
        QCOMPARE(wrong.code, 3);
        QVERIFY(!QFile::exists(hall.session));
        const Ended noServer =
            run({u"login"_s, u"--url"_s, u"http://127.0.0.1:1"_s, u"--user"_s, u"root"_s,
                 u"--password-file"_s, u"-"_s, u"--session-file"_s, hall.session},
                "not the right one");
        QCOMPARE(noServer.code, 3);
        QVERIFY(noServer.err.contains("(network)"));
        // Who is no administrator is told so.
        QCOMPARE(hall.login(u"otto"_s).code, 0);
        const Ended otto = hall.does({u"users"_s});
        QCOMPARE(otto.code, 3);
        QVERIFY(otto.err.contains("administrator"));
    }
};

QTEST_GUILESS_MAIN(TestCtlServer)
#include "tst_ctl_server.moc"
