#pragma once

#include "models/desk/waiting.h"
#include "models/domain/operation_codec.h"
#include "models/domain/refusal.h"
#include "models/store/change_feed.h"
#include "models/store/dispatch_queries.h"
#include "models/store/entries.h"
#include "models/store/search_index.h"
#include "models/store/store_thread.h"

#include <QFuture>
#include <QObject>
#include <QSet>

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

// Why nothing can be entered at this desk now, though all can be looked at.
enum class Closed
{
    SignedOut, // nobody is signed in
    GraceOver, // longer without the server than it allows
    TooOld,    // this program, for its server
};

// A rule said no, the store could not (full disk, …), or the desk is closed.
using Failure = std::variant<Refusal, Error, Closed>;
using Outcome = std::expected<Receipt, Failure>;

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
    // Somebody else works here from now on. What is queued keeps its author.
    void setIdentity(Identity identity);
    // While closed, every operation is answered with why; nothing else changes.
    void setClosed(std::optional<Closed> why);
    [[nodiscard]] std::optional<Closed> closed() const { return m_closed; }
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
    // good. What may be an entry all the same (isUnanswered) is not withdrawn or changed:
    // Unsupported.
    [[nodiscard]] QFuture<Outcome> retryPending(qint64 position);
    [[nodiscard]] QFuture<Result<>> withdrawPending(qint64 position);
    // Puts `body` in the place of such an operation, in one transaction: both or neither. It is an
    // operation of its own, of who works here now; when it happened stays as it was said.
    template <class Body>
    [[nodiscard]] QFuture<Outcome> changePending(qint64 position, const Body &body)
    {
        const Instant now = m_clock.now();
        return replacePending(position, makeOperation(body, newId<OperationId>(), m_identity.user,
                                                      m_identity.desk, now, now));
    }
    [[nodiscard]] QFuture<Outcome> replacePending(qint64 position, Operation operation);
    // The queue, oldest first, with what beat each and how its fields stand.
    [[nodiscard]] QFuture<Result<std::vector<Waiting>>> waiting();

    // Of the pending operations, those that the authority has been asked to take and has not yet
    // answered.
    [[nodiscard]] bool isOnTheWay(OperationId operation) const
    {
        return m_onTheWay.contains(operation);
    }
    void setOnTheWay(const QSet<OperationId> &operations);

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
    void identityChanged();
    void closedChanged();
    void onTheWayChanged();

private:
    store::StoreThread &m_writer;
    store::StoreThread &m_reader;
    store::ChangeFeed &m_feed;
    const Clock &m_clock;
    IdSource &m_ids;
    Identity m_identity;
    std::optional<Closed> m_closed;
    QSet<OperationId> m_onTheWay;
};

// The one way an operation enters a realm file: rules, changeset and queue in one transaction.
// Store thread.
[[nodiscard]] Outcome enqueue(store::Connection &db, const Operation &operation);

// Desk::retryPending(), replacePending() and withdrawPending(). Store thread.
[[nodiscard]] Outcome retry(store::Connection &db, qint64 position);
// The id that a retry has: its own for a conflict; a refused answer belongs to its operation id for
// ever, so that the retry is another operation. An answer about rights is not kept, so the id
// stays: a copy on a stick is the same operation. What another desk signed keeps its id either way,
// and the retry its proof.
[[nodiscard]] OperationId retryId(const store::Pending &pending);
// Both Unsupported for what is on its way, and for a conflict that the authority may have accepted
// all the same (isUnanswered): the order would be given twice.
[[nodiscard]] Outcome replace(store::Connection &db, qint64 position, Operation operation);
[[nodiscard]] Result<> withdraw(store::Connection &db, qint64 position);

} // namespace leeward::desk
