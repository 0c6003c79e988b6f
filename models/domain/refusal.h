#pragma once

#include <QJsonObject>
#include <QString>

#include <expected>
#include <optional>

namespace leeward {

// Why the rulebook said no. Each reason names the facts it carries, so that a screen can say why,
// by whom and what now.
enum class RefusalReason
{
    UnknownOperation,  // kind
    BadArguments,      // argument, value
    NotFound,          // table, id
    AlreadyExists,     // table, id | code
    IllegalTransition, // table, id, from, to
    ReasonNeeded,      // from, to
    TeamBusy, // team, teamName, assignment, number, incident, incidentNumber, state, issuer, desk,
              // since, expectedArrival?, expectedBack?
    TeamUnavailable, // team, teamName, reason, by, until
    TeamOffDuty,     // team, teamName, dutyHours
    TeamRetired,     // team, teamName
    IncidentNotOpen, // incident, incidentNumber, state
    OpenAssignments, // incident, incidentNumber, assignments: [{number, team, teamName, state}]
    FieldConflict,   // table, id, field, base, theirs, mine, by, at
    FieldInvalid,    // table, field, what, value
    TimeNotMonotone, // assignment, event, at, after
    TimerStale,      // incident
    Retired,         // table, id
    NothingToChange, // table, id
    StillReferenced, // table, id, by
    NotRetractable,  // assignment, event
    NotYours,        // author, desk, user, userDesk
    NotPermitted,    // operation, detail, roles, needs
    OutsideArea,     // table, id, division, areas
    RecoveryOver,    // author, desk, user, userDesk, until
};

// Who hands in may not. The authority keeps no such answer: another may hand the same in, and so
// may this one with other rights.
[[nodiscard]] bool concernsRights(RefusalReason reason);

[[nodiscard]] QString refusalName(RefusalReason reason);
[[nodiscard]] std::optional<RefusalReason> refusalFrom(QStringView name);

struct Refusal
{
    RefusalReason reason = RefusalReason::BadArguments;
    QJsonObject facts;
    friend bool operator==(const Refusal &, const Refusal &) = default;
};

// The rulebook's answer: nothing, or why not.
using Verdict = std::expected<void, Refusal>;

[[nodiscard]] inline std::unexpected<Refusal> refuse(RefusalReason reason, QJsonObject facts = {})
{
    return std::unexpected(Refusal{reason, std::move(facts)});
}

} // namespace leeward
