#pragma once

#include "drills/democity/plane.h"

namespace leeward::democity {

// The lie of the land before water is put on it.
struct Terrain
{
    Frame frame;
    Grid<float> height; // m above the sea; negative: depth of the sea
    Grid<quint8> sea;   // 1 where the sea is
    Grid<float> shore;  // distance to the sea, m; 0 at sea
    int inflowAt = -1;  // sample where the great river enters the box
    double inflow = 0;  // km² it has gathered outside
    bool mirrored = false;
    Vec downtown;     // where the recipe wants the city's heart (a wish)
    Vec ferryIsland;  // middle of the island that a ferry serves
    Vec bridgeIsland; // middle of the island that a bridge serves

    [[nodiscard]] double slopeAt(Vec p) const; // rise over run, over about 100 m
    [[nodiscard]] bool isSea(Vec p) const { return sea.near(p) != 0; }
};

// A box of about 60·size × 55·size km at 2 arc-seconds, over open water in the real world.
[[nodiscard]] Frame frameFor(double size);

// Coast, bays, a peninsula, islands and a hill range, weathered by running water (implicit
// stream-power erosion after Braun and Willett 2013) so that valleys join like real ones.
[[nodiscard]] Terrain makeTerrain(quint64 seed, double size);

} // namespace leeward::democity
