#include "drills/democity/roads.h"

#include "drills/democity/noise.h"

#include <map>
#include <set>

namespace leeward::democity {

using namespace Qt::StringLiterals;

namespace {

struct Pair
{
    int a = 0;
    int b = 0;
    bool close = false; // no third town lies nearer to both
};

class Country
{
public:
    Country(RoadNetwork &roads, StreetPlan &plan, const Terrain &terrain, const Hydrology &water,
            const Settlements &people, Names &names, quint64 seed)
        : m_roads(roads)
        , m_plan(plan)
        , m_terrain(terrain)
        , m_people(people)
        , m_names(names)
        , m_random(seed, u"country roads")
        , m_lattice(terrain, water, plan, static_cast<int>(people.towns.size()), seed)
    {
        placeGates();
    }

    const Lattice &lattice() const { return m_lattice; }

    void layTrunks()
    {
        int number = 1;
        for (size_t k = 1; k < m_people.districts.size(); ++k) {
            const int town = townAt(m_people.districts[k].at);
            if (town <= 0 || m_people.towns[static_cast<size_t>(town)].urban)
                continue;
            const int street = m_roads.addStreet(
                m_names.highway(m_people.city, m_people.towns[static_cast<size_t>(town)].name),
                u"G99%1"_s.arg(10 + number++));
            (void) connect(0, town, RoadClass::Trunk, street, Taste{.slope = 15, .reuse = 0.45});
        }
        for (const Vec exit :
             {Vec{0, 0.62}, Vec{1, 0.62}, Vec{0.33, 1}}) // out of the box, where there is land
            toEdge({exit.x * m_terrain.frame.width, exit.y * m_terrain.frame.height}, number);
    }

    void layCountryRoads()
    {
        int number = 201;
        for (const Pair &pair : pairs()) {
            const Town &a = m_people.towns[static_cast<size_t>(pair.a)];
            const Town &b = m_people.towns[static_cast<size_t>(pair.b)];
            const bool coast = a.coastal && b.coastal && !a.island && !b.island;
            const bool toCity = a.urban || b.urban;
            const RoadClass kind = pair.close ? (toCity ? RoadClass::Primary : RoadClass::Secondary)
                                              : RoadClass::Tertiary;
            Name name =
                coast ? Name{u"滨海公路"_s, u"Coast Road"_s} : m_names.highway(a.name, b.name);
            const int street = m_roads.addStreet(name, u"S%1"_s.arg(number++));
            Taste taste{.slope = 11, .reuse = coast ? 0.85 : 0.5};
            taste.coast = coast;
            (void) connect(pair.a, pair.b, kind, street, taste);
        }
    }

    void layIslandBridge()
    {
        for (size_t k = 0; k < m_people.towns.size(); ++k) {
            if (m_people.towns[k].island != 2)
                continue;
            const int street =
                m_roads.addStreet({m_names.pair().zh + u"大桥"_s, u"Island Bridge"_s}, u"S299"_s);
            const auto path = m_lattice.find(
                cellsOf(static_cast<int>(k)),
                [&](int cell) {
                    return m_lattice.isUsed(cell) && m_lattice.isOpen(cell) &&
                           (m_lattice.place(cell) - m_people.towns[k].at).length() > 2500;
                },
                {.slope = 10, .reuse = 0.7, .seaBridge = true, .river = 100}, std::nullopt);
            take(path, RoadClass::Secondary, street);
        }
    }

    void layVillageRoads()
    {
        const int towns = static_cast<int>(m_people.towns.size());
        for (int round = 0; round < 2;
             ++round) { // first everyone is reached, then some get a second way out
            for (size_t k = 0; k < m_people.villages.size(); ++k) {
                const int owner = towns + static_cast<int>(k);
                if (m_plan.centre[static_cast<size_t>(owner)] < 0 ||
                    (round == 1 && !m_random.chance(0.62)))
                    continue;
                laneFrom(owner, round == 1);
            }
        }
    }

    void layTracks()
    {
        const int wanted =
            static_cast<int>(170 * m_terrain.frame.width * m_terrain.frame.height / 3.3e9);
        for (int made = 0, tries = 0; made < wanted && tries < wanted * 30; ++tries) {
            const Vec p{m_random.unit() * m_terrain.frame.width,
                        m_random.unit() * m_terrain.frame.height};
            const int cell = m_lattice.cellAt(p);
            if (!m_lattice.isOpen(cell) || m_terrain.isSea(p) || m_terrain.height.sample(p) < 130 ||
                m_lattice.isUsed(cell))
                continue;
            const auto path = m_lattice.find(
                {cell}, [&](int at) { return m_lattice.isUsed(at); },
                {.slope = 7, .reuse = 1, .river = 120}, std::nullopt, 14000);
            if (!path.found() || path.cells.size() < 7)
                continue;
            m_lattice.use(path, RoadClass::Track, -1);
            ++made;
        }
    }

