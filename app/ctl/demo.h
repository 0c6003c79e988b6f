#pragma once

#include <QStringList>

namespace leeward::ctl {

// leewardctl demo --out DIR [--seed N]: writes the fictional demo city and prints its summary as
// JSON.
[[nodiscard]] int demoCommand(const QStringList &words);

} // namespace leeward::ctl
