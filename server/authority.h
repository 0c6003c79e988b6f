#pragma once

#include "models/domain/clock.h"
#include "server/journal.h"
#include "server/recent_entries.h"
#include "server/seals.h"
#include "sync/authority_link.h"

#include <span>

namespace leeward::server {

// Whether whoever hands in an operation may; asked on the authority's thread, inside the
// transaction, with the tables as they stand at that moment. Empty: everything may (in-process).
// Its refusal is no answer to the operation and is not kept: rights change, and what one may not
// hand in another may, the author to begin with.
using Permit = std::function<Result<Verdict>(store::Connection &, const sync::Submission &)>;

// Orders all operations of one realm: runs the rulebook on its own tables and appends entries to
// the journal, or refuses with a reason. An operation id it has answered before gets the same
// answer again, unless it comes with another operation (AlreadyExists). One thread: the one that
// owns the connection.
class Authority
{
public:
    // `db`: the realm's journal file, migrated. `journal`: where the order is made when not in
    // `db`. `seals`: gives every entry the server's word. `recent`: kept up to date with what
    // becomes durable, for whoever outlives this authority. All must outlive it.
    Authority(store::Connection &db, const Clock &clock, Journal *journal = nullptr,
              const Seals *seals = nullptr, RecentEntries *recent = nullptr)
        : m_db(db)
        , m_clock(clock)
        , m_journal(journal)
        , m_seals(seals)
        , m_recent(recent ? recent : &m_own)
    {
    }
    Authority(const Authority &) = delete;
    Authority &operator=(const Authority &) = delete;

    // One desk's word. `permit` as above.
    struct Request
    {
        const sync::Ask *ask;
        const Permit *permit = nullptr;
    };
    // What the requests hand in becomes durable together; then each is answered by itself. An error
    // outside (full disk) concerns all: nothing was taken, or, when it comes from the shared
    // journal at the very end, nobody knows. Corrupt: the newest entry is not what its hash says; a
    // single request gets that, too, when entries that it wants are not. While that journal is not
    // to be had, asks without submissions are answered from this file as far as it goes.
    [[nodiscard]] Result<std::vector<Result<sync::Reply>>> exchange(std::span<const Request> batch);
    [[nodiscard]] Result<sync::Reply> exchange(const sync::Ask &ask);
    [[nodiscard]] Result<sync::Reply> exchange(std::vector<Operation> operations, qint64 cursor);

    // Takes in what others have appended to the shared journal; how many entries.
    [[nodiscard]] Result<int> catchUp();

private:
    // What became of one request of a batch.
    struct Outcome
    {
        // Answered without taking anything: an error, or a cursor of another past.
        std::optional<Result<sync::Reply>> answer;
        std::vector<std::pair<OperationId, Refusal>> refused;
    };
    // Reply when the cursor is of another past than the journal, whose newest entry is `head`.
    [[nodiscard]] Result<std::optional<sync::Reply>> divergence(const sync::Ask &ask,
                                                                const store::Head &head);
    [[nodiscard]] Result<> takeIn(std::vector<store::Entry> entries);
    [[nodiscard]] Result<> accept(std::span<const Request> batch, std::vector<Outcome> &outcomes);
    // Nothing when it is, or becomes, an entry.
    [[nodiscard]] Result<std::optional<Refusal>> accept(const sync::Submission &submission,
                                                        const Permit *permit);
    // Of an operation whose id is an entry: nothing, or that the entry is another operation.
    [[nodiscard]] Result<std::optional<Refusal>> sameAsEntry(const Operation &operation);
    // What the permit says, or the seal of an entry that was lost instead of it.
    [[nodiscard]] Result<Verdict> allowed(const sync::Submission &submission, const Permit &permit);
    [[nodiscard]] Result<std::optional<Refusal>> judge(const Operation &operation);
    [[nodiscard]] Result<> look(std::span<const Request> batch, std::vector<Outcome> &outcomes);
    [[nodiscard]] Result<> forgetOvertaken(std::vector<Outcome> &outcomes);
    // The newest entries, as far back as most of the batch wants them; `read` holds those that were
    // not in memory.
    [[nodiscard]] Result<std::span<const store::Entry>>
    recentFor(std::span<const Request> batch, const std::vector<Outcome> &outcomes,
              std::vector<store::Entry> &read);
    [[nodiscard]] Result<sync::Reply> entriesFor(const sync::Ask &ask,
                                                 std::span<const store::Entry> recent);

    store::Connection &m_db;
    const Clock &m_clock;
    Journal *m_journal;
    const Seals *m_seals;
    RecentEntries m_own;
    RecentEntries *m_recent;
    std::vector<store::Entry> m_made; // in the present transaction
};

// Makes a journal that was lost anew from entries that follow its head, as a cache keeps them: rows
// and lines, in one transaction. Corrupt when one does not follow.
[[nodiscard]] Result<> adopt(store::Connection &journal, const std::vector<store::Entry> &entries);

// Whether entries that were read one after the other follow `before` (an empty hash is not
// compared) and each is what its hash says. Corrupt, naming the first that is not: nobody may build
// on it.
[[nodiscard]] Result<> checkChain(const std::vector<store::Entry> &entries,
                                  const store::Head &before);
// The newest entries of a journal, at most `count`: what a server looks at before it starts.
[[nodiscard]] Result<> checkNewest(store::Connection &journal, qint64 count);

// The name of this life of the journal; made at first use.
[[nodiscard]] Result<QString> epochOf(store::Connection &journal);

// After a restore, until when desks may hand in what others wrote and the journal has lost.
// Nothing: this journal was never restored.
[[nodiscard]] Result<std::optional<Instant>> recoveryUntil(store::Connection &journal);
// Begins another life of a journal restored from a backup: a new epoch, and the time for handing in
// what it has lost. The caller's transaction, or by itself.
[[nodiscard]] Result<> beginNewLife(store::Connection &journal, const QString &epoch,
                                    Instant recoveryUntil);

} // namespace leeward::server
