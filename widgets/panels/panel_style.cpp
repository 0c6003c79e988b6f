#include "widgets/panels/panel_style.h"

#include "maps/view/symbolpainter.h"

#include <QHeaderView>
#include <QLabel>
#include <QStyledItemDelegate>
#include <QTimer>
#include <QTreeWidget>

#include <algorithm>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

const PanelColours &panelColours(view::Theme theme)
{
    static const PanelColours dark = {.bad = QColor(0xff, 0x7b, 0x6e),
                                      .badSoft = QColor(0x40, 0x1f, 0x20),
                                      .warn = QColor(0xe8, 0xb4, 0x4a),
                                      .good = QColor(0x6f, 0xc2, 0x8b),
                                      .accent = QColor(0x5f, 0xa8, 0xe6),
                                      .muted = QColor(0x9f, 0xab, 0xb6),
                                      .line = QColor(0x37, 0x41, 0x4c)};
    static const PanelColours light = {.bad = QColor(0xb5, 0x25, 0x1d),
                                       .badSoft = QColor(0xfb, 0xe4, 0xe1),
                                       .warn = QColor(0x96, 0x63, 0x00),
                                       .good = QColor(0x1d, 0x73, 0x3c),
                                       .accent = QColor(0x1b, 0x63, 0xa8),
                                       .muted = QColor(0x52, 0x5e, 0x6a),
                                       .line = QColor(0xc3, 0xcb, 0xd3)};
    return theme == view::Theme::Dark ? dark : light;
}

QString shapeOf(AssignmentState state)
{
    using A = AssignmentState;
    switch (state) {
    case A::Proposed:
    case A::PendingApproval: return u"△"_s;
    case A::Ordered:
    case A::Delivered: return u"◇"_s;
    case A::Acknowledged:
    case A::Mustering:
    case A::Staged: return u"◆"_s;
    case A::EnRoute:
    case A::ToDestination: return u"▶"_s;
    case A::OnScene:
    case A::Working:
    case A::Loaded:
    case A::AtDestination: return u"●"_s;
    case A::Completed: return u"○"_s;
    case A::Returning: return u"◀"_s;
    case A::Cleared: return u"□"_s;
    case A::Declined:
    case A::Recalled:
    case A::Cancelled: return u"×"_s;
    case A::Diverted:
    case A::HandedOver: return u"→"_s;
    }
    return {};
}

QColor colourOf(AssignmentState state, view::Theme theme)
{
    using A = AssignmentState;
    const PanelColours &colours = panelColours(theme);
    switch (state) {
    case A::Ordered:
    case A::Delivered: return colours.warn;
    case A::Acknowledged:
    case A::Mustering:
    case A::Staged:
    case A::EnRoute:
    case A::ToDestination:
    case A::OnScene:
    case A::Working:
    case A::Loaded:
    case A::AtDestination: return colours.accent;
    case A::Completed:
    case A::Returning: return colours.good;
    case A::Proposed:
    case A::PendingApproval:
    case A::Cleared:
    case A::Declined:
    case A::Recalled:
    case A::Cancelled:
    case A::Diverted:
    case A::HandedOver: return colours.muted;
    }
    return colours.muted;
}

namespace {

view::SymbolKind incidentKind(const QString &type)
{
    using K = view::SymbolKind;
    static const QHash<QString, K> kinds = {
        {u"flood"_s, K::IncidentFlood},        {u"waterlogging"_s, K::IncidentFlood},
        {u"dike"_s, K::IncidentFlood},         {u"vessel"_s, K::IncidentFlood},
        {u"typhoon"_s, K::IncidentStorm},      {u"landslide"_s, K::IncidentGeology},
        {u"earthquake"_s, K::IncidentGeology}, {u"forest_fire"_s, K::IncidentFire},
        {u"fire"_s, K::IncidentFire},          {u"traffic"_s, K::IncidentAccident},
        {u"collapse"_s, K::IncidentAccident},  {u"hazmat"_s, K::IncidentAccident}};
    return kinds.value(type, K::IncidentOther);
}

view::SymbolKind teamKind(const QString &kind)
{
    using K = view::SymbolKind;
    static const QHash<QString, K> kinds = {
        {u"fire"_s, K::TeamFire},       {u"flood"_s, K::TeamWater},
        {u"water"_s, K::TeamWater},     {u"engineering"_s, K::TeamEngineering},
        {u"medical"_s, K::TeamMedical}, {u"mountain"_s, K::TeamMountain},
        {u"hazmat"_s, K::TeamExpert},   {u"volunteer"_s, K::TeamVolunteer},
        {u"military"_s, K::TeamArmy}};
    return kinds.value(kind, K::TeamGeneral);
}

view::SymbolState teamState(Availability availability)
{
    using S = view::SymbolState;
    switch (availability) {
    case Availability::Available: return S::Available;
    case Availability::EnRoute: return S::EnRoute;
    case Availability::OnScene: return S::OnScene;
    case Availability::Ordered:
    case Availability::Staged:
    case Availability::Returning: return S::Busy;
    case Availability::OffDuty:
    case Availability::Unavailable: return S::OffDuty;
    }
    return S::Plain;
}

} // namespace

