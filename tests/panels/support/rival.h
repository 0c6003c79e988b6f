#pragma once

#include "models/store/cache_file.h"
#include "server/authority.h"
#include "sync/replica.h"
#include "tests/panels/support/world.h"

namespace leeward::test {

// An authority beside a world's desk, moved by hand, and another desk that is always the first.
class Rival
{
    template <class Job>
    auto inStore(Job job)
    {
        auto done = m_world.writer.run(std::move(job));
        World::waitFor([&] { return done.isFinished(); });
        return done.result();
    }

public:
    explicit Rival(World &world)
        : m_world(world)
        , m_file(
              must(store::CacheFile::open(world.folder() + QStringLiteral("/authority.journal"))))
        , m_journal(m_file.takeConnection())
        , m_authority(m_journal, world.clock)
        , m_ids(world.clock)
    {
    }

    // What waits at the world's desk goes in and comes back.
    void exchange()
    {
        const auto ask =
            inStore([](store::Connection &db) { return must(sync::askOf(db, 200, false)); });
        take(must(m_authority.exchange(ask)));
    }
    // The other desk does something that the world's desk has not heard of yet.
    template <class Body>
    void does(const Body &body, const QString &person = QStringLiteral("王芳"),
              const QString &desk = QStringLiteral("1号台"))
    {
        const Instant now = m_world.clock.now();
        const Operation operation =
            makeOperation(body, OperationId(m_ids.next()), person, desk, now, now);
        const auto head = must(store::journalHead(m_journal)).seq;
        const sync::Reply reply =
            must(m_authority.exchange({.submissions = sync::asSubmissions({operation}),
                                       .cursor = {head, must(store::journalHead(m_journal)).hash},
                                       .past = {}}));
        if (!reply.refused.empty())
            qFatal("the rival's %s was refused", Body::kind);
    }
    // An entry comes by itself, as over the stream: no answer, and nothing certain.
    void push()
    {
        const auto head =
            inStore([](store::Connection &db) { return must(store::journalHead(db)).seq; });
        const auto entries = must(store::entriesAfter(m_journal, head, 100));
        (void) inStore([this, entries](store::Connection &db) {
            m_world.feed.publish(must(sync::takePushed(db, entries))->changes);
            m_world.feed.publishProgress();
            return true;
        });
        QCoreApplication::processEvents();
    }
    // The world's desk hears of what is new, but hands nothing in.
    void tell()
    {
        auto ask = inStore([](store::Connection &db) { return must(sync::askOf(db, 200, false)); });
        ask.submissions.clear();
        take(must(m_authority.exchange(ask)));
    }

private:
    void take(const sync::Reply &reply)
    {
        (void) inStore([this, reply](store::Connection &db) {
            const sync::Step step = must(sync::take(db, reply));
            m_world.feed.publish(step.changes);
            if (step.journalMoved)
                m_world.feed.publishProgress();
            return true;
        });
        QCoreApplication::processEvents();
    }

    World &m_world;
    store::CacheFile m_file;
    store::Connection m_journal;
    server::Authority m_authority;
    PanelIds m_ids;
};

} // namespace leeward::test
