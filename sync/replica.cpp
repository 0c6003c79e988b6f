#include "sync/replica.h"

#include "models/rulebook/rulebook.h"
#include "models/store/changeset.h"

#include <QHash>
#include <QSet>

namespace leeward::sync {

using namespace Qt::StringLiterals;
using store::Pending;

namespace {

constexpr int keySize = 32;
constexpr int proofSize = 96;

// The usual case on a quiet desk: the entries are this desk's oldest queued operations and did the
// same here as there. Then the rows stand as they are, and only the books change.
Result<bool> confirmed(const std::vector<Pending> &queued, const Reply &reply)
{
    if (!reply.refused.empty() || reply.entries.size() > queued.size())
        return false;
    for (size_t i = 0; i < reply.entries.size(); ++i) {
        const store::Entry &entry = reply.entries[i];
        if (queued[i].operation.id != entry.operation.id || queued[i].changeset != entry.changeset)
            return false;
    }
    return true;
}

Result<> rollBack(store::Connection &db, const std::vector<Pending> &queued)
{
    for (auto it = queued.rbegin(); it != queued.rend(); ++it) {
        TRY_ASSIGN(const QByteArray inverse, store::invertChangeset(it->changeset));
        TRY(store::applyChangeset(db, inverse));
    }
    return {};
}

// Runs one pending operation through the rulebook again; what does not fit waits for an operator.
Result<> applyAgain(store::Connection &db, const Pending &pending)
{
    std::optional<Refusal> refusal;
    {
        TRY_ASSIGN(store::Savepoint savepoint, store::Savepoint::begin(db));
        TRY_ASSIGN(const store::Recorder recorder, store::Recorder::begin(db));
        TRY_ASSIGN(const Verdict verdict, rulebook::apply(db, pending.operation));
        if (verdict) {
            TRY_ASSIGN(const QByteArray changeset, recorder.changeset());
            TRY(savepoint.release());
            return store::setPending(db, pending.position, Pending::State::Queued, changeset, {});
        }
        refusal = verdict.error();
    }
    return store::setPending(db, pending.position, Pending::State::Conflict, {}, refusal);
}

// The push of what beat an operation may come before the answer to it: by then it is a conflict,
// and the answer is the last word. Its retry under the same id would get that answer again.
Result<> refuseConflicts(store::Connection &db, const QHash<OperationId, Refusal> &refused)
{
    if (refused.isEmpty())
        return {};
    TRY_ASSIGN(const std::vector<Pending> waiting, store::pendingOperations(db));
    for (const Pending &pending : waiting) {
        const auto no = refused.constFind(pending.operation.id);
        if (pending.state == Pending::State::Conflict && no != refused.constEnd())
            TRY(store::setPending(db, pending.position, Pending::State::Refused, {}, *no));
    }
    return {};
}

Result<> rebase(store::Connection &db, const std::vector<Pending> &queued, const Reply &reply)
{
    QHash<OperationId, Refusal> refused;
    for (const auto &[id, refusal] : reply.refused)
        refused.insert(id, refusal);
    TRY(refuseConflicts(db, refused));
    TRY(rollBack(db, queued));
    QHash<OperationId, bool> accepted;
    for (const store::Entry &entry : reply.entries) {
        TRY(store::applyChangeset(db, entry.changeset));
        TRY(store::appendEntry(db, entry));
        TRY(store::dropPending(db, entry.operation.id));
        accepted.insert(entry.operation.id, true);
    }
    for (const Pending &pending : queued) {
        if (accepted.contains(pending.operation.id))
            continue;
        if (const auto no = refused.constFind(pending.operation.id); no != refused.constEnd())
            TRY(store::setPending(db, pending.position, Pending::State::Refused, {}, *no));
        else
            TRY(applyAgain(db, pending));
    }
    return {};
}

// Entries that are here already must be the same ones: a journal with another past is not taken for
// this one.
Result<> checkPast(store::Connection &db, const Reply &reply, const store::Head &head)
{
    for (const store::Entry &entry : reply.entries) {
        if (entry.seq > head.seq)
            return {};
        TRY_ASSIGN(const auto own, store::entryHash(db, entry.seq));
        if (own != entry.hash)
            return fail(Errc::Corrupt,
                        u"entry %1 is not the one this cache holds"_s.arg(entry.seq));
    }
    return {};
}

Result<> keepEpoch(store::Connection &db, const QString &epoch)
{
    if (epoch.isEmpty())
        return {};
    TRY_ASSIGN(const QString known, store::metaValue(db, u"epoch"_s));
    return known == epoch ? Result<>() : store::setMetaValue(db, u"epoch"_s, epoch);
}

Result<std::vector<Pending>> queuedOperations(store::Connection &db)
{
    return store::queuedOperations(db, std::numeric_limits<qint64>::max());
}

struct Taken
{
    Changes changes;
    bool certain = false; // a conflict became so
};

// `whole`: after it all that the authority has is here.
Result<Taken> takeIn(store::Connection &db, const Reply &reply, bool whole)
{
    TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(db));
    TRY(keepEpoch(db, reply.epoch));
    TRY_ASSIGN(const store::Head head, store::journalHead(db));
    Reply fresh = reply;
    TRY(checkPast(db, reply, head));
    std::erase_if(fresh.entries, [&](const store::Entry &entry) { return entry.seq <= head.seq; });
    // As many of the queue as may be among the entries: it is long when a desk comes back.
    TRY_ASSIGN(const std::vector<Pending> oldest,
               store::queuedOperations(db, static_cast<qint64>(fresh.entries.size())));
    TRY_ASSIGN(const bool same, confirmed(oldest, fresh));
    Taken taken;
    if (same) {
        for (const store::Entry &entry : fresh.entries) {
            TRY(store::appendEntry(db, entry));
            TRY(store::dropPending(db, entry.operation.id));
        }
    } else {
        TRY_ASSIGN(const store::Recorder recorder, store::Recorder::begin(db));
        TRY_ASSIGN(const std::vector<Pending> queued, queuedOperations(db));
        TRY(rebase(db, queued, fresh));
        TRY_ASSIGN(const QByteArray net, recorder.changeset());
        TRY_ASSIGN(taken.changes, store::readChanges(db, net));
    }
    if (whole) {
        TRY_ASSIGN(taken.certain, store::makeConflictsCertain(db));
    }
    TRY(transaction.commit());
    return taken;
}

} // namespace

