#pragma once

#include "models/domain/geo.h"
#include "models/domain/ids.h"
#include "models/domain/lifecycle.h"
#include "models/domain/registers.h"

#include <optional>

namespace leeward {

// One team on one task: the core object of dispatch 调派任务. Changing one never changes another.
struct Assignment
{
    AssignmentId id;
    QString number; // 指令号 "2026-0012"; empty until ordered
    IncidentId incident;
    TeamId team;
    TaskType taskType = TaskType::Rescue;
    AssignmentState state = AssignmentState::Proposed;
    QString task;      // what the team is to do
    QString orderText; // the order as issued; frozen when ordered
    std::optional<LonLat> place;
    qint64 routeSeconds = -1; // road time foreseen when ordered; -1 = not known
    qint64 routeMetres = -1;
    int readinessMinutes = 0; // of the team, when ordered
    std::optional<Instant> arriveBy;
    Instant stateSince;
    std::optional<Instant> orderedAt;
    QString issuer;
    QString issuerDesk;
    QString approver;
    bool doubleTask = false; // ordered although the team had another task, knowingly
    bool overdue = false;
    bool lostContact = false;
    bool suspended = false;
    QString linkedFrom; // the assignment this one was diverted or handed over from
    friend bool operator==(const Assignment &, const Assignment &) = default;
};

[[nodiscard]] FieldValues toValues(const Assignment &assignment);
[[nodiscard]] Assignment assignmentFrom(const FieldValues &values);

// When the team should be on scene: ordered + readiness + road time; empty while not ordered or
// with no road time.
[[nodiscard]] std::optional<Instant> expectedArrival(const Assignment &assignment);

// When the team should be back: an estimate from the road time and `usualWork` on scene; empty with
// no road time.
inline constexpr std::chrono::minutes usualWork{120};
[[nodiscard]] std::optional<Instant> expectedBack(const Assignment &assignment);

// Past its due time for the step it is in: not acknowledged 5 min after the order, not on scene 10
// min after expectedArrival() or after arriveBy, or flagged so by a desk.
[[nodiscard]] bool isOverdue(const Assignment &assignment, Instant now);

} // namespace leeward
