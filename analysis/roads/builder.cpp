#include "analysis/roads/builder.h"

#include "analysis/roads/connectivity.h"
#include "analysis/roads/graphdata.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace leeward::roads {

using namespace Qt::StringLiterals;

quint32 GraphBuilder::addPiece(Piece piece, std::span<const FixedPoint> shape)
{
    CHECK(shape.size() >= 2 && piece.from < m_nodeCount && piece.to < m_nodeCount, return noId);
    double metres = 0;
    for (size_t i = 0; i + 1 < shape.size(); ++i)
        metres += distance(toLonLat(shape[i]), toLonLat(shape[i + 1])).value;
    piece.metres = static_cast<float>(metres);
    piece.firstPoint = static_cast<quint32>(m_points.size());
    piece.pointCount = static_cast<quint32>(shape.size());
    m_points.insert(m_points.end(), shape.begin(), shape.end());
    m_pieces.push_back(piece);
    return static_cast<quint32>(m_pieces.size() - 1);
}

quint8 GraphBuilder::kind(const QByteArray &word)
{
    const auto known = m_kindNumbers.constFind(word);
    if (known != m_kindNumbers.cend())
        return static_cast<quint8>(*known);
    const quint32 number = static_cast<quint32>(std::min<qsizetype>(m_kinds.size(), 255));
    if (m_kinds.size() < 256)
        m_kinds.append(word);
    m_kindNumbers.insert(word, number);
    return static_cast<quint8>(number);
}

quint32 GraphBuilder::name(const QByteArray &name)
{
    if (name.isEmpty())
        return noId;
    const auto known = m_nameNumbers.constFind(name);
    if (known != m_nameNumbers.cend())
        return *known;
    const auto number = static_cast<quint32>(m_names.size());
    m_names.append(name);
    m_nameNumbers.insert(name, number);
    return number;
}

struct GraphBuilder::Order
{
    std::vector<quint32> pieces;   // the builder's numbers in the new order
    std::vector<PieceId> newPiece; // the reverse
    std::vector<quint32> nodes;
    std::vector<NodeId> newNode;

    [[nodiscard]] ArcId newArc(ArcId arc) const
    {
        return isForward(arc) ? forwardArc(newPiece[pieceOf(arc)])
                              : backwardArc(newPiece[pieceOf(arc)]);
    }
};

namespace {

// The numbers 0 … n-1 sorted by key, and where each went.
std::pair<std::vector<quint32>, std::vector<quint32>> sortedByKey(const std::vector<quint64> &keys)
{
    std::vector<quint32> order(keys.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, {}, [&](quint32 i) { return keys[i]; });
    std::vector<quint32> place(keys.size());
    for (size_t i = 0; i < order.size(); ++i)
        place[order[i]] = static_cast<quint32>(i);
    return {std::move(order), std::move(place)};
}

} // namespace

GraphBuilder::Order GraphBuilder::makeOrder() const
{
    Order order;
    std::vector<quint64> nodeKeys(m_nodeCount, ~quint64(0));
    std::vector<quint64> pieceKeys;
    pieceKeys.reserve(m_pieces.size());
    for (const Piece &piece : m_pieces) {
        const FixedPoint first = m_points[piece.firstPoint];
        const FixedPoint last = m_points[piece.firstPoint + piece.pointCount - 1];
        nodeKeys[piece.from] = hilbertKey(first);
        nodeKeys[piece.to] = hilbertKey(last);
        pieceKeys.push_back(hilbertKey(m_points[piece.firstPoint + piece.pointCount / 2]));
    }
    std::tie(order.pieces, order.newPiece) = sortedByKey(pieceKeys);
    std::tie(order.nodes, order.newNode) = sortedByKey(nodeKeys);
    return order;
}

void GraphBuilder::fillPieces(GraphData &data, const Order &order) const
{
    const size_t count = m_pieces.size();
    data.points.reserve(m_points.size());
    data.shapeStart.reserve(count + 1);
    data.shapeStart.push_back(0);
    data.component.assign(count, 0);
    data.arcHead.reserve(2 * count);
    data.arcMs.reserve(2 * count);
    for (const quint32 number : order.pieces) {
        const Piece &piece = m_pieces[number];
        const auto shape = std::span(m_points).subspan(piece.firstPoint, piece.pointCount);
        data.points.insert(data.points.end(), shape.begin(), shape.end());
        data.shapeStart.push_back(static_cast<quint32>(data.points.size()));
        data.metres.push_back(piece.metres);
        data.way.push_back(piece.way);
        data.kind.push_back(piece.kind);
        data.name.push_back(piece.name);
        data.flags.push_back(piece.flags);
        for (const auto &[ms, head] :
             {std::pair(piece.forwardMs, piece.to), std::pair(piece.backwardMs, piece.from)}) {
            data.arcMs.push_back(ms == noTime ? noTime : std::max<quint32>(ms, 1));
            data.arcHead.push_back(ms == noTime ? noId : order.newNode[head]);
        }
    }
}

