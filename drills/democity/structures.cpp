#include "drills/democity/rng.h"
#include "drills/democity/roads.h"

#include <set>

namespace leeward::democity {

namespace {

constexpr double sampleStep = 8; // m

// One code per sample along an edge: what carries the road there.
using Profile = std::vector<Structure>;

class StructureFinder
{
public:
    StructureFinder(RoadNetwork &roads, const Terrain &terrain, const Hydrology &water)
        : m_roads(roads)
        , m_terrain(terrain)
        , m_water(water)
        , m_rivers(terrain.frame, 300)
        , m_others(terrain.frame, 300)
    {
        for (size_t k = 0; k < water.rivers.size(); ++k)
            m_rivers.add(water.rivers[k].line, static_cast<int>(k));
        for (size_t k = 0; k < roads.edges.size(); ++k) {
            if (!roads.edges[k].removed)
                m_others.add(roads.lineOf(roads.edges[k]), static_cast<int>(k));
        }
    }

    void treat(size_t index)
    {
        const RoadEdge edge = m_roads.edges[index];
        if (edge.removed || edge.kind == RoadClass::Ferry)
            return;
        const Line line = m_roads.lineOf(edge);
        const double length = lengthOf(line);
        const int samples = static_cast<int>(length / sampleStep) + 1;
        Profile profile(static_cast<size_t>(samples), Structure::None);
        m_overMotorway = false;
        if (edge.kind <= RoadClass::Secondary && edge.kind != RoadClass::MotorwayLink &&
            length > 500)
            tunnels(profile, line, edge.kind == RoadClass::Motorway ? 18 : 22);
        wetParts(profile, line);
        crossings(profile, line, edge, static_cast<int>(index));
        apply(index, profile, length);
    }

private:
    static void mark(Profile &profile, double from, double to)
    {
        const int last = static_cast<int>(profile.size()) - 1;
        for (int k = std::max(0, static_cast<int>(from / sampleStep));
             k <= std::min(last, static_cast<int>(to / sampleStep) + 1); ++k) {
            if (profile[static_cast<size_t>(k)] == Structure::None)
                profile[static_cast<size_t>(k)] = Structure::Bridge;
        }
    }

    void tunnels(Profile &profile, const Line &line, double cover) const
    {
        const double step = 40;
        const int count = static_cast<int>(lengthOf(line) / step) + 1;
        std::vector<double> ground;
        for (int k = 0; k < count; ++k)
            ground.push_back(m_terrain.height.sample(pointAt(line, k * step)));
        std::vector<double> road = ground;
        for (int round = 0; round < 160;
             ++round) { // the road's own, gentler profile, tied to its ends
            const std::vector<double> old = road;
            for (size_t k = 1; k + 1 < road.size(); ++k)
                road[k] = old[k] * 0.5 + (old[k - 1] + old[k + 1]) * 0.25;
        }
        for (int k = 0; k < count;) {
            int end = k;
            while (end < count &&
                   ground[static_cast<size_t>(end)] > road[static_cast<size_t>(end)] + cover)
                ++end;
            if ((end - k) * step >= 160) {
                for (int s = static_cast<int>(k * step / sampleStep);
                     s < static_cast<int>(end * step / sampleStep) &&
                     s < static_cast<int>(profile.size());
                     ++s)
                    profile[static_cast<size_t>(s)] = Structure::Tunnel;
            }
            k = std::max(end, k + 1);
        }
    }

    void wetParts(Profile &profile, const Line &line) const
    {
        for (size_t k = 0; k < profile.size(); ++k) {
            const double along = double(k) * sampleStep;
            if (m_water.isWater(m_terrain, pointAt(line, along)))
                mark(profile, along - 18, along + 18);
        }
        double along = 0;
        for (size_t k = 1; k < line.size(); ++k) {
            const Vec step = line[k] - line[k - 1];
            m_rivers.nearTo(line[k - 1], line[k], [&](const SegmentIndex::Segment &river) {
                if (const auto shares = crossing(line[k - 1], line[k], river.a, river.b)) {
                    const double at = along + shares->first * step.length();
                    mark(profile, at - 12, at + 12);
                }
            });
            along += step.length();
        }
    }

    // Motorways and their ramps pass above whatever they cross.
    void crossings(Profile &profile, const Line &line, const RoadEdge &edge, int self)
    {
        if (edge.kind > RoadClass::MotorwayLink)
            return;
        double along = 0;
        for (size_t k = 1; k < line.size(); ++k) {
            const Vec step = line[k] - line[k - 1];
            m_others.nearTo(line[k - 1], line[k], [&](const SegmentIndex::Segment &other) {
                const RoadEdge &road = m_roads.edges[static_cast<size_t>(other.owner)];
                if (other.owner == self || road.kind < edge.kind || road.from == edge.from ||
                    road.from == edge.to || road.to == edge.from || road.to == edge.to)
                    return;
                const auto shares = crossing(line[k - 1], line[k], other.a, other.b);
                if (!shares || (road.kind == edge.kind && other.owner > self))
                    return;
                const double at = along + shares->first * step.length();
                mark(profile, at - 26, at + 26);
                m_overMotorway = m_overMotorway || road.kind <= RoadClass::MotorwayLink;
            });
            if (edge.kind == RoadClass::MotorwayLink) {
                m_others.nearTo(line[k - 1], line[k], [&](const SegmentIndex::Segment &other) {
                    const RoadEdge &road = m_roads.edges[static_cast<size_t>(other.owner)];
                    if (road.kind != RoadClass::Motorway || road.from == edge.from ||
                        road.from == edge.to || road.to == edge.from || road.to == edge.to)
                        return;
                    if (const auto shares = crossing(line[k - 1], line[k], other.a, other.b)) {
                        const double at = along + shares->first * step.length();
                        mark(profile, at - 40, at + 40);
                        m_overMotorway = true;
                    }
                });
            }
            along += step.length();
        }
    }

