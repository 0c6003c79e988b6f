#include "maps/tiles/coastline.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace leeward::tiles {

namespace {

using Key = std::pair<qint64, qint64>;

// Ends that differ by less than a centimetre are one point.
Key keyOf(MercatorPoint p)
{
    return {std::llround(p.x * 100), std::llround(p.y * 100)};
}

bool isClosed(const MercatorLine &line)
{
    return line.size() > 3 && keyOf(line.front()) == keyOf(line.back());
}

// How far along the frame's edge a point lies, walking clockwise from the south-west corner; 0 … 4.
double edgePosition(MercatorPoint p, const MercatorBox &f)
{
    const double tolerance = 1e-6 * (f.width() + f.height());
    if (std::abs(p.x - f.minX) <= tolerance)
        return (p.y - f.minY) / f.height();
    if (std::abs(p.y - f.maxY) <= tolerance)
        return 1 + (p.x - f.minX) / f.width();
    if (std::abs(p.x - f.maxX) <= tolerance)
        return 2 + (f.maxY - p.y) / f.height();
    return 3 + (f.maxX - p.x) / f.width();
}

MercatorPoint corner(int index, const MercatorBox &f)
{
    switch (index % 4) {
    case 0: return {f.minX, f.minY};
    case 1: return {f.minX, f.maxY};
    case 2: return {f.maxX, f.maxY};
    default: return {f.maxX, f.minY};
    }
}

// Liang-Barsky: the part of a segment inside the frame as parameters, if any.
std::optional<std::pair<double, double>> clip(MercatorPoint a, MercatorPoint b,
                                              const MercatorBox &f)
{
    double from = 0;
    double to = 1;
    const double dx = b.x - a.x;
    const double dy = b.y - a.y;
    const double p[] = {-dx, dx, -dy, dy};
    const double q[] = {a.x - f.minX, f.maxX - a.x, a.y - f.minY, f.maxY - a.y};
    for (int i = 0; i < 4; ++i) {
        if (p[i] == 0) {
            if (q[i] < 0)
                return std::nullopt;
            continue;
        }
        const double t = q[i] / p[i];
        if (p[i] < 0)
            from = std::max(from, t);
        else
            to = std::min(to, t);
    }
    if (from > to)
        return std::nullopt;
    return std::pair(from, to);
}

MercatorPoint along(MercatorPoint a, MercatorPoint b, double t)
{
    return {a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t};
}

// Cuts one line at the frame. Parts that only touch the edge in a point are dropped.
std::vector<MercatorLine> cut(const MercatorLine &line, const MercatorBox &frame)
{
    std::vector<MercatorLine> pieces;
    MercatorLine current;
    const auto flush = [&] {
        if (current.size() > 1)
            pieces.push_back(std::move(current));
        current = {};
    };
    for (size_t i = 1; i < line.size(); ++i) {
        const auto inside = clip(line[i - 1], line[i], frame);
        if (!inside || inside->first == inside->second) {
            flush();
            continue;
        }
        if (current.empty())
            current.push_back(along(line[i - 1], line[i], inside->first));
        current.push_back(inside->second < 1 ? along(line[i - 1], line[i], inside->second)
                                             : line[i]);
        if (inside->second < 1)
            flush();
    }
    flush();
    return pieces;
}

// The foot of `p` on the nearest edge of the frame, if it is near: extracts often stop their coast
// a little short.
std::optional<MercatorPoint> footOnEdge(MercatorPoint p, const MercatorBox &f)
{
    const double near = 0.01 * (f.width() + f.height());
    const double gaps[] = {p.x - f.minX, f.maxY - p.y, f.maxX - p.x, p.y - f.minY};
    const auto nearest = std::ranges::min_element(gaps);
    if (*nearest > near)
        return std::nullopt;
    switch (nearest - std::begin(gaps)) {
    case 0: return MercatorPoint{f.minX, p.y};
    case 1: return MercatorPoint{p.x, f.maxY};
    case 2: return MercatorPoint{f.maxX, p.y};
    default: return MercatorPoint{p.x, f.minY};
    }
}

// Makes both ends of a piece lie on the frame; false when it ends in the middle of nowhere.
bool anchor(MercatorLine &piece, const MercatorBox &frame)
{
    const auto from = footOnEdge(piece.front(), frame);
    const auto to = footOnEdge(piece.back(), frame);
    if (!from || !to)
        return false;
    piece.insert(piece.begin(), *from);
    piece.push_back(*to);
    return true;
}

bool wholeInside(const MercatorLine &line, const MercatorBox &frame)
{
    return std::ranges::all_of(line, [&](MercatorPoint p) { return frame.contains(p); });
}

// Chains open pieces into rings that keep the water on their right: after each piece the frame is
// walked clockwise to the next piece that enters.
std::vector<MercatorLine> closeAlongFrame(std::vector<MercatorLine> pieces,
                                          const MercatorBox &frame)
{
    std::multimap<double, size_t> starts;
    for (size_t i = 0; i < pieces.size(); ++i)
        starts.emplace(edgePosition(pieces[i].front(), frame), i);

    std::vector<MercatorLine> rings;
    while (!starts.empty()) {
        const auto first = starts.begin();
        const double home = first->first;
        MercatorLine ring = std::move(pieces[first->second]);
        starts.erase(first);
        for (;;) {
            const double end = edgePosition(ring.back(), frame);
            const auto ahead = [end](double position) {
                return position >= end ? position : position + 4;
            };
            auto next = starts.lower_bound(end);
            if (next == starts.end())
                next = starts.begin();
            const bool goesHome = next == starts.end() || ahead(home) <= ahead(next->first);
            const double target = ahead(goesHome ? home : next->first);
            for (int c = static_cast<int>(std::floor(end)) + 1; c < target; ++c)
                ring.push_back(corner(c, frame));
            if (goesHome)
                break;
            const MercatorLine &more = pieces[next->second];
            ring.insert(ring.end(), more.begin(), more.end());
            starts.erase(next);
        }
        ring.push_back(ring.front());
        rings.push_back(std::move(ring));
    }
    return rings;
}

MercatorLine wholeFrame(const MercatorBox &f)
{
    return {
        {f.minX, f.minY}, {f.minX, f.maxY}, {f.maxX, f.maxY}, {f.maxX, f.minY}, {f.minX, f.minY}};
}

void placeIslands(Sea &sea, std::vector<MercatorLine> islands, const MercatorBox &frame,
                  bool frameIsCrossed)
{
    for (MercatorLine &island : islands) {
        MercatorPolygon *home = nullptr;
        double homeArea = 0;
        for (MercatorPolygon &polygon : sea.polygons) {
            const double area = std::abs(signedArea(polygon.outer));
            if (ringContains(polygon.outer, island.front()) && (!home || area < homeArea)) {
                home = &polygon;
                homeArea = area;
            }
        }
        if (!home &&
            !frameIsCrossed) { // nothing but islands: the frame itself is the shore of the sea
            sea.polygons.push_back({wholeFrame(frame), {}});
            home = &sea.polygons.back();
        }
        if (home)
            home->holes.push_back(std::move(island));
    }
}

} // namespace

