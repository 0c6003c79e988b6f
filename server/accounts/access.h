#pragma once

#include "models/domain/operation.h"
#include "models/domain/refusal.h"
#include "models/domain/role.h"
#include "models/store/connection.h"

namespace leeward::server {

// Who hands an operation in, as the accounts know them at this moment.
struct Principal
{
    QString userName;
    QString displayName;
    std::vector<Role> roles;
    QStringList areas;       // division codes or "*"; see models/domain/role.h
    QString desk;            // of the device
    QStringList formerNames; // what was queued before a change of name is still theirs
    friend bool operator==(const Principal &, const Principal &) = default;
};

// Whether `who` may have this operation accepted, on the tables as they are now: author and desk,
// then role, then area of all it touches, with NotYours, NotPermitted and OutsideArea. What is not
// allowed by name is refused (docs/accounts.md). Besides these it answers what an operation can not
// be judged without: UnknownOperation, BadArguments, NotFound.
//
// Call in the transaction that applies the operation, after looking whether its id has been
// answered before: a right taken away does not change an answer given. An Error is the store's and
// says nothing about the right.
[[nodiscard]] Result<Verdict> mayAccept(store::Connection &realm, const Principal &who,
                                        const Operation &operation);

} // namespace leeward::server
