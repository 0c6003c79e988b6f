#pragma once

#include <algorithm>
#include <chrono>

namespace leeward::sync {

// How long to wait after a failure: doubling from half a second to half a minute, each spread over
// its upper half so that a hall full of desks does not come back in one instant.
class Backoff
{
public:
    static constexpr std::chrono::milliseconds first{500};
    static constexpr std::chrono::milliseconds longest{30'000};

    // `chance` in [0, 1).
    [[nodiscard]] std::chrono::milliseconds next(double chance)
    {
        const auto pause = m_pause;
        m_pause = std::min(m_pause * 2, longest);
        const double part = 0.5 + chance / 2;
        return std::chrono::milliseconds(
            static_cast<std::chrono::milliseconds::rep>(static_cast<double>(pause.count()) * part));
    }
    void reset() { m_pause = first; }

private:
    std::chrono::milliseconds m_pause = first;
};

} // namespace leeward::sync
