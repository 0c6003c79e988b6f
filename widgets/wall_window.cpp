#include "widgets/wall_window.h"

#include "widgets/clock_label.h"
#include "widgets/panels/board_panel.h"
#include "widgets/row_facts.h"

#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QQuickView>

#include <algorithm>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

WallWindow::WallWindow(const Shell &shell, const ShellContext &context, view::FeatureStore &store,
                       QWidget *parent)
    : QWidget(parent, Qt::Window)
    , m_shell(shell)
    , m_realm(new QLabel(this))
    , m_city(new QLabel(this))
    , m_clock(new ClockLabel(shell.desk.clock(), this))
    , m_map(new view::MapView(store, this))
    , m_board(new BoardPanel(shell.panelContext(), this))
{
    setObjectName(u"wall"_s);
    m_map->setObjectName(u"wall.map"_s);
    m_map->setBaseMap(context.baseMap);
    m_map->setDrill(shell.services.realmMark);
    m_map->setControls(false);
    m_map->setTheme(shell.theme.theme());
    m_map->showPlace(context.home, context.homeZoom);
    m_map->quickView()->setFlag(Qt::WindowTransparentForInput);
    m_board->setLanguage(shell.language());
    m_board->setTheme(shell.theme.theme());
    m_board->setFocusPolicy(Qt::NoFocus);
    m_board->setAttribute(Qt::WA_TransparentForMouseEvents);
    build();
    m_timer.setInterval(1000);
    connect(&m_timer, &QTimer::timeout, this, &WallWindow::count);
    m_timer.start();
    connect(&shell.theme, &ThemeController::themeChanged, this, [this](view::Theme theme) {
        m_map->setTheme(theme);
        m_board->setTheme(theme);
        redress();
    });
    retranslate();
    count();
}

void WallWindow::build()
{
    m_realm->setObjectName(u"header_realm"_s);
    m_realm->setProperty("drill", !m_shell.services.realmMark.isEmpty());
    auto *head = new QHBoxLayout;
    head->setSpacing(14);
    head->addWidget(m_realm, 0, Qt::AlignVCenter);
    head->addWidget(m_city);
    head->addStretch(1);
    head->addWidget(m_clock);
    auto *counters = new QGridLayout; // two beside each other: the board needs the height
    counters->setVerticalSpacing(2);
    counters->setHorizontalSpacing(24);
    for (size_t i = 0; i < CounterCount; ++i) {
        m_figures[i] = new QLabel(this);
        m_figures[i]->setObjectName(u"wall.figure%1"_s.arg(i));
        setRole(m_figures[i], "counter");
        m_words[i] = new QLabel(this);
        setRole(m_words[i], "muted");
        const int row = int(i) / 2 * 3;
        counters->setRowStretch(row, 1);
        counters->addWidget(m_figures[i], row + 1, int(i) % 2);
        counters->addWidget(m_words[i], row + 2, int(i) % 2);
    }
    counters->setRowStretch(int(CounterCount) / 2 * 3, 1);
    auto *middle = new QHBoxLayout;
    middle->setSpacing(16);
    middle->addLayout(counters);
    middle->addWidget(m_map, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 10, 16, 10);
    column->setSpacing(10);
    column->addLayout(head);
    column->addLayout(middle, 3);
    column->addWidget(m_board, 2);
    resize(1600, 900);
}

void WallWindow::count()
{
    const items::TableCache &cache = m_shell.cache;
    std::array<int, CounterCount> figures{};
    for (const Incident &incident : cache.incidents())
        figures[OpenIncidents] += isActive(incident.state) ? 1 : 0;
    for (const Assignment &assignment : cache.assignments()) {
        figures[TeamsOut] += reservesTeam(assignment.state) ? 1 : 0;
        figures[Overdue] += isOpen(assignment.state) && isOverdue(assignment, cache.now()) ? 1 : 0;
    }
    const auto &teams = cache.rows(u"team"_s);
    for (auto it = teams.begin(); it != teams.end(); ++it) {
        if (it->value(u"retired"_s).toInt() == 0 &&
            cache.availability(it.key()) == Availability::Available)
            ++figures[FreeTeams];
    }
    for (const FieldValues &shelter : cache.rows(u"shelter"_s)) {
        const QString state = shelter.value(u"state"_s).toString();
        if (state != "open"_L1 && state != "near_full"_L1)
            continue;
        ++figures[SheltersOpen];
        figures[FreePlaces] += std::max(0, freePlaces(shelter).value_or(0));
    }
    for (size_t i = 0; i < CounterCount; ++i)
        m_figures[i]->setText(QString::number(figures[i]));
    fit();
    const ThemeColours &colours = m_shell.theme.colours();
    const QColor colour = figures[Overdue] > 0 ? colours.bad : colours.text;
    m_figures[Overdue]->setStyleSheet(u"color: %1;"_s.arg(colour.name()));
}

void WallWindow::fit()
{
    QStringList open;
    QList<LonLat> places;
    for (const Incident &incident : m_shell.cache.incidents()) {
        if (!isActive(incident.state) || !incident.place)
            continue;
        open += incident.id.text();
        places += *incident.place;
    }
    open.sort();
    if (open == m_fitted)
        return;
    m_fitted = open;
    if (!places.isEmpty())
        m_map->fitTo(places);
}

void WallWindow::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange) {
        m_board->setLanguage(m_shell.language());
        retranslate();
    }
    QWidget::changeEvent(event);
}

void WallWindow::resizeEvent(QResizeEvent *event)
{
    redress();
    QWidget::resizeEvent(event);
}

void WallWindow::redress()
{
    // Sizes follow the wall: a figure is a fifteenth of its height.
    QFont figure = font();
    figure.setPixelSize(std::max(28, height() / 15));
    figure.setBold(true);
    QFont word = font();
    word.setPixelSize(std::max(13, height() / 55));
    QFont head = figure;
    head.setPixelSize(std::max(20, height() / 28));
    for (size_t i = 0; i < CounterCount; ++i) {
        m_figures[i]->setFont(ThemeController::tabular(figure));
        m_words[i]->setFont(word);
    }
    m_clock->setFont(ThemeController::tabular(head));
    m_city->setFont(head);
    QFont mark = head;
    mark.setPixelSize(std::max(14, height() / 40));
    m_realm->setFont(mark);
    m_map->setSymbolScale(std::clamp(height() / 900.0, 1.0, 2.5));
    QFont board = font();
    board.setPixelSize(std::max(13, height() / 60));
    m_board->setFont(board);
}

void WallWindow::retranslate()
{
    const bool drill = !m_shell.services.realmMark.isEmpty();
    setWindowTitle(drill ? tr("Wall · %1").arg(m_shell.services.realmMark) : tr("Wall"));
    m_realm->setText(drill ? m_shell.services.realmMark : tr("LIVE"));
    m_city->setText(m_shell.services.cityName);
    m_words[OpenIncidents]->setText(tr("open incidents"));
    m_words[TeamsOut]->setText(tr("teams out"));
    m_words[Overdue]->setText(tr("overdue"));
    m_words[FreeTeams]->setText(tr("free teams"));
    m_words[SheltersOpen]->setText(tr("shelters open"));
    m_words[FreePlaces]->setText(tr("free places"));
    for (size_t i = 0; i < CounterCount; ++i)
        m_figures[i]->setAccessibleName(m_words[i]->text());
}

} // namespace leeward::widgets
