#pragma once

#include "models/domain/geo.h"

#include <QString>

#include <optional>

namespace leeward {

// Plane grids, without PROJ: transverse Mercator by the series of Krüger to the sixth order in the
// third flattening (C. Karney, "Transverse Mercator with an accuracy of a few nanometers", 2011,
// eqs. 12, 15, 35, 36). Better than a millimetre within 30° of the central meridian.

// UTM on WGS 84, metres. Without the exceptions of Norway and Svalbard.
struct UtmPlace
{
    int zone = 0; // 1-60
    bool north = true;
    double easting = 0;
    double northing = 0;
};
[[nodiscard]] UtmPlace utmFrom(LonLat place);
[[nodiscard]] std::optional<LonLat> lonLatFrom(const UtmPlace &place);

// The latitude band letter C-X of UTM and MGRS; null outside 80° S - 84° N.
[[nodiscard]] QChar utmBand(double lat);

// Gauss-Krüger on CGCS2000, metres, the easting with its zone in front (40 264 000). Zones 24-45
// are 3° wide (central meridian 3 × zone), 13-23 are 6° wide (6 × zone - 3); these ranges do not
// meet in China.
struct GaussKruegerPlace
{
    double northing = 0; // X of Chinese surveying
    double easting = 0;  // Y of Chinese surveying, with the zone
};
[[nodiscard]] std::optional<GaussKruegerPlace> gaussKruegerFrom(LonLat place); // 3° zones
[[nodiscard]] std::optional<LonLat> lonLatFrom(const GaussKruegerPlace &place);

// MGRS reference without blanks, to the metre: "51SUV4567894321". Empty outside 80° S - 84° N.
[[nodiscard]] QString mgrsFrom(LonLat place);
// Two to ten digits, blanks allowed; the middle of the square that the digits leave open.
[[nodiscard]] std::optional<LonLat> lonLatFromMgrs(const QString &text);

} // namespace leeward
