#pragma once

#include "models/domain/result.h"

#include <QJsonObject>
#include <QStringList>

#include <optional>

class QCommandLineParser;

namespace leeward::ctl {

// Exit codes of leewardctl; documented in docs/leewardctl.md and kept stable for scripts.
enum ExitCode
{
    Ok = 0,          // done; the answer is on standard output
    CheckFailed = 1, // the check ran and found something wrong (verify)
    Usage = 2,       // the call's words are off
    BadInput = 3,    // an input is missing, unreadable or not what it should be
    BadOutput = 4,   // the output can not be written (read-only, disk full)
    Stopped = 5,     // cancelled
    Bug = 70,        // a fault of Leeward's own
};

// One sub-command: `leewardctl NAME …`. `run` gets the words after NAME (first word: NAME itself,
// for its parser).
struct Command
{
    const char *name;
    const char *summary; // one line for --help
    int (*run)(const QStringList &words);
};

// Parses the words of one sub-command, whose whole name, "roads import", its usage line says. An
// answer means: leave with this exit code, the help or the complaint is printed. Adds --help.
[[nodiscard]] std::optional<int> parseWords(QCommandLineParser &parser, const QStringList &words,
                                            const QString &name);

// Prints one JSON object and a newline on standard output.
void printJson(const QJsonObject &object);
// Prints "leewardctl: …" on standard error and answers the exit code that fits the error.
[[nodiscard]] int complain(const Error &error);
[[nodiscard]] int complainUsage(const QString &what);

} // namespace leeward::ctl
