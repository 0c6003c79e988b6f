#pragma once

#include "server/accounts/access.h"
#include "server/accounts/account_store.h"
#include "sync/offline_grant.h"
#include "sync/random_source.h"

#include <QHash>

#include <expected>

namespace leeward::server {

// People, devices and tokens of a server. Everything that is answered is durable before; every
// event that a person responsible for security would ask about is in the audit, in the same
// transaction. What the rules are and why: docs/accounts.md.
//
// One thread: the one that owns the store. The one slow thing, a run of Argon2id, is outside: a
// sign-in is begun here, its password checked anywhere (sync::fits), and finished here.

struct AccountRules
{
    Duration accessLife = std::chrono::minutes(15);
    Duration refreshLife = std::chrono::days(30);
    Duration offlineGrace = std::chrono::hours(72);
    // How long a refresh token that was used is taken once more when nothing that came of it has
    // been used: the answer may have been lost on the way.
    Duration refreshGrace = std::chrono::seconds(60);
    int freeTries = 5; // wrong passwords before the first lock
    Duration firstLock = std::chrono::seconds(30);
    Duration longestLock = std::chrono::minutes(15);
    Duration strikesForgotten = std::chrono::hours(1); // after the last wrong one
    // Passwords being checked at one time for devices that the person has not used before; the
    // same number again is kept for those they have.
    int checksAtOnce = 2;
    sync::HashLimits hash = sync::usualHashLimits();
};

// Who asks for a change of accounts: a signed-in administrator, at an address.
struct By
{
    QString user;
    QString from;
};

struct NewUser
{
    QString name;        // signs in, and signs what is done: 1 to 64 letters, digits, . _ - @
    QString displayName; // empty = the name
    std::vector<Role> roles;
    QStringList areas;
};

struct SignInRequest
{
    QString user;
    QString deviceId;     // 16 to 128 characters, made once by the device at random
    QByteArray deviceKey; // its Ed25519 public key
    QString desk;         // what the device is called in the hall
    QString from;         // remote address
};

struct SignInRefusal
{
    enum class Why
    {
        WrongPassword, // or no such person: the same answer
        TooMany,       // wrong ones before; the password was not looked at
        Busy,          // too many sign-ins at this moment; try again
        Disabled,      // the password is right
        DeviceRevoked, // the password is right
        OtherDevice,   // the password is right; another key has this device's id
        BadRequest,    // a field is not as it must be
    };
    Why why = Why::WrongPassword;
    Duration retryAfter = {}; // TooMany and Busy
    friend bool operator==(const SignInRefusal &, const SignInRefusal &) = default;
};

// A sign-in that waits for its password to be checked. To be finished once.
struct SignInAttempt
{
    quint64 number = 0;
    SignInRequest request;
    sync::PasswordVerifier verifier; // of nobody's password where there is no such person
};

struct SignedIn
{
    QByteArray accessToken; // base64url; for every request, until:
    Instant accessUntil;
    QByteArray refreshToken; // base64url; for one call of refresh(), until:
    Instant refreshUntil;
    Principal principal;
    QByteArray offlineGrant; // sync::openGrant()
};

struct Session
{
    Principal principal;
    QString deviceId;
    QByteArray deviceKey;
    QString family;         // of tokens; empty for a program
    bool isProgram = false; // came with an app key: looks, and hands nothing in
    bool seesPeople = true; // names and telephone numbers
};

// A sign-in as an administrator sees it.
struct OpenSession
{
    QString id;
    QString user; // name
    QString device;
    QString desk;
    Instant startedAt;
    Instant until;
};

struct NewAppKey
{
    QString name; // 1 to 64 letters, digits, . _ - @; unique among those that are good
    Duration life = std::chrono::days(365);
    bool seesPeople = false;
};
inline constexpr Duration longestAppKeyLife = std::chrono::days(2 * 365);
inline constexpr auto appKeyStart = "lwk_"; // what every app key begins with

struct NewRealm
{
    QString name; // 1 to 40 of a-z, 0-9 and -, the first not -
    QString mark; // of a drill; empty = real
};

enum class TokenRefusal
{
    Unknown,
    Expired,
    Revoked,     // signed out, or taken away
    Reused,      // a refresh token for the second time, and not because its answer was lost:
                 // somebody has a copy; all of its family end
    WrongDevice, // not with the device it was given to; all of its family end
    Disabled,    // the person
};

struct RefreshRequest
{
    QByteArray refreshToken;
    QString deviceId;
    QByteArray signature; // the device's over sync::refreshMessage()
    QString from;
};

class Accounts
{
public:
    // Makes the keys of a new store. All three must outlive it. `serverName` is what grants and
    // consoles call this server.
    [[nodiscard]] static Result<std::unique_ptr<Accounts>>
    create(AccountStore &store, const Clock &clock, sync::RandomSource &random, QString serverName,
           AccountRules rules = {});

