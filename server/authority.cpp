#include "server/authority.h"

#include "models/rulebook/rulebook.h"
#include "models/store/changeset.h"
#include "sync/wire.h"

#include <QUuid>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {
constexpr int entriesPerReply = 500;
constexpr auto recoveryKey = "recovery_until"_L1; // in `meta`, ms UTC

// A failure of one operation that would come again however often it is tried, as against one of the
// machine: the first may not stop what is queued behind it.
bool isOfTheOperation(const Error &error)
{
    switch (error.code) {
    case Errc::InvalidArgument:
    case Errc::NotFound:
    case Errc::AlreadyExists:
    case Errc::Refused:
    case Errc::FileMalformed:
    case Errc::Unsupported: return true;
    case Errc::FileMissing:
    case Errc::FileUnreadable:
    case Errc::FileUnwritable:
    case Errc::DiskFull:
    case Errc::SchemaTooNew:
    case Errc::CacheInUse:
    case Errc::Corrupt:
    case Errc::Cancelled:
    case Errc::Network:
    case Errc::Internal: return false;
    }
    return false;
}

const QString entryTable = u"entry"_s;

bool isOfAnotherOperation(const Refusal &refusal)
{
    return refusal.reason == RefusalReason::AlreadyExists &&
           refusal.facts.value(u"table"_s).toString() == entryTable;
}

// Gives up the shared journal's turn unless it was committed.
class Turn
{
public:
    explicit Turn(Journal *journal)
        : m_journal(journal)
    {
    }
    Turn(const Turn &) = delete;
    Turn &operator=(const Turn &) = delete;
    ~Turn()
    {
        if (m_journal)
            m_journal->abandon();
    }
    [[nodiscard]] Result<> commit()
    {
        Journal *journal = std::exchange(m_journal, nullptr);
        return journal ? journal->commit() : Result<>();
    }

private:
    Journal *m_journal;
};

} // namespace

Result<sync::Reply> Authority::exchange(const sync::Ask &ask)
{
    const Request request{&ask};
    TRY_ASSIGN(auto replies, exchange(std::span(&request, 1)));
    return std::move(replies.front());
}

Result<sync::Reply> Authority::exchange(std::vector<Operation> operations, qint64 cursor)
{
    return exchange(sync::Ask{.submissions = sync::asSubmissions(std::move(operations)),
                              .cursor = {.seq = cursor, .hash = {}}});
}

Result<std::vector<Result<sync::Reply>>> Authority::exchange(std::span<const Request> batch)
{
    std::vector<Outcome> outcomes(batch.size());
    TRY(look(batch, outcomes));
    const auto hands = [&](size_t i) {
        return !outcomes[i].answer && !batch[i].ask->submissions.empty();
    };
    bool anything = false;
    for (size_t i = 0; i < batch.size(); ++i)
        anything |= hands(i);
    if (anything) {
        const auto accepted = accept(batch, outcomes);
        if (!accepted && (!m_journal || accepted.error().code != Errc::Network))
            return std::unexpected(accepted.error());
        for (size_t i = 0; i < batch.size() && !accepted; ++i) {
            if (hands(i))
                outcomes[i].answer = std::unexpected(accepted.error());
        }
    }
    if (batch.size() > 1)
        TRY(forgetOvertaken(outcomes));
    std::vector<store::Entry> read;
    TRY_ASSIGN(const std::span<const store::Entry> recent, recentFor(batch, outcomes, read));
    TRY_ASSIGN(const QString epoch, epochOf(m_db));
    std::vector<Result<sync::Reply>> replies;
    for (size_t i = 0; i < batch.size(); ++i) {
        if (outcomes[i].answer) {
            replies.push_back(std::move(*outcomes[i].answer));
            continue;
        }
        replies.push_back(entriesFor(*batch[i].ask, recent));
        if (replies.back()) {
            replies.back()->refused = std::move(outcomes[i].refused);
            replies.back()->epoch = epoch;
        }
    }
    return replies;
}

// Answers what can be answered before anything is taken.
Result<> Authority::look(std::span<const Request> batch, std::vector<Outcome> &outcomes)
{
    bool hands = false;
    bool ahead = false;
    const auto compare = [&]() -> Result<> {
        TRY_ASSIGN(const store::Head head, store::journalHead(m_db));
        for (size_t i = 0; i < batch.size(); ++i) {
            outcomes[i].answer.reset();
            auto elsewhere = divergence(*batch[i].ask, head);
            if (!elsewhere)
                outcomes[i].answer = std::unexpected(elsewhere.error());
            else if (*elsewhere)
                outcomes[i].answer = std::move(**elsewhere);
            ahead |= outcomes[i].answer && *outcomes[i].answer;
            hands |= !outcomes[i].answer && !batch[i].ask->submissions.empty();
        }
        return {};
    };
    TRY(compare());
    // This file may be behind the shared journal. A turn to take something brings it up to date
    // anyway; else, or when somebody seems to be of another past, it is done now.
    if (!m_journal || (hands && !ahead))
        return {};
    const auto current = catchUp();
    if (current)
        return compare();
    if (current.error().code != Errc::Network)
        return std::unexpected(current.error());
    // Who is further behind than this file is answered all the same.
    for (size_t i = 0; i < batch.size(); ++i) {
        const bool isAhead = outcomes[i].answer && *outcomes[i].answer;
        if (isAhead || (!outcomes[i].answer && !batch[i].ask->submissions.empty()))
            outcomes[i].answer = std::unexpected(current.error());
    }
    return {};
}