    void draw() { m_lattice.draw(m_roads); }

private:
    void placeGates()
    {
        for (size_t k = 0; k < m_plan.gates.size(); ++k) {
            const Gate &gate = m_plan.gates[k];
            const Vec from = m_roads.nodes[static_cast<size_t>(gate.node)];
            for (double far = 110; far <= 230; far += 40) {
                const Vec p = from + gate.out * far;
                const int cell = m_lattice.cellAt(p);
                if (!m_terrain.frame.contains(p, 120) || !m_lattice.isOpen(cell) ||
                    m_terrain.isSea(p))
                    continue;
                if (!m_gateAt.contains(cell)) {
                    m_gateAt.emplace(cell, k);
                    m_cells[gate.owner].push_back(cell);
                }
                break;
            }
        }
    }

    const std::vector<int> &cellsOf(int owner) { return m_cells[owner]; }

    // A used path ties the gates at its ends.
    void take(const Lattice::Path &path, RoadClass kind, int street)
    {
        if (!path.found())
            return;
        m_lattice.use(path, kind, street);
        for (const int cell : {path.cells.front(), path.cells.back()}) {
            const auto it = m_gateAt.find(cell);
            if (it != m_gateAt.end())
                m_lattice.tie(m_plan.gates[it->second].node, cell, kind, street);
        }
    }

    [[nodiscard]] int ownerAt(int cell) const
    {
        const auto it = m_gateAt.find(cell);
        return it == m_gateAt.end() ? -1 : m_plan.gates[it->second].owner;
    }

    // The main streets from a gate to the middle of its town become part of the through road.
    void promote(int cell, RoadClass kind)
    {
        const auto it = m_gateAt.find(cell);
        if (it == m_gateAt.end())
            return;
        const Gate &gate = m_plan.gates[it->second];
        const bool urban = gate.owner < static_cast<int>(m_people.towns.size()) &&
                           m_people.towns[static_cast<size_t>(gate.owner)].urban;
        promote(gate.node, m_plan.centre[urban ? 0 : static_cast<size_t>(gate.owner)],
                urban ? std::max(kind, RoadClass::Primary) : kind);
    }

    void promote(int from, int to, RoadClass kind)
    {
        if (to < 0 || from == to)
            return;
        const auto path = m_roads.way(from, to, [](const RoadEdge &edge) {
            return edge.kind <= RoadClass::Primary     ? 0.7
                   : edge.kind == RoadClass::Secondary ? 1.0
                   : edge.kind == RoadClass::Tertiary  ? 1.35
                                                       : 3.0;
        });
        for (const int k : path) {
            RoadEdge &edge = m_roads.edges[static_cast<size_t>(k)];
            edge.kind = std::min(edge.kind, kind);
        }
    }

    bool connect(int a, int b, RoadClass kind, int street, const Taste &taste)
    {
        const bool fromCore = m_people.towns[static_cast<size_t>(a)].urban &&
                              m_people.towns[static_cast<size_t>(b)].urban == false;
        std::vector<int> sources = cellsOf(a);
        if (fromCore && kind <= RoadClass::Primary) {
            sources.clear();
            for (size_t k = 0; k < m_people.towns.size(); ++k) {
                if (m_people.towns[k].urban)
                    sources.insert(sources.end(), cellsOf(static_cast<int>(k)).begin(),
                                   cellsOf(static_cast<int>(k)).end());
            }
        }
        const auto path = m_lattice.find(
            sources, [&](int cell) { return ownerAt(cell) == b; }, taste,
            m_people.towns[static_cast<size_t>(b)].at);
        if (!path.found())
            return false;
        take(path, kind, street);
        promote(path.cells.front(), kind);
        promote(path.cells.back(), kind);
        return true;
    }

