#include "app/console/console.h"
#include "maps/view/mapview.h"
#include "widgets/map_pane.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QQuickView>
#include <QScreen>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

using namespace leeward;
using namespace Qt::StringLiterals;

namespace {

constexpr LonLat capital{1.5218, 42.5078}; // Andorra la Vella

class NobodyAnswers final : public widgets::Prompter
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

// How much of a picture is not its commonest colour, 0 to 1, and how many colours it has.
struct Ink
{
    double share = 0;
    qsizetype colours = 0;
};

Ink inkOf(const QImage &picture)
{
    QHash<QRgb, int> counts;
    for (int y = 0; y < picture.height(); y += 2) {
        for (int x = 0; x < picture.width(); x += 2)
            ++counts[picture.pixel(x, y)];
    }
    int all = 0;
    int commonest = 0;
    for (const int count : std::as_const(counts)) {
        all += count;
        commonest = std::max(commonest, count);
    }
    return {all == 0 ? 0 : 1 - double(commonest) / all, counts.size()};
}

// The map is a window of its own, so the window is taken from the screen.
QImage pictureOf(const QWidget &window)
{
    return QGuiApplication::primaryScreen()
        ->grabWindow(0, window.x(), window.y(), window.width(), window.height())
        .toImage();
}

} // namespace

// A whole country from OpenStreetMap: imported as a person would, and shown in the console.
class AndorraTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    QString m_extract = QStringLiteral(LEEWARD_SHARED_DATA "/osm/andorra.osm.pbf");

    [[nodiscard]] QString path(const QString &name) const { return m_dir.filePath(name); }
    // What leewardctl wrote to its output; fails the test when it does not end well.
    QByteArray import(const QStringList &arguments)
    {
        QProcess tool;
        tool.start(QStringLiteral(LEEWARD_CTL), arguments);
        const bool ended =
            tool.waitForFinished(120000) && tool.exitStatus() == QProcess::NormalExit;
        const QByteArray said = tool.readAllStandardOutput();
        if (!ended || tool.exitCode() != 0)
            QTest::qFail(QByteArray(said + tool.readAllStandardError()).constData(), __FILE__,
                         __LINE__);
        return said;
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (!QFile::exists(m_extract))
            QSKIP("../shared/data/osm/andorra.osm.pbf is not there: nothing real to show");
        import({u"roads"_s, u"import"_s, m_extract, u"--out"_s, path(u"andorra.roads"_s)});
        import({u"basemap"_s, u"import"_s, m_extract, u"--out"_s, path(u"basemap"_s), u"--quiet"_s,
                u"--name"_s, u"Andorra"_s, u"--review-number"_s, u"none: not published"_s,
                u"--attribution"_s, u"© OpenStreetMap contributors"_s});
        QVERIFY(QFile::exists(path(u"andorra.roads"_s)));
        QVERIFY(QFile::exists(path(u"basemap/basemap.json"_s)));
    }

    void theConsoleShowsTheCountry_data()
    {
        QTest::addColumn<view::Theme>("theme");
        QTest::addColumn<Language>("language");
        QTest::addColumn<QString>("picture");
        QTest::newRow("night, Chinese")
            << view::Theme::Dark << Language::Chinese << u"andorra-dark-zh.png"_s;
        QTest::newRow("day, English")
            << view::Theme::Light << Language::English << u"andorra-light-en.png"_s;
    }
    void theConsoleShowsTheCountry()
    {
        QFETCH(const view::Theme, theme);
        QFETCH(const Language, language);
        QFETCH(const QString, picture);
        const SystemClock clock;
        SystemIdSource ids(clock);
        NobodyAnswers prompter;
        const app::ConsoleOptions options{.cache = path(picture + u".leeward"_s),
                                          .roads = path(u"andorra.roads"_s),
                                          .baseMap = path(u"basemap"_s),
                                          .cityName = u"Andorra"_s,
                                          .home = capital,
                                          .identity = {u"值班员"_s, u"1号台"_s},
                                          .theme = theme,
                                          .language = language};
        auto console = app::Console::create(options, clock, ids, prompter);
        QVERIFY2(console, console ? "" : qPrintable(console.error().detail));
        widgets::MainWindow &window = (*console)->window();
        window.resize(1366, 768);
        (*console)->start();
        window.move(0, 0);
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        view::MapView *map = window.mapPane().map();
        QTRY_VERIFY_WITH_TIMEOUT(map->pixelOf(capital).has_value(), 20000);
        map->showPlace(capital, 14);
        QTRY_VERIFY(std::abs(map->zoom() - 14) < 0.01);
        // Streets, houses and names, as the screen has them: blank ground is one colour and a few
        // buttons.
        Ink ink;
        QImage seen;
        const auto drawn = [&] {
            seen = pictureOf(window);
            ink = inkOf(seen.copy(QRect(map->mapTo(&window, QPoint()), map->size())));
            return ink.share > 0.3 && ink.colours > 500;
        };
        QTRY_VERIFY2_WITH_TIMEOUT(
            drawn(),
            qPrintable(u"%1 of the map is drawn in %2 colours"_s.arg(ink.share).arg(ink.colours)),
            60000);
        QVERIFY(QDir().mkpath(QStringLiteral(LEEWARD_TEST_OUTPUT)));
        QVERIFY(seen.save(QStringLiteral(LEEWARD_TEST_OUTPUT "/") + picture));
    }

    void withoutABaseMapTheMeasureFindsNothing()
    {
        // What the check above would be worth: the same window on blank ground.
        const SystemClock clock;
        SystemIdSource ids(clock);
        NobodyAnswers prompter;
        const app::ConsoleOptions options{
            .cache = path(u"blank.leeward"_s), .home = capital, .identity = {u"甲"_s, u"乙"_s}};
        auto console = app::Console::create(options, clock, ids, prompter);
        QVERIFY(console);
        widgets::MainWindow &window = (*console)->window();
        window.resize(1366, 768);
        (*console)->start();
        window.move(0, 0);
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        view::MapView *map = window.mapPane().map();
        QTRY_VERIFY_WITH_TIMEOUT(map->pixelOf(capital).has_value(), 20000);
        const QRect where(map->mapTo(&window, QPoint()), map->size());
        QVERIFY(map->quickView()->grabWindow().width() > 0); // a frame is there
        QTRY_VERIFY(inkOf(pictureOf(window).copy(where)).colours > 10);
        QVERIFY(inkOf(pictureOf(window).copy(where)).share < 0.3);
    }
};

QTEST_MAIN(AndorraTest)
#include "tst_andorra.moc"
