#pragma once

#include "models/domain/operation_codec.h"
#include "models/domain/refusal.h"
#include "models/store/change_feed.h"
#include "models/store/dispatch_queries.h"
#include "models/store/entries.h"
#include "models/store/search_index.h"
#include "models/store/store_thread.h"

#include <QFuture>
#include <QObject>

#include <variant>

namespace leeward::desk {

// Who works at this desk.
struct Identity
{
    QString user;
    QString desk;
};

// The operation is applied here, durable, and on its way into the journal.
struct Receipt
{
    OperationId operation;
    Changes changes;
};

// A rule said no, or the store could not (full disk, …).
using Failure = std::variant<Refusal, Error>;
using Outcome = std::expected<Receipt, Failure>;

// A journal entry or a pending operation, as a person reads the log.
struct LogLine
{
    qint64 seq = 0; // 0: not in the journal yet
    Operation operation;
    std::optional<Instant> acceptedAt;
    std::optional<store::Pending::State> pending;
    qint64 position = 0;            // of a pending one, for retryPending() and withdrawPending()
    std::optional<Refusal> refusal; // why a pending one waits for an operator
};

using store::TimelineEvent;

struct QueueState
{
    int queued = 0;    // waiting for the authority
    int conflicts = 0; // waiting for an operator: conflicting or refused
    qint64 cursor = 0; // newest journal entry here
    std::optional<Instant> lastAcceptedAt;
};

// What a screen may do: submit an operation, ask a question. Lives on the UI thread; every answer
// is a future, and nothing here waits.
class Desk : public QObject
{
    Q_OBJECT
public:
    // All must outlive the desk. `writer` owns the realm's only writing connection.
    Desk(store::StoreThread &writer, store::StoreThread &reader, store::ChangeFeed &feed,
         const Clock &clock, IdSource &ids, Identity identity, QObject *parent = nullptr);

    [[nodiscard]] const Identity &identity() const { return m_identity; }
    [[nodiscard]] const Clock &clock() const { return m_clock; }
    [[nodiscard]] Instant now() const { return m_clock.now(); }

    // A fresh id for a record this desk is about to make.
    template <class SomeId>
    [[nodiscard]] SomeId newId()
    {
        return SomeId(m_ids.next());
    }

    // Applies `body` and queues it for the journal. `occurredAt`: when it happened; now by default.
    template <class Body>
    [[nodiscard]] QFuture<Outcome> submit(const Body &body, std::optional<Instant> occurredAt = {})
    {
        const Instant recorded = m_clock.now();
        return submitOperation(makeOperation(body, newId<OperationId>(), m_identity.user,
                                             m_identity.desk, occurredAt.value_or(recorded),
                                             recorded));
    }
    [[nodiscard]] QFuture<Outcome> submitOperation(Operation operation);

    // A pending operation that waits for an operator: try it again as it is, or withdraw it for
    // good.
    [[nodiscard]] QFuture<Outcome> retryPending(qint64 position);
    [[nodiscard]] QFuture<Result<>> withdrawPending(qint64 position);

    [[nodiscard]] QFuture<Result<std::vector<store::Found>>> search(const QString &text, int limit);
    [[nodiscard]] QFuture<Result<std::vector<TimelineEvent>>> timeline(IncidentId incident);
    [[nodiscard]] QFuture<Result<std::vector<store::AssignmentEvent>>>
    assignmentEvents(AssignmentId id);
    // The newest `limit` lines with seq below `before` (0: from the end), newest first, pending
    // ones on top.
    [[nodiscard]] QFuture<Result<std::vector<LogLine>>> log(qint64 before, int limit);
    [[nodiscard]] QFuture<Result<QueueState>> queueState();
    [[nodiscard]] QFuture<Result<std::vector<store::TeamPosition>>> positions();

    [[nodiscard]] store::ChangeFeed &feed() const { return m_feed; }

Q_SIGNALS:
    // An operation was queued; whoever carries operations to the authority looks at the queue now.
    void queued();

private:
    store::StoreThread &m_writer;
    store::StoreThread &m_reader;
    store::ChangeFeed &m_feed;
    const Clock &m_clock;
    IdSource &m_ids;
    Identity m_identity;
};

// The one way an operation enters a realm file: rules, changeset and queue in one transaction.
// Store thread.
[[nodiscard]] Outcome enqueue(store::Connection &db, const Operation &operation);

// Desk::retryPending() and Desk::withdrawPending(). Store thread.
[[nodiscard]] Outcome retry(store::Connection &db, qint64 position);
// The id that a retry has: its own for a conflict; a refused answer belongs to its operation id for
// ever, so that the retry is another operation. What another desk signed keeps its id either way,
// and the retry its proof.
[[nodiscard]] OperationId retryId(const store::Pending &pending);
[[nodiscard]] Result<> withdraw(store::Connection &db, qint64 position);

} // namespace leeward::desk
