#include "analysis/roads/router.h"

#include "analysis/roads/graphdata.h"

#include <QVarLengthArray>

#include <algorithm>
#include <cmath>

namespace leeward::roads {

using namespace Qt::StringLiterals;

QString whyNotName(WhyNot why)
{
    switch (why) {
    case WhyNot::None: return u"none"_s;
    case WhyNot::NoRoadNear: return u"noRoadNear"_s;
    case WhyNot::NoConnection: return u"noConnection"_s;
    case WhyNot::BeyondBound: return u"beyondBound"_s;
    }
    return {};
}

namespace {

// The overlay applied to the arc's stored time.
quint32 timeOf(const GraphData &data, ArcId arc, const Closures *closures)
{
    const quint32 ms = data.arcMs[arc];
    return ms == noTime || !closures ? ms : closures->adjusted(arc, ms);
}

// Where on the arc, in its direction of travel, the snap lies.
double along(const Snap &snap, ArcId arc)
{
    return isForward(arc) ? snap.fraction : 1 - snap.fraction;
}

quint32 share(quint32 ms, double part)
{
    return static_cast<quint32>(std::llround(ms * part));
}

// One end of a route: the rest of an arc up to or from a node of the search.
struct End
{
    NodeId node = noId;
    ArcUse use;
};

struct Ends
{
    QVarLengthArray<End, 4> list; // two, and one more for each copy of a junction

