#include "models/domain/lifecycle.h"

#include <array>

namespace leeward {

using namespace Qt::StringLiterals;

namespace {

template <class E>
struct Name
{
    E value;
    QLatin1StringView name;
};

template <class E, size_t N>
QString nameOf(const std::array<Name<E>, N> &names, E value)
{
    for (const auto &entry : names) {
        if (entry.value == value)
            return QString(entry.name);
    }
    return {};
}

template <class E, size_t N>
std::optional<E> valueOf(const std::array<Name<E>, N> &names, QStringView name)
{
    for (const auto &entry : names) {
        if (entry.name == name)
            return entry.value;
    }
    return std::nullopt;
}

constexpr std::array<Name<IncidentState>, incidentStateCount> incidentNames = {{
    {IncidentState::Reported, "reported"_L1},
    {IncidentState::Verified, "verified"_L1},
    {IncidentState::Unfounded, "unfounded"_L1},
    {IncidentState::Duplicate, "duplicate"_L1},
    {IncidentState::Responding, "responding"_L1},
    {IncidentState::Stabilised, "stabilised"_L1},
    {IncidentState::Terminated, "terminated"_L1},
    {IncidentState::Closed, "closed"_L1},
    {IncidentState::Archived, "archived"_L1},
    {IncidentState::Reopened, "reopened"_L1},
}};

constexpr std::array<Name<AssignmentState>, assignmentStateCount> assignmentNames = {{
    {AssignmentState::Proposed, "proposed"_L1},
    {AssignmentState::PendingApproval, "pending_approval"_L1},
    {AssignmentState::Ordered, "ordered"_L1},
    {AssignmentState::Delivered, "delivered"_L1},
    {AssignmentState::Acknowledged, "acknowledged"_L1},
    {AssignmentState::Mustering, "mustering"_L1},
    {AssignmentState::EnRoute, "en_route"_L1},
    {AssignmentState::Staged, "staged"_L1},
    {AssignmentState::OnScene, "on_scene"_L1},
    {AssignmentState::Working, "working"_L1},
    {AssignmentState::Loaded, "loaded"_L1},
    {AssignmentState::ToDestination, "to_destination"_L1},
    {AssignmentState::AtDestination, "at_destination"_L1},
    {AssignmentState::Completed, "completed"_L1},
    {AssignmentState::Returning, "returning"_L1},
    {AssignmentState::Cleared, "cleared"_L1},
    {AssignmentState::Declined, "declined"_L1},
    {AssignmentState::Recalled, "recalled"_L1},
    {AssignmentState::Cancelled, "cancelled"_L1},
    {AssignmentState::Diverted, "diverted"_L1},
    {AssignmentState::HandedOver, "handed_over"_L1},
}};

constexpr std::array<Name<TaskType>, taskTypeCount> taskNames = {{
    {TaskType::Rescue, "rescue"_L1},
    {TaskType::Transport, "transport"_L1},
    {TaskType::StandBy, "stand_by"_L1},
}};

constexpr std::array<Name<AssignmentFlag>, 3> flagNames = {{
    {AssignmentFlag::Overdue, "overdue"_L1},
    {AssignmentFlag::LostContact, "lost_contact"_L1},
    {AssignmentFlag::Suspended, "suspended"_L1},
}};

constexpr std::array<Name<Availability>, 8> availabilityNames = {{
    {Availability::Available, "available"_L1},
    {Availability::Ordered, "ordered"_L1},
    {Availability::EnRoute, "en_route"_L1},
    {Availability::Staged, "staged"_L1},
    {Availability::OnScene, "on_scene"_L1},
    {Availability::Returning, "returning"_L1},
    {Availability::OffDuty, "off_duty"_L1},
    {Availability::Unavailable, "unavailable"_L1},
}};

using I = IncidentState;
constexpr std::array incidentTable = {
    IncidentTransition{I::Reported, I::Verified, false},
    IncidentTransition{I::Reported, I::Responding, false},
    IncidentTransition{I::Reported, I::Unfounded, true},
    IncidentTransition{I::Reported, I::Duplicate, true},
    IncidentTransition{I::Verified, I::Responding, false},
    IncidentTransition{I::Verified, I::Unfounded, true},
    IncidentTransition{I::Verified, I::Duplicate, true},
    IncidentTransition{I::Responding, I::Stabilised, false},
    IncidentTransition{I::Responding, I::Unfounded, true},
    IncidentTransition{I::Responding, I::Duplicate, true},
    IncidentTransition{I::Stabilised, I::Responding, true},
    IncidentTransition{I::Stabilised, I::Terminated, false},
    IncidentTransition{I::Terminated, I::Closed, false},
    IncidentTransition{I::Closed, I::Archived, false},
    IncidentTransition{I::Unfounded, I::Archived, false},
    IncidentTransition{I::Duplicate, I::Archived, false},
    IncidentTransition{I::Terminated, I::Reopened, true},
    IncidentTransition{I::Closed, I::Reopened, true},
    IncidentTransition{I::Unfounded, I::Reopened, true},
    IncidentTransition{I::Duplicate, I::Reopened, true},
    IncidentTransition{I::Archived, I::Reopened, true},
    IncidentTransition{I::Reopened, I::Responding, false},
    IncidentTransition{I::Reopened, I::Stabilised, false},
    IncidentTransition{I::Reopened, I::Unfounded, true},
    IncidentTransition{I::Reopened, I::Duplicate, true},
};

using A = AssignmentState;
// The columns of a row: from, to, rescue, transport, stand-by, needs a reason.
constexpr std::array assignmentTable = {
    AssignmentTransition{A::Proposed, A::PendingApproval, true, true, true, false},
    AssignmentTransition{A::Proposed, A::Ordered, true, true, true, false},
    AssignmentTransition{A::Proposed, A::Cancelled, true, true, true, true},
    AssignmentTransition{A::PendingApproval, A::Ordered, true, true, true, false},
    AssignmentTransition{A::PendingApproval, A::Cancelled, true, true, true, true},
    AssignmentTransition{A::Ordered, A::Delivered, true, true, true, false},
    AssignmentTransition{A::Ordered, A::Acknowledged, true, true, true, false},
    AssignmentTransition{A::Ordered, A::Declined, true, true, true, true},
    AssignmentTransition{A::Ordered, A::Recalled, true, true, true, true},
    AssignmentTransition{A::Delivered, A::Acknowledged, true, true, true, false},
    AssignmentTransition{A::Delivered, A::Declined, true, true, true, true},
    AssignmentTransition{A::Delivered, A::Recalled, true, true, true, true},
    AssignmentTransition{A::Acknowledged, A::Mustering, true, true, false, false},
    AssignmentTransition{A::Acknowledged, A::EnRoute, true, true, false, false},
    AssignmentTransition{A::Acknowledged, A::Staged, false, false, true, false},
    AssignmentTransition{A::Acknowledged, A::Cancelled, true, true, true, true},
    AssignmentTransition{A::Acknowledged, A::Diverted, true, true, true, true},
    AssignmentTransition{A::Mustering, A::EnRoute, true, true, false, false},
    AssignmentTransition{A::Mustering, A::Cancelled, true, true, false, true},
    AssignmentTransition{A::Mustering, A::Diverted, true, true, false, true},
    AssignmentTransition{A::EnRoute, A::Staged, true, true, false, false},
    AssignmentTransition{A::EnRoute, A::OnScene, true, true, false, false},
    AssignmentTransition{A::EnRoute, A::Cancelled, true, true, false, true},
    AssignmentTransition{A::EnRoute, A::Diverted, true, true, false, true},
    AssignmentTransition{A::Staged, A::OnScene, true, true, false, false},
    AssignmentTransition{A::Staged, A::Cleared, false, false, true, false},
    AssignmentTransition{A::Staged, A::Cancelled, true, true, true, true},
    AssignmentTransition{A::Staged, A::Diverted, true, true, true, true},
    AssignmentTransition{A::OnScene, A::Working, true, true, false, false},
    AssignmentTransition{A::OnScene, A::Cancelled, true, true, false, true},
    AssignmentTransition{A::OnScene, A::Diverted, true, true, false, true},
    AssignmentTransition{A::OnScene, A::HandedOver, true, true, false, true},
    AssignmentTransition{A::Working, A::Completed, true, false, false, false},
    AssignmentTransition{A::Working, A::Loaded, false, true, false, false},
    AssignmentTransition{A::Working, A::Cancelled, true, true, false, true},
    AssignmentTransition{A::Working, A::Diverted, true, true, false, true},
    AssignmentTransition{A::Working, A::HandedOver, true, true, false, true},
    AssignmentTransition{A::Loaded, A::ToDestination, false, true, false, false},
    AssignmentTransition{A::ToDestination, A::AtDestination, false, true, false, false},
    AssignmentTransition{A::AtDestination, A::Completed, false, true, false, false},
    AssignmentTransition{A::Completed, A::Returning, true, true, false, false},
    AssignmentTransition{A::Completed, A::Cleared, true, true, false, false},
    AssignmentTransition{A::Completed, A::Diverted, true, true, false, true},
    AssignmentTransition{A::Returning, A::Cleared, true, true, false, false},
    AssignmentTransition{A::Returning, A::Diverted, true, true, false, true},
};

} // namespace

QString stateName(IncidentState state)
{
    return nameOf(incidentNames, state);
}
QString stateName(AssignmentState state)
{
    return nameOf(assignmentNames, state);
}
QString stateName(TaskType type)
{
    return nameOf(taskNames, type);
}
QString stateName(AssignmentFlag flag)
{
    return nameOf(flagNames, flag);
}
QString stateName(Availability availability)
{
    return nameOf(availabilityNames, availability);
}

std::optional<IncidentState> incidentStateFrom(QStringView name)
{
    return valueOf(incidentNames, name);
}
std::optional<AssignmentState> assignmentStateFrom(QStringView name)
{
    return valueOf(assignmentNames, name);
}
std::optional<TaskType> taskTypeFrom(QStringView name)
{
    return valueOf(taskNames, name);
}
std::optional<AssignmentFlag> assignmentFlagFrom(QStringView name)
{
    return valueOf(flagNames, name);
}
std::optional<Availability> availabilityFrom(QStringView name)
{
    return valueOf(availabilityNames, name);
}

bool AssignmentTransition::allowedFor(TaskType type) const
{
    switch (type) {
    case TaskType::Rescue: return rescue;
    case TaskType::Transport: return transport;
    case TaskType::StandBy: return standBy;
    }
    return false;
}

std::span<const IncidentTransition> incidentTransitions()
{
    return incidentTable;
}
std::span<const AssignmentTransition> assignmentTransitions()
{
    return assignmentTable;
}

const IncidentTransition *findTransition(IncidentState from, IncidentState to)
{
    for (const auto &row : incidentTable) {
        if (row.from == from && row.to == to)
            return &row;
    }
    return nullptr;
}

const AssignmentTransition *findTransition(TaskType type, AssignmentState from, AssignmentState to)
{
    for (const auto &row : assignmentTable) {
        if (row.from == from && row.to == to && row.allowedFor(type))
            return &row;
    }
    return nullptr;
}

bool isOpen(AssignmentState state)
{
    switch (state) {
    case A::Proposed:
    case A::PendingApproval:
    case A::Ordered:
    case A::Delivered:
    case A::Acknowledged:
    case A::Mustering:
    case A::EnRoute:
    case A::Staged:
    case A::OnScene:
    case A::Working:
    case A::Loaded:
    case A::ToDestination:
    case A::AtDestination:
    case A::Completed:
    case A::Returning: return true;
    case A::Cleared:
    case A::Declined:
    case A::Recalled:
    case A::Cancelled:
    case A::Diverted:
    case A::HandedOver: return false;
    }
    return false;
}

bool reservesTeam(AssignmentState state)
{
    return isOpen(state) && state != A::Proposed && state != A::PendingApproval;
}

bool acceptsOrders(IncidentState state)
{
    switch (state) {
    case I::Reported:
    case I::Verified:
    case I::Responding:
    case I::Stabilised:
    case I::Reopened: return true;
    case I::Unfounded:
    case I::Duplicate:
    case I::Terminated:
    case I::Closed:
    case I::Archived: return false;
    }
    return false;
}

bool forbidsOpenAssignments(IncidentState state)
{
    switch (state) {
    case I::Unfounded:
    case I::Duplicate:
    case I::Closed:
    case I::Archived: return true;
    case I::Reported:
    case I::Verified:
    case I::Responding:
    case I::Stabilised:
    case I::Terminated:
    case I::Reopened: return false;
    }
    return false;
}

bool isActive(IncidentState state)
{
    return !forbidsOpenAssignments(state);
}

std::optional<AssignmentState> usualNext(TaskType type, AssignmentState state)
{
    switch (state) {
    case A::Proposed:
    case A::PendingApproval: return A::Ordered;
    case A::Ordered: return A::Delivered;
    case A::Delivered: return A::Acknowledged;
    case A::Acknowledged: return type == TaskType::StandBy ? A::Staged : A::EnRoute;
    case A::Mustering: return A::EnRoute;
    case A::EnRoute: return A::OnScene;
    case A::Staged: return type == TaskType::StandBy ? A::Cleared : A::OnScene;
    case A::OnScene: return A::Working;
    case A::Working: return type == TaskType::Transport ? A::Loaded : A::Completed;
    case A::Loaded: return A::ToDestination;
    case A::ToDestination: return A::AtDestination;
    case A::AtDestination: return A::Completed;
    case A::Completed: return A::Returning;
    case A::Returning: return A::Cleared;
    case A::Cleared:
    case A::Declined:
    case A::Recalled:
    case A::Cancelled:
    case A::Diverted:
    case A::HandedOver: return std::nullopt;
    }
    return std::nullopt;
}

} // namespace leeward
