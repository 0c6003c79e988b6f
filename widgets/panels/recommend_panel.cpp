#include "widgets/panels/recommend_panel.h"

#include "models/domain/words.h"
#include "models/items/clock_text.h"
#include "widgets/panels/assignment_actions.h"
#include "widgets/panels/panel_style.h"
#include "widgets/panels/reason_list.h"
#include "widgets/panels/refusal_text.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {

enum Column
{
    Team,
    Total,
    Road,
    Why,
    ColumnCount
};
constexpr int teamRole = Qt::UserRole;

// A desk that has asked by phone may order such a team all the same.
bool mayInsist(recommend::Exclusion why)
{
    switch (why) {
    case recommend::Exclusion::Busy:
    case recommend::Exclusion::Unavailable:
    case recommend::Exclusion::OffDuty:
    case recommend::Exclusion::UnderStrength:
    case recommend::Exclusion::PositionTooOld:
    case recommend::Exclusion::NoPlace:
    case recommend::Exclusion::NoRoad:
    case recommend::Exclusion::TooFar: return true;
    case recommend::Exclusion::LacksCapability:
    case recommend::Exclusion::Retired: return false;
    }
    return false;
}

ReasonList *makeList(QWidget *parent)
{
    constexpr int roomForRoad = 460; // what the road takes is in the reason as well
    auto *list = new ReasonList(ColumnCount, Why, parent);
    list->setIconSize({20, 20});
    list->giveWay(Road, roomForRoad);
    list->installEventFilter(parent);
    return list;
}

qint64 minutesUp(qint64 seconds)
{
    return (seconds + 59) / 60;
}

} // namespace

RecommendPanel::RecommendPanel(const PanelContext &context, QWidget *parent)
    : Panel(context, parent)
    , m_actions(new AssignmentActions(context, this))
    , m_title(new QLabel(this))
    , m_shortfall(new QLabel(this))
    , m_state(new QLabel(this))
    , m_asked(new QLabel(this))
    , m_rows(makeList(this))
    , m_excludedToggle(new QToolButton(this))
    , m_excluded(makeList(this))
    , m_order(new QPushButton(this))
    , m_again(new QPushButton(this))
{
    setObjectName(u"recommendPanel"_s);
    m_title->setObjectName(u"recommendTitle"_s);
    m_title->setWordWrap(true);
    m_shortfall->setObjectName(u"recommendShortfall"_s);
    m_shortfall->setWordWrap(true);
    m_state->setObjectName(u"recommendState"_s);
    m_state->setWordWrap(true);
    m_asked->setObjectName(u"recommendAsked"_s);
    m_asked->setWordWrap(true);
    m_rows->setObjectName(u"recommendRows"_s);
    m_excluded->setObjectName(u"recommendExcluded"_s);
    m_excludedToggle->setObjectName(u"recommendExcludedToggle"_s);
    m_excludedToggle->setCheckable(true);
    m_excludedToggle->setAutoRaise(true);
    m_excludedToggle->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_order->setObjectName(u"recommendOrder"_s);
    m_again->setObjectName(u"recommendAgain"_s);
    m_excluded->setHeaderHidden(true);
    m_excluded->setColumnHidden(Total, true);

    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_asked, 1);
    buttons->addWidget(m_again);
    buttons->addWidget(m_order);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->setSpacing(4);
    for (QLabel *label : {m_title, m_shortfall, m_state})
        layout->addWidget(label);
    layout->addWidget(m_rows, 3);
    layout->addWidget(m_excludedToggle);
    layout->addWidget(m_excluded, 2);
    layout->addLayout(buttons);
    layout->addStretch();

    connect(m_order, &QPushButton::clicked, this, &RecommendPanel::orderTicked);
    connect(m_again, &QPushButton::clicked, this, &RecommendPanel::refresh);
    connect(m_excludedToggle, &QToolButton::toggled, this, [this](bool open) {
        if (open && m_excluded->topLevelItemCount() == 0)
            fillExcluded();
        m_excluded->setVisible(open);
        m_excludedToggle->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
    });
    connect(m_rows, &QTreeWidget::itemChanged, this, [this](QTreeWidgetItem *, int column) {
        if (column != Team)
            return;
        showHead();
        Q_EMIT routesWanted(m_incident, tickedTeams());
    });
    connect(m_rows, &QTreeWidget::itemDoubleClicked, this, [this](QTreeWidgetItem *item) {
        Q_EMIT teamActivated(item->data(Team, teamRole).toString());
    });
    connect(m_actions, &AssignmentActions::message, this, &Panel::message);
    connect(m_actions, &AssignmentActions::answered, this, &RecommendPanel::takeResult);
    m_excluded->hide();
    retranslate();
}