QIcon rowIcon(const items::TableCache &cache, const QString &table, const QString &id,
              view::Theme theme)
{
    view::SymbolKey key;
    if (table == "incident"_L1) {
        if (const Incident *incident = cache.incident(id)) {
            key.kind = incidentKind(incident->type);
            key.level = static_cast<quint8>(std::clamp(incident->level, 0, 4));
            key.state =
                isActive(incident->state) ? view::SymbolState::Active : view::SymbolState::Ended;
        }
    } else if (table == "team"_L1) {
        if (const FieldValues *team = cache.row(table, id)) {
            key.kind = teamKind(team->value(u"kind"_s).toString());
            key.state = teamState(cache.availability(id));
        }
    } else {
        static const QHash<QString, view::SymbolKind> kinds = {
            {u"station"_s, view::SymbolKind::Station},
            {u"shelter"_s, view::SymbolKind::Shelter},
            {u"landing_point"_s, view::SymbolKind::LandingPoint},
            {u"depot"_s, view::SymbolKind::Depot},
            {u"stock"_s, view::SymbolKind::Depot}};
        key.kind = kinds.value(table, view::SymbolKind::Other);
    }
    return view::symbolIcon(key, theme);
}

namespace {

// A tree view asks for heights without a width; wrapped lines need one.
class WrapDelegate : public QStyledItemDelegate
{
public:
    explicit WrapDelegate(QTreeWidget &list)
        : QStyledItemDelegate(&list)
        , m_list(list)
    {
    }
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyleOptionViewItem wide = option;
        if (m_list.header()->sectionResizeMode(index.column()) == QHeaderView::Stretch)
            wide.rect = QRect(0, 0, m_list.columnWidth(index.column()), 10000);
        const QSize size = QStyledItemDelegate::sizeHint(wide, index);
        return {size.width() + 6, size.height() + 4};
    }

private:
    QTreeWidget &m_list;
};

} // namespace

void dressList(QTreeWidget &list)
{
    list.setItemDelegate(new WrapDelegate(list));
    list.setRootIsDecorated(false);
    list.setUniformRowHeights(false);
    list.setAlternatingRowColors(true);
    list.setFrameShape(QFrame::NoFrame);
    list.setSelectionMode(QAbstractItemView::SingleSelection);
    list.setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list.header()->setSectionsMovable(false);
    list.header()->setHighlightSections(false);
    list.header()->setResizeContentsPrecision(
        40); // what a screen holds, not every row of a long list
    list.header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    // Wrapped lines need other heights in other widths, which the view does not see by itself.
    auto *settle = new QTimer(&list);
    settle->setSingleShot(true);
    settle->setInterval(0);
    QObject::connect(settle, &QTimer::timeout, &list, &QTreeWidget::doItemsLayout);
    QObject::connect(list.header(), &QHeaderView::sectionResized, settle, [&list, settle] {
        if (list.wordWrap())
            settle->start();
    });
}

void dressEmpty(QLabel &label)
{
    label.setAlignment(Qt::AlignCenter);
    label.setWordWrap(true);
    label.setMargin(16);
    label.setTextInteractionFlags(Qt::TextSelectableByMouse);
}

void setColour(QWidget &widget, const QColor &colour)
{
    // A style sheet of its own, because the application's sheet is stronger than a palette.
    const QString sheet = u"color: %1;"_s.arg(colour.name());
    if (widget.styleSheet() != sheet) // a sheet that is set polishes all below it, the same one too
        widget.setStyleSheet(sheet);
}

} // namespace leeward::widgets
