#include "analysis/roads/graph.h"

#include "analysis/roads/closures.h"
#include "analysis/roads/graphdata.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace leeward::roads {

using namespace Qt::StringLiterals;

Instant RoadGraph::date() const
{
    return instantFromMs(m_data->dateMs);
}
QByteArray RoadGraph::speedTableHash() const
{
    return m_data->tableHash;
}
quint32 RoadGraph::nodeCount() const
{
    return m_data->nodeCount();
}
quint32 RoadGraph::pieceCount() const
{
    return m_data->pieceCount();
}
quint32 RoadGraph::arcIdEnd() const
{
    return static_cast<quint32>(m_data->arcMs.size());
}

quint32 RoadGraph::arcCount() const
{
    return static_cast<quint32>(
        std::ranges::count_if(m_data->arcMs, [](quint32 ms) { return ms != noTime; }));
}

bool RoadGraph::exists(ArcId arc) const
{
    return travelTime(arc) != noTime;
}

quint32 RoadGraph::travelTime(ArcId arc) const
{
    return arc < m_data->arcMs.size() ? m_data->arcMs[arc] : noTime;
}

Metres RoadGraph::length(PieceId piece) const
{
    CHECK(piece < pieceCount(), return {});
    return {m_data->metres[piece]};
}

std::vector<LonLat> RoadGraph::shape(PieceId piece) const
{
    std::vector<LonLat> line;
    CHECK(piece < pieceCount(), return line);
    for (const FixedPoint p : m_data->shape(piece))
        line.push_back(toLonLat(p));
    return line;
}

qint64 RoadGraph::osmWay(PieceId piece) const
{
    CHECK(piece < pieceCount(), return 0);
    return m_data->way[piece];
}

quint16 RoadGraph::flags(PieceId piece) const
{
    CHECK(piece < pieceCount(), return 0);
    return m_data->flags[piece];
}

QString RoadGraph::roadClass(PieceId piece) const
{
    CHECK(piece < pieceCount(), return {});
    return QString::fromUtf8(m_data->kinds.value(m_data->kind[piece]));
}

QString RoadGraph::name(PieceId piece) const
{
    CHECK(piece < pieceCount(), return {});
    const quint32 name = m_data->name[piece];
    return name == noId ? QString() : QString::fromUtf8(m_data->names.value(name));
}

namespace {

constexpr double isolatedPenalty = 250; // metres a cut-off piece must be nearer by
constexpr double beyondLimit = 1e9;     // metres; more than any distance on earth

// The share of the piece's length before the hit.
double fractionAt(std::span<const FixedPoint> shape, quint32 segment, double along)
{
    double before = 0;
    double total = 0;
    for (size_t i = 0; i + 1 < shape.size(); ++i) {
        const double metres = distance(toLonLat(shape[i]), toLonLat(shape[i + 1])).value;
        if (i < segment)
            before += metres;
        else if (i == segment)
            before += along * metres;
        total += metres;
    }
    return total > 0 ? std::clamp(before / total, 0.0, 1.0) : 0.0;
}

} // namespace

Snap RoadGraph::snap(LonLat at, Metres limit, const Closures *closures) const
{
    Snap snap{at, at, {-1}, noId, 0};
    if (!at.isValid())
        return snap;
    const GraphData &data = *m_data;
    const auto open = [&](ArcId arc) {
        return data.arcMs[arc] != noTime && !(closures && closures->isClosed(arc));
    };
    const auto hit = data.index.nearest(data, at, [&](quint32 piece, double metres) {
        if (!open(forwardArc(piece)) && !open(backwardArc(piece)))
            return std::numeric_limits<double>::infinity();
        return ((data.flags[piece] & MainNetwork) ? 0 : isolatedPenalty) +
               (metres > limit.value ? beyondLimit : 0);
    });
    if (hit.piece == noId)
        return snap;
    const auto shape = data.shape(hit.piece);
    const LonLat a = toLonLat(shape[hit.segment]);
    const LonLat b = toLonLat(shape[hit.segment + 1]);
    snap.point = {std::lerp(a.lon, b.lon, hit.along), std::lerp(a.lat, b.lat, hit.along)};
    snap.distance = distance(at, snap.point);
    if (hit.metres >= beyondLimit)
        return snap;
    snap.piece = hit.piece;
    snap.fraction = fractionAt(shape, hit.segment, hit.along);
    return snap;
}

std::vector<PieceId> RoadGraph::piecesIn(LonLat southWest, LonLat northEast) const
{
    if (!southWest.isValid() || !northEast.isValid())
        return {};
    return m_data->index.inBox(*m_data, toFixed(southWest), toFixed(northEast));
}

QString GraphData::findFault() const
{
    const size_t pieces = metres.size();
    if (shapeStart.size() != pieces + 1 || way.size() != pieces || kind.size() != pieces ||
        name.size() != pieces || flags.size() != pieces || component.size() != pieces ||
        arcMs.size() != 2 * pieces || arcHead.size() != 2 * pieces || outStart.empty())
        return u"array sizes disagree"_s;
    if (shapeStart.front() != 0 || shapeStart.back() != points.size())
        return u"shapes do not cover the points"_s;
    for (size_t i = 0; i < pieces; ++i) {
        if (shapeStart[i + 1] > points.size() || qint64(shapeStart[i + 1]) - shapeStart[i] < 2)
            return u"piece %1 has no shape"_s.arg(i);
        if (!std::isfinite(metres[i]) || metres[i] < 0)
            return u"piece %1 has no length"_s.arg(i);
        if (kind[i] >= kinds.size() || (name[i] != noId && name[i] >= names.size()))
            return u"piece %1 has an unknown class or name"_s.arg(i);
    }
    for (const FixedPoint p : points) {
        if (!toLonLat(p).isValid())
            return u"a point is off the earth"_s;
    }
    for (size_t arc = 0; arc < arcMs.size(); ++arc) {
        if ((arcMs[arc] == noTime) != (arcHead[arc] == noId) || arcMs[arc] == 0 ||
            (arcHead[arc] != noId && arcHead[arc] >= nodeCount()))
            return u"arc %1 is wrong"_s.arg(arc);
    }
    if (outStart.front() != 0 || outStart.back() != outArc.size() ||
        !std::ranges::is_sorted(outStart))
        return u"the nodes do not cover the arcs"_s;
    for (const ArcId arc : outArc) {
        if (arc >= arcMs.size() || arcMs[arc] == noTime)
            return u"a node leads to an arc that is not there"_s;
    }
    return {};
}

void GraphData::makeSteps()
{
    const size_t nodes = nodeCount();
    out.resize(outArc.size());
    reverse.resize(outArc.size());
    reverseStart.assign(nodes + 1, 0);
    for (size_t i = 0; i < outArc.size(); ++i) {
        const ArcId arc = outArc[i];
        out[i] = {arcHead[arc], arcMs[arc], arc};
        ++reverseStart[arcHead[arc] + 1];
    }
    std::partial_sum(reverseStart.begin(), reverseStart.end(), reverseStart.begin());
    std::vector<quint32> next(reverseStart.begin(), reverseStart.end() - 1);
    for (NodeId node = 0; node < nodes; ++node) {
        for (const Step &step : leaving(node))
            reverse[next[step.node]++] = {node, step.ms, step.arc};
    }
}

void GraphData::finish()
{
    makeSteps();
    index.build(*this);
}

} // namespace leeward::roads
