#pragma once

#include "simulation/machine.h"
#include "sync/authority_link.h"

namespace leeward::simulation {

// A console whose tables are of the schema before the server's: it looks. It keeps every entry
// whole and applies of it what its tables have; brought up to date, it would have everything.
class OlderConsole
{
public:
    OlderConsole(World &world, int number, std::function<void(const QByteArray &ask)> send);

    void wake();
    void arrive(const QByteArray &reply);
    void frame(const QByteArray &bytes);

    [[nodiscard]] bool isQuiet(const store::Head &head) const;
    // What its tables have is what the server's have there, and its entries, applied whole, make
    // the server's tables.
    void lookAtRest(store::Connection &journal);

private:
    [[nodiscard]] Result<> begin();
    [[nodiscard]] store::Head head() const;
    [[nodiscard]] Result<> take(const store::Entry &entry);
    [[nodiscard]] Result<> retreat(qint64 seq);
    [[nodiscard]] Result<> takeAll(const std::vector<store::Entry> &entries);
    [[nodiscard]] Result<> compare(store::Connection &journal);
    void claim(const Result<> &done);

    World &m_world;
    int m_number;
    std::function<void(const QByteArray &)> m_send;
    std::optional<store::Connection> m_db;
    std::vector<store::Entry> m_entries;
    bool m_withPast = false;
};

} // namespace leeward::simulation
