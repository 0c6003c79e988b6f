#include "app/console/command_options.h"
#include "app/console/desk_vault.h"

#include <QDir>
#include <QFileInfo>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace leeward;
using namespace Qt::StringLiterals;
using app::ServerChoice;

namespace {

constexpr auto address = "https://hall.example:7443";

// A key store that takes nothing, or gives nothing back.
class LockedStore final : public app::SecretStore
{
public:
    QFuture<Result<QByteArray>> read(const QString &key) override
    {
        return readable ? m_memory.read(key) : refuse<QByteArray>();
    }
    QFuture<Result<>> write(const QString &key, const QByteArray &secret) override
    {
        ++writes;
        return writable ? m_memory.write(key, secret) : refuse<void>();
    }
    QFuture<Result<>> remove(const QString &key) override { return m_memory.remove(key); }

    bool readable = true;
    bool writable = true;
    int writes = 0;

private:
    template <class T>
    static QFuture<Result<T>> refuse()
    {
        return QtFuture::makeReadyValueFuture(Result<T>(fail(Errc::Unsupported, u"locked"_s)));
    }
    app::MemorySecretStore m_memory;
};

template <class T>
T answer(const QFuture<T> &future)
{
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, 10'000))
        qFatal("no answer");
    return future.result();
}

} // namespace

