#include "support/hall.h"

#include <QCoreApplication>
#include <QTest>

namespace leeward::test {

using namespace Qt::StringLiterals;

Hall::Hall(const QString &drill)
{
    qRegisterMetaType<Changes>();
    const QString path = dir.filePath(u"realm.leeward"_s);
    auto opened = store::CacheFile::open(path);
    if (!opened)
        qFatal("realm file: %s", qPrintable(opened.error().detail));
    file = std::move(*opened);
    writer = std::make_unique<store::StoreThread>(file->takeConnection(), u"writer"_s);
    auto looking = store::openReadOnly(path);
    if (!looking)
        qFatal("reader: %s", qPrintable(looking.error().detail));
    reader = std::make_unique<store::StoreThread>(std::move(*looking), u"reader"_s);
    desk = std::make_unique<desk::Desk>(*writer, *reader, feed, clock, ids,
                                        desk::Identity{u"值班员甲"_s, u"2号台"_s});
    cache = std::make_unique<items::TableCache>(*reader, feed, clock);
    services.cityName = u"避风市"_s;
    services.realmMark = drill;
    services.roadsDate = u"2026-06-01"_s;
    services.recommend = [](IncidentId) {
        recommend::Recommendation none;
        return QtFuture::makeReadyValueFuture(Result<recommend::Recommendation>(none));
    };
    services.route = [](LonLat from, LonLat to) {
        return QtFuture::makeReadyValueFuture(Result<widgets::RouteLine>({{from, to}, 600, 9000}));
    };
    services.findPlace = [](const QString &text, int) {
        return QtFuture::makeReadyValueFuture(
            std::vector<widgets::NamedPlace>{{text + u"码头"_s, u"landmark"_s, {121.52, 28.61}}});
    };
}

Hall::~Hall()
{
    window.reset();
    cache.reset();
    desk.reset();
    reader.reset();
    writer.reset();
    QCoreApplication::removeTranslator(&translator);
}

bool Hall::wait(QFuture<desk::Outcome> future)
{
    const bool finished = QTest::qWaitFor([&] { return future.isFinished(); });
    if (!finished)
        return false;
    const desk::Outcome outcome = future.result();
    if (!outcome) {
        if (const auto *refusal = std::get_if<Refusal>(&outcome.error()))
            qWarning() << refusalName(refusal->reason) << refusal->facts;
    }
    return outcome.has_value();
}

void Hall::openWindow(Language language, view::Theme theme, QSize size)
{
    // Anew, so that it reads what is there instead of replaying how it came about.
    cache = std::make_unique<items::TableCache>(*reader, feed, clock);
    widgets::ShellContext context{.desk = *desk,
                                  .cache = *cache,
                                  .services = services,
                                  .prompter = prompter,
                                  .settingsFile = settingsFile(),
                                  .baseMap = baseMap,
                                  .home = {121.5, 28.6},
                                  .homeZoom = 11,
                                  .theme = theme,
                                  .language = language,
                                  .link = link.get()};
    context.installLanguage = [this](Language wanted) {
        QCoreApplication::removeTranslator(&translator);
        const QString name = wanted == Language::Chinese ? u"zh_CN"_s : u"en"_s;
        if (!translator.load(u"leeward_%1.qm"_s.arg(name), QStringLiteral(LEEWARD_QM)))
            qFatal("there is no translation");
        QCoreApplication::installTranslator(&translator);
    };
    window = std::make_unique<widgets::MainWindow>(context);
    window->resize(size);
    window->show();
    cache->load();
    QVERIFY(QTest::qWaitForWindowExposed(window.get()));
    // No window manager gives the focus on a bare display.
    window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(window.get()));
    QTRY_VERIFY(cache->isLoaded());
}

} // namespace leeward::test
