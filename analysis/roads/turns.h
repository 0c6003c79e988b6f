#pragma once

#include "analysis/roads/builder.h"
#include "analysis/roads/importwarnings.h"

#include <osmium/osm/relation.hpp>

#include <QHash>

#include <optional>

namespace leeward::roads {

// A turn restriction over a node, as the relation says it.
struct Restriction
{
    qint64 id = 0;
    bool isOnly = false;  // only_*: all but `to` is forbidden
    bool isUTurn = false; // no_u_turn, only_u_turn
    qint64 via = 0;
    std::vector<qint64> from;
    std::vector<qint64> to;
};

struct TurnStatistics
{
    qint64 read = 0;       // relations that restrict turns of vehicles
    qint64 applied = 0;    // at least one turn was forbidden
    qint64 excepted = 0;   // emergency vehicles or cars are excepted
    qint64 irrelevant = 0; // a member is no road for vehicles
    qint64 overWays = 0;   // via way: not enforced
};

// Reads a relation of type restriction; nothing for all others and for those that can not be
// enforced (counted).
[[nodiscard]] std::optional<Restriction> readRestriction(const osmium::Relation &relation,
                                                         TurnStatistics &statistics,
                                                         ImportWarnings &warnings);

// Where the pieces at a via node begin and end.
struct PieceEnd
{
    quint32 piece = 0;
    bool isStart = false; // the piece's first point is the node
    qint64 way = 0;

    [[nodiscard]] ArcId entering() const
    {
        return isStart ? backwardArc(piece) : forwardArc(piece);
    }
    [[nodiscard]] ArcId leaving() const { return oppositeArc(entering()); }
};
using PieceEnds = QHash<qint64, std::vector<PieceEnd>>; // by OpenStreetMap node

// Forbids the turns in the builder.
void applyRestrictions(std::span<const Restriction> restrictions, const PieceEnds &ends,
                       GraphBuilder &builder, TurnStatistics &statistics, ImportWarnings &warnings);

} // namespace leeward::roads
