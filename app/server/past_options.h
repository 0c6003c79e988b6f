#pragma once

#include "models/domain/clock.h"

#include <QStringList>

#include <optional>

namespace leeward::app {

// leeward-server backup|restore|verify|archive: what it was asked to do with a server's past.
struct PastCall
{
    enum class What
    {
        Backup,
        Restore,
        Verify,
        Archive
    };
    What what = What::Backup;
    QString folder;  // of the server
    QString backup;  // --to, --from
    QString journal; // postgresql://…
    QString scratch; // where copies are checked
    QString realm;   // Archive; empty: all
    bool replace = false;
    Duration recovery = std::chrono::hours(72);
    std::optional<Instant> before;
    std::optional<qint64> keep;
    bool quiet = false;
};

// Whether the words after the program's name are one of these.
[[nodiscard]] bool isPastCall(const QStringList &words);
// Nothing: help was printed, or a complaint; `exitCode` says which.
[[nodiscard]] std::optional<PastCall> readPastCall(const QStringList &words, int &exitCode);

// Does it: the outcome as JSON on standard output, what is going on and what went wrong on standard
// error. 0 done and well; 1 looked, and something is wrong; 3 could not be done.
[[nodiscard]] int runPastCall(const PastCall &call);

} // namespace leeward::app
