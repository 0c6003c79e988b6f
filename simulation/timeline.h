#pragma once

#include "models/domain/clock.h"

#include <functional>
#include <map>

namespace leeward::simulation {

// Virtual time: what is to happen, in order of time, then of asking. Nothing waits in truth.
class Timeline
{
public:
    [[nodiscard]] const Instant &now() const { return m_now; }
    void in(Duration pause, std::function<void()> what)
    {
        m_events.emplace(std::pair(m_now + pause, m_order++), std::move(what));
    }
    // The next event that is due by `until`; false, and the time is `until`, when there is none.
    [[nodiscard]] bool runNext(Instant until)
    {
        const auto first = m_events.begin();
        if (first == m_events.end() || first->first.first > until) {
            m_now = std::max(m_now, until);
            return false;
        }
        m_now = std::max(m_now, first->first.first);
        const auto what = std::move(first->second);
        m_events.erase(first);
        what();
        return true;
    }
    [[nodiscard]] bool isEmpty() const { return m_events.empty(); }

private:
    Instant m_now = instantFromMs(1'786'500'000'000); // 2026-08-12, midday in China
    quint64 m_order = 0;
    std::map<std::pair<Instant, quint64>, std::function<void()>> m_events;
};

// A machine's clock: the true time and an error.
class MachineClock final : public Clock
{
public:
    explicit MachineClock(const Instant &truth)
        : m_truth(truth)
    {
    }
    [[nodiscard]] Instant now() const override { return m_truth + m_error; }
    void jump(Duration by) { m_error += by; }

private:
    const Instant &m_truth;
    Duration m_error{0};
};

} // namespace leeward::simulation
