#include "app/console/road_service.h"

namespace leeward::app {

RoadService::RoadService()
    : m_worker(std::make_unique<QObject>())
{
    m_thread.setObjectName(QStringLiteral("leeward-roads"));
    m_worker->moveToThread(&m_thread);
    m_thread.start();
}

RoadService::~RoadService()
{
    m_thread.quit();
    m_thread.wait();
}

void RoadService::post(std::function<void()> job)
{
    QMetaObject::invokeMethod(m_worker.get(), std::move(job), Qt::QueuedConnection);
}

QFuture<Result<Instant>> RoadService::load(const QString &path)
{
    auto promise = std::make_shared<QPromise<Result<Instant>>>();
    promise->start();
    QFuture<Result<Instant>> future = promise->future();
    post([this, path, promise] {
        auto graph = roads::RoadGraph::load(path);
        if (graph) {
            promise->addResult(graph->date());
            m_router.emplace(std::move(*graph));
        } else {
            promise->addResult(std::unexpected(graph.error()));
        }
        promise->finish();
    });
    return future;
}

} // namespace leeward::app
