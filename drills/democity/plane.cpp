#include "drills/democity/plane.h"

namespace leeward::democity {

double lengthOf(const Line &line)
{
    double sum = 0;
    for (size_t i = 1; i < line.size(); ++i)
        sum += (line[i] - line[i - 1]).length();
    return sum;
}

Vec pointAt(const Line &line, double along)
{
    if (along <= 0)
        return line.front();
    for (size_t i = 1; i < line.size(); ++i) {
        const double step = (line[i] - line[i - 1]).length();
        if (along <= step && step > 0)
            return line[i - 1] + (line[i] - line[i - 1]) * (along / step);
        along -= step;
    }
    return line.back();
}

Vec middleOf(const Line &line)
{
    return pointAt(line, lengthOf(line) / 2);
}

Line resampled(const Line &line, double step)
{
    const double total = lengthOf(line);
    const int parts = std::max(1, static_cast<int>(std::lround(total / step)));
    Line result;
    result.reserve(static_cast<size_t>(parts) + 1);
    result.push_back(line.front());
    size_t segment = 1;
    double passed = 0;
    for (int k = 1; k < parts; ++k) {
        const double want = total * k / parts;
        double length = (line[segment] - line[segment - 1]).length();
        while (segment + 1 < line.size() && passed + length < want) {
            passed += length;
            ++segment;
            length = (line[segment] - line[segment - 1]).length();
        }
        const double share = length > 0 ? std::clamp((want - passed) / length, 0.0, 1.0) : 0;
        result.push_back(line[segment - 1] + (line[segment] - line[segment - 1]) * share);
    }
    result.push_back(line.back());
    return result;
}

Line smoothed(Line line, int rounds)
{
    if (line.size() < 3)
        return line;
    const bool ring = line.front() == line.back() && line.size() > 4;
    for (int round = 0; round < rounds; ++round) {
        const Line old = line;
        for (size_t i = 1; i + 1 < line.size(); ++i)
            line[i] = old[i] * 0.5 + (old[i - 1] + old[i + 1]) * 0.25;
        if (ring)
            line.front() = line.back() = old[0] * 0.5 + (old[1] + old[old.size() - 2]) * 0.25;
    }
    return line;
}

double distanceToSegment(Vec p, Vec a, Vec b)
{
    const Vec along = b - a;
    const double square = dot(along, along);
    const double share = square > 0 ? std::clamp(dot(p - a, along) / square, 0.0, 1.0) : 0;
    return (p - (a + along * share)).length();
}

Line simplified(const Line &line, double tolerance)
{
    if (line.size() < 3)
        return line;
    std::vector<char> keep(line.size(), 0);
    keep.front() = keep.back() = 1;
    std::vector<std::pair<size_t, size_t>> open;
    if (line.front() == line.back()) { // a ring: its farthest point stays too
        size_t far = 0;
        for (size_t i = 1; i < line.size(); ++i) {
            if ((line[i] - line[0]).length() > (line[far] - line[0]).length())
                far = i;
        }
        keep[far] = 1;
        open = {{0, far}, {far, line.size() - 1}};
    } else {
        open = {{0, line.size() - 1}};
    }
    while (!open.empty()) {
        const auto [from, to] = open.back();
        open.pop_back();
        double worst = tolerance;
        size_t at = 0;
        for (size_t i = from + 1; i < to; ++i) {
            const double off = distanceToSegment(line[i], line[from], line[to]);
            if (off > worst) {
                worst = off;
                at = i;
            }
        }
        if (at) {
            keep[at] = 1;
            open.emplace_back(from, at);
            open.emplace_back(at, to);
        }
    }
    Line result;
    for (size_t i = 0; i < line.size(); ++i) {
        if (keep[i])
            result.push_back(line[i]);
    }
    return result;
}

Line part(const Line &line, double from, double to)
{
    Line result{pointAt(line, from)};
    double passed = 0;
    for (size_t i = 1; i < line.size(); ++i) {
        passed += (line[i] - line[i - 1]).length();
        if (passed >= to - 0.01)
            break;
        if (passed > from + 0.01)
            result.push_back(line[i]);
    }
    result.push_back(pointAt(line, to));
    return result;
}

Line shifted(const Line &line, double sideways)
{
    Line result = line;
    for (size_t i = 0; i < line.size(); ++i) {
        const Vec ahead = line[std::min(i + 1, line.size() - 1)];
        const Vec behind = line[i > 0 ? i - 1 : 0];
        result[i] = line[i] + (ahead - behind).unit().left() * sideways;
    }
    return result;
}

double ringArea(const Line &ring)
{
    double sum = 0;
    for (size_t i = 1; i < ring.size(); ++i)
        sum += cross(ring[i - 1], ring[i]);
    return sum;
}

bool ringContains(const Line &ring, Vec p)
{
    bool inside = false;
    for (size_t i = 1; i < ring.size(); ++i) {
        const Vec a = ring[i - 1];
        const Vec b = ring[i];
        if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x)
            inside = !inside;
    }
    return inside;
}

