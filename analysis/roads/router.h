#pragma once

#include "analysis/roads/closures.h"
#include "analysis/roads/graph.h"
#include "analysis/roads/search.h"

#include <span>
#include <vector>

namespace leeward::roads {

// Why there is no time to give.
enum class WhyNot
{
    None,         // there is one
    NoRoadNear,   // origin or target has no passable road within the snap limit
    NoConnection, // both are on roads, but none leads from one to the other (one-ways, closures,
                  // islands)
    BeyondBound,  // not within the asked bound; farther away it may be reachable
};
// Stable name for JSON and logs: "noRoadNear", …
[[nodiscard]] QString whyNotName(WhyNot why);

// One answer. `time` and `length` are of the road between the snapped points, without the way to
// and from the road.
struct Travel
{
    bool reachable = false;
    WhyNot whyNot = WhyNot::None;
    Duration time{0};
    Metres length{0};
    // From the origin to the road; with NoRoadNear to the nearest road, negative when there is
    // none. When it is the target that has no road near, `targetOffRoad` is set and this is the
    // target's distance.
    Metres roadDistance{0};
    bool targetOffRoad = false;

    [[nodiscard]] double seconds() const { return static_cast<double>(time.count()) / 1000; }
    friend bool operator==(const Travel &, const Travel &) = default;
};

// The use of an arc by a route, as shares of the arc in its direction of travel.
struct ArcUse
{
    ArcId arc = noId;
    double begin = 0;
    double end = 1;
    quint32 ms = 0; // under the closures of the query

    friend bool operator==(const ArcUse &, const ArcUse &) = default;
};

// A Travel with its way. Unreachable: arcs and line are empty.
struct Route : Travel
{
    Snap from;
    Snap to;
    std::vector<ArcUse> arcs; // their ms add up to `time`
    std::vector<LonLat> line; // from.point … to.point, at least two positions
};

struct RouterOptions
{
    Metres snapLimit = defaultSnapLimit;
};

// Answers questions of travel time. Holds the graph and reusable search memory (about 24 bytes a
// node, made on first use); one thread at a time, any number of routers on one graph. Closures bite
// on the query they are given to.
class Router
{
public:
    explicit Router(RoadGraph graph, RouterOptions options = {});
    ~Router();
    Router(Router &&) noexcept;
    Router &operator=(Router &&) noexcept;

    [[nodiscard]] const RoadGraph &graph() const { return m_graph; }

    // The quickest way from one place to another. Searches from both ends.
    [[nodiscard]] Route eta(LonLat from, LonLat to, const Closures *closures = nullptr);

    // How long each origin takes to the target, one answer an origin in the same order, by one
    // search backwards from the target that goes no farther than `bound`.
    [[nodiscard]] std::vector<Travel> timesTo(LonLat target, std::span<const LonLat> origins,
                                              Duration bound, const Closures *closures = nullptr);
    // The same with places snapped before (RoadGraph::snap, same graph): fixed stations need it
    // only once. A snap whose piece the closures shut is made again.
    [[nodiscard]] std::vector<Travel> timesTo(const Snap &target, std::span<const Snap> origins,
                                              Duration bound, const Closures *closures = nullptr);

private:
    [[nodiscard]] Search &forward();
    [[nodiscard]] Search &reverse();
    [[nodiscard]] bool isOpen(PieceId piece, const Closures *closures) const;
    [[nodiscard]] Snap fresh(const Snap &snap, const Closures *closures) const;
    [[nodiscard]] Travel offRoad(const Snap &snap, bool isTarget) const;

    RoadGraph m_graph;
    RouterOptions m_options;
    std::unique_ptr<Search> m_forward;
    std::unique_ptr<Search> m_reverse;
};

} // namespace leeward::roads
