#pragma once

#include "models/store/connection.h"

namespace leeward::store {

// The newest schema this program knows; resources/sql/NNNN_why.sql, numbered from 1.
[[nodiscard]] int newestSchema();

// The error for a file of a schema that this program can not know.
[[nodiscard]] std::unexpected<Error> refuseSchema(const QString &path, int version);

// Brings a database to the newest schema. One transaction for all steps; a file that holds data is
// first copied to PATH.before-NNNN, and its search index is filled anew. SchemaTooNew for a file of
// a newer Leeward, which is left untouched. Never drops data.
[[nodiscard]] Result<> migrate(Connection &db);

// For an empty in-memory database: all steps, no backup.
[[nodiscard]] Result<> applyAllMigrations(Connection &db);
// The same up to schema `last`: the tables as an older Leeward had them.
[[nodiscard]] Result<> applyMigrations(Connection &db, int last);

} // namespace leeward::store