// Desks at work are all nearly up to date and want the same few entries: one look for all.
Result<std::span<const store::Entry>> Authority::recentFor(std::span<const Request> batch,
                                                           const std::vector<Outcome> &outcomes,
                                                           std::vector<store::Entry> &read)
{
    TRY_ASSIGN(const store::Head head, store::journalHead(m_db));
    qint64 from = head.seq;
    for (size_t i = 0; i < batch.size(); ++i) {
        const qint64 cursor = batch[i].ask->cursor.seq;
        if (!outcomes[i].answer && head.seq - cursor < entriesPerReply)
            from = std::min(from, cursor);
    }
    if (from == head.seq)
        return std::span<const store::Entry>();
    if (const auto made = m_recent->after(from, head))
        return *made;
    TRY_ASSIGN(read, store::entriesAfter(m_db, from, entriesPerReply));
    if (!checkChain(read, {from, {}}))
        return std::span<const store::Entry>(); // then each is told for itself
    return std::span<const store::Entry>(read);
}

Result<> Authority::accept(std::span<const Request> batch, std::vector<Outcome> &outcomes)
{
    m_made.clear();
    TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(m_db));
    Turn turn(m_journal);
    if (m_journal) {
        std::vector<OperationId> ids;
        for (const Request &request : batch) {
            for (const sync::Submission &submission : request.ask->submissions)
                ids.push_back(submission.operation.id);
        }
        TRY_ASSIGN(const store::Head head, store::journalHead(m_db));
        TRY_ASSIGN(auto elsewhere, m_journal->begin(head, ids));
        TRY(takeIn(std::move(elsewhere)));
    }
    TRY(checkNewest(m_db, 1)); // nothing is built on what somebody has changed
    for (size_t i = 0; i < batch.size(); ++i) {
        if (outcomes[i].answer)
            continue;
        for (const sync::Submission &submission : batch[i].ask->submissions) {
            TRY_ASSIGN(auto no, accept(submission, batch[i].permit));
            if (no)
                outcomes[i].refused.emplace_back(submission.operation.id, std::move(*no));
        }
    }
    // The shared journal first: what it has and this file has not is made up at the next turn.
    TRY(turn.commit());
    TRY(transaction.commit());
    m_recent->add(std::exchange(m_made, {}));
    return {};
}

// What one may not hand in, another may have handed in later in the same turn.
Result<> Authority::forgetOvertaken(std::vector<Outcome> &outcomes)
{
    for (Outcome &outcome : outcomes) {
        std::vector<std::pair<OperationId, Refusal>> refused;
        for (auto &answer : std::exchange(outcome.refused, {})) {
            TRY_ASSIGN(const qint64 entry, store::numberOf(m_db, answer.first));
            if (entry == 0 || isOfAnotherOperation(answer.second))
                refused.push_back(std::move(answer));
        }
        outcome.refused = std::move(refused);
    }
    return {};
}

Result<std::optional<Refusal>> Authority::accept(const sync::Submission &submission,
                                                 const Permit *permit)
{
    const OperationId id = submission.operation.id;
    TRY_ASSIGN(const qint64 known, store::numberOf(m_db, id));
    if (known > 0)
        return sameAsEntry(submission.operation);
    TRY_ASSIGN(const auto answered, store::refusedAnswer(m_db, id));
    if (answered)
        return answered;
    if (m_journal) {
        TRY_ASSIGN(const auto elsewhere, m_journal->refusedAnswer(id));
        if (elsewhere)
            return elsewhere;
    }
    if (permit && *permit) {
        TRY_ASSIGN(const Verdict may, allowed(submission, *permit));
        if (!may)
            return may.error();
    }
    TRY_ASSIGN(std::optional<Refusal> refusal, judge(submission.operation));
    if (refusal) {
        TRY(store::keepRefused(m_db, id, *refusal, m_clock.now()));
        if (m_journal)
            TRY(m_journal->keepRefused(id, *refusal, m_clock.now()));
    }
    return refusal;
}

