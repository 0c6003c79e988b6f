#pragma once

#include "models/store/entries.h"
#include "simulation/chronicle.h"
#include "simulation/dispatch_oracle.h"
#include "simulation/register_oracle.h"
#include "sync/authority_link.h"

#include <map>
#include <set>

namespace leeward::simulation {

// Knows what everybody was promised, and looks whether it holds. Nothing here changes a file.
class Auditor
{
public:
    Auditor(Chronicle &chronicle, int desks);

    // --- the server
    // Its journal has just been opened: what had left it before is still there, unless it was
    // restored from a backup.
    void journalOpened(store::Connection &journal, bool restored);
    // After the server took something and before anything of it leaves: new entries follow the
    // chain, each operation once, and the tables are what an independent reading makes of them.
    void journalMoved(store::Connection &journal);
    // What a desk was told about what it handed in, now that it leaves.
    void answered(store::Connection &journal, const std::vector<sync::Submission> &submissions,
                  const sync::Reply &reply);
    // Entries that leave the server otherwise.
    void left(const std::vector<store::Entry> &entries);

    // --- the desks
    // Somebody is about to try this; nothing else may ever become an entry.
    void tried(const Operation &operation);
    // A desk's person was told that this is kept.
    void made(int desk, OperationId operation);
    // The person decided about it: it need not be in the queue any more.
    void decided(int desk, OperationId operation);
    // The file of a desk that is at work, between two steps: cache = entries + queue, and
    // everything that was made here is in one of the two.
    void look(int desk, store::Connection &cache);
    // In the end: the same entries and rows as the server, and nothing on its way any more.
    void lookAtRest(int desk, store::Connection &cache, store::Connection &journal);
    // In the end, of the server alone.
    void lookAtRest(store::Connection &journal);

    [[nodiscard]] int operationsMade() const { return m_madeCount; }
    [[nodiscard]] int entries() const { return static_cast<int>(m_replayed.seq); }

private:
    [[nodiscard]] Result<> replay(const store::Entry &entry);
    [[nodiscard]] Result<> restart();
    [[nodiscard]] Result<> follow(store::Connection &journal);
    [[nodiscard]] Result<> lookInside(int desk, store::Connection &cache);
    [[nodiscard]] Result<> lookAtQueue(int desk, store::Connection &cache);
    [[nodiscard]] Result<> compareAnswer(store::Connection &journal, OperationId id,
                                         const sync::Reply &reply);

    Chronicle &m_chronicle;
    std::optional<store::Connection> m_replay; // the entries' changesets, one after the other
    DispatchOracle m_dispatch;
    RegisterOracle m_registers;
    store::Head m_replayed;
    store::Head m_promised;                    // newest entry that anybody was told of
    std::map<OperationId, QByteArray> m_tried; // as it was written
    std::set<OperationId> m_entries;
    std::map<QByteArray, QByteArray> m_digests; // of the tables, by the hash of the newest entry
    std::map<OperationId, std::optional<Refusal>> m_answers; // of this life of the journal
    std::vector<std::set<OperationId>> m_made;               // by desk, and not decided about
    int m_madeCount = 0;
};

} // namespace leeward::simulation
