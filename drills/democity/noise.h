#pragma once

#include <QtGlobal>

namespace leeward::democity {

// Gradient noise in the plane, about -1…1, period-free; feature size 1. A pure function of place
// and seed.
[[nodiscard]] double noise(double x, double y, quint64 seed);

// Sum of `octaves` of noise, each half as wide and `gain` as high as the one before; about -1…1.
[[nodiscard]] double fractal(double x, double y, int octaves, quint64 seed, double gain = 0.5);

// As fractal, folded so that crests are sharp: 0…1.
[[nodiscard]] double ridges(double x, double y, int octaves, quint64 seed);

// 0 below a, 1 above b, smooth in between; a may exceed b.
[[nodiscard]] double smoothStep(double a, double b, double value);

} // namespace leeward::democity
