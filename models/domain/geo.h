#pragma once

#include <QtGlobal>

#include <compare>

namespace leeward {

// A place on the ground: WGS 84 degrees (CGCS2000 is treated as equal at the decimetre), longitude
// first.
struct LonLat
{
    double lon = 0;
    double lat = 0;

    friend bool operator==(const LonLat &, const LonLat &) = default;
    [[nodiscard]] constexpr bool isValid() const
    {
        return lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90; // false for NaN
    }
};

// A length on the ground.
struct Metres
{
    double value = 0;

    friend auto operator<=>(const Metres &, const Metres &) = default;
    friend constexpr Metres operator+(Metres a, Metres b) { return {a.value + b.value}; }
    friend constexpr Metres operator-(Metres a, Metres b) { return {a.value - b.value}; }
};

// A direction: degrees clockwise from true north, 0 <= value < 360.
struct Bearing
{
    double degrees = 0;

    friend auto operator<=>(const Bearing &, const Bearing &) = default;
};

// Great-circle distance on the sphere of mean radius 6 371 008.8 m (haversine). Within 0.6 % of the
// ellipsoid.
[[nodiscard]] Metres distance(LonLat a, LonLat b);

// Initial bearing of the great circle from a to b.
[[nodiscard]] Bearing bearing(LonLat a, LonLat b);

// The place `length` away from `from` in direction `towards`, on the same sphere.
[[nodiscard]] LonLat destination(LonLat from, Bearing towards, Metres length);

} // namespace leeward
