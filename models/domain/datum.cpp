#include "models/domain/datum.h"

#include <cmath>
#include <numbers>

namespace leeward {

namespace {

using std::numbers::pi;

// Krasovsky 1940 as the shift uses it: semi-major axis in metres and first eccentricity squared.
constexpr double semiMajor = 6378245.0;
constexpr double eccentricity2 = 0.006693421622965823;

// BD-09 moves GCJ-02 by a constant plus a small wave.
constexpr double bdLon = 0.0065;
constexpr double bdLat = 0.006;
constexpr double bdWave = pi * 3000.0 / 180.0;

// The three sine waves that both axes share: amplitude 20, 20/40, 160/320 … metres over `v`
// degrees.
double waves(double v, double third, double scale)
{
    return (20.0 * std::sin(v * pi) + 40.0 * std::sin(v / 3.0 * pi)) * 2.0 / 3.0 +
           (scale * std::sin(v / 12.0 * pi) + third * std::sin(v / 30.0 * pi)) * 2.0 / 3.0;
}

// The shift at a place, in degrees.
LonLat shiftAt(LonLat place)
{
    const double x = place.lon - 105.0;
    const double y = place.lat - 35.0;
    const double ripple =
        (20.0 * std::sin(6.0 * x * pi) + 20.0 * std::sin(2.0 * x * pi)) * 2.0 / 3.0;
    const double root = std::sqrt(std::abs(x));
    const double north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root +
                         ripple + waves(y, 320.0, 160.0);
    const double east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple +
                        waves(x, 300.0, 150.0);
    const double lat = place.lat * pi / 180.0;
    const double w2 = 1.0 - eccentricity2 * std::sin(lat) * std::sin(lat);
    const double meridian = semiMajor * (1.0 - eccentricity2) / (w2 * std::sqrt(w2));
    const double parallel = semiMajor / std::sqrt(w2) * std::cos(lat);
    return {east / parallel * 180.0 / pi, north / meridian * 180.0 / pi};
}

// The place that `forward` takes to `wanted`; the shifts change by under 1 % per step, so it
// converges in a few.
template <class Forward>
LonLat invert(LonLat wanted, Forward forward)
{
    LonLat guess = wanted;
    for (int step = 0; step < 30; ++step) {
        const LonLat reached = forward(guess);
        const LonLat miss = {wanted.lon - reached.lon, wanted.lat - reached.lat};
        guess = {guess.lon + miss.lon, guess.lat + miss.lat};
        if (std::abs(miss.lon) < 1e-11 && std::abs(miss.lat) < 1e-11)
            break;
    }
    return guess;
}

LonLat addWave(LonLat place)
{
    const double radius = std::hypot(place.lon, place.lat) + 0.00002 * std::sin(place.lat * bdWave);
    const double angle = std::atan2(place.lat, place.lon) + 0.000003 * std::cos(place.lon * bdWave);
    return {radius * std::cos(angle) + bdLon, radius * std::sin(angle) + bdLat};
}

} // namespace

bool isShiftedInGcj02(LonLat place)
{
    return place.lon >= 72.004 && place.lon <= 137.8347 && place.lat >= 0.8293 &&
           place.lat <= 55.8271;
}

LonLat gcj02FromWgs84(LonLat wgs84)
{
    if (!isShiftedInGcj02(wgs84))
        return wgs84;
    const LonLat shift = shiftAt(wgs84);
    return {wgs84.lon + shift.lon, wgs84.lat + shift.lat};
}

LonLat wgs84FromGcj02(LonLat gcj02)
{
    if (!isShiftedInGcj02(gcj02))
        return gcj02;
    return invert(gcj02, [](LonLat place) {
        const LonLat shift = shiftAt(place);
        return LonLat{place.lon + shift.lon, place.lat + shift.lat};
    });
}

LonLat bd09FromGcj02(LonLat gcj02)
{
    return isShiftedInGcj02(gcj02) ? addWave(gcj02) : gcj02;
}

LonLat gcj02FromBd09(LonLat bd09)
{
    return isShiftedInGcj02(bd09) ? invert(bd09, addWave) : bd09;
}

LonLat bd09FromWgs84(LonLat wgs84)
{
    return bd09FromGcj02(gcj02FromWgs84(wgs84));
}

LonLat wgs84FromBd09(LonLat bd09)
{
    return wgs84FromGcj02(gcj02FromBd09(bd09));
}

LonLat toWgs84(LonLat place, SourceDatum datum)
{
    switch (datum) {
    case SourceDatum::Wgs84: return place;
    case SourceDatum::Gcj02: return wgs84FromGcj02(place);
    case SourceDatum::Bd09: return wgs84FromBd09(place);
    }
    return place;
}

} // namespace leeward
