#pragma once

#include <QString>

#include <cmath>

namespace leeward::democity {

// PCG-32 (O'Neill 2014): the same numbers on every machine and every run. Each subject of the
// recipe draws from a stream of its own, so that a change in one does not shuffle the others.
class Random
{
public:
    Random(quint64 seed, QStringView stream)
    {
        quint64 hash = 0xCBF29CE484222325ULL; // FNV-1a over the stream's name
        for (const QChar c : stream)
            hash = (hash ^ c.unicode()) * 0x100000001B3ULL;
        m_increment = (hash << 1) | 1;
        m_state = 0;
        (void) next();
        m_state += seed * 0x9E3779B97F4A7C15ULL + hash;
        (void) next();
        (void) next();
    }

    quint32 next()
    {
        const quint64 old = m_state;
        m_state = old * 6364136223846793005ULL + m_increment;
        const auto shifted = static_cast<quint32>(((old >> 18) ^ old) >> 27);
        const auto turn = static_cast<quint32>(old >> 59);
        return (shifted >> turn) | (shifted << ((32 - turn) & 31));
    }

    // 0 <= result < n; n must be positive.
    int below(int n) { return static_cast<int>((quint64(next()) * quint64(n)) >> 32); }
    int between(int low, int high) { return low + below(high - low + 1); }
    double unit() { return next() * (1.0 / 4294967296.0); }
    double range(double low, double high) { return low + (high - low) * unit(); }
    bool chance(double probability) { return unit() < probability; }

    template <class List>
    decltype(auto) pick(const List &list)
    {
        return list[static_cast<typename List::size_type>(below(static_cast<int>(list.size())))];
    }

private:
    quint64 m_state = 0;
    quint64 m_increment = 1;
};

} // namespace leeward::democity
