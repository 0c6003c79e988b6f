#pragma once

#include "models/domain/assignment.h"
#include "models/domain/availability.h"
#include "models/domain/incident.h"
#include "models/store/connection.h"

#include <vector>

namespace leeward::store {

// What the rules of dispatch ask the store. Each reads inside the caller's transaction.

[[nodiscard]] Result<std::optional<Incident>> findIncident(Connection &db, IncidentId id);
[[nodiscard]] Result<std::optional<Incident>> findIncidentByNumber(Connection &db, int number);
[[nodiscard]] Result<std::optional<Assignment>> findAssignment(Connection &db, AssignmentId id);
// In order of id, that is, of creation.
[[nodiscard]] Result<std::vector<Assignment>> assignmentsOfIncident(Connection &db, IncidentId id);
[[nodiscard]] Result<std::vector<Assignment>> assignmentsOfTeam(Connection &db, TeamId id);
[[nodiscard]] Result<std::optional<AvailabilityOverride>> overrideOf(Connection &db, TeamId id);

// The id of the row with this code; empty when there is none.
[[nodiscard]] Result<QString> idOfCode(Connection &db, const QString &table, const QString &code);

// The code of a row of `table` that is in use and whose `column` holds `value`; empty when there is
// none.
[[nodiscard]] Result<QString> referrerTo(Connection &db, const QString &table,
                                         const QString &column, const QString &value);

// One step in the life of an assignment, as recorded.
struct AssignmentEvent
{
    RecordId id;
    AssignmentId assignment;
    int position = 0;
    QString kind; // state, flag, correction, retraction
    QString fromState;
    QString toState;
    QString text;
    QString corrects;    // id of the event whose time this one corrects
    bool isVoid = false; // taken back by a later event
    Instant occurredAt;
    Instant recordedAt;
    QString author;
    QString desk;
};

[[nodiscard]] Result<std::vector<AssignmentEvent>> eventsOf(Connection &db, AssignmentId id);

// An incident's whole history, oldest first, from its own events and those of its assignments; what
// happened in the same millisecond in the order of the journal, then of this desk's queue.
struct TimelineEvent
{
    QString id;
    QString kind;       // report, state, note, edit, timer; assignment.state, assignment.flag,
                        // assignment.correction, …
    QString assignment; // id, when it is an assignment's
    QString assignmentNumber;
    QString teamName;
    QString fromState;
    QString toState;
    QString text;
    bool isVoid = false;
    Instant occurredAt;
    Instant recordedAt;
    QString author;
    QString desk;
};

[[nodiscard]] Result<std::vector<TimelineEvent>> timelineOf(Connection &db, IncidentId incident);

// Counts up and answers the new value; the first is 1.
[[nodiscard]] Result<qint64> nextNumber(Connection &db, const QString &counter);

// Where a team was last heard of.
struct TeamPosition
{
    TeamId team;
    LonLat at;
    Instant deviceAt;
    Instant receivedAt;
    QString source;
};
[[nodiscard]] Result<std::vector<TeamPosition>> teamPositions(Connection &db);
// Keeps the newest by device time; an older report changes nothing and answers false.
[[nodiscard]] Result<bool> putTeamPosition(Connection &db, const TeamPosition &position);

} // namespace leeward::store
