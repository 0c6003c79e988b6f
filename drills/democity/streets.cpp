#include "drills/democity/streets.h"

#include "drills/democity/noise.h"

#include <map>
#include <set>

namespace leeward::democity {

namespace {

struct Site
{
    int owner = 0;
    Vec at;
    double turn = 0;
    double radius = 0;
    double du = 0; // m between parallel streets
    double dv = 0;
    int major = 4; // every so many streets one is a main street
    bool urban = false;
    bool village = false;
};

using Cross = std::pair<int, int>; // a crossing of the grid: column, row

class StreetGrid
{
public:
    StreetGrid(RoadNetwork &roads, const Terrain &terrain, const Hydrology &water,
               const Settlements &people, const Site &site, Names &names, quint64 seed)
        : m_roads(roads)
        , m_terrain(terrain)
        , m_water(water)
        , m_people(people)
        , m_site(site)
        , m_names(names)
        , m_seed(seed)
        , m_random(seed + static_cast<quint64>(site.owner) * 7919, u"streets")
    {
    }

    void build(StreetPlan &plan)
    {
        m_reach = static_cast<int>(m_site.radius * 1.35 / std::min(m_site.du, m_site.dv)) + 1;
        for (int j = -m_reach; j <= m_reach; ++j) {
            for (int i = -m_reach; i <= m_reach; ++i) {
                if (usable(place(i, j)))
                    m_inside.insert({i, j});
            }
        }
        keepMiddle();
        for (const auto &[i, j] : m_inside) {
            join({i, j}, {i + 1, j}, true);
            join({i, j}, {i, j + 1}, false);
        }
        if (!m_site.village)
            spanRivers();
        prune();
        findGates(plan);
        mark(plan);
    }

private:
    // The grid is bent by noise so that streets swing like grown ones.
    [[nodiscard]] Vec place(double i, double j) const
    {
        const double large = m_site.village ? 30 : std::min(260.0, m_site.radius * 0.17);
        const double fine = m_site.village ? 16 : 38;
        const Vec flat = Vec{i * m_site.du, j * m_site.dv}.turned(m_site.turn) + m_site.at;
        const double wide = m_site.village ? 320 : 2600;
        const double tight = m_site.village ? 130 : 700;
        return flat + Vec{large * noise(flat.x / wide, flat.y / wide, m_seed) +
                              fine * noise(flat.x / tight, flat.y / tight, m_seed + 1),
                          large * noise(flat.x / wide, flat.y / wide, m_seed + 2) +
                              fine * noise(flat.x / tight, flat.y / tight, m_seed + 3)};
    }

    [[nodiscard]] bool dry(Vec p) const
    {
        return !m_terrain.isSea(p) && !m_water.lake.near(p) && m_water.wet.sample(p) < -14 &&
               m_terrain.shore.sample(p) > 70;
    }

    [[nodiscard]] bool usable(Vec p) const
    {
        if (!m_terrain.frame.contains(p, 200) || !dry(p) || m_terrain.slopeAt(p) > 0.13)
            return false;
        const Vec off = p - m_site.at;
        const double angle = std::atan2(off.y, off.x);
        const double rim =
            m_site.radius * (1.0 + 0.38 * noise(std::cos(angle) * 1.6 + m_site.owner * 3.1,
                                                std::sin(angle) * 1.6, m_seed + 5));
        if (off.length() > rim)
            return false;
        if (m_site.village)
            return true;
        for (size_t k = 0; k < m_people.towns.size(); ++k) { // the nearest 街道 takes the ground
            const Town &town = m_people.towns[k];
            if (static_cast<int>(k) != m_site.owner &&
                (p - town.at).length() / town.radius < off.length() / m_site.radius + 0.03)
                return false;
        }
        return true;
    }