    void toEdge(Vec wish, int &number)
    {
        const int columns = m_lattice.columns();
        const Frame &frame = m_terrain.frame;
        const auto onEdge = [&](int cell) {
            const Vec p = m_lattice.place(cell);
            return m_terrain.height.sample(p) > 1 && (p - wish).length() < 0.3 * frame.height &&
                   (cell % columns == 0 || cell % columns == columns - 1 ||
                    p.y > frame.height - 1.5 * latticeStep);
        };
        int nearest = 0;
        for (size_t k = 0; k < m_people.towns.size(); ++k) {
            if (!m_people.towns[k].island &&
                (m_people.towns[k].at - wish).length() <
                    (m_people.towns[static_cast<size_t>(nearest)].at - wish).length())
                nearest = static_cast<int>(k);
        }
        const auto path = m_lattice.find(cellsOf(nearest), onEdge, {.slope = 14, .reuse = 0.5},
                                         std::nullopt, 60000);
        const Town &town = m_people.towns[static_cast<size_t>(nearest)];
        const int street = m_roads.addStreet(
            {town.name.zh.left(2) + u"省道"_s, town.name.en.section(u' ', 0, 0) + u" Highway"_s},
            u"G99%1"_s.arg(10 + number++));
        take(path, RoadClass::Primary, street);
        if (path.found())
            promote(path.cells.front(), RoadClass::Primary);
    }

    [[nodiscard]] int townAt(Vec p) const
    {
        for (size_t k = 0; k < m_people.towns.size(); ++k) {
            if (m_people.towns[k].at == p)
                return static_cast<int>(k);
        }
        return -1;
    }

    // Towns that should have a road between them: the Gabriel graph, nearest first.
    [[nodiscard]] std::vector<Pair> pairs() const
    {
        const std::vector<Town> &towns = m_people.towns;
        std::vector<std::pair<double, Pair>> list;
        for (size_t a = 0; a < towns.size(); ++a) {
            for (size_t b = a + 1; b < towns.size(); ++b) {
                if ((towns[a].urban && towns[b].urban) || towns[a].island || towns[b].island)
                    continue;
                const double far = (towns[a].at - towns[b].at).length();
                const Vec middle = (towns[a].at + towns[b].at) * 0.5;
                bool gabriel = far < 22000;
                bool close = true;
                for (size_t c = 0; c < towns.size() && gabriel; ++c) {
                    if (c == a || c == b || towns[c].island)
                        continue;
                    gabriel = (towns[c].at - middle).length() > far / 2;
                    close = close && std::max((towns[c].at - towns[a].at).length(),
                                              (towns[c].at - towns[b].at).length()) > far;
                }
                if (gabriel)
                    list.push_back({far, {static_cast<int>(a), static_cast<int>(b), close}});
            }
        }
        std::ranges::stable_sort(list,
                                 [](const auto &x, const auto &y) { return x.first < y.first; });
        std::vector<Pair> result;
        for (const bool close : {true, false}) {
            for (const auto &[far, pair] : list) {
                if (pair.close == close)
                    result.push_back(pair);
            }
        }
        return result;
    }

    void laneFrom(int owner, bool second)
    {
        const Vec at =
            m_roads.nodes[static_cast<size_t>(m_plan.centre[static_cast<size_t>(owner)])];
        std::vector<int> sources;
        for (const int cell : cellsOf(owner)) {
            if (!second || !m_lattice.isUsed(cell))
                sources.push_back(cell);
        }
        const auto village = static_cast<size_t>(owner) - m_people.towns.size();
        const RoadClass kind = m_people.villages[village].size >= 3 && !second
                                   ? RoadClass::Tertiary
                                   : RoadClass::Unclassified;
        const auto path = m_lattice.find(
            sources,
            [&](int cell) {
                const int other = ownerAt(cell);
                if (other == owner)
                    return !second && m_lattice.isUsed(cell); // a road passes right at the gate
                return m_lattice.isUsed(cell) ||
                       (other >= 0 && (m_lattice.place(cell) - at).length() > 150);
            },
            {.slope = 9, .reuse = second ? 1.3 : 0.8}, std::nullopt, second ? 4500 : 40000);
        if (path.found())
            take(path, kind, -1);
    }

