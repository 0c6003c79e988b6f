#include "widgets/panels/assignment_actions.h"

#include "models/domain/words.h"
#include "widgets/panels/panel_style.h"
#include "widgets/panels/prints.h"
#include "widgets/panels/refusal_text.h"

#include <QMenu>
#include <QPointer>
#include <QWidget>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

AssignmentActions::AssignmentActions(const PanelContext &context, QWidget *window)
    : QObject(window)
    , m_context(context)
    , m_window(window)
{
}

QString AssignmentActions::stepText(AssignmentState to, Language language)
{
    const QString word = words(to).in(language);
    return word.isEmpty() ? word : word.first(1).toUpper() + word.sliced(1);
}

std::vector<AssignmentTransition> AssignmentActions::legalSteps(const QString &assignment) const
{
    std::vector<AssignmentTransition> steps;
    const Assignment *found = m_context.cache.assignment(assignment);
    if (!found)
        return steps;
    for (const AssignmentTransition &row : assignmentTransitions()) {
        if (row.from == found->state && row.allowedFor(found->taskType))
            steps.push_back(row);
    }
    return steps;
}

QString AssignmentActions::label(const Assignment &assignment) const
{
    const QString team = m_context.cache.name(u"team"_s, assignment.team.text());
    return assignment.number.isEmpty() ? team : assignment.number + u' ' + team;
}

template <class Body>
void AssignmentActions::send(const Body &body, std::optional<Instant> at, TeamId team,
                             const QString &done)
{
    const QString name = m_context.cache.name(u"team"_s, team.text());
    m_context.desk.submit(body, at).then(
        this, [this, team, name, done, at](const desk::Outcome &outcome) {
            QString text = done;
            if (!outcome) {
                text = refusalText(outcome.error(), m_language, m_context.cache);
                // An error of the store names nobody; several teams in one command must be told
                // apart.
                if (std::holds_alternative<Error>(outcome.error()) && !name.isEmpty())
                    text = name + u": "_s + text;
            } else if (at) {
                text += u" · "_s + shortTime(*at, m_context.cache.now());
            }
            Q_EMIT message(text, !outcome);
            Q_EMIT answered(team, outcome.has_value(), text);
        });
}

void AssignmentActions::withReason(bool needed, const QString &given, const QString &title,
                                   std::function<void(QString)> then)
{
    if (!needed || !given.trimmed().isEmpty()) {
        then(given.trimmed());
        return;
    }
    const QPointer<AssignmentActions> self(this);
    m_context.prompter.askText(m_window, title, tr("Reason"),
                               [self, then = std::move(then)](const QString &reason) {
                                   if (self)
                                       then(reason);
                               });
}

void AssignmentActions::withRoad(TeamId team, std::optional<LonLat> to,
                                 std::function<void(qint64 seconds, qint64 metres)> then)
{
    const auto from = m_context.cache.whereabouts(team.text());
    if (!from || !to || !m_context.services.route) {
        then(-1, -1);
        return;
    }
    m_context.services.route(from->at, *to)
        .then(this, [then = std::move(then)](const Result<RouteLine> &route) {
            then(route ? route->seconds : -1, route ? route->metres : -1);
        });
}

void AssignmentActions::advance(const QString &assignment, std::optional<Instant> at)
{
    const Assignment *found = m_context.cache.assignment(assignment);
    if (!found)
        return;
    if (const auto next = usualNext(found->taskType, found->state)) {
        step(assignment, *next, {}, at);
        return;
    }
    Q_EMIT message(tr("%1 has ended; there is no next step.").arg(label(*found)), true);
}

