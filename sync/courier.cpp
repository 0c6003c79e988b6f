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
    if (m_stopped)
        return;
    if (m_busy) {
        m_wanted = true;
        return;
    }
    m_busy = true;
    m_wanted = false;
    m_retry.stop();
    ask(m_writer, m_feed, m_link, m_here, m_withPast);
}

// The chain runs store thread → authority → store thread → here. The courier may go at any moment:
// what needs it, or the link that need not live longer, holds the lock and looks first.
void Courier::ask(store::StoreThread &writer, store::ChangeFeed &feed, AuthorityLink &link,
                  const std::shared_ptr<Here> &here, bool withPast)
{
    writer.post([&writer, &feed, &link, here, withPast](store::Connection &db) {
        auto asked = askOf(db, batch, withPast);
        if (!asked) {
            finishLater(here, {.error = asked.error()});
            return;
        }
        const bool full = asked->submissions.size() == batch;
        const std::lock_guard lock(here->mutex);
        if (!here->courier)
            return;
        link.exchange(std::move(*asked), [&writer, &feed, here, full](Result<Reply> reply) {
            if (!reply) {
                finishLater(here, {.error = reply.error()});
                return;
            }
            writer.post([&feed, here, full, reply = std::move(*reply)](store::Connection &store) {
                const Result<Step> step = take(store, reply);
                if (!step) {
                    finishLater(here, {.error = step.error()});
                    return;
                }
                feed.publish(step->changes);
                if (step->journalMoved)
                    feed.publishProgress();
                finishLater(here, {.again = full || step->again,
                                   .withPast = step->withPast,
                                   .retreatedBy = step->retreatedBy,
                                   .needsSnapshot = step->needsSnapshot,
                                   .error = std::nullopt});
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
    m_busy = false;
    m_withPast = end.withPast;
    const bool reachable = !end.error || end.error->code != Errc::Network;
    if (reachable != m_reachable) {
        m_reachable = reachable;
        Q_EMIT reachableChanged(reachable);
    }
    if (end.retreatedBy > 0)
        Q_EMIT retreated(end.retreatedBy);
    if (end.needsSnapshot) {
        // Asking again helps only once a snapshot is here; slowly, in case nobody brings one.
        m_retry.start(m_backoff.next(QRandomGenerator::global()->generateDouble()));
        Q_EMIT snapshotNeeded();
        return;
    }
    if (end.error) {
        m_retry.start(m_backoff.next(QRandomGenerator::global()->generateDouble()));
        if (reachable)
            Q_EMIT failed(*end.error);
        return;
    }
    m_backoff.reset();
    if (end.again || m_wanted)
        wake();
    else
        Q_EMIT idle();
}

} // namespace leeward::sync