    RoadNetwork &m_roads;
    StreetPlan &m_plan;
    const Terrain &m_terrain;
    const Settlements &m_people;
    Names &m_names;
    Random m_random;
    Lattice m_lattice;
    std::map<int, size_t> m_gateAt;          // lattice cell → gate
    std::map<int, std::vector<int>> m_cells; // owner → its gates' cells
};

// The 街道 of the core are joined by primary streets through their middles.
void joinCore(RoadNetwork &roads, const StreetPlan &plan, const Settlements &people)
{
    for (size_t a = 0; a < people.towns.size(); ++a) {
        for (size_t b = a + 1; b < people.towns.size(); ++b) {
            const Town &first = people.towns[a];
            const Town &second = people.towns[b];
            if (!first.urban || !second.urban || plan.centre[a] < 0 || plan.centre[b] < 0 ||
                (first.at - second.at).length() > 3900)
                continue;
            const auto path = roads.way(plan.centre[a], plan.centre[b], [](const RoadEdge &edge) {
                return edge.kind <= RoadClass::Primary     ? 0.75
                       : edge.kind == RoadClass::Secondary ? 1.0
                       : edge.kind == RoadClass::Tertiary  ? 1.3
                                                           : 4.0;
            });
            for (const int k : path) {
                RoadEdge &edge = roads.edges[static_cast<size_t>(k)];
                edge.kind = std::min(edge.kind, a == 0 ? RoadClass::Primary : RoadClass::Secondary);
            }
        }
    }
}

int nearestNode(const RoadNetwork &roads, Vec p, const std::vector<int> &part, int want,
                double &far)
{
    int best = -1;
    far = 1e18;
    for (size_t k = 0; k < roads.nodes.size(); ++k) {
        const double step = (roads.nodes[k] - p).length();
        if (part[k] == want && step < far) {
            far = step;
            best = static_cast<int>(k);
        }
    }
    return best;
}

// The shortest sea way between the mainland's network and the island's; a straight line that shuns
// land.
int layFerry(RoadNetwork &roads, const StreetPlan &plan, const Terrain &terrain,
             const Settlements &people, Names &names)
{
    const std::vector<int> part = roads.parts();
    const int mainland = part[static_cast<size_t>(plan.centre[0])];
    for (size_t k = 0; k < people.towns.size(); ++k) {
        const int middle = plan.centre[k];
        if (people.towns[k].island != 1 || middle < 0 ||
            part[static_cast<size_t>(middle)] == mainland)
            continue;
        int from = -1;
        int to = -1;
        double best = 1e18;
        double farIsland = 0;
        for (size_t n = 0; n < roads.nodes.size(); ++n) {
            if (part[n] != mainland || terrain.shore.near(roads.nodes[n]) > 240)
                continue;
            const int other = nearestNode(roads, roads.nodes[n], part,
                                          part[static_cast<size_t>(middle)], farIsland);
            int land = 0;
            for (int s = 2; s <= 18; ++s) {
                const Vec p =
                    roads.nodes[n] +
                    (roads.nodes[static_cast<size_t>(other)] - roads.nodes[n]) * (s / 20.0);
                land += terrain.isSea(p) ? 0 : 1;
            }
            const double toHeart = (roads.nodes[n] - people.centre).length();
            const double value = farIsland + 0.8 * toHeart + land * 9000;
            if (value < best) {
                best = value;
                from = static_cast<int>(n);
                to = other;
            }
        }
        if (from < 0)
            continue;
        const Vec a = roads.nodes[static_cast<size_t>(from)];
        const Vec b = roads.nodes[static_cast<size_t>(to)];
        Vec side = (b - a).unit().left() * ((b - a).length() * 0.05);
        if (!terrain.isSea(a + (b - a) * 0.3 + side))
            side = side * -1.0;
        const int street = roads.addStreet(
            {stem(people.towns[k].name.zh) + u"轮渡"_s, names.pair().en + u" Ferry"_s});
        roads.addEdge(from, to,
                      {a + (b - a) * 0.25 + side * 0.75, a + (b - a) * 0.5 + side,
                       a + (b - a) * 0.75 + side * 0.75},
                      RoadClass::Ferry, street);
        return from;
    }
    return -1;
}

} // namespace

RoadResult layRoads(RoadNetwork &roads, StreetPlan &plan, const Terrain &terrain,
                    const Hydrology &water, const Settlements &people, Names &names, quint64 seed)
{
    RoadResult result;
    joinCore(roads, plan, people);
    Country country(roads, plan, terrain, water, people, names, seed);
    country.layTrunks();
    country.layCountryRoads();
    country.layIslandBridge();
    country.layVillageRoads();
    country.layTracks();
    country.draw();
    result.ferryPort = layFerry(roads, plan, terrain, people, names);
    roads.keepLargestPart();
    layMotorways(roads, country.lattice(), terrain, people, names);
    findStructures(roads, terrain, water);
    roads.keepLargestPart();
    result.restrictions = regulate(roads, seed);
    result.villageNode = plan.centre;
    return result;
}

} // namespace leeward::democity
