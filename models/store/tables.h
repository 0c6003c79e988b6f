#pragma once

#include "models/domain/registers.h"
#include "models/store/connection.h"

#include <functional>
#include <optional>
#include <span>

namespace leeward::store {

// The operational tables: those that the rulebook changes, changesets carry and replicas must hold
// equal.
struct Table
{
    QString name;
    std::vector<QString> columns; // in the order of the schema; the first is "id"
    // What each column keeps: SQLITE_INTEGER, _FLOAT, _TEXT or _BLOB. All tables are STRICT.
    std::vector<int> kinds;
    std::string selectAll; // SELECT of all columns, in this order
    std::string selectOne; // the same of one id, which is bound
    std::string insertAll; // INSERT of all columns, bound in this order

    [[nodiscard]] int indexOf(QStringView column) const; // -1 when there is none
};

// The tables of the schema this program was built with, read once from its own migrations.
[[nodiscard]] std::span<const Table> operationalTables();
[[nodiscard]] const Table *findTable(QStringView name);

// INSERT of these columns, bound in their order.
[[nodiscard]] std::string insertText(const Table &table, std::span<const QString> columns);

// Row access by table and column names; only names of operationalTables() reach the SQL text,
// values are bound.
[[nodiscard]] Result<std::optional<FieldValues>> findRow(Connection &db, const Table &table,
                                                         const QString &id);
// Columns not named are NULL or their default.
[[nodiscard]] Result<> insertRow(Connection &db, const Table &table, const FieldValues &values);
// Changes only the columns named; NotFound when there is no such row.
[[nodiscard]] Result<> updateRow(Connection &db, const Table &table, const QString &id,
                                 const FieldValues &values);
// All rows, in order of id. `take` answers false to stop.
[[nodiscard]] Result<> forEachRow(Connection &db, const Table &table,
                                  const std::function<bool(FieldValues &&)> &take);

// A digest of every row of every operational table; equal digests = equal tables.
[[nodiscard]] Result<QByteArray> tablesDigest(Connection &db);

} // namespace leeward::store
