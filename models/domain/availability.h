#pragma once

#include "models/domain/clock.h"
#include "models/domain/lifecycle.h"

#include <optional>
#include <span>

namespace leeward {

// A desk's word that a team can not go, until it ends by itself.
struct AvailabilityOverride
{
    Instant until;
    QString reason;
    QString by;
    friend bool operator==(const AvailabilityOverride &, const AvailabilityOverride &) = default;
};

// Whether `now` lies within duty hours "HH:mm-HH:mm[,…]". Empty = always on duty. A span may pass
// midnight; one that ends where it begins is the whole day. `utcOffset`: of the city's local time.
[[nodiscard]] bool isOnDuty(QStringView dutyHours, Instant now, std::chrono::minutes utcOffset);

// What a team is seen to do while an assignment of its is in this state; Available when it does not
// hold the team.
[[nodiscard]] Availability availabilityWhile(AssignmentState state);

// Team availability: a pure function of the states of the team's assignments, its duty hours and an
// override. The most binding open assignment decides; without one an override in force, then the
// duty hours. Assignments that do not reserve the team are ignored.
[[nodiscard]] Availability availabilityOf(std::span<const AssignmentState> assignments,
                                          QStringView dutyHours,
                                          const std::optional<AvailabilityOverride> &override_,
                                          Instant now, std::chrono::minutes utcOffset);

// China Standard Time, which every city this console is made for keeps.
inline constexpr std::chrono::minutes chinaOffset{8 * 60};

} // namespace leeward
