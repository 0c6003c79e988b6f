// Times of all teams to an incident within 15 minutes on a road graph of more than a million arcs:
// the reverse bounded search beside LEMON's one-to-all Dijkstra on the same graph with the same
// weights. Prints one JSON object.
#include "analysis/roads/builder.h"
#include "analysis/roads/graphdata.h"
#include "analysis/roads/router.h"
#include "tests/roads/lemon_graph.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>

using namespace leeward;
using namespace leeward::roads;
using namespace Qt::StringLiterals;

namespace {

constexpr int side = 540;             // junctions a side
constexpr double spacingMetres = 180; // between them, before jitter
constexpr size_t targetCount = 15;
constexpr int teamCount = 480;
constexpr auto bound = std::chrono::minutes(15);
constexpr double metresPerDegree = 111'195;
constexpr LonLat corner{120, 29};

// km/h by the grid line: every 60th a motorway-like road, every 15th a primary, every 5th a
// secondary, else streets.
double speedOfLine(int line)
{
    return line % 60 == 0 ? 90 : line % 15 == 0 ? 60 : line % 5 == 0 ? 45 : 28;
}

GraphBuilder makeCity()
{
    std::mt19937 random(20'260'101);
    std::uniform_real_distribution<double> jitter(-0.25, 0.25);
    std::uniform_int_distribution<int> percent(0, 99);
    GraphBuilder builder;
    const quint8 kind = builder.kind("road");
    const double latStep = spacingMetres / metresPerDegree;
    const double lonStep = latStep / std::cos(29.4 * std::acos(-1) / 180);
    std::vector<LonLat> places;
    for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
            builder.addNode();
            places.push_back({corner.lon + (x + jitter(random)) * lonStep,
                              corner.lat + (y + jitter(random)) * latStep});
        }
    }
    const auto add = [&](int a, int b, int line) {
        const double kmh = speedOfLine(line);
        const bool isStreet = kmh < 45;
        const int dice = percent(random);
        if (isStreet && dice < 6)
            return; // a block without a street
        const LonLat from = places[static_cast<size_t>(a)];
        const LonLat to = places[static_cast<size_t>(b)];
        const LonLat bend{(from.lon + to.lon) / 2 + jitter(random) * lonStep * 0.2,
                          (from.lat + to.lat) / 2 + jitter(random) * latStep * 0.2};
        const double metres = distance(from, bend).value + distance(bend, to).value;
        const auto ms =
            static_cast<quint32>(std::lround(metres / kmh * 3600 * (0.9 + 0.01 * (dice % 20))));
        GraphBuilder::Piece piece;
        piece.from = static_cast<quint32>(a);
        piece.to = static_cast<quint32>(b);
        piece.kind = kind;
        piece.forwardMs = ms;
        piece.backwardMs = isStreet && dice > 94 ? noTime : ms;
        builder.addPiece(piece, std::vector{toFixed(from), toFixed(bend), toFixed(to)});
    };
    for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
            if (x + 1 < side)
                add(y * side + x, y * side + x + 1, y);
            if (y + 1 < side)
                add(y * side + x, (y + 1) * side + x, x);
        }
    }
    return builder;
}

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values[values.size() / 2];
}

