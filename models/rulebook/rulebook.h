#pragma once

#include "models/domain/operation.h"
#include "models/domain/refusal.h"
#include "models/store/connection.h"

namespace leeward::rulebook {

// Validates an operation against the store and applies it. The same library runs on the console and
// on the server; it has no clock, no randomness, no locale and no I/O but the caller's transaction,
// so the same operation on the same tables gives the same rows everywhere.
//
// Call inside a transaction. A refusal may leave rows half changed: the caller rolls back to where
// it was before (a Savepoint or the whole Transaction). An Error is the store's (full disk,
// corruption), not a rule's.
[[nodiscard]] Result<Verdict> apply(store::Connection &db, const Operation &operation);

// The kinds apply() knows.
[[nodiscard]] QStringList knownKinds();

} // namespace leeward::rulebook