Result<Changes> receive(store::Connection &db, const Reply &reply)
{
    TRY_ASSIGN(Taken taken, takeIn(db, reply, false));
    return std::move(taken.changes);
}

Result<std::vector<Submission>> toSend(store::Connection &db, int limit)
{
    TRY_ASSIGN(const std::vector<Pending> queued, store::queuedOperations(db, limit));
    std::vector<Submission> submissions;
    for (const Pending &pending : queued) {
        Submission submission{pending.operation, std::nullopt};
        if (pending.proof.size() == proofSize)
            submission.proof = Proof{pending.proof.first(keySize), pending.proof.sliced(keySize)};
        else if (pending.proof.size() == store::sealSize)
            submission.seal = pending.proof;
        submissions.push_back(std::move(submission));
    }
    return submissions;
}

std::vector<Submission> asSubmissions(std::vector<Operation> operations)
{
    std::vector<Submission> submissions;
    for (Operation &operation : operations)
        submissions.push_back({std::move(operation), std::nullopt});
    return submissions;
}

Result<std::vector<store::Head>> pastOf(store::Connection &db)
{
    TRY_ASSIGN(const store::Head head, store::journalHead(db));
    std::vector<store::Head> past;
    for (qint64 step = 1; head.seq - step > 0; step *= 2) {
        TRY_ASSIGN(const auto hash, store::entryHash(db, head.seq - step));
        if (!hash) { // archived: the oldest here
            TRY_ASSIGN(const auto oldest, store::entriesAfter(db, head.seq - step - 1, 1));
            if (!oldest.empty() && (past.empty() || past.back().seq > oldest.front().seq))
                past.push_back({oldest.front().seq, oldest.front().hash});
            break;
        }
        past.push_back({head.seq - step, *hash});
    }
    if (past.empty()) // so that the authority knows that it was asked
        past.push_back({0, QByteArray(store::hashSize, '\0')});
    return past;
}

namespace {

// At the end of the queue; a queued one goes through the rules.
Result<> place(store::Connection &db, const Pending &pending)
{
    Pending placed = pending;
    TRY_ASSIGN(placed.position, store::addPending(db, pending.operation, {}, pending.proof));
    if (pending.state == Pending::State::Queued)
        return applyAgain(db, placed);
    return store::setPending(db, placed.position, pending.state, {}, pending.refusal);
}

// What is handed in again stands before what this desk has queued since.
Result<> requeue(store::Connection &db, const std::vector<store::Entry> &lost)
{
    TRY_ASSIGN(const std::vector<Pending> own, store::pendingOperations(db));
    for (const Pending &pending : own)
        TRY(store::dropPending(db, pending.operation.id));
    for (const store::Entry &entry : lost) {
        Pending pending;
        pending.operation = entry.operation;
        pending.proof = entry.seal; // the authority's own word, for what others wrote
        TRY(place(db, pending));
    }
    for (const Pending &pending : own)
        TRY(place(db, pending));
    return {};
}

} // namespace

