#include "drills/democity/lattice.h"

#include "drills/democity/noise.h"

#include <queue>
#include <set>

namespace leeward::democity {

Lattice::Lattice(const Terrain &terrain, const Hydrology &water, const StreetPlan &plan, int towns,
                 quint64 seed)
    : m_terrain(terrain)
    , m_seed(seed)
    , m_height(plan.built.alike(0.0F))
    , m_slow(plan.built.alike(1.0F))
    , m_open(plan.built.alike(quint8(1)))
    , m_river(plan.built.alike(quint8(0)))
    , m_shore(plan.built.alike(0.0F))
{
    for (int k = 0; k < m_height.size(); ++k) {
        const Vec p = m_height.place(k);
        m_height[k] = static_cast<float>(terrain.height.sample(p));
        m_shore[k] = static_cast<float>(terrain.shore.sample(p));
        m_slow[k] = static_cast<float>(1 + 0.45 * fractal(p.x / 1300, p.y / 1300, 3, seed + 51));
        m_river[k] = water.wet.sample(p) > -45 ? 1 : 0;
        if (terrain.isSea(p))
            m_open[k] = 2;
        else if (plan.built[k] || water.lake.near(p) || water.lake.near(p + Vec{60, 0}) ||
                 water.lake.near(p - Vec{60, 0}) || m_shore[k] < 75)
            m_open[k] = plan.built[k] > towns ? 3 : m_shore[k] < 75 && !plan.built[k] ? 2 : 0;
    }
}

Vec Lattice::place(int cell) const
{
    const Vec p = m_height.place(cell);
    return p + Vec{32 * noise(p.x / 310, p.y / 310, m_seed + 3),
                   32 * noise(p.x / 310, p.y / 310, m_seed + 4)};
}

const Lattice::Link *Lattice::link(int from, int to) const
{
    const auto it = m_links.find(from);
    if (it == m_links.end())
        return nullptr;
    for (const Link &link : it->second) {
        if (link.to == to)
            return &link;
    }
    return nullptr;
}

double Lattice::cost(int from, int to, const Taste &taste) const
{
    if (m_open[to] == 0 || (m_open[to] == 2 && !taste.seaBridge) ||
        (m_open[to] == 3 && !taste.motorway))
        return -1;
    const int di = to % columns() - from % columns();
    const int dj = to / columns() - from / columns();
    if (!taste.motorway && di && dj &&
        link(from + di, to - di)) // would cross a road without meeting it
        return -1;
    const double run = latticeStep * std::hypot(di, dj);
    const double rise = m_open[to] == 2 ? 0 : std::abs(m_height[to] - m_height[from]) / run;
    double price = run * m_slow[to] * (1 + (rise * taste.slope) * (rise * taste.slope));
    if (m_open[to] == 2)
        price *= 2.6;
    if (m_river[to] && m_river[from])
        price *= 2.2; // along a bank, not in the bed
    if (taste.motorway)
        return price * (m_open[to] == 3 ? 9
                        : isUsed(to)    ? 1.6
                                        : 1) +
               (m_river[to] && !m_river[from] ? taste.river : 0);
    if (taste.coast)
        price *= m_shore[to] < 650 ? 0.55 : 1.2;
    if (link(from, to))
        return price * taste.reuse;
    if (taste.reuse < 1 && isUsed(to) && !isUsed(from))
        price += 40; // few, clear junctions
    return price + (m_river[to] && !m_river[from] ? taste.river : 0);
}

Lattice::Path Lattice::find(const std::vector<int> &sources, const std::function<bool(int)> &target,
                            const Taste &taste, std::optional<Vec> aim, double limit) const
{
    std::vector<float> best(static_cast<size_t>(m_height.size()), 1e18F);
    std::vector<int> by(static_cast<size_t>(m_height.size()), -1);
    using Entry = std::pair<double, int>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
    const double least = 0.55 * std::min(1.0, taste.reuse) * (taste.coast ? 0.55 : 1);
    const auto rest = [&](int cell) {
        return aim ? (m_height.place(cell) - *aim).length() * least : 0;
    };
    for (const int cell : sources) {
        best[static_cast<size_t>(cell)] = 0;
        open.emplace(rest(cell), cell);
    }
    while (!open.empty()) {
        const auto [estimate, cell] = open.top();
        open.pop();
        const double far = best[static_cast<size_t>(cell)];
        if (estimate > far + rest(cell) + 0.5)
            continue;
        if (far > limit)
            break;
        if (target(cell)) {
            Path path;
            for (int k = cell; k >= 0; k = by[static_cast<size_t>(k)])
                path.cells.push_back(k);
            std::ranges::reverse(path.cells);
            return path;
        }
        for (int n = 0; n < 8; ++n) {
            const int i = cell % columns() + neighbourX[n];
            const int j = cell / columns() + neighbourY[n];
            if (!m_height.has(i, j))
                continue;
            const int next = m_height.index(i, j);
            const double step = cost(cell, next, taste);
            if (step >= 0 && far + step < best[static_cast<size_t>(next)]) {
                best[static_cast<size_t>(next)] = static_cast<float>(far + step);
                by[static_cast<size_t>(next)] = cell;
                open.emplace(far + step + rest(next), next);
            }
        }
    }
    return {};
}

void Lattice::setLink(int from, int to, RoadClass kind, int street)
{
    std::vector<Link> &links = m_links[from];
    for (Link &known : links) {
        if (known.to != to)
            continue;
        if (kind < known.kind)
            known = {to, kind, street};
        return;
    }
    links.push_back({to, kind, street});
}

void Lattice::use(const Path &path, RoadClass kind, int street)
{
    for (size_t k = 1; k < path.cells.size(); ++k) {
        setLink(path.cells[k - 1], path.cells[k], kind, street);
        setLink(path.cells[k], path.cells[k - 1], kind, street);
    }
}

void Lattice::tie(int node, int cell, RoadClass kind, int street)
{
    setLink(-1 - node, cell, kind, street);
    setLink(cell, -1 - node, kind, street);
}

Vec Lattice::placeOf(int end, const RoadNetwork &roads) const
{
    return end < 0 ? roads.nodes[static_cast<size_t>(-1 - end)] : place(end);
}

void Lattice::draw(RoadNetwork &roads) const
{
    const auto isJunction = [&](int end, const std::vector<Link> &links) {
        return end < 0 || links.size() != 2 || links[0].kind != links[1].kind ||
               links[0].street != links[1].street;
    };
    std::map<int, int> nodeOf;
    const auto nodeAt = [&](int end) {
        if (end < 0)
            return -1 - end;
        const auto it = nodeOf.find(end);
        if (it != nodeOf.end())
            return it->second;
        const int made = roads.addNode(place(end));
        nodeOf.emplace(end, made);
        return made;
    };
    std::set<std::pair<int, int>> done;
    const auto follow = [&](int start, const Link &first) {
        if (done.contains({start, first.to}))
            return;
        Line line{placeOf(start, roads)};
        int before = start;
        int here = first.to;
        done.insert({start, here});
        while (!isJunction(here, m_links.at(here)) && here != start) {
            line.push_back(placeOf(here, roads));
            const std::vector<Link> &links = m_links.at(here);
            const int next = links[0].to == before ? links[1].to : links[0].to;
            before = here;
            here = next;
            done.insert({before, here});
        }
        done.insert({here, before});
        const int a = nodeAt(start);
        const int b = nodeAt(here);
        line.push_back(placeOf(here, roads));
        const int rounds = first.kind <= RoadClass::Primary     ? 14
                           : first.kind <= RoadClass::Secondary ? 9
                                                                : 5;
        line = simplified(smoothed(line, rounds), first.kind == RoadClass::Track ? 4 : 1.6);
        const int edge =
            roads.addEdge(a, b, Line(line.begin() + 1, line.end() - 1), first.kind, first.street);
        (void) edge;
    };
    for (const auto &[end, links] : m_links) {
        if (!isJunction(end, links))
            continue;
        for (const Link &link : links)
            follow(end, link);
    }
}

} // namespace leeward::democity
