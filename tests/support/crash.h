#pragma once

#include "models/domain/progress.h"

#include <functional>

namespace leeward::test {

// Runs `work` in a process of its own that dies, without cleaning up anything, when it reports its
// progress for the `nth` time (from 1). True when it died; false when it got to its end before.
[[nodiscard]] bool diesAt(int nth, const std::function<void(const Progress &)> &work);

} // namespace leeward::test
