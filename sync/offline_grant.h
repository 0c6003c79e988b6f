#pragma once

#include "models/domain/clock.h"
#include "models/domain/role.h"
#include "sync/device_key.h"
#include "sync/password.h"

// Signing in at a desk that has lost its server (docs/accounts.md). At every sign-in the server
// gives the desk a grant: who this is, what they may do, until when without the server. The desk
// keeps it in the system's key store with a verifier of the password. All functions are pure; any
// thread.
//
// How long "until" is can not be left to a clock that anybody at the desk can set. What is kept
// therefore remembers the latest time ever seen, and time never runs backwards from there:
//
//    now = max( the desk's clock + its offset from the server's,  the latest time seen )
//
// A clock set forward uses the grace up; a clock set back stops it, but only while the console is
// off: while it runs, passed() adds what has really passed, by a clock that nobody can set. So a
// desk without its server works for no longer than the grace, however its clock is set.
namespace leeward::sync {

struct Grant
{
    QString server; // name of the server that gave it
    QString user;
    QString displayName;
    std::vector<Role> roles;
    QStringList areas;
    QString device;
    QString desk;
    Instant issuedAt; // by the server's clock
    Instant validUntil;
    friend bool operator==(const Grant &, const Grant &) = default;
};

// Bytes that carry the grant and the signature.
[[nodiscard]] Result<QByteArray> signGrant(const Grant &grant, const QByteArray &secretKey);
// FileMalformed for what is not whole, Corrupt for a signature that is not this key's.
[[nodiscard]] Result<Grant> openGrant(const QByteArray &bytes, const QByteArray &publicKey);

// What the desk keeps of one person. Written to the key store as toBytes().
struct OfflineSecret
{
    QByteArray signedGrant;
    QByteArray serverKey; // public; as given at the sign-in, under TLS
    PasswordVerifier password;
    Duration offset = {}; // the server's clock less the desk's, when the grant was given
    Instant latest;       // the latest time seen, by the server's clock
    int wrong = 0;        // passwords in a row
    Instant lockedUntil;
    friend bool operator==(const OfflineSecret &, const OfflineSecret &) = default;
};
[[nodiscard]] QByteArray toBytes(const OfflineSecret &secret);
[[nodiscard]] Result<OfflineSecret> offlineSecretFrom(const QByteArray &bytes);

// After a sign-in at the server. Corrupt for a grant that `serverKey` did not sign.
[[nodiscard]] Result<OfflineSecret> keepGrant(const QByteArray &signedGrant,
                                              const QByteArray &serverKey,
                                              const PasswordVerifier &password, Instant deskNow);

enum class OfflineAnswer
{
    SignedIn,
    ReadOnly,      // the right person, but the grace is over: may look
    WrongPassword, // or another person's secret
    Locked,        // too many wrong ones; see `wait`
    Broken,        // the grant is not whole or not the server's
};

struct OfflineSignIn
{
    OfflineAnswer answer = OfflineAnswer::Broken;
    Grant grant;               // SignedIn and ReadOnly
    Duration left = {};        // SignedIn: of the grace
    Duration wait = {};        // Locked
    bool clockSetBack = false; // the desk's clock is over five minutes behind the latest time seen
    OfflineSecret secret;      // to be kept in place of the one given, whatever the answer
};

// Costs one run of Argon2id unless Locked or Broken. `device`: this desk's; a secret carried here
// from another one is Broken.
[[nodiscard]] OfflineSignIn signInOffline(const OfflineSecret &secret, const QString &user,
                                          const QString &password, const QString &device,
                                          Instant deskNow);

// What remains after `elapsed` by a steady clock since the last call or the sign-in; called every
// minute and at the end. Zero: the console turns read-only.
[[nodiscard]] Duration passed(OfflineSecret &secret, Duration elapsed, Instant deskNow);

} // namespace leeward::sync
