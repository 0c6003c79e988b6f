#pragma once

#include "app/console/live_feed.h"
#include "app/console/road_service.h"
#include "app/console/server_choice.h"
#include "app/console/translators.h"
#include "app/realm/gazetteer.h"
#include "app/realm/realm.h"
#include "maps/tiles/tileservice.h"
#include "models/items/table_cache.h"
#include "widgets/main_window.h"
#include "widgets/services.h"
#include "widgets/wall_window.h"

#include <QTimer>

namespace leeward::app {

struct ConsoleOptions
{
    QString cache;     // the realm file; made when it is not there. At a server empty: its own
    QString roads;     // from 'leewardctl roads import'; empty: no road times
    QString baseMap;   // from 'leewardctl basemap import', an .mbtiles or a picture; empty: none
    QString gazetteer; // table of place names; empty: registers only
    QString cityName;
    std::optional<LonLat> home; // middle of the city; else the middle of the base map
    QString settingsFile;
    QString tileCache;                  // folder for made tiles; empty: memory only
    std::optional<ServerChoice> server; // the desk works at a central server
    bool keepNothing = false;           // no secret goes to the system's key store
    QString dataFolder;                 // caches of realms at servers
    QString realmMark;                  // of a drill; empty = live
    desk::Identity identity;
    view::Theme theme = view::Theme::Dark;
    Language language = Language::Chinese;
    bool readOnly = false; // another console holds the file
};

// The console's object graph: realm, tile service, roads, place names, services and the main
// window, in the order in which they need each other. UI thread.
class Console
{
public:
    // Errors: those of Realm::open. A base map, road network or gazetteer that can not be read is
    // no error: the console works without and says so.
    [[nodiscard]] static Result<std::unique_ptr<Console>> create(const ConsoleOptions &options,
                                                                 const Clock &clock, IdSource &ids,
                                                                 widgets::Prompter &prompter);
    // Around a realm that is open already: one at a server, which `link` tells of. The link must
    // outlive the console.
    [[nodiscard]] static std::unique_ptr<Console>
    around(std::unique_ptr<Realm> realm, widgets::LinkModel &link, const ConsoleOptions &options,
           const Clock &clock, IdSource &ids, widgets::Prompter &prompter);
    ~Console();

    // Shows the window at once and fills it as the data comes.
    void start();
    // Before it is taken down while the program goes on, and after its window is closed: as
    // Realm::settle(), for the roads and the tiles too.
    [[nodiscard]] QFuture<void> settle();

    [[nodiscard]] widgets::MainWindow &window() { return *m_window; }
    [[nodiscard]] Realm &realm() { return *m_realm; }
    [[nodiscard]] items::TableCache &cache() { return *m_cache; }
    [[nodiscard]] Language language() const { return m_language; }

private:
    Console(const ConsoleOptions &options, std::unique_ptr<Realm> realm, const Clock &clock,
            IdSource &ids, widgets::Prompter &prompter, widgets::LinkModel *link);
    void bindServices();
    void bindFiles();
    void startBaseMap();
    void install(Language language);
    void complainOf(const Words &what, const QString &file, const Error &error);
    void watchOutside();

    ConsoleOptions m_options;
    Language m_language = m_options.language; // of the words made here
    const Clock &m_clock;
    IdSource &m_ids;
    std::unique_ptr<Realm> m_realm;
    RoadService m_roads;
    std::shared_ptr<const Gazetteer> m_gazetteer;
    std::unique_ptr<items::TableCache> m_cache;
    widgets::Services m_services;
    Translators m_translators;
    std::shared_ptr<tiles::TileService> m_tiles;
    std::unique_ptr<widgets::MainWindow> m_window;
    std::unique_ptr<LiveFeed> m_live;
    QTimer m_outside;
    QObject m_context; // dies first: no answer reaches a console that is going
};

} // namespace leeward::app
