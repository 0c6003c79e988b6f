#include "app/console/command_options.h"
#include "app/demo/scripted_prompter.h"
#include "app/demo/server_stage.h"
#include "app/demo/two_desks.h"
#include "maps/view/mapview.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QScreen>
#include <QTest>

#include <cstdio>

// leeward-two-desks: a central server and two consoles side by side. `--show` is for a person: it
// starts them and waits until both windows are closed. Otherwise a short job is played through both
// windows, each in a process of its own, and pictures and summary.json are left. All processes it
// starts end with it.

using namespace Qt::StringLiterals;
using namespace leeward;

namespace {

constexpr int patience = 120'000; // ms, of a step: the other desk has its own pace

struct Seat
{
    QString user;
    QString name;
    QString desk;
    QString part; // of the play
};

const std::vector<Seat> &seats()
{
    static const std::vector<Seat> both = {{u"anna"_s, u"安娜"_s, u"1号台"_s, u"first"_s},
                                           {u"bert"_s, u"伯特"_s, u"2号台"_s, u"second"_s}};
    return both;
}

// For a server that lives as long as the play, in a folder of its own, on this machine alone.
QString password()
{
    return u"演示口令 two desks"_s;
}

QString sibling(const QString &program)
{
    return QCoreApplication::applicationDirPath() + u'/' + program;
}

void write(const QString &path, const QJsonObject &object)
{
    QFile file(path);
    if (file.open(QIODevice::WriteOnly))
        file.write(QJsonDocument(object).toJson());
}

QJsonObject readObject(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object()
                                          : QJsonObject();
}

int complain(const Error &error)
{
    std::fprintf(stderr, "leeward-two-desks: %s\n", qPrintable(error.detail));
    return 3;
}

// One desk, in this process.
int playSeat(const Seat &seat, app::ConsoleOptions options, const demo::Scenario &scenario,
             const QString &folder)
{
    const QString own = folder + u'/' + seat.part;
    QDir().mkpath(own);
    const SystemClock clock;
    SystemIdSource ids(clock);
    sync::SystemRandom random;
    app::MemorySecretStore secrets;
    demo::ScriptedPrompter prompter(own);
    options.settingsFile.clear();
    options.dataFolder = own;
    app::ServerDesk desk(options, {.store = secrets, .clock = clock, .random = random, .times = {}},
                         ids, prompter);
    QRect screen = QGuiApplication::primaryScreen()->geometry();
    screen.setWidth(screen.width() / 2);
    if (seat.part == "second"_L1)
        screen.moveLeft(screen.width());
    const bool isFirst = seat.part == "first"_L1;
    demo::Script script(folder, isFirst ? 20 : 1, patience, seat.desk);
    demo::TwoDesks play(desk, script, scenario, seat.user, password(), screen, folder);
    if (isFirst)
        play.playFirst();
    else
        play.playSecond();
    QJsonObject summary = play.standing();
    summary[u"ok"_s] = script.isOk();
    summary[u"steps"_s] = script.steps();
    write(folder + u'/' + seat.part + u".json"_s, summary);
    return script.isOk() ? 0 : 1;
}

// The last of a desk, which shows both.
QJsonValue pictureOf(const QJsonObject &desk)
{
    const QJsonArray steps = desk.value(u"steps"_s).toArray();
    return steps.isEmpty() ? QJsonValue() : steps.last()[u"picture"_s];
}

std::unique_ptr<QProcess> startSeat(const Seat &seat, const demo::ServerStage &stage)
{
    auto process = std::make_unique<QProcess>();
    process->setProcessChannelMode(QProcess::ForwardedChannels);
    process->start(QCoreApplication::applicationFilePath(),
                   QCoreApplication::arguments().mid(1) +
                       QStringList{u"--seat"_s, seat.part, u"--server"_s, stage.address(),
                                   u"--ca"_s, stage.caFile(), u"--desk"_s, seat.desk});
    return process;
}

bool waitForFile(const QString &path, const QProcess &process)
{
    return QTest::qWaitFor(
               [&] { return QFile::exists(path) || process.state() == QProcess::NotRunning; },
               patience) &&
           QFile::exists(path);
}

void waitForEnd(QProcess &process)
{
    if (!QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, 4 * patience))
        process.kill();
    process.waitForFinished(5000);
}

