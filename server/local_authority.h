#pragma once

#include "models/store/cache_file.h"
#include "models/store/store_thread.h"
#include "server/authority.h"

namespace leeward::server {

// The central server's authority inside the console, on a thread and a journal file of its own:
// what a desk works with when no central server is configured.
class LocalAuthority final : public sync::AuthorityLink
{
public:
    // Creates the journal file when it is not there. `clock` must outlive it.
    [[nodiscard]] static Result<std::unique_ptr<LocalAuthority>> open(const QString &journalPath,
                                                                      const Clock &clock);
    ~LocalAuthority() override;

    void exchange(std::vector<Operation> operations, qint64 cursor,
                  std::function<void(Result<sync::Reply>)> done) override;

private:
    LocalAuthority(store::CacheFile file, const Clock &clock);

    store::CacheFile m_file; // holds the lock
    const Clock &m_clock;
    store::StoreThread m_thread;
};

// "city.leeward" → "city.journal"
[[nodiscard]] QString journalPathFor(const QString &cachePath);

} // namespace leeward::server