    void apply(size_t index, const Profile &profile, double length)
    {
        std::vector<double> cuts;
        std::vector<Structure> kinds{profile.front()};
        for (size_t k = 1; k < profile.size(); ++k) {
            if (profile[k] == profile[k - 1])
                continue;
            const double at = double(k) * sampleStep;
            if (at > length - 4) // the rest is too short to stand alone
                break;
            cuts.push_back(at);
            kinds.push_back(profile[k]);
        }
        const size_t first = m_roads.edges.size();
        (void) m_roads.cut(static_cast<int>(index), cuts);
        for (size_t k = 0; k < kinds.size(); ++k) {
            RoadEdge &piece = k == 0 ? m_roads.edges[index] : m_roads.edges[first + k - 1];
            piece.structure = kinds[k];
            piece.layer = kinds[k] == Structure::Tunnel ? -1
                          : kinds[k] == Structure::None ? 0
                          : m_overMotorway              ? 2
                                                        : 1;
        }
    }

    RoadNetwork &m_roads;
    const Terrain &m_terrain;
    const Hydrology &m_water;
    SegmentIndex m_rivers;
    SegmentIndex m_others;
    bool m_overMotorway = false;
};

// Nodes reached from `start`, along the driving direction or against it.
std::vector<char> reach(const RoadNetwork &roads, int start, bool forward)
{
    const auto at = roads.incident();
    std::vector<char> seen(roads.nodes.size(), 0);
    std::vector<int> open{start};
    seen[static_cast<size_t>(start)] = 1;
    while (!open.empty()) {
        const int node = open.back();
        open.pop_back();
        for (const int k : at[static_cast<size_t>(node)]) {
            const RoadEdge &edge = roads.edges[static_cast<size_t>(k)];
            if (edge.oneway && (forward ? edge.from : edge.to) != node)
                continue;
            const int other = edge.from == node ? edge.to : edge.from;
            if (!seen[static_cast<size_t>(other)]) {
                seen[static_cast<size_t>(other)] = 1;
                open.push_back(other);
            }
        }
    }
    return seen;
}

void makeOneways(RoadNetwork &roads, Random &random)
{
    std::set<int> chosen;
    std::vector<int> streets;
    for (const RoadEdge &edge : roads.edges) {
        if (!edge.removed && edge.street >= 0 && edge.kind == RoadClass::Residential)
            streets.push_back(edge.street);
    }
    for (int k = 0; k < 70 && !streets.empty(); ++k)
        chosen.insert(random.pick(streets));
    for (RoadEdge &edge : roads.edges) {
        if (!edge.removed && edge.kind == RoadClass::Residential && chosen.contains(edge.street))
            edge.oneway = true;
    }
    for (int round = 0; round < 4; ++round) {
        const int start = roads.edges.front().from;
        const auto to = reach(roads, start, true);
        const auto back = reach(roads, start, false);
        for (RoadEdge &edge : roads.edges) {
            const bool whole =
                to[static_cast<size_t>(edge.from)] && back[static_cast<size_t>(edge.from)] &&
                to[static_cast<size_t>(edge.to)] && back[static_cast<size_t>(edge.to)];
            if (!whole && edge.kind > RoadClass::MotorwayLink)
                edge.oneway = false;
        }
    }
}

} // namespace

void findStructures(RoadNetwork &roads, const Terrain &terrain, const Hydrology &water)
{
    StructureFinder finder(roads, terrain, water);
    const size_t count = roads.edges.size();
    for (size_t k = 0; k < count; ++k)
        finder.treat(k);
}

std::vector<Restriction> regulate(RoadNetwork &roads, quint64 seed)
{
    Random random(seed, u"traffic rules");
    makeOneways(roads, random);
    const auto at = roads.incident();
    std::vector<Restriction> result;
    const auto away = [&](const RoadEdge &edge, int node) {
        const Line line = roads.lineOf(edge);
        return edge.from == node ? (line[1] - line[0]).unit()
                                 : (line[line.size() - 2] - line.back()).unit();
    };
    for (int tries = 0; tries < 6000 && result.size() < 90; ++tries) {
        const int node = random.below(static_cast<int>(roads.nodes.size()));
        const auto &edges = at[static_cast<size_t>(node)];
        if (edges.size() != 4)
            continue;
        const int from = random.pick(edges);
        const RoadEdge &first = roads.edges[static_cast<size_t>(from)];
        if (first.kind > RoadClass::Secondary || first.kind < RoadClass::Trunk || first.oneway)
            continue;
        if (result.size() % 6 == 5) {
            result.push_back({from, node, from, true});
            continue;
        }
        const Vec heading = away(first, node) * -1;
        for (const int to : edges) {
            const RoadEdge &second = roads.edges[static_cast<size_t>(to)];
            if (to != from && !second.oneway && second.kind > RoadClass::MotorwayLink &&
                cross(heading, away(second, node)) > 0.8) {
                result.push_back({from, node, to, false});
                break;
            }
        }
    }
    return result;
}

} // namespace leeward::democity
