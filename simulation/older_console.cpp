#include "simulation/older_console.h"

#include "models/store/changeset.h"
#include "models/store/migrations.h"
#include "models/store/tables.h"
#include "sync/wire.h"

#include <ranges>

namespace leeward::simulation {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
namespace wire = sync::wire;

OlderConsole::OlderConsole(World &world, int number, std::function<void(const QByteArray &)> send)
    : m_world(world)
    , m_number(number)
    , m_send(std::move(send))
{
    claim(begin());
    m_world.chronicle.inject(Fault::OlderSchema, u"desk%1"_s.arg(number));
}

Result<> OlderConsole::begin()
{
    TRY_ASSIGN(store::Connection db, store::Connection::inMemory());
    TRY(store::applyMigrations(db, store::newestSchema() - 1));
    m_db.emplace(std::move(db));
    return {};
}

void OlderConsole::claim(const Result<> &done)
{
    m_world.chronicle.claim("older", done.has_value(),
                            [&] { return u"desk%1: %2"_s.arg(m_number).arg(done.error().detail); });
}

store::Head OlderConsole::head() const
{
    return m_entries.empty() ? store::Head()
                             : store::Head{m_entries.back().seq, m_entries.back().hash};
}

Result<> OlderConsole::take(const store::Entry &entry)
{
    if (entry.seq <= head().seq)
        return {};
    if (entry.seq != head().seq + 1 || entry.previousHash != head().hash)
        return {}; // of another past, or after a hole: the next answer tells
    TRY_ASSIGN(const store::ColumnCounts columns, store::columnCounts(*m_db));
    TRY_ASSIGN(const QByteArray mine, store::projectChangeset(entry.changeset, columns));
    TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(*m_db));
    TRY(store::applyChangeset(*m_db, mine));
    TRY(transaction.commit());
    m_entries.push_back(entry);
    return {};
}

Result<> OlderConsole::takeAll(const std::vector<store::Entry> &entries)
{
    for (const store::Entry &entry : entries)
        TRY(take(entry));
    return {};
}

Result<> OlderConsole::retreat(qint64 seq)
{
    TRY_ASSIGN(const store::ColumnCounts columns, store::columnCounts(*m_db));
    TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(*m_db));
    size_t kept = m_entries.size();
    for (; kept > 0 && m_entries[kept - 1].seq > seq; --kept) {
        TRY_ASSIGN(const QByteArray mine,
                   store::projectChangeset(m_entries[kept - 1].changeset, columns));
        TRY_ASSIGN(const QByteArray inverse, store::invertChangeset(mine));
        TRY(store::applyChangeset(*m_db, inverse));
    }
    TRY(transaction.commit());
    m_entries.resize(kept);
    return {};
}

void OlderConsole::wake()
{
    sync::Ask ask{.submissions = {}, .cursor = head(), .past = {}};
    if (m_withPast) {
        for (const store::Entry &entry : m_entries | std::views::reverse | std::views::drop(1))
            ask.past.push_back({entry.seq, entry.hash});
        if (ask.past.empty())
            ask.past.push_back({0, QByteArray(store::hashSize, '\0')});
    }
    m_send(wire::toBytes(ask));
}

void OlderConsole::arrive(const QByteArray &bytes)
{
    const auto reply = wire::replyFrom(bytes);
    if (!m_world.chronicle.claim("wire", reply.has_value(), [&] { return reply.error().detail; }))
        return;
    m_withPast = reply->diverged && !reply->retreatTo;
    if (reply->retreatTo && *reply->retreatTo < head().seq)
        claim(retreat(*reply->retreatTo));
    claim(takeAll(reply->entries));
    if (reply->diverged || reply->more)
        wake();
}

void OlderConsole::frame(const QByteArray &bytes)
{
    const auto frame = wire::frameFrom(bytes);
    if (!m_world.chronicle.claim("wire", frame.has_value(), [&] { return frame.error().detail; }))
        return;
    claim(takeAll(frame->entries));
    if (!frame->entries.empty() && frame->entries.back().hash != head().hash &&
        frame->entries.back().seq >= head().seq)
        wake();
}

bool OlderConsole::isQuiet(const store::Head &newest) const
{
    return head() == newest;
}

Result<> OlderConsole::compare(store::Connection &journal)
{
    TRY_ASSIGN(const store::ColumnCounts columns, store::columnCounts(*m_db));
    for (store::Table table : store::operationalTables()) {
        table.columns.resize(static_cast<size_t>(columns.value(table.name)));
        std::vector<FieldValues> mine;
        std::vector<FieldValues> theirs;
        const auto into = [](std::vector<FieldValues> &rows) {
            return [&rows](FieldValues &&row) {
                rows.push_back(std::move(row));
                return true;
            };
        };
        TRY(store::forEachRow(*m_db, table, into(mine)));
        TRY(store::forEachRow(journal, table, into(theirs)));
        m_world.chronicle.claim("older", mine == theirs, [&] {
            return u"desk%1: other rows in %2"_s.arg(m_number).arg(table.name);
        });
    }
    // Its update: every entry, whole.
    TRY_ASSIGN(store::Connection updated, store::Connection::inMemory());
    TRY(store::applyAllMigrations(updated));
    TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(updated));
    for (const store::Entry &entry : m_entries)
        TRY(store::applyChangeset(updated, entry.changeset));
    TRY(transaction.commit());
    TRY_ASSIGN(const QByteArray mine, store::tablesDigest(updated));
    TRY_ASSIGN(const QByteArray theirs, store::tablesDigest(journal));
    m_world.chronicle.claim("older", mine == theirs,
                            [&] { return u"desk%1: other rows after its update"_s.arg(m_number); });
    return {};
}

void OlderConsole::lookAtRest(store::Connection &journal)
{
    claim(compare(journal));
}

} // namespace leeward::simulation