double elapsedMs(const QElapsedTimer &timer)
{
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

// The reversed graph, so that LEMON's one-to-all from the target gives the times to it.
test::LemonGraph makeYardstick(const GraphData &data)
{
    std::vector<test::LemonGraph::Arc> arcs;
    for (NodeId node = 0; node < data.nodeCount(); ++node) {
        for (const Step &step : data.leaving(node))
            arcs.push_back(
                {static_cast<int>(step.node), static_cast<int>(node), static_cast<int>(step.ms)});
    }
    return test::LemonGraph(static_cast<int>(data.nodeCount()), std::move(arcs));
}

// A snap that lies exactly on a junction, so that both sides start from the same node; noId as
// piece when it has no arc that begins there.
Snap snapAt(const GraphData &data, NodeId node)
{
    Snap snap;
    const auto steps = data.leaving(node);
    if (steps.empty())
        return snap;
    const ArcId arc = steps.front().arc;
    const auto shape = data.shape(pieceOf(arc));
    snap.piece = pieceOf(arc);
    snap.fraction = isForward(arc) ? 0 : 1;
    snap.asked = snap.point = toLonLat(isForward(arc) ? shape.front() : shape.back());
    return snap;
}

// The times of LEMON's last run at the nodes, against a finished reverse search with the same
// target.
bool nodesAgree(const test::LemonGraph &yardstick, const Search &search, quint32 nodes,
                quint32 boundMs)
{
    for (NodeId node = 0; node < nodes; ++node) {
        const qint64 expected = yardstick.timeAt(static_cast<int>(node));
        const quint32 found = search.timeAt(node);
        const bool isWithin = expected >= 0 && expected <= boundMs;
        if (isWithin ? found != expected : found != noTime)
            return false;
    }
    return true;
}

// The same for the teams' answers: a team on a junction leaves by either end of the piece it is
// snapped to.
bool teamsAgree(const test::LemonGraph &yardstick, const GraphData &data,
                std::span<const Snap> teams, std::span<const Travel> answers, const Snap &target,
                quint32 boundMs)
{
    for (size_t i = 0; i < teams.size(); ++i) {
        if (teams[i].piece == target.piece)
            continue;
        quint64 best = ~quint64(0);
        for (const ArcId arc : {forwardArc(teams[i].piece), backwardArc(teams[i].piece)}) {
            if (data.arcMs[arc] == noTime)
                continue;
            const double at = isForward(arc) ? teams[i].fraction : 1 - teams[i].fraction;
            const qint64 rest = yardstick.timeAt(static_cast<int>(data.arcHead[arc]));
            if (rest >= 0)
                best = std::min(best, static_cast<quint64>(rest) + (at < 1 ? data.arcMs[arc] : 0));
        }
        const bool isWithin = best <= boundMs;
        if (answers[i].reachable != isWithin ||
            (isWithin && static_cast<quint64>(answers[i].time.count()) != best))
            return false;
    }
    return true;
}

struct Figures
{
    std::vector<double> ours, theirs, etas, touched;
    bool equal = true;
};

Figures measure(const GraphBuilder::Built &built)
{
    const GraphData &data = built.graph.data();
    test::LemonGraph yardstick = makeYardstick(data);
    Router router(built.graph);
    Search search(data, Search::Direction::Reverse);
    std::mt19937 random(7);
    const auto anyNode = [&](double margin) { // of the middle part when margin > 0
        const auto low = static_cast<int>(margin * side);
        std::uniform_int_distribution<int> line(low, side - 1 - low);
        return built.nodeIds[static_cast<size_t>(line(random) * side + line(random))];
    };
    std::vector<Snap> teams;
    while (teams.size() < teamCount) {
        if (const Snap snap = snapAt(data, anyNode(0)); snap.isValid())
            teams.push_back(snap);
    }
    const auto boundMs = static_cast<quint32>(std::chrono::milliseconds(bound).count());
    Figures figures;
    bool isWarm = false; // the first round is not counted
    while (figures.ours.size() < targetCount) {
        const NodeId node = anyNode(0.2);
        const Snap target = snapAt(data, node);
        if (!target.isValid())
            continue;
        QElapsedTimer timer;
        timer.start();
        const auto answers = router.timesTo(target, teams, bound);
        const double ours = elapsedMs(timer);
        timer.start();
        yardstick.run(static_cast<int>(node));
        const double theirs = elapsedMs(timer);
        timer.start();
        const Route route = router.eta(teams[figures.ours.size()].point, target.point);
        const double eta = elapsedMs(timer);
        search.run(std::vector<Seed>{{node, 0}}, boundMs);
        figures.equal = figures.equal && route.reachable &&
                        nodesAgree(yardstick, search, data.nodeCount(), boundMs) &&
                        teamsAgree(yardstick, data, teams, answers, target, boundMs);
        if (std::exchange(isWarm, true)) {
            figures.ours.push_back(ours);
            figures.theirs.push_back(theirs);
            figures.etas.push_back(eta);
            figures.touched.push_back(search.touched());
        }
    }
    return figures;
}

// Milliseconds to load the graph's file; negative when it can not be written or read.
double measureLoad(const RoadGraph &graph)
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"city.roads"_s);
    if (!graph.save(path))
        return -1;
    QElapsedTimer timer;
    timer.start();
    return RoadGraph::load(path) ? elapsedMs(timer) : -1;
}

} // namespace

int main()
{
    const auto built = makeCity().build(instantFromMs(0), {});
    if (!built) {
        std::fprintf(stderr, "bench_roads: %s\n", qPrintable(built.error().detail));
        return 1;
    }
    const Figures figures = measure(*built);
    const double ratio = median(figures.theirs) / median(figures.ours);
    const QJsonObject result{
        {u"name"_s, u"roads_times_to_incident"_s},
        {u"arcs"_s, qint64(built->graph.arcCount())},
        {u"nodes"_s, qint64(built->graph.nodeCount())},
        {u"teams"_s, teamCount},
        {u"bound_s"_s, qint64(std::chrono::seconds(bound).count())},
        {u"touched_nodes"_s, median(figures.touched)},
        {u"ours_ms"_s, median(figures.ours)},
        {u"yardstick"_s, u"LEMON Dijkstra, one to all, static digraph"_s},
        {u"yardstick_ms"_s, median(figures.theirs)},
        {u"ratio"_s, ratio},
        {u"required"_s, 20},
        {u"eta_ms"_s, median(figures.etas)},
        {u"load_ms"_s, measureLoad(built->graph)},
        {u"equal"_s, figures.equal},
    };
    std::fputs(QJsonDocument(result).toJson().constData(), stdout);
    return figures.equal && ratio >= 20 ? 0 : 1;
}
