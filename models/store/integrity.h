#pragma once

#include "models/store/tables.h"

namespace leeward::store {

// What SQLite itself finds wrong with the file, and the rows whose foreign key leads nowhere.
// Empty: all is well.
[[nodiscard]] Result<QStringList> integrityFaults(Connection &db);
[[nodiscard]] Result<QStringList> foreignKeyFaults(Connection &db);

struct TableDifference
{
    qint64 rows = 0; // looked at
    QStringList ids; // rows that are not the same in both, or in one only
};

// Compares one operational table of two databases row by row.
[[nodiscard]] Result<TableDifference> compareTable(Connection &left, Connection &right,
                                                   const Table &table);

} // namespace leeward::store
