#include "models/store/store_thread.h"

#include <QCoreApplication>
#include <QEvent>

#include <deque>
#include <mutex>

namespace leeward::store {

namespace {

// The jobs wait here and not in Qt's events, which only wake the thread: a std::mutex is seen by
// the thread sanitizer, what happens inside Qt is not, and every job would look like a race.
class Worker : public QObject
{
public:
    // Any thread.
    void give(std::function<void()> job)
    {
        {
            const std::scoped_lock locked(m_lock);
            m_jobs.push_back(std::move(job));
        }
        QCoreApplication::postEvent(this, new QEvent(QEvent::User)); // one for each job
    }

    // After the thread has ended: what its last job wrote is seen from here on.
    void settle() { const std::scoped_lock locked(m_lock); }

protected:
    void customEvent(QEvent *) override
    {
        take()();
        const std::scoped_lock locked(m_lock); // for settle()
    }

private:
    std::function<void()> take()
    {
        const std::scoped_lock locked(m_lock);
        auto job = std::move(m_jobs.front());
        m_jobs.pop_front();
        return job;
    }

    std::mutex m_lock;
    std::deque<std::function<void()>> m_jobs;
};

} // namespace

StoreThread::StoreThread(Connection connection, const QString &name, QObject *parent)
    : QObject(parent)
    , m_worker(new Worker)
    , m_connection(std::make_unique<Connection>(std::move(connection)))
{
    m_thread.setObjectName(name);
    m_worker->moveToThread(&m_thread);
    m_thread.start();
}

StoreThread::~StoreThread()
{
    post([this](Connection &) { m_thread.quit(); });
    m_thread.wait();
    static_cast<Worker *>(m_worker)->settle();
    delete m_worker;
}

void StoreThread::post(std::function<void(Connection &)> job)
{
    static_cast<Worker *>(m_worker)->give([this, job = std::move(job)] { job(*m_connection); });
}

} // namespace leeward::store
