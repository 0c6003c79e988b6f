#pragma once

#include "analysis/roads/graph.h"
#include "analysis/roads/spatial.h"

#include <QByteArrayList>
#include <QHash>

#include <span>
#include <vector>

namespace leeward::roads {

// Makes a RoadGraph from pieces in any order; the importer, benches and tests use it. Node and
// piece numbers given here are the builder's own: build() renumbers both along a Hilbert curve, so
// that what is near on the ground is near in memory, and says how.
class GraphBuilder
{
public:
    struct Piece
    {
        quint32 from = 0;           // node at the first point of the shape
        quint32 to = 0;             // node at the last point
        quint32 forwardMs = noTime; // travel time along the shape; noTime: closed; 0 becomes 1
        quint32 backwardMs = noTime;
        quint32 firstPoint = 0; // its shape in points()
        quint32 pointCount = 0;
        float metres = 0;
        qint64 way = 0;
        quint8 kind = 0;     // from kind()
        quint32 name = noId; // from name()
        quint16 flags = 0;
    };
    struct Built
    {
        RoadGraph graph;
        std::vector<PieceId> pieceIds; // by the builder's piece number
        std::vector<NodeId>
            nodeIds;        // by the builder's node number: the junction itself, not its copies
        quint32 copies = 0; // nodes added for turn restrictions
        quint32 components = 0;
    };

    quint32 addNode() { return m_nodeCount++; }
    // At least two points; `piece.metres`, firstPoint and pointCount are filled in here. Answers
    // its number.
    quint32 addPiece(Piece piece, std::span<const FixedPoint> shape);
    [[nodiscard]] Piece &piece(quint32 number) { return m_pieces[number]; }
    [[nodiscard]] quint32 pieceCount() const { return static_cast<quint32>(m_pieces.size()); }
    [[nodiscard]] quint32 nodeCount() const { return m_nodeCount; }
    // After `arcIn` (arcs by the builder's piece numbers) `arcOut` may not be taken. Others that do
    // not meet are ignored.
    void forbid(ArcId arcIn, ArcId arcOut) { m_forbidden.emplace_back(arcIn, arcOut); }
    [[nodiscard]] const std::vector<std::pair<ArcId, ArcId>> &forbidden() const
    {
        return m_forbidden;
    }

    [[nodiscard]] quint8
    kind(const QByteArray &word); // at most 255 different; more become the last
    [[nodiscard]] quint32 name(const QByteArray &name); // noId for an empty one

    // Uses the builder up. InvalidArgument when there are more than 2^31 - 1 pieces or points past
    // 2^32 - 1.
    [[nodiscard]] Result<Built> build(Instant date, const QByteArray &tableHash) &&;

private:
    struct Order;
    [[nodiscard]] Order makeOrder() const;
    void fillPieces(GraphData &data, const Order &order) const;
    void fillNodes(GraphData &data, const Order &order);
    void splitForTurns(GraphData &data, std::vector<std::vector<ArcId>> &copies,
                       const Order &order);

    quint32 m_nodeCount = 0;
    std::vector<Piece> m_pieces;
    std::vector<FixedPoint> m_points;
    std::vector<std::pair<ArcId, ArcId>> m_forbidden;
    QHash<QByteArray, quint32> m_kindNumbers, m_nameNumbers;
    QByteArrayList m_kinds, m_names;
};

} // namespace leeward::roads
