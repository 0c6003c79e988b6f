#include "drills/democity/roads.h"

#include <map>
#include <set>

namespace leeward::democity {

using namespace Qt::StringLiterals;

namespace {

constexpr double halfGap = 14;     // m from the middle line to each carriageway
constexpr double rampLength = 480; // m from a crossing to where its ramps leave

struct Crossing
{
    double at = 0; // m along the motorway
    int edge = 0;
    double along = 0; // m along the edge
    double angle = 0; // radians between the two
};

Line curve(Vec a, Vec b, Vec tangentA, Vec tangentB)
{
    const double pull = (b - a).length() * 0.4;
    const Vec c = a + tangentA * pull;
    const Vec d = b - tangentB * pull;
    Line inner;
    for (int k = 1; k < 8; ++k) {
        const double t = k / 8.0;
        const double u = 1 - t;
        inner.push_back(a * (u * u * u) + c * (3 * u * u * t) + d * (3 * u * t * t) +
                        b * (t * t * t));
    }
    return inner;
}

class Motorway
{
public:
    Motorway(RoadNetwork &roads, Line middle, Name name, QString ref)
        : m_roads(roads)
        , m_middle(std::move(middle))
        , m_length(lengthOf(m_middle))
        , m_street(roads.addStreet(std::move(name), std::move(ref)))
    {
        m_stops = {0, m_length};
    }

    [[nodiscard]] const Line &middle() const { return m_middle; }
    [[nodiscard]] double length() const { return m_length; }
    [[nodiscard]] double alongOf(Vec p) const
    {
        double best = 0;
        double nearest = 1e18;
        for (double s = 0; s <= m_length; s += 40) {
            const double far = (pointAt(m_middle, s) - p).length();
            if (far < nearest) {
                nearest = far;
                best = s;
            }
        }
        return best;
    }
    void stopAt(double along) { m_stops.insert(along); }
    [[nodiscard]] Vec tangent(double along) const
    {
        return (pointAt(m_middle, along + 15) - pointAt(m_middle, along - 15)).unit();
    }

    // The carriageway along the line (forward) or against it, and its node at a stop.
    int node(double along, bool forward)
    {
        const auto key = std::pair(along, forward);
        const auto it = m_nodes.find(key);
        if (it != m_nodes.end())
            return it->second;
        const Vec side = tangent(along).left() * (forward ? -halfGap : halfGap);
        const int made = m_roads.addNode(pointAt(m_middle, along) + side);
        m_nodes.emplace(key, made);
        return made;
    }

    void draw()
    {
        double before = 0;
        for (const double stop : m_stops) {
            if (stop > before) {
                lane(before, stop, true);
                lane(before, stop, false);
            }
            before = stop;
        }
    }

    void ramp(int from, int to, Vec tangentFrom, Vec tangentTo)
    {
        const Vec a = m_roads.nodes[static_cast<size_t>(from)];
        const Vec b = m_roads.nodes[static_cast<size_t>(to)];
        const int edge = m_roads.addEdge(from, to, curve(a, b, tangentFrom, tangentTo),
                                         RoadClass::MotorwayLink, -1);
        m_roads.edges[static_cast<size_t>(edge)].oneway = true;
    }

    // Four ramps between the carriageways and the crossing road, which passes underneath.
    void diamond(const Crossing &crossing)
    {
        const std::vector<int> ends =
            m_roads.cut(crossing.edge, {crossing.along - 115, crossing.along + 115});
        const Vec along = tangent(crossing.at);
        const Vec middle = pointAt(m_middle, crossing.at);
        int right = ends[0];
        int left = ends[1];
        if (cross(along, m_roads.nodes[static_cast<size_t>(right)] - middle) > 0)
            std::swap(right, left);
        const double before = crossing.at - rampLength;
        const double after = crossing.at + rampLength;
        stopAt(before);
        stopAt(after);
        const Vec back = along * -1;
        ramp(node(before, true), right, tangent(before), along);
        ramp(right, node(after, true), along, tangent(after));
        ramp(node(after, false), left, tangent(after) * -1, back);
        ramp(left, node(before, false), back, tangent(before) * -1);
    }

    // Both carriageways run into one node of an ordinary road.
    void endIn(int target)
    {
        const Vec p = m_roads.nodes[static_cast<size_t>(target)];
        ramp(node(m_length, true), target, tangent(m_length), (p - m_middle.back()).unit());
        ramp(target, node(m_length, false), (m_middle.back() - p).unit(), tangent(m_length) * -1);
    }

