#include "models/domain/refusal.h"

#include <array>
#include <utility>

namespace leeward {

using namespace Qt::StringLiterals;

namespace {
using R = RefusalReason;
constexpr std::array<std::pair<R, QLatin1StringView>, 24> names = {{
    {R::UnknownOperation, "unknown-operation"_L1},
    {R::BadArguments, "bad-arguments"_L1},
    {R::NotFound, "not-found"_L1},
    {R::AlreadyExists, "already-exists"_L1},
    {R::IllegalTransition, "illegal-transition"_L1},
    {R::ReasonNeeded, "reason-needed"_L1},
    {R::TeamBusy, "team-busy"_L1},
    {R::TeamUnavailable, "team-unavailable"_L1},
    {R::TeamOffDuty, "team-off-duty"_L1},
    {R::TeamRetired, "team-retired"_L1},
    {R::IncidentNotOpen, "incident-not-open"_L1},
    {R::OpenAssignments, "open-assignments"_L1},
    {R::FieldConflict, "field-conflict"_L1},
    {R::FieldInvalid, "field-invalid"_L1},
    {R::TimeNotMonotone, "time-not-monotone"_L1},
    {R::TimerStale, "timer-stale"_L1},
    {R::Retired, "retired"_L1},
    {R::NothingToChange, "nothing-to-change"_L1},
    {R::StillReferenced, "still-referenced"_L1},
    {R::NotRetractable, "not-retractable"_L1},
    {R::NotYours, "not-yours"_L1},
    {R::NotPermitted, "not-permitted"_L1},
    {R::OutsideArea, "outside-area"_L1},
    {R::RecoveryOver, "recovery-over"_L1},
}};
} // namespace

bool concernsRights(RefusalReason reason)
{
    return reason == RefusalReason::NotYours || reason == RefusalReason::NotPermitted ||
           reason == RefusalReason::OutsideArea || reason == RefusalReason::RecoveryOver;
}

QString refusalName(RefusalReason reason)
{
    for (const auto &[value, name] : names) {
        if (value == reason)
            return QString(name);
    }
    return {};
}

std::optional<RefusalReason> refusalFrom(QStringView wanted)
{
    for (const auto &[value, name] : names) {
        if (name == wanted)
            return value;
    }
    return std::nullopt;
}

} // namespace leeward