    // --- the first administrator
    // True until there has been an administrator.
    [[nodiscard]] Result<bool> needsFirstAdministrator();
    // A new code, to be shown once on the server's own terminal; an earlier one is void. Refused
    // when there has been an administrator.
    [[nodiscard]] Result<QString> newSetupCode();
    // InvalidArgument for a name that is none, Refused for a wrong or used-up code or too many
    // wrong ones.
    // What createFirstAdministrator() would say of the code; a wrong one counts as an attempt. To
    // be asked before anything costly is done for whoever knocks.
    [[nodiscard]] Result<> checkSetupCode(const QString &code, const QString &from);
    [[nodiscard]] Result<> createFirstAdministrator(const QString &code, const NewUser &user,
                                                    const sync::PasswordVerifier &password,
                                                    const QString &from);

    // --- sign-in
    [[nodiscard]] Result<std::expected<SignInAttempt, SignInRefusal>>
    beginSignIn(const SignInRequest &request);
    // `right`: sync::fits(attempt.verifier, password). InvalidArgument for an attempt that was not
    // begun here, finished before or begun over a minute ago.
    [[nodiscard]] Result<std::expected<SignedIn, SignInRefusal>>
    finishSignIn(const SignInAttempt &attempt, bool right);
    // Both, and the check between them, on this thread: for tests and tools.
    [[nodiscard]] Result<std::expected<SignedIn, SignInRefusal>>
    signIn(const SignInRequest &request, const QString &password);
    // Ends the attempt like finishSignIn(); with a right old password the new one is set and every
    // sign-in of this person ends, this desk's too.
    [[nodiscard]] Result<std::expected<void, SignInRefusal>>
    finishPasswordChange(const SignInAttempt &attempt, bool right,
                         const sync::PasswordVerifier &changed);

    [[nodiscard]] Result<std::expected<Session, TokenRefusal>>
    authenticate(const QByteArray &accessToken);
    [[nodiscard]] Result<std::expected<SignedIn, TokenRefusal>>
    refresh(const RefreshRequest &request);
    // A program's; its session may look and has no device.
    [[nodiscard]] Result<std::expected<Session, TokenRefusal>>
    authenticateApp(const QByteArray &key);
    // Those of these sign-ins that are over: signed out, taken away, disabled. For whoever keeps a
    // connection open for longer than a token lives.
    [[nodiscard]] Result<QStringList> overOf(const QStringList &families);
    // Who wrote what another hands in for them: the person of this name, at the device of this key,
    // if they have ever signed in there and both still may. Nothing otherwise.
    [[nodiscard]] Result<std::optional<Principal>> authorAt(const QString &userName,
                                                            const QByteArray &deviceKey);
    // Ends what came of this sign-in. No error for a token that is over already.
    [[nodiscard]] Result<> signOut(const QByteArray &accessToken, const QString &from);

    // Ed25519, public; a console keeps it to check grants.
    [[nodiscard]] const QByteArray &grantKey() const { return m_keys.publicKey; }

    // Secret, 32 bytes: what the server's own word on accepted operations is made with (Seals).
    [[nodiscard]] const QByteArray &sealKey() const { return m_sealKey; }

    // --- by an administrator: Refused for anybody else, whatever the caller has checked
    [[nodiscard]] Result<> createUser(const By &by, const NewUser &user,
                                      const sync::PasswordVerifier &password);
    // The former name stays theirs.
    [[nodiscard]] Result<> renameUser(const By &by, const QString &user, const QString &name,
                                      const QString &displayName);
    // Roles and areas count from the next request on. Refused when nobody enabled would be left an
    // administrator.
    [[nodiscard]] Result<> setRights(const By &by, const QString &user,
                                     const std::vector<Role> &roles, const QStringList &areas);
    // Ends every sign-in of a person who is disabled.
    [[nodiscard]] Result<> setDisabled(const By &by, const QString &user, bool disabled);
    [[nodiscard]] Result<> setPassword(const By &by, const QString &user,
                                       const sync::PasswordVerifier &password);
    [[nodiscard]] Result<> revokeDevice(const By &by, const QString &deviceId);
    [[nodiscard]] Result<std::vector<UserRow>> users(const By &by);
    [[nodiscard]] Result<std::vector<DeviceRow>> devices(const By &by);
    [[nodiscard]] Result<std::vector<AuditRecord>> audit(const By &by, qint64 afterSeq, int limit);
    // How long this person is still locked out away from the desks they have used.
    [[nodiscard]] Result<Duration> lockOf(const UserRow &user);
    // Forgets the wrong passwords of this person, everywhere; those of an address stay counted.
    [[nodiscard]] Result<> unlock(const By &by, const QString &user);
    [[nodiscard]] Result<std::vector<OpenSession>> sessions(const By &by);
    // NotFound for one that is not there or over.
    [[nodiscard]] Result<> endSession(const By &by, const QString &session);
    // Answers the key, which is not kept and can not be shown again.
    [[nodiscard]] Result<QByteArray> createAppKey(const By &by, const NewAppKey &key);
    [[nodiscard]] Result<> revokeAppKey(const By &by, const QString &id);
    [[nodiscard]] Result<std::vector<AppKeyRow>> appKeys(const By &by);
    // Writes down that somebody without the right has asked for `what`, and is Refused; nothing for
    // an administrator.
    [[nodiscard]] Result<> mustAdminister(const By &by, const char *what, const QString &subject);

