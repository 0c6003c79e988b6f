#include "models/desk/desk.h"
#include "models/store/tables.h"
#include "server/authority.h"
#include "sync/courier.h"
#include "tests/support/makers.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>
#include <QThreadPool>

#include <deque>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

// A way to an authority that does what the test says, in order; after that it works.
class ScriptedLink final : public sync::AuthorityLink
{
public:
    enum class Act
    {
        Fail,       // nobody answers, and nothing arrived
        LoseAnswer, // it arrived, the answer does not
        Late,       // the answer comes from another thread, later
        Corrupt,    // an answer that can not be taken
        Keep,       // the answer waits for release()
    };
    std::deque<Act> script;

    void exchange(sync::Ask ask, std::function<void(Result<sync::Reply>)> done) override
    {
        const QMutexLocker lock(&m_mutex);
        ++m_asked;
        m_mostAtOnce = std::max(m_mostAtOnce.load(), ++m_open);
        auto answer = [this, done = std::move(done)](Result<sync::Reply> reply) {
            --m_open;
            done(std::move(reply));
        };
        std::optional<Act> act;
        if (!script.empty()) {
            act = script.front();
            script.pop_front();
        }
        if (act == Act::Fail) {
            answer(fail(Errc::Network, u"no answer"_s));
            return;
        }
        Result<sync::Reply> reply = m_authority.exchange(ask);
        if (!act) {
            answer(std::move(reply));
        } else if (*act == Act::LoseAnswer) {
            answer(fail(Errc::Network, u"lost"_s));
        } else if (*act == Act::Corrupt) {
            if (reply && !reply->entries.empty())
                reply->entries.front().hash = QByteArray(32, 'x');
            answer(std::move(reply));
        } else if (*act == Act::Late) {
            QThreadPool::globalInstance()->start(
                [answer = std::move(answer), reply = std::move(reply)]() mutable {
                    answer(std::move(reply));
                });
        } else {
            m_kept = [answer = std::move(answer), reply = std::move(reply)]() mutable {
                answer(std::move(reply));
            };
        }
    }
    void listen(std::function<void(std::vector<store::Entry>)> listener) override
    {
        m_listener = std::move(listener);
    }
    // Entries that come by themselves.
    void push(std::vector<store::Entry> entries) { m_listener(std::move(entries)); }
    void release()
    {
        std::function<void()> kept;
        {
            const QMutexLocker lock(&m_mutex);
            kept = std::exchange(m_kept, nullptr);
        }
        kept();
    }
    [[nodiscard]] bool keeps()
    {
        const QMutexLocker lock(&m_mutex);
        return m_kept != nullptr;
    }
    [[nodiscard]] int asked() const { return m_asked; }
    [[nodiscard]] int mostAtOnce() const { return m_mostAtOnce; }
    // Only while no exchange runs.
    [[nodiscard]] store::Connection &journal() { return m_journal; }

private:
    QMutex m_mutex;
    FakeClock m_clock;
    store::Connection m_journal = memoryRealm();
    server::Authority m_authority{m_journal, m_clock};
    std::function<void()> m_kept;
    std::function<void(std::vector<store::Entry>)> m_listener;
    std::atomic<int> m_asked = 0;
    std::atomic<int> m_open = 0;
    std::atomic<int> m_mostAtOnce = 0;
};

struct World
{
    Maker maker{1, u"anna"_s, u"desk-a"_s};
    IncidentId incident = maker.ids().make<IncidentId>();
    store::ChangeFeed feed;
    store::StoreThread writer{memoryRealm(), u"store"_s};
    ScriptedLink link;

