#include "drills/democity/features.h"

#include <set>

namespace leeward::democity {

namespace {

const char *highwayOf(RoadClass kind)
{
    switch (kind) {
    case RoadClass::Motorway: return "motorway";
    case RoadClass::MotorwayLink: return "motorway_link";
    case RoadClass::Trunk: return "trunk";
    case RoadClass::Primary: return "primary";
    case RoadClass::Secondary: return "secondary";
    case RoadClass::Tertiary: return "tertiary";
    case RoadClass::Unclassified: return "unclassified";
    case RoadClass::Residential: return "residential";
    case RoadClass::Service: return "service";
    case RoadClass::Track: return "track";
    case RoadClass::Ferry: break;
    }
    return "";
}

// km/h where a sign stands; 0 = the class speaks for itself.
int speedOf(RoadClass kind, bool street)
{
    switch (kind) {
    case RoadClass::Motorway: return 120;
    case RoadClass::MotorwayLink: return 40;
    case RoadClass::Trunk: return street ? 60 : 80;
    case RoadClass::Primary: return street ? 60 : 70;
    case RoadClass::Secondary: return street ? 50 : 60;
    case RoadClass::Tertiary:
    case RoadClass::Unclassified:
    case RoadClass::Residential:
    case RoadClass::Service:
    case RoadClass::Track:
    case RoadClass::Ferry: break;
    }
    return 0;
}

int lanesOf(RoadClass kind, bool oneway)
{
    switch (kind) {
    case RoadClass::Motorway: return 3;
    case RoadClass::MotorwayLink: return 1;
    case RoadClass::Trunk: return 6;
    case RoadClass::Primary: return 4;
    case RoadClass::Secondary: return oneway ? 2 : 4;
    case RoadClass::Tertiary: return 2;
    case RoadClass::Unclassified:
    case RoadClass::Residential:
    case RoadClass::Service:
    case RoadClass::Track:
    case RoadClass::Ferry: break;
    }
    return 0;
}

class RoadWriter
{
public:
    RoadWriter(OsmData &osm, const CityPlan &city)
        : m_osm(osm)
        , m_city(city)
        , m_roads(city.roads)
        , m_incident(city.roads.incident())
        , m_node(city.roads.nodes.size(), 0)
        , m_wayOf(city.roads.edges.size(), 0)
    {
        for (const Restriction &rule : city.rules.restrictions)
            m_breaks.insert(rule.via);
    }

    void write()
    {
        for (size_t k = 0; k < m_roads.edges.size(); ++k) {
            if (!m_roads.edges[k].removed && !m_wayOf[k])
                writeWay(static_cast<int>(k));
        }
        for (const Restriction &rule : m_city.rules.restrictions)
            writeRule(rule);
    }

private:
    [[nodiscard]] const RoadEdge &edge(int k) const
    {
        return m_roads.edges[static_cast<size_t>(k)];
    }

    [[nodiscard]] bool alike(const RoadEdge &a, const RoadEdge &b) const
    {
        return a.kind == b.kind && a.street == b.street && a.oneway == b.oneway &&
               a.structure == b.structure && a.layer == b.layer;
    }

    [[nodiscard]] Vec heading(int k, int node) const // away from the node
    {
        const Line line = m_roads.lineOf(edge(k));
        return edge(k).from == node ? (line[1] - line[0]).unit()
                                    : (line[line.size() - 2] - line.back()).unit();
    }

    // The edge that goes on from `k` beyond `node` in the same way, or -1.
    [[nodiscard]] int next(int k, int node) const
    {
        if (m_breaks.contains(node))
            return -1;
        const Vec ahead = heading(k, node) * -1;
        int best = -1;
        double straightest = 0.5;
        for (const int other : m_incident[static_cast<size_t>(node)]) {
            if (other == k || m_wayOf[static_cast<size_t>(other)] || !alike(edge(k), edge(other)))
                continue;
            if (edge(k).oneway && (edge(other).from == node) == (edge(k).from == node))
                continue;
            const double straight = dot(ahead, heading(other, node));
            if (straight > straightest) {
                straightest = straight;
                best = other;
            }
        }
        return best;
    }

    OsmId nodeOf(int node)
    {
        OsmId &id = m_node[static_cast<size_t>(node)];
        if (!id)
            id = m_osm.addNode(m_roads.nodes[static_cast<size_t>(node)]);
        return id;
    }

