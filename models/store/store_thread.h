#pragma once

#include "models/store/connection.h"

#include <QFuture>
#include <QObject>
#include <QPromise>
#include <QThread>

#include <functional>
#include <memory>
#include <type_traits>

namespace leeward::store {

// One thread that owns one connection. All writes of a realm run on one StoreThread; readers have
// one of their own with a read-only connection. Jobs run in the order in which they are given; the
// destructor finishes them and joins.
class StoreThread : public QObject
{
    Q_OBJECT
public:
    explicit StoreThread(Connection connection, const QString &name, QObject *parent = nullptr);
    ~StoreThread() override;

    // Runs `job(connection)` on the thread. `Job` answers a Result<T> or a T; the future carries
    // it. Any thread.
    template <class Job>
    auto run(Job job) -> QFuture<std::invoke_result_t<Job, Connection &>>
    {
        using Answer = std::invoke_result_t<Job, Connection &>;
        auto promise = std::make_shared<QPromise<Answer>>();
        promise->start();
        QFuture<Answer> future = promise->future();
        post([promise, job = std::move(job)](Connection &db) mutable {
            promise->addResult(job(db));
            promise->finish();
        });
        return future;
    }

    // As run(), for callers that want no answer.
    void post(std::function<void(Connection &)> job);

    // True on the thread that owns the connection.
    [[nodiscard]] bool isOwnThread() const { return QThread::currentThread() == &m_thread; }

private:
    QThread m_thread;
    QObject *m_worker; // lives on m_thread
    std::unique_ptr<Connection> m_connection;
};

} // namespace leeward::store