    World() { queue(maker.report(incident)); }
    void queue(const Operation &operation)
    {
        const bool done = writer
                              .run([&](store::Connection &db) {
                                  return desk::enqueue(db, operation).has_value();
                              })
                              .result();
        QVERIFY(done);
    }
    // An operation that waits for a person, as in the file of a desk that has been switched off.
    void conflict()
    {
        const Operation note = maker.note(incident, u"水位上涨"_s);
        writer
            .run([&](store::Connection &db) {
                const qint64 position = must(store::addPending(db, note, {}));
                must(store::setPending(db, position, store::Pending::State::Conflict, {},
                                       Refusal{RefusalReason::IncidentNotOpen, {}}));
                return true;
            })
            .waitForFinished();
    }
    bool certain()
    {
        return writer
            .run([](store::Connection &db) {
                return must(store::pendingOperations(db)).back().certain;
            })
            .result();
    }
    size_t pending()
    {
        return writer
            .run([](store::Connection &db) { return must(store::pendingOperations(db)).size(); })
            .result();
    }
    bool equal()
    {
        const QByteArray here =
            writer.run([](store::Connection &db) { return must(store::tablesDigest(db)); })
                .result();
        return here == must(store::tablesDigest(link.journal()));
    }
};

} // namespace

class TestCourier : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // An authority in the same process answers at once: a person there never waits for certainty.
    void whatWaitsIsCertainAfterOneRound()
    {
        World w;
        w.conflict();
        sync::Courier courier(w.writer, w.feed, w.link);
        QSignalSpy idle(&courier, &sync::Courier::idle);
        courier.wake();
        QTRY_COMPARE(idle.size(), 1);
        QVERIFY(w.certain());
        // Nothing else came: and the screen hears of it all the same.
        w.conflict();
        QVERIFY(!w.certain());
        QSignalSpy progressed(&w.feed, &store::ChangeFeed::progressed);
        w.link.script = {ScriptedLink::Act::Fail};
        courier.wake();
        QTRY_VERIFY(!courier.isReachable());
        QVERIFY(!w.certain()); // nobody answered
        QTRY_COMPARE(idle.size(), 2);
        QVERIFY(w.certain());
        QTRY_COMPARE(progressed.size(), 1);
        courier.wake();
        QTRY_COMPARE(idle.size(), 3);
        QCOMPARE(progressed.size(), 1); // that was no news
    }

    void carries()
    {
        World w;
        sync::Courier courier(w.writer, w.feed, w.link);
        QSignalSpy idle(&courier, &sync::Courier::idle);
        QSignalSpy progressed(&w.feed, &store::ChangeFeed::progressed);
        courier.wake();
        QTRY_COMPARE(idle.size(), 1);
        QCOMPARE(w.pending(), 0U);
        QVERIFY(progressed.size() >= 1);
        QVERIFY(courier.isReachable());
        QVERIFY(w.equal());
        courier.wake(); // nothing to do
        QTRY_COMPARE(idle.size(), 2);
    }

    void oneExchangeAtATime()
    {
        World w;
        sync::Courier courier(w.writer, w.feed, w.link);
        QSignalSpy idle(&courier, &sync::Courier::idle);
        w.link.script = {ScriptedLink::Act::Keep};
        courier.wake();
        QTRY_VERIFY(w.link.keeps());
        w.queue(w.maker.note(w.incident, u"之后"_s));
        for (int i = 0; i < 20; ++i)
            courier.wake();
        w.link.release();
        QTRY_COMPARE(idle.size(), 1); // the twenty calls are one more exchange
        QCOMPARE(w.link.asked(), 2);
        QCOMPARE(w.link.mostAtOnce(), 1);
        QCOMPARE(w.pending(), 0U);
    }

    // Pauses double to half a minute, each spread over its upper half.
    void backoff_data()
    {
        QTest::addColumn<double>("chance");
        QTest::addColumn<double>("part");
        QTest::addRow("shortest") << 0.0 << 0.5;
        QTest::addRow("middle") << 0.5 << 0.75;
        QTest::addRow("nearly the longest") << 0.999 << 0.9995;
    }
    void backoff()
    {
        QFETCH(const double, chance);
        QFETCH(const double, part);
        sync::Backoff backoff;
        for (int round = 0; round < 2; ++round) {
            for (const double full : {500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000})
                QCOMPARE(backoff.next(chance).count(), static_cast<qint64>(full * part));
            backoff.reset();
        }
    }

    // The desk is told once that nobody answers, and once that somebody does again; nothing is
    // handed in twice.
    void triesAgain()
    {
        World w;
        sync::Courier courier(w.writer, w.feed, w.link);
        QSignalSpy reachable(&courier, &sync::Courier::reachableChanged);
        QSignalSpy failed(&courier, &sync::Courier::failed);
        QSignalSpy idle(&courier, &sync::Courier::idle);
        w.link.script = {ScriptedLink::Act::Fail, ScriptedLink::Act::LoseAnswer};
        QElapsedTimer timer;
        timer.start();
        courier.wake();
        QTRY_COMPARE(reachable.size(), 1);
        QVERIFY(!courier.isReachable());
        QTRY_COMPARE(w.link.asked(), 2);
        // 0.25 to 0.5 s; Qt's timers may be 5 % early
        QVERIFY2(timer.elapsed() >= 230 && timer.elapsed() < 950,
                 qPrintable(QString::number(timer.elapsed())));
        courier.wake(); // somebody knows better than the timer
        QTRY_COMPARE(idle.size(), 1);
        QCOMPARE(reachable.size(), 2);
        QVERIFY(courier.isReachable());
        QCOMPARE(failed.size(), 0);
        QCOMPARE(w.pending(), 0U);
        QCOMPARE(must(store::journalHead(w.link.journal())).seq, 1);
        QVERIFY(w.equal());
    }

    void lateAnswers()
    {
        World w;
        sync::Courier courier(w.writer, w.feed, w.link);
        QSignalSpy idle(&courier, &sync::Courier::idle);
        for (int i = 0; i < 10; ++i) {
            w.queue(w.maker.note(w.incident, u"记事"_s));
            w.link.script.push_back(ScriptedLink::Act::Late);
            courier.wake();
            QTRY_COMPARE(idle.size(), i + 1);
        }
        QCOMPARE(w.pending(), 0U);
        QVERIFY(w.equal());
    }

    // An answer that can not be taken is a matter for a person; what is queued stays.
    void aBrokenAnswer()
    {
        World w;
        sync::Courier courier(w.writer, w.feed, w.link);
        QSignalSpy failed(&courier, &sync::Courier::failed);
        QSignalSpy reachable(&courier, &sync::Courier::reachableChanged);
        QSignalSpy idle(&courier, &sync::Courier::idle);
        w.link.script = {ScriptedLink::Act::Corrupt};
        courier.wake();
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed[0][0].value<Error>().code, Errc::Corrupt);
        QCOMPARE(reachable.size(), 0);
        QCOMPARE(w.pending(), 1U);
        courier.wake();
        QTRY_COMPARE(idle.size(), 1);
        QCOMPARE(w.pending(), 0U);
    }

    void longQueues()
    {
        World w;
        for (int i = 0; i < 450; ++i)
            w.queue(w.maker.note(w.incident, u"记事%1"_s.arg(i)));
        sync::Courier courier(w.writer, w.feed, w.link);
        QSignalSpy idle(&courier, &sync::Courier::idle);
        courier.wake();
        QTRY_COMPARE_WITH_TIMEOUT(idle.size(), 1, 20'000);
        QCOMPARE(w.pending(), 0U);
        QCOMPARE(w.link.asked(), 3);
        QVERIFY(w.equal());
    }

    // The courier goes while an exchange is on its way: the answer is still taken, nobody is
    // called.
    void goesInTheMiddle()
    {
        World w;
        w.link.script = {ScriptedLink::Act::Keep};
        auto courier = std::make_unique<sync::Courier>(w.writer, w.feed, w.link);
        courier->wake();
        QTRY_VERIFY(w.link.keeps());
        courier.reset();
        w.link.release();
        QTRY_COMPARE(w.pending(), 0U);
        for (int i = 0; i < 50; ++i) { // at any moment
            w.queue(w.maker.note(w.incident, u"记事"_s));
            w.link.script = {ScriptedLink::Act::Late};
            sync::Courier brief(w.writer, w.feed, w.link);
            brief.wake();
        }
        QThreadPool::globalInstance()->waitForDone();
        QCoreApplication::processEvents();
        sync::Courier last(w.writer, w.feed, w.link);
        QSignalSpy idle(&last, &sync::Courier::idle);
        last.wake();
        QTRY_COMPARE(idle.size(), 1);
        QCOMPARE(w.pending(), 0U);
        QVERIFY(w.equal());
    }
};

QTEST_GUILESS_MAIN(TestCourier)
#include "tst_courier.moc"
