#pragma once

#include "server/accounts/account_store.h"
#include "server/postgres/pg_connection.h"

namespace leeward::server {

// Accounts in PostgreSQL, shared by the processes of a server as they share the journal: a person
// signs in at one and is known to all, a lock-out at one holds at all, a right taken away counts at
// all from the next request on (docs/postgres.md).
//
// What changes something is a transaction under one advisory lock: accounts change a few times a
// second at most, and "read, judge, write" of two processes must not cross. Each call is a round
// trip; the thread that owns the store waits for it, at most as long as PgAddress says. Network:
// not to be had now; after a failure the next attempt waits a moment, and what is asked meanwhile
// fails at once. A connection found dead before anything was asked of it is made anew at once.
class PgAccountStore final : public AccountStore
{
public:
    // Connects and brings the schema up to date. Errors as PgJournal::open().
    [[nodiscard]] static Result<std::unique_ptr<PgAccountStore>> open(const PgAddress &address);

    Result<> atomically(const std::function<Result<>()> &work) override;
    // All that `work` reads is as at one moment; it changes nothing, and nobody waits for it.
    [[nodiscard]] Result<> atOneMoment(const std::function<Result<>()> &work);
    Result<std::optional<UserRow>> userByKey(const QString &key) override;
    Result<std::optional<UserRow>> userById(const QString &id) override;
    Result<std::vector<UserRow>> users() override;
    Result<> putUser(const UserRow &user) override;
    Result<> putFormerName(const QString &key, const QString &name, const QString &user) override;
    Result<> dropFormerName(const QString &key) override;
    Result<QString> formerOwner(const QString &key) override;
    Result<QStringList> formerNames(const QString &user) override;
    Result<std::optional<DeviceRow>> device(const QString &id) override;
    Result<std::vector<DeviceRow>> devices() override;
    Result<> putDevice(const DeviceRow &device) override;
    Result<> putFamiliar(const QString &user, const QString &device) override;
    Result<bool> isFamiliar(const QString &user, const QString &device) override;
    Result<std::optional<FamilyRow>> family(const QString &id) override;
    Result<> putFamily(const FamilyRow &family) override;
    Result<> revokeFamilies(const QString &user, const QString &device) override;
    Result<std::vector<OpenFamily>> openFamilies(Instant now) override;
    Result<QStringList> overAmong(const QStringList &families) override;
    Result<std::optional<TokenRow>> token(const QByteArray &hash) override;
    Result<std::optional<TokenOwner>> ownerOf(const QByteArray &hash) override;
    Result<> putToken(const TokenRow &token) override;
    Result<> dropExpired(Instant at) override;
    Result<StrikesRow> strikes(const QByteArray &key) override;
    Result<> putStrikes(const StrikesRow &strikes) override;
    Result<> dropStrikesBefore(Instant at) override;
    Result<QByteArray> fact(const QString &name) override;
    Result<> setFact(const QString &name, const QByteArray &value) override;
    Result<std::optional<AppKeyRow>> appKey(const QByteArray &hash) override;
    Result<std::vector<AppKeyRow>> appKeys() override;
    Result<> putAppKey(const AppKeyRow &key) override;
    Result<std::vector<RealmRow>> realms() override;
    Result<> putRealm(const RealmRow &realm) override;
    Result<> audit(const AuditRecord &record) override;
    Result<std::vector<AuditRecord>> auditAfter(qint64 seq, int limit) override;

private:
    PgAccountStore(PgAddress address, PgConnection connection);
    [[nodiscard]] Result<> connect();
    // Runs it; outside of a transaction once more on a new connection when the one there was turns
    // out to be dead.
    [[nodiscard]] Result<PgRows> ask(const char *sql, PgValues values = {});
    [[nodiscard]] Result<> tell(const char *sql, PgValues values = {});
    [[nodiscard]] Result<> begin();
    void rollBack();
    // What begin() has begun, done and committed, or taken back.
    [[nodiscard]] Result<> finish(Result<> begun, const std::function<Result<>()> &work);

    PgAddress m_address;
    PgConnection m_connection;
    QDeadlineTimer m_notBefore{0}; // the next attempt to connect
    bool m_inTransaction = false;
};

} // namespace leeward::server
