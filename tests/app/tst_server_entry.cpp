#include "app/console/server_desk.h"
#include "server/authority.h"
#include "server/snapshot.h"
#include "tests/support/makers.h"
#include "tests/support/rough_server.h"

#include <QAbstractButton>
#include <QApplication>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QTest>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Response = RoughServer::Response;
using Request = RoughServer::Request;

namespace {

class NobodyAsks final : public widgets::Prompter
{
public:
    void confirm(QWidget *, const QString &, const QString &, const QString &,
                 std::function<void()>) override
    {
    }
    void askText(QWidget *, const QString &, const QString &, std::function<void(QString)>) override
    {
    }
    void askOpenFile(QWidget *, const QString &, const QString &,
                     std::function<void(QString)>) override
    {
    }
    void askSaveFile(QWidget *, const QString &, const QString &, const QString &,
                     std::function<void(QString)>) override
    {
    }
};

QWidget *seen(const QString &name)
{
    for (QWidget *window : QApplication::topLevelWidgets()) {
        if (!window->isVisible())
            continue;
        if (window->objectName() == name)
            return window;
        for (QWidget *found : window->findChildren<QWidget *>(name)) {
            if (found->isVisible())
                return found;
        }
    }
    return nullptr;
}

QString textOf(const QString &name)
{
    const auto *label = qobject_cast<QLabel *>(seen(name));
    return label ? label->text() : QString();
}

// A server with a realm that is worth a first load, whose sign-in always succeeds.
struct World
{
    FakeClock clock;
    TemporaryRealm folder;
    std::unique_ptr<server::RealmHost> host =
        must(server::RealmHost::open(folder.path(u"live.journal"_s), clock));
    RoughServer server{*host};
    Maker maker{1, u"anna"_s, u"2号台"_s};
    SeededIds ids{5};
    NobodyAsks prompter;
    sync::SystemRandom random;
    app::MemorySecretStore store;
    QString mark;
    std::atomic<bool> tooOld = false; // this program, as the server finds
    std::optional<Response> chunk;    // instead of the bytes of the snapshot
    std::unique_ptr<app::ServerDesk> desk;

    World()
    {
        const IncidentId incident = maker.ids().make<IncidentId>();
        std::vector<Operation> operations{maker.report(incident)};
        for (int i = 0; i < 20; ++i)
            operations.push_back(maker.note(incident, u"水位%1"_s.arg(i)));
        host->run([&](store::Connection &db) {
                return must(server::Authority(db, clock).exchange(operations, 0)).refused.size();
            })
            .waitForFinished();
        const auto snapshot = must(server::makeSnapshot(host->path(), folder.path(u"snapshots"_s)));
        QFile file(snapshot.path);
        if (!file.open(QIODevice::ReadOnly))
            qFatal("no snapshot");
        server.setSnapshot(QJsonDocument(server::toJson(snapshot)).toJson(), file.readAll());
        server.setHandler([this](const Request &request) -> std::optional<Response> {
            if (request.path == "/v1/session"_L1 && request.method == "POST") {
                return Response{.body = "{\"access\": \"good\", \"access_until\": 1786500900000, "
                                        "\"refresh\": \"r\", \"refresh_until\": 1789092000000, "
                                        "\"user\": \"anna\", \"desk\": \"2号台\"}"};
            }
            if (request.path == "/v1/realms"_L1) {
                return Response{.body = QJsonDocument(QJsonArray{QJsonObject{{u"name"_s, u"live"_s},
                                                                             {u"mark"_s, mark},
                                                                             {u"head"_s, 6000}}})
                                            .toJson()};
            }
            if (request.path.startsWith("/v1/realms/live/snapshot/"_L1))
                return chunk;
            if (tooOld)
                return Response{.status = 426, .body = R"({"error": "too-old", "oldest": 2})"};
            return std::nullopt;
        });
    }
    ~World() { desk.reset(); }

    void enter()
    {
        app::ConsoleOptions options{
            .server = app::ServerChoice{.address = server.url().toString(), .desk = u"2号台"_s},
            .dataFolder = folder.folder(),
            .language = Language::English};
        options.home = LonLat{121.5, 28.6};
        const app::SessionTimes times{.hash = sync::cheapestHashLimits(),
                                      .remote = {.quiet = 500ms, .whole = 3s, .token = 3s}};
        desk = std::make_unique<app::ServerDesk>(
            options,
            app::SessionParts{.store = store, .clock = clock, .random = random, .times = times},
            ids, prompter);
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"no grant"_s));
        desk->start();
        QTRY_VERIFY(seen(u"signIn.user"_s));
        qobject_cast<QLineEdit *>(seen(u"signIn.user"_s))->setText(u"anna"_s);
        qobject_cast<QLineEdit *>(seen(u"signIn.password"_s))->setText(u"correct horse"_s);
        QTRY_VERIFY(seen(u"signIn.go"_s)->isEnabled());
        QTest::keyClick(seen(u"signIn.password"_s), Qt::Key_Return);
    }
    [[nodiscard]] qint64 cursor()
    {
        auto future = desk->console()->realm().desk().queueState();
        if (!QTest::qWaitFor([&] { return future.isFinished(); }, 10'000) || !future.result())
            return -1;
        return future.result()->cursor;
    }
};

} // namespace

