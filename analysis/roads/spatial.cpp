#include "analysis/roads/spatial.h"

#include "analysis/roads/graphdata.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <queue>

namespace leeward::roads {

FixedPoint toFixed(LonLat p)
{
    return {static_cast<qint32>(std::lround(p.lon * 1e7)),
            static_cast<qint32>(std::lround(p.lat * 1e7))};
}

quint64 hilbertKey(FixedPoint p)
{
    auto x = static_cast<quint32>(qint64(p.lon) + 2'000'000'000);
    auto y = static_cast<quint32>(qint64(p.lat) + 2'000'000'000);
    quint64 key = 0;
    for (quint32 bit = 0x80000000U; bit != 0; bit >>= 1U) {
        const bool right = (x & bit) != 0;
        const bool upper = (y & bit) != 0;
        const quint64 quadrant = right ? (upper ? 2 : 3) : (upper ? 1 : 0);
        key = (key << 2U) | quadrant;
        if (!upper) {
            if (right) {
                x = ~x;
                y = ~y;
            }
            std::swap(x, y);
        }
    }
    return key;
}

SpatialIndex::Box SpatialIndex::boxOf(std::span<const FixedPoint> points)
{
    Box box{points[0].lon, points[0].lat, points[0].lon, points[0].lat};
    for (const FixedPoint p : points.subspan(1)) {
        box.west = std::min(box.west, p.lon);
        box.east = std::max(box.east, p.lon);
        box.south = std::min(box.south, p.lat);
        box.north = std::max(box.north, p.lat);
    }
    return box;
}

std::span<const FixedPoint> SpatialIndex::runPoints(const GraphData &data, Run run)
{
    const auto shape = data.shape(run.piece).subspan(run.first);
    return shape.first(std::min<size_t>(shape.size(), runLength + 1));
}

void SpatialIndex::build(const GraphData &data)
{
    m_runs.clear();
    m_levels.clear();
    std::vector<Box> boxes;
    for (quint32 piece = 0; piece < data.pieceCount(); ++piece) {
        const quint32 count = data.shapeStart[piece + 1] - data.shapeStart[piece];
        for (quint32 first = 0; first + 1 < count; first += runLength) {
            m_runs.push_back({piece, first});
            boxes.push_back(boxOf(runPoints(data, m_runs.back())));
        }
    }
    if (boxes.empty())
        return;
    m_levels.push_back(std::move(boxes));
    while (m_levels.back().size() > 1) {
        const std::vector<Box> &below = m_levels.back();
        std::vector<Box> level;
        level.reserve(below.size() / fanOut + 1);
        for (size_t i = 0; i < below.size(); i += fanOut) {
            Box box = below[i];
            for (size_t k = i + 1; k < std::min(below.size(), i + fanOut); ++k) {
                box.west = std::min(box.west, below[k].west);
                box.south = std::min(box.south, below[k].south);
                box.east = std::max(box.east, below[k].east);
                box.north = std::max(box.north, below[k].north);
            }
            level.push_back(box);
        }
        m_levels.push_back(std::move(level));
    }
}

namespace {

constexpr double metresPerUnit = 6'371'008.8 * std::numbers::pi / 180 * 1e-7;

// The plane through the asked place: good to a few metres in ten kilometres.
struct Plane
{
    double lon, lat, scale; // units, units, metres a unit of longitude

    [[nodiscard]] double x(qint32 unit) const { return (unit - lon) * scale; }
    [[nodiscard]] double y(qint32 unit) const { return (unit - lat) * metresPerUnit; }
};

// Where the line from a to b is nearest to the origin: 0 … 1, and the square of the distance there.
std::pair<double, double> nearestOnSegment(double ax, double ay, double bx, double by)
{
    const double dx = bx - ax;
    const double dy = by - ay;
    const double square = dx * dx + dy * dy;
    const double t = square > 0 ? std::clamp(-(ax * dx + ay * dy) / square, 0.0, 1.0) : 0.0;
    const double px = ax + t * dx;
    const double py = ay + t * dy;
    return {t, px * px + py * py};
}

struct Candidate
{
    double metres;
    quint32 level;
    quint32 item;

    bool operator>(const Candidate &other) const { return metres > other.metres; }
};

} // namespace

SpatialIndex::Hit SpatialIndex::nearest(const GraphData &data, LonLat at,
                                        const Penalty &penalty) const
{
    Hit best;
    if (m_levels.empty())
        return best;
    const Plane plane{at.lon * 1e7, at.lat * 1e7,
                      metresPerUnit * std::max(0.001, std::cos(at.lat * std::numbers::pi / 180))};
    const auto boxDistance = [&](const Box &box) {
        const double x = std::max({plane.x(box.west), -plane.x(box.east), 0.0});
        const double y = std::max({plane.y(box.south), -plane.y(box.north), 0.0});
        return std::hypot(x, y);
    };
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> open;
    open.push({0, static_cast<quint32>(m_levels.size() - 1), 0});
    while (!open.empty() && open.top().metres < best.metres) {
        const Candidate top = open.top();
        open.pop();
        if (top.level > 0) {
            const std::vector<Box> &below = m_levels[top.level - 1];
            const size_t end = std::min(below.size(), (top.item + 1) * fanOut);
            for (size_t i = top.item * fanOut; i < end; ++i) {
                const double metres = boxDistance(below[i]);
                if (metres < best.metres)
                    open.push({metres, top.level - 1, static_cast<quint32>(i)});
            }
            continue;
        }
        const Run run = m_runs[top.item];
        const auto points = runPoints(data, run);
        Hit hit;
        double square = std::numeric_limits<double>::infinity();
        for (size_t i = 0; i + 1 < points.size(); ++i) {
            const auto [t, d] =
                nearestOnSegment(plane.x(points[i].lon), plane.y(points[i].lat),
                                 plane.x(points[i + 1].lon), plane.y(points[i + 1].lat));
            if (d < square) {
                square = d;
                hit = {run.piece, run.first + static_cast<quint32>(i), t, 0};
            }
        }
        hit.metres = std::sqrt(square);
        hit.metres += penalty(hit.piece, hit.metres);
        if (hit.metres < best.metres)
            best = hit;
    }
    return best;
}

std::vector<quint32> SpatialIndex::inBox(const GraphData &data, FixedPoint southWest,
                                         FixedPoint northEast) const
{
    std::vector<quint32> pieces;
    if (m_levels.empty())
        return pieces;
    const Box asked{southWest.lon, southWest.lat, northEast.lon, northEast.lat};
    const auto meets = [&](const Box &box) {
        return box.west <= asked.east && box.east >= asked.west && box.south <= asked.north &&
               box.north >= asked.south;
    };
    std::vector<std::pair<size_t, size_t>> open{{m_levels.size() - 1, 0}};
    while (!open.empty()) {
        const auto [level, item] = open.back();
        open.pop_back();
        if (!meets(m_levels[level][item]))
            continue;
        if (level > 0) {
            const size_t end = std::min(m_levels[level - 1].size(), (item + 1) * fanOut);
            for (size_t i = item * fanOut; i < end; ++i)
                open.emplace_back(level - 1, i);
            continue;
        }
        const auto points = runPoints(data, m_runs[item]);
        for (size_t i = 0; i + 1 < points.size(); ++i) {
            if (meets(boxOf(points.subspan(i, 2)))) {
                pieces.push_back(m_runs[item].piece);
                break;
            }
        }
    }
    std::ranges::sort(pieces);
    const auto rest = std::ranges::unique(pieces);
    pieces.erase(rest.begin(), rest.end());
    return pieces;
}

} // namespace leeward::roads
