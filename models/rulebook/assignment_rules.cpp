#include "models/rulebook/context.h"

#include <algorithm>
#include <array>

namespace leeward::rulebook {

using namespace Qt::StringLiterals;

namespace {

// --- events
// ---------------------------------------------------------------------------------------------------------

struct EventText
{
    QString kind; // state, flag, correction, retraction
    QString from = {};
    QString to = {};
    QString text = {};
    QString corrects = {};
};

Result<> logAssignment(Context &context, AssignmentId assignment, const EventText &event)
{
    const Operation &operation = context.operation;
    TRY_ASSIGN(const auto events, store::eventsOf(context.db, assignment));
    const int position = events.empty() ? 1 : events.back().position + 1;
    return store::insertRow(context.db, *store::findTable(u"assignment_event"),
                            {{u"id"_s, derivedId(operation, event.kind + u'/' + assignment.text())},
                             {u"assignment"_s, assignment.text()},
                             {u"position"_s, position},
                             {u"kind"_s, event.kind},
                             {u"from_state"_s, event.from},
                             {u"to_state"_s, event.to},
                             {u"text"_s, event.text},
                             {u"corrects"_s, event.corrects},
                             {u"occurred_at"_s, toMs(operation.occurredAt)},
                             {u"recorded_at"_s, toMs(operation.recordedAt)},
                             {u"author"_s, operation.author},
                             {u"desk"_s, operation.desk}});
}

// The steps that stand, each with the time that holds for it after corrections.
struct Step
{
    store::AssignmentEvent event;
    Instant at;
};

std::vector<Step> standingSteps(const std::vector<store::AssignmentEvent> &events)
{
    std::vector<Step> steps;
    for (const auto &event : events) {
        if (event.kind == "state"_L1 && !event.isVoid)
            steps.push_back({event, event.occurredAt});
    }
    for (const auto &event : events) {
        if (event.kind != "correction"_L1)
            continue;
        for (Step &step : steps) {
            if (step.event.id.text() == event.corrects)
                step.at = event.occurredAt;
        }
    }
    return steps;
}

Refusal notMonotone(AssignmentId assignment, Instant at, Instant after)
{
    return {RefusalReason::TimeNotMonotone,
            {{u"assignment"_s, assignment.text()}, {u"at"_s, toMs(at)}, {u"after"_s, toMs(after)}}};
}

// --- may this team go?
// ----------------------------------------------------------------------------------------------

struct Consent
{
    bool doubleTask = false;
    bool despiteUnavailable = false;
};

Result<QJsonObject> busyFacts(Context &context, const QString &teamName, const Assignment &other)
{
    TRY_ASSIGN(const auto incident, store::findIncident(context.db, other.incident));
    QJsonObject facts = {{u"team"_s, other.team.text()},
                         {u"teamName"_s, teamName},
                         {u"assignment"_s, other.id.text()},
                         {u"number"_s, other.number},
                         {u"incident"_s, other.incident.text()},
                         {u"incidentNumber"_s, incident ? incident->number : 0},
                         {u"state"_s, stateName(other.state)},
                         {u"issuer"_s, other.issuer},
                         {u"desk"_s, other.issuerDesk},
                         {u"since"_s, toMs(other.stateSince)}};
    if (const auto due = expectedArrival(other))
        facts[u"expectedArrival"_s] = toMs(*due);
    if (const auto back = expectedBack(other))
        facts[u"expectedBack"_s] = toMs(*back);
    return facts;
}

// Checks everything that ordering a team needs; `except` is an assignment that is ending in this
// same operation.
Result<Verdict> checkTeam(Context &context, TeamId id, Consent consent, AssignmentId except = {})
{
    TRY_ASSIGN(const auto team, store::findRow(context.db, *store::findTable(u"team"), id.text()));
    if (!team)
        REFUSE(RefusalReason::NotFound, {{u"table"_s, u"team"_s}, {u"id"_s, id.text()}});
    const QString name = team->value(u"name"_s).toString();
    if (team->value(u"retired"_s).toInt())
        REFUSE(RefusalReason::TeamRetired, {{u"team"_s, id.text()}, {u"teamName"_s, name}});
    TRY_ASSIGN(const auto assignments, store::assignmentsOfTeam(context.db, id));
    for (const Assignment &other : assignments) {
        if (other.id != except && reservesTeam(other.state) && !consent.doubleTask) {
            TRY_ASSIGN(QJsonObject facts, busyFacts(context, name, other));
            REFUSE(RefusalReason::TeamBusy, std::move(facts));
        }
    }
    if (consent.despiteUnavailable)
        return Verdict();
    TRY_ASSIGN(const auto override_, store::overrideOf(context.db, id));
    const Instant now = context.operation.occurredAt;
    if (override_ && now < override_->until) {
        REFUSE(RefusalReason::TeamUnavailable, {{u"team"_s, id.text()},
                                                {u"teamName"_s, name},
                                                {u"reason"_s, override_->reason},
                                                {u"by"_s, override_->by},
                                                {u"until"_s, toMs(override_->until)}});
    }
    const QString hours = team->value(u"duty_hours"_s).toString();
    if (!isOnDuty(hours, now, chinaOffset)) {
        REFUSE(RefusalReason::TeamOffDuty,
               {{u"team"_s, id.text()}, {u"teamName"_s, name}, {u"dutyHours"_s, hours}});
    }
    return Verdict();
}

Verdict checkIncident(const std::optional<Incident> &incident, IncidentId id)
{
    if (!incident)
        return refuse(RefusalReason::NotFound, {{u"table"_s, u"incident"_s}, {u"id"_s, id.text()}});
    if (!acceptsOrders(incident->state)) {
        return refuse(RefusalReason::IncidentNotOpen, {{u"incident"_s, id.text()},
                                                       {u"incidentNumber"_s, incident->number},
                                                       {u"state"_s, stateName(incident->state)}});
    }
    return {};
}

// The number of an order: the city's local year and a count within it.
Result<QString> orderNumber(Context &context)
{
    const auto local = toUtcDateTime(context.operation.recordedAt + chinaOffset);
    const QString year = QString::number(local.date().year());
    TRY_ASSIGN(const qint64 number, store::nextNumber(context.db, u"order/"_s + year));
    return year + u'-' + u"%1"_s.arg(number, 4, 10, QChar(u'0'));
}

// Sending a team is responding: the incident follows unless it already has.
Result<> followUp(Context &context, const Incident &incident)
{
    if (incident.state == IncidentState::Reported || incident.state == IncidentState::Verified ||
        incident.state == IncidentState::Reopened) {
        return moveIncident(context, incident, IncidentState::Responding, {});
    }
    return {};
}

Result<int> readinessOf(Context &context, TeamId id)
{
    TRY_ASSIGN(const auto team, store::findRow(context.db, *store::findTable(u"team"), id.text()));
    return team ? team->value(u"readiness_minutes"_s).toInt() : 0;
}

// --- assign
// ---------------------------------------------------------------------------------------------------------

Result<Verdict> insertAssignment(Context &context, Assignment assignment, const Incident &incident)
{
    if (!assignment.id.isValid())
        REFUSE(RefusalReason::BadArguments, {{u"argument"_s, u"assignment"_s}});
    TRY_ASSIGN(const auto standing, store::findAssignment(context.db, assignment.id));
    if (standing)
        REFUSE(RefusalReason::AlreadyExists,
               {{u"table"_s, u"assignment"_s}, {u"id"_s, assignment.id.text()}});
    assignment.issuer = context.operation.author;
    assignment.issuerDesk = context.operation.desk;
    assignment.stateSince = context.operation.occurredAt;
    TRY_ASSIGN(assignment.readinessMinutes, readinessOf(context, assignment.team));
    if (assignment.state == AssignmentState::Ordered) {
        TRY_ASSIGN(assignment.number, orderNumber(context));
        assignment.orderedAt = context.operation.occurredAt;
    }
    TRY(store::insertRow(context.db, *store::findTable(u"assignment"), toValues(assignment)));
    TRY(logAssignment(
        context, assignment.id,
        {.kind = u"state"_s, .to = stateName(assignment.state), .text = assignment.task}));
    if (assignment.state == AssignmentState::Ordered)
        TRY(followUp(context, incident));
    return Verdict();
}

Result<Verdict> assign(Context &context)
{
    RULE_ARGS(op::Assign, args);
    const auto type = taskTypeFrom(args.taskType);
    if (!type)
        REFUSE(RefusalReason::BadArguments,
               {{u"argument"_s, u"task_type"_s}, {u"value"_s, args.taskType}});
    if (args.task.size() > longestText || args.orderText.size() > longestText)
        REFUSE(RefusalReason::BadArguments, {{u"argument"_s, u"task"_s}});
    TRY_ASSIGN(const auto incident, store::findIncident(context.db, args.incident));
    if (const Verdict open = checkIncident(incident, args.incident); !open || !incident)
        return open;
    if (args.ordered) {
        TRY_ASSIGN(const Verdict may,
                   checkTeam(context, args.team, {args.doubleTask, args.despiteUnavailable}));
        if (!may)
            return may;
    } else {
        TRY_ASSIGN(const Verdict exists, checkTeam(context, args.team, {true, true}));
        if (!exists)
            return exists;
    }
    return insertAssignment(
        context,
        {.id = args.assignment,
         .incident = args.incident,
         .team = args.team,
         .taskType = *type,
         .state = args.ordered ? AssignmentState::Ordered : AssignmentState::Proposed,
         .task = args.task,
         .orderText = args.orderText,
         .place = args.place ? args.place : incident->place,
         .routeSeconds = args.routeSeconds,
         .routeMetres = args.routeMetres,
         .arriveBy = args.arriveBy,
         .doubleTask = args.doubleTask},
        *incident);
}

// --- advance
// --------------------------------------------------------------------------------------------------------

Result<Verdict> checkStep(Context &context, const Assignment &assignment, AssignmentState to,
                          const QString &reason)
{
    const AssignmentTransition *step = findTransition(assignment.taskType, assignment.state, to);
    if (!step) {
        REFUSE(RefusalReason::IllegalTransition, {{u"table"_s, u"assignment"_s},
                                                  {u"id"_s, assignment.id.text()},
                                                  {u"taskType"_s, stateName(assignment.taskType)},
                                                  {u"from"_s, stateName(assignment.state)},
                                                  {u"to"_s, stateName(to)}});
    }
    if (step->needsReason && reason.trimmed().isEmpty())
        REFUSE(RefusalReason::ReasonNeeded,
               {{u"from"_s, stateName(assignment.state)}, {u"to"_s, stateName(to)}});
    if (reason.size() > longestText)
        REFUSE(RefusalReason::BadArguments, {{u"argument"_s, u"reason"_s}});
    if (context.operation.occurredAt < assignment.stateSince)
        return Verdict(std::unexpected(
            notMonotone(assignment.id, context.operation.occurredAt, assignment.stateSince)));
    return Verdict();
}

// Flags speak of an open assignment; one that ends has none.
FieldValues stepValues(Context &context, AssignmentState to)
{
    FieldValues values = {{u"state"_s, stateName(to)},
                          {u"state_since"_s, toMs(context.operation.occurredAt)}};
    if (!isOpen(to)) {
        values[u"overdue"_s] = 0;
        values[u"lost_contact"_s] = 0;
        values[u"suspended"_s] = 0;
    }
    return values;
}

Result<> moveAssignment(Context &context, const Assignment &assignment, AssignmentState to,
                        const QString &reason, const FieldValues &further = {})
{
    FieldValues values = stepValues(context, to);
    values.insert(further);
    TRY(change(context, u"assignment"_s, assignment.id.text(), values));
    return logAssignment(context, assignment.id,
                         {.kind = u"state"_s,
                          .from = stateName(assignment.state),
                          .to = stateName(to),
                          .text = reason});
}

// Proposed or awaiting approval → ordered: the team is taken now, so it must be free now.
Result<Verdict> orderProposed(Context &context, const Assignment &assignment,
                              const op::AdvanceAssignment &args)
{
    TRY_ASSIGN(const auto incident, store::findIncident(context.db, assignment.incident));
    if (const Verdict open = checkIncident(incident, assignment.incident); !open || !incident)
        return open;
    TRY_ASSIGN(const Verdict may,
               checkTeam(context, assignment.team, {args.doubleTask, args.despiteUnavailable},
                         assignment.id));
    if (!may)
        return may;
    TRY_ASSIGN(const QString number, orderNumber(context));
    FieldValues further = {{u"number"_s, number},
                           {u"ordered_at"_s, toMs(context.operation.occurredAt)},
                           {u"double_task"_s, args.doubleTask ? 1 : 0}};
    if (assignment.state == AssignmentState::PendingApproval)
        further[u"approver"_s] = context.operation.author;
    TRY(moveAssignment(context, assignment, AssignmentState::Ordered, args.reason, further));
    TRY(followUp(context, *incident));
    return Verdict();
}

Result<Verdict> advance(Context &context)
{
    RULE_ARGS(op::AdvanceAssignment, args);
    const auto to = assignmentStateFrom(args.to);
    // Diverting and handing over make a second assignment and are operations of their own.
    if (!to || *to == AssignmentState::Diverted || *to == AssignmentState::HandedOver)
        REFUSE(RefusalReason::BadArguments, {{u"argument"_s, u"to"_s}, {u"value"_s, args.to}});
    TRY_ASSIGN(const auto assignment, store::findAssignment(context.db, args.assignment));
    if (!assignment)
        REFUSE(RefusalReason::NotFound,
               {{u"table"_s, u"assignment"_s}, {u"id"_s, args.assignment.text()}});
    TRY_ASSIGN(const Verdict legal, checkStep(context, *assignment, *to, args.reason));
    if (!legal)
        return legal;
    if (*to == AssignmentState::Ordered)
        return orderProposed(context, *assignment, args);
    TRY(moveAssignment(context, *assignment, *to, args.reason));
    return Verdict();
}

// --- transfer
// -------------------------------------------------------------------------------------------------------

Result<Verdict> transfer(Context &context)
{
    RULE_ARGS(op::TransferAssignment, args);
    if (args.task.size() > longestText || args.orderText.size() > longestText)
        REFUSE(RefusalReason::BadArguments, {{u"argument"_s, u"task"_s}});
    const AssignmentState to =
        args.handOver ? AssignmentState::HandedOver : AssignmentState::Diverted;
    TRY_ASSIGN(const auto assignment, store::findAssignment(context.db, args.assignment));
    if (!assignment)
        REFUSE(RefusalReason::NotFound,
               {{u"table"_s, u"assignment"_s}, {u"id"_s, args.assignment.text()}});
    TRY_ASSIGN(const Verdict legal, checkStep(context, *assignment, to, args.reason));
    if (!legal)
        return legal;
    const IncidentId where = args.handOver ? assignment->incident : args.incident;
    const TeamId who = args.handOver ? args.team : assignment->team;
    if ((args.handOver && who == assignment->team) ||
        (!args.handOver && where == assignment->incident))
        REFUSE(RefusalReason::NothingToChange,
               {{u"table"_s, u"assignment"_s}, {u"id"_s, assignment->id.text()}});
    TRY_ASSIGN(const auto incident, store::findIncident(context.db, where));
    if (const Verdict open = checkIncident(incident, where); !open || !incident)
        return open;
    // A diverted team keeps its other tasks, if it had any, and exactly as knowingly as before: one
    // task is put in the place of another. Nobody has said so of another team.
    const bool doubleTask = assignment->doubleTask && !args.handOver;
    TRY_ASSIGN(const Verdict may,
               checkTeam(context, who, {!args.handOver, !args.handOver}, assignment->id));
    if (!may)
        return may;
    TRY(moveAssignment(context, *assignment, to, args.reason));
    return insertAssignment(context,
                            {.id = args.successor,
                             .incident = where,
                             .team = who,
                             .taskType = assignment->taskType,
                             .state = AssignmentState::Ordered,
                             .task = args.task.isEmpty() ? assignment->task : args.task,
                             .orderText = args.orderText,
                             .place = args.handOver ? assignment->place : incident->place,
                             .routeSeconds = args.routeSeconds,
                             .routeMetres = args.routeMetres,
                             .doubleTask = doubleTask,
                             .linkedFrom = assignment->id.text()},
                            *incident);
}

// --- flags, corrections
// ---------------------------------------------------------------------------------------------

Result<Verdict> setFlag(Context &context)
{
    RULE_ARGS(op::FlagAssignment, args);
    const auto flag = assignmentFlagFrom(args.flag);
    if (!flag || args.reason.size() > longestText)
        REFUSE(RefusalReason::BadArguments, {{u"argument"_s, u"flag"_s}, {u"value"_s, args.flag}});
    TRY_ASSIGN(const auto assignment, store::findAssignment(context.db, args.assignment));
    if (!assignment)
        REFUSE(RefusalReason::NotFound,
               {{u"table"_s, u"assignment"_s}, {u"id"_s, args.assignment.text()}});
    if (!reservesTeam(assignment->state)) {
        REFUSE(RefusalReason::IllegalTransition, {{u"table"_s, u"assignment"_s},
                                                  {u"id"_s, assignment->id.text()},
                                                  {u"from"_s, stateName(assignment->state)},
                                                  {u"to"_s, args.flag}});
    }
    const bool standing = (*flag == AssignmentFlag::Overdue && assignment->overdue) ||
                          (*flag == AssignmentFlag::LostContact && assignment->lostContact) ||
                          (*flag == AssignmentFlag::Suspended && assignment->suspended);
    if (standing == args.on)
        REFUSE(RefusalReason::NothingToChange,
               {{u"table"_s, u"assignment"_s}, {u"id"_s, assignment->id.text()}});
    TRY(change(context, u"assignment"_s, assignment->id.text(), {{args.flag, args.on ? 1 : 0}}));
    TRY(logAssignment(context, assignment->id,
                      {.kind = u"flag"_s,
                       .from = args.on ? QString() : args.flag,
                       .to = args.on ? args.flag : QString(),
                       .text = args.reason}));
    return Verdict();
}

Result<Verdict> retract(Context &context)
{
    RULE_ARGS(op::RetractStep, args);
    TRY_ASSIGN(const auto assignment, store::findAssignment(context.db, args.assignment));
    if (!assignment)
        REFUSE(RefusalReason::NotFound,
               {{u"table"_s, u"assignment"_s}, {u"id"_s, args.assignment.text()}});
    if (args.reason.size() > longestText)
        REFUSE(RefusalReason::BadArguments, {{u"argument"_s, u"reason"_s}});
    TRY_ASSIGN(const auto events, store::eventsOf(context.db, args.assignment));
    const std::vector<Step> steps = standingSteps(events);
    // The first step made the assignment, an order was numbered and a transfer opened another one:
    // those are ended by an operation of their own, not taken back.
    const bool last = steps.size() >= 2 && steps.back().event.id == args.event;
    const bool final = assignment->state == AssignmentState::Ordered ||
                       assignment->state == AssignmentState::Diverted ||
                       assignment->state == AssignmentState::HandedOver;
    if (!last || final)
        REFUSE(RefusalReason::NotRetractable,
               {{u"assignment"_s, assignment->id.text()}, {u"event"_s, args.event.text()}});
    const auto back = assignmentStateFrom(steps.back().event.fromState);
    if (!back)
        return fail(Errc::Corrupt, u"event "_s + args.event.text());
    if (!isOpen(assignment->state)) {
        // The team comes back into this task, so it must still be free for it; a proposal holds
        // nobody.
        const bool consent = assignment->doubleTask || !reservesTeam(*back);
        TRY_ASSIGN(const Verdict may,
                   checkTeam(context, assignment->team, {consent, true}, assignment->id));
        if (!may)
            return may;
        TRY_ASSIGN(const auto incident, store::findIncident(context.db, assignment->incident));
        if (!incident || forbidsOpenAssignments(incident->state)) {
            REFUSE(RefusalReason::IncidentNotOpen,
                   {{u"incident"_s, assignment->incident.text()},
                    {u"incidentNumber"_s, incident ? incident->number : 0},
                    {u"state"_s, incident ? stateName(incident->state) : QString()}});
        }
    }
    TRY(change(context, u"assignment_event"_s, args.event.text(), {{u"void"_s, 1}}));
    TRY(change(
        context, u"assignment"_s, assignment->id.text(),
        {{u"state"_s, stateName(*back)}, {u"state_since"_s, toMs(steps[steps.size() - 2].at)}}));
    TRY(logAssignment(context, assignment->id,
                      {.kind = u"retraction"_s,
                       .from = stateName(assignment->state),
                       .to = stateName(*back),
                       .text = args.reason,
                       .corrects = args.event.text()}));
    return Verdict();
}

Result<Verdict> correctTime(Context &context)
{
    RULE_ARGS(op::CorrectTime, args);
    TRY_ASSIGN(const auto assignment, store::findAssignment(context.db, args.assignment));
    if (!assignment)
        REFUSE(RefusalReason::NotFound,
               {{u"table"_s, u"assignment"_s}, {u"id"_s, args.assignment.text()}});
    if (args.reason.trimmed().isEmpty())
        REFUSE(RefusalReason::ReasonNeeded, {{u"to"_s, u"correct_time"_s}});
    if (args.reason.size() > longestText)
        REFUSE(RefusalReason::BadArguments, {{u"argument"_s, u"reason"_s}});
    TRY_ASSIGN(const auto events, store::eventsOf(context.db, args.assignment));
    std::vector<Step> steps = standingSteps(events);
    const auto wrong =
        std::ranges::find_if(steps, [&](const Step &step) { return step.event.id == args.event; });
    if (wrong == steps.end())
        REFUSE(RefusalReason::NotFound,
               {{u"table"_s, u"assignment_event"_s}, {u"id"_s, args.event.text()}});
    const bool early = wrong != steps.begin() && args.occurredAt < std::prev(wrong)->at;
    const bool late = std::next(wrong) != steps.end() && args.occurredAt > std::next(wrong)->at;
    if (early || late)
        return Verdict(std::unexpected(notMonotone(
            assignment->id, args.occurredAt, early ? std::prev(wrong)->at : std::next(wrong)->at)));
    if (context.operation.occurredAt != args.occurredAt) {
        // The appended event carries the right time as its own.
        REFUSE(RefusalReason::BadArguments, {{u"argument"_s, u"occurred_at"_s}});
    }
    FieldValues values;
    if (std::next(wrong) == steps.end())
        values[u"state_since"_s] = toMs(args.occurredAt);
    if (wrong->event.toState == stateName(AssignmentState::Ordered))
        values[u"ordered_at"_s] = toMs(args.occurredAt);
    if (!values.isEmpty())
        TRY(change(context, u"assignment"_s, assignment->id.text(), values));
    TRY(logAssignment(context, assignment->id,
                      {.kind = u"correction"_s,
                       .from = wrong->event.fromState,
                       .to = wrong->event.toState,
                       .text = args.reason,
                       .corrects = args.event.text()}));
    return Verdict();
}

} // namespace

std::span<const NamedRule> assignmentRules()
{
    static constexpr std::array rules = {NamedRule{op::Assign::kind, assign},
                                         NamedRule{op::AdvanceAssignment::kind, advance},
                                         NamedRule{op::TransferAssignment::kind, transfer},
                                         NamedRule{op::FlagAssignment::kind, setFlag},
                                         NamedRule{op::RetractStep::kind, retract},
                                         NamedRule{op::CorrectTime::kind, correctTime}};
    return rules;
}

} // namespace leeward::rulebook