void AssignmentActions::step(const QString &assignment, AssignmentState to, const QString &reason,
                             std::optional<Instant> at)
{
    const Assignment *found = m_context.cache.assignment(assignment);
    if (!found)
        return;
    if (to == AssignmentState::Diverted) {
        Q_EMIT divertWanted(assignment);
        return;
    }
    if (to == AssignmentState::HandedOver) {
        Q_EMIT handOverWanted(assignment);
        return;
    }
    const AssignmentTransition *row = findTransition(found->taskType, found->state, to);
    const QString done = label(*found) + u" → "_s + words(to).in(m_language);
    const AssignmentId id = found->id;
    const TeamId team = found->team;
    withReason(row && row->needsReason, reason, done,
               [this, id, team, to, at, done](const QString &why) {
                   send(op::AdvanceAssignment{.assignment = id, .to = stateName(to), .reason = why},
                        at, team, done);
               });
}

void AssignmentActions::divert(const QString &assignment, IncidentId to, const QString &reason,
                               std::optional<Instant> at)
{
    const Assignment *found = m_context.cache.assignment(assignment);
    const Incident *incident = m_context.cache.incident(to.text());
    if (!found || !incident)
        return;
    const QString done = tr("%1 diverted to incident %2").arg(label(*found)).arg(incident->number);
    const Assignment from = *found;
    const Incident where = *incident;
    withReason(true, reason, done, [this, from, where, at, done](const QString &why) {
        withRoad(from.team, where.place, [=, this](qint64 seconds, qint64 metres) {
            op::TransferAssignment body;
            body.assignment = from.id;
            body.successor = m_context.desk.newId<AssignmentId>();
            body.incident = where.id;
            body.reason = why;
            body.routeSeconds = seconds;
            body.routeMetres = metres;
            body.orderText =
                composeOrder(where, m_context.cache.name(u"team"_s, from.team.text()), {}, 0,
                             seconds, metres, at.value_or(m_context.cache.now()), m_language);
            send(body, at, from.team, done);
        });
    });
}

void AssignmentActions::handOver(const QString &assignment, TeamId to, const QString &reason,
                                 std::optional<Instant> at)
{
    const Assignment *found = m_context.cache.assignment(assignment);
    if (!found)
        return;
    const QString name = m_context.cache.name(u"team"_s, to.text());
    const QString done = tr("%1 handed over to %2").arg(label(*found), name);
    const Assignment from = *found;
    withReason(true, reason, done, [this, from, to, name, at, done](const QString &why) {
        withRoad(to, from.place, [=, this](qint64 seconds, qint64 metres) {
            op::TransferAssignment body;
            body.assignment = from.id;
            body.successor = m_context.desk.newId<AssignmentId>();
            body.handOver = true;
            body.team = to;
            body.reason = why;
            body.routeSeconds = seconds;
            body.routeMetres = metres;
            if (const Incident *incident = m_context.cache.incident(from.incident.text())) {
                const FieldValues *team = m_context.cache.row(u"team"_s, to.text());
                const int readiness = team ? team->value(u"readiness_minutes"_s).toInt() : 0;
                body.orderText =
                    composeOrder(*incident, name, from.task, readiness, seconds, metres,
                                 at.value_or(m_context.cache.now()), m_language);
            }
            send(body, at, from.team, done);
        });
    });
}

void AssignmentActions::undo(const QString &assignment, const QString &reason)
{
    const Assignment *found = m_context.cache.assignment(assignment);
    if (!found)
        return;
    const Assignment what = *found;
    m_context.desk.assignmentEvents(what.id).then(
        this, [this, what, reason](const Result<std::vector<store::AssignmentEvent>> &events) {
            if (!events) {
                Q_EMIT message(errorText(events.error(), m_language), true);
                return;
            }
            const store::AssignmentEvent *last = nullptr;
            for (const store::AssignmentEvent &event : *events) {
                if (event.kind == "state"_L1 && !event.isVoid)
                    last = &event;
            }
            if (!last)
                return;
            const auto from = assignmentStateFrom(last->fromState);
            const QString back = from ? words(*from).in(m_language) : QString();
            send(op::RetractStep{.assignment = what.id, .event = last->id, .reason = reason}, {},
                 what.team, tr("%1: last step taken back, now %2").arg(label(what), back));
        });
}

