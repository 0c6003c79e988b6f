#include "analysis/roads/graphdata.h"
#include "analysis/roads/router.h"
#include "grid.h"
#include "lemon_graph.h"

#include <QTest>

#include <cmath>
#include <map>

using namespace leeward;
using namespace leeward::roads;
using namespace Qt::StringLiterals;

namespace {

// The oracle: LEMON's Dijkstra over arcs as nodes, so that it knows turn restrictions from the list
// of forbidden turns and nothing of the graph's split nodes.
class Oracle
{
public:
    Oracle(const RoadGraph &graph, const std::vector<std::pair<ArcId, ArcId>> &forbidden,
           const std::vector<std::pair<NodeId, NodeId>> &endsOfPieces, const Closures &closures)
        : m_graph(graph)
        , m_closures(closures)
    {
        const quint32 end = graph.arcIdEnd();
        const auto tail = [&](ArcId arc) {
            const auto [from, to] = endsOfPieces[pieceOf(arc)];
            return isForward(arc) ? from : to;
        };
        std::multimap<NodeId, ArcId> leaving;
        for (ArcId arc = 0; arc < end; ++arc) {
            if (ms(arc) != noTime)
                leaving.emplace(tail(arc), arc);
        }
        std::vector<test::LemonGraph::Arc> arcs;
        for (ArcId in = 0; in < end; ++in) {
            if (ms(in) == noTime)
                continue;
            const auto [first, last] = leaving.equal_range(tail(oppositeArc(in)));
            for (auto it = first; it != last; ++it) {
                if (std::ranges::find(forbidden, std::pair(in, it->second)) == forbidden.end())
                    arcs.push_back({static_cast<int>(in), static_cast<int>(it->second),
                                    static_cast<int>(ms(it->second))});
            }
        }
        m_lemon = std::make_unique<test::LemonGraph>(static_cast<int>(end), std::move(arcs));
    }

    // ms from the end of `arc` to the end of each other arc.
    [[nodiscard]] std::vector<quint32> fromEndOf(ArcId arc) const
    {
        m_lemon->run(static_cast<int>(arc));
        std::vector<quint32> times;
        for (ArcId other = 0; other < m_graph.arcIdEnd(); ++other) {
            const int time = m_lemon->timeAt(static_cast<int>(other));
            times.push_back(time < 0 ? noTime : static_cast<quint32>(time));
        }
        return times;
    }
    [[nodiscard]] quint32 ms(ArcId arc) const
    {
        return m_graph.exists(arc) ? m_closures.adjusted(arc, m_graph.travelTime(arc)) : noTime;
    }

private:
    const RoadGraph &m_graph;
    const Closures &m_closures;
    std::unique_ptr<test::LemonGraph> m_lemon;
};

quint32 part(quint32 ms, double share)
{
    return static_cast<quint32>(std::llround(ms * share));
}

} // namespace

class TestRouter : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void equalsOracle_data();
    void equalsOracle();
    void searchStampWraps();
    void reasons();
    void closuresBiteAndLift();
    void closedOriginSnapsElsewhere();
    void samePlaceAndSamePiece();
    void snapPrefersMainNetwork();
    void snapIsNearest();
    void piecesInBox();

private:
    void checkRoute(Router &router, LonLat from, LonLat to, const Closures &closures,
                    const std::vector<std::pair<ArcId, ArcId>> &forbidden);
};

void TestRouter::equalsOracle_data()
{
    QTest::addColumn<quint32>("seed");
    QTest::addColumn<int>("turns");
    QTest::addColumn<bool>("closing");
    for (quint32 seed = 1; seed <= 6; ++seed) {
        QTest::addRow("plain %u", seed) << seed << 0 << false;
        QTest::addRow("turns %u", seed) << seed << 60 << false;
        QTest::addRow("closures %u", seed) << seed << 0 << true;
        QTest::addRow("turns and closures %u", seed) << seed << 60 << true;
    }
}

namespace {

// One random town, what LEMON knows of it, and closures.
struct Trial
{
    std::optional<RoadGraph> graph;
    std::vector<std::pair<ArcId, ArcId>> forbidden;
    Closures closures;
    std::unique_ptr<Oracle> oracle;
    std::mt19937 random;
    quint32 copies = 0;

