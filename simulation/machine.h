#pragma once

#include "models/store/connection.h"
#include "simulation/auditor.h"
#include "simulation/memory_disk/memory_disk.h"
#include "simulation/network.h"

namespace leeward::simulation {

// A realm file with nothing in it, made once and copied onto every disk.
struct EmptyRealm
{
    QByteArray bytes;
    [[nodiscard]] static Result<EmptyRealm> make();
};

// What everybody in a run shares.
struct World
{
    const Options &options;
    const EmptyRealm &empty;
    Timeline &time;
    Dice &dice;
    Chronicle &chronicle;
    Auditor &auditor;
    Network &network;
    bool isCalm = true; // no faults now: before the first and after the last

    [[nodiscard]] bool may(Fault fault) const
    {
        return !isCalm && options.faults.test(static_cast<size_t>(fault));
    }
    // `percent` of the times, where the run has this fault.
    [[nodiscard]] bool strikes(Fault fault, int percent) const
    {
        return may(fault) && dice.chance(percent);
    }
};

// A process that works on one realm file on a disk of its own: it starts, it dies, it starts again
// from what is left.
class Machine
{
public:
    virtual ~Machine() = default;
    Machine(const Machine &) = delete;
    Machine &operator=(const Machine &) = delete;

    [[nodiscard]] const QString &name() const { return m_name; }
    [[nodiscard]] bool isUp() const { return m_db.has_value(); }
    [[nodiscard]] store::Connection &db() { return *m_db; }
    [[nodiscard]] MachineClock &clock() { return m_clock; }
    [[nodiscard]] MemoryDisk &disk() { return m_disk; }

    void start();
    // At once, between two steps.
    void kill();
    // At some write from now on.
    void doom();
    // Ends as it should; the file is tidied up.
    void stop();
    // Nothing more goes wrong here.
    void calm();

protected:
    Machine(World &world, const QString &name);

    // The file is open.
    virtual void opened() = 0;
    // Whatever was only in memory is gone.
    virtual void forgot() = 0;
    // A test's mistake; before opened().
    virtual void meddle() = 0;

    // After each use of the file: whether the process died of it, and then it is down.
    [[nodiscard]] bool died();
    // An error of the file that needs no explanation: its disk is in trouble.
    void explain(const Error &error, const char *doing);
    // Only in the life in which it was asked for.
    void later(Duration pause, std::function<void()> what);

    static constexpr auto path = "realm";
    World &m_world;

private:
    void collapse();

    QString m_name;
    MachineClock m_clock;
    MemoryDisk m_disk;
    std::optional<store::Connection> m_db; // before the disk goes
    int m_life = 0;
};

} // namespace leeward::simulation
