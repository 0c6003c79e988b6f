#include "models/rulebook/context.h"

#include <array>

namespace leeward::rulebook {

using namespace Qt::StringLiterals;

namespace {

// The rules of each field that a desk may edit later hold from the beginning.
std::optional<FieldFault> checkFields(const Incident &incident)
{
    const FieldValues values = toValues(incident);
    for (const FieldSpec &field : incidentFields().fields) {
        if (auto fault = checkField(field, values.value(field.name)))
            return fault;
    }
    return std::nullopt;
}

Result<Verdict> report(Context &context)
{
    RULE_ARGS(op::ReportIncident, args);
    const IncidentType *type = findIncidentType(args.type);
    if (!args.incident.isValid())
        REFUSE(RefusalReason::BadArguments, {{u"argument"_s, u"incident"_s}});
    if (!type)
        REFUSE(RefusalReason::FieldInvalid,
               {{u"table"_s, u"incident"_s}, {u"field"_s, u"type"_s}, {u"value"_s, args.type}});
    if (args.level < 0 || args.level > 4)
        REFUSE(RefusalReason::BadArguments, {{u"argument"_s, u"level"_s}});
    if (args.peopleAtRisk < 0)
        REFUSE(RefusalReason::BadArguments, {{u"argument"_s, u"people_at_risk"_s}});
    TRY_ASSIGN(const auto there, store::findIncident(context.db, args.incident));
    if (there)
        REFUSE(RefusalReason::AlreadyExists,
               {{u"table"_s, u"incident"_s}, {u"id"_s, args.incident.text()}});

    Incident incident{
        .id = args.incident,
        .state = IncidentState::Reported,
        .type = args.type,
        .title = args.title.trimmed(),
        .level = args.level,
        .place = args.place,
        .address = args.address,
        .source = args.source,
        .caller = args.caller,
        .callerPhone = args.callerPhone,
        .peopleAtRisk = args.peopleAtRisk,
        .description = args.description,
        .needs = args.needs.isEmpty() ? type->needs : parseNeeds(args.needs),
        .reportedAt = context.operation.occurredAt,
        .stateSince = context.operation.occurredAt,
        .createdBy = context.operation.author,
        .createdDesk = context.operation.desk,
        .divisionCode = args.divisionCode,
    };
    if (const auto fault = checkFields(incident)) {
        REFUSE(RefusalReason::FieldInvalid, {{u"table"_s, u"incident"_s},
                                             {u"field"_s, fault->field},
                                             {u"what"_s, static_cast<int>(fault->what)},
                                             {u"value"_s, fault->value}});
    }
    TRY_ASSIGN(const qint64 number, store::nextNumber(context.db, u"incident"_s));
    incident.number = static_cast<int>(number);
    FieldValues values = toValues(incident);
    values[u"changed_at"_s] = toMs(context.operation.recordedAt);
    values[u"changed_by"_s] = context.operation.author;
    TRY(store::insertRow(context.db, *store::findTable(u"incident"), values));
    TRY(logIncident(context, incident.id, u"report"_s, {}, stateName(IncidentState::Reported),
                    args.description));
    return Verdict();
}

// The assignments that must end first, as a refusal tells them.
Result<QJsonArray> openAssignments(Context &context, IncidentId id)
{
    QJsonArray open;
    TRY_ASSIGN(const auto assignments, store::assignmentsOfIncident(context.db, id));
    for (const Assignment &assignment : assignments) {
        if (!isOpen(assignment.state))
            continue;
        TRY_ASSIGN(const auto team,
                   store::findRow(context.db, *store::findTable(u"team"), assignment.team.text()));
        open.append(
            QJsonObject{{u"number"_s, assignment.number},
                        {u"team"_s, assignment.team.text()},
                        {u"teamName"_s, team ? team->value(u"name"_s).toString() : QString()},
                        {u"state"_s, stateName(assignment.state)}});
    }
    return open;
}

Result<Verdict> advance(Context &context)
{
    RULE_ARGS(op::AdvanceIncident, args);
    const auto to = incidentStateFrom(args.to);
    if (!to)
        REFUSE(RefusalReason::BadArguments, {{u"argument"_s, u"to"_s}, {u"value"_s, args.to}});
    if (args.reason.size() > longestText || args.duplicateOf.size() > longestName)
        REFUSE(RefusalReason::BadArguments, {{u"argument"_s, u"reason"_s}});
    TRY_ASSIGN(const auto incident, store::findIncident(context.db, args.incident));
    if (!incident)
        REFUSE(RefusalReason::NotFound,
               {{u"table"_s, u"incident"_s}, {u"id"_s, args.incident.text()}});
    const bool early =
        incident->closeTimerDue && context.operation.occurredAt < *incident->closeTimerDue;
    if (!args.timer.isEmpty() && (args.timer != incident->closeTimer || early))
        REFUSE(RefusalReason::TimerStale, {{u"incident"_s, incident->id.text()}});
    const IncidentTransition *step = findTransition(incident->state, *to);
    if (!step) {
        REFUSE(RefusalReason::IllegalTransition, {{u"table"_s, u"incident"_s},
                                                  {u"id"_s, incident->id.text()},
                                                  {u"from"_s, stateName(incident->state)},
                                                  {u"to"_s, args.to}});
    }
    if (step->needsReason && args.reason.trimmed().isEmpty())
        REFUSE(RefusalReason::ReasonNeeded,
               {{u"from"_s, stateName(incident->state)}, {u"to"_s, args.to}});
    if (context.operation.occurredAt < incident->stateSince) {
        REFUSE(RefusalReason::TimeNotMonotone, {{u"incident"_s, incident->id.text()},
                                                {u"at"_s, toMs(context.operation.occurredAt)},
                                                {u"after"_s, toMs(incident->stateSince)}});
    }
    if (forbidsOpenAssignments(*to)) {
        TRY_ASSIGN(const QJsonArray open, openAssignments(context, incident->id));
        if (!open.isEmpty()) {
            REFUSE(RefusalReason::OpenAssignments, {{u"incident"_s, incident->id.text()},
                                                    {u"incidentNumber"_s, incident->number},
                                                    {u"assignments"_s, open}});
        }
    }
    if (*to == IncidentState::Duplicate) {
        const auto stays = IncidentId::fromText(args.duplicateOf);
        TRY_ASSIGN(const auto other, store::findIncident(context.db, stays));
        // The one that stays is no duplicate itself, so that following them always ends.
        if (!other || stays == incident->id || other->state == IncidentState::Duplicate)
            REFUSE(RefusalReason::NotFound,
                   {{u"table"_s, u"incident"_s}, {u"id"_s, args.duplicateOf}});
        TRY(change(context, u"incident"_s, incident->id.text(),
                   {{u"duplicate_of"_s, stays.text()}}));
    }
    TRY(moveIncident(context, *incident, *to, args.reason));
    return Verdict();
}

Result<Verdict> setCloseTimer(Context &context)
{
    RULE_ARGS(op::SetCloseTimer, args);
    if (args.timer.size() > longestName)
        REFUSE(RefusalReason::BadArguments, {{u"argument"_s, u"timer"_s}});
    TRY_ASSIGN(const auto incident, store::findIncident(context.db, args.incident));
    if (!incident)
        REFUSE(RefusalReason::NotFound,
               {{u"table"_s, u"incident"_s}, {u"id"_s, args.incident.text()}});
    if (!args.timer.isEmpty() && incident->state != IncidentState::Terminated) {
        REFUSE(RefusalReason::IllegalTransition, {{u"table"_s, u"incident"_s},
                                                  {u"id"_s, incident->id.text()},
                                                  {u"from"_s, stateName(incident->state)},
                                                  {u"to"_s, stateName(IncidentState::Closed)}});
    }
    // Set before the incident came to where it is now, and heard only after: it may have been
    // reopened in between.
    if (!args.timer.isEmpty() && context.operation.occurredAt < incident->stateSince)
        REFUSE(RefusalReason::TimerStale, {{u"incident"_s, incident->id.text()}});
    TRY(change(
        context, u"incident"_s, incident->id.text(),
        {{u"close_timer"_s, args.timer},
         {u"close_timer_due"_s, args.timer.isEmpty() ? QVariant() : QVariant(toMs(args.due))}}));
    TRY(logIncident(context, incident->id, u"timer"_s, {}, {},
                    args.timer.isEmpty() ? QString() : toIso(args.due)));
    return Verdict();
}

Result<Verdict> note(Context &context)
{
    RULE_ARGS(op::NoteIncident, args);
    if (args.text.trimmed().isEmpty() || args.text.size() > longestText)
        REFUSE(RefusalReason::BadArguments, {{u"argument"_s, u"text"_s}});
    TRY_ASSIGN(const auto incident, store::findIncident(context.db, args.incident));
    if (!incident)
        REFUSE(RefusalReason::NotFound,
               {{u"table"_s, u"incident"_s}, {u"id"_s, args.incident.text()}});
    TRY(logIncident(context, incident->id, u"note"_s, {}, {}, args.text.trimmed()));
    return Verdict();
}

} // namespace

std::span<const NamedRule> incidentRules()
{
    static constexpr std::array rules = {
        NamedRule{op::ReportIncident::kind, report}, NamedRule{op::AdvanceIncident::kind, advance},
        NamedRule{op::SetCloseTimer::kind, setCloseTimer}, NamedRule{op::NoteIncident::kind, note}};
    return rules;
}

} // namespace leeward::rulebook
