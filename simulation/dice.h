#pragma once

#include <QtGlobal>

#include <chrono>
#include <random>
#include <vector>

namespace leeward::simulation {

// Every choice of a run, from its seed alone. No std distribution: what those make of the same
// bits is the library's own affair.
class Dice
{
public:
    explicit Dice(quint64 seed)
        : m_engine(seed)
    {
    }

    [[nodiscard]] quint64 next() { return m_engine(); }
    // 0 … end - 1; end > 0.
    [[nodiscard]] int below(int end)
    {
        return static_cast<int>(m_engine() % static_cast<quint64>(end));
    }
    [[nodiscard]] bool chance(int percent) { return below(100) < percent; }
    [[nodiscard]] double fraction() { return static_cast<double>(m_engine() >> 11) * 0x1p-53; }
    // least … most, both included.
    [[nodiscard]] std::chrono::milliseconds span(std::chrono::milliseconds least,
                                                 std::chrono::milliseconds most)
    {
        const auto width = static_cast<quint64>((most - least).count()) + 1;
        return least + std::chrono::milliseconds(static_cast<qint64>(m_engine() % width));
    }
    template <class T>
    [[nodiscard]] T pick(const std::vector<T> &from) // a T of its own when there is none
    {
        return from.empty() ? T() : from[m_engine() % from.size()];
    }

private:
    std::mt19937_64 m_engine;
};

} // namespace leeward::simulation
