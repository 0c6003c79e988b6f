#pragma once

#include <QStringList>

namespace leeward::ctl {

// `leewardctl package card | trust | write | read | inspect`: what halls without a network carry to
// each other (docs/packages.md).
[[nodiscard]] int packageCommand(const QStringList &words);

} // namespace leeward::ctl
