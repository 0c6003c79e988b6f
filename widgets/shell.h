#pragma once

#include "models/desk/desk.h"
#include "models/items/table_cache.h"
#include "widgets/language_controller.h"
#include "widgets/link_model.h"
#include "widgets/panels/panel_context.h"
#include "widgets/prompter.h"
#include "widgets/selection.h"
#include "widgets/services.h"
#include "widgets/theme_controller.h"

#include <functional>

class QGridLayout;
class QLabel;

namespace leeward::widgets {

class AssignmentActions;
class IconTheme;
class Notices;
class PendingMarks;
class PresenceBoard;

// What the panes of one main window share. Built by MainWindow, handed to each pane by reference,
// outlives them all.
struct Shell
{
    desk::Desk &desk;
    items::TableCache &cache;
    const Services &services;
    Prompter &prompter;
    ThemeController &theme;
    IconTheme &icons;
    LanguageController &languages;
    Selection &selection;
    Notices &notices;
    PendingMarks &pending;
    PresenceBoard &presence;
    AssignmentActions &actions;
    LinkModel &link;
    LonLat home;

    // Lets a person point at a place on the map; the callback dies with `context`.
    std::function<void(QObject *context, std::function<void(LonLat)>)> pickPlace = {};
    std::function<void(LonLat)> showOnMap = {};

    [[nodiscard]] Language language() const { return languages.current(); }
    [[nodiscard]] PanelContext panelContext() const { return {desk, cache, services, prompter}; }
};

// "kind", "label" and the like: dresses a label by the style sheet.
void setRole(QWidget *widget, const char *role);
// A field with its label in a new row at the foot of a form.
void addFormRow(QGridLayout *grid, QLabel *label, QWidget *field);
// "2026-08-12 14:02" of the city.
[[nodiscard]] QString dateTimeText(Instant at);

} // namespace leeward::widgets
