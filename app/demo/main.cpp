#include "app/console/command_options.h"
#include "app/demo/duty.h"
#include "app/demo/scripted_prompter.h"

#include <QApplication>
#include <QFile>
#include <QJsonDocument>
#include <QProcess>
#include <QScreen>

#include <csignal>
#include <cstdio>
#include <unistd.h>

// leeward-guided-demo: plays the main job through the real console. The program runs itself twice
// on one realm file; the first run ends by SIGKILL in the middle of a response, the second finds
// everything where it was.

using namespace Qt::StringLiterals;
using namespace leeward;

namespace {

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

int playPart(int part, const app::ConsoleOptions &options, const demo::Scenario &scenario,
             const QString &folder)
{
    const SystemClock clock;
    SystemIdSource ids(clock);
    demo::ScriptedPrompter prompter(folder);
    auto console = app::Console::create(options, clock, ids, prompter);
    if (!console) {
        std::fprintf(stderr, "leeward-guided-demo: %s\n", qPrintable(console.error().detail));
        return 3;
    }
    widgets::MainWindow &window = (*console)->window();
    window.setGeometry(QGuiApplication::primaryScreen()->geometry());
    const QString partial = folder + u"/part1.json"_s;
    demo::Script script(folder, part == 1 ? 1 : readObject(partial).value(u"next"_s).toInt());
    demo::Duty duty(**console, script, scenario, folder);
    if (part == 1) {
        duty.untilThePlugIsPulled();
        write(partial,
              {{u"ok"_s, script.isOk()}, {u"steps"_s, script.steps()}, {u"next"_s, script.next()}});
        std::fflush(nullptr);
        ::kill(::getpid(), SIGKILL);
    }
    duty.untilClosed();
    const QJsonObject before = readObject(partial);
    QJsonArray steps = before.value(u"steps"_s).toArray();
    for (const QJsonValue &step : script.steps())
        steps.append(step);
    const bool ok = script.isOk() && before.value(u"ok"_s).toBool();
    write(folder + u"/summary.json"_s, {{u"ok"_s, ok}, {u"steps"_s, steps}});
    return ok ? 0 : 1;
}

// One run of this program in a process of its own; its exit code, or -1 when it was killed.
int runPart(int part)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedChannels);
    process.start(QCoreApplication::applicationFilePath(),
                  QCoreApplication::arguments().mid(1) +
                      QStringList{u"--part"_s, QString::number(part)});
    process.waitForFinished(-1);
    return process.exitStatus() == QProcess::CrashExit ? -1 : process.exitCode();
}

int runAll(const QString &folder)
{
    const int first = runPart(1);
    const QJsonObject before = readObject(folder + u"/part1.json"_s);
    if (first != -1 || !before.value(u"ok"_s).toBool()) {
        write(folder + u"/summary.json"_s,
              {{u"ok"_s, false}, {u"steps"_s, before.value(u"steps"_s)}});
        return 1;
    }
    const int second = runPart(2);
    if (!QFile::exists(folder + u"/summary.json"_s))
        write(folder + u"/summary.json"_s,
              {{u"ok"_s, false}, {u"steps"_s, before.value(u"steps"_s)}});
    return second == 0 ? 0 : 1;
}

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"leeward-guided-demo"_s);
    view::MapView::chooseGraphics();
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Plays Leeward's main job by mouse and keys, leaves pictures and summary.json."_s);
    parser.addHelpOption();
    app::addConsoleOptions(parser);
    parser.addOptions(
        {{u"scenario"_s, u"The story: scenario.json of the demo city."_s, u"file"_s},
         {u"out"_s, u"Folder for pictures, prints and summary.json."_s, u"folder"_s, u"."_s},
         {u"part"_s, u"Plays only one part: 1 or 2."_s, u"number"_s}});
    parser.process(application);
    auto options = app::readConsoleOptions(parser);
    const auto scenario = demo::Scenario::load(parser.value(u"scenario"_s));
    if (!options || !scenario) {
        std::fprintf(stderr, "leeward-guided-demo: %s\n",
                     qPrintable(options ? scenario.error().detail : options.error().detail));
        return 2;
    }
    options->settingsFile.clear();
    const QString folder = parser.value(u"out"_s);
    if (!parser.isSet(u"part"_s))
        return runAll(folder);
    return playPart(parser.value(u"part"_s).toInt(), *options, *scenario, folder);
}
