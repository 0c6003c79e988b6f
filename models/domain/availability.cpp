#include "models/domain/availability.h"

namespace leeward {

namespace {

int minuteOf(QStringView clock) // "HH:mm"
{
    return clock.left(2).toInt() * 60 + clock.mid(3, 2).toInt();
}

// How binding a state is: of several open assignments the highest decides what the team is seen to
// do.
int weight(Availability availability)
{
    switch (availability) {
    case Availability::OnScene: return 5;
    case Availability::EnRoute: return 4;
    case Availability::Staged: return 3;
    case Availability::Ordered: return 2;
    case Availability::Returning: return 1;
    case Availability::Available:
    case Availability::OffDuty:
    case Availability::Unavailable: return 0;
    }
    return 0;
}

} // namespace

Availability availabilityWhile(AssignmentState state)
{
    using S = AssignmentState;
    switch (state) {
    case S::Ordered:
    case S::Delivered:
    case S::Acknowledged:
    case S::Mustering: return Availability::Ordered;
    case S::EnRoute:
    case S::ToDestination: return Availability::EnRoute;
    case S::Staged: return Availability::Staged;
    case S::OnScene:
    case S::Working:
    case S::Loaded:
    case S::AtDestination: return Availability::OnScene;
    case S::Completed:
    case S::Returning: return Availability::Returning;
    case S::Proposed:
    case S::PendingApproval:
    case S::Cleared:
    case S::Declined:
    case S::Recalled:
    case S::Cancelled:
    case S::Diverted:
    case S::HandedOver: return Availability::Available;
    }
    return Availability::Available;
}

bool isOnDuty(QStringView dutyHours, Instant now, std::chrono::minutes utcOffset)
{
    if (dutyHours.isEmpty())
        return true;
    constexpr qint64 day = 24 * 60;
    const qint64 local = (toMs(now) / 60000 + utcOffset.count()) % day;
    for (const QStringView span : dutyHours.split(u',')) {
        const int from = minuteOf(span.left(5));
        const int to = minuteOf(span.mid(6, 5));
        const bool inside =
            from < to ? (local >= from && local < to) : (local >= from || local < to);
        if (inside)
            return true;
    }
    return false;
}

Availability availabilityOf(std::span<const AssignmentState> assignments, QStringView dutyHours,
                            const std::optional<AvailabilityOverride> &override_, Instant now,
                            std::chrono::minutes utcOffset)
{
    Availability binding = Availability::Available;
    for (const AssignmentState state : assignments) {
        const Availability candidate = availabilityWhile(state);
        if (weight(candidate) > weight(binding))
            binding = candidate;
    }
    if (binding != Availability::Available)
        return binding;
    if (override_ && now < override_->until)
        return Availability::Unavailable;
    return isOnDuty(dutyHours, now, utcOffset) ? Availability::Available : Availability::OffDuty;
}

} // namespace leeward
