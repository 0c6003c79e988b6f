#include "models/domain/assignment.h"

#include "models/domain/availability.h"

namespace leeward {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

FieldValues toValues(const Assignment &a)
{
    FieldValues values = {
        {u"id"_s, a.id.text()},
        {u"number"_s, a.number},
        {u"incident"_s, a.incident.text()},
        {u"team"_s, a.team.text()},
        {u"task_type"_s, stateName(a.taskType)},
        {u"state"_s, stateName(a.state)},
        {u"task"_s, a.task},
        {u"order_text"_s, a.orderText},
        {u"route_seconds"_s, a.routeSeconds},
        {u"route_metres"_s, a.routeMetres},
        {u"readiness_minutes"_s, a.readinessMinutes},
        {u"state_since"_s, toMs(a.stateSince)},
        {u"issuer"_s, a.issuer},
        {u"issuer_desk"_s, a.issuerDesk},
        {u"approver"_s, a.approver},
        {u"double_task"_s, a.doubleTask ? 1 : 0},
        {u"overdue"_s, a.overdue ? 1 : 0},
        {u"lost_contact"_s, a.lostContact ? 1 : 0},
        {u"suspended"_s, a.suspended ? 1 : 0},
        {u"linked_from"_s, a.linkedFrom},
    };
    values[u"lon"_s] = a.place ? QVariant(a.place->lon) : QVariant();
    values[u"lat"_s] = a.place ? QVariant(a.place->lat) : QVariant();
    values[u"arrive_by"_s] = a.arriveBy ? QVariant(toMs(*a.arriveBy)) : QVariant();
    values[u"ordered_at"_s] = a.orderedAt ? QVariant(toMs(*a.orderedAt)) : QVariant();
    return values;
}

Assignment assignmentFrom(const FieldValues &values)
{
    const auto text = [&](const QString &name) { return values.value(name).toString(); };
    const auto flag = [&](const QString &name) { return values.value(name).toInt() != 0; };
    const auto instant = [&](const QString &name) -> std::optional<Instant> {
        const QVariant value = values.value(name);
        if (value.isNull())
            return std::nullopt;
        return instantFromMs(value.toLongLong());
    };
    Assignment a;
    a.id = AssignmentId::fromText(text(u"id"_s));
    a.number = text(u"number"_s);
    a.incident = IncidentId::fromText(text(u"incident"_s));
    a.team = TeamId::fromText(text(u"team"_s));
    a.taskType = taskTypeFrom(text(u"task_type"_s)).value_or(TaskType::Rescue);
    a.state = assignmentStateFrom(text(u"state"_s)).value_or(AssignmentState::Proposed);
    a.task = text(u"task"_s);
    a.orderText = text(u"order_text"_s);
    if (!values.value(u"lon"_s).isNull() && !values.value(u"lat"_s).isNull())
        a.place = LonLat{values.value(u"lon"_s).toDouble(), values.value(u"lat"_s).toDouble()};
    a.routeSeconds = values.value(u"route_seconds"_s, -1).toLongLong();
    a.routeMetres = values.value(u"route_metres"_s, -1).toLongLong();
    a.readinessMinutes = values.value(u"readiness_minutes"_s).toInt();
    a.arriveBy = instant(u"arrive_by"_s);
    a.stateSince = instantFromMs(values.value(u"state_since"_s).toLongLong());
    a.orderedAt = instant(u"ordered_at"_s);
    a.issuer = text(u"issuer"_s);
    a.issuerDesk = text(u"issuer_desk"_s);
    a.approver = text(u"approver"_s);
    a.doubleTask = flag(u"double_task"_s);
    a.overdue = flag(u"overdue"_s);
    a.lostContact = flag(u"lost_contact"_s);
    a.suspended = flag(u"suspended"_s);
    a.linkedFrom = text(u"linked_from"_s);
    return a;
}

std::optional<Instant> expectedArrival(const Assignment &a)
{
    if (!a.orderedAt || a.routeSeconds < 0)
        return std::nullopt;
    return *a.orderedAt + std::chrono::minutes(a.readinessMinutes) +
           std::chrono::seconds(a.routeSeconds);
}

std::optional<Instant> expectedBack(const Assignment &a)
{
    if (a.routeSeconds < 0 || !isOpen(a.state))
        return std::nullopt;
    const std::chrono::seconds road(a.routeSeconds);
    switch (availabilityWhile(a.state)) {
    case Availability::Returning: return a.stateSince + road;
    case Availability::OnScene: return a.stateSince + usualWork + road;
    case Availability::Ordered:
    case Availability::EnRoute:
    case Availability::Staged:
        if (const auto arrival = expectedArrival(a))
            return *arrival + usualWork + road;
        return std::nullopt;
    case Availability::Available:
    case Availability::OffDuty:
    case Availability::Unavailable: return std::nullopt;
    }
    return std::nullopt;
}

bool isOverdue(const Assignment &a, Instant now)
{
    if (!isOpen(a.state))
        return false;
    if (a.overdue)
        return true;
    using S = AssignmentState;
    switch (a.state) {
    case S::Ordered:
    case S::Delivered: return a.orderedAt && now > *a.orderedAt + 5min;
    case S::Acknowledged:
    case S::Mustering:
    case S::EnRoute: {
        if (a.arriveBy && now > *a.arriveBy)
            return true;
        const auto due = expectedArrival(a);
        return due && now > *due + 10min;
    }
    case S::Proposed:
    case S::PendingApproval:
    case S::Staged:
    case S::OnScene:
    case S::Working:
    case S::Loaded:
    case S::ToDestination:
    case S::AtDestination:
    case S::Completed:
    case S::Returning:
    case S::Cleared:
    case S::Declined:
    case S::Recalled:
    case S::Cancelled:
    case S::Diverted:
    case S::HandedOver: return false;
    }
    return false;
}

} // namespace leeward
