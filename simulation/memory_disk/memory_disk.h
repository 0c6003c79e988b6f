#pragma once

#include "simulation/dice.h"

#include <QByteArray>
#include <QString>

#include <map>
#include <memory>

namespace leeward::simulation {

// The disk of one simulated machine, in memory, as a file system of SQLite: what the process has
// written and what would survive a power failure are two things.
//
//   write ──▶ seen by the process, waiting        sync ──▶ all that waited for this file is safe
//   the process is killed: what was written stays
//   the power fails:       of what waited each write is there, missing, or cut at some byte
//
// So a commit that was not synced can be lost here although the process had seen it, and one that
// was synced can not. Making, deleting and renaming a file is safe at once. One thread; every
// connection on it must have gone before the disk goes.
class MemoryDisk
{
public:
    // Registered with SQLite under `name`, which must be free, for as long as the disk lives.
    explicit MemoryDisk(const QByteArray &name);
    ~MemoryDisk();
    MemoryDisk(const MemoryDisk &) = delete;
    MemoryDisk &operator=(const MemoryDisk &) = delete;

    [[nodiscard]] const char *name() const { return m_name.constData(); }

    // A file as a whole; empty when it is not there.
    [[nodiscard]] QByteArray contents(const QByteArray &path) const;
    void put(const QByteArray &path, const QByteArray &bytes);
    void remove(const QByteArray &path);

    enum class Trouble
    {
        None,
        Full,      // nothing grows: SQLITE_FULL
        Defective, // no write and no sync succeeds: SQLITE_IOERR
    };
    void setTrouble(Trouble trouble) { m_trouble = trouble; }
    [[nodiscard]] Trouble trouble() const { return m_trouble; }

    // The process dies at the write, sync or deletion that is `steps` ahead: that write is cut at
    // a byte, and nothing works until restart(). The dice decide where.
    void dieAfter(int steps, quint64 seed);
    void die() { m_dead = true; }
    [[nodiscard]] bool isDead() const { return m_dead; }
    [[nodiscard]] bool isDoomed() const { return m_stepsLeft >= 0 && !m_dead; }

    // The next process finds what is left. All connections of the last one must have gone. How many
    // writes the power failure took or cut.
    int restart(bool powerFailed, Dice &dice);

    // For SQLite.
    struct Node;
    struct Handle;

private:
    friend struct Calls;
    [[nodiscard]] bool step(int *cut = nullptr, int size = 0); // false: dead

    QByteArray m_name;
    struct Registration;
    std::unique_ptr<Registration> m_registration;
    std::map<QByteArray, std::shared_ptr<Node>> m_files;
    Trouble m_trouble = Trouble::None;
    bool m_dead = false;
    int m_stepsLeft = -1;
    Dice m_cuts{0};
};

} // namespace leeward::simulation
