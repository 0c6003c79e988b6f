#include "simulation/auditor.h"

#include "models/store/changeset.h"
#include "models/store/integrity.h"
#include "models/store/migrations.h"
#include "models/store/tables.h"
#include "sync/verify.h"

#include <QJsonDocument>

#include <ranges>

namespace leeward::simulation {

using namespace Qt::StringLiterals;
using store::Pending;

namespace {

constexpr int all = 1'000'000;

QString text(const Refusal &refusal)
{
    return refusalName(refusal.reason) + u' ' +
           QString::fromUtf8(QJsonDocument(refusal.facts).toJson(QJsonDocument::Compact));
}

QString text(const std::optional<Refusal> &answer)
{
    return answer ? text(*answer) : u"accepted"_s;
}

// What server::mayAccept() answers; the rules say the last three as well.
bool isOfRights(RefusalReason reason)
{
    return reason == RefusalReason::NotYours || reason == RefusalReason::NotPermitted ||
           reason == RefusalReason::OutsideArea || reason == RefusalReason::NotFound ||
           reason == RefusalReason::BadArguments || reason == RefusalReason::UnknownOperation;
}

} // namespace

Auditor::Auditor(Chronicle &chronicle, int desks)
    : m_chronicle(chronicle)
    , m_made(static_cast<size_t>(desks))
{
}

Result<> Auditor::restart()
{
    TRY_ASSIGN(store::Connection empty, store::Connection::inMemory());
    TRY(store::applyAllMigrations(empty));
    m_replay.emplace(std::move(empty));
    m_dispatch = {};
    m_registers = {};
    m_replayed = {};
    m_entries.clear();
    TRY_ASSIGN(m_digests[m_replayed.hash], store::tablesDigest(*m_replay));
    return {};
}

Result<> Auditor::replay(const store::Entry &entry)
{
    m_chronicle.claim("chain",
                      entry.seq == m_replayed.seq + 1 && entry.previousHash == m_replayed.hash &&
                          entry.hash == store::hashOf(entry),
                      [&] { return u"entry %1 does not follow"_s.arg(entry.seq); });
    const OperationId id = entry.operation.id;
    m_chronicle.claim("once", m_entries.insert(id).second,
                      [&] { return u"operation %1 is an entry twice"_s.arg(id.text()); });
    const auto written = m_tried.find(id);
    m_chronicle.claim("unchanged",
                      written != m_tried.end() && written->second == entry.operationBytes, [&] {
                          return u"entry %1, %2, is not what anybody wrote"_s.arg(entry.seq).arg(
                              entry.operation.kind);
                      });
    m_replayed = {entry.seq, entry.hash};
    TRY_ASSIGN(const Operation operation, operationFrom(entry.operationBytes));
    {
        TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(*m_replay));
        TRY(store::applyChangeset(*m_replay, entry.changeset));
        TRY(transaction.commit());
    }
    TRY_ASSIGN(m_digests[entry.hash], store::tablesDigest(*m_replay));
    QString wrong = m_dispatch.take(operation, *m_replay);
    m_chronicle.claim("dispatch", wrong.isEmpty(), [&] {
        return u"entry %1, %2: %3"_s.arg(entry.seq).arg(operation.kind, wrong);
    });
    wrong = m_registers.take(operation, *m_replay);
    m_chronicle.claim("registers", wrong.isEmpty(), [&] {
        return u"entry %1, %2: %3"_s.arg(entry.seq).arg(operation.kind, wrong);
    });
    return {};
}

Result<> Auditor::follow(store::Connection &journal)
{
    TRY_ASSIGN(const auto entries, store::entriesAfter(journal, m_replayed.seq, all));
    for (const store::Entry &entry : entries)
        TRY(replay(entry));
    TRY_ASSIGN(const QByteArray tables, store::tablesDigest(journal));
    m_chronicle.claim("journal_tables", tables == m_digests[m_replayed.hash], [&] {
        return u"at entry %1 the server's tables are not what its entries make"_s.arg(
            m_replayed.seq);
    });
    return {};
}

void Auditor::journalOpened(store::Connection &journal, bool restored)
{
    const Result<> done = [&]() -> Result<> {
        if (!m_replay)
            TRY(restart());
        if (restored) {
            TRY(restart());
            m_answers.clear();
            m_promised = {};
        } else {
            TRY_ASSIGN(const auto there, store::entriesAfter(journal, m_promised.seq - 1, 1));
            m_chronicle.claim(
                "durable",
                m_promised.seq == 0 || (!there.empty() && there.front().seq == m_promised.seq &&
                                        there.front().hash == m_promised.hash),
                [&] { return u"entry %1 had left the server and is gone"_s.arg(m_promised.seq); });
            // What was replayed and never left may be gone.
            TRY_ASSIGN(const store::Head head, store::journalHead(journal));
            if (head.seq < m_replayed.seq)
                TRY(restart());
        }
        return follow(journal);
    }();
    m_chronicle.claim("reading", done.has_value(), [&] { return done.error().detail; });
}