    Trial(quint32 seed, int turns, bool closing)
        : random(seed + 100)
    {
        auto builder = test::makeTown(12, 0.002, seed, turns);
        std::vector<std::pair<quint32, quint32>> ends;
        for (quint32 i = 0; i < builder.pieceCount(); ++i)
            ends.emplace_back(builder.piece(i).from, builder.piece(i).to);
        const auto forbiddenBefore = builder.forbidden();
        const auto built = std::move(builder).build(instantFromMs(0), {});
        graph = built->graph;
        copies = built->copies;
        std::vector<std::pair<NodeId, NodeId>> newEnds(ends.size());
        for (size_t i = 0; i < ends.size(); ++i)
            newEnds[built->pieceIds[i]] = ends[i];
        const auto newArc = [&](ArcId arc) {
            return 2 * built->pieceIds[pieceOf(arc)] + (arc & 1U);
        };
        for (const auto &[in, out] : forbiddenBefore)
            forbidden.emplace_back(newArc(in), newArc(out));
        for (int i = 0; closing && i < 40; ++i) {
            const ArcId arc = random() % graph->arcIdEnd();
            if (i % 2)
                closures.close(arc);
            else
                closures.slow(arc, 1.5 + static_cast<double>(random() % 5));
        }
        oracle = std::make_unique<Oracle>(*graph, forbidden, newEnds, closures);
    }

    [[nodiscard]] Snap anySnap()
    {
        std::uniform_real_distribution<double> anywhere(0, 1);
        for (;;) {
            const PieceId piece = random() % graph->pieceCount();
            if (oracle->ms(forwardArc(piece)) == noTime && oracle->ms(backwardArc(piece)) == noTime)
                continue;
            Snap snap;
            snap.piece = piece;
            snap.fraction = anywhere(random);
            snap.asked = snap.point = graph->shape(piece)[1];
            return snap;
        }
    }

    // From one piece to another, by the oracle; noTime without a way.
    [[nodiscard]] quint32 expected(const Snap &origin, const Snap &target) const
    {
        quint64 best = noTime;
        for (const ArcId leave : {forwardArc(origin.piece), backwardArc(origin.piece)}) {
            if (oracle->ms(leave) == noTime)
                continue;
            const double at = isForward(leave) ? origin.fraction : 1 - origin.fraction;
            const auto times = oracle->fromEndOf(leave);
            for (const ArcId arrive : {forwardArc(target.piece), backwardArc(target.piece)}) {
                const quint32 whole = oracle->ms(arrive);
                if (whole == noTime || times[arrive] == noTime)
                    continue;
                const double to = isForward(arrive) ? target.fraction : 1 - target.fraction;
                best = std::min<quint64>(best, quint64(part(oracle->ms(leave), 1 - at)) +
                                                   times[arrive] - whole + part(whole, to));
            }
        }
        return static_cast<quint32>(best);
    }
};

// Answers within and without the bound as the oracle has them.
int compareWithOracle(const std::vector<Travel> &answers, const std::vector<quint32> &expected,
                      qint64 bound)
{
    int reached = 0;
    for (size_t i = 0; i < answers.size(); ++i) {
        const bool isWithin = expected[i] != noTime && expected[i] <= bound;
        if (answers[i].reachable != isWithin)
            return -1;
        if (isWithin) {
            if (answers[i].time.count() != qint64(expected[i]) || answers[i].length.value <= 0)
                return -1;
            ++reached;
        } else if (expected[i] != noTime && answers[i].whyNot != WhyNot::BeyondBound) {
            return -1;
        } else if (bound == noTime && answers[i].whyNot != WhyNot::NoConnection) {
            return -1;
        }
    }
    return reached;
}

} // namespace