int play(demo::ServerStage &stage, const QString &folder)
{
    // The second is in first, so that only one window at a time is typed into.
    const auto second = startSeat(seats()[1], stage);
    const bool ready = waitForFile(folder + u"/second.ready"_s, *second);
    std::unique_ptr<QProcess> firstDesk;
    if (ready) {
        firstDesk = startSeat(seats()[0], stage);
        waitForEnd(*firstDesk);
    }
    if (!ready)
        second->kill();
    waitForEnd(*second);
    const auto health = stage.ask(u"/v1/health"_s);
    const qint64 head =
        health ? health->value(u"realms"_s)[u"live"_s][u"head"_s].toInteger(-1) : -1;
    const QJsonObject a = readObject(folder + u"/first.json"_s);
    const QJsonObject b = readObject(folder + u"/second.json"_s);
    const auto same = [&](const QString &key) {
        return !a.value(key).isUndefined() && a.value(key) == b.value(key);
    };
    const bool equal = same(u"incidents"_s) && same(u"assignments"_s) && same(u"cursor"_s) &&
                       a.value(u"cursor"_s).toInteger(-2) == head;
    const int left = stage.stop();
    const bool ok = a.value(u"ok"_s).toBool() && b.value(u"ok"_s).toBool() && equal && left == 0;
    write(folder + u"/summary.json"_s, {{u"ok"_s, ok},
                                        {u"equal"_s, equal},
                                        {u"server_head"_s, head},
                                        {u"server_exit"_s, left},
                                        {u"picture"_s, pictureOf(a)},
                                        {u"first"_s, a},
                                        {u"second"_s, b}});
    return ok ? 0 : 1;
}

// Two consoles for a person, as they are shipped, each with a place of its own for its data.
int show(demo::ServerStage &stage, const QString &folder, const QStringList &more)
{
    std::printf("server: %s\nsign in as anna or bert, password: %s\n", qPrintable(stage.address()),
                qPrintable(password()));
    std::fflush(stdout);
    std::vector<std::unique_ptr<QProcess>> consoles;
    for (const Seat &seat : seats()) {
        auto console = std::make_unique<QProcess>();
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"XDG_DATA_HOME"_s, folder + u'/' + seat.part);
        console->setProcessEnvironment(environment);
        console->setProcessChannelMode(QProcess::ForwardedChannels);
        console->start(sibling(u"leeward"_s),
                       QStringList{u"--server"_s, stage.address(), u"--ca"_s, stage.caFile(),
                                   u"--desk"_s, seat.desk, u"--user"_s, seat.user,
                                   u"--keep-nothing"_s} +
                           more);
        consoles.push_back(std::move(console));
    }
    for (const auto &console : consoles)
        console->waitForFinished(-1);
    return stage.stop() == 0 ? 0 : 1;
}

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"leeward-two-desks"_s);
    view::MapView::chooseGraphics();
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"A central server and two desks side by side: plays a short job, or for a person."_s);
    parser.addHelpOption();
    app::addConsoleOptions(parser);
    parser.addOptions(
        {{u"journal"_s, u"Journal of a realm that the server begins with."_s, u"file"_s},
         {u"scenario"_s, u"The story: scenario.json of the demo city."_s, u"file"_s},
         {u"out"_s, u"Folder for the server, pictures and summary.json."_s, u"folder"_s, u"."_s},
         {u"show"_s, u"For a person: two consoles, until both are closed."_s},
         {u"seat"_s, u"Plays only one desk: first or second."_s, u"name"_s}});
    parser.process(application);
    const auto options = app::readConsoleOptions(parser);
    if (!options)
        return complain(options.error());
    const QString folder = QDir(parser.value(u"out"_s)).absolutePath();
    for (const Seat &seat : seats()) {
        if (parser.value(u"seat"_s) == seat.part) {
            const auto scenario = demo::Scenario::load(parser.value(u"scenario"_s));
            return scenario ? playSeat(seat, *options, *scenario, folder)
                            : complain(scenario.error());
        }
    }
    const auto stage = demo::ServerStage::open(
        sibling(u"leeward-server"_s), folder + u"/server"_s, parser.value(u"journal"_s),
        {{seats()[0].user, seats()[0].name, {u"duty_officer"_s, u"dispatcher"_s, u"commander"_s}},
         {seats()[1].user, seats()[1].name, {u"duty_officer"_s, u"dispatcher"_s}}},
        password());
    if (!stage)
        return complain(stage.error());
    if (!parser.isSet(u"show"_s))
        return play(**stage, folder);
    QStringList more;
    for (const QString &name : {u"roads"_s, u"basemap"_s, u"gazetteer"_s, u"city"_s, u"home"_s}) {
        if (parser.isSet(name))
            more += {u"--"_s + name, parser.value(name)};
    }
    return show(**stage, folder, more);
}
