#include "widgets/assignment_rows.h"

#include "models/items/clock_text.h"
#include "widgets/icon_theme.h"
#include "widgets/panels/assignment_actions.h"
#include "widgets/panels/panel_style.h"
#include "widgets/pending_marks.h"
#include "widgets/row_facts.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

#include <algorithm>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

AssignmentRows::AssignmentRows(const Shell &shell, QWidget *parent)
    : QWidget(parent)
    , m_shell(shell)
    , m_column(new QVBoxLayout(this))
    , m_empty(new QLabel(this))
{
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(4);
    m_empty->setWordWrap(true);
    setRole(m_empty, "empty");
    m_column->addWidget(m_empty);
    m_timer.setInterval(1000);
    connect(&m_timer, &QTimer::timeout, this, &AssignmentRows::tick);
    m_timer.start();
    m_later.setSingleShot(true);
    m_later.setInterval(10); // the board draws the step first
    connect(&m_later, &QTimer::timeout, this, &AssignmentRows::refresh);
    connect(&shell.cache, &items::TableCache::changed, this, [this](const Changes &changes) {
        // A card that comes to be shown is told its row anew.
        if (isVisible() && std::ranges::any_of(changes, [](const RowChange &c) {
                return c.table == "assignment"_L1;
            }))
            m_later.start();
    });
}

void AssignmentRows::showIncident(const QString &id)
{
    m_incident = id;
    m_team.clear();
    refresh();
}

void AssignmentRows::showTeam(const QString &id)
{
    m_team = id;
    m_incident.clear();
    refresh();
}

QStringList AssignmentRows::wanted() const
{
    std::vector<const Assignment *> all = m_team.isEmpty()
                                              ? m_shell.cache.assignmentsOfIncident(m_incident)
                                              : m_shell.cache.openAssignmentsOfTeam(m_team);
    std::ranges::stable_sort(all, {}, [](const Assignment *a) { return !isOpen(a->state); });
    QStringList ids;
    for (const Assignment *assignment : all)
        ids += assignment->id.text();
    return ids;
}

void AssignmentRows::refresh()
{
    const QStringList ids = wanted();
    QStringList shown;
    for (const Row &row : m_rows)
        shown += row.id;
    if (ids != shown) {
        for (const Row &row : m_rows)
            row.box->deleteLater();
        m_rows.clear();
        for (const QString &id : ids)
            m_rows.push_back(makeRow(id));
    }
    for (Row &row : m_rows)
        fill(row);
    m_empty->setVisible(m_rows.empty());
    m_empty->setText(m_team.isEmpty()
                         ? tr("No team is out for this. Enter opens the recommendation.")
                         : tr("No open assignment."));
}

AssignmentRows::Row AssignmentRows::makeRow(const QString &id)
{
    Row row{id, new QWidget(this), nullptr, nullptr, nullptr, nullptr, nullptr};
    row.name = new QPushButton(row.box);
    row.name->setProperty("link", true);
    row.name->setObjectName(u"assignment.name."_s + id);
    row.name->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    row.state = new QLabel(row.box);
    row.clock = new QLabel(row.box);
    row.clock->setFont(ThemeController::tabular(row.clock->font()));
    setRole(row.clock, "muted");
    row.next = new QPushButton(row.box);
    row.next->setObjectName(u"assignment.next."_s + id);
    row.more = new QToolButton(row.box);
    row.more->setObjectName(u"assignment.more."_s + id);
    row.more->setText(u"⋯"_s);
    auto *upper = new QHBoxLayout;
    upper->addWidget(row.name, 1);
    upper->addWidget(row.next);
    upper->addWidget(row.more);
    auto *lower = new QHBoxLayout;
    lower->setContentsMargins(6, 0, 0, 0);
    lower->setSpacing(8);
    lower->addWidget(row.state);
    lower->addWidget(row.clock, 1);
    auto *column = new QVBoxLayout(row.box);
    column->setContentsMargins(0, 0, 0, 4);
    column->setSpacing(0);
    column->addLayout(upper);
    column->addLayout(lower);
    m_column->addWidget(row.box);
    connect(row.name, &QPushButton::clicked, this, [this, id] {
        const Assignment *assignment = m_shell.cache.assignment(id);
        if (assignment && m_team.isEmpty())
            m_shell.selection.set(u"team"_s, assignment->team.text());
        else if (assignment)
            m_shell.selection.set(u"incident"_s, assignment->incident.text());
    });
    connect(row.next, &QPushButton::clicked, this, [this, id] { m_shell.actions.advance(id); });
    connect(row.more, &QToolButton::clicked, this, [this, id, more = row.more] {
        auto *menu = new QMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        m_shell.actions.fillMenu(*menu, id);
        menu->popup(more->mapToGlobal(QPoint(0, more->height())));
    });
    return row;
}

void AssignmentRows::fill(Row &row) const
{
    const Assignment *assignment = m_shell.cache.assignment(row.id);
    if (!assignment)
        return;
    const Language language = m_shell.language();
    QString name;
    if (m_team.isEmpty()) {
        name = m_shell.cache.name(u"team"_s, assignment->team.text());
    } else if (const Incident *incident = m_shell.cache.incident(assignment->incident.text())) {
        name = QString::number(incident->number) + u"  "_s + incident->title;
    }
    if (!assignment->number.isEmpty())
        name += u"  "_s + assignment->number;
    row.name->setText(name);
    row.name->setAccessibleName(name);
    const StateLook look = stateLook(assignment->state, language);
    const Instant now = m_shell.cache.now();
    const bool late = isOpen(assignment->state) && isOverdue(*assignment, now);
    const QColor colour = toneColour(late ? Tone::Bad : look.tone, m_shell.theme.colours());
    std::optional<StateLook> mark;
    if (const auto state = m_shell.pending.of(row.id))
        mark = recordLook(*state, language);
    row.state->setText(look.shape + u' ' + look.word +
                       (late ? QString(u" ⏱ "_s + tr("overdue")) : QString()) +
                       (mark ? QString(u"  "_s + mark->shape + u' ' + mark->word) : QString()));
    setColour(*row.state, colour);
    QString clock = items::spanText(now - assignment->stateSince, language);
    if (const auto due = expectedArrival(*assignment); due && isOpen(assignment->state))
        clock += u" · "_s + tr("due %1").arg(items::clockText(*due, now));
    row.clock->setText(clock);
    const auto next = usualNext(assignment->taskType, assignment->state);
    row.next->setVisible(next.has_value());
    if (next) {
        row.next->setText(AssignmentActions::stepText(*next, language));
        row.next->setAccessibleName(tr("%1: %2").arg(name, row.next->text()));
    }
    row.more->setAccessibleName(tr("All steps of %1").arg(name));
    row.more->setToolTip(tr("All steps"));
}

void AssignmentRows::tick()
{
    if (!isVisible())
        return;
    for (Row &row : m_rows)
        fill(row);
}

void AssignmentRows::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        refresh();
    QWidget::changeEvent(event);
}

} // namespace leeward::widgets
