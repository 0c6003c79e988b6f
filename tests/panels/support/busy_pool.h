#pragma once

#include <QSemaphore>
#include <QThreadPool>

#include <memory>

namespace leeward::test {

// While it lives no thread of Qt's pool takes up work: what is done all the same was done by the
// thread that asked.
class BusyPool
{
public:
    BusyPool()
    {
        QThreadPool *pool = QThreadPool::globalInstance();
        const int threads = pool->maxThreadCount();
        const auto taken = std::make_shared<QSemaphore>();
        for (int i = 0; i < threads; ++i) {
            pool->start([taken, go = m_go] {
                taken->release();
                go->acquire();
            });
        }
        taken->acquire(threads);
        m_threads = threads;
    }
    ~BusyPool() { m_go->release(m_threads); }
    BusyPool(const BusyPool &) = delete;
    BusyPool &operator=(const BusyPool &) = delete;

private:
    std::shared_ptr<QSemaphore> m_go = std::make_shared<QSemaphore>();
    int m_threads = 0;
};

} // namespace leeward::test
