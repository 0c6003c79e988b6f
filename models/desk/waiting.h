#pragma once

#include "models/desk/log_line.h"

#include <vector>

namespace leeward::desk {

// One field of an edit that waits: what this desk saw, what it wants, what stands there now.
struct WaitingField
{
    QString field;
    QVariant base;
    QVariant mine;
    QVariant theirs;
    bool clash = false;        // changed on both sides, to different values; else both stay
    std::optional<LogLine> by; // the entry that wrote theirs, when it is among the newest
};

// An operation of the queue, and what a person needs to settle it.
struct Waiting
{
    LogLine line;
    // The entry that beat it: who was first. Empty while it is queued, for refusals that no other
    // operation caused (a right, a malformed value), and when it lies too far back.
    std::optional<LogLine> beatenBy;
    // Of an edit of fields: which row, and its fields in the order in which they were edited.
    QString table;
    QString record;
    std::vector<WaitingField> fields;
};

// How far back the entry that beat an operation is looked for.
inline constexpr int searchedEntries = 2000;

// The queue, oldest first. Any connection.
[[nodiscard]] Result<std::vector<Waiting>> readWaiting(store::Connection &db);

} // namespace leeward::desk
