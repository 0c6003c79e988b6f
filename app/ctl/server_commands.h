#pragma once

#include <QStringList>

namespace leeward::ctl {

// leewardctl server WORD …: what an administrator does at a central server, for scripts
// (docs/leewardctl.md). Answers its exit code.
[[nodiscard]] int serverCommand(const QStringList &words);

} // namespace leeward::ctl
