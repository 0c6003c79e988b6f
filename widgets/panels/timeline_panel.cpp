#include "widgets/panels/timeline_panel.h"

#include "models/domain/availability.h"
#include "models/items/clock_text.h"
#include "widgets/panels/operation_text.h"
#include "widgets/panels/panel_style.h"
#include "widgets/panels/refusal_text.h"

#include <QHeaderView>
#include <QLabel>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {
enum Column
{
    Time,
    What,
    By,
    ColumnCount
};
constexpr std::chrono::seconds worthSaying{60};
} // namespace

TimelinePanel::TimelinePanel(const PanelContext &context, QWidget *parent)
    : Panel(context, parent)
    , m_list(new QTreeWidget(this))
    , m_empty(new QLabel(this))
{
    setObjectName(u"timelinePanel"_s);
    m_list->setObjectName(u"timeline"_s);
    dressList(*m_list);
    m_list->setWordWrap(true);
    m_list->setColumnCount(ColumnCount);
    m_list->header()->setSectionResizeMode(Time, QHeaderView::ResizeToContents);
    m_list->header()->setSectionResizeMode(What, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(By, QHeaderView::ResizeToContents);
    m_list->header()->setStretchLastSection(false);
    m_empty->setObjectName(u"timelineEmpty"_s);
    dressEmpty(*m_empty);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_list);
    layout->addWidget(m_empty);
    connect(m_list, &QTreeWidget::itemActivated, this, [this](QTreeWidgetItem *item) {
        if (const QString id = item->data(0, Qt::UserRole).toString(); !id.isEmpty())
            Q_EMIT assignmentActivated(id);
    });
    connect(&cache(), &items::TableCache::changed, this, [this](const Changes &changes) {
        for (const RowChange &change : changes) {
            const bool mine = change.key == m_incident ||
                              change.values.value(u"incident"_s).toString() == m_incident;
            if (mine && !m_incident.isEmpty()) {
                ask();
                return;
            }
        }
    });
    // Notes and flags change no row that the cache holds.
    connect(&desk().feed(), &store::ChangeFeed::changed, this, [this](const Changes &changes) {
        for (const RowChange &change : changes) {
            if (change.table == "incident_event"_L1 && !m_incident.isEmpty() &&
                change.values.value(u"incident"_s).toString() == m_incident) {
                ask();
                return;
            }
        }
    });
    retranslate();
}

void TimelinePanel::showIncident(const QString &id)
{
    if (id == m_incident)
        return;
    m_incident = id;
    m_events.clear();
    m_failure.clear();
    fill();
    ask();
}

void TimelinePanel::ask()
{
    const int token = ++m_token;
    if (m_incident.isEmpty())
        return;
    desk()
        .timeline(IncidentId::fromText(m_incident))
        .then(this, [this, token](const Result<std::vector<desk::TimelineEvent>> &events) {
            if (token != m_token)
                return;
            m_failure = events ? QString() : errorText(events.error(), language());
            take(events ? *events : std::vector<desk::TimelineEvent>());
        });
}

// A history mostly grows at its end; lines that stand are left alone.
void TimelinePanel::take(std::vector<desk::TimelineEvent> events)
{
    const bool grew = events.size() >= m_events.size() &&
                      m_filledOn == toUtcDateTime(cache().now() + chinaOffset).date() &&
                      m_list->topLevelItemCount() == static_cast<int>(m_events.size()) &&
                      std::equal(m_events.begin(), m_events.end(), events.begin(),
                                 [](const auto &a, const auto &b) {
                                     return a.id == b.id && a.isVoid == b.isVoid &&
                                            a.text == b.text && a.toState == b.toState;
                                 });
    const size_t before = m_events.size();
    m_events = std::move(events);
    if (!grew) {
        fill();
        return;
    }
    for (size_t i = before; i < m_events.size(); ++i)
        add(m_events[i]);
    showState();
}

void TimelinePanel::fill()
{
    m_filledOn = toUtcDateTime(cache().now() + chinaOffset).date();
    m_list->clear();
    for (const desk::TimelineEvent &event : m_events)
        add(event);
    showState();
}

void TimelinePanel::add(const desk::TimelineEvent &event)
{
    const Instant now = cache().now();
    auto *item = new QTreeWidgetItem;
    QString time = items::clockText(event.occurredAt, now);
    const bool late = event.recordedAt - event.occurredAt > worthSaying;
    if (late)
        time += u'\n' + tr("written %1").arg(items::clockText(event.recordedAt, now));
    item->setText(Time, time);
    item->setText(What, timelineShape(event) + u"  "_s + timelineText(event, language()));
    item->setText(By, event.author + u'\n' + event.desk);
    item->setData(0, Qt::UserRole, event.assignment);
    item->setToolTip(What, item->text(What));
    for (int column = 0; column < ColumnCount; ++column) {
        item->setTextAlignment(column, Qt::AlignLeft | Qt::AlignTop);
        if (event.isVoid) {
            QFont font = m_list->font();
            font.setStrikeOut(true);
            item->setFont(column, font);
            item->setForeground(column, coloursOf(theme()).muted);
        }
    }
    item->setForeground(By, coloursOf(theme()).muted);
    if (event.isVoid)
        item->setToolTip(What, tr("Taken back: %1").arg(item->text(What)));
    m_list->addTopLevelItem(item); // whole: a line in the list is measured at every change
}

void TimelinePanel::showState()
{
    m_list->scrollToBottom();
    const bool empty = m_events.empty();
    m_list->setVisible(!empty);
    m_empty->setVisible(empty);
    if (!m_failure.isEmpty())
        m_empty->setText(m_failure);
    else
        m_empty->setText(m_incident.isEmpty()
                             ? tr("The history of the chosen incident is shown here. "
                                  "Choose one in the list or on the map.")
                             : tr("Reading the history …"));
}

void TimelinePanel::retranslate()
{
    m_list->setHeaderLabels({tr("Time"), tr("What"), tr("By")});
    m_list->setAccessibleName(tr("History of the incident"));
    fill();
}

void TimelinePanel::themeChanged()
{
    fill();
}

} // namespace leeward::widgets
