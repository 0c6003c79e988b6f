#pragma once

#include <QString>

#include <atomic>
#include <functional>

namespace leeward {

// How long work reports and is stopped. Handed to every import, export and build by reference; the
// worker calls it, the owner may cancel it from any thread.
class Progress
{
public:
    // `done` of `total` steps; total 0 = not known yet. Called on the worker's thread.
    using Listener = std::function<void(qint64 done, qint64 total, const QString &what)>;

    Progress() = default;
    explicit Progress(Listener listener)
        : m_listener(std::move(listener))
    {
    }
    Progress(const Progress &) = delete;
    Progress &operator=(const Progress &) = delete;

    void cancel() noexcept { m_cancelled.store(true, std::memory_order_relaxed); }
    [[nodiscard]] bool isCancelled() const noexcept
    {
        return m_cancelled.load(std::memory_order_relaxed);
    }
    // Worker side: reports and returns false when the work must stop.
    [[nodiscard]] bool report(qint64 done, qint64 total, const QString &what = {}) const
    {
        if (m_listener)
            m_listener(done, total, what);
        return !isCancelled();
    }

private:
    Listener m_listener;
    std::atomic<bool> m_cancelled = false;
};

} // namespace leeward
