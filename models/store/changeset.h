#pragma once

#include "models/domain/changes.h"
#include "models/store/connection.h"
#include "models/store/recorder.h"

#include <QHash>

namespace leeward::store {

// Applies a changeset inside the caller's transaction. Every row must stand as it stood when the
// changeset was recorded, and the tables and columns be known and keep the values as they are;
// otherwise Corrupt, and the caller rolls back. One from an older schema has fewer columns, and the
// others keep their default.
[[nodiscard]] Result<> applyChangeset(Connection &db, const QByteArray &changeset);

// The changeset that undoes this one.
[[nodiscard]] Result<QByteArray> invertChangeset(const QByteArray &changeset);

// The changes in a changeset with the rows as they now stand in `db`.
[[nodiscard]] Result<Changes> readChanges(Connection &db, const QByteArray &changeset);

// How many columns each table has. Columns are only ever added at the end, so this says which.
using ColumnCounts = QHash<QString, int>;

// Of the schema this program was built with.
[[nodiscard]] ColumnCounts columnCounts();
// Of the operational tables as this database has them, which may be of an older schema.
[[nodiscard]] Result<ColumnCounts> columnCounts(Connection &db);

// Of the tables a changeset names. Corrupt when it is cut or malformed.
[[nodiscard]] Result<ColumnCounts> columnsIn(const QByteArray &changeset);

// What a schema with only these tables and columns would have recorded: tables that are not named
// and columns beyond the count are left out, and with them the updates that changed nothing else.
// Works on the bytes alone, which may come from anywhere; Corrupt when they are cut or malformed or
// a column left out is part of a key.
[[nodiscard]] Result<QByteArray> projectChangeset(const QByteArray &changeset,
                                                  const ColumnCounts &columns);

} // namespace leeward::store
