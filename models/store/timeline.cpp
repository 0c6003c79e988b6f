#include "models/store/dispatch_queries.h"

#include <QHash>

#include <algorithm>
#include <span>

namespace leeward::store {

using namespace Qt::StringLiterals;

namespace {

constexpr auto timelineSql =
    "SELECT e.id, e.kind, '', '', '', e.from_state, e.to_state, e.text, 0, e.occurred_at, "
    "e.recorded_at, e.author, e.desk, 0 AS position FROM incident_event e WHERE e.incident=?1 "
    "UNION ALL "
    "SELECT v.id, 'assignment.'||v.kind, a.id, a.number, t.name, v.from_state, v.to_state, v.text, "
    "v.void, v.occurred_at, v.recorded_at, v.author, v.desk, v.position FROM assignment_event v "
    "JOIN assignment a ON a.id=v.assignment JOIN team t ON t.id=a.team WHERE a.incident=?1 "
    "ORDER BY 10, 11, 14, 1";

// The operations of one moment: those of the journal in its order, then those of the queue.
Result<std::vector<OperationId>> operationsAt(Connection &db, Instant at)
{
    TRY_ASSIGN(Statement row,
               db.prepare("SELECT operation_id FROM entry WHERE occurred_at=?1 ORDER BY seq"));
    row.bind(1, toMs(at));
    std::vector<OperationId> operations;
    while (true) {
        TRY_ASSIGN(const bool there, row.step());
        if (!there)
            break;
        operations.push_back(OperationId::fromText(row.text(0)));
    }
    TRY_ASSIGN(Statement queued, db.prepare("SELECT operation_id FROM pending ORDER BY position"));
    while (true) {
        TRY_ASSIGN(const bool there, queued.step());
        if (!there)
            return operations;
        operations.push_back(OperationId::fromText(queued.text(0)));
    }
}

// An event does not say which operation made it, but its id is derived from the operation's. Within
// one operation an assignment that ends comes before the one that follows it, and the incident that
// moves because of them last.
Result<> orderMoment(Connection &db, IncidentId incident, std::span<TimelineEvent> events)
{
    TRY_ASSIGN(const std::vector<OperationId> operations,
               operationsAt(db, events.front().occurredAt));
    QHash<QString, size_t> placeOf;
    for (const TimelineEvent &event : events) {
        const QString subject = event.assignment.isEmpty() ? incident.text() : event.assignment;
        const QString name = event.kind.section(u'.', -1) + u'/' + subject;
        const auto made = std::ranges::find_if(operations, [&](OperationId operation) {
            return derivedId(operation, name) == event.id;
        });
        placeOf.insert(event.id, static_cast<size_t>(made - operations.begin()));
    }
    const auto rank = [&](const TimelineEvent &event) {
        const int part = event.assignment.isEmpty() ? 2 : event.fromState.isEmpty() ? 1 : 0;
        return std::pair(placeOf.value(event.id), part);
    };
    std::ranges::stable_sort(events, {}, rank); // by id what no operation explains
    return {};
}

Result<> orderTies(Connection &db, IncidentId incident, std::vector<TimelineEvent> &events)
{
    for (auto from = events.begin(); from != events.end();) {
        const auto to = std::find_if(from, events.end(), [&](const TimelineEvent &event) {
            return event.occurredAt != from->occurredAt;
        });
        if (to - from > 1)
            TRY(orderMoment(db, incident, std::span(from, to)));
        from = to;
    }
    return {};
}

} // namespace

Result<std::vector<TimelineEvent>> timelineOf(Connection &db, IncidentId incident)
{
    TRY_ASSIGN(Statement row, db.prepare(timelineSql));
    row.bind(1, incident.text());
    std::vector<TimelineEvent> events;
    while (true) {
        TRY_ASSIGN(const bool there, row.step());
        if (!there)
            break;
        events.push_back({.id = row.text(0),
                          .kind = row.text(1),
                          .assignment = row.text(2),
                          .assignmentNumber = row.text(3),
                          .teamName = row.text(4),
                          .fromState = row.text(5),
                          .toState = row.text(6),
                          .text = row.text(7),
                          .isVoid = row.integer(8) != 0,
                          .occurredAt = instantFromMs(row.integer(9)),
                          .recordedAt = instantFromMs(row.integer(10)),
                          .author = row.text(11),
                          .desk = row.text(12)});
    }
    TRY(orderTies(db, incident, events));
    return events;
}

} // namespace leeward::store
