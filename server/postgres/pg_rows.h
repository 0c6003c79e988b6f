#pragma once

#include "models/store/entries.h"
#include "server/postgres/pg_connection.h"

namespace leeward::server {

// Entries and answers as rows of PostgreSQL, and back.

// $1 realm, $2 after, $3 at most
inline constexpr auto entriesFrom =
    "SELECT seq, accepted_at, operation, changeset, previous_hash, hash, rules FROM leeward.entry "
    "WHERE realm=$1 AND seq>$2 ORDER BY seq LIMIT $3";
// The answer to entriesFrom. FileMalformed for an operation that is none.
[[nodiscard]] Result<std::vector<store::Entry>> readEntries(const PgRows &rows);

// Columns 1 and 2: the name of the reason, the facts as JSON.
[[nodiscard]] Refusal readRefusal(const PgRows &rows, int row);

[[nodiscard]] PgCommand insertEntries(int realm, const std::vector<store::Entry> &entries);
[[nodiscard]] PgCommand insertRefused(int realm, const std::vector<store::RefusedAnswer> &answers);

} // namespace leeward::server
