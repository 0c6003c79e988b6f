#pragma once

#include "models/domain/unit_position.h"
#include "sync/authority_link.h"

#include <QCborMap>

// The bytes of the protocol (docs/protocol.md): CBOR maps (RFC 8949) with text keys, the same on
// the network and in packages. Keys that are not known are passed over; a reader never trusts a
// length. Pure functions; any thread. Decoding fails with FileMalformed and says where.
namespace leeward::sync::wire {

// Grows with every change that an older peer can not read. A server answers every version from
// `oldestProtocol` on; a console that is older than that is read-only.
inline constexpr int protocolVersion = 1;
inline constexpr int oldestProtocol = 1;

// No message of one exchange is larger; a reply is cut (`more`) well before.
inline constexpr qint64 largestMessage = 64LL * 1024 * 1024;
inline constexpr qint64 replyCut = 4LL * 1024 * 1024;

[[nodiscard]] QCborMap toCbor(const Submission &submission);
[[nodiscard]] Result<Submission> submissionFrom(const QCborValue &value);

// Entries that follow one another: the first carries the hash before it, the others follow from it.
[[nodiscard]] QCborValue toCbor(const std::vector<store::Entry> &entries);
[[nodiscard]] Result<std::vector<store::Entry>> entriesFrom(const QCborValue &value);

[[nodiscard]] QByteArray toBytes(const Ask &ask);
[[nodiscard]] Result<Ask> askFrom(const QByteArray &bytes);
[[nodiscard]] QByteArray toBytes(const Reply &reply);
[[nodiscard]] Result<Reply> replyFrom(const QByteArray &bytes);

// Who is looking at or editing what, as a hint.
struct Presence
{
    QString desk;
    QString person;
    QString record; // table/id, empty = nothing in particular
    bool editing = false;
    friend bool operator==(const Presence &, const Presence &) = default;
};

[[nodiscard]] QCborMap toCbor(const UnitPosition &position);
[[nodiscard]] Result<UnitPosition> unitPositionFrom(const QCborValue &value);

// One frame of a stream, either way.
struct Frame
{
    enum class Kind
    {
        Entries,   // server: accepted just now
        Head,      // server: `head` is the newest; ask if yours is older
        Presence,  // both: the server sends everybody's, a desk its own
        Positions, // server: places that changed
        Bye,       // server: it stops; come back after a while
    };
    Kind kind = Kind::Head;
    std::vector<store::Entry> entries;
    store::Head head;
    QString epoch;
    std::vector<Presence> presence;
    std::vector<UnitPosition> positions;
    friend bool operator==(const Frame &, const Frame &) = default;
};

[[nodiscard]] QByteArray toBytes(const Frame &frame);
[[nodiscard]] Result<Frame> frameFrom(const QByteArray &bytes);

// zstd frames. Unpacking refuses what would be larger than `limit`, whatever its header says.
[[nodiscard]] QByteArray pack(const QByteArray &bytes, int level = 3);
[[nodiscard]] Result<QByteArray> unpack(const QByteArray &bytes, qint64 limit = largestMessage);

} // namespace leeward::sync::wire
