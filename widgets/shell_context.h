#pragma once

#include "maps/view/mapview.h"
#include "models/desk/desk.h"
#include "models/items/table_cache.h"
#include "widgets/link_model.h"
#include "widgets/prompter.h"
#include "widgets/services.h"

#include <QString>

#include <functional>

namespace leeward::widgets {

// All the console's windows need from outside, built once by `app`. The references must outlive
// every window.
//
//   ShellContext context{desk, cache, services, prompter};
//   context.settingsFile = …; context.baseMap = …; context.home = …;
//   context.installLanguage = [&](Language language) { … QTranslator … };
//   MainWindow window(context);
//   window.show();
//   cache.load();
struct ShellContext
{
    desk::Desk &desk;
    items::TableCache &cache;
    const Services &services; // realmMark not empty: a drill, and every window says so
    Prompter &prompter;

    QString settingsFile; // INI file for window and splitter sizes; empty: nothing is kept
    view::BaseMap baseMap = {};
    LonLat home = {0, 0}; // middle of the city, shown first
    double homeZoom = 11;
    view::Theme theme = view::Theme::Dark;
    Language language = Language::Chinese;
    // Installs the translators of a language into the application; empty: only the domain's words
    // change.
    std::function<void(Language)> installLanguage = {};
    // How the desk stands with its server; null: stand-alone. Outlives the window.
    LinkModel *link = nullptr;
};

} // namespace leeward::widgets
