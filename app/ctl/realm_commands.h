#pragma once

#include <QStringList>

namespace leeward::ctl {

// The sub-commands that work on a realm file. Each answers an ExitCode; docs are their --help.
[[nodiscard]] int importCommand(const QStringList &words);
[[nodiscard]] int exportCommand(const QStringList &words);
[[nodiscard]] int recommendCommand(const QStringList &words);
[[nodiscard]] int verifyCommand(const QStringList &words);
[[nodiscard]] int journalCommand(const QStringList &words);

} // namespace leeward::ctl