// The way into a realm: the first load, seen and stopped.
class ServerEntryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("DBUS_SESSION_BUS_ADDRESS", "disabled:"); // nobody's key store
        QGuiApplication::setQuitOnLastWindowClosed(false);
    }

    void loadsBeforeTheWindow()
    {
        World w;
        w.mark = u"演练 / EXERCISE"_s;
        w.enter();
        QTRY_VERIFY_WITH_TIMEOUT(w.desk->console(), 15'000);
        QVERIFY(!seen(u"start"_s));
        QTRY_COMPARE(w.cursor(), 21);
        QCOMPARE(w.server.requests(u"/snapshot"_s), 1);
        QTRY_COMPARE(w.desk->console()->cache().incidents().size(), 1U);
        // A drill is unmistakable.
        QCOMPARE(textOf(u"header_realm"_s), w.mark);
    }

    // What comes is not what was said: it is not used, that is told, and work goes on.
    void whatIsWrongIsNotUsed()
    {
        World w;
        w.chunk = Response{.status = 206, .type = "application/octet-stream", .body = "nonsense"};
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"corrupt"_s));
        w.enter();
        QTRY_VERIFY_WITH_TIMEOUT(textOf(u"start.text"_s).contains(u"was not used"_s), 15'000);
        QVERIFY(!w.desk->console());
        QTest::keyClick(seen(u"start"_s), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(w.desk->console(), 10'000);
        QTRY_COMPARE_WITH_TIMEOUT(w.cursor(), 21, 10'000); // entry by entry
    }

    void nobodyHasToWaitForIt()
    {
        World w;
        w.chunk = Response{.delivery = RoughServer::Delivery::Silent};
        w.enter();
        QTRY_VERIFY_WITH_TIMEOUT(seen(u"start.bar"_s), 10'000);
        QTRY_VERIFY(w.server.requests(u"/snapshot"_s) > 0);
        QTest::keyClick(seen(u"start"_s), Qt::Key_Escape);
        QTRY_VERIFY_WITH_TIMEOUT(w.desk->console(), 10'000);
        QTRY_COMPARE_WITH_TIMEOUT(w.cursor(), 21, 10'000);
    }

    // The server was updated: this console looks, keeps its queue and shows it.
    void tooOldLooksOnly()
    {
        World w;
        w.enter();
        QTRY_VERIFY_WITH_TIMEOUT(w.desk->console(), 15'000);
        QTRY_COMPARE(int(w.desk->link().status().state),
                     int(widgets::LinkStatus::State::Connected));
        desk::Desk &desk = w.desk->console()->realm().desk();
        const auto submit = [&desk] {
            auto future = desk.submit(op::ReportIncident{.incident = desk.newId<IncidentId>(),
                                                         .type = u"flood"_s,
                                                         .title = u"水"_s,
                                                         .place = LonLat{121.5, 28.6},
                                                         .source = u"phone"_s});
            if (!QTest::qWaitFor([&] { return future.isFinished(); }, 10'000))
                qFatal("no answer");
            return future.result();
        };
        w.tooOld = true;
        QVERIFY(submit());
        QTRY_VERIFY(textOf(u"linkBanner.text"_s).contains(u"wants a newer Leeward"_s));
        const desk::Outcome closed = submit();
        QVERIFY(!closed);
        QCOMPARE(int(std::get<desk::Closed>(closed.error())), int(desk::Closed::TooOld));
        QVERIFY(!seen(u"linkBanner.signIn"_s) && !seen(u"linkBanner.tryNow"_s));
        QTRY_VERIFY(seen(u"linkBanner.queue"_s));
        QTest::mouseClick(seen(u"linkBanner.queue"_s), Qt::LeftButton);
        QTRY_VERIFY(seen(u"queueExport"_s));
    }

    // The program ends while it loads.
    void goesInTheMiddle()
    {
        World w;
        w.chunk = Response{.delivery = RoughServer::Delivery::Silent};
        w.enter();
        QTRY_VERIFY_WITH_TIMEOUT(seen(u"start.bar"_s), 10'000);
        w.desk.reset(); // ends the loader, and does not hang
        QVERIFY(!seen(u"start"_s));
    }
};

QTEST_MAIN(ServerEntryTest)
#include "tst_server_entry.moc"
