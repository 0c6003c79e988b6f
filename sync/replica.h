#pragma once

#include "models/domain/changes.h"
#include "sync/authority_link.h"

#include <QSet>

#include <span>

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
// twice. Corrupt, and nothing taken, for a hole, a wrong hash or a journal with another past. Of
// conflicts nothing becomes certain: entries may come from anywhere, an answer only by take().
[[nodiscard]] Result<Changes> receive(store::Connection &db, const Reply &reply);

// The queued operations in the order in which they were made, at most `limit`.
[[nodiscard]] Result<std::vector<Submission>> toSend(store::Connection &db, int limit);

// Entries below the cursor at growing distances, newest first: enough for an authority to find
// where its past and this one part.
[[nodiscard]] Result<std::vector<store::Head>> pastOf(store::Connection &db);

// The authority has lost what came after entry `seq` (it was restored from a backup). In one
// transaction the rows go back to that entry, and the operations of the lost entries go to the
// front of the queue, to be handed in again under their own ids, whoever made them. What changed on
// screen: nothing but what no longer fits. InvalidArgument unless 0 <= seq < cursor.
[[nodiscard]] Result<Changes> retreat(store::Connection &db, qint64 seq);

// What became of an authority's answer.
struct Step
{
    Changes changes;
    bool again = false;        // there is more to ask
    bool withPast = false;     // and it wants to know this desk's past (Ask::past)
    qint64 retreatedBy = 0;    // entries taken back, the authority having lost at least the newest
    bool journalMoved = false; // or what is known of the queue
    // The entries that follow lie in the authority's archive, or the last one that both have lies
    // before the oldest here: a snapshot, or nothing ever again.
    bool needsSnapshot = false;
};
// All that a console does with an answer: receive(), or the way back from another past. After one
// that is not cut, conflicts are certain to be no entries (store::Pending): whatever was handed in
// before it was asked for would be among what is here now. So only the answer to the newest
// question may be taken as whole; one that was overtaken by a later question counts as cut.
[[nodiscard]] Result<Step> take(store::Connection &db, const Reply &reply);

// receive() for entries that came by themselves. Nothing when they do not follow the cursor: some
// were missed, and the desk asks.
[[nodiscard]] Result<std::optional<Step>> takePushed(store::Connection &db,
                                                     const std::vector<store::Entry> &entries);

// What to ask now: at most `limit` operations, the cursor, and the past if it was asked for.
[[nodiscard]] Result<Ask> askOf(store::Connection &db, int limit, bool withPast);

// Takes operations that another desk made and that reached this one without the authority into the
// queue, each rules first; in one transaction. Those that are there or in the journal already are
// passed over; the others come back.
[[nodiscard]] Result<QSet<OperationId>>
takeForeign(store::Connection &db, std::span<const Submission> submissions, Changes &changes);

// Puts what waited in another cache of this realm into this one's queue, in its order, each rules
// first; in one transaction. What is an entry or in the queue here is passed over.
[[nodiscard]] Result<> takeQueue(store::Connection &db, const std::vector<store::Pending> &waiting);

} // namespace leeward::sync