    void writeWay(int start)
    {
        constexpr OsmId pending = -1;
        std::vector<std::pair<int, bool>> chain{{start, true}}; // edge, taken from → to
        m_wayOf[static_cast<size_t>(start)] = pending;
        std::set<int> passed{edge(start).from, edge(start).to};
        const auto grow = [&](bool forward) {
            int k = start;
            int node = forward ? edge(start).to : edge(start).from;
            while (chain.size() < 60) {
                const int other = next(k, node);
                if (other < 0)
                    return;
                const int beyond = edge(other).from == node ? edge(other).to : edge(other).from;
                if (!passed.insert(beyond).second)
                    return;
                const bool along = forward ? edge(other).from == node : edge(other).to == node;
                m_wayOf[static_cast<size_t>(other)] = pending;
                chain.insert(forward ? chain.end() : chain.begin(), {other, along});
                k = other;
                node = beyond;
            }
        };
        grow(true);
        grow(false);
        std::vector<OsmId> nodes;
        for (const auto &[k, along] : chain) {
            const RoadEdge &piece = edge(k);
            if (nodes.empty())
                nodes.push_back(nodeOf(along ? piece.from : piece.to));
            Line inner = piece.inner;
            if (!along)
                std::ranges::reverse(inner);
            for (const Vec p : inner)
                nodes.push_back(m_osm.addNode(p));
            nodes.push_back(nodeOf(along ? piece.to : piece.from));
        }
        const OsmId way = m_osm.addWay(std::move(nodes), tagsOf(edge(start), chain));
        for (const auto &[k, along] : chain)
            m_wayOf[static_cast<size_t>(k)] = way;
    }

    [[nodiscard]] Tags tagsOf(const RoadEdge &first,
                              const std::vector<std::pair<int, bool>> &chain) const
    {
        Tags tags;
        const Street *street =
            first.street >= 0 ? &m_roads.streets[static_cast<size_t>(first.street)] : nullptr;
        if (first.kind == RoadClass::Ferry) {
            double length = 0;
            for (const auto &[k, along] : chain)
                length += lengthOf(m_roads.lineOf(edge(k)));
            const int minutes =
                8 + static_cast<int>(length / 1000 / 22 * 60); // 12 knots and the berthing
            tags = {{"route", "ferry"},
                    {"motor_vehicle", "yes"},
                    {"foot", "yes"},
                    {"duration", QByteArray::number(minutes / 60).rightJustified(2, '0') + ':' +
                                     QByteArray::number(minutes % 60).rightJustified(2, '0')}};
        } else {
            tags = {{"highway", highwayOf(first.kind)}};
        }
        if (street && !street->name.zh.isEmpty()) {
            tags.push_back({"name", street->name.zh.toUtf8()});
            tags.push_back({"name:en", street->name.en.toUtf8()});
        }
        if (street && !street->ref.isEmpty())
            tags.push_back({"ref", street->ref.toUtf8()});
        if (first.oneway)
            tags.push_back({"oneway", "yes"});
        if (const int speed = speedOf(first.kind, street && street->ref.isEmpty()))
            tags.push_back({"maxspeed", QByteArray::number(speed)});
        if (const int lanes = lanesOf(first.kind, first.oneway))
            tags.push_back({"lanes", QByteArray::number(lanes)});
        if (first.kind == RoadClass::Track) {
            tags.push_back({"surface", "unpaved"});
            tags.push_back({"tracktype", "grade3"});
        }
        if (first.structure != Structure::None) {
            tags.push_back({first.structure == Structure::Bridge ? "bridge" : "tunnel", "yes"});
            tags.push_back({"layer", QByteArray::number(first.layer)});
        }
        return tags;
    }

    void writeRule(const Restriction &rule)
    {
        const OsmId from = m_wayOf[static_cast<size_t>(rule.from)];
        const OsmId to = m_wayOf[static_cast<size_t>(rule.to)];
        const OsmId via = m_node[static_cast<size_t>(rule.via)];
        if (from <= 0 || to <= 0 || !via || (from == to) != rule.uTurn)
            return;
        (void) m_osm.addRelation(
            {{'w', from, "from"}, {'n', via, "via"}, {'w', to, "to"}},
            {{"type", "restriction"}, {"restriction", rule.uTurn ? "no_u_turn" : "no_left_turn"}});
    }

    OsmData &m_osm;
    const CityPlan &m_city;
    const RoadNetwork &m_roads;
    std::vector<std::vector<int>> m_incident;
    std::vector<OsmId> m_node;
    std::vector<OsmId> m_wayOf;
    std::set<int> m_breaks;
};

} // namespace

void addRoads(OsmData &osm, const CityPlan &city)
{
    RoadWriter(osm, city).write();
}

} // namespace leeward::democity
