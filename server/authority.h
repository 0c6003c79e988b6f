#pragma once

#include "models/domain/clock.h"
#include "sync/authority_link.h"

namespace leeward::server {

// Orders all operations of one realm: takes them one at a time, runs the rulebook on its own tables
// and appends an entry to the journal, or refuses with a reason. An operation id it has answered
// before gets the same answer again. One thread: the one that owns the connection.
class Authority
{
public:
    // `db`: the realm's journal file, migrated. Both must outlive the authority.
    Authority(store::Connection &db, const Clock &clock)
        : m_db(db)
        , m_clock(clock)
    {
    }

    // Each operation in a transaction of its own, durable before it is answered; then what follows
    // `cursor`. Corrupt, and nothing taken, for a cursor beyond the journal's head: the console has
    // seen entries that this journal has lost.
    [[nodiscard]] Result<sync::Reply> exchange(const std::vector<Operation> &operations,
                                               qint64 cursor);

private:
    // Nothing when it became an entry.
    [[nodiscard]] Result<std::optional<Refusal>> accept(const Operation &operation);

    store::Connection &m_db;
    const Clock &m_clock;
};

// Makes a journal that was lost anew from entries that follow its head, as a cache keeps them: rows
// and lines, in one transaction. Corrupt when one does not follow.
[[nodiscard]] Result<> adopt(store::Connection &journal, const std::vector<store::Entry> &entries);

} // namespace leeward::server
