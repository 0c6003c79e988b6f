#pragma once

#include "models/desk/waiting.h"

namespace leeward::widgets {

// What waits, as JSON for a person or a program to keep: operations with their state, the reason
// and its facts. `realmMark`: of a drill, else empty. Any thread; FileUnwritable (a folder or a
// device, too), DiskFull, and then no half file is left.
[[nodiscard]] Result<> writeQueue(const QString &path, const std::vector<desk::Waiting> &waiting,
                                  const QString &realmMark);

} // namespace leeward::widgets
