#pragma once

#include "models/domain/clock.h"
#include "models/domain/role.h"
#include "sync/password.h"

#include <functional>
#include <optional>
#include <vector>

namespace leeward::server {

// --- what is kept
// ---------------------------------------------------------------------------------------------------
// No password and no token is ever kept, only what they can be checked by.

struct UserRow
{
    QString id;  // never changes; of 32 hexadecimal digits
    QString key; // the name as it is compared, see Accounts; unique, also among former ones
    QString name;
    QString displayName;
    sync::PasswordVerifier password;
    std::vector<Role> roles;
    QStringList areas;
    bool disabled = false;
    Instant createdAt;
    friend bool operator==(const UserRow &, const UserRow &) = default;
};

struct DeviceRow
{
    QString id; // made by the device
    QByteArray publicKey;
    QString desk;
    Instant firstSeen;
    Instant lastSeen;
    bool revoked = false;
    friend bool operator==(const DeviceRow &, const DeviceRow &) = default;
};

// What follows from one sign-in: a chain of refresh tokens, one after the other.
struct FamilyRow
{
    QString id;
    QString user; // id
    QString device;
    Instant startedAt;
    bool revoked = false;
    friend bool operator==(const FamilyRow &, const FamilyRow &) = default;
};

struct TokenRow
{
    enum class Kind
    {
        Access,
        Refresh
    };
    QByteArray hash; // SHA-256 of the token
    Kind kind = Kind::Access;
    QString family;
    Instant expiresAt;
    // A refresh token that has been exchanged, or an access token that has been shown.
    bool used = false;
    Instant usedAt = {};   // of a refresh token, the first time
    QByteArray heirs = {}; // of a used refresh token: hashes of the refresh and access token given
    friend bool operator==(const TokenRow &, const TokenRow &) = default;
};

// Wrong passwords in a row under one key (see Accounts).
struct StrikesRow
{
    QByteArray key;
    int count = 0;
    Instant lockedUntil;
    Instant lastAt;
    friend bool operator==(const StrikesRow &, const StrikesRow &) = default;
};

struct AuditRecord
{
    qint64 seq = 0; // given by the store: 1, 2, 3, …
    Instant at;
    QString what;    // a name of auditNames(), stable
    QString who;     // user name; empty: not signed in
    QString subject; // the user, device or address it was done to
    QString from;    // remote address; empty: the server itself
    QString detail;
    friend bool operator==(const AuditRecord &, const AuditRecord &) = default;
};

// A sign-in that can still be refreshed.
struct OpenFamily
{
    FamilyRow family;
    Instant until; // its refresh token's end
    friend bool operator==(const OpenFamily &, const OpenFamily &) = default;
};

// All that one access token says about who comes with it.
struct TokenOwner
{
    TokenRow token;
    FamilyRow family;
    UserRow user;
    DeviceRow device;
    QStringList formerNames;
};

// A program that may look: QGIS, a dashboard. No person, and never more than looking.
struct AppKeyRow
{
    QString id; // of 32 hexadecimal digits
    QString name;
    QByteArray hash;         // SHA-256 of the key
    bool seesPeople = false; // names and telephone numbers, too
    QString madeBy;          // user name
    Instant createdAt;
    Instant expiresAt;
    bool revoked = false;
    friend bool operator==(const AppKeyRow &, const AppKeyRow &) = default;
};

// A realm that an administrator has made or retired. Its mark says that it is a drill and is part
// of what it is: it never changes, and a name once used is used up.
struct RealmRow
{
    QString name;
    QString mark; // shown wherever its records are; empty = real
    QString madeBy;
    Instant createdAt;
    bool retired = false;
    friend bool operator==(const RealmRow &, const RealmRow &) = default;
};

// Where accounts live. What a call of atomically() has written is durable when it returns, all or
// nothing. One thread: the owner's.
class AccountStore
{
public:
    virtual ~AccountStore() = default;

    // Not to be nested. An error of `work` takes everything back.
    [[nodiscard]] virtual Result<> atomically(const std::function<Result<>()> &work) = 0;