void AssignmentActions::setFlag(const QString &assignment, AssignmentFlag flag, bool on,
                                const QString &reason, std::optional<Instant> at)
{
    const Assignment *found = m_context.cache.assignment(assignment);
    if (!found)
        return;
    const QString word = words(flag).in(m_language);
    send(
        op::FlagAssignment{
            .assignment = found->id, .flag = stateName(flag), .on = on, .reason = reason},
        at, found->team,
        on ? tr("%1 flagged: %2").arg(label(*found), word)
           : tr("%1: flag lifted: %2").arg(label(*found), word));
}

void AssignmentActions::assign(const Sending &sending, std::optional<Instant> at)
{
    const Incident *incident = m_context.cache.incident(sending.incident.text());
    const FieldValues *team = m_context.cache.row(u"team"_s, sending.team.text());
    if (!incident || !team)
        return;
    const QString name = team->value(u"name"_s).toString();
    op::Assign body;
    body.assignment = m_context.desk.newId<AssignmentId>();
    body.incident = sending.incident;
    body.team = sending.team;
    body.task = sending.task;
    body.routeSeconds = sending.routeSeconds;
    body.routeMetres = sending.routeMetres;
    body.ordered = sending.ordered;
    body.doubleTask = sending.doubleTask;
    body.despiteUnavailable = sending.despiteUnavailable;
    body.orderText = composeOrder(
        *incident, name, sending.task, team->value(u"readiness_minutes"_s).toInt(),
        sending.routeSeconds, sending.routeMetres, at.value_or(m_context.cache.now()), m_language);
    const QString done = sending.ordered
                             ? tr("%1 ordered to incident %2").arg(name).arg(incident->number)
                             : tr("%1 proposed for incident %2").arg(name).arg(incident->number);
    send(body, at, sending.team, done);
}

void AssignmentActions::fillMenu(QMenu &menu, const QString &assignment)
{
    const Assignment *found = m_context.cache.assignment(assignment);
    if (!found)
        return;
    const auto usual = usualNext(found->taskType, found->state);
    const auto add = [&](const AssignmentTransition &row) {
        const bool asks = row.needsReason;
        QAction *action = menu.addAction(shapeOf(row.to) + u"  "_s + stepText(row.to, m_language) +
                                         (asks ? u" …"_s : QString()));
        action->setObjectName(u"step_"_s + stateName(row.to));
        if (usual && row.to == *usual)
            menu.setDefaultAction(action);
        connect(action, &QAction::triggered, this,
                [this, assignment, to = row.to] { step(assignment, to); });
    };
    const auto steps = legalSteps(assignment);
    for (const AssignmentTransition &row : steps) {
        if (!row.needsReason)
            add(row);
    }
    menu.addSeparator();
    for (const AssignmentTransition &row : steps) {
        if (row.needsReason)
            add(row);
    }
    menu.addSeparator();
    if (reservesTeam(found->state)) {
        const auto addFlag = [&](AssignmentFlag flag, bool on) {
            QAction *action = menu.addAction(words(flag).in(m_language));
            action->setObjectName(u"flag_"_s + stateName(flag));
            action->setCheckable(true);
            action->setChecked(on);
            connect(action, &QAction::triggered, this,
                    [this, assignment, flag, on] { setFlag(assignment, flag, !on); });
        };
        addFlag(AssignmentFlag::Suspended, found->suspended);
        addFlag(AssignmentFlag::LostContact, found->lostContact);
        menu.addSeparator();
    }
    QAction *back = menu.addAction(tr("Take back the last step"));
    back->setObjectName(u"undoStep"_s);
    connect(back, &QAction::triggered, this, [this, assignment] { undo(assignment); });
    QAction *print = menu.addAction(tr("Print the order"));
    print->setObjectName(u"printOrder"_s);
    print->setEnabled(!found->number.isEmpty());
    connect(print, &QAction::triggered, this,
            [this, assignment] { Q_EMIT printWanted(assignment); });
}

} // namespace leeward::widgets