// Gives arcs with forbidden turns a copy of their head; `copies` gets the arcs that leave each
// copy.
void GraphBuilder::splitForTurns(GraphData &data, std::vector<std::vector<ArcId>> &copies,
                                 const Order &order)
{
    for (auto &[in, out] : m_forbidden) {
        in = order.newArc(in);
        out = order.newArc(out);
    }
    std::ranges::sort(m_forbidden);
    std::map<std::pair<NodeId, std::vector<ArcId>>, NodeId> copyOf;
    for (size_t i = 0; i < m_forbidden.size();) {
        const ArcId in = m_forbidden[i].first;
        std::vector<ArcId> banned;
        for (; i < m_forbidden.size() && m_forbidden[i].first == in; ++i)
            banned.push_back(m_forbidden[i].second);
        const NodeId head = data.arcHead[in];
        if (head == noId)
            continue;
        std::vector<ArcId> allowed;
        for (quint32 k = data.outStart[head]; k < data.outStart[head + 1]; ++k) {
            if (!std::ranges::binary_search(banned, data.outArc[k]))
                allowed.push_back(data.outArc[k]);
        }
        if (allowed.size() == data.outStart[head + 1] - data.outStart[head])
            continue;
        const auto next = static_cast<NodeId>(m_nodeCount + copies.size());
        const auto [it, isNew] = copyOf.try_emplace({head, allowed}, next);
        if (isNew)
            copies.push_back(std::move(allowed));
        data.arcHead[in] = it->second;
    }
}

void GraphBuilder::fillNodes(GraphData &data, const Order &order)
{
    const auto tailOf = [&](ArcId arc) { // the opposite end, whether or not the opposite arc exists
        const Piece &piece = m_pieces[order.pieces[pieceOf(arc)]];
        return order.newNode[isForward(arc) ? piece.from : piece.to];
    };
    data.outStart.assign(m_nodeCount + 1, 0);
    const auto arcs = static_cast<quint32>(data.arcMs.size());
    for (ArcId arc = 0; arc < arcs; ++arc) {
        if (data.arcMs[arc] != noTime)
            ++data.outStart[tailOf(arc) + 1];
    }
    std::partial_sum(data.outStart.begin(), data.outStart.end(), data.outStart.begin());
    data.outArc.resize(data.outStart.back());
    std::vector<quint32> next(data.outStart.begin(), data.outStart.end() - 1);
    for (ArcId arc = 0; arc < arcs; ++arc) {
        if (data.arcMs[arc] != noTime)
            data.outArc[next[tailOf(arc)]++] = arc;
    }
    std::vector<std::vector<ArcId>> copies;
    splitForTurns(data, copies, order);
    for (const std::vector<ArcId> &allowed : copies) {
        data.outArc.insert(data.outArc.end(), allowed.begin(), allowed.end());
        data.outStart.push_back(static_cast<quint32>(data.outArc.size()));
    }
}

Result<GraphBuilder::Built> GraphBuilder::build(Instant date, const QByteArray &tableHash) &&
{
    if (m_pieces.size() >= 0x7fffffffU || m_points.size() >= noId)
        return fail(Errc::InvalidArgument, u"too many roads for one graph"_s);
    auto data = std::make_shared<GraphData>();
    data->dateMs = toMs(date);
    data->tableHash = tableHash;
    data->kinds = m_kinds;
    if (data->kinds.isEmpty())
        data->kinds.append("road");
    data->names = m_names;
    Order order = makeOrder();
    fillPieces(*data, order);
    fillNodes(*data, order);
    const quint32 copies = data->nodeCount() - m_nodeCount;
    const quint32 components = markConnectivity(*data);
    if (const QString fault = data->findFault(); !fault.isEmpty())
        return fail(Errc::Internal, u"built graph: "_s + fault);
    data->finish();
    return Built{RoadGraph(std::move(data)), std::move(order.newPiece), std::move(order.newNode),
                 copies, components};
}

} // namespace leeward::roads