    // Only what hangs together with the middle, or lies just across a river, is built.
    void keepMiddle()
    {
        std::set<Cross> reached;
        std::vector<Cross> open;
        const auto take = [&](Cross at) {
            if (m_inside.contains(at) && reached.insert(at).second)
                open.push_back(at);
        };
        for (int ring = 0; open.empty() && ring < 4; ++ring) {
            for (int j = -ring; j <= ring; ++j) {
                for (int i = -ring; i <= ring; ++i)
                    take({i, j});
            }
        }
        while (!open.empty()) {
            const auto [i, j] = open.back();
            open.pop_back();
            for (int n = 0; n < 4; ++n) {
                take({i + neighbourX[n], j + neighbourY[n]});
                if (m_site.village)
                    continue;
                for (int gap = 2; gap <= 4; ++gap)
                    take({i + gap * neighbourX[n], j + gap * neighbourY[n]});
            }
        }
        m_inside = std::move(reached);
    }

    [[nodiscard]] bool isMajor(int line) const { return line % m_site.major == 0; }

    // What a block between main streets is built like: 0 dense, 1 streets one way only, 2 open
    // (park, campus, works).
    [[nodiscard]] int blockAt(double i, double j) const
    {
        const int bi = static_cast<int>(std::floor(i / m_site.major));
        const int bj = static_cast<int>(std::floor(j / m_site.major));
        const double value = noise(bi * 0.73 + 0.31, bj * 0.73 + 0.17,
                                   m_seed + 9 + static_cast<quint64>(m_site.owner));
        return value > 0.42 ? 2 : value > 0.12 ? 1 : 0;
    }

    int node(Cross at)
    {
        const auto it = m_nodes.find(at);
        if (it != m_nodes.end())
            return it->second;
        const int made = m_roads.addNode(place(at.first, at.second));
        m_nodes.emplace(at, made);
        return made;
    }

    int street(bool along, int line)
    {
        const auto key = std::pair(along, line);
        const auto it = m_streets.find(key);
        if (it != m_streets.end())
            return it->second;
        int made = -1;
        if (!m_site.village)
            made = m_roads.addStreet(m_names.street(isMajor(line)));
        m_streets.emplace(key, made);
        return made;
    }

    [[nodiscard]] RoadClass kindOf(int line) const
    {
        if (m_site.village)
            return line == 0 ? RoadClass::Unclassified : RoadClass::Residential;
        if (line == 0)
            return m_site.urban ? RoadClass::Secondary : RoadClass::Tertiary;
        if (line % (2 * m_site.major) == 0)
            return m_site.urban ? RoadClass::Secondary : RoadClass::Tertiary;
        return isMajor(line) ? RoadClass::Tertiary : RoadClass::Residential;
    }

    void join(Cross a, Cross b, bool along)
    {
        if (!m_inside.contains(b))
            return;
        const int line = along ? a.second : a.first;
        if (!isMajor(line) && !m_site.village) {
            const int block = blockAt(a.first + 0.5 * (b.first - a.first),
                                      a.second + 0.5 * (b.second - a.second));
            if (block == 2 || (block == 1 && along))
                return;
        }
        const Vec pa = place(a.first, a.second);
        const Vec pb = place(b.first, b.second);
        for (const double share : {0.25, 0.5, 0.75}) {
            if (!dry(pa + (pb - pa) * share))
                return;
        }
        Line inner;
        const Vec middle = place(0.5 * (a.first + b.first), 0.5 * (a.second + b.second));
        if ((middle - (pa + pb) * 0.5).length() > 0.7)
            inner.push_back(middle);
        const int edge =
            m_roads.addEdge(node(a), node(b), std::move(inner), kindOf(line), street(along, line));
        m_edges.push_back(edge);
    }