void Auditor::journalMoved(store::Connection &journal)
{
    const Result<> done = follow(journal);
    m_chronicle.claim("reading", done.has_value(), [&] { return done.error().detail; });
}

Result<> Auditor::compareAnswer(store::Connection &journal, OperationId id,
                                const sync::Reply &reply)
{
    TRY_ASSIGN(const auto entry, store::entryOf(journal, id));
    TRY_ASSIGN(const auto kept, store::refusedAnswer(journal, id));
    const auto said = std::ranges::find(reply.refused, id, [](const auto &no) { return no.first; });
    const std::optional<Refusal> told =
        said == reply.refused.end() ? std::nullopt : std::optional(said->second);
    m_chronicle.claim("answers", !entry || !told, [&] {
        return u"%1 is entry %2 and was answered %3"_s.arg(id.text())
            .arg(entry->seq)
            .arg(text(told));
    });
    m_chronicle.claim("answers", entry || told,
                      [&] { return u"%1 was taken without an answer"_s.arg(id.text()); });
    m_chronicle.claim("answers", !kept || kept == told, [&] {
        return u"%1 was answered %2, kept is %3"_s.arg(id.text(), text(told), text(kept));
    });
    // One's rights are asked each time; that answer is not kept, and may be another one tomorrow.
    if (entry || kept) {
        const auto first = m_answers.emplace(id, told).first;
        m_chronicle.claim("idempotent", first->second == told, [&] {
            return u"%1 was answered %2, then %3"_s.arg(id.text(), text(first->second), text(told));
        });
    } else {
        m_chronicle.claim("answers", !told || isOfRights(told->reason), [&] {
            return u"the answer to %1 is kept nowhere: %2"_s.arg(id.text(), text(told));
        });
        m_chronicle.claim("idempotent", !m_answers.contains(id), [&] {
            return u"the answer to %1 was forgotten: %2, then %3"_s.arg(
                id.text(), text(m_answers.at(id)), text(told));
        });
        m_chronicle.count(u"not_permitted"_s);
    }
    return {};
}

void Auditor::answered(store::Connection &journal, const std::vector<sync::Submission> &submissions,
                       const sync::Reply &reply)
{
    for (const sync::Submission &submission : submissions) {
        if (reply.diverged)
            break; // nothing was taken
        const Result<> done = compareAnswer(journal, submission.operation.id, reply);
        m_chronicle.claim("reading", done.has_value(), [&] { return done.error().detail; });
    }
    left(reply.entries);
}

void Auditor::left(const std::vector<store::Entry> &entries)
{
    if (!entries.empty() && entries.back().seq > m_promised.seq)
        m_promised = {entries.back().seq, entries.back().hash};
}

void Auditor::tried(const Operation &operation)
{
    m_tried.emplace(operation.id, toBytes(operation));
}

void Auditor::made(int desk, OperationId operation)
{
    ++m_madeCount;
    m_made[static_cast<size_t>(desk)].insert(operation);
}

void Auditor::decided(int desk, OperationId operation)
{
    m_made[static_cast<size_t>(desk)].erase(operation);
}

void Auditor::look(int desk, store::Connection &cache)
{
    const Result<> inside = lookInside(desk, cache);
    m_chronicle.claim("reading", inside.has_value(), [&] { return inside.error().detail; });
    const Result<> queue = lookAtQueue(desk, cache);
    m_chronicle.claim("reading", queue.has_value(), [&] { return queue.error().detail; });
}

// Without what is queued the tables are those of its newest entry, in whichever life of the journal
// that was.
Result<> Auditor::lookInside(int desk, store::Connection &cache)
{
    TRY_ASSIGN(const auto pending, store::pendingOperations(cache));
    TRY_ASSIGN(const store::Head head, store::journalHead(cache));
    const auto known = m_digests.find(head.hash);
    if (!m_chronicle.claim("caches", known != m_digests.end(), [&] {
            return u"desk %1 has entry %2, which the server never had"_s.arg(desk).arg(head.seq);
        }))
        return {};
    TRY_ASSIGN(const store::Transaction transaction, store::Transaction::begin(cache));
    for (const Pending &queued : pending | std::views::reverse) {
        if (queued.state != Pending::State::Queued)
            continue;
        TRY_ASSIGN(const QByteArray inverse, store::invertChangeset(queued.changeset));
        const Result<> undone = store::applyChangeset(cache, inverse);
        if (!m_chronicle.claim("caches", undone.has_value(), [&] {
                return u"desk %1: what was queued can not be taken back: %2"_s.arg(desk).arg(
                    undone.error().detail);
            }))
            return {};
    }
    TRY_ASSIGN(const QByteArray tables, store::tablesDigest(cache));
    m_chronicle.claim("caches", tables == known->second, [&] {
        return u"desk %1 at entry %2: the tables are not what the entries make"_s.arg(desk).arg(
            head.seq);
    });
    return {}; // the transaction goes without a commit
}

