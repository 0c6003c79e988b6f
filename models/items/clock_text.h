#pragma once

#include "models/domain/clock.h"
#include "models/domain/registers.h"

namespace leeward::items {

// "3 min", "2 h 05", "4 d" / "3分", "2小时05分", "4天"; negative spans say how long still.
[[nodiscard]] QString spanText(Duration span, Language language);
// Local clock time of the city, with the date when it is not today: "14:02:07", "08-12 14:02".
[[nodiscard]] QString clockText(Instant at, Instant now);

} // namespace leeward::items
