#pragma once

#include "analysis/roads/rules.h"
#include "analysis/roads/turns.h"

#include <osmium/osm/node.hpp>
#include <osmium/osm/way.hpp>

namespace leeward::roads {

// Collects the ways of an extract, learns where their points are, and cuts them into pieces at
// junctions. A junction is a point used by two ways, twice by one, at a way's end, or named by a
// turn restriction. A closed barrier gives every way that comes to it an end of its own, so that
// nothing passes.
class WayCutter
{
public:
    explicit WayCutter(GraphBuilder &builder, ImportWarnings &warnings)
        : m_builder(builder)
        , m_warnings(warnings)
    {
    }

    // First pass.
    void addWay(const osmium::Way &way, const WayRule &rule);
    void addVia(qint64 osmNode) { m_vias.push_back(osmNode); }
    // Between the passes.
    void finishWays();
    // Second pass: whether the node matters, then what it is.
    [[nodiscard]] bool wants(qint64 osmNode) const;
    void addNode(const osmium::Node &node, const NodeRule &rule);
    // At the end. `boardingSeconds` is spread over both ends of a ferry ride. Answers the pieces at
    // via nodes.
    [[nodiscard]] PieceEnds cut(double boardingSeconds);

    [[nodiscard]] qint64 wayCount() const { return static_cast<qint64>(m_ways.size()); }
    [[nodiscard]] qint64 ferryCount() const { return m_ferries; }
    [[nodiscard]] qint64 closedBarriers() const { return m_closedBarriers; }

private:
    struct Way
    {
        qint64 id;
        size_t firstRef;
        size_t refCount;
        WayRule rule;
        quint32 name;
    };
    struct Point
    {
        FixedPoint place;
        quint32 graphNode = noId;
        float seconds = 0;
        quint8 uses = 0; // at most 2 matters
        bool isKnown = false;
        bool isClosed = false;
        bool isVia = false;
    };
    struct Built // of one piece, until times are known
    {
        quint32 number;
        size_t way;
        float forwardSeconds; // lost on the way and at its head
        float backwardSeconds;
    };

    [[nodiscard]] size_t indexOf(qint64 osmNode) const;
    void cutWay(size_t way, PieceEnds &viaEnds);
    void addPiece(size_t way, std::span<const size_t> points, PieceEnds &viaEnds);
    [[nodiscard]] quint32 graphNode(Point &point);
    void setTimes(double boardingSeconds);

    GraphBuilder &m_builder;
    ImportWarnings &m_warnings;
    std::vector<Way> m_ways;
    std::vector<qint64> m_refs;
    std::vector<qint64> m_vias;
    std::vector<qint64> m_ids; // all refs, sorted, each once; m_points goes with it
    std::vector<Point> m_points;
    std::vector<Built> m_built;
    qint64 m_ferries = 0;
    qint64 m_closedBarriers = 0;
};

} // namespace leeward::roads