Result<> Auditor::lookAtQueue(int desk, store::Connection &cache)
{
    std::set<OperationId> here;
    TRY_ASSIGN(const auto pending, store::pendingOperations(cache));
    for (const Pending &one : pending) {
        here.insert(one.operation.id);
        m_chronicle.claim("visible", one.state == Pending::State::Queued || one.refusal, [&] {
            return u"desk %1: %2 waits and nobody knows why"_s.arg(desk).arg(
                one.operation.id.text());
        });
    }
    TRY_ASSIGN(const auto entries, store::entriesAfter(cache, 0, all));
    store::Head head;
    for (const store::Entry &entry : entries) {
        m_chronicle.claim("chain",
                          entry.seq == head.seq + 1 && entry.previousHash == head.hash &&
                              entry.hash == store::hashOf(entry),
                          [&] { return u"desk %1, entry %2"_s.arg(desk).arg(entry.seq); });
        head = {entry.seq, entry.hash};
        m_chronicle.claim("once", here.insert(entry.operation.id).second, [&] {
            return u"desk %1 has %2 twice"_s.arg(desk).arg(entry.operation.id.text());
        });
    }
    for (const OperationId id : m_made[static_cast<size_t>(desk)]) {
        m_chronicle.claim("kept", here.contains(id), [&] {
            return u"desk %1 was told that %2 is kept, and it is nowhere"_s.arg(desk).arg(
                id.text());
        });
    }
    return {};
}

void Auditor::lookAtRest(int desk, store::Connection &cache, store::Connection &journal)
{
    look(desk, cache);
    const Result<> done = [&]() -> Result<> {
        TRY_ASSIGN(const store::Head here, store::journalHead(cache));
        TRY_ASSIGN(const store::Head there, store::journalHead(journal));
        m_chronicle.claim("converged", here == there, [&] {
            return u"desk %1 stands at entry %2, the server at %3"_s.arg(desk).arg(here.seq).arg(
                there.seq);
        });
        TRY_ASSIGN(const QByteArray mine, store::tablesDigest(cache));
        TRY_ASSIGN(const QByteArray theirs, store::tablesDigest(journal));
        m_chronicle.claim("converged", mine == theirs,
                          [&] { return u"desk %1 has other rows"_s.arg(desk); });
        TRY_ASSIGN(const auto pending, store::pendingOperations(cache));
        for (const Pending &one : pending) {
            m_chronicle.claim("settled", one.state != Pending::State::Queued, [&] {
                return u"desk %1: %2 is on its way for ever"_s.arg(desk).arg(
                    one.operation.id.text());
            });
            TRY_ASSIGN(const auto entry, store::entryOf(journal, one.operation.id));
            m_chronicle.claim("settled", !entry, [&] {
                return u"desk %1: %2 is entry %3 and still waits"_s.arg(desk)
                    .arg(one.operation.id.text())
                    .arg(entry->seq);
            });
        }
        TRY_ASSIGN(const QStringList faults, store::integrityFaults(cache));
        m_chronicle.claim("integrity", faults.isEmpty(), [&] { return faults.join(u"; "_s); });
        return {};
    }();
    m_chronicle.claim("reading", done.has_value(), [&] { return done.error().detail; });
}

void Auditor::lookAtRest(store::Connection &journal)
{
    journalMoved(journal);
    const QString wrong = m_registers.compare(journal);
    m_chronicle.claim("registers", wrong.isEmpty(), [&] { return wrong; });
    const auto verification = sync::verifyRealm(journal);
    if (!m_chronicle.claim("reading", verification.has_value(),
                           [&] { return verification.error().detail; }))
        return;
    for (const sync::Check &check : verification->checks) {
        m_chronicle.claim("verify", check.faults.isEmpty(),
                          [&] { return check.name + u": "_s + check.faults.join(u"; "_s); });
    }
}

} // namespace leeward::simulation