    [[nodiscard]] std::vector<Seed> seeds() const
    {
        std::vector<Seed> seeds;
        for (const End &end : list)
            seeds.push_back({end.node, end.use.ms});
        return seeds;
    }
    // The end by which a search that has `ms` at `node` began there, if it did.
    [[nodiscard]] const End *match(NodeId node, quint32 ms) const
    {
        const auto it = std::ranges::find_if(
            list, [&](const End &end) { return end.node == node && end.use.ms == ms; });
        return it == list.end() ? nullptr : &*it;
    }
};

// Leaving a snapped origin: on to the head of each open arc of its piece.
Ends leave(const GraphData &data, const Snap &from, const Closures *closures)
{
    Ends ends;
    for (const ArcId arc : {forwardArc(from.piece), backwardArc(from.piece)}) {
        const quint32 ms = timeOf(data, arc, closures);
        if (ms == noTime)
            continue;
        const double at = along(from, arc);
        ends.list.push_back({data.arcHead[arc], {arc, at, 1, share(ms, 1 - at)}});
    }
    return ends;
}

// Coming to a snapped target: from every node that has one of its piece's open arcs.
Ends arrive(const GraphData &data, const Snap &to, const Closures *closures)
{
    Ends ends;
    for (const ArcId arc : {forwardArc(to.piece), backwardArc(to.piece)}) {
        const quint32 ms = timeOf(data, arc, closures);
        if (ms == noTime)
            continue;
        const double at = along(to, arc);
        for (const Step &step : data.entering(data.arcHead[arc])) {
            if (step.arc == arc)
                ends.list.push_back({step.node, {arc, 0, at, share(ms, at)}});
        }
    }
    return ends;
}

// Both places on one piece and the target ahead: no junction is needed.
std::optional<ArcUse> direct(const GraphData &data, const Snap &from, const Snap &to,
                             const Closures *closures)
{
    std::optional<ArcUse> best;
    if (from.piece != to.piece)
        return best;
    for (const ArcId arc : {forwardArc(from.piece), backwardArc(from.piece)}) {
        const quint32 ms = timeOf(data, arc, closures);
        const double begin = along(from, arc);
        const double end = along(to, arc);
        if (ms == noTime || begin > end)
            continue;
        const ArcUse use{arc, begin, end, share(ms, end - begin)};
        if (!best || use.ms < best->ms)
            best = use;
    }
    return best;
}

// Follows the labels of a search from `node` back to the seed they came from and hands each arc to
// `visit`. Each arc takes at least 1 ms, so that labels fall strictly and the walk ends.
template <class Visit>
const End *follow(const Search &search, const GraphData &data, Search::Direction direction,
                  NodeId node, const Ends &ends, const Closures *closures, Visit &&visit)
{
    for (;;) {
        const quint32 ms = search.timeAt(node);
        if (const End *end = ends.match(node, ms))
            return end;
        const auto steps =
            direction == Search::Direction::Reverse ? data.leaving(node) : data.entering(node);
        const auto next = std::ranges::find_if(steps, [&](const Step &step) {
            const quint32 cost = closures ? closures->adjusted(step.arc, step.ms) : step.ms;
            const quint32 rest = search.timeAt(step.node);
            return cost != noTime && rest != noTime && quint64(rest) + cost == ms;
        });
        CHECK(next != steps.end(), return nullptr);
        visit(*next, ms - search.timeAt(next->node));
        node = next->node;
    }
}

double metresOf(const GraphData &data, const ArcUse &use)
{
    return data.metres[pieceOf(use.arc)] * (use.end - use.begin);
}

// The part of the piece's shape that the use runs along, without its first position when `line` has
// one.
void appendShape(const GraphData &data, const ArcUse &use, std::vector<LonLat> &line)
{
    std::vector<LonLat> shape;
    for (const FixedPoint p : data.shape(pieceOf(use.arc)))
        shape.push_back(toLonLat(p));
    if (!isForward(use.arc))
        std::ranges::reverse(shape);
    std::vector<double> at{0};
    for (size_t i = 1; i < shape.size(); ++i)
        at.push_back(at.back() + distance(shape[i - 1], shape[i]).value);
    const double total = at.back();
    const auto add = [&](LonLat place) {
        if (line.empty() || line.back() != place)
            line.push_back(place);
    };
    const auto cut = [&](double fraction) {
        const double wanted = fraction * total;
        size_t i = 1;
        while (i + 1 < shape.size() && at[i] < wanted)
            ++i;
        const double length = at[i] - at[i - 1];
        const double t = length > 0 ? std::clamp((wanted - at[i - 1]) / length, 0.0, 1.0) : 0.0;
        return LonLat{std::lerp(shape[i - 1].lon, shape[i].lon, t),
                      std::lerp(shape[i - 1].lat, shape[i].lat, t)};
    };
    add(use.begin > 0 ? cut(use.begin) : shape.front());
    for (size_t i = 1; i + 1 < shape.size(); ++i) {
        if (at[i] > use.begin * total && at[i] < use.end * total)
            add(shape[i]);
    }
    add(use.end < 1 ? cut(use.end) : shape.back());
}

void finishRoute(const GraphData &data, Route &route)
{
    quint64 ms = 0;
    double metres = 0;
    for (const ArcUse &use : route.arcs) {
        ms += use.ms;
        metres += metresOf(data, use);
        appendShape(data, use, route.line);
    }
    route.reachable = true;
    route.time = Duration(static_cast<qint64>(ms));
    route.length = {metres};
    // Rounding along an arc may leave the ends a nanometre off the snapped points.
    route.line.front() = route.from.point;
    if (route.line.size() == 1)
        route.line.push_back(route.to.point);
    route.line.back() = route.to.point;
}

struct Meeting
{
    quint64 ms = ~quint64(0);
    NodeId node = noId;
};

// Two searches, one from each end, always the one that is less far; the best node where both have
// been wins once no better can come (their open times add up to at least it).
Meeting searchBothEnds(Search &forward, Search &reverse, const Ends &starts, const Ends &goals,
                       const Closures *closures)
{
    Meeting best;
    forward.begin(starts.seeds(), noTime - 1);
    reverse.begin(goals.seeds(), noTime - 1);
    for (;;) {
        const quint32 ahead = forward.top();
        const quint32 behind = reverse.top();
        if (ahead == noTime || behind == noTime || quint64(ahead) + behind >= best.ms)
            break;
        Search &near = ahead <= behind ? forward : reverse;
        const Search &other = ahead <= behind ? reverse : forward;
        const NodeId node = near.settleNext(closures);
        const auto consider = [&](NodeId place) {
            const quint32 a = near.timeAt(place);
            const quint32 b = other.timeAt(place);
            if (a != noTime && b != noTime && quint64(a) + b < best.ms)
                best = {quint64(a) + b, place};
        };
        consider(node);
        near.forEachStep(node, [&](const Step &step) { consider(step.node); });
    }
    return best;
}

} // namespace

Router::Router(RoadGraph graph, RouterOptions options)
    : m_graph(std::move(graph))
    , m_options(options)
{
}

Router::~Router() = default;
Router::Router(Router &&) noexcept = default;
Router &Router::operator=(Router &&) noexcept = default;

Search &Router::forward()
{
    if (!m_forward)
        m_forward = std::make_unique<Search>(m_graph.data(), Search::Direction::Forward);
    return *m_forward;
}

Search &Router::reverse()
{
    if (!m_reverse)
        m_reverse = std::make_unique<Search>(m_graph.data(), Search::Direction::Reverse);
    return *m_reverse;
}

bool Router::isOpen(PieceId piece, const Closures *closures) const
{
    return timeOf(m_graph.data(), forwardArc(piece), closures) != noTime ||
           timeOf(m_graph.data(), backwardArc(piece), closures) != noTime;
}

Snap Router::fresh(const Snap &snap, const Closures *closures) const
{
    const bool isOurs = snap.isValid() && snap.piece < m_graph.pieceCount();
    if (isOurs && (!closures || closures->isEmpty() || isOpen(snap.piece, closures)))
        return snap;
    return m_graph.snap(snap.asked, m_options.snapLimit, closures);
}

Travel Router::offRoad(const Snap &snap, bool isTarget) const
{
    Travel travel;
    travel.whyNot = WhyNot::NoRoadNear;
    travel.roadDistance = snap.distance;
    travel.targetOffRoad = isTarget;
    return travel;
}

Route Router::eta(LonLat from, LonLat to, const Closures *closures)
{
    const GraphData &data = m_graph.data();
    Route route;
    route.from = m_graph.snap(from, m_options.snapLimit, closures);
    route.to = m_graph.snap(to, m_options.snapLimit, closures);
    if (!route.from.isValid() || !route.to.isValid()) {
        const bool isTarget = route.from.isValid();
        static_cast<Travel &>(route) = offRoad(isTarget ? route.to : route.from, isTarget);
        return route;
    }
    route.roadDistance = route.from.distance;
    route.whyNot = WhyNot::NoConnection;
    const auto straight = direct(data, route.from, route.to, closures);
    const bool isSplit = data.component[route.from.piece] != data.component[route.to.piece];
    if (isSplit && !straight)
        return route;
    const Ends starts = leave(data, route.from, closures);
    const Ends goals = arrive(data, route.to, closures);
    const Meeting best = searchBothEnds(forward(), reverse(), starts, goals, closures);
    if (straight && straight->ms <= best.ms) {
        route.arcs.push_back(*straight);
    } else if (best.node != noId) {
        const auto take = [&](const Step &step, quint32 ms) {
            route.arcs.push_back({step.arc, 0, 1, ms});
        };
        const End *start =
            follow(*m_forward, data, Search::Direction::Forward, best.node, starts, closures, take);
        CHECK(start, return route);
        route.arcs.push_back(start->use);
        std::ranges::reverse(route.arcs);
        const End *goal =
            follow(*m_reverse, data, Search::Direction::Reverse, best.node, goals, closures, take);
        CHECK(goal, return route);
        route.arcs.push_back(goal->use);
    } else {
        return route;
    }
    route.whyNot = WhyNot::None;
    finishRoute(data, route);
    return route;
}

std::vector<Travel> Router::timesTo(LonLat target, std::span<const LonLat> origins, Duration bound,
                                    const Closures *closures)
{
    std::vector<Snap> snaps;
    snaps.reserve(origins.size());
    for (const LonLat origin : origins)
        snaps.push_back(m_graph.snap(origin, m_options.snapLimit, closures));
    return timesTo(m_graph.snap(target, m_options.snapLimit, closures), snaps, bound, closures);
}

namespace {

// What one finished reverse search knows about one origin.
Travel timeFrom(const GraphData &data, const Search &search, const Snap &from, const Snap &to,
                const Ends &goals, quint32 bound, const Closures *closures)
{
    Travel travel;
    travel.roadDistance = from.distance;
    quint64 best = ~quint64(0);
    const End *by = nullptr;
    const Ends starts = leave(data, from, closures);
    for (const End &start : starts.list) {
        const quint32 rest = search.timeAt(start.node);
        if (rest != noTime && quint64(rest) + start.use.ms < best) {
            best = quint64(rest) + start.use.ms;
            by = &start;
        }
    }
    const auto straight = direct(data, from, to, closures);
    const bool goesStraight = straight && straight->ms <= best;
    if (goesStraight)
        best = straight->ms;
    if (best > bound) {
        const bool knowsAll = search.isExhausted() && best == ~quint64(0);
        const bool isSplit = data.component[from.piece] != data.component[to.piece];
        travel.whyNot = knowsAll || isSplit ? WhyNot::NoConnection : WhyNot::BeyondBound;
        return travel;
    }
    double metres = goesStraight ? metresOf(data, *straight) : metresOf(data, by->use);
    if (!goesStraight) {
        const End *goal =
            follow(search, data, Search::Direction::Reverse, by->node, goals, closures,
                   [&](const Step &step, quint32) { metres += data.metres[pieceOf(step.arc)]; });
        CHECK(goal, return travel);
        metres += metresOf(data, goal->use);
    }
    travel.reachable = true;
    travel.time = Duration(static_cast<qint64>(best));
    travel.length = {metres};
    return travel;
}

} // namespace

std::vector<Travel> Router::timesTo(const Snap &target, std::span<const Snap> origins,
                                    Duration bound, const Closures *closures)
{
    const GraphData &data = m_graph.data();
    const auto limit =
        static_cast<quint32>(std::clamp<qint64>(bound.count(), 0, qint64(noTime) - 1));
    std::vector<Travel> answers;
    answers.reserve(origins.size());
    const Snap to = fresh(target, closures);
    if (!to.isValid()) {
        answers.assign(origins.size(), offRoad(to, true));
        return answers;
    }
    const Ends goals = arrive(data, to, closures);
    reverse().run(goals.seeds(), limit, closures);
    for (const Snap &origin : origins) {
        const Snap from = fresh(origin, closures);
        answers.push_back(from.isValid()
                              ? timeFrom(data, *m_reverse, from, to, goals, limit, closures)
                              : offRoad(from, false));
    }
    return answers;
}

} // namespace leeward::roads
