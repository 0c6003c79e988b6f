#include "analysis/roads/closures.h"

#include <cmath>
#include <limits>

namespace leeward::roads {

void Closures::set(ArcId arc, double factor)
{
    if (arc == noId)
        return;
    const size_t word = arc >> 6U;
    if (word >= m_bits.size())
        m_bits.resize(word + 1, 0);
    m_bits[word] |= quint64(1) << (arc & 63U);
    m_factors.insert(arc, factor);
}

void Closures::close(ArcId arc)
{
    set(arc, std::numeric_limits<double>::infinity());
}

void Closures::closePiece(PieceId piece)
{
    if (piece == noId)
        return;
    close(forwardArc(piece));
    close(backwardArc(piece));
}

void Closures::slow(ArcId arc, double factor)
{
    if (factor > 1)
        set(arc, factor);
    else
        lift(arc);
}

void Closures::slowPiece(PieceId piece, double factor)
{
    if (piece == noId)
        return;
    slow(forwardArc(piece), factor);
    slow(backwardArc(piece), factor);
}

void Closures::lift(ArcId arc)
{
    if (m_factors.remove(arc))
        m_bits[arc >> 6U] &= ~(quint64(1) << (arc & 63U));
}

void Closures::liftPiece(PieceId piece)
{
    if (piece == noId)
        return;
    lift(forwardArc(piece));
    lift(backwardArc(piece));
}

void Closures::clear()
{
    m_bits.clear();
    m_factors.clear();
}

bool Closures::isClosed(ArcId arc) const
{
    return adjusted(arc, 0) == noTime;
}

quint32 Closures::adjustedTouched(ArcId arc, quint32 ms) const
{
    const double factor = m_factors.value(arc, 1);
    if (std::isinf(factor))
        return noTime;
    const double slowed = std::round(ms * factor);
    return slowed < noTime - 1 ? static_cast<quint32>(slowed) : noTime - 1;
}

} // namespace leeward::roads
