#include "server/realm_host.h"

#include "models/store/search_index.h"

#include <QFileInfo>
#include <QLoggingCategory>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {
// The more that wait, the larger a batch; beyond this a reply would wait too long for its fsync.
constexpr size_t largestBatch = 256;
constexpr size_t mostOperations = 1000; // a third of a second when all desks come back at once
constexpr int toldAtOnce = 1000;
// Whoever was answered a moment ago comes back at once when there is much to do. Making a batch
// durable takes milliseconds, so it pays to let them on. After a lonely ask nobody is waited for.
constexpr std::chrono::microseconds gathering{300};

Q_LOGGING_CATEGORY(lcRealm, "leeward.server.realm")
} // namespace

RealmHost::RealmHost(QString path, store::CacheFile file, const Clock &clock,
                     std::unique_ptr<Journal> journal, Seals seals)
    : m_path(std::move(path))
    , m_file(std::move(file))
    , m_clock(clock)
    , m_journal(std::move(journal))
    , m_seals(std::move(seals))
    , m_thread(m_file.takeConnection(), u"leeward-authority"_s)
{
    m_thread.post([this](store::Connection &db) {
        (void) store::pinyinKeys(u"避"_s); // its table is large: now, not in somebody's order
        const auto head = store::journalHead(db);
        const std::lock_guard lock(m_listening);
        m_told = head ? head->seq : 0;
    });
    if (m_journal) {
        m_journal->watch([this] {
            if (m_moved.exchange(true))
                return; // the job on its way sees this, too
            m_thread.post([this](store::Connection &db) {
                m_moved = false;
                // Not to be had now: the next exchange says so to whoever asks.
                if (Authority(db, m_clock, m_journal.get(), &m_seals, &m_recent).catchUp())
                    tell(db);
            });
        });
    }
}

RealmHost::~RealmHost()
{
    if (m_journal)
        m_journal->watch({});
    finishWaiting();
}

void RealmHost::finishWaiting()
{
    const auto waiting = [this] {
        const std::lock_guard lock(m_mutex);
        return !m_waiting.empty();
    };
    do { // a batch that leaves some over comes back behind this job
        m_thread.run([](store::Connection &) { return true; }).waitForFinished();
    } while (waiting());
}

Result<std::unique_ptr<RealmHost>> RealmHost::open(const QString &journalPath, const Clock &clock,
                                                   std::unique_ptr<Journal> journal, Seals seals)
{
    TRY_ASSIGN(store::CacheFile file, store::CacheFile::open(journalPath));
    if (journal)
        TRY(journal->attach(file.connection()));
    return std::unique_ptr<RealmHost>(
        new RealmHost(journalPath, std::move(file), clock, std::move(journal), std::move(seals)));
}

void RealmHost::exchange(sync::Ask ask, std::function<void(Result<sync::Reply>)> done)
{
    exchange(std::move(ask), {}, std::move(done));
}

void RealmHost::exchange(sync::Ask ask, Permit permit,
                         std::function<void(Result<sync::Reply>)> done)
{
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.push_back({std::move(ask), std::move(permit), std::move(done)});
        if (m_waiting.size() > 1) {
            m_came.notify_one();
            return; // the job of the first takes this one too
        }
    }
    m_thread.post([this](store::Connection &db) { takeBatch(db); });
}

void RealmHost::takeBatch(store::Connection &db)
{
    std::vector<Waiting> batch;
    {
        std::unique_lock lock(m_mutex);
        if (m_lastBatch > 1)
            m_came.wait_for(lock, gathering, [this] { return m_waiting.size() >= m_lastBatch; });
        size_t count = 0;
        size_t operations = 0;
        while (count < std::min(m_waiting.size(), largestBatch)) {
            operations += m_waiting[count].ask.submissions.size();
            if (count > 0 && operations > mostOperations)
                break;
            ++count;
        }
        if (count == m_waiting.size()) {
            batch = std::exchange(m_waiting, {});
        } else {
            const auto end = m_waiting.begin() + static_cast<qsizetype>(count);
            std::move(m_waiting.begin(), end, std::back_inserter(batch));
            m_waiting.erase(m_waiting.begin(), end);
            m_thread.post([this](store::Connection &again) { takeBatch(again); });
        }
    }
    m_lastBatch = batch.size();
    std::vector<Authority::Request> requests;
    for (const Waiting &waiting : batch)
        requests.push_back({&waiting.ask, &waiting.permit});
    auto replies = Authority(db, m_clock, m_journal.get(), &m_seals, &m_recent).exchange(requests);
    tell(db); // those who wait for news before those who made them
    for (size_t i = 0; i < batch.size(); ++i) {
        Result<sync::Reply> reply = replies ? std::move((*replies)[i])
                                            : Result<sync::Reply>(std::unexpected(replies.error()));
        // Whoever asks can do nothing about a damaged journal; whoever runs the server must.
        if (!reply && reply.error().code == Errc::Corrupt)
            qCCritical(lcRealm).noquote() << m_path << reply.error().detail;
        batch[i].done(std::move(reply));
    }
}

void RealmHost::tell(store::Connection &db)
{
    const std::lock_guard lock(m_listening);
    if (m_listeners.empty()) {
        if (const auto head = store::journalHead(db))
            m_told = head->seq;
        return;
    }
    const auto head = store::journalHead(db);
    if (const auto made = head ? m_recent.after(m_told, *head) : std::nullopt) {
        if (!made->empty()) {
            const std::vector<store::Entry> entries(made->begin(), made->end());
            for (const auto &[id, listener] : m_listeners)
                listener(entries);
            m_told = entries.back().seq;
        }
        return;
    }
    while (true) {
        const auto entries = store::entriesAfter(db, m_told, toldAtOnce);
        if (!entries || entries->empty())
            return; // a read that fails now is made up for by the next one
        for (const auto &[id, listener] : m_listeners)
            listener(*entries);
        m_told = entries->back().seq;
    }
}

void RealmHost::listen(std::function<void(std::vector<store::Entry>)> listener)
{
    addListener([listener = std::move(listener)](const std::vector<store::Entry> &entries) {
        listener(entries);
    });
}

int RealmHost::addListener(Listener listener)
{
    const std::lock_guard lock(m_listening);
    m_listeners.emplace_back(m_nextListener, std::move(listener));
    return m_nextListener++;
}

void RealmHost::removeListener(int id)
{
    const std::lock_guard lock(m_listening);
    std::erase_if(m_listeners, [id](const auto &item) { return item.first == id; });
}

QString journalPathFor(const QString &cachePath)
{
    const QFileInfo info(cachePath);
    return info.path() + u'/' + info.completeBaseName() + u".journal"_s;
}

} // namespace leeward::server
