#include "widgets/map_pane.h"

#include "widgets/icon_theme.h"
#include "widgets/map_presenter.h"
#include "widgets/notices.h"
#include "widgets/row_facts.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QTimer>
#include <QToolButton>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

MapPane::MapPane(const Shell &shell, const view::BaseMap &baseMap, double homeZoom, QWidget *parent)
    : QWidget(parent)
    , m_shell(shell)
    , m_store(std::make_unique<view::FeatureStore>())
    , m_presenter(new MapPresenter(shell, *m_store, this))
    , m_map(new view::MapView(*m_store, this, view::MapView::Begin::Later))
    , m_tools(new QWidget(this))
    , m_homeZoom(homeZoom)
{
    setObjectName(u"mapPane"_s);
    m_map->setObjectName(u"map"_s);
    m_map->setMinimumSize(240, 160);
    buildTools();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_tools);
    column->addWidget(m_map, 1);
    m_map->setTheme(shell.theme.theme());
    m_map->setDrill(shell.services.realmMark);
    m_map->setBaseMap(baseMap);
    m_map->showPlace(shell.home, m_homeZoom);
    connectMap();
    retranslate();
    beginAfterRows();
}

// The rows come first: making the scene and its graphics takes longer than all the rest of the
// window.
void MapPane::beginAfterRows()
{
    const auto later = [this] {
        m_beginWhenDrawn = true;
        update();
    };
    if (m_shell.cache.isLoaded()) {
        m_map->begin();
    } else {
        connect(&m_shell.cache, &items::TableCache::loaded, m_map, later, Qt::SingleShotConnection);
        connect(&m_shell.cache, &items::TableCache::failed, m_map, later, Qt::SingleShotConnection);
    }
}

void MapPane::paintEvent(QPaintEvent *event)
{
    constexpr int untilDrawn = 40; // milliseconds until the rest of the window has been, too
    QWidget::paintEvent(event);
    if (std::exchange(m_beginWhenDrawn, false))
        QTimer::singleShot(untilDrawn, m_map, &view::MapView::begin);
}

MapPane::~MapPane()
{
    delete m_map; // before the store it draws
}

void MapPane::buildTools()
{
    m_fit = new QToolButton(m_tools);
    m_fit->setObjectName(u"map.fit"_s);
    m_show = new QToolButton(m_tools);
    m_show->setObjectName(u"map.showSelected"_s);
    m_follow = new QToolButton(m_tools);
    m_follow->setObjectName(u"map.follow"_s);
    m_follow->setCheckable(true);
    for (QToolButton *button : {m_fit, m_show, m_follow})
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_hint = new QLabel(m_tools);
    m_hint->setObjectName(u"map.hint"_s);
    auto *line = new QHBoxLayout(m_tools);
    line->setContentsMargins(6, 2, 6, 2);
    line->setSpacing(4);
    line->addWidget(m_fit);
    line->addWidget(m_show);
    line->addWidget(m_follow);
    line->addStretch(1);
    line->addWidget(m_hint);
    connect(m_fit, &QToolButton::clicked, this, &MapPane::fitIncidents);
    connect(m_show, &QToolButton::clicked, this, &MapPane::showSelected);
    connect(m_follow, &QToolButton::toggled, m_map, &view::MapView::setFollowing);
}

