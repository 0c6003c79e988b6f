#pragma once

#include "models/store/connection.h"

namespace leeward::store {

// Writes the whole realm file at `path`, which may be in use, to `target` as one commit of it
// stood; work on the original goes on. AlreadyExists when `target` is there. Any thread.
[[nodiscard]] Result<> copyRealm(const QString &path, const QString &target);

// The same into memory, of the connection's own view; for looking at, it has no search index.
[[nodiscard]] Result<Connection> copyToMemory(Connection &source);

// Takes out of a copy what is its file's alone: answers, queue, places, and facts of `meta` other
// than those that name the realm. What is left is the same wherever it is at the same entry.
[[nodiscard]] Result<> forgetOwn(Connection &copy);

// The answers alone: they are about to be put in anew from where they are kept.
[[nodiscard]] Result<> forgetAnswers(Connection &copy);

} // namespace leeward::store