QList<TeamId> RecommendPanel::tickedTeams() const
{
    QList<TeamId> teams;
    for (int row = 0; row < m_rows->topLevelItemCount(); ++row) {
        const QTreeWidgetItem *item = m_rows->topLevelItem(row);
        if (item->checkState(Team) == Qt::Checked)
            teams += TeamId::fromText(item->data(Team, teamRole).toString());
    }
    return teams;
}

void RecommendPanel::showIncident(const QString &id)
{
    m_incident = id;
    m_answer.reset();
    m_results.clear();
    m_waiting = 0;
    m_focusWanted = false;
    fill();
    refresh();
}

void RecommendPanel::refresh()
{
    const int token = ++m_token;
    if (m_incident.isEmpty() || !services().recommend)
        return;
    setState(tr("Asking the road network …"), false);
    services()
        .recommend(IncidentId::fromText(m_incident))
        .then(this, [this, token](const Result<recommend::Recommendation> &result) {
            answer(token, result);
        });
}

void RecommendPanel::openForOrder()
{
    if (m_rows->isVisibleTo(this))
        m_rows->setFocus(Qt::ShortcutFocusReason);
    m_focusWanted = true;
    m_focusBefore = window()->focusWidget();
    refresh();
}

void RecommendPanel::answer(int token, const Result<recommend::Recommendation> &result)
{
    if (token != m_token)
        return;
    m_answer = result;
    fill();
    if (std::exchange(m_focusWanted, false) && m_rows->isVisibleTo(this) &&
        window()->focusWidget() == m_focusBefore)
        m_rows->setFocus(Qt::ShortcutFocusReason);
    Q_EMIT routesWanted(m_incident, tickedTeams());
}

void RecommendPanel::setState(const QString &text, bool isError)
{
    m_state->setText(text);
    m_state->setVisible(!text.isEmpty());
    setColour(*m_state, isError ? coloursOf(theme()).warn : coloursOf(theme()).muted);
}

void RecommendPanel::fill()
{
    m_rows->blockSignals(true);
    m_rows->clear();
    m_excluded->clear();
    if (m_answer && *m_answer) {
        fillRows();
        if (m_excludedToggle->isChecked())
            fillExcluded();
    }
    m_rows->blockSignals(false);
    showHead();
}

void RecommendPanel::fillRows()
{
    const bool zh = language() == Language::Chinese;
    for (const recommend::Row &row : (*m_answer)->rows) {
        auto *item = new QTreeWidgetItem(m_rows);
        const QString id = row.team.text();
        item->setIcon(Team, rowIcon(cache(), u"team"_s, id, theme()));
        item->setText(Team, row.name);
        item->setData(Team, teamRole, id);
        item->setToolTip(Team, row.code + u' ' + row.name);
        const QString minutes = QString::number(minutesUp(row.totalSeconds));
        item->setText(Total, zh ? QString(minutes + u"分"_s) : QString(minutes + u" min"_s));
        QFont bold = m_rows->font();
        bold.setBold(true);
        item->setFont(Total, bold);
        item->setText(Road, (zh ? u"%1 + %2 · %3公里"_s : u"%1 + %2 · %3 km"_s)
                                .arg(minutesUp(row.readinessSeconds))
                                .arg(minutesUp(row.roadSeconds))
                                .arg(static_cast<double>(row.roadMetres) / 1000, 0, 'f', 1));
        item->setToolTip(Road,
                         tr("Minutes to turn out + minutes on the road · length of the road"));
        QString why = recommend::reason(row, language());
        item->setToolTip(Why, why);
        item->setForeground(Why, coloursOf(theme()).muted);
        const auto result = m_results.find(id);
        if (result != m_results.end()) {
            const ThemeColours &colours = coloursOf(theme());
            const bool accepted = result->second.first;
            why = (accepted ? u"✔ "_s : u"✕ "_s) + result->second.second;
            item->setForeground(Why, accepted ? colours.good : colours.bad);
            item->setToolTip(Why, why);
        }
        item->setText(Why, why);
        item->setData(Team, Qt::AccessibleTextRole, QString(row.name + u", "_s + why));
        const bool done = result != m_results.end() && result->second.first;
        item->setFlags(Qt::ItemIsSelectable | Qt::ItemIsEnabled |
                       (done ? Qt::NoItemFlags : Qt::ItemIsUserCheckable));
        if (!done)
            item->setCheckState(Team, row.chosen && result == m_results.end() ? Qt::Checked
                                                                              : Qt::Unchecked);
    }
    if (m_rows->topLevelItemCount() > 0)
        m_rows->setCurrentItem(m_rows->topLevelItem(0));
}