void MapPane::connectMap()
{
    using view::MapView;
    connect(m_map, &MapView::selectedByHand, this, [this](const view::FeatureKey &key) {
        if (const UnitPosition *unit = m_presenter->unitOf(key)) {
            selectUnit(*unit);
            return;
        }
        m_shell.selection.set(tableOf(key.layer), key.id.toString(QUuid::WithoutBraces));
    });
    connect(m_map, &MapView::selectionCleared, &m_shell.selection, &Selection::clear);
    connect(m_map, &MapView::picked, this, [this](LonLat place) {
        const auto picked = std::exchange(m_picked, {});
        m_hint->clear();
        if (m_pickContext && picked)
            picked(place);
    });
    connect(m_map, &MapView::pickingCancelled, this, [this] {
        m_picked = {};
        m_hint->clear();
    });
    connect(m_map, &MapView::pointerMoved, this,
            [this](LonLat place) { Q_EMIT pointerMoved(place); });
    connect(m_map, &MapView::pointerLeft, this, [this] { Q_EMIT pointerMoved(std::nullopt); });
    connect(m_map, &MapView::viewChanged, this,
            [this] { Q_EMIT zoomChanged(m_map->zoom(), m_map->centre().lat); });
    connect(m_map, &MapView::baseMapChanged, this,
            [this](bool present) { Q_EMIT baseMapChanged(present); });
    connect(m_map, &MapView::followingChanged, m_follow, &QToolButton::setChecked);
    connect(m_map, &MapView::failed, this, [this](const QString &reason) {
        m_shell.notices.complain(tr("The map can not be drawn: %1").arg(reason));
    });
    connect(m_presenter, &MapPresenter::routesChanged, m_map, &MapView::setRoutes);
    connect(&m_shell.selection, &Selection::changed, this, &MapPane::markSelection);
    connect(&m_shell.theme, &ThemeController::themeChanged, this, [this](view::Theme theme) {
        m_map->setTheme(theme);
        retranslate();
    });
}

// What moves has no card of its own: its team's says where everything of it is.
void MapPane::selectUnit(const UnitPosition &unit)
{
    if (m_shell.cache.row(u"team"_s, unit.team)) {
        m_shell.selection.set(u"team"_s, unit.team);
        return;
    }
    m_shell.notices.tell(
        tr("%1: %2; it belongs to no team.")
            .arg(unit.label.isEmpty() ? unit.source : unit.label,
                 placeAge(m_shell.cache.now() - orderOf(unit), m_shell.language())));
}

void MapPane::setBaseMap(const view::BaseMap &baseMap)
{
    m_map->setBaseMap(baseMap);
}

void MapPane::pickPlace(QObject *context, std::function<void(LonLat)> picked)
{
    m_pickContext = context;
    m_picked = std::move(picked);
    m_map->startPicking();
    retranslate();
}

void MapPane::markSelection()
{
    QString table = m_shell.selection.table();
    QString id = m_shell.selection.id();
    if (const Assignment *assignment =
            table == "assignment"_L1 ? m_shell.cache.assignment(id) : nullptr) {
        table = u"team"_s;
        id = assignment->team.text();
    }
    m_map->setSelected(MapPresenter::keyOf(table, id));
    m_show->setEnabled(m_map->selected().has_value());
    m_follow->setEnabled(m_map->selected().has_value());
}

void MapPane::showSelected()
{
    const auto key = m_map->selected();
    const auto feature = key ? m_store->find(*key) : std::nullopt;
    if (feature)
        m_map->showPlace(feature->at, std::max(m_map->zoom(), 13.0));
    else
        m_shell.notices.tell(tr("What is selected has no place yet."));
}

void MapPane::fitIncidents()
{
    QList<LonLat> places;
    for (const Incident &incident : m_shell.cache.incidents()) {
        if (isActive(incident.state) && incident.place)
            places += *incident.place;
    }
    if (places.isEmpty())
        m_map->showPlace(m_shell.home, m_homeZoom);
    else
        m_map->fitTo(places);
}

void MapPane::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

void MapPane::retranslate()
{
    m_fit->setText(tr("All incidents"));
    m_fit->setToolTip(tr("Show all open incidents on the map (Ctrl+0)"));
    m_fit->setIcon(m_shell.icons.icon(u"zoom-fit-best"_s));
    m_show->setText(tr("Go to selected"));
    m_show->setToolTip(tr("Move the map to what is selected (Ctrl+G)"));
    m_show->setIcon(m_shell.icons.icon(u"mark-location"_s));
    m_follow->setText(tr("Follow"));
    m_follow->setToolTip(tr("Keep the selected in the middle until the map is moved by hand"));
    m_follow->setIcon(m_shell.icons.icon(u"media-seek-forward"_s));
    for (QToolButton *button : {m_fit, m_show, m_follow})
        button->setAccessibleName(button->text());
    m_map->setAccessibleName(tr("Map"));
    m_hint->setText(m_map->isPicking() ? tr("Click the place; Esc cancels") : QString());
    m_show->setEnabled(m_map->selected().has_value());
    m_follow->setEnabled(m_map->selected().has_value());
}

} // namespace leeward::widgets
