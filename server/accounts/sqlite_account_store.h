#pragma once

#include "models/store/connection.h"
#include "server/accounts/account_store.h"

namespace leeward::server {

// Accounts in a SQLite file of their own, so that a copy of a realm carries no secret. Its schema
// has its own number. Readable by its owner alone.
class SqliteAccountStore final : public AccountStore
{
public:
    // Opens or makes the file. SchemaTooNew for one of a newer Leeward, FileMalformed for what is
    // no file of accounts.
    [[nodiscard]] static Result<std::unique_ptr<SqliteAccountStore>> open(const QString &path);
    [[nodiscard]] static Result<std::unique_ptr<SqliteAccountStore>> inMemory();

    Result<> atomically(const std::function<Result<>()> &work) override;
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
    Result<std::optional<TokenRow>> token(const QByteArray &hash) override;
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
    explicit SqliteAccountStore(store::Connection db)
        : m_db(std::move(db))
    {
    }
    [[nodiscard]] static Result<std::unique_ptr<SqliteAccountStore>> ready(store::Connection db);
    [[nodiscard]] Result<std::optional<UserRow>> oneUser(std::string_view sql,
                                                         const QString &value);

    store::Connection m_db;
};

} // namespace leeward::server
