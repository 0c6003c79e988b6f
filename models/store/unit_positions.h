#pragma once

#include "models/domain/unit_position.h"
#include "models/store/connection.h"

#include <span>

namespace leeward::store {

// The latest place of each source and its track, in a file that is nobody else's business: no
// changeset, no entry. Writer's thread; one transaction a call.

// Whatever is newer than what is there, by orderOf(); older ones change nothing. How many were.
[[nodiscard]] Result<int> putUnitPositions(Connection &db, std::span<const UnitPosition> positions);
// Points of tracks; one that is there already is passed over.
[[nodiscard]] Result<> addTrackPoints(Connection &db, std::span<const UnitPosition> points);
[[nodiscard]] Result<std::vector<UnitPosition>> unitPositions(Connection &db);
// In the order of the device's time, from `since` on.
[[nodiscard]] Result<std::vector<UnitPosition>> trackOf(Connection &db, const QString &source,
                                                        Instant since);
// Forgets points received before `at`; how many.
[[nodiscard]] Result<qint64> dropTracksBefore(Connection &db, Instant at);

} // namespace leeward::store
