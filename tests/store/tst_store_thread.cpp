#include "models/store/store_thread.h"
#include "tests/support/makers.h"

#include <QSemaphore>
#include <QTest>

using namespace leeward;
using namespace leeward::store;
using namespace leeward::test;
using namespace Qt::StringLiterals;

class TestStoreThread : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jobsRunInOrderOnOneThread()
    {
        StoreThread thread(memoryRealm(), u"store"_s);
        QList<int> order;
        QSet<QThread *> threads;
        for (int i = 0; i < 100; ++i) {
            thread.post([&, i](Connection &) {
                order += i;
                threads += QThread::currentThread();
            });
        }
        QVERIFY(thread.run([&](Connection &) { return thread.isOwnThread(); }).result());
        QVERIFY(!thread.isOwnThread());
        QCOMPARE(threads.size(), 1);
        QCOMPARE(order.size(), 100);
        QVERIFY(std::ranges::is_sorted(order));
    }

    void answersAndErrors()
    {
        StoreThread thread(memoryRealm(), u"store"_s);
        const auto good =
            thread.run([](Connection &db) -> Result<int> { return db.userVersion(); }).result();
        QVERIFY(good && *good >= 1);
        const auto bad = thread.run([](Connection &db) { return db.exec("nonsense"); }).result();
        QVERIFY(!bad);
    }

    void theDestructorFinishesWhatWasGiven()
    {
        int done = 0;
        QSemaphore go;
        QFuture<int> last;
        {
            StoreThread thread(memoryRealm(), u"store"_s);
            thread.post([&](Connection &) { go.acquire(); });
            for (int i = 0; i < 50; ++i)
                thread.post([&](Connection &) { ++done; });
            last = thread.run([&](Connection &) { return done; });
            go.release();
        }
        QCOMPARE(done, 50);
        QVERIFY(last.isFinished());
        QCOMPARE(last.result(), 50);
    }

    void givenFromManyThreads()
    {
        std::atomic<int> done = 0;
        {
            StoreThread thread(memoryRealm(), u"store"_s);
            std::vector<std::unique_ptr<QThread>> givers;
            for (int i = 0; i < 4; ++i) {
                givers.emplace_back(QThread::create([&] {
                    for (int job = 0; job < 100; ++job)
                        thread.post([&](Connection &) { ++done; });
                }));
                givers.back()->start();
            }
            for (auto &giver : givers)
                giver->wait();
        }
        QCOMPARE(done.load(), 400);
    }
};

QTEST_GUILESS_MAIN(TestStoreThread)
#include "tst_store_thread.moc"
