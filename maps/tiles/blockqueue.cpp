#include "maps/tiles/blockqueue.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace leeward::tiles {

BlockQueue::BlockQueue(int threads, size_t mostWaiting, Made made)
    : m_mostWaiting(mostWaiting)
    , m_made(std::move(made))
{
    for (int i = 0; i < std::max(1, threads); ++i)
        m_threads.emplace_back([this] { work(); });
}

BlockQueue::~BlockQueue()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_stopping = true;
        m_waiting.clear();
        for (auto &[key, job] : m_running)
            job.waiters.clear();
    }
    m_wake.notify_all();
    for (std::thread &thread : m_threads)
        thread.join();
}

BlockQueue::Ticket BlockQueue::request(std::shared_ptr<OpenMap> map, const QString &style,
                                       TileAddress address, Answer answer)
{
    const TileAddress first = address.blockStart(map->source->blockSide());
    const Key key{map.get(), style, first};
    std::vector<Waiter> dropped;
    Ticket ticket = 0;
    {
        const std::scoped_lock lock(m_mutex);
        ticket = ++m_lastTicket;
        Waiter waiter{ticket, address, std::move(answer)};
        const auto waiting = std::ranges::find(m_waiting, key, &Job::key);
        if (const auto running = m_running.find(key); running != m_running.end()) {
            running->second.waiters.push_back(std::move(waiter));
        } else if (waiting != m_waiting.end()) {
            waiting->waiters.push_back(std::move(waiter));
            m_waiting.splice(m_waiting.begin(), m_waiting, waiting);
        } else {
            m_waiting.push_front({key, std::move(map), style, first, {}});
            m_waiting.front().waiters.push_back(std::move(waiter));
        }
        if (m_waiting.size() > m_mostWaiting) {
            dropped = std::move(m_waiting.back().waiters);
            m_waiting.pop_back();
        }
    }
    m_wake.notify_one();
    for (const Waiter &waiter : dropped)
        waiter.answer(fail(Errc::Refused, u"too many tiles are asked for at once"_s));
    return ticket;
}

void BlockQueue::cancel(Ticket ticket)
{
    const std::scoped_lock lock(m_mutex);
    const auto drop = [ticket](Job &job) {
        std::erase_if(job.waiters, [ticket](const Waiter &w) { return w.ticket == ticket; });
    };
    for (auto &[key, job] : m_running)
        drop(job);
    std::ranges::for_each(m_waiting, drop);
    m_waiting.remove_if([](const Job &job) { return job.waiters.empty(); });
}

Result<std::vector<Tile>> BlockQueue::make(const Job &job,
                                           const std::vector<TileAddress> &wanted) const
{
    if (TileCache *cache = job.map->cache.get()) {
        std::vector<Tile> known;
        for (const TileAddress &address : wanted)
            if (auto tile = cache->find(job.style, address))
                known.push_back(std::move(*tile));
        if (known.size() == wanted.size())
            return known;
    }
    auto tiles = job.map->source->block(job.style, job.first);
    if (tiles && job.map->cache)
        job.map->cache->insert(job.style, *tiles);
    return tiles;
}

void BlockQueue::finish(const Key &key, const Result<std::vector<Tile>> &tiles)
{
    Job job;
    std::shared_ptr<OpenMap> map;
    {
        const std::scoped_lock lock(m_mutex);
        map = m_running.at(key).map;
    }
    if (tiles)
        m_made(map, std::get<QString>(key), *tiles);
    {
        const std::scoped_lock lock(m_mutex);
        auto node = m_running.extract(key);
        job = std::move(node.mapped());
        if (tiles) { // some joined while only the first ones were looked up in the cache: their
                     // turn comes again
            std::vector<Waiter> late;
            for (Waiter &waiter : job.waiters)
                if (std::ranges::find(*tiles, waiter.address, &Tile::address) == tiles->end())
                    late.push_back(std::move(waiter));
            std::erase_if(job.waiters, [](const Waiter &w) { return !w.answer; });
            if (!late.empty() && !m_stopping)
                m_waiting.push_front({job.key, job.map, job.style, job.first, std::move(late)});
        }
    }
    for (const Waiter &waiter : job.waiters) {
        if (!tiles) {
            waiter.answer(std::unexpected(tiles.error()));
            continue;
        }
        waiter.answer(*std::ranges::find(*tiles, waiter.address, &Tile::address));
    }
}

void BlockQueue::work()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_wake.wait(lock, [this] { return m_stopping || !m_waiting.empty(); });
        if (m_stopping)
            return;
        const Key key = m_waiting.front().key;
        const Job &job = m_running.emplace(key, std::move(m_waiting.front())).first->second;
        m_waiting.pop_front();
        std::vector<TileAddress> wanted;
        for (const Waiter &waiter : job.waiters)
            wanted.push_back(waiter.address);
        const Job copy{job.key, job.map, job.style, job.first, {}};
        lock.unlock();
        finish(key, make(copy, wanted));
        lock.lock();
    }
}

} // namespace leeward::tiles
