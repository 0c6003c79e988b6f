#pragma once

#include "models/domain/result.h"

#include <QStringList>

#include <array>
#include <bitset>
#include <functional>

namespace leeward::store {
class Connection;
}
namespace leeward::sync {
struct Ask;
struct Reply;
} // namespace leeward::sync

namespace leeward::simulation {

// What may go wrong in a run; docs/simulation.md says what each does.
enum class Fault
{
    Drop,        // a message is lost
    Duplicate,   // a message comes twice, an answer is taken twice
    Reorder,     // a message overtakes others
    Delay,       // a message takes seconds to minutes
    Partition,   // a desk is cut off, for minutes to hours
    Kill,        // a process dies, between two steps or at any write of its disk
    DiskFull,    // a disk is full or takes no write
    TornWal,     // the power fails: what was not synced is lost or cut at any byte
    Clock,       // a clock jumps by up to a day, either way
    Restore,     // the server is restored from a backup
    OlderSchema, // one console has the tables of the schema before
    Rights,      // a person's roles or area change
};
inline constexpr int faultCount = 12;

// Stable names: "drop", "disk-full", …
[[nodiscard]] QString faultName(Fault fault);

using FaultSet = std::bitset<faultCount>;
// "all", "none", or names with commas between them. InvalidArgument names what is none.
[[nodiscard]] Result<FaultSet> faultsFrom(const QString &text);

// Where a test puts a mistake in, to see that the run finds it. All may be empty.
struct Seams
{
    std::function<void(store::Connection &journal)> journalOpened;
    std::function<void(sync::Ask &ask)> serverAsked;
    std::function<void(store::Connection &journal)> serverAnswers; // before its answers leave
    std::function<void(sync::Reply &reply)> replyComes;            // before a desk takes it
    std::function<void(store::Connection &cache)> cacheOpened;
    std::function<void(store::Connection &cache)> deskTook;
    bool everybodyMay = false; // nobody's rights are looked at
};

struct Options
{
    int desks = 3;       // 1 to 20
    int operations = 40; // what people try to do; each is an operation, or a decision on one
    quint64 seed = 1;
    FaultSet faults = FaultSet().set();
    Seams seams;
};

} // namespace leeward::simulation
