#pragma once

#include "drills/democity/plane.h"

namespace leeward::democity {

// Where the water of each sample goes.
struct Drainage
{
    std::vector<int> receiver; // the next sample downstream; itself at an outlet
    std::vector<int> order;    // all samples, outlets first, each after its receiver
    std::vector<float> area;   // km² drained through the sample, its own included
    Grid<float> filled;        // the heights with every hollow filled to its brim
};

// Priority flood from the outlets (samples where `outlet` is not zero), then steepest descent on
// the filled surface. `inflow` km² enter at sample `inflowAt` from outside the box (none if
// negative).
[[nodiscard]] Drainage drain(const Grid<float> &height, const Grid<quint8> &outlet, int inflowAt,
                             double inflow);

} // namespace leeward::democity
