#pragma once

#include "maps/tiles/tilecache.h"
#include "maps/tiles/tilesource.h"

#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <thread>
#include <tuple>
#include <vector>

namespace leeward::tiles {

// One base map as the service answers it: its source, and the disk cache of its version (may be
// null).
struct OpenMap
{
    std::shared_ptr<TileSource> source;
    std::unique_ptr<TileCache> cache;
};

// Makes blocks of tiles on a few threads. The newest request is served first; requests for tiles of
// one block share its making; a block nobody waits for any more is not begun. All functions from
// any thread.
class BlockQueue
{
public:
    using Ticket = quint64;
    // Called once, on a worker thread, unless the ticket was cancelled before. Refused = too many
    // were waiting.
    using Answer = std::function<void(Result<Tile>)>;
    // Called on a worker thread with every block that was made or found, before the answers.
    using Made = std::function<void(const std::shared_ptr<OpenMap> &map, const QString &style,
                                    const std::vector<Tile> &tiles)>;

    BlockQueue(int threads, size_t mostWaiting, Made made);
    ~BlockQueue(); // waits for the blocks that are being made, answers nothing more
    BlockQueue(const BlockQueue &) = delete;
    BlockQueue &operator=(const BlockQueue &) = delete;

    Ticket request(std::shared_ptr<OpenMap> map, const QString &style, TileAddress address,
                   Answer answer);
    void cancel(Ticket ticket);

private:
    using Key = std::tuple<const OpenMap *, QString, TileAddress>;
    struct Waiter
    {
        Ticket ticket = 0;
        TileAddress address;
        Answer answer;
    };
    struct Job
    {
        Key key;
        std::shared_ptr<OpenMap> map;
        QString style;
        TileAddress first;
        std::vector<Waiter> waiters;
    };

    void work();
    [[nodiscard]] Result<std::vector<Tile>> make(const Job &job,
                                                 const std::vector<TileAddress> &wanted) const;
    void finish(const Key &key, const Result<std::vector<Tile>> &tiles);

    const size_t m_mostWaiting;
    const Made m_made;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_stopping = false;
    Ticket m_lastTicket = 0;
    std::list<Job> m_waiting; // newest in front
    std::map<Key, Job> m_running;
    std::vector<std::thread> m_threads;
};

} // namespace leeward::tiles
