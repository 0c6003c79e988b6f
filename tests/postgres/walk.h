#pragma once

#include "models/store/connection.h"
#include "server/realm_host.h"
#include "tests/support/makers.h"

namespace leeward::test {

// The next thing a desk might do, given what stands in the tables: mostly sensible, sometimes not,
// so that there are refusals, too.
[[nodiscard]] Operation nextOperation(store::Connection &db, Maker &maker, std::mt19937_64 &random);

// An answer in words: "entry N", or the refusal's name and facts.
[[nodiscard]] QString answerOf(server::RealmHost &host, const sync::Reply &reply,
                               OperationId operation);

// Hands in and waits. Any thread but the host's.
[[nodiscard]] Result<sync::Reply> exchange(server::RealmHost &host, sync::Ask ask);
[[nodiscard]] Result<sync::Reply> exchange(server::RealmHost &host,
                                           std::vector<Operation> operations);

} // namespace leeward::test
