#include "sync/courier.h"

#include "sync/replica.h"

namespace leeward::sync {

using namespace std::chrono_literals;

namespace {
constexpr int batch = 200;
constexpr auto firstPause = 500ms;
constexpr auto longestPause = 30s;
} // namespace

Courier::Courier(store::StoreThread &writer, store::ChangeFeed &feed, AuthorityLink &link,
                 QObject *parent)
    : QObject(parent)
    , m_writer(writer)
    , m_feed(feed)
    , m_link(link)
    , m_pause(firstPause)
    , m_here(std::make_shared<Here>())
{
    m_here->courier = this;
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &Courier::wake);
}

Courier::~Courier()
{
    const std::lock_guard lock(m_here->mutex);
    m_here->courier = nullptr;
}

void Courier::wake()
{
    if (m_busy) {
        m_wanted = true;
        return;
    }
    m_busy = true;
    m_wanted = false;
    m_retry.stop();
    // The chain runs store thread → authority → store thread → here. The courier may go at any
    // moment: what needs it, or the link that need not live longer, holds the lock and looks first.
    auto finish = [here = m_here](bool again, const std::optional<Error> &error) {
        const std::lock_guard lock(here->mutex);
        if (Courier *courier = here->courier)
            QMetaObject::invokeMethod(
                courier, [courier, again, error] { courier->finish(again, error); },
                Qt::QueuedConnection);
    };
    m_writer.post([&writer = m_writer, &feed = m_feed, &link = m_link, here = m_here,
                   finish](store::Connection &db) {
        const auto operations = toSend(db, batch);
        const auto head = store::journalHead(db);
        if (!operations || !head) {
            finish(false, operations ? head.error() : operations.error());
            return;
        }
        const bool full = operations->size() == batch;
        const std::lock_guard lock(here->mutex);
        if (!here->courier)
            return;
        link.exchange(*operations, head->seq, [&writer, &feed, finish, full](Result<Reply> reply) {
            if (!reply) {
                finish(false, reply.error());
                return;
            }
            writer.post([&feed, finish, full, reply = std::move(*reply)](store::Connection &store) {
                const Result<Changes> changes = receive(store, reply);
                if (!changes) {
                    finish(false, changes.error());
                    return;
                }
                feed.publish(*changes);
                if (!reply.entries.empty() || !reply.refused.empty())
                    feed.publishProgress();
                finish(full || reply.more, std::nullopt);
            });
        });
    });
}

void Courier::finish(bool again, const std::optional<Error> &error)
{
    m_busy = false;
    const bool reachable = !error || error->code != Errc::Network;
    if (reachable != m_reachable) {
        m_reachable = reachable;
        Q_EMIT reachableChanged(reachable);
    }
    if (error) {
        m_retry.start(m_pause);
        m_pause = std::min<std::chrono::milliseconds>(m_pause * 2, longestPause);
        if (reachable)
            Q_EMIT failed(*error);
        return;
    }
    m_pause = firstPause;
    if (again || m_wanted)
        wake();
    else
        Q_EMIT idle();
}

} // namespace leeward::sync
