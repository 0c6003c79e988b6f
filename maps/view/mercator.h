#pragma once

#include "models/domain/geo.h"

#include <QPointF>

#include <array>

namespace leeward::view {

// A place on the Web Mercator square: x grows east from 0 at 180° W to 1 at 180° E, y grows south
// from 0 at 85.05° N to 1 at 85.05° S. Doubles hold 2e-9 px at zoom 20.
struct WorldPoint
{
    double x = 0;
    double y = 0;

    friend bool operator==(const WorldPoint &, const WorldPoint &) = default;
};

struct WorldRect
{
    double left = 0;
    double top = 0;
    double right = 0;
    double bottom = 0;

    friend bool operator==(const WorldRect &, const WorldRect &) = default;
    [[nodiscard]] bool contains(WorldPoint p) const
    {
        return p.x >= left && p.x <= right && p.y >= top && p.y <= bottom;
    }
    // Grows to hold p.
    void unite(WorldPoint p);
    [[nodiscard]] static WorldRect around(WorldPoint p) { return {p.x, p.y, p.x, p.y}; }
};

// Latitudes beyond the square are clamped to its edge.
[[nodiscard]] WorldPoint toWorld(LonLat place);
[[nodiscard]] LonLat toLonLat(WorldPoint point);

// Ground length of one logical pixel where `pixelsPerWorld` pixels span the world, on the sphere of
// 6 378 137 m that Web Mercator uses.
[[nodiscard]] double metresPerPixel(double latitude, double pixelsPerWorld);

// World to pixels of the map item: without tilt Web Mercator on screen is affine whatever the
// bearing, so three known places give it exactly.
class Affine
{
public:
    Affine() = default;

    // From three places that do not lie on one line, and where they are on screen.
    [[nodiscard]] static Affine fromPlaces(const std::array<WorldPoint, 3> &world,
                                           const std::array<QPointF, 3> &screen);

    [[nodiscard]] QPointF map(WorldPoint p) const
    {
        return {m_a * p.x + m_b * p.y + m_dx, m_c * p.x + m_d * p.y + m_dy};
    }
    // The same without the shift: for differences of places.
    [[nodiscard]] QPointF mapVector(double x, double y) const
    {
        return {m_a * x + m_b * y, m_c * x + m_d * y};
    }
    [[nodiscard]] WorldPoint unmap(QPointF p) const;

    [[nodiscard]] bool isValid() const;          // finite and invertible
    [[nodiscard]] double pixelsPerWorld() const; // scale
    [[nodiscard]] bool
    sameLinear(const Affine &other) const; // to 1e-7: zoom and bearing are unchanged

private:
    double m_a = 0, m_b = 0, m_c = 0, m_d = 0, m_dx = 0, m_dy = 0;
};

} // namespace leeward::view
