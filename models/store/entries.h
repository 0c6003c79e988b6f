#pragma once

#include "models/domain/operation.h"
#include "models/domain/refusal.h"
#include "models/store/connection.h"

#include <QByteArray>

#include <vector>

namespace leeward::store {

// One line of the journal: an accepted operation, its place in the order, and what it did to the
// rows.
struct Entry
{
    qint64 seq = 0; // 1, 2, 3, … without a hole
    Operation operation;
    QByteArray operationBytes; // as accepted; what the hash covers
    Instant acceptedAt;
    QByteArray changeset;
    QByteArray previousHash; // 32 bytes; zeros before the first
    QByteArray hash;         // SHA-256, see hashOf()
    int rules = 1;           // rulebook::version that accepted it; not covered by the hash
    QByteArray
        seal; // the server's word that it accepted this (server/seals.h), or empty; not hashed
    friend bool operator==(const Entry &, const Entry &) = default;
};

inline constexpr int hashSize = 32;
inline constexpr int sealSize = 32;

// SHA-256 of previousHash, then as 8-byte big-endian numbers seq, acceptedAt (ms), the lengths of
// operationBytes and of changeset, then both.
[[nodiscard]] QByteArray hashOf(const Entry &entry);

struct Head
{
    qint64 seq = 0;
    QByteArray hash = QByteArray(hashSize, '\0');
    friend bool operator==(const Head &, const Head &) = default;
};

[[nodiscard]] Result<Head> journalHead(Connection &db);
// Refuses (Corrupt) an entry that does not follow the head or whose hash is wrong.
[[nodiscard]] Result<> appendEntry(Connection &db, const Entry &entry);
[[nodiscard]] Result<std::vector<Entry>> entriesAfter(Connection &db, qint64 seq, int limit);
[[nodiscard]] Result<std::optional<Entry>> entryOf(Connection &db, OperationId operation);
// The hash of entry `seq`, zeros of 0; nothing when it is not there (any more).
[[nodiscard]] Result<std::optional<QByteArray>> entryHash(Connection &db, qint64 seq);

// What came before the oldest entry here: {0, zeros} unless older ones are in an archive. With no
// entry at all the same.
[[nodiscard]] Result<Head> journalBase(Connection &db);
// The entry's number, also when the entry lies in an archive; 0 when there is none.
[[nodiscard]] Result<qint64> numberOf(Connection &db, OperationId operation);
// The newest entry such that it and all before it were accepted before `at`; 0 when there is none.
[[nodiscard]] Result<qint64> newestBefore(Connection &db, Instant at);
// Takes the entries up to `seq` out of the journal; they lie in an archive. Their operations stay
// known (numberOf). InvalidArgument for the newest one, which always stays. The caller's
// transaction.
[[nodiscard]] Result<> dropEntriesUpTo(Connection &db, qint64 seq);

// Takes the entries after `seq` out of the journal; the other exception to its being append-only:
// the authority has lost them (see sync::retreat). The caller undoes what they did to the rows.
[[nodiscard]] Result<> dropEntriesAfter(Connection &db, qint64 seq);

// An answer of the authority that made no entry.
[[nodiscard]] Result<std::optional<Refusal>> refusedAnswer(Connection &db, OperationId operation);
[[nodiscard]] Result<> keepRefused(Connection &db, OperationId operation, const Refusal &refusal,
                                   Instant at);

struct RefusedAnswer
{
    OperationId operation;
    Refusal refusal;
    Instant at;
};
// At most `limit` of them that follow `after`, by id.
[[nodiscard]] Result<std::vector<RefusedAnswer>> refusedAnswersAfter(Connection &db,
                                                                     OperationId after, int limit);

// An operation of this desk on its way into the journal.
struct Pending
{
    enum class State
    {
        Queued,   // applied here, waiting for the authority
        Conflict, // no longer fits what others did; not applied, an operator decides
        Refused,  // the authority said no; not applied, an operator decides
    };
    qint64 position = 0;
    Operation operation;
    QByteArray changeset; // what it did here; empty unless Queued
    State state = State::Queued;
    std::optional<Refusal> refusal; // unless Queued
    // Handed in for another desk: the key of its device and its signature, 96 bytes; or the seal of
    // an entry that the server has lost, 32 bytes (sealSize). Else empty.
    QByteArray proof;
    // Of a Conflict: it is certain to be no entry (makeConflictsCertain). Else it may have been
    // handed in and accepted, its answer cut or lost.
    bool certain = false;
};

[[nodiscard]] QString pendingStateName(Pending::State state);

[[nodiscard]] Result<std::vector<Pending>> pendingOperations(Connection &db);
// The oldest that are on their way, at most `limit`.
[[nodiscard]] Result<std::vector<Pending>> queuedOperations(Connection &db, qint64 limit);
// In whatever state.
[[nodiscard]] Result<bool> isPending(Connection &db, OperationId operation);
// Returns its position. AlreadyExists for an operation that is queued or in the journal already.
[[nodiscard]] Result<qint64> addPending(Connection &db, const Operation &operation,
                                        const QByteArray &changeset, const QByteArray &proof = {});
// Nothing is certain of it from now on.
[[nodiscard]] Result<> setPending(Connection &db, qint64 position, Pending::State state,
                                  const QByteArray &changeset, const std::optional<Refusal> &why);
// All that the authority has is here: what is a conflict now is none of its entries. Whether that
// was news of one. Writes nothing when it was not.
[[nodiscard]] Result<bool> makeConflictsCertain(Connection &db);
[[nodiscard]] Result<> dropPending(Connection &db, OperationId operation);

// Small facts about the file: realm, city, desk.
[[nodiscard]] Result<QString> metaValue(Connection &db, const QString &key);
[[nodiscard]] Result<std::vector<std::pair<QString, QString>>> metaValues(Connection &db);
[[nodiscard]] Result<> setMetaValue(Connection &db, const QString &key, const QString &value);

} // namespace leeward::store