void TestRouter::equalsOracle()
{
    QFETCH(quint32, seed);
    QFETCH(int, turns);
    QFETCH(bool, closing);
    Trial trial(seed, turns, closing);
    QCOMPARE(trial.copies > 0, turns > 0);
    Router router(*trial.graph);
    int reached = 0;
    for (int round = 0; round < 12; ++round) {
        const Snap target = trial.anySnap();
        std::vector<Snap> origins;
        std::vector<quint32> expected;
        while (origins.size() < 40) {
            const Snap origin = trial.anySnap();
            if (origin.piece == target.piece)
                continue; // has a test of its own
            origins.push_back(origin);
            expected.push_back(trial.expected(origin, target));
        }
        for (const qint64 bound : {qint64(noTime), qint64(120'000), qint64(0)}) {
            const auto answers = router.timesTo(target, origins, Duration(bound), &trial.closures);
            QCOMPARE(answers.size(), origins.size());
            const int found = compareWithOracle(answers, expected, bound);
            QVERIFY2(found >= 0, qPrintable(u"round %1 bound %2"_s.arg(round).arg(bound)));
            reached += found;
        }
        for (size_t i = 0; i < 8; ++i)
            checkRoute(router, origins[i].point, target.point, trial.closures, trial.forbidden);
        if (QTest::currentTestFailed())
            return;
    }
    QVERIFY(reached > 100);
}

// One to one agrees with the reverse search, adds up, and makes no forbidden turn.
void TestRouter::checkRoute(Router &router, LonLat from, LonLat to, const Closures &closures,
                            const std::vector<std::pair<ArcId, ArcId>> &forbidden)
{
    const Route route = router.eta(from, to, &closures);
    const std::vector<LonLat> one{from};
    const auto reverse = router.timesTo(to, one, Duration(noTime), &closures);
    QCOMPARE(route.reachable, reverse[0].reachable);
    QCOMPARE(route.time, reverse[0].time);
    if (!route.reachable)
        return;
    quint64 sum = 0;
    double metres = 0;
    for (const ArcUse &use : route.arcs) {
        sum += use.ms;
        metres += router.graph().length(pieceOf(use.arc)).value * (use.end - use.begin);
    }
    QCOMPARE(sum, static_cast<quint64>(route.time.count()));
    QVERIFY(std::abs(metres - route.length.value) < 1e-6);
    QCOMPARE(route.line.front(), route.from.point);
    QCOMPARE(route.line.back(), route.to.point);
    double along = 0;
    for (size_t k = 1; k < route.line.size(); ++k)
        along += distance(route.line[k - 1], route.line[k]).value;
    QVERIFY2(std::abs(along - metres) < 0.5, qPrintable(u"%1 %2"_s.arg(along).arg(metres)));
    for (size_t k = 1; k < route.arcs.size(); ++k) {
        const std::pair turn(route.arcs[k - 1].arc, route.arcs[k].arc);
        QVERIFY(std::ranges::find(forbidden, turn) == forbidden.end());
    }
}

void TestRouter::searchStampWraps()
{
    auto built = test::makeTown(6, 0.002, 4).build(instantFromMs(0), {});
    QVERIFY(built);
    Search search(built->graph.data(), Search::Direction::Reverse);
    const std::vector<Seed> seeds{{0, 0}};
    search.run(seeds, noTime - 1);
    std::vector<quint32> first;
    for (NodeId node = 0; node < built->graph.nodeCount(); ++node)
        first.push_back(search.timeAt(node));
    search.setStampForTest(0xfffffffeU);
    for (int i = 0; i < 4; ++i) {
        search.run(std::vector<Seed>{{5, 7}}, 1000);
        search.run(seeds, noTime - 1);
        for (NodeId node = 0; node < built->graph.nodeCount(); ++node)
            QCOMPARE(search.timeAt(node), first[node]);
    }
}

namespace {

// Two parallel roads a–b (north and south), a lane to the east that may only be left, and an
// island.
struct SmallTown
{
    std::vector<PieceId> ids;
    std::optional<RoadGraph> graph;
    enum : quint32
    {
        West,
        North,
        South,
        East,
        Lane,
        Island
    };

    SmallTown()
    {
        GraphBuilder builder;
        for (int i = 0; i < 7; ++i)
            builder.addNode();
        const auto add = [&](quint32 from, quint32 to, quint32 forward, quint32 backward,
                             std::vector<LonLat> shape) {
            GraphBuilder::Piece piece;
            piece.from = from;
            piece.to = to;
            piece.forwardMs = forward;
            piece.backwardMs = backward;
            piece.kind = builder.kind("residential");
            std::vector<FixedPoint> points;
            for (const LonLat place : shape)
                points.push_back(toFixed(place));
            builder.addPiece(piece, points);
        };
        add(0, 1, 10'000, 10'000, {{120.00, 30.00}, {120.01, 30.00}});
        add(1, 2, 20'000, 20'000, {{120.01, 30.00}, {120.015, 30.005}, {120.02, 30.00}});
        add(1, 2, 30'000, 30'000, {{120.01, 30.00}, {120.015, 29.995}, {120.02, 30.00}});
        add(2, 3, 10'000, 10'000, {{120.02, 30.00}, {120.03, 30.00}});
        add(4, 3, 5'000, noTime, {{120.04, 30.00}, {120.03, 30.00}});
        add(5, 6, 5'000, 5'000, {{120.10, 30.05}, {120.11, 30.05}});
        auto built = std::move(builder).build(instantFromMs(0), {});
        graph = built->graph;
        ids = built->pieceIds;
    }
};

} // namespace

void TestRouter::reasons()
{
    const SmallTown town;
    Router router(*town.graph);
    const LonLat west{120.0, 30.0};
    const LonLat east{120.03, 30.0};
    QCOMPARE(router.eta(west, east).time, Duration(40'000));
    QCOMPARE(router.eta({120.04, 30.0}, west).time, Duration(45'000));
    const Route intoLane = router.eta(west, {120.04, 30.0});
    QVERIFY(!intoLane.reachable);
    QCOMPARE(intoLane.whyNot, WhyNot::NoConnection);
    QVERIFY(intoLane.line.empty());
    QCOMPARE(router.eta(west, {120.105, 30.05}).whyNot, WhyNot::NoConnection);
    const Route far = router.eta({121, 31}, west);
    QCOMPARE(far.whyNot, WhyNot::NoRoadNear);
    QVERIFY(!far.targetOffRoad);
    QVERIFY(far.roadDistance.value > 100'000);
    const Route farTarget = router.eta(west, {121, 31});
    QCOMPARE(farTarget.whyNot, WhyNot::NoRoadNear);
    QVERIFY(farTarget.targetOffRoad);
    QCOMPARE(router.eta({std::nan(""), 0}, west).whyNot, WhyNot::NoRoadNear);
    QCOMPARE(router.eta({500, 0}, west).whyNot, WhyNot::NoRoadNear);

    const std::vector<LonLat> origins{east, {120.105, 30.05}, {121, 31}, {120.02, 30.0}};
    const auto answers = router.timesTo(west, origins, Duration(35'000));
    QCOMPARE(answers.size(), origins.size());
    QCOMPARE(answers[0].whyNot, WhyNot::BeyondBound);
    QCOMPARE(answers[1].whyNot, WhyNot::NoConnection);
    QCOMPARE(answers[2].whyNot, WhyNot::NoRoadNear);
    QVERIFY(answers[3].reachable);
    QCOMPARE(answers[3].time, Duration(30'000));
    const auto noTarget = router.timesTo(LonLat{121, 31}, origins, Duration(35'000));
    QCOMPARE(noTarget[0].whyNot, WhyNot::NoRoadNear);
    QVERIFY(noTarget[0].targetOffRoad);
    QVERIFY(router.timesTo(west, std::vector<LonLat>{}, Duration(1)).empty());
}

void TestRouter::closuresBiteAndLift()
{
    const SmallTown town;
    Router router(*town.graph);
    const LonLat west{120.0, 30.0};
    const LonLat east{120.03, 30.0};
    Closures closures;
    closures.closePiece(town.ids[SmallTown::North]);
    QCOMPARE(router.eta(west, east, &closures).time, Duration(50'000));
    closures.slowPiece(town.ids[SmallTown::South], 2.5);
    QCOMPARE(router.eta(west, east, &closures).time, Duration(95'000));
    closures.closePiece(town.ids[SmallTown::South]);
    QCOMPARE(router.eta(west, east, &closures).whyNot, WhyNot::NoConnection);
    closures.lift(forwardArc(town.ids[SmallTown::North])); // one direction only
    const bool forwardEast = router.eta(west, east, &closures).reachable;
    const bool forwardWest = router.eta(east, west, &closures).reachable;
    QVERIFY(forwardEast && !forwardWest);
    closures.slow(forwardArc(town.ids[SmallTown::North]),
                  0.5); // nothing gets faster than the table says
    QCOMPARE(router.eta(west, east, &closures).time, Duration(40'000));
    closures.clear();
    QVERIFY(closures.isEmpty());
    QCOMPARE(router.eta(west, east, &closures).time, Duration(40'000));
    closures.closePiece(noId);
    closures.lift(noId);
    QVERIFY(closures.isEmpty());
}

void TestRouter::closedOriginSnapsElsewhere()
{
    const SmallTown town;
    Router router(*town.graph);
    const LonLat onNorth{120.015, 30.004};
    const Snap snap = town.graph->snap(onNorth);
    QCOMPARE(snap.piece, town.ids[SmallTown::North]);
    Closures closures;
    closures.closePiece(snap.piece);
    QVERIFY(town.graph->snap(onNorth, defaultSnapLimit, &closures).piece != snap.piece);
    const std::vector<Snap> origins{snap};
    const auto answers =
        router.timesTo(town.graph->snap({120.0, 30.0}), origins, Duration(60'000), &closures);
    QVERIFY(answers[0].reachable);
    QVERIFY(answers[0].roadDistance.value > 100);
}

void TestRouter::samePlaceAndSamePiece()
{
    const SmallTown town;
    Router router(*town.graph);
    const LonLat a{120.002, 30.0};
    const LonLat b{120.007, 30.0};
    const Route none = router.eta(a, a);
    QVERIFY(none.reachable);
    QCOMPARE(none.time, Duration(0));
    QCOMPARE(none.line.size(), 2);
    const Route there = router.eta(a, b);
    const Route back = router.eta(b, a);
    QCOMPARE(there.time, Duration(5'000));
    QCOMPARE(back.time, Duration(5'000));
    QCOMPARE(there.arcs.size(), 1);
    const std::vector<LonLat> origins{a};
    QCOMPARE(router.timesTo(b, origins, Duration(5'000))[0].time, Duration(5'000));
    // On a one-way lane the way back does not exist.
    QVERIFY(router.eta({120.039, 30.0}, {120.032, 30.0}).reachable);
    QVERIFY(!router.eta({120.032, 30.0}, {120.039, 30.0}).reachable);
}

void TestRouter::snapPrefersMainNetwork()
{
    auto builder = test::makeTown(6, 0.002, 8);
    const quint32 a = builder.addNode();
    const quint32 b = builder.addNode();
    GraphBuilder::Piece yard; // a yard lane that no road leads to, between two streets
    yard.from = a;
    yard.to = b;
    yard.forwardMs = yard.backwardMs = 1000;
    const quint32 number = builder.addPiece(
        yard, std::vector{toFixed({120.0043, 30.0041}), toFixed({120.0047, 30.0041})});
    const quint32 c = builder.addNode();
    const quint32 d = builder.addNode();
    GraphBuilder::Piece island = yard;
    island.from = c;
    island.to = d;
    const quint32 far =
        builder.addPiece(island, std::vector{toFixed({120.03, 30.0}), toFixed({120.031, 30.0})});
    auto built = std::move(builder).build(instantFromMs(0), {});
    QVERIFY(built);
    const Snap snap = built->graph.snap({120.0045, 30.0041});
    QVERIFY(snap.isValid());
    QVERIFY(snap.piece != built->pieceIds[number]);
    QVERIFY(built->graph.flags(snap.piece) & MainNetwork);
    // An island far from the main network is not bridged: the answer stays honest.
    QCOMPARE(built->graph.snap({120.0305, 30.0001}).piece, built->pieceIds[far]);
}

void TestRouter::snapIsNearest()
{
    auto built = test::makeTown(10, 0.003, 21).build(instantFromMs(0), {});
    QVERIFY(built);
    const RoadGraph &graph = built->graph;
    std::mt19937 random(2);
    std::uniform_real_distribution<double> spread(-0.01, 0.04);
    for (int i = 0; i < 200; ++i) {
        const LonLat at{120 + spread(random), 30 + spread(random)};
        const Snap snap = graph.snap(at, Metres{5000});
        QVERIFY(snap.isValid());
        QVERIFY(snap.fraction >= 0 && snap.fraction <= 1);
        double best = 1e9; // sampled densely, without the index
        for (PieceId piece = 0; piece < graph.pieceCount(); ++piece) {
            if (!(graph.flags(piece) & MainNetwork))
                continue;
            const auto shape = graph.shape(piece);
            for (size_t k = 1; k < shape.size(); ++k) {
                for (int step = 0; step <= 50; ++step) {
                    const LonLat p{std::lerp(shape[k - 1].lon, shape[k].lon, step / 50.0),
                                   std::lerp(shape[k - 1].lat, shape[k].lat, step / 50.0)};
                    best = std::min(best, distance(at, p).value);
                }
            }
        }
        QVERIFY2(snap.distance.value <= best + 0.5 || !(graph.flags(snap.piece) & MainNetwork),
                 qPrintable(u"%1 %2"_s.arg(snap.distance.value).arg(best)));
        QVERIFY(snap.distance.value > best - 5);
    }
}

void TestRouter::piecesInBox()
{
    const SmallTown town;
    const auto all = town.graph->piecesIn({119, 29}, {121, 31});
    QCOMPARE(all.size(), 6);
    const auto west = town.graph->piecesIn({119.99, 29.99}, {120.005, 30.01});
    QCOMPARE(west, std::vector{town.ids[SmallTown::West]});
    QVERIFY(town.graph->piecesIn({0, 0}, {1, 1}).empty());
}

QTEST_GUILESS_MAIN(TestRouter)
#include "tst_router.moc"
