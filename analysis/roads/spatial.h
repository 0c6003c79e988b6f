#pragma once

#include "models/domain/geo.h"

#include <QtGlobal>

#include <functional>
#include <limits>
#include <span>
#include <vector>

namespace leeward::roads {

struct GraphData;

// WGS 84 in units of 1e-7 degrees: a centimetre, as OpenStreetMap stores it.
struct FixedPoint
{
    qint32 lon = 0;
    qint32 lat = 0;

    friend bool operator==(FixedPoint, FixedPoint) = default;
};

[[nodiscard]] constexpr LonLat toLonLat(FixedPoint p)
{
    return {p.lon * 1e-7, p.lat * 1e-7};
}
[[nodiscard]] FixedPoint toFixed(LonLat p);

// Position of a point on a Hilbert curve over the whole earth; near points get near keys.
[[nodiscard]] quint64 hilbertKey(FixedPoint p);

// A packed R-tree over short runs of the pieces' shapes. Pieces are numbered along a Hilbert curve
// by the builder, so packing them in order already gives a good tree and nothing is sorted here.
class SpatialIndex
{
public:
    struct Hit
    {
        quint32 piece = 0xffffffffU;
        quint32 segment = 0; // the shape's segment behind point `segment` of the piece
        double along = 0;    // 0 … 1 in the segment
        double metres = std::numeric_limits<double>::infinity(); // plane distance plus penalty
    };
    // Extra metres for taking this piece at this plane distance; infinity: not at all.
    using Penalty = std::function<double(quint32 piece, double metres)>;

    void build(const GraphData &data);
    // The piece with the least distance plus penalty.
    [[nodiscard]] Hit nearest(const GraphData &data, LonLat at, const Penalty &penalty) const;
    // Pieces with a shape segment whose box meets the box; each once, ascending.
    [[nodiscard]] std::vector<quint32> inBox(const GraphData &data, FixedPoint southWest,
                                             FixedPoint northEast) const;

private:
    struct Box
    {
        qint32 west, south, east, north;
    };
    struct Run // up to runLength segments of one piece
    {
        quint32 piece;
        quint32 first;
    };
    static constexpr quint32 runLength = 8;
    static constexpr size_t fanOut = 8;

    [[nodiscard]] static Box boxOf(std::span<const FixedPoint> points);
    [[nodiscard]] static std::span<const FixedPoint> runPoints(const GraphData &data, Run run);

    std::vector<Run> m_runs;
    std::vector<std::vector<Box>>
        m_levels; // [0]: one box a run, then fanOut to one, up to a single box
};

} // namespace leeward::roads
