#pragma once

#include "models/domain/refusal.h"
#include "models/store/entries.h"

#include <functional>

namespace leeward::sync {

// That a desk, and nobody on the way, wrote an operation: its device's signature over the bytes of
// toBytes(operation). Only for operations that others hand in for it (packages between halls).
struct Proof
{
    QByteArray key;       // Ed25519 public key of the device, 32 bytes
    QByteArray signature; // 64 bytes
    friend bool operator==(const Proof &, const Proof &) = default;
};

// An operation on its way to the authority.
struct Submission
{
    Operation operation;
    std::optional<Proof> proof; // empty: the session that hands it in wrote it
    // The server's own word that it accepted this operation before it was restored from a backup
    // (store::Entry::seal), whoever wrote it.
    QByteArray seal = {};
    friend bool operator==(const Submission &, const Submission &) = default;
};

// What a desk says when it talks to the authority.
struct Ask
{
    std::vector<Submission> submissions;
    // The newest entry here. An empty hash is not compared.
    store::Head cursor;
    // After Reply::diverged: entries below the cursor, newest first, for the authority to find the
    // last one both have.
    std::vector<store::Head> past;
    friend bool operator==(const Ask &, const Ask &) = default;
};

// What the authority says to a desk that hands in operations and asks for what is new.
struct Reply
{
    // Operations that are in no entry and never will be under this id.
    std::vector<std::pair<OperationId, Refusal>> refused;
    // What follows the desk's cursor, without a hole; the accepted operations are among them unless
    // `more`.
    std::vector<store::Entry> entries;
    bool more = false; // ask again: the answer was cut
    // The cursor is of another past: the journal was lost or restored from a backup. Nothing was
    // taken. Without `retreatTo` the desk asks again with its past; with it, the desk goes back to
    // that entry (see retreat()) and goes on from there.
    bool diverged = false;
    std::optional<qint64> retreatTo;
    // Not 0: the oldest entry the authority still has, the desk's next one lying in its archive.
    // Nothing was taken; the desk loads a snapshot.
    qint64 first = 0;
    // Names this life of the journal; a restored one has another. Empty in-process.
    QString epoch;
    friend bool operator==(const Reply &, const Reply &) = default;
};

// The way to the authority of a realm, wherever it is. The same operation handed in twice gets the
// same answer twice.
class AuthorityLink
{
public:
    virtual ~AuthorityLink() = default;
    // `done` is called once, on any thread; with Errc::Network when nobody answered, and then
    // nothing is known.
    virtual void exchange(Ask ask, std::function<void(Result<Reply>)> done) = 0;
    // Entries as they are accepted, whoever handed them in, in order; a hole is possible and is for
    // the listener to notice. Called on any thread, from now on until the link goes or another
    // listener is set.
    virtual void listen(std::function<void(std::vector<store::Entry>)> listener) = 0;
};

// Operations of this desk's own, as submissions.
[[nodiscard]] std::vector<Submission> asSubmissions(std::vector<Operation> operations);

} // namespace leeward::sync
