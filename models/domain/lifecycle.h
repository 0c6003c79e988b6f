#pragma once

#include <QString>

#include <optional>
#include <span>

namespace leeward {

// The three coupled machines of dispatch, as tables. Rules read them, tests walk them, screens ask
// them what is possible next. Nothing here knows a store.

enum class IncidentState
{
    Reported,   // 接报
    Verified,   // 核实
    Unfounded,  // 误报
    Duplicate,  // 并案
    Responding, // 响应中
    Stabilised, // 受控
    Terminated, // 应急终止
    Closed,     // 结案
    Archived,   // 归档
    Reopened,   // 重启
};
inline constexpr int incidentStateCount = 10;

enum class TaskType
{
    Rescue,    // 救援: the full path
    Transport, // 转运: also loads and drives to a destination
    StandBy,   // 前置备勤: ordered, acknowledged, staged, cleared
};
inline constexpr int taskTypeCount = 3;

enum class AssignmentState
{
    Proposed,        // 拟派
    PendingApproval, // 待审批
    Ordered,         // 已下达
    Delivered,       // 已送达
    Acknowledged,    // 已接令
    Mustering,       // 集结
    EnRoute,         // 出动
    Staged,          // 前置待命
    OnScene,         // 到场
    Working,         // 作业中
    Loaded,          // 已装载
    ToDestination,   // 转运途中
    AtDestination,   // 到达目的地
    Completed,       // 完成
    Returning,       // 返程
    Cleared,         // 归建
    Declined,        // 拒接
    Recalled,        // 撤回
    Cancelled,       // 取消
    Diverted,        // 改派
    HandedOver,      // 交接
};
inline constexpr int assignmentStateCount = 21;

enum class AssignmentFlag
{
    Overdue,
    LostContact,
    Suspended
};

// What a team can be asked to do; derived, never stored (see availability.h).
enum class Availability
{
    Available,   // 待命
    Ordered,     // 已受令: ordered, not yet moving
    EnRoute,     // 途中
    Staged,      // 前置
    OnScene,     // 在场
    Returning,   // 返程
    OffDuty,     // 休整: outside its duty hours
    Unavailable, // 不可用: an override is in force
};

// Stable names for storage, wire and command line: "en_route". The inverse is empty for anything
// else.
[[nodiscard]] QString stateName(IncidentState state);
[[nodiscard]] QString stateName(AssignmentState state);
[[nodiscard]] QString stateName(TaskType type);
[[nodiscard]] QString stateName(AssignmentFlag flag);
[[nodiscard]] QString stateName(Availability availability);
[[nodiscard]] std::optional<IncidentState> incidentStateFrom(QStringView name);
[[nodiscard]] std::optional<AssignmentState> assignmentStateFrom(QStringView name);
[[nodiscard]] std::optional<TaskType> taskTypeFrom(QStringView name);
[[nodiscard]] std::optional<AssignmentFlag> assignmentFlagFrom(QStringView name);
[[nodiscard]] std::optional<Availability> availabilityFrom(QStringView name);

struct IncidentTransition
{
    IncidentState from;
    IncidentState to;
    bool needsReason;
};

struct AssignmentTransition
{
    AssignmentState from;
    AssignmentState to;
    bool rescue;
    bool transport;
    bool standBy;
    bool needsReason;

    [[nodiscard]] bool allowedFor(TaskType type) const;
};

[[nodiscard]] std::span<const IncidentTransition> incidentTransitions();
[[nodiscard]] std::span<const AssignmentTransition> assignmentTransitions();

[[nodiscard]] const IncidentTransition *findTransition(IncidentState from, IncidentState to);
// Null when the step is not in the table or not for this task type.
[[nodiscard]] const AssignmentTransition *findTransition(TaskType type, AssignmentState from,
                                                         AssignmentState to);

// An assignment in this state can still change.
[[nodiscard]] bool isOpen(AssignmentState state);
// An assignment in this state holds its team.
[[nodiscard]] bool reservesTeam(AssignmentState state);
// A team may be ordered to an incident in this state; otherwise it must be reopened first.
[[nodiscard]] bool acceptsOrders(IncidentState state);
// Entering or being in this state needs every assignment of the incident to have ended.
[[nodiscard]] bool forbidsOpenAssignments(IncidentState state);
// The incident still needs a desk's eye: shown in the working list and counted on the wall.
[[nodiscard]] bool isActive(IncidentState state);
// The usual next step along the main path, what one key press records; empty at the end.
[[nodiscard]] std::optional<AssignmentState> usualNext(TaskType type, AssignmentState state);

} // namespace leeward
