#pragma once

#include "models/domain/operation.h"
#include "models/domain/refusal.h"
#include "models/store/connection.h"

namespace leeward::rulebook {

// Which rules these are. It rises with every release in which an operation on the same tables may
// have another effect or another answer than before; the authority notes it beside each entry.
//   1  as first released
//   2  road time of a transfer, double tasks on retract and transfer, no new reference to a retired
//      row, the division of an incident
inline constexpr int version = 2;

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