std::optional<std::pair<double, double>> crossing(Vec a, Vec b, Vec c, Vec d)
{
    const Vec first = b - a;
    const Vec second = d - c;
    const double slant = cross(first, second);
    if (std::abs(slant) < 1e-9)
        return std::nullopt;
    const double s = cross(c - a, second) / slant;
    const double t = cross(c - a, first) / slant;
    if (s < 0 || s > 1 || t < 0 || t > 1)
        return std::nullopt;
    return std::pair(s, t);
}

Grid<float> distanceTo(const Grid<quint8> &inside)
{
    Grid<float> far = inside.alike(1e9F);
    const auto dx = static_cast<float>(inside.stepX());
    const auto dy = static_cast<float>(inside.stepY());
    const float diagonal = std::hypot(dx, dy);
    for (int k = 0; k < inside.size(); ++k) {
        if (inside[k])
            far[k] = 0;
    }
    const auto relax = [&](int i, int j, int ni, int nj, float step) {
        if (far.has(ni, nj))
            far.at(i, j) = std::min(far.at(i, j), far.at(ni, nj) + step);
    };
    for (int j = 0; j < far.rows(); ++j) {
        for (int i = 0; i < far.columns(); ++i) {
            relax(i, j, i - 1, j, dx);
            relax(i, j, i, j - 1, dy);
            relax(i, j, i - 1, j - 1, diagonal);
            relax(i, j, i + 1, j - 1, diagonal);
        }
    }
    for (int j = far.rows() - 1; j >= 0; --j) {
        for (int i = far.columns() - 1; i >= 0; --i) {
            relax(i, j, i + 1, j, dx);
            relax(i, j, i, j + 1, dy);
            relax(i, j, i + 1, j + 1, diagonal);
            relax(i, j, i - 1, j + 1, diagonal);
        }
    }
    return far;
}

Grid<float> blurred(Grid<float> field, int radius, int rounds)
{
    const auto pass = [radius](const Grid<float> &in, int lines, int count, auto at) {
        Grid<float> out = in;
        for (int line = 0; line < lines; ++line) {
            double sum = 0;
            for (int k = -radius; k <= radius; ++k)
                sum += in[at(line, std::clamp(k, 0, count - 1))];
            for (int k = 0; k < count; ++k) {
                out[at(line, k)] = static_cast<float>(sum / (2 * radius + 1));
                sum += in[at(line, std::min(k + radius + 1, count - 1))] -
                       in[at(line, std::max(k - radius, 0))];
            }
        }
        return out;
    };
    const int columns = field.columns();
    const int rows = field.rows();
    for (int round = 0; round < rounds; ++round) {
        field = pass(field, rows, columns, [columns](int j, int i) { return j * columns + i; });
        field = pass(field, columns, rows, [columns](int i, int j) { return j * columns + i; });
    }
    return field;
}

} // namespace leeward::democity
