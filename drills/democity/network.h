#pragma once

#include "drills/democity/names.h"
#include "drills/democity/plane.h"

namespace leeward::democity {

enum class RoadClass : quint8
{
    Motorway,
    MotorwayLink,
    Trunk,
    Primary,
    Secondary,
    Tertiary,
    Unclassified,
    Residential,
    Service,
    Track,
    Ferry,
};

enum class Structure : quint8
{
    None,
    Bridge,
    Tunnel
};

struct RoadEdge
{
    int from = 0;
    int to = 0;
    Line inner; // shape between the two nodes
    RoadClass kind = RoadClass::Residential;
    int street = -1; // index into streets
    bool oneway = false;
    Structure structure = Structure::None;
    int layer = 0;
    bool removed = false;
};

struct Street
{
    Name name;
    QString ref;
};

// The road network while it grows: nodes joined by edges, both named by their index.
class RoadNetwork
{
public:
    std::vector<Vec> nodes;
    std::vector<RoadEdge> edges;
    std::vector<Street> streets;

    int addNode(Vec at);
    int addEdge(int from, int to, Line inner, RoadClass kind, int street);
    int addStreet(Name name, QString ref = {});

    [[nodiscard]] Line lineOf(const RoadEdge &edge) const; // both ends included
    // Edge indices at each node; removed ones left out.
    [[nodiscard]] std::vector<std::vector<int>> incident() const;
    // Cuts an edge at ascending distances along it; answers the new nodes. The edge keeps the first
    // part.
    std::vector<int> cut(int edge, const std::vector<double> &at);
    // Cheapest way between two nodes over the edges, by length times `slowness(edge)`; empty if
    // there is none.
    template <class Slowness>
    [[nodiscard]] std::vector<int> way(int from, int to, const Slowness &slowness) const;
    // Number of the connected part of each node (one-ways count both ways).
    [[nodiscard]] std::vector<int> parts() const;
    // Removes every edge that is not in the largest connected part.
    void keepLargestPart();

private:
    [[nodiscard]] std::vector<int> search(int from, int to, const std::vector<double> &cost) const;
};

template <class Slowness>
std::vector<int> RoadNetwork::way(int from, int to, const Slowness &slowness) const
{
    std::vector<double> cost(edges.size());
    for (size_t k = 0; k < edges.size(); ++k)
        cost[k] = lengthOf(lineOf(edges[k])) * slowness(edges[k]);
    return search(from, to, cost);
}

// Segments of lines, found by place.
class SegmentIndex
{
public:
    struct Segment
    {
        Vec a;
        Vec b;
        int owner = 0;
        double along = 0; // distance of `a` from its line's start
    };
    SegmentIndex(const Frame &frame, double step);
    void add(const Line &line, int owner);
    // Calls `visit(segment)` for every segment near the one from a to b, each at least once.
    template <class Visit>
    void nearTo(Vec a, Vec b, const Visit &visit) const
    {
        const auto [i0, i1, j0, j1] = window(a, b);
        for (int j = j0; j <= j1; ++j) {
            for (int i = i0; i <= i1; ++i) {
                for (const int k : m_buckets[static_cast<size_t>(j * m_columns + i)])
                    visit(m_segments[static_cast<size_t>(k)]);
            }
        }
    }
    // True when some indexed segment crosses the one from a to b away from their ends.
    [[nodiscard]] bool crossed(Vec a, Vec b) const;

private:
    struct Window
    {
        int i0, i1, j0, j1;
    };
    [[nodiscard]] Window window(Vec a, Vec b) const;
    double m_step;
    int m_columns;
    int m_rows;
    std::vector<Segment> m_segments;
    std::vector<std::vector<int>> m_buckets;
};

} // namespace leeward::democity
