#include "server/postgres/pg_watcher.h"

#include "sync/backoff.h"

#include <QLoggingCategory>
#include <QRandomGenerator>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {

Q_LOGGING_CATEGORY(log, "leeward.server.postgres")

// A server that hangs says nothing, as one does where nothing happens; so it is asked.
constexpr std::chrono::milliseconds askedEvery{10'000};

} // namespace

PgWatcher::PgWatcher(PgAddress address, QByteArray channel, QByteArray own,
                     std::function<void()> moved)
    : m_address(std::move(address))
    , m_channel(std::move(channel))
    , m_own(std::move(own))
    , m_moved(std::move(moved))
    , m_stop(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    , m_thread([this] { work(); })
{
}

PgWatcher::~PgWatcher()
{
    (void) eventfd_write(m_stop, 1);
    m_thread.join();
    ::close(m_stop);
}

bool PgWatcher::stopped() const
{
    pollfd item{m_stop, POLLIN, 0};
    return poll(&item, 1, 0) != 0; // a failure stops, too
}

void PgWatcher::pause(std::chrono::milliseconds time) const
{
    pollfd item{m_stop, POLLIN, 0};
    (void) poll(&item, 1, static_cast<int>(time.count()));
}

Result<> PgWatcher::listenUntilGone()
{
    TRY_ASSIGN(PgConnection db, PgConnection::open(m_address, "leeward-watch"));
    TRY(db.script("LISTEN " + m_channel)); // lower-case letters and digits: PgJournal made it
    m_moved();
    QDeadlineTimer next(askedEvery);
    while (!stopped()) {
        TRY_ASSIGN(const auto payloads,
                   db.notifications(m_stop, std::chrono::milliseconds(next.remainingTime())));
        for (const QByteArray &payload : payloads) {
            if (payload != m_own) {
                m_moved();
                break;
            }
        }
        if (next.hasExpired()) {
            TRY(db.run("SELECT 1"));
            next.setRemainingTime(askedEvery);
        }
    }
    return {};
}

void PgWatcher::work()
{
    sync::Backoff backoff;
    while (!stopped()) {
        QDeadlineTimer longEnough(std::chrono::seconds(30));
        const auto done = listenUntilGone();
        if (done)
            return;
        qCWarning(log, "watching: %s", qPrintable(done.error().detail));
        if (longEnough.hasExpired())
            backoff.reset();
        pause(backoff.next(QRandomGenerator::global()->generateDouble()));
    }
}

} // namespace leeward::server
