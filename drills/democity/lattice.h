#pragma once

#include "drills/democity/streets.h"

#include <array>
#include <functional>
#include <map>

namespace leeward::democity {

// What a country road is willing to pay for.
struct Taste
{
    double slope = 12;      // doubles the cost of a metre at a slope of 1/slope
    double reuse = 0.5;     // share of the cost where a road already runs
    bool seaBridge = false; // may cross the sea
    bool coast = false;     // likes to follow the shore
    bool motorway = false;  // passes over all other roads and, at a price, over village ground
    double river = 260;     // m of detour a river sample is worth
};

// Country roads are found on a lattice of 100 m cells; roads that share cells join.
class Lattice
{
public:
    struct Path
    {
        std::vector<int> cells; // from source to target
        [[nodiscard]] bool found() const { return !cells.empty(); }
    };

    Lattice(const Terrain &terrain, const Hydrology &water, const StreetPlan &plan, int towns,
            quint64 seed);

    [[nodiscard]] int columns() const { return m_height.columns(); }
    [[nodiscard]] int cellAt(Vec p) const { return m_height.nearest(p); }
    [[nodiscard]] Vec place(int cell) const; // jittered by less than a third of a cell
    [[nodiscard]] bool isOpen(int cell) const { return m_open[cell] != 0; }
    [[nodiscard]] bool isUsed(int cell) const { return m_links.contains(cell); }

    // Cheapest path from any source to any cell with `target`. `aim` steers the search; none =
    // search all ways round.
    [[nodiscard]] Path find(const std::vector<int> &sources, const std::function<bool(int)> &target,
                            const Taste &taste, std::optional<Vec> aim, double limit = 1e9) const;
    // Makes the path a road of the class; where a road runs already the better class stays.
    void use(const Path &path, RoadClass kind, int street);
    // Ties a gate of a built-up area to a lattice cell.
    void tie(int node, int cell, RoadClass kind, int street);

    // Turns what is used into nodes and edges of the network.
    void draw(RoadNetwork &roads) const;

private:
    struct Link
    {
        int to = 0; // cell, or -1 - network node
        RoadClass kind = RoadClass::Track;
        int street = -1;
    };
    [[nodiscard]] double cost(int from, int to, const Taste &taste) const;
    [[nodiscard]] const Link *link(int from, int to) const;
    void setLink(int from, int to, RoadClass kind, int street);
    [[nodiscard]] Vec placeOf(int end, const RoadNetwork &roads) const;

    const Terrain &m_terrain;
    quint64 m_seed;
    Grid<float> m_height;
    Grid<float> m_slow;  // factor of the ground
    Grid<quint8> m_open; // 1 land, 2 sea, 3 village ground, 0 never
    Grid<quint8> m_river;
    Grid<float> m_shore;
    std::map<int, std::vector<Link>> m_links; // by cell, and by -1 - node for gates
};

} // namespace leeward::democity
