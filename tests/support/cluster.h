#pragma once

#include "models/store/entries.h"
#include "server/authority.h"
#include "simulation/screen.h"
#include "tests/support/makers.h"

#include <ostream>

namespace leeward::test {

// One thing that happens in a random run. Plain numbers, so that a failing run shrinks to a short
// one; every number means something in every state.
struct Intent
{
    int desk = 0;
    int kind = 0;
    int a = 0;
    int b = 0;
    int c = 0;
    int seconds = 0; // by which the desk's clock moves first; a clock may go back
};

inline std::ostream &operator<<(std::ostream &out, const Intent &i)
{
    return out << '{' << i.desk << ',' << i.kind << ',' << i.a << ',' << i.b << ',' << i.c << ','
               << i.seconds << '}';
}

using simulation::play;
using simulation::Rows;
[[nodiscard]] Rows rowsOf(store::Connection &db);

// An authority and its consoles in memory, on one thread, with a network that loses, repeats,
// delays and cuts replies.
class Cluster
{
public:
    Cluster(quint64 seed, int desks);

    struct Console
    {
        Maker maker;
        store::Connection db;
        Rows shown; // what the changes have told a screen
        std::optional<sync::Reply> delayed;
    };

    void play(const Intent &intent);
    // Heals the network and lets the operators withdraw what waits for them, until nothing moves.
    void settle();

    // What went wrong so far: an error where only a refusal may come, changes that do not match the
    // tables.
    [[nodiscard]] const QStringList &faults() const { return m_faults; }
    [[nodiscard]] store::Connection &journal() { return m_journal; }
    [[nodiscard]] std::vector<Console> &consoles() { return m_consoles; }
    // tablesDigest() of the authority after entry N is at N.
    [[nodiscard]] const std::vector<QByteArray> &digests() const { return m_digests; }
    // The authority's answers by operation: empty for accepted, else the refusal.
    [[nodiscard]] const QHash<OperationId, std::optional<Refusal>> &answers() const
    {
        return m_answers;
    }

    // For a refused operation the journal's head when the answer was given first.
    [[nodiscard]] const QHash<OperationId, qint64> &refusedAt() const { return m_refusedAt; }

    static constexpr int kinds = 16;

private:
    void act(Console &console, const Intent &intent);
    bool submit(Console &console, const Operation &operation); // false: refused
    void talk(Console &console, const Intent &intent);
    void take(Console &console, const sync::Reply &reply);
    void decide(Console &console, const Intent &intent);
    [[nodiscard]] std::optional<sync::Reply> ask(const std::vector<sync::Submission> &submissions,
                                                 qint64 cursor);
    void compare(Console &console, const Changes &changes, const char *after);

    FakeClock m_clock;
    store::Connection m_journal;
    server::Authority m_authority;
    std::vector<Console> m_consoles;
    std::vector<TeamId> m_teams;
    std::vector<IncidentId> m_incidents;
    std::vector<AssignmentId> m_assignments;
    std::vector<Operation> m_sent;
    std::vector<QByteArray> m_digests;
    QHash<OperationId, std::optional<Refusal>> m_answers;
    QHash<OperationId, qint64> m_refusedAt;
    QStringList m_faults;
};

} // namespace leeward::test