void RecommendPanel::fillExcluded()
{
    if (!m_answer || !*m_answer)
        return;
    for (const recommend::Excluded &team : (*m_answer)->excluded) {
        auto *item = new QTreeWidgetItem(m_excluded);
        item->setIcon(Team, rowIcon(cache(), u"team"_s, team.team.text(), theme()));
        item->setText(Team, team.name);
        item->setData(Team, teamRole, team.team.text());
        item->setText(Why, recommend::reason(team, language()));
        item->setToolTip(Why, item->text(Why));
        item->setForeground(Why, coloursOf(theme()).muted);
        const auto result = m_results.find(team.team.text());
        if (result != m_results.end())
            item->setText(Why, (result->second.first ? u"✔ "_s : u"✕ "_s) + result->second.second);
        item->setData(Team, Qt::AccessibleTextRole, QString(team.name + u", "_s + item->text(Why)));
    }
}

void RecommendPanel::showHead()
{
    const Incident *incident = cache().incident(m_incident);
    const bool answered = m_answer && *m_answer;
    const bool hasRows = m_rows->topLevelItemCount() > 0;
    QString title = tr("Choose an incident to see who should go.");
    if (incident)
        title = u"<b>%1 %2</b> · %3"_s.arg(incident->number)
                    .arg(incident->title.toHtmlEscaped(),
                         needsText(formatNeeds(incident->needs), language()).toHtmlEscaped());
    m_title->setText(title);
    QStringList lacks;
    if (answered) {
        for (const recommend::Shortfall &lack : (*m_answer)->shortfall)
            lacks += u"⚠ "_s + recommend::reason(lack, language());
    }
    m_shortfall->setText(lacks.join(u'\n'));
    m_shortfall->setVisible(!lacks.isEmpty());
    setColour(*m_shortfall, coloursOf(theme()).bad);
    if (!hasRows && window()->focusWidget() == m_rows)
        setFocus(); // hidden, they would hand the keyboard to whatever is next in the window
    m_rows->setVisible(hasRows);
    const int excluded = answered ? static_cast<int>((*m_answer)->excluded.size())
                                  : 0; // rows when they are looked at
    m_excludedToggle->setVisible(excluded > 0);
    m_excludedToggle->setText(tr("%n team(s) can not go", nullptr, excluded));
    m_excluded->setVisible(excluded > 0 && m_excludedToggle->isChecked());
    const int ticked = static_cast<int>(tickedTeams().size());
    m_order->setText(tr("Order %n team(s)  Ctrl+Enter", nullptr, ticked));
    m_order->setEnabled(ticked > 0 && m_waiting == 0);
    m_order->setVisible(hasRows);
    m_again->setVisible(incident != nullptr);
    m_asked->setVisible(answered);
    if (answered) {
        const QString asked = items::clockText((*m_answer)->asked, cache().now());
        m_asked->setText(services().roadsDate.isEmpty()
                             ? tr("asked at %1 · no road network").arg(asked)
                             : tr("asked at %1 · roads of %2").arg(asked, services().roadsDate));
    }
    setColour(*m_asked, coloursOf(theme()).muted);
    if (m_answer && !*m_answer)
        setState(errorText(m_answer->error(), language()), true);
    else if (!answered)
        setState(QString(), false);
    else if (incident && incident->needs.empty())
        setState(tr("The incident says nothing of what it needs. Add the needed capabilities on "
                    "its card."),
                 true);
    else if (services().roadsDate.isEmpty())
        setState(tr("No road network is loaded, so times on the road are not known. Load one with "
                    "\"leewardctl roads import\"."),
                 true);
    else if (!hasRows)
        setState(tr("No team with the needed capabilities can go now. Look at the reasons below, "
                    "or ask for help "
                    "from outside."),
                 true);
    else
        setState(QString(), false);
}

