#pragma once

#include "analysis/roads/graph.h"

#include <QHash>

#include <vector>

namespace leeward::roads {

// What is closed or slow just now: an overlay that a query reads beside the graph, so a change
// bites on the next query and the graph is never rebuilt. A value; read from several threads only
// while nobody changes it. Its arcs belong to one graph.
class Closures
{
public:
    void close(ArcId arc);
    void closePiece(PieceId piece); // both directions
    // Travel takes `factor` times as long. Factors of 1 or less (or not a number) lift whatever was
    // set; one that is not finite closes.
    void slow(ArcId arc, double factor);
    void slowPiece(PieceId piece, double factor);
    void lift(ArcId arc);
    void liftPiece(PieceId piece);
    void clear();

    [[nodiscard]] bool isEmpty() const { return m_factors.isEmpty(); }
    [[nodiscard]] qsizetype size() const { return m_factors.size(); } // arcs touched
    [[nodiscard]] bool isClosed(ArcId arc) const;
    // The time under this overlay: noTime when closed, else at least `ms`.
    [[nodiscard]] quint32 adjusted(ArcId arc, quint32 ms) const
    {
        const size_t word = arc >> 6U;
        if (word >= m_bits.size() || ((m_bits[word] >> (arc & 63U)) & 1U) == 0)
            return ms;
        return adjustedTouched(arc, ms);
    }

private:
    void set(ArcId arc, double factor);
    [[nodiscard]] quint32 adjustedTouched(ArcId arc, quint32 ms) const;

    std::vector<quint64> m_bits;    // one bit an arc: touched
    QHash<ArcId, double> m_factors; // infinity: closed
};

} // namespace leeward::roads
