#include "drills/democity/network.h"

#include <numeric>
#include <queue>

namespace leeward::democity {

int RoadNetwork::addNode(Vec at)
{
    nodes.push_back(at);
    return static_cast<int>(nodes.size()) - 1;
}

int RoadNetwork::addEdge(int from, int to, Line inner, RoadClass kind, int street)
{
    RoadEdge edge;
    edge.from = from;
    edge.to = to;
    edge.inner = std::move(inner);
    edge.kind = kind;
    edge.street = street;
    edges.push_back(std::move(edge));
    return static_cast<int>(edges.size()) - 1;
}

int RoadNetwork::addStreet(Name name, QString ref)
{
    streets.push_back({std::move(name), std::move(ref)});
    return static_cast<int>(streets.size()) - 1;
}

Line RoadNetwork::lineOf(const RoadEdge &edge) const
{
    Line line{nodes[static_cast<size_t>(edge.from)]};
    line.insert(line.end(), edge.inner.begin(), edge.inner.end());
    line.push_back(nodes[static_cast<size_t>(edge.to)]);
    return line;
}

std::vector<std::vector<int>> RoadNetwork::incident() const
{
    std::vector<std::vector<int>> result(nodes.size());
    for (size_t k = 0; k < edges.size(); ++k) {
        if (edges[k].removed)
            continue;
        result[static_cast<size_t>(edges[k].from)].push_back(static_cast<int>(k));
        result[static_cast<size_t>(edges[k].to)].push_back(static_cast<int>(k));
    }
    return result;
}

std::vector<int> RoadNetwork::cut(int index, const std::vector<double> &at)
{
    std::vector<int> fresh;
    const Line whole = lineOf(edges[static_cast<size_t>(index)]);
    const int end = edges[static_cast<size_t>(index)].to;
    const double length = lengthOf(whole);
    const auto inner = [](const Line &line) {
        return line.size() > 2 ? Line(line.begin() + 1, line.end() - 1) : Line{};
    };
    double start = 0;
    for (size_t k = 0; k <= at.size(); ++k) {
        const double stop = k < at.size() ? at[k] : length;
        const Line piece = part(whole, start, stop);
        if (k == 0) {
            if (at.empty())
                break;
            fresh.push_back(addNode(piece.back()));
            edges[static_cast<size_t>(index)].inner = inner(piece);
            edges[static_cast<size_t>(index)].to = fresh.back();
        } else {
            const int from = fresh.back();
            int to = end;
            if (k < at.size()) {
                fresh.push_back(addNode(piece.back()));
                to = fresh.back();
            }
            RoadEdge next = edges[static_cast<size_t>(index)];
            next.from = from;
            next.to = to;
            next.inner = inner(piece);
            edges.push_back(std::move(next));
        }
        start = stop;
    }
    return fresh;
}

std::vector<int> RoadNetwork::search(int from, int to, const std::vector<double> &cost) const
{
    const auto at = incident();
    std::vector<double> best(nodes.size(), 1e18);
    std::vector<int> by(nodes.size(), -1);
    using Entry = std::pair<double, int>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
    best[static_cast<size_t>(from)] = 0;
    open.emplace(0, from);
    while (!open.empty()) {
        const auto [far, node] = open.top();
        open.pop();
        if (node == to)
            break;
        if (far > best[static_cast<size_t>(node)])
            continue;
        for (const int k : at[static_cast<size_t>(node)]) {
            const RoadEdge &edge = edges[static_cast<size_t>(k)];
            const int other = edge.from == node ? edge.to : edge.from;
            const double next = far + cost[static_cast<size_t>(k)];
            if (next < best[static_cast<size_t>(other)]) {
                best[static_cast<size_t>(other)] = next;
                by[static_cast<size_t>(other)] = k;
                open.emplace(next, other);
            }
        }
    }
    std::vector<int> path;
    for (int node = to; node != from;) {
        const int k = by[static_cast<size_t>(node)];
        if (k < 0)
            return {};
        path.push_back(k);
        node = edges[static_cast<size_t>(k)].from == node ? edges[static_cast<size_t>(k)].to
                                                          : edges[static_cast<size_t>(k)].from;
    }
    std::ranges::reverse(path);
    return path;
}

std::vector<int> RoadNetwork::parts() const
{
    std::vector<int> parent(nodes.size());
    std::iota(parent.begin(), parent.end(), 0);
    const auto root = [&](int k) {
        while (parent[static_cast<size_t>(k)] != k) {
            parent[static_cast<size_t>(k)] =
                parent[static_cast<size_t>(parent[static_cast<size_t>(k)])];
            k = parent[static_cast<size_t>(k)];
        }
        return k;
    };
    for (const RoadEdge &edge : edges) {
        if (!edge.removed)
            parent[static_cast<size_t>(root(edge.from))] = root(edge.to);
    }
    std::vector<int> result(nodes.size());
    for (size_t k = 0; k < nodes.size(); ++k)
        result[k] = root(static_cast<int>(k));
    return result;
}

void RoadNetwork::keepLargestPart()
{
    const std::vector<int> part = parts();
    std::vector<int> count(nodes.size(), 0);
    for (const RoadEdge &edge : edges) {
        if (!edge.removed)
            ++count[static_cast<size_t>(part[static_cast<size_t>(edge.from)])];
    }
    const auto largest = static_cast<int>(std::ranges::max_element(count) - count.begin());
    for (RoadEdge &edge : edges) {
        if (part[static_cast<size_t>(edge.from)] != largest)
            edge.removed = true;
    }
}

SegmentIndex::SegmentIndex(const Frame &frame, double step)
    : m_step(step)
    , m_columns(static_cast<int>(frame.width / step) + 1)
    , m_rows(static_cast<int>(frame.height / step) + 1)
    , m_buckets(static_cast<size_t>(m_columns) * static_cast<size_t>(m_rows))
{
}

SegmentIndex::Window SegmentIndex::window(Vec a, Vec b) const
{
    const auto column = [&](double x) {
        return std::clamp(static_cast<int>(x / m_step), 0, m_columns - 1);
    };
    const auto row = [&](double y) {
        return std::clamp(static_cast<int>(y / m_step), 0, m_rows - 1);
    };
    return {column(std::min(a.x, b.x)), column(std::max(a.x, b.x)), row(std::min(a.y, b.y)),
            row(std::max(a.y, b.y))};
}

void SegmentIndex::add(const Line &line, int owner)
{
    double along = 0;
    for (size_t k = 1; k < line.size(); ++k) {
        m_segments.push_back({line[k - 1], line[k], owner, along});
        along += (line[k] - line[k - 1]).length();
        const auto [i0, i1, j0, j1] = window(line[k - 1], line[k]);
        for (int j = j0; j <= j1; ++j) {
            for (int i = i0; i <= i1; ++i)
                m_buckets[static_cast<size_t>(j * m_columns + i)].push_back(
                    static_cast<int>(m_segments.size()) - 1);
        }
    }
}

bool SegmentIndex::crossed(Vec a, Vec b) const
{
    bool found = false;
    nearTo(a, b, [&](const Segment &segment) {
        if (const auto shares = crossing(a, b, segment.a, segment.b))
            found = found || (shares->first > 0.001 && shares->first < 0.999);
    });
    return found;
}

} // namespace leeward::democity
