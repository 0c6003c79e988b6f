#pragma once

#include "models/domain/operation.h"
#include "models/store/entries.h"

namespace leeward::desk {

// A conflict that the authority may have accepted: its answers have not all come. Until they have,
// it can be tried again, but not withdrawn or changed.
[[nodiscard]] inline bool isUnanswered(const store::Pending &pending)
{
    return pending.state == store::Pending::State::Conflict && !pending.certain;
}

// A journal entry or a pending operation, as a person reads the log.
struct LogLine
{
    qint64 seq = 0; // 0: not in the journal yet
    Operation operation;
    std::optional<Instant> acceptedAt;
    std::optional<store::Pending::State> pending;
    qint64 position = 0;            // of a pending one, for retryPending() and withdrawPending()
    std::optional<Refusal> refusal; // why a pending one waits for an operator
    bool unanswered = false;        // isUnanswered()
};

// What a person is told of a change this desk has made.
enum class RecordState
{
    Local,    // applied and kept here
    Sending,  // handed to the authority, no answer yet
    Accepted, // an entry of the journal
    Rejected, // the authority said no; a person decides
    Conflict, // no longer fits what others did; a person decides
};
// Of two changes of one record, the one a person must know of.
[[nodiscard]] inline RecordState graver(RecordState a, RecordState b)
{
    constexpr auto weight = [](RecordState state) {
        switch (state) {
        case RecordState::Accepted: return 0;
        case RecordState::Sending: return 1;
        case RecordState::Local: return 2;
        case RecordState::Rejected: return 3;
        case RecordState::Conflict: return 4;
        }
        return 0;
    };
    return weight(a) < weight(b) ? b : a;
}

} // namespace leeward::desk
