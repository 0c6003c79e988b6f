#include "maps/view/mercator.h"

#include <QtMath>

#include <algorithm>
#include <cmath>

namespace leeward::view {

namespace {
constexpr double latitudeLimit = 85.051128779806604;
constexpr double equatorMetres = 2 * M_PI * 6378137.0;
} // namespace

void WorldRect::unite(WorldPoint p)
{
    left = std::min(left, p.x);
    right = std::max(right, p.x);
    top = std::min(top, p.y);
    bottom = std::max(bottom, p.y);
}

WorldPoint toWorld(LonLat place)
{
    const double lat = std::clamp(place.lat, -latitudeLimit, latitudeLimit);
    const double y = std::asinh(std::tan(qDegreesToRadians(lat))) / (2 * M_PI);
    return {place.lon / 360.0 + 0.5, 0.5 - y};
}

LonLat toLonLat(WorldPoint point)
{
    const double lat = qRadiansToDegrees(std::atan(std::sinh((0.5 - point.y) * 2 * M_PI)));
    double lon = (point.x - 0.5) * 360.0;
    lon -= 360.0 * std::floor((lon + 180.0) / 360.0);
    return {lon, lat};
}

double metresPerPixel(double latitude, double pixelsPerWorld)
{
    return equatorMetres * std::cos(qDegreesToRadians(latitude)) / pixelsPerWorld;
}

Affine Affine::fromPlaces(const std::array<WorldPoint, 3> &world,
                          const std::array<QPointF, 3> &screen)
{
    const double ux = world[1].x - world[0].x;
    const double uy = world[1].y - world[0].y;
    const double vx = world[2].x - world[0].x;
    const double vy = world[2].y - world[0].y;
    const double area = ux * vy - uy * vx;
    const QPointF p = screen[1] - screen[0];
    const QPointF q = screen[2] - screen[0];
    Affine out;
    out.m_a = (p.x() * vy - q.x() * uy) / area;
    out.m_b = (q.x() * ux - p.x() * vx) / area;
    out.m_c = (p.y() * vy - q.y() * uy) / area;
    out.m_d = (q.y() * ux - p.y() * vx) / area;
    out.m_dx = screen[0].x() - out.m_a * world[0].x - out.m_b * world[0].y;
    out.m_dy = screen[0].y() - out.m_c * world[0].x - out.m_d * world[0].y;
    return out;
}

WorldPoint Affine::unmap(QPointF p) const
{
    const double det = m_a * m_d - m_b * m_c;
    const double x = p.x() - m_dx;
    const double y = p.y() - m_dy;
    return {(x * m_d - y * m_b) / det, (y * m_a - x * m_c) / det};
}

bool Affine::isValid() const
{
    const double det = m_a * m_d - m_b * m_c;
    return std::isfinite(det) && std::isfinite(m_dx) && std::isfinite(m_dy) && std::abs(det) > 0;
}

double Affine::pixelsPerWorld() const
{
    return std::hypot(m_a, m_c);
}

bool Affine::sameLinear(const Affine &other) const
{
    const double slack = 1e-7 * pixelsPerWorld();
    return std::abs(m_a - other.m_a) <= slack && std::abs(m_b - other.m_b) <= slack &&
           std::abs(m_c - other.m_c) <= slack && std::abs(m_d - other.m_d) <= slack;
}

} // namespace leeward::view
