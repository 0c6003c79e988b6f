#pragma once

#include "server/postgres/pg_connection.h"

namespace leeward::server {

// The newest schema this program knows: how many resources/postgres/NNNN_*.sql there are.
[[nodiscard]] int newestPgSchema();

// Brings the database to the newest schema, in one transaction, one process at a time; the others
// wait and find it done. SchemaTooNew when a newer program was here, and nothing is touched.
[[nodiscard]] Result<> migratePg(PgConnection &db);

} // namespace leeward::server
