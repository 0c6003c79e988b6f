#pragma once

#include "models/domain/geo.h"

namespace leeward {

// What the numbers of a source mean. CGCS2000 is WGS 84 at the decimetre, which is all a hall
// needs. GCJ-02 is the shifted system of the public map services in China (off by 300-600 m), BD-09
// the one of Baidu, shifted once more.
enum class SourceDatum
{
    Wgs84,
    Gcj02,
    Bd09
};

// Whether the shift of GCJ-02 applies at a place: the rectangle 72.004-137.8347 E, 0.8293-55.8271 N
// that the public implementations agree on. Outside it every conversion here is the identity.
[[nodiscard]] bool isShiftedInGcj02(LonLat place);

// The forward shift is a closed formula; the inverse is found by iteration and is good to less than
// a centimetre.
[[nodiscard]] LonLat gcj02FromWgs84(LonLat wgs84);
[[nodiscard]] LonLat wgs84FromGcj02(LonLat gcj02);
[[nodiscard]] LonLat bd09FromGcj02(LonLat gcj02);
[[nodiscard]] LonLat gcj02FromBd09(LonLat bd09);
[[nodiscard]] LonLat bd09FromWgs84(LonLat wgs84);
[[nodiscard]] LonLat wgs84FromBd09(LonLat bd09);

// A place given in `datum`, in WGS 84.
[[nodiscard]] LonLat toWgs84(LonLat place, SourceDatum datum);

} // namespace leeward