// An id that is used for something else is no repetition. What lies in an archive is not compared.
Result<std::optional<Refusal>> Authority::sameAsEntry(const Operation &operation)
{
    TRY_ASSIGN(const auto entry, store::entryOf(m_db, operation.id));
    if (!entry)
        return std::nullopt;
    Operation said = operation; // a repetition may say other times
    said.occurredAt = entry->operation.occurredAt;
    said.recordedAt = entry->operation.recordedAt;
    if (toBytes(said) == toBytes(entry->operation))
        return std::nullopt;
    return Refusal{RefusalReason::AlreadyExists,
                   {{u"table"_s, entryTable}, {u"id"_s, operation.id.text()}}};
}

Result<Verdict> Authority::allowed(const sync::Submission &submission, const Permit &permit)
{
    const Operation &operation = submission.operation;
    std::optional<Instant> until;
    if (m_seals && m_seals->fits(submission.seal, toBytes(operation))) {
        TRY_ASSIGN(until, recoveryUntil(m_db));
        // It was allowed when it was accepted; nobody has to allow it again.
        if (until && m_clock.now() < *until)
            return Verdict();
    }
    TRY_ASSIGN(Verdict may, permit(m_db, submission));
    // An operation that this realm has accepted, and too late to say so for another.
    if (until && !may && may.error().reason == RefusalReason::NotYours) {
        QJsonObject facts = may.error().facts;
        facts.insert(u"until"_s, toMs(*until));
        return Verdict(refuse(RefusalReason::RecoveryOver, facts));
    }
    return may;
}

Result<std::optional<Refusal>> Authority::judge(const Operation &operation)
{
    TRY_ASSIGN(store::Savepoint savepoint, store::Savepoint::begin(m_db));
    TRY_ASSIGN(const store::Recorder recorder, store::Recorder::begin(m_db));
    const Result<Verdict> verdict = rulebook::apply(m_db, operation);
    if (!verdict) {
        if (!isOfTheOperation(verdict.error()))
            return std::unexpected(verdict.error());
        return Refusal{RefusalReason::BadArguments,
                       {{u"argument"_s, operation.kind}, {u"value"_s, verdict.error().detail}}};
    }
    if (!*verdict)
        return verdict->error();
    TRY_ASSIGN(const store::Head head, store::journalHead(m_db));
    store::Entry entry{.seq = head.seq + 1,
                       .operation = operation,
                       .operationBytes = toBytes(operation),
                       .acceptedAt = m_clock.now(),
                       .previousHash = head.hash,
                       .rules = rulebook::version};
    TRY_ASSIGN(entry.changeset, recorder.changeset());
    entry.hash = store::hashOf(entry);
    if (m_seals)
        entry.seal = m_seals->of(entry.operationBytes);
    TRY(store::appendEntry(m_db, entry));
    if (m_journal)
        TRY(m_journal->append(entry));
    TRY(savepoint.release());
    m_made.push_back(std::move(entry));
    return std::nullopt;
}

Result<std::optional<sync::Reply>> Authority::divergence(const sync::Ask &ask,
                                                         const store::Head &head)
{
    TRY_ASSIGN(const store::Head base, store::journalBase(m_db));
    const auto has = [&](const store::Head &rung) -> Result<bool> {
        if (rung.seq == 0 && base.seq == 0)
            return true;
        if (rung.seq == base.seq)
            return rung.hash.isEmpty() || rung.hash == base.hash;
        if (rung.seq < base.seq)
            return false;
        std::optional<QByteArray> own = m_recent->hashOf(rung.seq, head);
        if (!own) {
            TRY_ASSIGN(own, store::entryHash(m_db, rung.seq));
        }
        return own && (rung.hash.isEmpty() || *own == rung.hash);
    };
    if (ask.cursor.seq < 0)
        return fail(Errc::InvalidArgument, u"cursor %1"_s.arg(ask.cursor.seq));
    // What lies in an archive is not compared any more: whoever is there starts from a snapshot.
    const auto fromSnapshot = [&]() -> Result<std::optional<sync::Reply>> {
        sync::Reply reply{.first = base.seq + 1};
        TRY_ASSIGN(reply.epoch, epochOf(m_db));
        return reply;
    };
    if (ask.cursor.seq < base.seq)
        return fromSnapshot();
    TRY_ASSIGN(const bool same, has(ask.cursor));
    if (same)
        return std::nullopt;
    sync::Reply reply{.diverged = true};
    TRY_ASSIGN(reply.epoch, epochOf(m_db));
    if (ask.past.empty())
        return reply;
    reply.retreatTo = 0;
    for (const store::Head &rung : ask.past) {
        if (rung.seq < 0 || rung.seq >= ask.cursor.seq || rung.hash.isEmpty())
            continue;
        TRY_ASSIGN(const bool shared, has(rung));
        if (shared)
            reply.retreatTo = std::max(*reply.retreatTo, rung.seq);
    }
    if (*reply.retreatTo < base.seq)
        return fromSnapshot();
    return reply;
}