    // Main streets leap over rivers; the bridge itself is found later.
    void spanRivers()
    {
        for (const auto &[i, j] : std::set<Cross>(m_inside)) {
            for (const bool along : {true, false}) {
                const int line = along ? j : i;
                if (!isMajor(line))
                    continue;
                const auto step = [&](int n) { return along ? Cross{i + n, j} : Cross{i, j + n}; };
                for (int n = 1; n <= 5; ++n) {
                    if (!m_inside.contains(step(n)))
                        continue;
                    const Vec a = place(i, j);
                    const Vec b = place(step(n).first, step(n).second);
                    const bool clear = std::ranges::none_of(m_spans, [&](const auto &span) {
                        const auto shares = crossing(a, b, span.first, span.second);
                        return shares && shares->first > 0.001 && shares->first < 0.999;
                    });
                    if (clear && crossesRiver(a, b) && (b - a).length() < 620) {
                        m_spans.emplace_back(a, b);
                        m_edges.push_back(m_roads.addEdge(node({i, j}), node(step(n)), {},
                                                          kindOf(line), street(along, line)));
                    }
                    break;
                }
            }
        }
    }

    [[nodiscard]] bool crossesRiver(Vec a, Vec b) const
    {
        bool wet = false;
        for (int k = 1; k < 40; ++k) {
            const Vec p = a + (b - a) * (k / 40.0);
            if (m_terrain.isSea(p) || m_water.lake.near(p))
                return false;
            wet = wet || m_water.wet.sample(p) > -14;
        }
        return wet;
    }

    // Lanes that lead nowhere and a share of the others go, so that blocks differ in size.
    void prune()
    {
        std::map<int, int> degree;
        for (const int k : m_edges) {
            ++degree[m_roads.edges[static_cast<size_t>(k)].from];
            ++degree[m_roads.edges[static_cast<size_t>(k)].to];
        }
        const double share = m_site.village ? 0.22 : 0.13;
        for (const int k : m_edges) {
            RoadEdge &edge = m_roads.edges[static_cast<size_t>(k)];
            const bool minor = edge.kind == RoadClass::Residential;
            if (minor && degree[edge.from] > 2 && degree[edge.to] > 2 && m_random.chance(share)) {
                edge.removed = true;
                --degree[edge.from];
                --degree[edge.to];
            } else if (minor && !m_site.village && m_random.chance(0.07)) {
                edge.kind = RoadClass::Service;
                edge.street = -1;
            }
        }
    }

    void findGates(StreetPlan &plan)
    {
        const auto owner = static_cast<size_t>(m_site.owner);
        double nearest = 1e18;
        for (const auto &[at, index] : m_nodes) {
            const double far = (m_roads.nodes[static_cast<size_t>(index)] - m_site.at).length();
            if (isMajor(at.first) && isMajor(at.second) && far < nearest) {
                nearest = far;
                plan.centre[owner] = index;
            }
            for (int n = 0; n < 4; ++n) {
                const int line = neighbourY[n] == 0 ? at.second : at.first;
                if (!isMajor(line) ||
                    m_inside.contains({at.first + neighbourX[n], at.second + neighbourY[n]}))
                    continue;
                const Vec here = place(at.first, at.second);
                const Vec out =
                    (place(at.first + neighbourX[n], at.second + neighbourY[n]) - here).unit();
                plan.gates.push_back({index, out, m_site.owner});
            }
        }
        if (plan.centre[owner] < 0 && !m_nodes.empty())
            plan.centre[owner] = m_nodes.begin()->second;
    }

    void mark(StreetPlan &plan) const
    {
        const double reach = m_site.village ? 65 : 95;
        for (const auto &[at, index] : m_nodes) {
            const Vec p = m_roads.nodes[static_cast<size_t>(index)];
            for (double dy = -reach; dy <= reach; dy += reach / 2) {
                for (double dx = -reach; dx <= reach; dx += reach / 2)
                    plan.built[plan.built.nearest(p + Vec{dx, dy})] =
                        static_cast<qint16>(m_site.owner + 1);
            }
        }
    }