// Which server a desk works at, what of it is remembered where.
class ServerChoiceTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("XDG_DATA_HOME", m_home->path().toUtf8());
    }

    void theCallDecides_data()
    {
        QTest::addColumn<bool>("remembered");
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QString>("server"); // address and realm; empty: stand-alone; "!": refused
        const QString live = QString(QLatin1StringView(address)) + u" live"_s;
        const QString other = u"https://other:1 live"_s;
        QTest::newRow("nothing") << false << QStringList() << QString();
        QTest::newRow("named") << false << QStringList{u"--server"_s, u"https://other:1"_s}
                               << other;
        QTest::newRow("remembered") << true << QStringList() << live;
        QTest::newRow("another") << true << QStringList{u"--server"_s, u"https://other:1"_s}
                                 << other;
        QTest::newRow("another realm") << true << QStringList{u"--realm"_s, u"drill"_s}
                                       << QString(QLatin1StringView(address)) + u" drill"_s;
        QTest::newRow("alone this once") << true << QStringList{u"--stand-alone"_s} << QString();
        QTest::newRow("a file of its own")
            << true << QStringList{u"--cache"_s, u"/tmp/x.leeward"_s} << QString();
        QTest::newRow("a file at a server")
            << true
            << QStringList{u"--cache"_s, u"/tmp/x.leeward"_s, u"--server"_s,
                           QString::fromLatin1(address)}
            << live;
        QTest::newRow("both") << false
                              << QStringList{u"--stand-alone"_s, u"--server"_s,
                                             QString::fromLatin1(address)}
                              << u"!"_s;
        QTest::newRow("realm of nothing") << false << QStringList{u"--realm"_s, u"x"_s} << u"!"_s;
        QTest::newRow("authority of nothing") << false << QStringList{u"--ca"_s, u"x"_s} << u"!"_s;
    }
    void theCallDecides()
    {
        QFETCH(const bool, remembered);
        QFETCH(const QStringList, words);
        QFETCH(const QString, server);
        QCommandLineParser parser;
        app::addConsoleOptions(parser);
        if (remembered) {
            const QString folder =
                QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
            QVERIFY(QDir().mkpath(folder));
            QSettings settings(folder + u"/console.ini"_s, QSettings::IniFormat);
            app::rememberServer(settings,
                                {.address = QString::fromLatin1(address),
                                 .user = u"anna"_s,
                                 .desk = u"2号台"_s,
                                 .mark = u"演练"_s},
                                folder);
        }
        QVERIFY(parser.parse(QStringList{u"leeward"_s} + words));
        const auto options = app::readConsoleOptions(parser);
        QCOMPARE(options.has_value(), server != "!"_L1);
        if (!options) {
            QCOMPARE(options.error().code, Errc::InvalidArgument);
            return;
        }
        QCOMPARE(options->server.has_value(), !server.isEmpty());
        QCOMPARE(options->cache.isEmpty(),
                 options->server.has_value() && !words.contains(u"--cache"_s));
        if (!options->server)
            return;
        QCOMPARE(options->server->address + u' ' + options->server->realm, server);
        const bool known = remembered && options->server->address == QLatin1StringView(address);
        QCOMPARE(options->server->user, known ? u"anna"_s : QString());
        if (known)
            QCOMPARE(options->server->desk, u"2号台"_s);
        // What was said of one realm is not believed of another.
        QCOMPARE(!options->server->mark.isEmpty(), known && server.endsWith(u"live"_s));
    }

    void namesOfServers_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("name");
        QTest::newRow("port") << u"https://hall.example:7443"_s << u"hall.example:7443"_s;
        QTest::newRow("none") << u"https://hall.example"_s << u"hall.example"_s;
        QTest::newRow("slash") << u"https://hall.example:1/"_s << u"hall.example:1"_s;
        QTest::newRow("no address") << u"the hall"_s << u"the hall"_s;
    }
    void namesOfServers()
    {
        QFETCH(const QString, url);
        QTEST(app::serverName({.address = url}), "name");
    }

    // No two realms share a file, and none gets out of its folder.
    void cachesAreApart()
    {
        const QStringList realms = {u"live"_s, u"drill"_s, u".."_s, u"a/b"_s, u"a"_s, u"演练"_s};
        const QStringList addresses = {u"https://a:1"_s, u"https://a:2"_s, u"https://b:1"_s};
        QStringList seen;
        for (const QString &url : addresses) {
            for (const QString &realm : realms) {
                const QString path =
                    app::serverCachePath(u"/data"_s, {.address = url, .realm = realm});
                QVERIFY2(QDir::cleanPath(path) == path, qPrintable(path));
                QVERIFY2(path.count(u'/') == 4 && path.startsWith(u"/data/servers/"_s),
                         qPrintable(path));
                QVERIFY2(!seen.contains(path), qPrintable(path));
                seen += path;
            }
        }
    }

    void theAuthorityIsCopied()
    {
        const QString stick = m_home->filePath(u"stick.pem"_s);
        QFile file(stick);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("one");
        file.close();
        QSettings settings(m_home->filePath(u"console.ini"_s), QSettings::IniFormat);
        const ServerChoice choice{.address = QString::fromLatin1(address), .caFile = stick};
        app::rememberServer(settings, choice, m_home->path());
        auto kept = app::rememberedServer(settings);
        QVERIFY(kept && kept->caFile != stick);
        QVERIFY(file.remove());
        QFile copy(kept->caFile);
        QVERIFY(copy.open(QIODevice::ReadOnly));
        QCOMPARE(copy.readAll(), QByteArray("one"));
        copy.close();
        // Again with what was remembered, and with one that is gone: the copy stays.
        app::rememberServer(settings, *kept, m_home->path());
        QVERIFY(QFile::exists(kept->caFile));
        app::rememberServer(settings, choice, m_home->path());
        QVERIFY(QFile::exists(kept->caFile));
    }

    void fingerprints()
    {
        QCOMPARE(app::authorityFingerprint({}), QString());
        QCOMPARE(app::authorityFingerprint(m_home->filePath(u"none"_s)), QString());
    }

    // The device stays the same; a store that does not work is not written over.
    void theDevice_data()
    {
        QTest::addColumn<bool>("readable");
        QTest::addColumn<bool>("writable");
        QTest::addColumn<bool>("keeps");
        QTest::newRow("works") << true << true << true;
        QTest::newRow("takes nothing") << true << false << false;
        QTest::newRow("gives nothing") << false << true << false;
    }
    void theDevice()
    {
        QFETCH(const bool, readable);
        QFETCH(const bool, writable);
        QFETCH(const bool, keeps);
        LockedStore store;
        store.readable = readable;
        store.writable = writable;
        sync::SystemRandom random;
        app::DeskVault vault(store, u"hall:1"_s, u"2号台"_s);
        const auto found = answer(vault.load(random));
        QCOMPARE(vault.keeps(), keeps);
        QVERIFY(found.device.id.size() >= 16);
        QVERIFY(!found.session);
        if (!readable)
            QCOMPARE(store.writes, 0);
        app::DeskVault again(store, u"hall:1"_s, u"2号台"_s);
        QCOMPARE(answer(again.load(random)).device.id == found.device.id, keeps);
        app::DeskVault neighbour(store, u"hall:1"_s, u"3号台"_s);
        QVERIFY(answer(neighbour.load(random)).device.id != found.device.id);
    }

    void theSessionIsKeptWhole()
    {
        app::MemorySecretStore store;
        sync::SystemRandom random;
        const sync::RemoteSession session{.access = "a",
                                          .accessUntil = instantFromMs(1),
                                          .refresh = "r",
                                          .refreshUntil = instantFromMs(2),
                                          .user = u"chen"_s,
                                          .name = u"陈立"_s,
                                          .desk = u"2号台"_s,
                                          .roles = {u"dispatcher"_s},
                                          .areas = {u"3302"_s},
                                          .grant = "g",
                                          .grantKey = "k",
                                          .serverTime = instantFromMs(3)};
        {
            app::DeskVault vault(store, u"hall:1"_s, u"2号台"_s);
            (void) answer(vault.load(random));
            QVERIFY(answer(vault.keepSession(session)));
        }
        app::DeskVault vault(store, u"hall:1"_s, u"2号台"_s);
        QCOMPARE(answer(vault.load(random)).session, std::optional(session));
        QVERIFY(answer(vault.keepSession(std::nullopt)));
        app::DeskVault after(store, u"hall:1"_s, u"2号台"_s);
        QVERIFY(!answer(after.load(random)).session);
    }

private:
    std::unique_ptr<QTemporaryDir> m_home;
};

QTEST_GUILESS_MAIN(ServerChoiceTest)
#include "tst_server_choice.moc"
