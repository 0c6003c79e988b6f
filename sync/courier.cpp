#include "sync/courier.h"

#include "sync/replica.h"

#include <QRandomGenerator>

namespace leeward::sync {

namespace {
constexpr int batch = 200;
} // namespace

Courier::Courier(store::StoreThread &writer, store::ChangeFeed &feed, AuthorityLink &link,
                 QObject *parent)
    : QObject(parent)
    , m_writer(writer)
    , m_feed(feed)
    , m_link(link)
    , m_here(std::make_shared<Here>())
{
    m_here->courier = this;
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &Courier::wake);
    m_link.listen([here = m_here](std::vector<store::Entry> entries) {
        const std::lock_guard lock(here->mutex);
        if (here->courier)
            here->courier->takePushed(std::move(entries));
    });
}

Courier::~Courier()
{
    const std::lock_guard lock(m_here->mutex);
    m_here->courier = nullptr;
}

void Courier::setStopped(bool stopped)
{
    m_stopped = stopped;
    if (!stopped)
        wake();
}

void Courier::wake()
{
    if (m_stopped || !m_rounds.wake())
        return;
    m_retry.stop();
    ask(m_writer, m_feed, m_link, m_here, m_rounds.withPast());
}

// The chain runs store thread → authority → store thread → here. The courier may go at any moment:
// what needs it, or the link that need not live longer, holds the lock and looks first.
void Courier::ask(store::StoreThread &writer, store::ChangeFeed &feed, AuthorityLink &link,
                  const std::shared_ptr<Here> &here, bool withPast)
{
    writer.post([&writer, &feed, &link, here, withPast](store::Connection &db) {
        auto asked = askOf(db, batch, withPast);
        if (!asked) {
            finishLater(here, {.round = {.error = asked.error()}});
            return;
        }
        const bool full = asked->submissions.size() == batch;
        const std::lock_guard lock(here->mutex);
        Courier *courier = here->courier;
        if (!courier)
            return;
        if (!asked->submissions.empty()) {
            QSet<OperationId> operations;
            for (const Submission &submission : asked->submissions)
                operations.insert(submission.operation.id);
            QMetaObject::invokeMethod(
                courier, [courier, operations] { Q_EMIT courier->sending(operations); },
                Qt::QueuedConnection);
        }
        link.exchange(std::move(*asked), [&writer, &feed, here, full](Result<Reply> reply) {
            if (!reply) {
                finishLater(here, {.round = {.error = reply.error()}});
                return;
            }
            writer.post([&feed, here, full, reply = std::move(*reply)](store::Connection &store) {
                const Result<Step> step = take(store, reply);
                if (!step) {
                    finishLater(here, {.round = {.error = step.error()}});
                    return;
                }
                feed.publish(step->changes);
                if (step->journalMoved)
                    feed.publishProgress();
                finishLater(here, {.round = {.again = full || step->again,
                                             .withPast = step->withPast,
                                             .needsSnapshot = step->needsSnapshot,
                                             .error = std::nullopt},
                                   .retreatedBy = step->retreatedBy});
            });
        });
    });
}

void Courier::finishLater(const std::shared_ptr<Here> &here, End end)
{
    const std::lock_guard lock(here->mutex);
    if (Courier *courier = here->courier) {
        QMetaObject::invokeMethod(
            courier, [courier, end = std::move(end)] { courier->finish(end); },
            Qt::QueuedConnection);
    }
}

void Courier::takePushed(std::vector<store::Entry> entries)
{
    m_writer.post(
        [&feed = m_feed, here = m_here, entries = std::move(entries)](store::Connection &db) {
            const auto step = sync::takePushed(db, entries);
            if (step && *step) {
                feed.publish((*step)->changes);
                if ((*step)->journalMoved)
                    feed.publishProgress();
                return;
            }
            // A hole, or something to be looked at: asking tells.
            const std::lock_guard lock(here->mutex);
            if (Courier *courier = here->courier)
                QMetaObject::invokeMethod(courier, &Courier::wake, Qt::QueuedConnection);
        });
}

void Courier::finish(const End &end)
{
    Q_EMIT sending({});
    const Rounds::Then then =
        m_rounds.ended(end.round, QRandomGenerator::global()->generateDouble());
    if (then.reachableChanged)
        Q_EMIT reachableChanged(m_rounds.isReachable());
    if (end.retreatedBy > 0)
        Q_EMIT retreated(end.retreatedBy);
    if (then.pause) {
        m_retry.start(*then.pause);
        if (end.round.needsSnapshot)
            Q_EMIT snapshotNeeded();
        else if (m_rounds.isReachable())
            Q_EMIT failed(*end.round.error);
        return;
    }
    if (then.wake)
        wake();
    else
        Q_EMIT idle();
}

} // namespace leeward::sync