double signedArea(const MercatorLine &ring)
{
    double sum = 0;
    for (size_t i = 1; i < ring.size(); ++i) {
        // relative to the first point, so that large coordinates do not eat the digits
        const double ax = ring[i - 1].x - ring[0].x;
        const double ay = ring[i - 1].y - ring[0].y;
        sum += ax * (ring[i].y - ring[0].y) - (ring[i].x - ring[0].x) * ay;
    }
    return sum;
}

bool ringContains(const MercatorLine &ring, MercatorPoint p)
{
    bool inside = false;
    for (size_t i = 1; i < ring.size(); ++i) {
        const MercatorPoint a = ring[i - 1];
        const MercatorPoint b = ring[i];
        if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x)
            inside = !inside;
    }
    return inside;
}

std::vector<MercatorLine> joinLines(std::vector<MercatorLine> lines, bool keepDirection)
{
    std::erase_if(lines, [](const MercatorLine &line) { return line.size() < 2; });
    std::multimap<Key, size_t> byStart;
    std::multimap<Key, size_t> byEnd;
    for (size_t i = 0; i < lines.size(); ++i) {
        byStart.emplace(keyOf(lines[i].front()), i);
        byEnd.emplace(keyOf(lines[i].back()), i);
    }
    std::vector<bool> used(lines.size(), false);
    const auto ends = [&](const Key &key) { return byStart.count(key) + byEnd.count(key); };
    const auto unused = [&](const std::multimap<Key, size_t> &index,
                            const Key &key) -> std::optional<size_t> {
        const auto [from, to] = index.equal_range(key);
        for (auto it = from; it != to; ++it)
            if (!used[it->second])
                return it->second;
        return std::nullopt;
    };
    const auto append = [](MercatorLine &line, const MercatorLine &more) {
        line.insert(line.end(), more.begin() + 1, more.end());
    };

    std::vector<MercatorLine> joined;
    for (size_t seed = 0; seed < lines.size(); ++seed) {
        if (used[seed])
            continue;
        used[seed] = true;
        MercatorLine line = lines[seed];
        for (int side = 0; side < 2;
             ++side) { // grow the end, then turn round and grow the other one
            while (!isClosed(line)) {
                const Key key = keyOf(line.back());
                if (!keepDirection && ends(key) > 2)
                    break;
                const bool forwards = side == 0;
                if (const auto next = unused(forwards || !keepDirection ? byStart : byEnd, key)) {
                    used[*next] = true;
                    MercatorLine more = lines[*next];
                    if (keepDirection && !forwards)
                        std::ranges::reverse(more);
                    append(line, more);
                } else if (const auto turned = keepDirection ? std::nullopt : unused(byEnd, key)) {
                    used[*turned] = true;
                    MercatorLine more = lines[*turned];
                    std::ranges::reverse(more);
                    append(line, more);
                } else {
                    break;
                }
            }
            std::ranges::reverse(line);
        }
        joined.push_back(std::move(line));
    }
    return joined;
}

Sea assembleSea(std::vector<MercatorLine> ways, const MercatorBox &frame)
{
    Sea sea;
    std::vector<MercatorLine> islands;
    std::vector<MercatorLine> open;
    for (MercatorLine &line : joinLines(std::move(ways), true)) {
        if (isClosed(line) && wholeInside(line, frame)) {
            if (signedArea(line) > 0)
                islands.push_back(std::move(line));
            else
                sea.polygons.push_back({std::move(line), {}});
            continue;
        }
        if (isClosed(line)) { // start outside, so that no piece is cut in two at the ring's seam
            const auto outside =
                std::ranges::find_if(line, [&](MercatorPoint p) { return !frame.contains(p); });
            line.pop_back();
            std::ranges::rotate(line, outside);
            line.push_back(line.front());
        }
        for (MercatorLine &piece : cut(line, frame)) {
            if (anchor(piece, frame))
                open.push_back(std::move(piece));
            else
                ++sea.brokenLines;
        }
    }
    const bool crossed = !open.empty() || !sea.polygons.empty();
    for (MercatorLine &ring : closeAlongFrame(std::move(open), frame))
        sea.polygons.push_back({std::move(ring), {}});
    placeIslands(sea, std::move(islands), frame, crossed);
    return sea;
}

} // namespace leeward::tiles