Result<Changes> retreat(store::Connection &db, qint64 seq)
{
    TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(db));
    TRY_ASSIGN(const store::Head head, store::journalHead(db));
    if (seq < 0 || seq >= head.seq)
        return fail(Errc::InvalidArgument, u"no way back from %1 to %2"_s.arg(head.seq).arg(seq));
    TRY_ASSIGN(const store::Recorder recorder, store::Recorder::begin(db));
    TRY_ASSIGN(const std::vector<Pending> queued, queuedOperations(db));
    TRY(rollBack(db, queued));
    TRY_ASSIGN(const auto lost, store::entriesAfter(db, seq, static_cast<int>(head.seq - seq)));
    if (static_cast<qint64>(lost.size()) != head.seq - seq)
        return fail(Errc::Corrupt, u"entries after %1 are not here any more"_s.arg(seq));
    for (auto it = lost.rbegin(); it != lost.rend(); ++it) {
        TRY_ASSIGN(const QByteArray inverse, store::invertChangeset(it->changeset));
        TRY(store::applyChangeset(db, inverse));
    }
    TRY(store::dropEntriesAfter(db, seq));
    TRY(requeue(db, lost));
    TRY_ASSIGN(const QByteArray net, recorder.changeset());
    TRY_ASSIGN(Changes changes, store::readChanges(db, net));
    TRY(transaction.commit());
    return changes;
}

Result<Step> take(store::Connection &db, const Reply &reply)
{
    Step step;
    if (reply.first > 0) {
        step.needsSnapshot = true;
        return step;
    }
    if (!reply.diverged) {
        TRY_ASSIGN(Taken taken, takeIn(db, reply, !reply.more));
        step.changes = std::move(taken.changes);
        step.again = reply.more;
        step.journalMoved = !reply.entries.empty() || !reply.refused.empty() || taken.certain;
        return step;
    }
    step.again = true;
    step.withPast = !reply.retreatTo;
    TRY_ASSIGN(const store::Head head, store::journalHead(db));
    TRY_ASSIGN(const store::Head base, store::journalBase(db));
    // This desk began with a snapshot, and would have no entry left to say where it stands.
    if (reply.retreatTo && base.seq > 0 && *reply.retreatTo <= base.seq) {
        step.again = false;
        step.needsSnapshot = true;
        return step;
    }
    if (reply.retreatTo && *reply.retreatTo < head.seq) {
        TRY_ASSIGN(step.changes, retreat(db, *reply.retreatTo));
        step.retreatedBy = head.seq - *reply.retreatTo;
        step.journalMoved = true;
    }
    return step;
}

Result<std::optional<Step>> takePushed(store::Connection &db,
                                       const std::vector<store::Entry> &entries)
{
    TRY_ASSIGN(const store::Head head, store::journalHead(db));
    if (entries.empty() || entries.back().seq <= head.seq)
        return Step();
    const auto next = std::ranges::find(entries, head.seq + 1, &store::Entry::seq);
    if (next == entries.end() || next->previousHash != head.hash)
        return std::nullopt;
    Step step{.journalMoved = true};
    TRY_ASSIGN(step.changes, receive(db, {.entries = {next, entries.end()}}));
    return step;
}

Result<Ask> askOf(store::Connection &db, int limit, bool withPast)
{
    Ask ask;
    TRY_ASSIGN(ask.submissions, toSend(db, limit));
    TRY_ASSIGN(ask.cursor, store::journalHead(db));
    if (withPast) {
        TRY_ASSIGN(ask.past, pastOf(db));
    }
    return ask;
}

Result<QSet<OperationId>> takeForeign(store::Connection &db,
                                      std::span<const Submission> submissions, Changes &changes)
{
    QSet<OperationId> taken;
    TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(db));
    TRY_ASSIGN(const store::Recorder recorder, store::Recorder::begin(db));
    for (const Submission &submission : submissions) {
        TRY_ASSIGN(const bool waiting, store::isPending(db, submission.operation.id));
        TRY_ASSIGN(const qint64 entry, store::numberOf(db, submission.operation.id));
        if (waiting || entry > 0)
            continue;
        const QByteArray proof =
            submission.proof ? submission.proof->key + submission.proof->signature : QByteArray();
        Pending pending;
        pending.operation = submission.operation;
        TRY_ASSIGN(pending.position, store::addPending(db, submission.operation, {}, proof));
        TRY(applyAgain(db, pending));
        taken.insert(submission.operation.id);
    }
    TRY_ASSIGN(const QByteArray net, recorder.changeset());
    TRY_ASSIGN(Changes now, store::readChanges(db, net));
    TRY(transaction.commit());
    changes.insert(changes.end(), std::make_move_iterator(now.begin()),
                   std::make_move_iterator(now.end()));
    return taken;
}

Result<> takeQueue(store::Connection &db, const std::vector<Pending> &waiting)
{
    TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(db));
    QSet<OperationId> here;
    TRY_ASSIGN(const std::vector<Pending> own, store::pendingOperations(db));
    for (const Pending &pending : own)
        here.insert(pending.operation.id);
    for (const Pending &pending : waiting) {
        TRY_ASSIGN(const qint64 entry, store::numberOf(db, pending.operation.id));
        if (entry > 0 || here.contains(pending.operation.id))
            continue;
        here.insert(pending.operation.id);
        TRY(place(db, pending));
    }
    return transaction.commit();
}

} // namespace leeward::sync
