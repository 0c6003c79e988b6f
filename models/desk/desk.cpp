#include "models/desk/desk.h"

#include "models/rulebook/rulebook.h"
#include "models/store/changeset.h"

#include <QPromise>

#include <algorithm>

namespace leeward::desk {

using namespace Qt::StringLiterals;

namespace {

Outcome failed(Error error)
{
    return std::unexpected(Failure(std::move(error)));
}

template <class T>
QFuture<T> ready(T answer)
{
    QPromise<T> promise;
    promise.start();
    promise.addResult(std::move(answer));
    promise.finish();
    return promise.future();
}

// Applies inside the caller's transaction; the changeset, or why not.
std::expected<QByteArray, Failure> applyRecorded(store::Connection &db, const Operation &operation)
{
    auto recorder = store::Recorder::begin(db);
    if (!recorder)
        return std::unexpected(recorder.error());
    const Result<Verdict> verdict = rulebook::apply(db, operation);
    if (!verdict)
        return std::unexpected(verdict.error());
    if (!*verdict)
        return std::unexpected(verdict->error());
    auto changeset = recorder->changeset();
    if (!changeset)
        return std::unexpected(changeset.error());
    return std::move(*changeset);
}

LogLine pendingLine(const store::Pending &pending)
{
    return {.operation = pending.operation,
            .pending = pending.state,
            .position = pending.position,
            .refusal = pending.refusal,
            .unanswered = isUnanswered(pending)};
}

Result<std::vector<LogLine>> readLog(store::Connection &db, qint64 before, int limit)
{
    std::vector<LogLine> lines;
    if (before <= 0) {
        TRY_ASSIGN(const auto pending, store::pendingOperations(db));
        for (auto it = pending.rbegin(); it != pending.rend(); ++it)
            lines.push_back(pendingLine(*it));
    }
    TRY_ASSIGN(const store::Head head, store::journalHead(db));
    const qint64 end = before > 0 ? before - 1 : head.seq;
    const qint64 from = std::max<qint64>(0, end - limit);
    TRY_ASSIGN(const auto entries, store::entriesAfter(db, from, static_cast<int>(end - from)));
    for (auto it = entries.rbegin(); it != entries.rend(); ++it)
        lines.push_back({.seq = it->seq, .operation = it->operation, .acceptedAt = it->acceptedAt});
    return lines;
}

Result<QueueState> readQueue(store::Connection &db)
{
    QueueState state;
    TRY_ASSIGN(const auto pending, store::pendingOperations(db));
    for (const store::Pending &operation : pending)
        ++(operation.state == store::Pending::State::Queued ? state.queued : state.conflicts);
    TRY_ASSIGN(const store::Head head, store::journalHead(db));
    state.cursor = head.seq;
    if (head.seq > 0) {
        TRY_ASSIGN(const auto last, store::entriesAfter(db, head.seq - 1, 1));
        if (!last.empty())
            state.lastAcceptedAt = last.front().acceptedAt;
    }
    return state;
}

// Whether it can be given up without becoming an entry later.
Result<> mayGo(const store::Pending &pending)
{
    if (pending.state == store::Pending::State::Queued)
        return fail(Errc::Unsupported, u"the operation is on its way"_s);
    if (isUnanswered(pending))
        return fail(Errc::Unsupported, u"the server's answer is not complete yet: operation %1 may "
                                       "be accepted"_s.arg(pending.operation.id.text()));
    return {};
}

} // namespace

// Another operation takes the place of one that waits for an operator.
Outcome replace(store::Connection &db, qint64 position, Operation operation)
{
    const auto pending = store::pendingOperations(db);
    if (!pending)
        return failed(pending.error());
    const auto old = std::ranges::find(*pending, position, &store::Pending::position);
    if (old == pending->end())
        return failed({Errc::NotFound, u"pending operation %1"_s.arg(position)});
    if (auto may = mayGo(*old); !may)
        return failed(std::move(may).error());
    operation.occurredAt = old->operation.occurredAt;
    auto transaction = store::Transaction::begin(db);
    if (!transaction)
        return failed(transaction.error());
    auto changeset = applyRecorded(db, operation);
    if (!changeset)
        return std::unexpected(changeset.error());
    if (auto dropped = store::dropPending(db, old->operation.id); !dropped)
        return failed(dropped.error());
    if (auto added = store::addPending(db, operation, *changeset); !added)
        return failed(added.error());
    auto changes = store::readChanges(db, *changeset);
    if (!changes)
        return failed(changes.error());
    if (auto committed = transaction->commit(); !committed)
        return failed(committed.error());
    return Receipt{operation.id, std::move(*changes)};
}

Outcome enqueue(store::Connection &db, const Operation &operation)
{
    auto transaction = store::Transaction::begin(db);
    if (!transaction)
        return failed(transaction.error());
    auto changeset = applyRecorded(db, operation);
    if (!changeset)
        return std::unexpected(changeset.error());
    if (auto added = store::addPending(db, operation, *changeset); !added)
        return failed(added.error());
    auto changes = store::readChanges(db, *changeset);
    if (!changes)
        return failed(changes.error());
    if (auto committed = transaction->commit(); !committed)
        return failed(committed.error());
    return Receipt{operation.id, std::move(*changes)};
}

OperationId retryId(const store::Pending &pending)
{
    const OperationId id = pending.operation.id;
    const bool answered = pending.state == store::Pending::State::Refused && pending.refusal &&
                          !concernsRights(pending.refusal->reason);
    return answered && pending.proof.isEmpty()
               ? OperationId(QUuid::createUuidV5(id.raw(), u"retry"_s))
               : id;
}

namespace {

// What is an entry already waits no more.
Outcome finish(store::Connection &db, store::Transaction &transaction,
               const store::Pending &pending, OperationId entry)
{
    if (auto dropped = store::dropPending(db, pending.operation.id); !dropped)
        return failed(dropped.error());
    if (auto committed = transaction.commit(); !committed)
        return failed(committed.error());
    return Receipt{entry, {}};
}

} // namespace

// A pending operation that waits for an operator is put at the end of the queue and tried as it is.
Outcome retry(store::Connection &db, qint64 position)
{
    const auto pending = store::pendingOperations(db);
    if (!pending)
        return failed(pending.error());
    for (const store::Pending &candidate : *pending) {
        if (candidate.position != position || candidate.state == store::Pending::State::Queued)
            continue;
        auto transaction = store::Transaction::begin(db);
        if (!transaction)
            return failed(transaction.error());
        Operation again = candidate.operation;
        again.id = retryId(candidate);
        const auto number = store::numberOf(db, again.id);
        if (!number)
            return failed(number.error());
        if (*number > 0) // another desk that had it too was quicker
            return finish(db, *transaction, candidate, again.id);
        auto changeset = applyRecorded(db, again);
        if (!changeset)
            return std::unexpected(changeset.error());
        if (auto dropped = store::dropPending(db, candidate.operation.id); !dropped)
            return failed(dropped.error());
        if (auto added = store::addPending(db, again, *changeset, candidate.proof); !added)
            return failed(added.error());
        auto changes = store::readChanges(db, *changeset);
        if (!changes)
            return failed(changes.error());
        if (auto committed = transaction->commit(); !committed)
            return failed(committed.error());
        return Receipt{again.id, std::move(*changes)};
    }
    return failed({Errc::NotFound, u"pending operation %1"_s.arg(position)});
}

Result<> withdraw(store::Connection &db, qint64 position)
{
    TRY_ASSIGN(const auto pending, store::pendingOperations(db));
    for (const store::Pending &candidate : pending) {
        if (candidate.position != position)
            continue;
        TRY(mayGo(candidate));
        return store::dropPending(db, candidate.operation.id);
    }
    return fail(Errc::NotFound, u"pending operation %1"_s.arg(position));
}

Desk::Desk(store::StoreThread &writer, store::StoreThread &reader, store::ChangeFeed &feed,
           const Clock &clock, IdSource &ids, Identity identity, QObject *parent)
    : QObject(parent)
    , m_writer(writer)
    , m_reader(reader)
    , m_feed(feed)
    , m_clock(clock)
    , m_ids(ids)
    , m_identity(std::move(identity))
{
}

void Desk::setIdentity(Identity identity)
{
    m_identity = std::move(identity);
    Q_EMIT identityChanged();
}

void Desk::setClosed(std::optional<Closed> why)
{
    if (m_closed == why)
        return;
    m_closed = why;
    Q_EMIT closedChanged();
}

QFuture<Outcome> Desk::submitOperation(Operation operation)
{
    if (m_closed)
        return ready<Outcome>(std::unexpected(Failure(*m_closed)));
    return m_writer.run([this, operation = std::move(operation)](store::Connection &db) {
        Outcome outcome = enqueue(db, operation);
        if (outcome) {
            m_feed.publish(outcome->changes);
            m_feed.publishProgress();
            Q_EMIT queued();
        }
        return outcome;
    });
}

QFuture<Outcome> Desk::retryPending(qint64 position)
{
    if (m_closed)
        return ready<Outcome>(std::unexpected(Failure(*m_closed)));
    return m_writer.run([this, position](store::Connection &db) {
        Outcome outcome = retry(db, position);
        if (outcome) {
            m_feed.publish(outcome->changes);
            m_feed.publishProgress();
            Q_EMIT queued();
        }
        return outcome;
    });
}

QFuture<Result<>> Desk::withdrawPending(qint64 position)
{
    if (m_closed)
        return ready<Result<>>(fail(Errc::Refused, u"the desk is closed"_s));
    return m_writer.run([this, position](store::Connection &db) -> Result<> {
        TRY(withdraw(db, position));
        m_feed.publishProgress();
        return {};
    });
}

QFuture<Outcome> Desk::replacePending(qint64 position, Operation operation)
{
    return m_writer.run(
        [this, position, operation = std::move(operation)](store::Connection &db) mutable {
            Outcome outcome = replace(db, position, std::move(operation));
            if (outcome) {
                m_feed.publish(outcome->changes);
                m_feed.publishProgress();
                Q_EMIT queued();
            }
            return outcome;
        });
}

QFuture<Result<std::vector<Waiting>>> Desk::waiting()
{
    return m_reader.run([](store::Connection &db) { return readWaiting(db); });
}

void Desk::setOnTheWay(const QSet<OperationId> &operations)
{
    if (operations == m_onTheWay)
        return;
    m_onTheWay = operations;
    Q_EMIT onTheWayChanged();
}

QFuture<Result<std::vector<store::Found>>> Desk::search(const QString &text, int limit)
{
    return m_reader.run(
        [text, limit](store::Connection &db) { return store::searchText(db, text, limit); });
}

QFuture<Result<std::vector<TimelineEvent>>> Desk::timeline(IncidentId incident)
{
    return m_reader.run(
        [incident](store::Connection &db) { return store::timelineOf(db, incident); });
}

QFuture<Result<std::vector<store::AssignmentEvent>>> Desk::assignmentEvents(AssignmentId id)
{
    return m_reader.run([id](store::Connection &db) { return store::eventsOf(db, id); });
}

QFuture<Result<std::vector<LogLine>>> Desk::log(qint64 before, int limit)
{
    return m_reader.run(
        [before, limit](store::Connection &db) { return readLog(db, before, limit); });
}

QFuture<Result<QueueState>> Desk::queueState()
{
    return m_reader.run([](store::Connection &db) { return readQueue(db); });
}

QFuture<Result<std::vector<store::TeamPosition>>> Desk::positions()
{
    return m_reader.run([](store::Connection &db) { return store::teamPositions(db); });
}

} // namespace leeward::desk
