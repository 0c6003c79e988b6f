#pragma once

#include "models/domain/assignment.h"
#include "models/domain/incident.h"
#include "models/domain/result.h"

#include <QJsonArray>
#include <QJsonObject>

#include <array>

namespace leeward {

// A change to operational data as it travels: what is to be done, by whom, from which desk, and
// when it happened. The arguments are one of the structs below; `kind` says which.
struct Operation
{
    OperationId id;
    QString kind;
    QJsonObject args;
    QString author;
    QString desk;
    Instant occurredAt; // when it happened in the field, as said
    Instant recordedAt; // when the desk wrote it down, by the desk's clock
    friend bool operator==(const Operation &, const Operation &) = default;
};

// The bytes that are stored, sent and hashed: UTF-8 JSON, keys sorted, no blanks.
// operationFrom(toBytes(x)) == x.
[[nodiscard]] QByteArray toBytes(const Operation &operation);
[[nodiscard]] Result<Operation> operationFrom(const QByteArray &bytes);

// --- the operations
// ---------------------------------------------------------------------------------------------
// Each has a stable name and says its fields once; toArgs and readArgs in operation_codec.h do the
// rest. A field added after a release is a text and named in `laterFields`: older bytes are without
// it.

namespace op {

struct ReportIncident
{
    static constexpr auto kind = "incident.report";
    IncidentId incident;
    QString type;
    QString title;
    int level = 0;
    std::optional<LonLat> place;
    QString address;
    QString source;
    QString caller;
    QString callerPhone;
    int peopleAtRisk = 0;
    QString description;
    QString needs; // formatNeeds(); empty = what the type usually needs
    QString divisionCode;
    // Not among the arguments when empty: the field came after the first release.
    static constexpr std::array laterFields = {"division_code"};
    template <class Self, class Visit>
    static void fields(Self &self, Visit visit)
    {
        visit("incident", self.incident);
        visit("type", self.type);
        visit("title", self.title);
        visit("level", self.level);
        visit("place", self.place);
        visit("address", self.address);
        visit("source", self.source);
        visit("caller", self.caller);
        visit("caller_phone", self.callerPhone);
        visit("people_at_risk", self.peopleAtRisk);
        visit("description", self.description);
        visit("needs", self.needs);
        visit("division_code", self.divisionCode);
    }
};

// One field, its value as this desk saw it and as it shall be.
struct FieldChange
{
    QString field;
    QVariant before;
    QVariant after;
    friend bool operator==(const FieldChange &, const FieldChange &) = default;
};

// Edits fields of a register row or of an incident (table "incident").
struct EditRecord
{
    static constexpr auto kind = "record.edit";
    QString table;
    RecordId record;
    std::vector<FieldChange> changes;
    template <class Self, class Visit>
    static void fields(Self &self, Visit visit)
    {
        visit("table", self.table);
        visit("record", self.record);
        visit("changes", self.changes);
    }
};

struct CreateRecord
{
    static constexpr auto kind = "record.create";
    QString table;
    RecordId record;
    FieldValues values;
    template <class Self, class Visit>
    static void fields(Self &self, Visit visit)
    {
        visit("table", self.table);
        visit("record", self.record);
        visit("values", self.values);
    }
};

// Takes a row out of use, or back into it. Nothing is ever deleted.
struct RetireRecord
{
    static constexpr auto kind = "record.retire";
    QString table;
    RecordId record;
    bool retired = true;
    QString reason;
    template <class Self, class Visit>
    static void fields(Self &self, Visit visit)
    {
        visit("table", self.table);
        visit("record", self.record);
        visit("retired", self.retired);
        visit("reason", self.reason);
    }
};

// A whole file into one register, at once or not at all. A row whose code is there already edits
// that row; the id of such a row is ignored.
struct ImportRecords
{
    static constexpr auto kind = "record.import";
    struct Row
    {
        RecordId record;
        FieldValues values;
    };
    QString table;
    QString source; // file name, for the journal
    std::vector<Row> rows;
    template <class Self, class Visit>
    static void fields(Self &self, Visit visit)
    {
        visit("table", self.table);
        visit("source", self.source);
        visit("rows", self.rows);
    }
};

struct AdvanceIncident
{
    static constexpr auto kind = "incident.advance";
    IncidentId incident;
    QString to; // IncidentState
    QString reason;
    QString duplicateOf; // to = duplicate: the incident that stays
    QString timer;       // set when a timer and not a person closes it
    template <class Self, class Visit>
    static void fields(Self &self, Visit visit)
    {
        visit("incident", self.incident);
        visit("to", self.to);
        visit("reason", self.reason);
        visit("duplicate_of", self.duplicateOf);
        visit("timer", self.timer);
    }
};

// Sets (timer not empty) or clears the automatic closing of an incident.
struct SetCloseTimer
{
    static constexpr auto kind = "incident.close_timer";
    IncidentId incident;
    QString timer;
    Instant due;
    template <class Self, class Visit>
    static void fields(Self &self, Visit visit)
    {
        visit("incident", self.incident);
        visit("timer", self.timer);
        visit("due", self.due);
    }
};

struct NoteIncident
{
    static constexpr auto kind = "incident.note";
    IncidentId incident;
    QString text;
    template <class Self, class Visit>
    static void fields(Self &self, Visit visit)
    {
        visit("incident", self.incident);
        visit("text", self.text);
    }
};

// Proposes (ordered = false) or orders a team to an incident.
struct Assign
{
    static constexpr auto kind = "assignment.assign";
    AssignmentId assignment;
    IncidentId incident;
    TeamId team;
    QString taskType = QStringLiteral("rescue");
    QString task;
    QString orderText;
    std::optional<LonLat> place; // absent = the incident's
    qint64 routeSeconds = -1;
    qint64 routeMetres = -1;
    std::optional<Instant> arriveBy;
    bool ordered = true;
    bool doubleTask = false;         // the desk knows of the other task
    bool despiteUnavailable = false; // the desk knows of the override or the duty hours
    template <class Self, class Visit>
    static void fields(Self &self, Visit visit)
    {
        visit("assignment", self.assignment);
        visit("incident", self.incident);
        visit("team", self.team);
        visit("task_type", self.taskType);
        visit("task", self.task);
        visit("order_text", self.orderText);
        visit("place", self.place);
        visit("route_seconds", self.routeSeconds);
        visit("route_metres", self.routeMetres);
        visit("arrive_by", self.arriveBy);
        visit("ordered", self.ordered);
        visit("double_task", self.doubleTask);
        visit("despite_unavailable", self.despiteUnavailable);
    }
};

// A step of an assignment, other than diverting and handing over. Stepping to ordered follows the
// rules of Assign.
struct AdvanceAssignment
{
    static constexpr auto kind = "assignment.advance";
    AssignmentId assignment;
    QString to; // AssignmentState
    QString reason;
    bool doubleTask = false;
    bool despiteUnavailable = false;
    template <class Self, class Visit>
    static void fields(Self &self, Visit visit)
    {
        visit("assignment", self.assignment);
        visit("to", self.to);
        visit("reason", self.reason);
        visit("double_task", self.doubleTask);
        visit("despite_unavailable", self.despiteUnavailable);
    }
};

// Ends an assignment and opens a linked one: the same team to another incident (divert 改派), or
// another team on the same task (hand over 交接).
struct TransferAssignment
{
    static constexpr auto kind = "assignment.transfer";
    AssignmentId assignment;
    AssignmentId successor;
    bool handOver = false; // false: divert
    IncidentId incident;   // divert: where to
    TeamId team;           // hand over: who takes it
    QString reason;
    QString task;
    QString orderText;
    qint64 routeSeconds = -1;
    qint64 routeMetres = -1;
    template <class Self, class Visit>
    static void fields(Self &self, Visit visit)
    {
        visit("assignment", self.assignment);
        visit("successor", self.successor);
        visit("hand_over", self.handOver);
        visit("incident", self.incident);
        visit("team", self.team);
        visit("reason", self.reason);
        visit("task", self.task);
        visit("order_text", self.orderText);
        visit("route_seconds", self.routeSeconds);
        visit("route_metres", self.routeMetres);
    }
};

struct FlagAssignment
{
    static constexpr auto kind = "assignment.flag";
    AssignmentId assignment;
    QString flag; // AssignmentFlag
    bool on = true;
    QString reason;
    template <class Self, class Visit>
    static void fields(Self &self, Visit visit)
    {
        visit("assignment", self.assignment);
        visit("flag", self.flag);
        visit("on", self.on);
        visit("reason", self.reason);
    }
};

// Takes back the last step, recorded by mistake: appends an event, removes none.
struct RetractStep
{
    static constexpr auto kind = "assignment.retract";
    AssignmentId assignment;
    RecordId event; // the event taken back; must be the last step
    QString reason;
    template <class Self, class Visit>
    static void fields(Self &self, Visit visit)
    {
        visit("assignment", self.assignment);
        visit("event", self.event);
        visit("reason", self.reason);
    }
};

// Corrects when a step happened: appends an event with the right time, keeps the wrong one on
// record.
struct CorrectTime
{
    static constexpr auto kind = "assignment.correct_time";
    AssignmentId assignment;
    RecordId event;
    Instant occurredAt;
    QString reason;
    template <class Self, class Visit>
    static void fields(Self &self, Visit visit)
    {
        visit("assignment", self.assignment);
        visit("event", self.event);
        visit("occurred_at", self.occurredAt);
        visit("reason", self.reason);
    }
};

struct OverrideAvailability
{
    static constexpr auto kind = "team.override";
    TeamId team;
    bool on = true;
    Instant until;
    QString reason;
    template <class Self, class Visit>
    static void fields(Self &self, Visit visit)
    {
        visit("team", self.team);
        visit("on", self.on);
        visit("until", self.until);
        visit("reason", self.reason);
    }
};

} // namespace op
} // namespace leeward