    // This motorway starts at `other`: four curved ramps tie the two.
    void branchFrom(Motorway &other, double at)
    {
        const double before = at - 700;
        const double after = at + 700;
        const Vec out = tangent(0);
        other.stopAt(before);
        other.stopAt(after);
        ramp(other.node(before, true), node(0, true), other.tangent(before), out);
        ramp(other.node(after, false), node(0, true), other.tangent(after) * -1, out);
        ramp(node(0, false), other.node(after, true), out * -1, other.tangent(after));
        ramp(node(0, false), other.node(before, false), out * -1, other.tangent(before) * -1);
    }

private:
    void lane(double from, double to, bool forward)
    {
        Line inner = shifted(part(m_middle, from, to), forward ? -halfGap : halfGap);
        inner = simplified(inner, 1.0);
        inner = Line(inner.begin() + 1, inner.end() - 1);
        int a = node(from, forward);
        int b = node(to, forward);
        if (!forward) {
            std::swap(a, b);
            std::ranges::reverse(inner);
        }
        const int edge = m_roads.addEdge(a, b, std::move(inner), RoadClass::Motorway, m_street);
        m_roads.edges[static_cast<size_t>(edge)].oneway = true;
    }

    RoadNetwork &m_roads;
    Line m_middle;
    double m_length;
    int m_street;
    std::set<double> m_stops;
    std::map<std::pair<double, bool>, int> m_nodes;
};

std::vector<Crossing> crossingsOf(const RoadNetwork &roads, const Frame &frame, const Line &line)
{
    SegmentIndex index(frame, 300);
    for (size_t k = 0; k < roads.edges.size(); ++k) {
        const RoadEdge &edge = roads.edges[k];
        if (!edge.removed && edge.kind >= RoadClass::Trunk && edge.kind <= RoadClass::Tertiary)
            index.add(roads.lineOf(edge), static_cast<int>(k));
    }
    std::vector<Crossing> list;
    double along = 0;
    for (size_t k = 1; k < line.size(); ++k) {
        const Vec step = line[k] - line[k - 1];
        std::set<std::pair<int, double>> seen;
        index.nearTo(line[k - 1], line[k], [&](const SegmentIndex::Segment &other) {
            const auto shares = crossing(line[k - 1], line[k], other.a, other.b);
            if (!shares || !seen.insert({other.owner, other.along}).second)
                return;
            const Vec way = other.b - other.a;
            list.push_back({along + shares->first * step.length(), other.owner,
                            other.along + shares->second * way.length(),
                            std::asin(std::min(1.0, std::abs(cross(step.unit(), way.unit()))))});
        });
        along += step.length();
    }
    std::ranges::sort(list, [](const Crossing &a, const Crossing &b) { return a.at < b.at; });
    return list;
}

void makeInterchanges(Motorway &motorway, RoadNetwork &roads, const Frame &frame, double clearFrom)
{
    double last = clearFrom - 2600;
    std::set<int> cutAlready;
    for (const Crossing &crossing : crossingsOf(roads, frame, motorway.middle())) {
        const RoadEdge &edge = roads.edges[static_cast<size_t>(crossing.edge)];
        const double length = lengthOf(roads.lineOf(edge));
        const double gap = edge.kind <= RoadClass::Secondary ? 3000 : 8000;
        if (crossing.at - last < gap || crossing.at < 800 ||
            crossing.at > motorway.length() - 1300 || crossing.angle < 0.7 ||
            crossing.along < 150 || crossing.along > length - 150 ||
            !cutAlready.insert(crossing.edge).second)
            continue;
        motorway.diamond(crossing);
        last = crossing.at;
    }
}

Line lineThrough(const Lattice &lattice, const std::vector<Vec> &stops)
{
    Taste taste{.slope = 4.5, .reuse = 1, .motorway = true, .river = 150};
    Line line;
    int from = lattice.cellAt(stops.front());
    for (size_t k = 1; k < stops.size(); ++k) {
        const Vec aim = stops[k];
        const auto near = [&](int cell) { return (lattice.place(cell) - aim).length() < 450; };
        const Lattice::Path path = lattice.find({from}, near, taste, aim);
        if (!path.found())
            return {};
        for (const int cell : path.cells)
            line.push_back(lattice.place(cell));
        from = path.cells.back();
    }
    if (line.size() < 30)
        return {};
    line = simplified(smoothed(std::move(line), 70), 4);
    return resampled(smoothed(resampled(line, 120), 14), 60);
}

// An open cell of the lattice near the wish.
std::optional<Vec> openNear(const Lattice &lattice, const Terrain &terrain, Vec wish, double reach)
{
    std::optional<Vec> best;
    double nearest = reach;
    for (double dy = -reach; dy <= reach; dy += 150) {
        for (double dx = -reach; dx <= reach; dx += 150) {
            const Vec p = wish + Vec{dx, dy};
            const double far = std::hypot(dx, dy);
            if (terrain.frame.contains(p) && far < nearest && !terrain.isSea(p) &&
                lattice.isOpen(lattice.cellAt(p)) && terrain.height.sample(p) > 1.5 &&
                terrain.slopeAt(p) < 0.12) {
                nearest = far;
                best = p;
            }
        }
    }
    return best;
}

// Where a motorway that ends at p, heading `ahead`, best runs into the ordinary network.
int trunkNodeNear(const RoadNetwork &roads, Vec p, Vec ahead)
{
    int best = -1;
    double nearest = 7000;
    for (const RoadEdge &edge : roads.edges) {
        if (edge.removed || edge.kind < RoadClass::Trunk || edge.kind > RoadClass::Secondary)
            continue;
        const Vec step = roads.nodes[static_cast<size_t>(edge.from)] - p;
        const double behind = dot(step.unit(), ahead) < 0.35 ? 3500 : 0;
        const double tooNear = step.length() < 250 ? 1500 : 0;
        const double far = step.length() + behind + tooNear;
        if (far < nearest) {
            nearest = far;
            best = edge.from;
        }
    }
    return best;
}

} // namespace

void layMotorways(RoadNetwork &roads, const Lattice &lattice, const Terrain &terrain,
                  const Settlements &people, Names &names)
{
    const Frame &frame = terrain.frame;
    const double scale = std::max(0.45, frame.width / 60000);
    const double inland = terrain.mirrored ? frame.width : 0;
    const double sideways = terrain.mirrored ? -1 : 1;
    double top = people.centre.y;
    for (const Town &town : people.towns) {
        if (town.urban)
            top = std::max(top, town.at.y + town.radius * 1.25);
    }
    const auto start = openNear(lattice, terrain, {inland, 0.60 * frame.height}, 9000 * scale);
    const auto north = openNear(lattice, terrain, {people.centre.x, top + 900}, 4000);
    const auto finish =
        openNear(lattice, terrain, people.districts[3].at + Vec{-2200 * sideways, 900}, 3500);
    if (!start || !north || !finish)
        return;
    Vec edgeStart = *start;
    edgeStart.x = inland;
    if (!lattice.isOpen(lattice.cellAt(edgeStart)))
        edgeStart = *start;
    const Line first = lineThrough(lattice, {edgeStart, *north, *finish});
    if (first.empty())
        return;
    Motorway main(roads, first, {u"沿海高速"_s, u"Coastal Expressway"_s}, u"G9901"_s);
    const auto branch = [&](Vec towards, double at, const QString &ref, bool toEdge) {
        const auto aim = openNear(lattice, terrain, towards, 6000 * scale);
        const Vec from = pointAt(main.middle(), at);
        const auto leave = openNear(lattice, terrain, from + (towards - from).unit() * 1100, 1500);
        if (!aim || !leave)
            return;
        const Line line = lineThrough(lattice, {*leave, *aim});
        if (line.empty())
            return;
        const Name name = names.pair();
        Motorway motorway(roads, line, {name.zh + u"高速"_s, name.en + u" Expressway"_s}, ref);
        motorway.branchFrom(main, at);
        makeInterchanges(motorway, roads, frame, 0);
        if (!toEdge) {
            const int target =
                trunkNodeNear(roads, line.back(), motorway.tangent(motorway.length()));
            if (target >= 0)
                motorway.endIn(target);
        }
        motorway.draw();
    };
    branch({people.centre.x + 0.05 * frame.width * sideways, frame.height - 200},
           main.alongOf(*north), u"G9902"_s, true);
    Vec south = terrain.bridgeIsland;
    for (const Town &town : people.towns) { // the coastal town nearest to the bridged island
        if (town.coastal && !town.island && !town.urban &&
            ((town.at - terrain.bridgeIsland).length() < (south - terrain.bridgeIsland).length() ||
             south == terrain.bridgeIsland))
            south = town.at;
    }
    if (south != terrain.bridgeIsland)
        branch(south + Vec{0, 1500}, main.alongOf(*north) - 11000 * scale, u"G9903"_s, false);
    makeInterchanges(main, roads, frame, 0);
    const int target = trunkNodeNear(roads, main.middle().back(), main.tangent(main.length()));
    if (target >= 0)
        main.endIn(target);
    main.draw();
}

} // namespace leeward::democity
