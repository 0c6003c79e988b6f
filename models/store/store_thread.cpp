#include "models/store/store_thread.h"

namespace leeward::store {

StoreThread::StoreThread(Connection connection, const QString &name, QObject *parent)
    : QObject(parent)
    , m_worker(new QObject)
    , m_connection(std::make_unique<Connection>(std::move(connection)))
{
    m_thread.setObjectName(name);
    m_worker->moveToThread(&m_thread);
    m_thread.start();
}

StoreThread::~StoreThread()
{
    QMetaObject::invokeMethod(m_worker, [this] { m_thread.quit(); }, Qt::QueuedConnection);
    m_thread.wait();
    delete m_worker;
}

void StoreThread::post(std::function<void(Connection &)> job)
{
    QMetaObject::invokeMethod(
        m_worker, [this, job = std::move(job)] { job(*m_connection); }, Qt::QueuedConnection);
}

} // namespace leeward::store
