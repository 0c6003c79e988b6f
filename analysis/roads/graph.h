#pragma once

#include "models/domain/clock.h"
#include "models/domain/geo.h"
#include "models/domain/progress.h"
#include "models/domain/result.h"

#include <QByteArray>
#include <QString>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace leeward::roads {

// The routable road network of one extract.
//
//   piece  a stretch of road (or ferry) between two junctions, with its shape. Junctions are where
//   pieces meet or end. arc    one direction of travel on a piece: arc 2p along the shape of piece
//   p, arc 2p+1 against it. Closing a road
//          to one direction means that this arc does not exist.
//   node   a place of the search. Turn restrictions are built in by splitting: all arcs that enter
//   a junction and have
//          the same forbidden turns end in a copy of that junction of their own, which lacks the
//          arcs they may not take. A search over nodes therefore never makes a forbidden turn and
//          pays nothing for checking. An arc has exactly one head, but may leave from several
//          copies of its first junction. Turning round is possible at every junction that does not
//          forbid it: emergency vehicles do.
//
// Travel times are whole milliseconds, at least 1; lengths are metres on the sphere of
// models/domain/geo.h.
using PieceId = quint32;
using ArcId = quint32;
using NodeId = quint32;
inline constexpr quint32 noId = 0xffffffffU;   // no such piece, arc or node
inline constexpr quint32 noTime = 0xffffffffU; // the arc does not exist or is closed

[[nodiscard]] constexpr PieceId pieceOf(ArcId arc)
{
    return arc >> 1U;
}
[[nodiscard]] constexpr bool isForward(ArcId arc)
{
    return (arc & 1U) == 0;
}
[[nodiscard]] constexpr ArcId forwardArc(PieceId piece)
{
    return piece << 1U;
}
[[nodiscard]] constexpr ArcId backwardArc(PieceId piece)
{
    return (piece << 1U) | 1U;
}
[[nodiscard]] constexpr ArcId oppositeArc(ArcId arc)
{
    return arc ^ 1U;
}

enum PieceFlag : quint16
{
    MainNetwork = 1, // in the largest part whose places all reach each other
    Ferry = 2,
    Bridge = 4,
    Tunnel = 8,
    Ford = 16,
    Roundabout = 32,
    Restricted = 64, // passable only by the table's leave (private, destination …)
};

class Closures;
struct GraphData;

// A place on the network. Holds for the graph that made it.
struct Snap
{
    LonLat asked;
    LonLat point;    // the nearest point of the piece
    Metres distance; // from asked to point
    PieceId piece =
        noId; // noId: no road within the limit; distance is then the one to the nearest, if known
    double fraction = 0; // 0 … 1 along the piece's shape, by length

    [[nodiscard]] bool isValid() const { return piece != noId; }
    friend bool operator==(const Snap &, const Snap &) = default;
};

inline constexpr Metres defaultSnapLimit{2000};

// Immutable and cheap to copy; may be read from any number of threads.
class RoadGraph
{
public:
    // Reads a file written by save(). FileMissing, FileUnreadable; FileMalformed for anything that
    // is not a whole, undamaged road file (empty, cut short, changed, foreign); SchemaTooNew for a
    // later format.
    [[nodiscard]] static Result<RoadGraph> load(const QString &path);
    // Writes the file at once or not at all. FileUnwritable, DiskFull.
    [[nodiscard]] Result<> save(const QString &path) const;

    // When the map data was current: the extract's own timestamp, else its file's date.
    [[nodiscard]] Instant date() const;
    // SHA-256 of the speed table the times were made with.
    [[nodiscard]] QByteArray speedTableHash() const;

    [[nodiscard]] quint32 nodeCount() const; // with the copies made for turn restrictions
    [[nodiscard]] quint32 pieceCount() const;
    [[nodiscard]] quint32 arcCount() const; // arcs that exist
    [[nodiscard]] quint32 arcIdEnd() const; // all arc ids are below

    [[nodiscard]] bool exists(ArcId arc) const;        // false for any id out of range, too
    [[nodiscard]] quint32 travelTime(ArcId arc) const; // ms; noTime when it does not exist
    [[nodiscard]] Metres length(PieceId piece) const;
    [[nodiscard]] std::vector<LonLat> shape(PieceId piece) const;
    [[nodiscard]] qint64 osmWay(PieceId piece) const;
    [[nodiscard]] quint16 flags(PieceId piece) const; // PieceFlag bits
    [[nodiscard]] QString
    roadClass(PieceId piece) const;                  // OpenStreetMap's word: "primary", "ferry", …
    [[nodiscard]] QString name(PieceId piece) const; // may be empty

    // The nearest point of a piece that can be travelled in at least one direction. A piece cut off
    // from the main network is taken only when it is 250 m nearer than the main network. Beyond
    // `limit`: an invalid Snap with the distance to the nearest road (negative when there is none
    // at all or `at` is not a place).
    [[nodiscard]] Snap snap(LonLat at, Metres limit = defaultSnapLimit,
                            const Closures *closures = nullptr) const;
    // Pieces whose shape comes into the box (west, south) … (east, north).
    [[nodiscard]] std::vector<PieceId> piecesIn(LonLat southWest, LonLat northEast) const;

    // For searches and tests in this library.
    [[nodiscard]] const GraphData &data() const { return *m_data; }
    explicit RoadGraph(std::shared_ptr<const GraphData> data)
        : m_data(std::move(data))
    {
    }

private:
    std::shared_ptr<const GraphData> m_data;
};

} // namespace leeward::roads
