#include "models/domain/geo.h"

#include <cmath>
#include <numbers>

namespace leeward {

namespace {
constexpr double meanRadius = 6'371'008.8; // IUGG mean radius R1
constexpr double radians(double degrees)
{
    return degrees * std::numbers::pi / 180;
}
constexpr double degrees(double radians)
{
    return radians * 180 / std::numbers::pi;
}
} // namespace

Metres distance(LonLat a, LonLat b)
{
    const double dLat = radians(b.lat - a.lat);
    const double dLon = radians(b.lon - a.lon);
    const double sinLat = std::sin(dLat / 2);
    const double sinLon = std::sin(dLon / 2);
    const double h =
        sinLat * sinLat + std::cos(radians(a.lat)) * std::cos(radians(b.lat)) * sinLon * sinLon;
    return {2 * meanRadius * std::asin(std::sqrt(std::fmin(1.0, h)))};
}

Bearing bearing(LonLat a, LonLat b)
{
    const double dLon = radians(b.lon - a.lon);
    const double y = std::sin(dLon) * std::cos(radians(b.lat));
    const double x = std::cos(radians(a.lat)) * std::sin(radians(b.lat)) -
                     std::sin(radians(a.lat)) * std::cos(radians(b.lat)) * std::cos(dLon);
    return {std::fmod(degrees(std::atan2(y, x)) + 360, 360)};
}

LonLat destination(LonLat from, Bearing towards, Metres length)
{
    const double angle = length.value / meanRadius;
    const double lat1 = radians(from.lat);
    const double theta = radians(towards.degrees);
    const double lat2 = std::asin(std::sin(lat1) * std::cos(angle) +
                                  std::cos(lat1) * std::sin(angle) * std::cos(theta));
    const double lon2 =
        radians(from.lon) + std::atan2(std::sin(theta) * std::sin(angle) * std::cos(lat1),
                                       std::cos(angle) - std::sin(lat1) * std::sin(lat2));
    return {std::fmod(degrees(lon2) + 540, 360) - 180, degrees(lat2)};
}

} // namespace leeward
