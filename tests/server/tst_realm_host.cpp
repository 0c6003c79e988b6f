#include "models/store/tables.h"
#include "server/realm_host.h"
#include "tests/support/makers.h"

#include <QSemaphore>
#include <QTest>

#include <thread>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

sync::Ask askWith(const Operation &operation, qint64 cursor = 0)
{
    return {.submissions = sync::asSubmissions({operation}), .cursor = {.seq = cursor, .hash = {}}};
}

} // namespace

class TestRealmHost : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Many desks at once: every exchange is answered once, every operation is one entry, and every
    // listener hears every entry once and in order.
    void manyAtOnce()
    {
        constexpr int desks = 8;
        constexpr int each = 40;
        TemporaryRealm folder;
        FakeClock clock;
        Maker first(1, u"anna"_s, u"desk"_s);
        const auto incident = first.ids().make<IncidentId>();
        std::atomic<int> answers = 0;
        std::atomic<int> refused = 0;
        std::vector<qint64> heard;
        {
            auto host = must(server::RealmHost::open(folder.path(u"city.journal"_s), clock));
            host->addListener([&](const std::vector<store::Entry> &entries) {
                for (const store::Entry &entry : entries)
                    heard.push_back(entry.seq);
            });
            const auto done = [&](Result<sync::Reply> reply) {
                ++answers;
                refused += reply ? static_cast<int>(reply->refused.size()) : 1000;
            };
            host->exchange(askWith(first.report(incident)), done);
            std::vector<std::jthread> threads;
            for (int desk = 0; desk < desks; ++desk) {
                threads.emplace_back([&, desk] {
                    Maker maker(static_cast<quint64>(desk) + 2, u"user%1"_s.arg(desk),
                                u"desk%1"_s.arg(desk));
                    for (int i = 0; i < each; ++i)
                        host->exchange(askWith(maker.note(incident, u"记事"_s)), done);
                });
            }
        } // finishes what was asked
        QCOMPARE(answers.load(), desks * each + 1);
        QCOMPARE(refused.load(), 0);
        auto file = must(store::CacheFile::open(folder.path(u"city.journal"_s)));
        QCOMPARE(must(store::journalHead(file.connection())).seq, desks * each + 1);
        QCOMPARE(journalFault(file.connection()), QString());
        QCOMPARE(heard.size(), static_cast<size_t>(desks * each + 1));
        for (size_t i = 0; i < heard.size(); ++i)
            QCOMPARE(heard[i], static_cast<qint64>(i + 1));
    }

    // When all desks come back at once with full queues nobody waits for the last one's.
    void aTurnTakesNotEverything()
    {
        TemporaryRealm folder;
        FakeClock clock;
        Maker maker(3, u"anna"_s, u"desk"_s);
        const auto incident = maker.ids().make<IncidentId>();
        std::vector<size_t> turns;
        std::atomic<int> answers = 0;
        {
            auto host = must(server::RealmHost::open(folder.path(u"city.journal"_s), clock));
            host->addListener([&](const auto &entries) { turns.push_back(entries.size()); });
            QSemaphore goOn;
            host->post([&](store::Connection &) { goOn.acquire(); });
            host->exchange(askWith(maker.report(incident)), [&](auto) { ++answers; });
            for (const int count : {399, 600, 1, 1200, 1}) {
                std::vector<Operation> notes;
                for (int i = 0; i < count; ++i)
                    notes.push_back(maker.note(incident, QString::number(i)));
                host->exchange({.submissions = sync::asSubmissions(std::move(notes)), .cursor = {}},
                               [&](auto) { ++answers; });
            }
            goOn.release();
        }
        QCOMPARE(answers.load(), 6);
        QCOMPARE(turns, (std::vector<size_t>{1000, 1, 1000, 200, 1}));
    }

    // Rights are asked on the tables as they stand when the operation is taken, once an operation.
    void permits()
    {
        TemporaryRealm folder;
        FakeClock clock;
        Maker maker(3, u"anna"_s, u"desk"_s);
        const auto incident = maker.ids().make<IncidentId>();
        auto host = must(server::RealmHost::open(folder.path(u"city.journal"_s), clock));
        const server::Permit onlyNotes = [](store::Connection &, const sync::Submission &handed) {
            return Result<Verdict>(handed.operation.kind ==
                                           QLatin1StringView(op::NoteIncident::kind)
                                       ? Verdict()
                                       : Verdict(refuse(RefusalReason::UnknownOperation)));
        };
        const auto ask = [&](const Operation &operation, server::Permit permit) {
            auto promise = std::make_shared<QPromise<Result<sync::Reply>>>();
            promise->start();
            auto future = promise->future();
            host->exchange(askWith(operation), std::move(permit),
                           [promise](Result<sync::Reply> reply) {
                               promise->addResult(std::move(reply));
                               promise->finish();
                           });
            future.waitForFinished();
            return must(future.result());
        };
        const Operation report = maker.report(incident);
        QCOMPARE(ask(report, onlyNotes).refused.size(), 1U);
        // Somebody who might not has handed it in: that is no answer to whoever may.
        QVERIFY(ask(report, {}).refused.empty());
        // What is an entry is one for everybody.
        QVERIFY(ask(report, onlyNotes).refused.empty());
        QVERIFY(ask(maker.note(incident, u"一"_s), onlyNotes).refused.empty());
    }

    void removedListenersAreSilent()
    {
        TemporaryRealm folder;
        FakeClock clock;
        Maker maker(4, u"anna"_s, u"desk"_s);
        std::atomic<int> stays = 0;
        std::atomic<int> goes = 0;
        {
            auto host = must(server::RealmHost::open(folder.path(u"city.journal"_s), clock));
            host->addListener(
                [&](const auto &entries) { stays += static_cast<int>(entries.size()); });
            const int id = host->addListener([&](const auto &) { ++goes; });
            host->removeListener(id);
            host->exchange(askWith(maker.report(maker.ids().make<IncidentId>())), [](auto) {});
        }
        QCOMPARE(stays.load(), 1);
        QCOMPARE(goes.load(), 0);
    }

    void noFolder()
    {
        TemporaryRealm folder;
        FakeClock clock;
        const auto host = server::RealmHost::open(folder.path(u"nowhere/city.journal"_s), clock);
        QVERIFY(!host);
        QCOMPARE(host.error().code, Errc::FileMissing);
        QCOMPARE(server::journalPathFor(u"/a/b.c/city.one.leeward"_s),
                 u"/a/b.c/city.one.journal"_s);
    }

    // More than two batches' worth wait when the host goes: each is answered.
    void aHostThatGoesAnswersAll()
    {
        const TemporaryRealm folder;
        const FakeClock clock;
        std::atomic<int> answers = 0;
        {
            const auto host = must(server::RealmHost::open(folder.path(u"city.journal"_s), clock));
            QSemaphore free;
            host->post([&](store::Connection &) { free.acquire(); });
            for (int i = 0; i < 1000; ++i)
                host->exchange(sync::Ask(), [&](const Result<sync::Reply> &) { ++answers; });
            free.release();
        }
        QCOMPARE(answers.load(), 1000);
    }
};

QTEST_GUILESS_MAIN(TestRealmHost)
#include "tst_realm_host.moc"
