#pragma once

#include "server/journal.h"
#include "server/postgres/pg_connection.h"
#include "server/postgres/pg_watcher.h"

#include <QSet>

namespace leeward::server {

struct PgSettings
{
    PgAddress address;
    QString realm; // name of the realm in the database; made at first use
};

// A realm's journal in PostgreSQL, shared by any number of processes (docs/postgres.md).
//
//   process A   BEGIN, lock ─ read what is new ─ rules ─ insert all, NOTIFY, COMMIT
//   process B                 BEGIN, lock ……………… waits ………………………………………………………… ─ read what is new ─
//   …
//
// Whoever holds the realm's advisory lock has read all that is committed and is the only one to
// number entries, so that a reader by number never misses one that commits late. The lock goes with
// its transaction, however that ends. A connection that is found dead before anything was asked of
// it is made anew at once; after a failure the next attempt waits a moment, and what is asked
// meanwhile fails at once with Network.
class PgJournal final : public Journal
{
public:
    // Connects, brings the schema up to date, finds or makes the realm. Network, SchemaTooNew,
    // Unsupported (see PgConnection), FileUnwritable: the role may not.
    [[nodiscard]] static Result<std::unique_ptr<PgJournal>> open(PgSettings settings);
    ~PgJournal() override;

    [[nodiscard]] Result<> attach(store::Connection &copy) override;
    [[nodiscard]] Result<std::vector<store::Entry>>
    begin(const store::Head &head, std::span<const OperationId> mayCome) override;
    [[nodiscard]] Result<std::optional<Refusal>> refusedAnswer(OperationId operation) override;
    [[nodiscard]] Result<> append(const store::Entry &entry) override;
    [[nodiscard]] Result<> keepRefused(OperationId operation, const Refusal &refusal,
                                       Instant at) override;
    [[nodiscard]] Result<> commit() override;
    void abandon() override;
    [[nodiscard]] Result<std::vector<store::Entry>> entriesAfter(const store::Head &head,
                                                                 int limit) override;
    void watch(std::function<void()> moved) override;

private:
    PgJournal(PgSettings settings, PgConnection connection);
    [[nodiscard]] Result<> findRealm(const QString &epochIfNew);
    [[nodiscard]] Result<> connect();
    // Runs them; once more on a new connection when the one there was turns out to be dead. For
    // what starts anew only: never inside a transaction.
    [[nodiscard]] Result<std::vector<PgRows>> start(const std::vector<PgCommand> &commands);
    [[nodiscard]] Result<> putBack(store::Connection &copy, store::Head from);

    PgSettings m_settings;
    PgConnection m_connection;
    QDeadlineTimer m_notBefore{0}; // the next attempt to connect
    int m_realm = 0;
    QString m_epoch;
    std::optional<Instant> m_recoveryUntil; // after a restore
    QByteArray m_channel;
    QByteArray m_token; // tells this journal's notifications from others'
    bool m_inTurn = false;
    store::Head m_head; // with what was appended in this turn
    std::vector<store::Entry> m_entries;
    std::vector<store::RefusedAnswer> m_refused;
    QSet<OperationId> m_askedFor;
    QHash<OperationId, Refusal> m_answers; // of m_askedFor
    std::unique_ptr<PgWatcher> m_watcher;
};

} // namespace leeward::server
