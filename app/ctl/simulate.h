#pragma once

#include <QStringList>

namespace leeward::ctl {

// leewardctl simulate (docs/simulation.md).
[[nodiscard]] int simulateCommand(const QStringList &words);

} // namespace leeward::ctl
