#include "server/authority.h"

#include "models/rulebook/rulebook.h"
#include "models/store/changeset.h"

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {
constexpr int entriesPerReply = 500;
} // namespace

Result<sync::Reply> Authority::exchange(const std::vector<Operation> &operations, qint64 cursor)
{
    TRY_ASSIGN(const store::Head head, store::journalHead(m_db));
    if (cursor < 0 || cursor > head.seq) {
        return fail(
            Errc::Corrupt,
            u"the console is at entry %1, but this journal ends at entry %2: it was lost or restored"_s
                .arg(cursor)
                .arg(head.seq));
    }
    sync::Reply reply;
    for (const Operation &operation : operations) {
        TRY_ASSIGN(const std::optional<Refusal> refusal, accept(operation));
        if (refusal)
            reply.refused.emplace_back(operation.id, *refusal);
    }
    TRY_ASSIGN(reply.entries, store::entriesAfter(m_db, cursor, entriesPerReply));
    reply.more = reply.entries.size() == entriesPerReply;
    return reply;
}

Result<std::optional<Refusal>> Authority::accept(const Operation &operation)
{
    TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(m_db));
    TRY_ASSIGN(const auto known, store::entryOf(m_db, operation.id));
    if (known)
        return std::nullopt;
    TRY_ASSIGN(const auto answered, store::refusedAnswer(m_db, operation.id));
    if (answered)
        return answered;

    std::optional<Refusal> refusal;
    {
        TRY_ASSIGN(store::Savepoint savepoint, store::Savepoint::begin(m_db));
        TRY_ASSIGN(const store::Recorder recorder, store::Recorder::begin(m_db));
        TRY_ASSIGN(const Verdict verdict, rulebook::apply(m_db, operation));
        if (verdict) {
            TRY_ASSIGN(const store::Head head, store::journalHead(m_db));
            store::Entry entry{.seq = head.seq + 1,
                               .operation = operation,
                               .operationBytes = toBytes(operation),
                               .acceptedAt = m_clock.now(),
                               .previousHash = head.hash};
            TRY_ASSIGN(entry.changeset, recorder.changeset());
            entry.hash = store::hashOf(entry);
            TRY(store::appendEntry(m_db, entry));
            TRY(savepoint.release());
            TRY(transaction.commit());
            return std::nullopt;
        }
        refusal = verdict.error();
    }
    TRY(store::keepRefused(m_db, operation.id, *refusal, m_clock.now()));
    TRY(transaction.commit());
    return refusal;
}

Result<> adopt(store::Connection &journal, const std::vector<store::Entry> &entries)
{
    TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(journal));
    for (const store::Entry &entry : entries) {
        TRY(store::applyChangeset(journal, entry.changeset));
        TRY(store::appendEntry(journal, entry));
    }
    return transaction.commit();
}

} // namespace leeward::server
