#pragma once

#include "models/domain/datum.h"
#include "models/domain/registers.h"

#include <optional>

namespace leeward {

// How a place is written.
enum class Notation
{
    Decimal,               // 120.380000, 36.070000 (longitude first)
    DegreesMinutes,        // 36°04.2000′N 120°22.8000′E
    DegreesMinutesSeconds, // 36°04′12.00″N 120°22′48.00″E, 东经120°22′48.00″ 北纬36°04′12.00″
    GeoUri,                // geo:36.070000,120.380000 (RFC 5870, latitude first)
    Utm,                   // 51S 264000 3994000
    Mgrs,                  // 51STV6400094000
    GaussKrueger,          // X=3994000.00 Y=40264000.00 (CGCS2000, zone in front of Y)
};

struct CoordinateOptions
{
    // Where the city is. Settles the order of two bare numbers that could be read both ways.
    std::optional<LonLat> nearTo = {};
};

struct ParsedCoordinates
{
    LonLat place;
    Notation notation = Notation::Decimal;
    bool orderAssumed = false; // two bare numbers that fit both ways: longitude first was assumed

    friend bool operator==(const ParsedCoordinates &, const ParsedCoordinates &) = default;
};

// One place in any usual notation, Chinese or English, full-width characters and punctuation
// included; nullopt when the text is anything else. The numbers are taken as they are: apply
// toWgs84() when they come from a shifted map. Two bare numbers: the one beyond ±90 is the
// longitude; else the order that lies nearer to `nearTo`; else longitude first. In "51S …" and the
// like the letter is the latitude band; S stands for south only where the band does not fit.
[[nodiscard]] std::optional<ParsedCoordinates>
parseCoordinates(const QString &text, const CoordinateOptions &options = {});

enum class Axis
{
    Longitude,
    Latitude
};

// One angle in degrees: 120.38, 120°22.8′, 120度22分48秒, E120 22 48, 北纬36.07. Nullopt when it is
// not an angle, names the other axis or leaves the axis' range.
[[nodiscard]] std::optional<double> parseAngle(const QString &text, Axis axis);

// A place as a person reads it; parseCoordinates() reads every result back, to the last digit shown
// (0.1 m for degrees, 1 m for the grids). Empty where the notation does not reach: grids near the
// poles, Gauss-Krüger outside 70.5-136.5 E.
[[nodiscard]] QString formatCoordinates(LonLat place, Notation notation,
                                        Language language = Language::English);

} // namespace leeward
