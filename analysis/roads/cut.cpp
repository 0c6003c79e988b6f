#include "analysis/roads/cut.h"

#include <algorithm>
#include <cmath>

namespace leeward::roads {

void WayCutter::addWay(const osmium::Way &way, const WayRule &rule)
{
    Way kept{way.id(), m_refs.size(), way.nodes().size(), rule, noId};
    const char *name = way.tags().get_value_by_key("name");
    if (!name)
        name = way.tags().get_value_by_key("ref", "");
    kept.name = m_builder.name(QByteArray(name));
    for (const osmium::NodeRef &ref : way.nodes())
        m_refs.push_back(ref.ref());
    if (rule.isFerry())
        ++m_ferries;
    m_ways.push_back(std::move(kept));
}

size_t WayCutter::indexOf(qint64 osmNode) const
{
    const auto it = std::ranges::lower_bound(m_ids, osmNode);
    return it != m_ids.end() && *it == osmNode ? static_cast<size_t>(it - m_ids.begin())
                                               : m_ids.size();
}

bool WayCutter::wants(qint64 osmNode) const
{
    return indexOf(osmNode) < m_ids.size();
}

void WayCutter::finishWays()
{
    m_ids = m_refs;
    std::ranges::sort(m_ids);
    const auto rest = std::ranges::unique(m_ids);
    m_ids.erase(rest.begin(), rest.end());
    m_points.resize(m_ids.size());
    for (const Way &way : m_ways) {
        const auto refs = std::span(m_refs).subspan(way.firstRef, way.refCount);
        for (size_t i = 0; i < refs.size(); ++i) {
            const bool isEnd = i == 0 || i + 1 == refs.size();
            Point &point = m_points[indexOf(refs[i])];
            point.uses = static_cast<quint8>(std::min(2, point.uses + (isEnd ? 2 : 1)));
        }
    }
    for (const qint64 via : m_vias) {
        if (const size_t index = indexOf(via); index < m_points.size()) {
            m_points[index].uses = 2;
            m_points[index].isVia = true;
        }
    }
}

void WayCutter::addNode(const osmium::Node &node, const NodeRule &rule)
{
    const size_t index = indexOf(node.id());
    const osmium::Location at = node.location();
    if (index >= m_points.size() || !at.valid())
        return;
    Point &point = m_points[index];
    point.place = {at.x(), at.y()};
    point.isKnown = true;
    point.seconds = static_cast<float>(rule.seconds);
    point.isClosed = rule.closed;
    if (rule.closed)
        ++m_closedBarriers;
}

quint32 WayCutter::graphNode(Point &point)
{
    if (point.isClosed)
        return m_builder.addNode();
    if (point.graphNode == noId)
        point.graphNode = m_builder.addNode();
    return point.graphNode;
}

void WayCutter::addPiece(size_t way, std::span<const size_t> points, PieceEnds &viaEnds)
{
    std::vector<FixedPoint> shape;
    float inner = 0;
    for (const size_t index : points) {
        shape.push_back(m_points[index].place);
        inner += m_points[index].seconds;
    }
    Point &first = m_points[points.front()];
    Point &last = m_points[points.back()];
    inner -= first.seconds + last.seconds;
    const Way &source = m_ways[way];
    GraphBuilder::Piece piece;
    piece.from = graphNode(first);
    piece.to = graphNode(last);
    piece.way = source.id;
    piece.kind = m_builder.kind(source.rule.kind);
    piece.name = source.name;
    piece.flags = source.rule.flags;
    const quint32 number = m_builder.addPiece(piece, shape);
    m_built.push_back({number, way, inner + last.seconds, inner + first.seconds});
    if (first.isVia)
        viaEnds[m_ids[points.front()]].push_back({number, true, source.id});
    if (last.isVia)
        viaEnds[m_ids[points.back()]].push_back({number, false, source.id});
}

void WayCutter::cutWay(size_t number, PieceEnds &viaEnds)
{
    const Way &way = m_ways[number];
    std::vector<size_t> open; // points since the last junction
    bool isCut = false;
    bool hasPiece = false;
    const auto close = [&] {
        if (open.size() >= 2) {
            addPiece(number, open, viaEnds);
            hasPiece = true;
        }
    };
    for (const qint64 ref : std::span(m_refs).subspan(way.firstRef, way.refCount)) {
        const size_t index = indexOf(ref);
        const Point &point = m_points[index];
        if (!point.isKnown) {
            close();
            open.clear();
            isCut = true;
            continue;
        }
        if (!open.empty() && open.back() == index)
            continue;
        open.push_back(index);
        if (point.uses >= 2 || point.isClosed) {
            close();
            open.assign(1, index);
        }
    }
    close();
    if (!hasPiece)
        m_warnings.add(ImportWarning::WayWithoutPoints, way.id);
    else if (isCut)
        m_warnings.add(ImportWarning::WayCutAtBorder, way.id);
}

namespace {

quint32 toMs(double seconds)
{
    return static_cast<quint32>(std::clamp(std::round(seconds * 1000), 1.0, 4e9));
}

} // namespace

void WayCutter::setTimes(double boardingSeconds)
{
    std::vector<quint8> roadEnds(m_builder.nodeCount(), 0);
    std::vector<quint8> ferryEnds(m_builder.nodeCount(), 0);
    std::vector<double> wayMetres(m_ways.size(), 0);
    for (const Built &built : m_built) {
        const GraphBuilder::Piece &piece = m_builder.piece(built.number);
        auto &ends = m_ways[built.way].rule.isFerry() ? ferryEnds : roadEnds;
        for (const quint32 node : {piece.from, piece.to})
            ends[node] = static_cast<quint8>(std::min(2, ends[node] + 1));
        wayMetres[built.way] += static_cast<double>(piece.metres);
    }
    const auto isLanding = [&](quint32 node) { return roadEnds[node] > 0 || ferryEnds[node] < 2; };
    for (const Built &built : m_built) {
        GraphBuilder::Piece &piece = m_builder.piece(built.number);
        const WayRule &rule = m_ways[built.way].rule;
        const auto metres = static_cast<double>(piece.metres);
        double extra = 0;
        if (rule.isFerry()) {
            for (const quint32 node : {piece.from, piece.to})
                extra += isLanding(node) ? boardingSeconds / 2 : 0;
        }
        const auto seconds = [&](double kmh) {
            if (rule.ferrySeconds > 0 && wayMetres[built.way] > 0)
                return rule.ferrySeconds * metres / wayMetres[built.way];
            return metres / kmh * 3.6;
        };
        if (rule.forward)
            piece.forwardMs =
                toMs(seconds(rule.forwardKmh) + extra + static_cast<double>(built.forwardSeconds));
        if (rule.backward)
            piece.backwardMs = toMs(seconds(rule.backwardKmh) + extra +
                                    static_cast<double>(built.backwardSeconds));
    }
}

PieceEnds WayCutter::cut(double boardingSeconds)
{
    PieceEnds viaEnds;
    for (size_t way = 0; way < m_ways.size(); ++way)
        cutWay(way, viaEnds);
    setTimes(boardingSeconds);
    return viaEnds;
}

} // namespace leeward::roads
