#pragma once

#include "models/desk/desk.h"
#include "models/items/table_cache.h"

namespace leeward::widgets {

// Why something was not done, by whom, and what can be done now, in one or two sentences for a
// person. Ids of rows are told by their names; what the cache does not know is left out, never
// shown as an id.
[[nodiscard]] QString refusalText(const desk::Failure &failure, Language language,
                                  const items::TableCache &cache);
[[nodiscard]] QString refusalText(const Refusal &refusal, Language language,
                                  const items::TableCache &cache);
[[nodiscard]] QString errorText(const Error &error, Language language);

// "14:05", with the date when it is not the day of `now`; local time of the city.
[[nodiscard]] QString shortTime(Instant at, Instant now);

} // namespace leeward::widgets