    // --- realms, of which only names and marks are kept here: every process of a server knows them
    [[nodiscard]] Result<std::vector<RealmRow>> realms();
    // AlreadyExists also for the name of one that is retired.
    [[nodiscard]] Result<RealmRow> createRealm(const By &by, const NewRealm &realm);
    // `known`: what the realm is, for one from before there were rows. Refused for "live".
    [[nodiscard]] Result<RealmRow> setRealmRetired(const By &by, const RealmRow &known,
                                                   bool retired);

private:
    Accounts(AccountStore &store, const Clock &clock, sync::RandomSource &random,
             QString serverName, AccountRules rules);

    struct OpenAttempt
    {
        Instant begun;
        QString userId; // empty: nobody
        bool familiar = false;
        std::vector<QByteArray> keys;
    };
    struct Checked
    {
        UserRow user;
        DeviceRow device;
        bool newDevice = false;
        bool otherDesk = false;
    };

    [[nodiscard]] Result<> load();
    [[nodiscard]] Result<> log(const char *what, const QString &who, const QString &subject,
                               const QString &from, const QString &detail = {});
    [[nodiscard]] QString randomId();
    [[nodiscard]] QByteArray randomToken();

    [[nodiscard]] Duration waitOf(const StrikesRow &row) const;
    [[nodiscard]] Result<bool> takesSetupCode(const QString &code, const QString &from);
    [[nodiscard]] Result<Duration> longestWait(const std::vector<QByteArray> &keys);
    [[nodiscard]] Result<> strike(const std::vector<QByteArray> &keys);
    [[nodiscard]] Result<> forgive(const OpenAttempt &open);
    [[nodiscard]] Result<std::expected<Checked, SignInRefusal>>
    checkAttempt(const SignInAttempt &attempt, const OpenAttempt &open, bool right);
    [[nodiscard]] Result<OpenAttempt> takeAttempt(const SignInAttempt &attempt);

    [[nodiscard]] Result<Principal> principalOf(const UserRow &user, const DeviceRow &device);
    [[nodiscard]] static QByteArray personKey(const QString &nameKey);
    [[nodiscard]] static QByteArray deskKey(const QString &userId, const QString &device);
    [[nodiscard]] Result<bool> takeBackLostAnswer(const TokenRow &token);
    [[nodiscard]] Result<SignedIn> give(const UserRow &user, const DeviceRow &device,
                                        const QString &family);
    [[nodiscard]] std::expected<Session, TokenRefusal> sessionOf(const TokenOwner &owner) const;

    [[nodiscard]] Result<UserRow> administrator(const By &by, const char *what,
                                                const QString &subject);
    [[nodiscard]] Result<UserRow> existing(const QString &name);
    [[nodiscard]] Result<UserRow> completed(const NewUser &user,
                                            const sync::PasswordVerifier &password);
    [[nodiscard]] Result<> mustStayAdministered(const UserRow &without);

    AccountStore &m_store;
    const Clock &m_clock;
    sync::RandomSource &m_random;
    QString m_server;
    AccountRules m_rules;
    sync::KeyPair m_keys;
    QByteArray m_sealKey;
    sync::PasswordVerifier m_nobody; // as slow to check as anybody's
    QHash<quint64, OpenAttempt> m_open;
    quint64 m_lastAttempt = 0;
};

// A name as it is compared: 张敏 is 张敏 in any normal form, Anna is anna. Empty for what is no
// name.
[[nodiscard]] QString nameKey(const QString &name);

// The network an address is counted by: an IPv4 address itself, an IPv6 one's /64.
[[nodiscard]] QString countedAddress(const QString &address);

} // namespace leeward::server
