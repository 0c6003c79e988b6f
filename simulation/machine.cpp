#include "simulation/machine.h"

#include "models/store/migrations.h"
#include "models/store/search_index.h"

namespace leeward::simulation {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using store::Connection;

namespace {

// A log that is taken in often, so that dying while it is taken in comes about in short runs, too.
const char *checkpoints(int choice)
{
    switch (choice) {
    case 0: return "PRAGMA wal_autocheckpoint=8";
    case 1: return "PRAGMA wal_autocheckpoint=64";
    default: return "PRAGMA wal_autocheckpoint=1000";
    }
}

} // namespace

Result<EmptyRealm> EmptyRealm::make()
{
    MemoryDisk disk("leeward-empty-realm");
    {
        TRY_ASSIGN(Connection db,
                   Connection::open(u"realm"_s, Connection::Mode::ReadWrite, disk.name()));
        TRY(store::migrate(db));
    }
    return EmptyRealm{disk.contents("realm")};
}

Machine::Machine(World &world, const QString &name)
    : m_world(world)
    , m_name(name)
    , m_clock(world.time.now())
    , m_disk("leeward-" + name.toLatin1())
{
    m_disk.put(path, world.empty.bytes);
}

void Machine::start()
{
    if (m_db)
        return;
    auto db = Connection::open(QLatin1StringView(path), Connection::Mode::ReadWrite, m_disk.name());
    Result<> ready =
        db ? db->exec(checkpoints(m_world.dice.below(3))) : Result<>(std::unexpected(db.error()));
    if (ready)
        ready = store::installSearchIndex(*db);
    if (!ready) {
        if (db) // or it would be the last to close the file
            db = std::unexpected(ready.error());
        if (!m_disk.isDead()) {
            explain(ready.error(), "start");
            later(30s, [this] { start(); });
            return;
        }
        collapse();
        return;
    }
    m_db.emplace(std::move(*db));
    m_world.chronicle.tell(m_name + u" starts"_s);
    meddle();
    opened();
}

void Machine::kill()
{
    if (!m_db)
        return;
    m_world.chronicle.inject(Fault::Kill, m_name);
    m_disk.die();
    collapse();
}

void Machine::doom()
{
    if (!m_db || m_disk.isDoomed())
        return;
    const int steps = m_world.dice.below(24);
    m_disk.dieAfter(steps, m_world.dice.next());
}

void Machine::stop()
{
    if (!m_db)
        return;
    m_world.chronicle.tell(m_name + u" stops"_s);
    m_db.reset(); // takes the log in, and may die of it
    m_disk.die();
    collapse();
}

void Machine::calm()
{
    m_disk.dieAfter(-1, 0);
    m_disk.setTrouble(MemoryDisk::Trouble::None);
}

bool Machine::died()
{
    if (!m_disk.isDead())
        return false;
    m_world.chronicle.inject(Fault::Kill, m_name + u", at a write"_s);
    collapse();
    return true;
}

void Machine::collapse()
{
    m_db.reset();
    ++m_life;
    const bool power = m_world.strikes(Fault::TornWal, 60);
    const int hurt = m_disk.restart(power, m_world.dice);
    if (power && hurt > 0)
        m_world.chronicle.inject(Fault::TornWal, u"%1, %2 writes"_s.arg(m_name).arg(hurt));
    forgot();
    later(m_world.isCalm ? 1s : m_world.dice.span(1s, 10min), [this] { start(); });
}

void Machine::explain(const Error &error, const char *doing)
{
    m_world.chronicle.count(u"disk_errors"_s);
    m_world.chronicle.tell(
        u"%1 can not %2: %3"_s.arg(m_name, QLatin1StringView(doing), errcName(error.code)));
    m_world.chronicle.claim("errors",
                            m_disk.trouble() != MemoryDisk::Trouble::None || m_disk.isDead(), [&] {
                                return u"%1, %2: %3 %4"_s.arg(m_name, QLatin1StringView(doing),
                                                              errcName(error.code), error.detail);
                            });
}

void Machine::later(Duration pause, std::function<void()> what)
{
    m_world.time.in(pause, [this, life = m_life, what = std::move(what)] {
        if (life == m_life)
            what();
    });
}

} // namespace leeward::simulation
