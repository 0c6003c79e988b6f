#pragma once

#include "analysis/roads/graph.h"
#include "analysis/roads/spatial.h"

#include <QByteArrayList>

#include <span>

namespace leeward::roads {

// One step of a search: over `arc` to (forward) or from (reverse) `node`.
struct Step
{
    NodeId node;
    quint32 ms;
    ArcId arc;
};

// The arrays behind RoadGraph. P pieces, N nodes.
struct GraphData
{
    // stored
    qint64 dateMs = 0;
    QByteArray tableHash;
    std::vector<FixedPoint> points;  // shapes, end to end, junctions included
    std::vector<quint32> shapeStart; // P + 1
    std::vector<float> metres;       // P
    std::vector<qint64> way;         // P
    std::vector<quint8> kind;        // P, into kinds
    std::vector<quint32> name;       // P, into names, or noId
    std::vector<quint16> flags;      // P
    std::vector<quint32> component;  // P, equal = connected when directions are ignored
    std::vector<quint32> arcMs;      // 2P
    std::vector<NodeId> arcHead;     // 2P, noId exactly where arcMs is noTime
    std::vector<quint32> outStart;   // N + 1
    std::vector<ArcId> outArc;       // arcs by the node they leave
    QByteArrayList kinds;
    QByteArrayList names;

    // derived by finish()
    std::vector<Step> out;
    std::vector<quint32> reverseStart; // N + 1
    std::vector<Step> reverse;
    SpatialIndex index;

    [[nodiscard]] quint32 pieceCount() const { return static_cast<quint32>(metres.size()); }
    [[nodiscard]] quint32 nodeCount() const
    {
        return outStart.empty() ? 0 : static_cast<quint32>(outStart.size() - 1);
    }
    [[nodiscard]] std::span<const FixedPoint> shape(PieceId piece) const
    {
        return std::span(points).subspan(shapeStart[piece],
                                         shapeStart[piece + 1] - shapeStart[piece]);
    }
    [[nodiscard]] std::span<const Step> leaving(NodeId node) const
    {
        return std::span(out).subspan(outStart[node], outStart[node + 1] - outStart[node]);
    }
    [[nodiscard]] std::span<const Step> entering(NodeId node) const
    {
        return std::span(reverse).subspan(reverseStart[node],
                                          reverseStart[node + 1] - reverseStart[node]);
    }
    // Every index within its array and every rule above kept; what is wrong, else an empty string.
    [[nodiscard]] QString findFault() const;
    // Builds the derived arrays. Only on data without fault.
    void finish();
    // Builds `reverse` alone.
    void makeSteps();
};

} // namespace leeward::roads
