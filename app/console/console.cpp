#include "app/console/console.h"

#include "app/console/package_work.h"

#include "app/realm/question.h"
#include "app/realm/register_import.h"
#include "maps/geo/export.h"
#include "models/store/search_index.h"
#include "models/store/tables.h"
#include "widgets/notices.h"
#include "widgets/panels/refusal_text.h"

#include <QApplication>
#include <QDir>
#include <QLoggingCategory>
#include <QtConcurrentRun>

namespace leeward::app {

using namespace Qt::StringLiterals;

namespace {

Q_LOGGING_CATEGORY(log, "leeward.console")

LonLat homeOf(const ConsoleOptions &options)
{
    if (options.home)
        return *options.home;
    const auto info =
        tiles::readBaseMapInfo(options.baseMap); // a few hundred bytes, before the first window
    if (!info)
        return {};
    const auto &[southWest, northEast] = info->bounds;
    return {(southWest.lon + northEast.lon) / 2, (southWest.lat + northEast.lat) / 2};
}

// What a person is told of a file that is not used; the console works without it.
QString unusedText(const Words &what, const QString &file, const Error &error, Language language)
{
    const QString line =
        language == Language::Chinese ? u"%1未使用：%2（%3）"_s : u"%1 is not used: %2 (%3)"_s;
    return line.arg(what.in(language), widgets::errorText(error, language), file);
}

} // namespace

Console::Console(const ConsoleOptions &options, std::unique_ptr<Realm> realm, const Clock &clock,
                 IdSource &ids, widgets::Prompter &prompter, widgets::LinkModel *link)
    : m_options(options)
    , m_clock(clock)
    , m_ids(ids)
    , m_realm(std::move(realm))
    , m_cache(std::make_unique<items::TableCache>(m_realm->reader(), m_realm->feed(), clock))
{
    m_cache
        ->load(); // read by its own thread while the window is built; told when events are handled
    bindServices();
    bindFiles();
    if (!m_realm->isReadOnly())
        m_services.packages = packageServices(
            *m_realm, m_clock, QString(options.cityName + u' ' + options.identity.desk).trimmed());
    const widgets::ShellContext context{
        .desk = m_realm->desk(),
        .cache = *m_cache,
        .services = m_services,
        .prompter = prompter,
        .settingsFile = options.settingsFile,
        .home = homeOf(options),
        .theme = options.theme,
        .language = options.language,
        .installLanguage = [this](Language language) { install(language); },
        .link = link};
    m_window = std::make_unique<widgets::MainWindow>(context);
    m_live = std::make_unique<LiveFeed>(*m_realm, *m_cache, m_window->presence());
}

Console::~Console() = default;

Result<std::unique_ptr<Console>> Console::create(const ConsoleOptions &options, const Clock &clock,
                                                 IdSource &ids, widgets::Prompter &prompter)
{
    auto realm = options.readOnly
                     ? Realm::openForLooking(options.cache, clock, ids, options.identity)
                     : Realm::open(options.cache, clock, ids, options.identity);
    if (!realm)
        return std::unexpected(realm.error());
    return std::unique_ptr<Console>(
        new Console(options, std::move(*realm), clock, ids, prompter, nullptr));
}

std::unique_ptr<Console> Console::around(std::unique_ptr<Realm> realm, widgets::LinkModel &link,
                                         const ConsoleOptions &options, const Clock &clock,
                                         IdSource &ids, widgets::Prompter &prompter)
{
    return std::unique_ptr<Console>(
        new Console(options, std::move(realm), clock, ids, prompter, &link));
}

void Console::start()
{
    m_window->show();
    QTimer::singleShot(150, &m_context, [] {
        // The first pinyin costs a tenth of a second; nobody who types shall wait for it.
        (void) QtConcurrent::run([] { return store::pinyinKeys(u"避"_s); });
    });
    if (!m_options.roads.isEmpty()) {
        m_roads.load(m_options.roads).then(&m_context, [this](const Result<Instant> &date) {
            if (date)
                m_services.roadsDate = toUtcDateTime(*date).toString(u"yyyy-MM-dd"_s);
            else
                complainOf({u"路网"_s, u"The road network"_s}, m_options.roads, date.error());
        });
    }
    startBaseMap();
    if (!m_options.gazetteer.isEmpty()) {
        QtConcurrent::run([path = m_options.gazetteer] {
            return Gazetteer::load(path);
        }).then(&m_context, [this](const Result<Gazetteer> &gazetteer) {
            if (gazetteer)
                m_gazetteer = std::make_shared<const Gazetteer>(*gazetteer);
            else
                complainOf({u"地名表"_s, u"The table of place names"_s}, m_options.gazetteer,
                           gazetteer.error());
        });
    }
    if (m_realm->isReadOnly())
        watchOutside();
}

QFuture<void> Console::settle()
{
    return m_realm->settle()
        .then(&m_context, [this] { return m_roads.run([](roads::Router *) { return true; }); })
        .unwrap()
        .then(&m_context,
              [this](bool) {
                  // A tile that is being drawn is drawn to its end; that is not waited for here.
                  const auto tiles =
                      std::make_shared<std::shared_ptr<tiles::TileService>>(std::move(m_tiles));
                  return QtConcurrent::run([tiles] { tiles->reset(); });
              })
        .unwrap();
}

void Console::complainOf(const Words &what, const QString &file, const Error &error)
{
    qCWarning(log) << error.detail;
    m_window->notices().complain(unusedText(what, file, error, m_language));
}

void Console::watchOutside()
{
    QObject::connect(&m_outside, &QTimer::timeout, &m_context, [this] {
        m_realm->changedOutside().then(&m_context, [this](bool changed) {
            if (changed)
                m_cache->load();
        });
    });
    m_outside.start(std::chrono::seconds(1));
}

void Console::startBaseMap()
{
    using Started = Result<std::shared_ptr<tiles::TileService>>;
    const tiles::TileServiceConfig config{.baseMap = m_options.baseMap,
                                          .cacheFolder = m_options.tileCache};
    QtConcurrent::run([config]() -> Started {
        TRY_ASSIGN(auto service, tiles::TileService::start(config));
        return std::shared_ptr<tiles::TileService>(std::move(service));
    }).then(&m_context, [this](const Started &service) {
        view::BaseMap map;
        if (service) {
            m_tiles = *service;
            map.providers = m_tiles->providersUrl();
            map.cacheDirectory = QDir::tempPath() + u"/leeward-map-"_s + m_tiles->cacheKey();
            map.attribution = m_tiles->attribution();
            map.reviewNumber = m_tiles->reviewNumber();
            if (m_tiles->dataDate() != Instant{})
                map.date = toUtcDateTime(m_tiles->dataDate()).toString(u"yyyy-MM-dd"_s);
        } else {
            qCWarning(log) << "base map:" << service.error().detail;
            map.problem = unusedText({u"底图"_s, u"The base map"_s}, m_options.baseMap,
                                     service.error(), m_language);
        }
        m_window->setBaseMap(map);
    });
}

void Console::install(Language language)
{
    m_language = language;
    m_translators.install(language);
}

// --- services: questions that leave the UI thread
// -------------------------------------------------------------------

void Console::bindServices()
{
    m_services.cityName = m_options.cityName;
    m_services.realmMark = m_options.realmMark;
    m_services.recommend = [this](IncidentId incident) {
        using Answer = Result<recommend::Recommendation>;
        return m_realm->reader()
            .run([incident](store::Connection &db) { return readQuestion(db, incident); })
            .then([this](const Result<Question> &question) {
                return m_roads.run([this, question](roads::Router *router) -> Answer {
                    if (!question)
                        return std::unexpected(question.error());
                    return answer(*question, router, m_clock.now());
                });
            })
            .unwrap();
    };
    m_services.route = [this](LonLat from, LonLat to) {
        return m_roads.run([from, to](roads::Router *router) -> Result<widgets::RouteLine> {
            if (!router)
                return fail(Errc::Unsupported, u"no road network is loaded"_s);
            const roads::Route route = router->eta(from, to);
            if (!route.reachable)
                return fail(Errc::NotFound, roads::whyNotName(route.whyNot));
            return widgets::RouteLine{
                .line = route.line,
                .seconds = std::chrono::ceil<std::chrono::seconds>(route.time).count(),
                .metres = qRound64(route.length.value)};
        });
    };
    m_services.findPlace = [this](const QString &text, int limit) {
        return QtConcurrent::run([gazetteer = m_gazetteer, text, limit] {
            std::vector<widgets::NamedPlace> places;
            if (!gazetteer)
                return places;
            for (const GazetteerHit &hit : gazetteer->search(text, limit))
                places.push_back({hit.name, hit.kind, hit.at});
            return places;
        });
    };
}

namespace {

Result<widgets::ImportPreview> preview(const QString &file, const QString &key,
                                       const QString &datum, Language language, IdSource &ids,
                                       const Progress &progress)
{
    const RegisterSpec *spec = findRegister(key);
    if (!spec)
        return fail(Errc::InvalidArgument, key);
    const SourceDatum meaning = datum == "gcj02"_L1  ? SourceDatum::Gcj02
                                : datum == "bd09"_L1 ? SourceDatum::Bd09
                                                     : SourceDatum::Wgs84;
    TRY_ASSIGN(PreparedImport import, prepareImport(file, *spec, meaning, ids, progress));
    widgets::ImportPreview answer{.spec = spec,
                                  .file = file,
                                  .rows = static_cast<int>(import.table.rows.size()),
                                  .good = std::move(import.operation.rows),
                                  .warnings = import.draft.warnings};
    for (size_t i = 0; i < spec->fields.size(); ++i) {
        const int column = import.mapping.columnOf.value(static_cast<qsizetype>(i), -1);
        if (column >= 0)
            answer.mapping +=
                import.table.headers.value(column) + u" → "_s + spec->fields[i].label.in(language);
    }
    for (const int column : import.mapping.unmatched)
        answer.unusedColumns += import.table.headers.value(column);
    for (const geo::RowFault &fault : import.draft.faults) {
        const QString line = language == Language::Chinese ? u"第%1行：%2"_s : u"Row %1: %2"_s;
        answer.problems += line.arg(fault.row).arg(geo::describe(fault, *spec, language));
    }
    return answer;
}

Result<> exportRows(store::Connection &db, const RegisterSpec &spec, const QString &file,
                    Language language, const QString &mark)
{
    const auto format = geo::formatOf(file);
    if (!format)
        return fail(Errc::InvalidArgument, file + u": .csv, .geojson or .gpkg"_s);
    std::vector<FieldValues> rows;
    TRY(store::forEachRow(db, *store::findTable(spec.key), [&](FieldValues &&row) {
        if (!row.value(u"retired"_s).toInt())
            rows.push_back(std::move(row));
        return true;
    }));
    const Progress progress;
    return geo::writeRegister(spec, rows, file, *format,
                              {.headerLanguage = language, .realmMark = mark}, progress);
}

} // namespace

void Console::bindFiles()
{
    // Ids are made on one thread at a time; the import has a source of its own.
    m_services.readImport = [this](const QString &file, const QString &key, const QString &datum,
                                   Language language, const std::shared_ptr<Progress> &progress) {
        return QtConcurrent::run([&clock = m_clock, file, key, datum, language, progress] {
            SystemIdSource ids(clock);
            return preview(file, key, datum, language, ids, *progress);
        });
    };
    m_services.exportRegister = [this](const QString &file, const QString &key, Language language) {
        return m_realm->reader().run(
            [file, key, language, mark = m_services.realmMark](store::Connection &db) -> Result<> {
                const RegisterSpec *spec = findRegister(key);
                if (!spec)
                    return fail(Errc::InvalidArgument, key);
                return exportRows(db, *spec, file, language, mark);
            });
    };
}

} // namespace leeward::app