Result<sync::Reply> Authority::entriesFor(const sync::Ask &ask,
                                          std::span<const store::Entry> recent)
{
    sync::Reply reply;
    if (!recent.empty() && recent.front().seq <= ask.cursor.seq + 1) {
        const auto known = ask.cursor.seq + 1 - recent.front().seq;
        const auto skipped = std::min<qint64>(known, static_cast<qint64>(recent.size()));
        reply.entries.assign(recent.begin() + skipped, recent.end());
    } else {
        TRY_ASSIGN(reply.entries, store::entriesAfter(m_db, ask.cursor.seq, entriesPerReply));
        TRY(checkChain(reply.entries, ask.cursor));
    }
    reply.more = reply.entries.size() == entriesPerReply;
    if (m_seals && m_seals->canSeal()) { // entries of before the server gave seals have none
        for (store::Entry &entry : reply.entries) {
            if (entry.seal.isEmpty())
                entry.seal = m_seals->of(entry.operationBytes);
        }
    }
    qint64 bytes = 0;
    for (size_t i = 0; i < reply.entries.size(); ++i) {
        const store::Entry &entry = reply.entries[i];
        bytes += entry.operationBytes.size() + entry.changeset.size();
        if (bytes > sync::wire::replyCut && i > 0) { // one entry always goes, however large
            reply.entries.resize(i);
            reply.more = true;
            break;
        }
    }
    return reply;
}

Result<> Authority::takeIn(std::vector<store::Entry> entries)
{
    for (store::Entry &entry : entries) {
        TRY(store::applyChangeset(m_db, entry.changeset));
        if (m_seals && entry.seal.isEmpty()) // the shared journal keeps none
            entry.seal = m_seals->of(entry.operationBytes);
        TRY(store::appendEntry(m_db, entry));
        m_made.push_back(std::move(entry));
    }
    return {};
}

Result<int> Authority::catchUp()
{
    if (!m_journal)
        return 0;
    int count = 0;
    while (true) {
        TRY_ASSIGN(const store::Head head, store::journalHead(m_db));
        TRY_ASSIGN(auto entries, m_journal->entriesAfter(head, entriesPerReply));
        if (entries.empty())
            return count;
        count += static_cast<int>(entries.size());
        m_made.clear();
        TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(m_db));
        TRY(takeIn(std::move(entries)));
        TRY(transaction.commit());
        m_recent->add(std::exchange(m_made, {}));
    }
}

Result<> checkChain(const std::vector<store::Entry> &entries, const store::Head &before)
{
    store::Head head = before;
    for (const store::Entry &entry : entries) {
        const bool follows =
            entry.seq == head.seq + 1 && (head.hash.isEmpty() || entry.previousHash == head.hash);
        if (!follows || entry.hash != store::hashOf(entry)) {
            return fail(Errc::Corrupt,
                        u"entry %1 of the journal is not what was accepted; stop the "
                        "server, verify, and restore a backup"_s.arg(entry.seq));
        }
        head = {entry.seq, entry.hash};
    }
    return {};
}

Result<> checkNewest(store::Connection &journal, qint64 count)
{
    TRY_ASSIGN(const store::Head head, store::journalHead(journal));
    TRY_ASSIGN(const store::Head base, store::journalBase(journal));
    qint64 from = std::max(base.seq, head.seq - count);
    store::Head before{from, from == base.seq ? base.hash : QByteArray()};
    while (from < head.seq) {
        TRY_ASSIGN(const auto entries, store::entriesAfter(journal, from, entriesPerReply));
        TRY(checkChain(entries, before));
        if (entries.empty())
            break;
        before = {entries.back().seq, entries.back().hash};
        from = before.seq;
    }
    return {};
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

Result<QString> epochOf(store::Connection &journal)
{
    TRY_ASSIGN(QString epoch, store::metaValue(journal, u"epoch"_s));
    if (epoch.isEmpty()) {
        epoch = QUuid::createUuid().toString(QUuid::WithoutBraces);
        TRY(store::setMetaValue(journal, u"epoch"_s, epoch));
    }
    return epoch;
}

Result<std::optional<Instant>> recoveryUntil(store::Connection &journal)
{
    TRY_ASSIGN(const QString text, store::metaValue(journal, QString(recoveryKey)));
    bool good = false;
    const qint64 ms = text.toLongLong(&good);
    return good ? std::optional(instantFromMs(ms)) : std::nullopt;
}

Result<> beginNewLife(store::Connection &journal, const QString &epoch, Instant recoveryUntil)
{
    TRY(store::setMetaValue(journal, u"epoch"_s, epoch));
    return store::setMetaValue(journal, QString(recoveryKey), QString::number(toMs(recoveryUntil)));
}

} // namespace leeward::server