    [[nodiscard]] virtual Result<std::optional<UserRow>> userByKey(const QString &key) = 0;
    [[nodiscard]] virtual Result<std::optional<UserRow>> userById(const QString &id) = 0;
    [[nodiscard]] virtual Result<std::vector<UserRow>> users() = 0;  // by name
    [[nodiscard]] virtual Result<> putUser(const UserRow &user) = 0; // new, or in place of its id's

    // A name once used belongs to that person for ever: the journal holds it.
    [[nodiscard]] virtual Result<> putFormerName(const QString &key, const QString &name,
                                                 const QString &user) = 0;
    [[nodiscard]] virtual Result<> dropFormerName(const QString &key) = 0;
    // The user's id; empty when nobody had it.
    [[nodiscard]] virtual Result<QString> formerOwner(const QString &key) = 0;
    [[nodiscard]] virtual Result<QStringList> formerNames(const QString &user) = 0;

    [[nodiscard]] virtual Result<std::optional<DeviceRow>> device(const QString &id) = 0;
    [[nodiscard]] virtual Result<std::vector<DeviceRow>> devices() = 0; // by id
    [[nodiscard]] virtual Result<> putDevice(const DeviceRow &device) = 0;
    // That this person has signed in at this device.
    [[nodiscard]] virtual Result<> putFamiliar(const QString &user, const QString &device) = 0;
    [[nodiscard]] virtual Result<bool> isFamiliar(const QString &user, const QString &device) = 0;

    [[nodiscard]] virtual Result<std::optional<FamilyRow>> family(const QString &id) = 0;
    [[nodiscard]] virtual Result<> putFamily(const FamilyRow &family) = 0;
    // Those of a user, of a device, or (both empty) none.
    [[nodiscard]] virtual Result<> revokeFamilies(const QString &user, const QString &device) = 0;

    // Those that are not revoked and have an unused refresh token beyond `now`, oldest first.
    [[nodiscard]] virtual Result<std::vector<OpenFamily>> openFamilies(Instant now) = 0;

    // Those of these that are over: gone, revoked, of a disabled person or a revoked device.
    // Hundreds at a time; a store that is far away overrides it with one question.
    [[nodiscard]] virtual Result<QStringList> overAmong(const QStringList &families);

    [[nodiscard]] virtual Result<std::optional<TokenRow>> token(const QByteArray &hash) = 0;
    // Of a token of either kind; what every request asks for. A store that is far away overrides
    // it with one question.
    [[nodiscard]] virtual Result<std::optional<TokenOwner>> ownerOf(const QByteArray &hash);
    [[nodiscard]] virtual Result<> putToken(const TokenRow &token) = 0;
    // Tokens that expired before `at`, and the families that have none left.
    [[nodiscard]] virtual Result<> dropExpired(Instant at) = 0;

    [[nodiscard]] virtual Result<StrikesRow> strikes(const QByteArray &key) = 0;
    [[nodiscard]] virtual Result<> putStrikes(const StrikesRow &strikes) = 0;
    [[nodiscard]] virtual Result<> dropStrikesBefore(Instant at) = 0;

    // Small facts: keys of the server, the set-up code. Empty when there is none.
    [[nodiscard]] virtual Result<QByteArray> fact(const QString &name) = 0;
    [[nodiscard]] virtual Result<> setFact(const QString &name, const QByteArray &value) = 0;

    [[nodiscard]] virtual Result<std::optional<AppKeyRow>> appKey(const QByteArray &hash) = 0;
    [[nodiscard]] virtual Result<std::vector<AppKeyRow>> appKeys() = 0; // oldest first
    [[nodiscard]] virtual Result<> putAppKey(const AppKeyRow &key) = 0; // new, or its end

    [[nodiscard]] virtual Result<std::vector<RealmRow>> realms() = 0;   // by name
    [[nodiscard]] virtual Result<> putRealm(const RealmRow &realm) = 0; // new, or retired

    [[nodiscard]] virtual Result<> audit(const AuditRecord &record) = 0;
    [[nodiscard]] virtual Result<std::vector<AuditRecord>> auditAfter(qint64 seq, int limit) = 0;
};

// Brings people, names, devices, keys, realms and the audit of one store into another that is
// empty, all or nothing: a server that moves. Sign-ins do not move; everybody signs in again.
// AlreadyExists when somebody is there.
[[nodiscard]] Result<> moveAccounts(AccountStore &from, AccountStore &to);

} // namespace leeward::server
