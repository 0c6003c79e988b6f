#pragma once

#include <QDateTime>
#include <QString>
#include <QTimeZone>

#include <chrono>

namespace leeward {

// A point in time, UTC, whole milliseconds. Only delegates and prints turn it into local time.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

[[nodiscard]] constexpr Instant instantFromMs(qint64 ms)
{
    return Instant(Duration(ms));
}
[[nodiscard]] constexpr qint64 toMs(Instant at)
{
    return at.time_since_epoch().count();
}
[[nodiscard]] inline QDateTime toUtcDateTime(Instant at)
{
    return QDateTime::fromMSecsSinceEpoch(toMs(at), QTimeZone::UTC);
}
// "2026-08-12T18:03:00.000Z"
[[nodiscard]] inline QString toIso(Instant at)
{
    return toUtcDateTime(at).toString(Qt::ISODateWithMs);
}

// Where "now" comes from. Injected everywhere, so that tests and drills own their time.
class Clock
{
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant now() const = 0; // any thread
};

class SystemClock final : public Clock
{
public:
    [[nodiscard]] Instant now() const override
    {
        return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    }
};

} // namespace leeward