void RecommendPanel::orderTicked()
{
    if (!m_answer || !*m_answer || m_waiting > 0)
        return;
    const QList<TeamId> teams = tickedTeams();
    m_waiting = static_cast<int>(teams.size());
    m_order->setEnabled(false);
    const std::vector<recommend::Row> rows = (*m_answer)->rows;
    for (const recommend::Row &row : rows) {
        if (!teams.contains(row.team))
            continue;
        AssignmentActions::Sending sending{.incident = IncidentId::fromText(m_incident),
                                           .team = row.team};
        sending.task = row.fills.isEmpty() ? QString() : capabilityName(row.fills, language());
        sending.routeSeconds = row.roadSeconds;
        sending.routeMetres = row.roadMetres;
        m_actions->assign(sending);
    }
}

void RecommendPanel::takeResult(TeamId team, bool accepted, const QString &text)
{
    QString line = text;
    if (!accepted && m_answer && *m_answer) {
        // Who could go instead: the next free row.
        for (const recommend::Row &row : (*m_answer)->rows) {
            const bool used =
                m_results.contains(row.team.text()) || tickedTeams().contains(row.team);
            if (row.team != team && !used) {
                line +=
                    u' ' + tr("Instead: %1, %2 min").arg(row.name).arg(minutesUp(row.totalSeconds));
                break;
            }
        }
    }
    m_results[team.text()] = {accepted, line};
    m_waiting = std::max(0, m_waiting - 1);
    if (m_waiting > 0)
        return;
    fill();
    Q_EMIT routesWanted(m_incident, tickedTeams());
    Q_EMIT ordered(m_incident);
}

bool RecommendPanel::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress || (watched != m_rows && watched != m_excluded))
        return Panel::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (enter && key->modifiers().testFlag(Qt::ControlModifier)) {
        orderTicked();
        return true;
    }
    auto *list = static_cast<QTreeWidget *>(watched);
    QTreeWidgetItem *item = list->currentItem();
    if (watched == m_rows && key->key() == Qt::Key_Space && item) {
        if (item->flags().testFlag(Qt::ItemIsUserCheckable))
            item->setCheckState(Team, item->checkState(Team) == Qt::Checked ? Qt::Unchecked
                                                                            : Qt::Checked);
        return true;
    }
    if (watched == m_excluded && enter && item) {
        insist(*item);
        return true;
    }
    return Panel::eventFilter(watched, event);
}

void RecommendPanel::insist(const QTreeWidgetItem &item)
{
    const auto team = TeamId::fromText(item.data(Team, teamRole).toString());
    const auto &excluded = (*m_answer)->excluded;
    const auto found = std::ranges::find(excluded, team, &recommend::Excluded::team);
    if (found == excluded.end() || !mayInsist(found->why))
        return;
    AssignmentActions::Sending sending{.incident = IncidentId::fromText(m_incident), .team = team};
    sending.doubleTask = found->why == recommend::Exclusion::Busy;
    sending.despiteUnavailable = true;
    const QPointer<RecommendPanel> self(this);
    prompter().confirm(this, tr("Order all the same?"),
                       found->name + u": "_s + recommend::reason(*found, language()), tr("Order"),
                       [self, sending] {
                           if (self)
                               self->m_actions->assign(sending);
                       });
}

void RecommendPanel::retranslate()
{
    m_actions->setLanguage(language());
    m_rows->setHeaderLabels({tr("Team"), tr("There in"), tr("Turn-out + road"), tr("Why")});
    m_rows->setAccessibleName(tr("Recommended teams"));
    m_rows->setToolTip(tr("Space ticks, Ctrl+Enter orders all that are ticked"));
    m_excluded->setAccessibleName(tr("Teams that can not go"));
    m_excluded->setToolTip(tr("Enter: order all the same, after a question"));
    m_excludedToggle->setAccessibleName(tr("Show the teams that can not go"));
    m_again->setText(tr("Ask again"));
    m_again->setAccessibleName(m_again->text());
    m_order->setAccessibleName(tr("Order the ticked teams"));
    m_excludedToggle->setArrowType(m_excludedToggle->isChecked() ? Qt::DownArrow : Qt::RightArrow);
    fill();
}

void RecommendPanel::themeChanged()
{
    fill();
}

} // namespace leeward::widgets
