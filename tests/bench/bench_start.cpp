// From the start of a process to the first list painted with its rows, on a realm of the demo
// city's size; beside it raw SQLite opening and scanning the same file, and a process that shows an
// empty Qt window. The processes take turns. Prints one JSON object. With a word it is one of those
// processes: "console FILE" or "window".
#include "app/console/console.h"
#include "app/console/dialog_prompter.h"
#include "tests/bench/full_realm.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTreeView>

#include <sqlite3.h>

#include <algorithm>
#include <cstdio>

using namespace leeward;
using namespace Qt::StringLiterals;

namespace {

constexpr int rounds = 8; // the first warms up and is not counted
constexpr double required = 2.0;

// Says "ready" once `widget` has been painted while `wanted` held, and ends the process at once.
class FirstPaint : public QObject
{
public:
    FirstPaint(QWidget *widget, std::function<bool()> wanted)
        : m_wanted(std::move(wanted))
    {
        widget->installEventFilter(this);
    }
    bool eventFilter(QObject *, QEvent *event) override
    {
        if (event->type() == QEvent::Paint && m_wanted() && !std::exchange(m_seen, true)) {
            QMetaObject::invokeMethod(
                this,
                [] {
                    std::puts("ready");
                    std::fflush(stdout);
                    std::_Exit(0);
                },
                Qt::QueuedConnection); // after this paint and its flush
        }
        return false;
    }

private:
    std::function<bool()> m_wanted;
    bool m_seen = false;
};

int showConsole(const QString &path)
{
    const SystemClock clock;
    SystemIdSource ids(clock);
    app::DialogPrompter prompter;
    auto console = app::Console::create(
        {.cache = path, .home = LonLat{121.45, 28.6}, .identity = {u"bench"_s, u"bench"_s}}, clock,
        ids, prompter);
    if (!console)
        qFatal("bench_start: %s", qPrintable(console.error().detail));
    auto *list = (*console)->window().findChild<QTreeView *>(u"incidents.incident"_s);
    if (!list)
        qFatal("bench_start: no list");
    const FirstPaint paint(list->viewport(), [list] { return list->model()->rowCount() == 40; });
    (*console)->window().resize(1600, 900);
    (*console)->start();
    return QApplication::exec();
}

int showWindow()
{
    QWidget window;
    window.resize(1600, 900);
    const FirstPaint paint(&window, [] { return true; });
    window.show();
    return QApplication::exec();
}

// Milliseconds from the start of this program with `words` to its "ready"; negative when it does
// not come.
double timeOf(const QStringList &words)
{
    QProcess process;
    QElapsedTimer timer;
    timer.start();
    process.start(QCoreApplication::applicationFilePath(), words);
    while (process.state() != QProcess::NotRunning && !process.canReadLine()) {
        if (!process.waitForReadyRead(60'000))
            break;
    }
    const double ms = static_cast<double>(timer.nsecsElapsed()) / 1e6;
    const bool ready = process.readLine() == "ready\n";
    process.waitForFinished();
    return ready ? ms : -1;
}

// Milliseconds for raw SQLite to open the file and read every column of the rows a console shows;
// negative on error.
double scan(const QString &path, qint64 &rows)
{
    QElapsedTimer timer;
    timer.start();
    sqlite3 *db = nullptr;
    if (sqlite3_open_v2(path.toUtf8().constData(), &db, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK)
        return -1;
    rows = 0;
    qint64 bytes = 0;
    for (const char *sql :
         {"SELECT * FROM station", "SELECT * FROM team", "SELECT * FROM shelter",
          "SELECT * FROM landing_point", "SELECT * FROM depot", "SELECT * FROM stock",
          "SELECT * FROM incident", "SELECT * FROM assignment", "SELECT * FROM team_override"}) {
        sqlite3_stmt *statement = nullptr;
        if (sqlite3_prepare_v2(db, sql, -1, &statement, nullptr) != SQLITE_OK)
            return -1;
        while (sqlite3_step(statement) == SQLITE_ROW) {
            ++rows;
            for (int column = 0; column < sqlite3_column_count(statement); ++column) {
                (void) sqlite3_column_text(statement, column);
                bytes += sqlite3_column_bytes(statement, column);
            }
        }
        sqlite3_finalize(statement);
    }
    sqlite3_close(db);
    return bytes > 0 ? static_cast<double>(timer.nsecsElapsed()) / 1e6 : -1;
}

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values[values.size() / 2];
}

} // namespace

int main(int argc, char **argv)
{
    const QByteArray word = argc > 1 ? QByteArray(argv[1]) : QByteArray();
    QApplication application(argc, argv);
    if (word == "console" && argc == 3)
        return showConsole(QString::fromLocal8Bit(argv[2]));
    if (word == "window")
        return showWindow();
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"city.leeward"_s);
    bench::writeFullRealm(path);
    std::vector<double> console, window, scans;
    bool fine = true;
    qint64 rows = 0;
    for (int round = 0; round < rounds; ++round) {
        const double times[] = {timeOf({u"console"_s, path}), timeOf({u"window"_s}),
                                scan(path, rows)};
        fine = fine && std::ranges::all_of(times, [](double ms) { return ms >= 0; });
        if (round == 0)
            continue;
        console.push_back(times[0]);
        window.push_back(times[1]);
        scans.push_back(times[2]);
    }
    const double yardstick = median(window) + median(scans);
    const double ratio = median(console) / yardstick;
    const QJsonObject result{
        {u"name"_s, u"start"_s},
        {u"rows"_s, rows},
        {u"ours_ms"_s, median(console)},
        {u"yardstick"_s, u"raw sqlite3 open and scan, plus an empty Qt window's process"_s},
        {u"yardstick_ms"_s, yardstick},
        {u"empty_window_ms"_s, median(window)},
        {u"scan_ms"_s, median(scans)},
        {u"ratio"_s, ratio},
        {u"required"_s, required},
        {u"equal"_s, fine}};
    std::fputs(QJsonDocument(result).toJson().constData(), stdout);
    return fine && ratio <= required ? 0 : 1;
}
