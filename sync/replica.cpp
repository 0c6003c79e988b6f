#include "sync/replica.h"

#include "models/rulebook/rulebook.h"
#include "models/store/changeset.h"

#include <QHash>

namespace leeward::sync {

using namespace Qt::StringLiterals;
using store::Pending;

namespace {

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

Result<> rebase(store::Connection &db, const std::vector<Pending> &queued, const Reply &reply)
{
    QHash<OperationId, Refusal> refused;
    for (const auto &[id, refusal] : reply.refused)
        refused.insert(id, refusal);
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
        TRY_ASSIGN(const auto own, store::entriesAfter(db, entry.seq - 1, 1));
        if (own.empty() || own.front().hash != entry.hash)
            return fail(Errc::Corrupt,
                        u"entry %1 is not the one this cache holds"_s.arg(entry.seq));
    }
    return {};
}

Result<std::vector<Pending>> queuedOperations(store::Connection &db)
{
    TRY_ASSIGN(std::vector<Pending> pending, store::pendingOperations(db));
    std::erase_if(pending, [](const Pending &p) { return p.state != Pending::State::Queued; });
    return pending;
}

} // namespace

Result<Changes> receive(store::Connection &db, const Reply &reply)
{
    TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(db));
    TRY_ASSIGN(const store::Head head, store::journalHead(db));
    Reply fresh = reply;
    TRY(checkPast(db, reply, head));
    std::erase_if(fresh.entries, [&](const store::Entry &entry) { return entry.seq <= head.seq; });
    TRY_ASSIGN(const std::vector<Pending> queued, queuedOperations(db));
    TRY_ASSIGN(const bool same, confirmed(queued, fresh));
    Changes changes;
    if (same) {
        for (const store::Entry &entry : fresh.entries) {
            TRY(store::appendEntry(db, entry));
            TRY(store::dropPending(db, entry.operation.id));
        }
    } else {
        TRY_ASSIGN(const store::Recorder recorder, store::Recorder::begin(db));
        TRY(rebase(db, queued, fresh));
        TRY_ASSIGN(const QByteArray net, recorder.changeset());
        TRY_ASSIGN(changes, store::readChanges(db, net));
    }
    TRY(transaction.commit());
    return changes;
}

Result<std::vector<Operation>> toSend(store::Connection &db, int limit)
{
    TRY_ASSIGN(const std::vector<Pending> queued, queuedOperations(db));
    std::vector<Operation> operations;
    for (const Pending &pending : queued) {
        if (static_cast<int>(operations.size()) == limit)
            break;
        operations.push_back(pending.operation);
    }
    return operations;
}

} // namespace leeward::sync
