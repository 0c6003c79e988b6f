#include "drills/democity/contour.h"

#include <array>

namespace leeward::democity {

namespace {

// Grid edges are numbered: 2·sample for the one going east from it, 2·sample + 1 for the one going
// north.
struct Piece
{
    int from = 0;
    int to = 0;
    friend auto operator<=>(const Piece &, const Piece &) = default;
};

enum Side
{
    South,
    East,
    North,
    West
};

// Pairs of sides (from, to) that keep the higher corners on the left; corners SW = 1, SE = 2, NE =
// 4, NW = 8.
struct Pattern
{
    int count;
    std::array<Side, 4> sides;
};

Pattern patternFor(int corners, bool middleInside)
{
    switch (corners) {
    case 1: return {1, {South, West}};
    case 2: return {1, {East, South}};
    case 3: return {1, {East, West}};
    case 4: return {1, {North, East}};
    case 5:
        return middleInside ? Pattern{2, {South, East, North, West}}
                            : Pattern{2, {South, West, North, East}};
    case 6: return {1, {North, South}};
    case 7: return {1, {North, West}};
    case 8: return {1, {West, North}};
    case 9: return {1, {South, North}};
    case 10:
        return middleInside ? Pattern{2, {West, South, East, North}}
                            : Pattern{2, {East, South, West, North}};
    case 11: return {1, {East, North}};
    case 12: return {1, {West, East}};
    case 13: return {1, {South, East}};
    case 14: return {1, {West, South}};
    default: return {0, {}};
    }
}

std::vector<Piece> piecesOf(const Grid<float> &field, double level)
{
    std::vector<Piece> pieces;
    for (int j = 0; j + 1 < field.rows(); ++j) {
        for (int i = 0; i + 1 < field.columns(); ++i) {
            const double a = field.at(i, j) - level;
            const double b = field.at(i + 1, j) - level;
            const double c = field.at(i + 1, j + 1) - level;
            const double d = field.at(i, j + 1) - level;
            const int corners =
                (a > 0 ? 1 : 0) | (b > 0 ? 2 : 0) | (c > 0 ? 4 : 0) | (d > 0 ? 8 : 0);
            if (corners == 0 || corners == 15)
                continue;
            const Pattern pattern = patternFor(corners, a + b + c + d > 0);
            const int here = field.index(i, j);
            const std::array<int, 4> edge = {2 * here, 2 * (here + 1) + 1,
                                             2 * (here + field.columns()), 2 * here + 1};
            for (size_t k = 0; k < static_cast<size_t>(pattern.count); ++k)
                pieces.push_back({edge[pattern.sides[2 * k]], edge[pattern.sides[2 * k + 1]]});
        }
    }
    std::ranges::sort(pieces);
    return pieces;
}

Vec placeOn(const Grid<float> &field, double level, int edge)
{
    const int sample = edge / 2;
    const int other = edge % 2 ? sample + field.columns() : sample + 1;
    const double low = field[sample] - level;
    const double high = field[other] - level;
    // Kept off the samples themselves so that no two lines ever touch in a point.
    const double share = std::clamp(low / (low - high), 0.02, 0.98);
    return field.place(sample) + (field.place(other) - field.place(sample)) * share;
}

} // namespace

std::vector<Line> contourLines(const Grid<float> &field, double level)
{
    const std::vector<Piece> pieces = piecesOf(field, level);
    std::vector<char> done(pieces.size(), 0);
    std::vector<int> targets;
    for (const Piece &piece : pieces)
        targets.push_back(piece.to);
    std::ranges::sort(targets);
    const auto startingAt = [&](int edge) -> std::ptrdiff_t {
        const auto it = std::ranges::lower_bound(pieces, Piece{edge, 0});
        return it != pieces.end() && it->from == edge ? it - pieces.begin() : -1;
    };
    std::vector<Line> lines;
    const auto follow = [&](size_t first) {
        Line line{placeOn(field, level, pieces[first].from)};
        for (auto k = static_cast<std::ptrdiff_t>(first);
             k >= 0 && !done[static_cast<size_t>(k)];) {
            const auto at = static_cast<size_t>(k);
            done[at] = 1;
            line.push_back(placeOn(field, level, pieces[at].to));
            k = startingAt(pieces[at].to);
        }
        lines.push_back(std::move(line));
    };
    for (size_t k = 0; k < pieces.size(); ++k) { // open lines first: nothing leads to their start
        if (!done[k] && !std::ranges::binary_search(targets, pieces[k].from))
            follow(k);
    }
    for (size_t k = 0; k < pieces.size(); ++k) {
        if (!done[k])
            follow(k);
    }
    return lines;
}

bool contains(const Area &area, Vec p)
{
    return ringContains(area.outer, p) && std::ranges::none_of(area.holes, [p](const Line &hole) {
               return ringContains(hole, p);
           });
}

std::vector<Area> areasAbove(const Grid<float> &field, double level, double leastArea, int rounds,
                             double tolerance)
{
    Grid<float> closed = field; // outside counts as lower, so that every line is a ring
    for (int i = 0; i < closed.columns(); ++i) {
        for (const int j : {0, closed.rows() - 1})
            closed.at(i, j) = std::min(closed.at(i, j), static_cast<float>(level - 1e-3));
    }
    for (int j = 0; j < closed.rows(); ++j) {
        for (const int i : {0, closed.columns() - 1})
            closed.at(i, j) = std::min(closed.at(i, j), static_cast<float>(level - 1e-3));
    }
    std::vector<Area> areas;
    std::vector<Line> holes;
    for (const Line &raw : contourLines(closed, level)) {
        const double size = ringArea(raw) / 2;
        if (raw.front() != raw.back() || (size > 0 ? size < leastArea : -size < leastArea / 4))
            continue;
        Line ring = simplified(smoothed(raw, rounds), tolerance);
        if (ring.size() < 5)
            continue;
        if (size > 0)
            areas.push_back({std::move(ring), {}});
        else
            holes.push_back(std::move(ring));
    }
    std::vector<double> sizes;
    for (const Area &area : areas)
        sizes.push_back(ringArea(area.outer));
    for (Line &hole : holes) {
        size_t best = areas.size();
        for (size_t k = 0; k < areas.size(); ++k) {
            if ((best == areas.size() || sizes[k] < sizes[best]) && sizes[k] > -ringArea(hole) &&
                ringContains(areas[k].outer, hole.front()))
                best = k;
        }
        if (best < areas.size())
            areas[best].holes.push_back(std::move(hole));
    }
    return areas;
}

} // namespace leeward::democity
