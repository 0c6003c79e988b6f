#pragma once

#include "analysis/roads/router.h"

#include <QFuture>
#include <QObject>
#include <QPromise>
#include <QThread>

#include <functional>
#include <memory>
#include <optional>

namespace leeward::app {

// The road network on a thread of its own, so that no search ever waits for another's file or makes
// a window wait. Questions are answered in the order in which they are asked; before the file is
// read they wait for it.
class RoadService
{
public:
    RoadService();
    ~RoadService(); // drops what has not begun, joins

    // Reads the file on the thread; the date of its data, or why not.
    [[nodiscard]] QFuture<Result<Instant>> load(const QString &path);

    // Runs `ask(router)` on the thread; null while no network is loaded.
    template <class Ask>
    auto run(Ask ask) -> QFuture<std::invoke_result_t<Ask, roads::Router *>>
    {
        using Answer = std::invoke_result_t<Ask, roads::Router *>;
        auto promise = std::make_shared<QPromise<Answer>>();
        promise->start();
        QFuture<Answer> future = promise->future();
        post([this, promise, ask = std::move(ask)]() mutable {
            promise->addResult(ask(m_router ? &*m_router : nullptr));
            promise->finish();
        });
        return future;
    }

private:
    void post(std::function<void()> job);

    QThread m_thread;
    std::unique_ptr<QObject> m_worker;
    std::optional<roads::Router> m_router; // touched on the thread only
};

} // namespace leeward::app
