#include "simulation/dispatch_oracle.h"

#include "models/domain/availability.h"
#include "models/store/dispatch_queries.h"
#include "models/store/tables.h"

namespace leeward::simulation {

using namespace Qt::StringLiterals;

namespace {

// An error of the tables shows as rows that are not there.
template <class T>
T orNothing(Result<T> result)
{
    if constexpr (!std::is_void_v<T>)
        return result ? std::move(*result) : T();
}

bool holding(const QString &state)
{
    static const QSet<QString> states = {
        u"ordered"_s,        u"delivered"_s, u"acknowledged"_s, u"mustering"_s, u"en_route"_s,
        u"staged"_s,         u"on_scene"_s,  u"working"_s,      u"loaded"_s,    u"to_destination"_s,
        u"at_destination"_s, u"completed"_s, u"returning"_s};
    return states.contains(state);
}

constexpr qint64 someMidday = 1'786'500'000'000;

bool isOpenState(const QString &state)
{
    return holding(state) || state == "proposed"_L1 || state == "pending_approval"_L1;
}

bool closedState(const QString &state)
{
    static const QSet<QString> states = {u"closed"_s, u"archived"_s, u"unfounded"_s,
                                         u"duplicate"_s};
    return states.contains(state);
}

bool takesOrders(const QString &state)
{
    static const QSet<QString> states = {u"reported"_s, u"verified"_s, u"responding"_s,
                                         u"stabilised"_s, u"reopened"_s};
    return states.contains(state);
}

bool onDuty(const QString &hours, Instant now)
{
    if (hours.isEmpty())
        return true;
    const qint64 minute = (toMs(now) / 60'000 + 480) % 1440;
    for (const QString &span : hours.split(u',')) {
        const auto at = [&](int part) {
            const QString clock = span.section(u'-', part, part);
            return clock.section(u':', 0, 0).toInt() * 60 + clock.section(u':', 1).toInt();
        };
        const int from = at(0);
        const int to = at(1);
        if (from <= to ? minute >= from && minute < to : minute >= from || minute < to)
            return true;
    }
    return false;
}

// What each state makes of its team, the most binding last.
int rank(const QString &state)
{
    static const QMap<QString, int> ranks = {
        {u"completed"_s, 1},      {u"returning"_s, 1}, {u"ordered"_s, 2}, {u"delivered"_s, 2},
        {u"acknowledged"_s, 2},   {u"mustering"_s, 2}, {u"staged"_s, 3},  {u"en_route"_s, 4},
        {u"to_destination"_s, 4}, {u"on_scene"_s, 5},  {u"working"_s, 5}, {u"loaded"_s, 5},
        {u"at_destination"_s, 5}};
    return ranks.value(state, 0);
}

QString textOf(const Operation &operation, const char *name)
{
    return operation.args.value(QLatin1StringView(name)).toString();
}

bool flagOf(const Operation &operation, const char *name)
{
    return operation.args.value(QLatin1StringView(name)).toBool();
}

} // namespace

bool DispatchOracle::holds(const QString &assignment) const
{
    return holding(m_tasks.value(assignment).state);
}

QString DispatchOracle::availability(const QString &team, Instant now) const
{
    int highest = 0;
    for (const Task &task : m_tasks) {
        if (task.team == team)
            highest = std::max(highest, rank(task.state));
    }
    static const QStringList names = {{},          u"returning"_s, u"ordered"_s,
                                      u"staged"_s, u"en_route"_s,  u"on_scene"_s};
    if (highest > 0)
        return names[highest];
    const Team known = m_teams.value(team);
    if (known.awayUntil && now < *known.awayUntil)
        return u"unavailable"_s;
    return onDuty(known.hours, now) ? u"available"_s : u"off_duty"_s;
}

QString DispatchOracle::take(const Operation &operation, store::Connection &db)
{
    m_learn.clear();
    QString wrong;
    if (operation.kind == "record.create"_L1) {
        if (textOf(operation, "table") == "team"_L1)
            m_teams[textOf(operation, "record")].hours =
                operation.args[u"values"][u"duty_hours"].toString();
    } else if (operation.kind == "incident.report"_L1) {
        m_incidents[textOf(operation, "incident")].state = u"reported"_s;
    } else if (operation.kind == "assignment.assign"_L1) {
        wrong = assign(operation);
    } else if (operation.kind == "assignment.advance"_L1) {
        wrong = advance(operation);
    } else if (operation.kind == "assignment.transfer"_L1) {
        wrong = transfer(operation);
    } else if (operation.kind == "assignment.retract"_L1) {
        wrong = retract(operation);
    } else if (operation.kind == "assignment.correct_time"_L1) {
        wrong = correct(operation);
    } else if (operation.kind == "assignment.flag"_L1) {
        ++m_tasks[textOf(operation, "assignment")].events;
    } else if (operation.kind == "incident.advance"_L1) {
        wrong = advanceIncident(operation);
    } else if (operation.kind == "incident.close_timer"_L1) {
        Event &incident = m_incidents[textOf(operation, "incident")];
        incident.timer = textOf(operation, "timer");
        if (!incident.timer.isEmpty() && incident.state != "terminated"_L1)
            wrong = u"a timer on an incident that is not terminated"_s;
    } else if (operation.kind == "team.override"_L1) {
        m_teams[textOf(operation, "team")].awayUntil =
            flagOf(operation, "on") ? instantFromMs(operation.args[u"until"].toInteger())
                                    : operation.occurredAt;
    }
    if (!wrong.isEmpty())
        return wrong;
    if (!m_learn.isEmpty()) {
        const auto events = orNothing(store::eventsOf(db, AssignmentId::fromText(m_learn)));
        if (events.empty())
            return u"no event"_s;
        m_tasks[m_learn].steps.back().event = events.back().id.text();
    }
    // A transfer ends one task and begins another: both have a new step.
    if (operation.kind == "assignment.transfer"_L1) {
        const QString ended = textOf(operation, "assignment");
        const auto events = orNothing(store::eventsOf(db, AssignmentId::fromText(ended)));
        if (events.empty() || m_tasks[ended].steps.empty())
            return u"a transfer without a step"_s;
        m_tasks[ended].steps.back().event = events.back().id.text();
    }
    return compare(db);
}

QString DispatchOracle::order(const QString &team, const QString &incident, bool doubleTask,
                              bool despite, Instant at, const QString &except)
{
    if (!takesOrders(m_incidents.value(incident).state))
        return u"ordered to an incident that is "_s + m_incidents.value(incident).state;
    for (auto it = m_tasks.begin(); it != m_tasks.end(); ++it) {
        if (it->team == team && it.key() != except && holding(it->state) && !doubleTask)
            return u"a team was ordered twice without a word"_s;
    }
    const Team known = m_teams.value(team);
    if (!despite && ((known.awayUntil && at < *known.awayUntil) || !onDuty(known.hours, at)))
        return u"a team was ordered that can not go"_s;
    QString &state = m_incidents[incident].state;
    if (state == "reported"_L1 || state == "verified"_L1 || state == "reopened"_L1)
        state = u"responding"_s;
    return {};
}

QString DispatchOracle::addStep(const Operation &operation, const QString &id, const QString &state)
{
    Task &task = m_tasks[id];
    for (auto it = task.steps.rbegin(); it != task.steps.rend(); ++it) {
        if (it->isVoid)
            continue;
        if (operation.occurredAt < it->at)
            return u"time goes back"_s;
        break;
    }
    task.state = state;
    ++task.events;
    task.steps.push_back(
        {{}, state, operation.occurredAt, operation.occurredAt, operation.recordedAt});
    m_learn = id;
    return {};
}

QString DispatchOracle::assign(const Operation &operation)
{
    const QString id = textOf(operation, "assignment");
    const QString team = textOf(operation, "team");
    const QString incident = textOf(operation, "incident");
    if (m_tasks.contains(id))
        return u"an assignment was made twice"_s;
    const bool ordered = flagOf(operation, "ordered");
    if (!ordered && !takesOrders(m_incidents.value(incident).state))
        return u"proposed to a closed incident"_s;
    if (ordered) {
        const QString wrong =
            order(team, incident, flagOf(operation, "double_task"),
                  flagOf(operation, "despite_unavailable"), operation.occurredAt, id);
        if (!wrong.isEmpty())
            return wrong;
    }
    m_tasks[id] = {.team = team,
                   .incident = incident,
                   .state = {},
                   .doubleTask = flagOf(operation, "double_task"),
                   .steps = {}};
    return addStep(operation, id, ordered ? u"ordered"_s : u"proposed"_s);
}

QString DispatchOracle::advance(const Operation &operation)
{
    const QString id = textOf(operation, "assignment");
    const QString to = textOf(operation, "to");
    if (to == "ordered"_L1) {
        Task &task = m_tasks[id];
        task.doubleTask = flagOf(operation, "double_task");
        const QString wrong =
            order(task.team, task.incident, task.doubleTask,
                  flagOf(operation, "despite_unavailable"), operation.occurredAt, id);
        if (!wrong.isEmpty())
            return wrong;
    }
    return addStep(operation, id, to);
}

QString DispatchOracle::transfer(const Operation &operation)
{
    const QString id = textOf(operation, "assignment");
    const QString successor = textOf(operation, "successor");
    const bool handOver = flagOf(operation, "hand_over");
    const Task before = m_tasks.value(id);
    if (m_tasks.contains(successor))
        return u"an assignment was made twice"_s;
    const QString incident = handOver ? before.incident : textOf(operation, "incident");
    const QString team = handOver ? textOf(operation, "team") : before.team;
    const bool doubleTask = before.doubleTask && !handOver;
    // A diverted team has as many tasks as before.
    QString wrong = order(team, incident, !handOver, !handOver, operation.occurredAt, id);
    if (wrong.isEmpty())
        wrong = addStep(operation, id, handOver ? u"handed_over"_s : u"diverted"_s);
    if (!wrong.isEmpty())
        return wrong;
    m_tasks[successor] = {
        .team = team, .incident = incident, .state = {}, .doubleTask = doubleTask, .steps = {}};
    return addStep(operation, successor, u"ordered"_s);
}

QString DispatchOracle::retract(const Operation &operation)
{
    Task &task = m_tasks[textOf(operation, "assignment")];
    Step *last = nullptr;
    Step *before = nullptr;
    for (Step &step : task.steps) {
        if (!step.isVoid) {
            before = last;
            last = &step;
        }
    }
    if (!before || last->event != textOf(operation, "event"))
        return u"a step was taken back that is not the last"_s;
    last->isVoid = true;
    if (!isOpenState(task.state) && holding(before->state) && !task.doubleTask) {
        for (const Task &other : m_tasks) {
            if (&other != &task && other.team == task.team && holding(other.state))
                return u"a team came back into a second task"_s;
        }
    }
    task.state = before->state;
    ++task.events;
    return {};
}

QString DispatchOracle::correct(const Operation &operation)
{
    Task &task = m_tasks[textOf(operation, "assignment")];
    for (Step &step : task.steps) {
        if (step.event != textOf(operation, "event"))
            continue;
        if (step.isVoid)
            return u"the time of a step that does not stand was corrected"_s;
        step.at = instantFromMs(operation.args[u"occurred_at"].toInteger());
        ++task.events;
        return {};
    }
    return u"the time of no step was corrected"_s;
}

QString DispatchOracle::advanceIncident(const Operation &operation)
{
    Event &incident = m_incidents[textOf(operation, "incident")];
    const QString timer = textOf(operation, "timer");
    if (!timer.isEmpty() && timer != incident.timer)
        return u"moved by a timer that was not set, or set before it was reopened"_s;
    incident.state = textOf(operation, "to");
    if (incident.state == "reopened"_L1 || closedState(incident.state))
        incident.timer.clear();
    return {};
}

QString DispatchOracle::compareSteps(store::Connection &db, const QString &id,
                                     const Task &task) const
{
    const auto events = orNothing(store::eventsOf(db, AssignmentId::fromText(id)));
    if (static_cast<int>(events.size()) != task.events)
        return u"%1 events, not %2"_s.arg(events.size()).arg(task.events);
    auto step = task.steps.begin();
    std::optional<Instant> last;
    for (const store::AssignmentEvent &event : events) {
        if (event.kind != "state"_L1)
            continue;
        if (step == task.steps.end() || event.id.text() != step->event ||
            event.toState != step->state || event.occurredAt != step->occurred ||
            event.recordedAt != step->recorded || event.isVoid != step->isVoid)
            return u"a step is not as it was recorded"_s;
        if (!step->isVoid) {
            if (last && step->at < *last)
                return u"the times do not rise"_s;
            last = step->at;
        }
        ++step;
    }
    const auto row = orNothing(store::findAssignment(db, AssignmentId::fromText(id)));
    if (!row || stateName(row->state) != task.state)
        return u"state %1, not %2"_s.arg(row ? stateName(row->state) : u"none"_s, task.state);
    return row->stateSince == last ? QString() : u"state_since"_s;
}

QString DispatchOracle::compare(store::Connection &db) const
{
    qsizetype rows = 0;
    orNothing(store::forEachRow(db, *store::findTable(u"assignment"),
                                [&](FieldValues &&) { return ++rows > 0; }));
    if (rows != m_tasks.size())
        return u"%1 assignments, not %2"_s.arg(rows).arg(m_tasks.size());
    for (auto it = m_tasks.begin(); it != m_tasks.end(); ++it) {
        if (const QString wrong = compareSteps(db, it.key(), *it); !wrong.isEmpty())
            return u"assignment %1: %2"_s.arg(it.key(), wrong);
        if (isOpenState(it->state) && closedState(m_incidents.value(it->incident).state))
            return u"an open assignment under a closed incident"_s;
    }
    for (auto it = m_incidents.begin(); it != m_incidents.end(); ++it) {
        const auto row = orNothing(store::findIncident(db, IncidentId::fromText(it.key())));
        if (!row || stateName(row->state) != it->state || row->closeTimer != it->timer)
            return u"incident %1 is not %2"_s.arg(it.key(), it->state);
    }
    for (auto it = m_teams.begin(); it != m_teams.end(); ++it) {
        const TeamId id = TeamId::fromText(it.key());
        std::vector<AssignmentState> states;
        for (const Assignment &assignment : orNothing(store::assignmentsOfTeam(db, id)))
            states.push_back(assignment.state);
        const auto away = orNothing(store::overrideOf(db, id));
        for (int hour = 0; hour < 24; hour += 5) {
            const Instant now = instantFromMs(someMidday) + std::chrono::hours(hour);
            const Availability seen = availabilityOf(states, it->hours, away, now, chinaOffset);
            if (stateName(seen) != availability(it.key(), now))
                return u"team %1 is seen %2, not %3"_s.arg(it.key(), stateName(seen),
                                                           availability(it.key(), now));
        }
    }
    return {};
}

} // namespace leeward::simulation
