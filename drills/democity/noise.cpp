#include "drills/democity/noise.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace leeward::democity {

namespace {

quint64 mix(quint64 value) // finaliser of SplitMix64
{
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
    return value ^ (value >> 31);
}

double cornerPull(qint64 ix, qint64 iy, double dx, double dy, quint64 seed)
{
    static const std::array<std::array<double, 2>, 16> directions = [] {
        std::array<std::array<double, 2>, 16> list{};
        for (size_t i = 0; i < list.size(); ++i) {
            const double angle = 2 * M_PI * (static_cast<double>(i) + 0.37) / 16;
            list[i] = {std::cos(angle), std::sin(angle)};
        }
        return list;
    }();
    const quint64 hash = mix(seed + mix(static_cast<quint64>(ix) * 0x9E3779B97F4A7C15ULL +
                                        static_cast<quint64>(iy) * 0xC2B2AE3D27D4EB4FULL));
    const auto &direction = directions[hash & 15];
    return direction[0] * dx + direction[1] * dy;
}

double fade(double t)
{
    return t * t * t * (t * (t * 6 - 15) + 10);
}

} // namespace

double noise(double x, double y, quint64 seed)
{
    const double fx = std::floor(x);
    const double fy = std::floor(y);
    const auto ix = static_cast<qint64>(fx);
    const auto iy = static_cast<qint64>(fy);
    const double dx = x - fx;
    const double dy = y - fy;
    const double u = fade(dx);
    const double v = fade(dy);
    const double south =
        std::lerp(cornerPull(ix, iy, dx, dy, seed), cornerPull(ix + 1, iy, dx - 1, dy, seed), u);
    const double north = std::lerp(cornerPull(ix, iy + 1, dx, dy - 1, seed),
                                   cornerPull(ix + 1, iy + 1, dx - 1, dy - 1, seed), u);
    return std::lerp(south, north, v) * 1.5;
}

double fractal(double x, double y, int octaves, quint64 seed, double gain)
{
    double sum = 0;
    double height = 1;
    double total = 0;
    for (int i = 0; i < octaves; ++i) {
        sum += height * noise(x, y, seed + static_cast<quint64>(i));
        total += height;
        height *= gain;
        x = x * 2 + 17.3;
        y = y * 2 - 9.1;
    }
    return sum / total;
}

double ridges(double x, double y, int octaves, quint64 seed)
{
    double sum = 0;
    double height = 1;
    double total = 0;
    double weight = 1;
    for (int i = 0; i < octaves; ++i) {
        const double crest =
            1 - std::min(1.0, std::abs(noise(x, y, seed + static_cast<quint64>(i))));
        sum += height * crest * crest * weight;
        total += height;
        weight = std::clamp(crest * 1.4, 0.0, 1.0);
        height *= 0.5;
        x = x * 2 + 5.7;
        y = y * 2 + 3.9;
    }
    return sum / total;
}

double smoothStep(double a, double b, double value)
{
    const double t = std::clamp((value - a) / (b - a), 0.0, 1.0);
    return t * t * (3 - 2 * t);
}

} // namespace leeward::democity
