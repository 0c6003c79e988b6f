#pragma once

#include "models/domain/clock.h"

#include <optional>

namespace leeward {

// Where something that moves was last: a team, vehicle, boat, helicopter or person with a tracker.
// Telemetry, never an operation. Degrees WGS 84, metres a second, degrees from north, metres.
struct UnitPosition
{
    QString source; // the device or tracker; one place each
    QString kind;   // team, vehicle, boat, helicopter, person
    QString team;   // id of the team it belongs to, empty = none known
    QString label;
    double lon = 0;
    double lat = 0;
    Instant deviceAt;   // by the device's clock
    Instant receivedAt; // by the server's
    std::optional<double> speed;
    std::optional<double> heading;
    std::optional<double> accuracy;
    friend bool operator==(const UnitPosition &, const UnitPosition &) = default;
};

// How far ahead of the receiver a device's clock may be before it is not believed.
inline constexpr std::chrono::minutes believedAhead{5};

// A place is as good as now for so long, then fades; after so long nobody knows where the unit is:
// it is shown as out of contact, and a team is not recommended by it.
inline constexpr std::chrono::minutes placeFresh{2};
inline constexpr std::chrono::minutes placeLost{30};

// What orders the reports of one source: the device's time, or the receiver's when the device's is
// in the future. A clock that jumped ahead for once does not hide what comes after it.
[[nodiscard]] inline Instant orderOf(const UnitPosition &position)
{
    return position.deviceAt > position.receivedAt + believedAhead ? position.receivedAt
                                                                   : position.deviceAt;
}

} // namespace leeward
