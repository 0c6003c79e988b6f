#pragma once

#include "models/domain/refusal.h"
#include "models/store/entries.h"

#include <functional>

namespace leeward::sync {

// What the authority says to a desk that hands in operations and asks for what is new.
struct Reply
{
    // Operations that are in no entry and never will be under this id.
    std::vector<std::pair<OperationId, Refusal>> refused;
    // What follows the desk's cursor, without a hole; the accepted operations are among them unless
    // `more`.
    std::vector<store::Entry> entries;
    bool more = false; // ask again: the answer was cut
};

// The way to the authority of a realm, wherever it is. The same operation handed in twice gets the
// same answer twice.
class AuthorityLink
{
public:
    virtual ~AuthorityLink() = default;
    // `done` is called once, on any thread; with Errc::Network when nobody answered, and then
    // nothing is known.
    virtual void exchange(std::vector<Operation> operations, qint64 cursor,
                          std::function<void(Result<Reply>)> done) = 0;
};

} // namespace leeward::sync
