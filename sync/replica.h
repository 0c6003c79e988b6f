#pragma once

#include "models/domain/changes.h"
#include "sync/authority_link.h"

namespace leeward::sync {

// The console's side of one realm: the tables are all entries up to a cursor, plus the desk's own
// pending operations on top.
//
//      entries 1 … cursor          pending, queued           waiting for an operator
//   ├────────────────────────┤├───────────────────────┤   ( conflict, refused: not applied )
//
// receive() makes them so again when entries arrive, in one transaction: (a) the queued changesets
// are rolled back in reverse order, (b) the entries are applied, (c) pending operations that came
// back are dropped, (d) the others go through the rulebook again. One that no longer fits becomes a
// conflict that an operator sees. Nothing is dropped silently. Pure effects on the connection
// given: no clock, no network; store thread.

// What changed on screen. Entries at or below the cursor are passed over, so a reply may be taken
// twice. Corrupt, and nothing taken, for a hole, a wrong hash or a journal with another past.
[[nodiscard]] Result<Changes> receive(store::Connection &db, const Reply &reply);

// The queued operations in the order in which they were made, at most `limit`.
[[nodiscard]] Result<std::vector<Operation>> toSend(store::Connection &db, int limit);

} // namespace leeward::sync
