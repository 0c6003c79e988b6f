#include "server/accounts/sqlite_account_store.h"
#include "tests/accounts/empty_store.h"
#include "tests/support/makers.h"

namespace leeward::test {

std::unique_ptr<server::AccountStore> emptyAccountStore()
{
    return must(server::SqliteAccountStore::inMemory());
}

} // namespace leeward::test
