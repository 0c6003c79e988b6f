#include "sync/remote/net_thread.h"

namespace leeward::sync {

NetThread::NetThread(const QString &name)
    : m_worker(new QObject)
{
    m_thread.setObjectName(name);
    m_worker->moveToThread(&m_thread);
    m_thread.start();
}

NetThread::~NetThread()
{
    post([this] { m_thread.quit(); });
    m_thread.wait();
    delete m_worker;
}

void NetThread::post(std::function<void()> job)
{
    QMetaObject::invokeMethod(m_worker, std::move(job), Qt::QueuedConnection);
}

void NetThread::runAndWait(const std::function<void()> &job)
{
    QMetaObject::invokeMethod(m_worker, job, Qt::BlockingQueuedConnection);
}

} // namespace leeward::sync
