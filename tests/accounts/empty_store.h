#pragma once

#include "server/accounts/account_store.h"

#include <memory>

namespace leeward::test {

// A store with nobody in it; what was in the one before is gone. The tests of accounts are built
// once for each kind of store, with what makes it.
[[nodiscard]] std::unique_ptr<server::AccountStore> emptyAccountStore();

} // namespace leeward::test
