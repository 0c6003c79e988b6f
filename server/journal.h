#pragma once

#include "models/domain/refusal.h"
#include "models/store/entries.h"

#include <functional>
#include <span>

namespace leeward::server {

// Where the entries of a realm get their order when the authority's own file is not the place: one
// that several server processes share. Each process keeps tables and entries of its own besides
// (the file its Authority works on), as a copy that may be behind and is made up at the next turn.
// One thread.
//
//   attach, then again and again: begin ─▶ refusedAnswer, append, keepRefused … ─▶ commit | abandon
class Journal
{
public:
    virtual ~Journal() = default;

    // Once, before anything else: `copy` is this process's own file. It takes the journal's epoch.
    // What it has and the journal has not (a new journal, or one restored from a backup) goes into
    // the journal. Corrupt: the two have different pasts.
    [[nodiscard]] virtual Result<> attach(store::Connection &copy) = 0;

    // From here to commit() or abandon() nobody else appends. What others have appended after
    // `head` comes back, to be applied first. `mayCome`: the operations that refusedAnswer() will
    // be asked for, so that it costs no round trip each. Network: not to be had now. Corrupt: the
    // journal does not know `head`.
    [[nodiscard]] virtual Result<std::vector<store::Entry>>
    begin(const store::Head &head, std::span<const OperationId> mayCome) = 0;
    [[nodiscard]] virtual Result<std::optional<Refusal>> refusedAnswer(OperationId operation) = 0;
    [[nodiscard]] virtual Result<> append(const store::Entry &entry) = 0;
    [[nodiscard]] virtual Result<> keepRefused(OperationId operation, const Refusal &refusal,
                                               Instant at) = 0;
    // Durable once it returns. With an error nobody knows whether it was taken; the next begin()
    // tells.
    [[nodiscard]] virtual Result<> commit() = 0;
    virtual void abandon() = 0;

    // Entries after `head`, at most `limit`, without holding anybody up. Errors as begin().
    [[nodiscard]] virtual Result<std::vector<store::Entry>> entriesAfter(const store::Head &head,
                                                                         int limit) = 0;
    // Called on any thread when somebody else may have appended. An empty function ends it: once
    // that has returned, no call comes any more.
    virtual void watch(std::function<void()> moved) = 0;
};

} // namespace leeward::server