    RoadNetwork &m_roads;
    const Terrain &m_terrain;
    const Hydrology &m_water;
    const Settlements &m_people;
    Site m_site;
    Names &m_names;
    quint64 m_seed;
    Random m_random;
    int m_reach = 0;
    std::set<Cross> m_inside;
    std::map<Cross, int> m_nodes;
    std::map<std::pair<bool, int>, int> m_streets;
    std::vector<int> m_edges;
    std::vector<std::pair<Vec, Vec>> m_spans; // over rivers
};

// Joins main streets of neighbouring 街道 across the seam between them.
void stitch(RoadNetwork &roads, const StreetPlan &plan, const Settlements &people,
            const Terrain &terrain, const Hydrology &water)
{
    SegmentIndex index(terrain.frame, 250);
    for (const RoadEdge &edge : roads.edges) {
        if (!edge.removed)
            index.add(roads.lineOf(edge), 0);
    }
    const int towns = static_cast<int>(people.towns.size());
    std::set<std::pair<int, int>> joined;
    for (const Gate &gate : plan.gates) {
        if (gate.owner >= towns || !people.towns[static_cast<size_t>(gate.owner)].urban)
            continue;
        const Vec from = roads.nodes[static_cast<size_t>(gate.node)];
        const Gate *best = nullptr;
        double nearest = 620;
        for (const Gate &other : plan.gates) {
            if (other.owner == gate.owner || other.owner >= towns ||
                !people.towns[static_cast<size_t>(other.owner)].urban)
                continue;
            const Vec step = roads.nodes[static_cast<size_t>(other.node)] - from;
            if (step.length() < nearest && step.length() > 8 && dot(step.unit(), gate.out) > 0.45) {
                nearest = step.length();
                best = &other;
            }
        }
        if (!best || !joined.insert(std::minmax(gate.node, best->node)).second)
            continue;
        const Vec to = roads.nodes[static_cast<size_t>(best->node)];
        bool passable = !index.crossed(from, to);
        for (int k = 1; k < 20 && passable; ++k) {
            const Vec p = from + (to - from) * (k / 20.0);
            passable = !terrain.isSea(p) && !water.lake.near(p);
        }
        if (!passable)
            continue;
        const int edge = roads.addEdge(gate.node, best->node, {}, RoadClass::Tertiary, -1);
        index.add(roads.lineOf(roads.edges[static_cast<size_t>(edge)]), 0);
    }
}

} // namespace

StreetPlan layStreets(RoadNetwork &roads, const Terrain &terrain, const Hydrology &water,
                      const Settlements &people, Names &names, quint64 seed)
{
    Random random(seed, u"street grids");
    StreetPlan plan;
    plan.built = Grid<qint16>(static_cast<int>(terrain.frame.width / latticeStep) + 1,
                              static_cast<int>(terrain.frame.height / latticeStep) + 1, latticeStep,
                              latticeStep, 0);
    plan.centre.assign(people.towns.size() + people.villages.size(), -1);
    const auto build = [&](const Site &site) {
        StreetGrid(roads, terrain, water, people, site, names, seed + 31).build(plan);
    };
    for (size_t k = 0; k < people.towns.size(); ++k) {
        const Town &town = people.towns[k];
        const double grain = town.urban ? random.range(0.92, 1.12) : random.range(0.8, 0.95);
        build({static_cast<int>(k), town.at, town.turn, town.radius, 112 * grain, 88 * grain,
               town.urban ? 4 : 3, town.urban, false});
    }
    for (size_t k = 0; k < people.villages.size(); ++k) {
        const Village &village = people.villages[k];
        if (village.community || plan.built.near(village.at))
            continue;
        const double grain = random.range(0.85, 1.15);
        build({static_cast<int>(people.towns.size() + k), village.at, village.turn,
               75.0 + 52 * village.size, 88 * grain, 66 * grain, 100, false, true});
    }
    stitch(roads, plan, people, terrain, water);
    return plan;
}

} // namespace leeward::democity
