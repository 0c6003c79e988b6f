#include "server/postgres/pg_account_store.h"
#include "tests/accounts/empty_store.h"
#include "tests/support/makers.h"
#include "tests/support/postgres_server.h"

namespace leeward::test {

std::unique_ptr<server::AccountStore> emptyAccountStore()
{
    static const PostgresServer postgres; // one for all tests: it takes a second to make
    auto admin = must(server::PgConnection::open({.url = postgres.url()}, "test"));
    must(admin.script("DROP SCHEMA IF EXISTS leeward CASCADE"));
    return must(server::PgAccountStore::open({.url = postgres.url()}));
}

} // namespace leeward::test
