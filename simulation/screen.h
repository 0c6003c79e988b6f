#pragma once

#include "models/domain/changes.h"
#include "models/store/connection.h"

#include <QHash>

namespace leeward::simulation {

// Rows by "table/key": all operational tables, as a screen would hold them.
using Rows = QHash<QString, FieldValues>;
[[nodiscard]] Result<Rows> rowsOf(store::Connection &db);

// Plays changes on rows. What does not fit (an update of a row that is not there, a column that is
// said to have changed and has not) is answered in words; empty when all fits.
[[nodiscard]] QString play(const Changes &changes, Rows &rows);

} // namespace leeward::simulation
