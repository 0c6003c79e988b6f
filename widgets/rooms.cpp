#include "widgets/rooms.h"

#include "widgets/list_pane.h"
#include "widgets/panels/log_panel.h"

#include <QEvent>
#include <QLabel>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {

struct ListSpec
{
    QString name; // begins the object names
    QStringList tables;
};

// In the order of the rail; empty: a room without a list.
ListSpec listOf(Rail::Room room)
{
    switch (room) {
    case Rail::Incidents: return {u"incidents"_s, {u"incident"_s}};
    case Rail::Teams: return {u"teams"_s, {u"team"_s}};
    case Rail::Supplies: return {u"supplies"_s, {u"depot"_s, u"stock"_s}};
    case Rail::Places: return {u"places"_s, {u"shelter"_s, u"station"_s}};
    case Rail::LandingPoints: return {u"landingPoints"_s, {u"landing_point"_s}};
    case Rail::Warnings:
    case Rail::Log:
    case Rail::RoomCount: return {};
    }
    return {};
}

} // namespace

Rooms::Rooms(const Shell &shell, QWidget *parent)
    : QStackedWidget(parent)
    , m_shell(shell)
{
    open(Rail::Incidents);
}

std::optional<Rail::Room> Rooms::roomOf(const QString &table)
{
    for (int room = 0; room < Rail::RoomCount; ++room) {
        if (listOf(Rail::Room(room)).tables.contains(table))
            return Rail::Room(room);
    }
    return std::nullopt;
}

QWidget *Rooms::page(Rail::Room room)
{
    QWidget *&made = m_pages[size_t(room)];
    if (!made) {
        made = room == Rail::Warnings ? makeWarnings()
               : room == Rail::Log    ? makeLog()
                                      : makeList(room);
        made->hide(); // into the stack when first shown: a stack measures all its pages
    }
    return made;
}

QWidget *Rooms::makeList(Rail::Room room)
{
    const ListSpec spec = listOf(room);
    auto *list = new ListPane(m_shell, spec.tables, spec.name, this);
    connect(list, &ListPane::opened, this, &Rooms::opened);
    connect(list, &ListPane::left, this, &Rooms::left);
    connect(list, &ListPane::createWanted, this, &Rooms::createWanted);
    m_lists[size_t(room)] = list;
    return list;
}

QWidget *Rooms::makeWarnings()
{
    m_warnings = new QLabel(this);
    m_warnings->setObjectName(u"warnings.empty"_s);
    m_warnings->setWordWrap(true);
    m_warnings->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_warnings->setContentsMargins(14, 14, 14, 14);
    setRole(m_warnings, "empty");
    retranslate();
    return m_warnings;
}

QWidget *Rooms::makeLog()
{
    auto *log = new LogPanel(m_shell.panelContext(), this);
    log->setLanguage(m_shell.language());
    log->setTheme(m_shell.theme.theme());
    return log;
}

void Rooms::open(Rail::Room room)
{
    QWidget *wanted = page(room);
    if (indexOf(wanted) < 0)
        addWidget(wanted);
    m_room = room;
    setCurrentWidget(wanted);
}

void Rooms::showTable(const QString &table)
{
    const auto room = roomOf(table);
    if (!room)
        return;
    open(*room);
    currentList()->showTable(table);
}

void Rooms::focusRows()
{
    if (ListPane *list = currentList())
        list->focusRows();
    else
        currentWidget()->setFocus();
}

bool Rooms::warm()
{
    for (int room = 0; room < Rail::RoomCount; ++room) {
        if (!m_pages[size_t(room)]) {
            (void) page(Rail::Room(room));
            return true;
        }
        if (m_lists[size_t(room)] && m_lists[size_t(room)]->wake())
            return true;
    }
    return false;
}

void Rooms::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QStackedWidget::changeEvent(event);
}

void Rooms::retranslate()
{
    if (!m_warnings)
        return;
    m_warnings->setText(
        tr("Here you will see the warnings in force: what, which colour, for which area, "
           "until when.\n\n"
           "This console has no source of warnings yet; the duty officer enters the "
           "response level at the top."));
    m_warnings->setAccessibleName(tr("Warnings"));
}

} // namespace leeward::widgets
