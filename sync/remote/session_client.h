#pragma once

#include "sync/remote/remote_link.h"

namespace leeward::sync {

// A person signed in at the server. Tokens go to the system's key store and into requests, never
// into a queue, a realm file or a log.
struct RemoteSession
{
    QByteArray access;
    Instant accessUntil; // by the server's clock, as all times here
    QByteArray refresh;
    Instant refreshUntil;
    QString user;
    QString name;
    QString desk; // empty: the server did not say
    QStringList roles;
    QStringList areas;
    QByteArray grant;    // offline grant, see sync/offline_grant.h
    QByteArray grantKey; // public key that checks it; empty: the server did not say
    Instant serverTime;
    friend bool operator==(const RemoteSession &, const RemoteSession &) = default;
};

struct SignIn
{
    QString user;
    QString password;
    QString desk;
};

// The device the console runs on.
struct Device
{
    QString id;
    QByteArray publicKey; // 32 bytes
    // Signs with the device's key; called on the session's thread.
    std::function<Result<QByteArray>(const QByteArray &bytes)> sign;
};

// Somebody answered, and the answer is no.
struct SessionRefusal
{
    enum class Why
    {
        WrongPassword, // at a refresh: the session is over
        NotPermitted,  // the account or the device; which, when the server says:
        Disabled,      // the account
        DeviceRevoked, // this device
        OtherDevice,   // another device has this one's id
        LockedOut,     // too many wrong passwords; retryAfter
        TooOld,        // this program
        Busy,          // or unavailable: try again
        Malformed,     // the server finds fault with the request
        Untrusted,     // whoever answers could not show to be the server; nothing was sent
    };
    Why why = Why::Busy;
    std::chrono::seconds retryAfter{0};
    QString detail;
    friend bool operator==(const SessionRefusal &, const SessionRefusal &) = default;
};
using SessionAnswer = std::expected<RemoteSession, SessionRefusal>;

// The server has taken a new password.
struct PasswordChange
{
    // The person's new session here. Nothing: they are signed in no longer, and have to do that.
    std::optional<RemoteSession> session;
    friend bool operator==(const PasswordChange &, const PasswordChange &) = default;
};
using PasswordAnswer = std::expected<PasswordChange, SessionRefusal>;

// Keeps the session where it survives the program: the system's key store. Without one: forget it.
// Called on the client's thread before the session is used. An error does not take the session
// away: it ends with the program.
using SessionKeeper = std::function<QFuture<Result<>>(const std::optional<RemoteSession> &)>;

// Signs in, keeps the access token fresh, signs out. Never waits; answers come as futures, each of
// which ends in bounded time.
class SessionClient : public QObject
{
    Q_OBJECT
public:
    // `clock` must outlive it. `kept`: what the keeper kept when the program last ran.
    SessionClient(Peer peer, Device device, SessionKeeper keeper, const Clock &clock,
                  std::optional<RemoteSession> kept = std::nullopt, QObject *parent = nullptr);
    // What is under way ends with Cancelled.
    ~SessionClient() override;

    [[nodiscard]] QFuture<Result<SessionAnswer>> signIn(const SignIn &who);
    // A new access token, and with it a new refresh token: the old one is void at once, so there is
    // never more than one refresh at a time; whoever asks meanwhile gets its answer.
    [[nodiscard]] QFuture<Result<SessionAnswer>> refresh();
    // Another password for whoever is signed in; `who` has the one of now. The server ends every
    // session of the person by it, so they are signed in anew at once, and whoever wants a token
    // meanwhile waits for that one. Refused as a sign-in; Malformed: the server will not have the
    // new password. A failure leaves open whether the server has taken it.
    [[nodiscard]] QFuture<Result<PasswordAnswer>> changePassword(const SignIn &who,
                                                                 const QString &changed);
    // The session is over here whatever the server says; an error means that it may not know.
    [[nodiscard]] QFuture<Result<>> signOut();
    // For a RemoteLink, which must go before the client.
    [[nodiscard]] TokenSource tokenSource();

    [[nodiscard]] std::optional<RemoteSession> session() const; // any thread

Q_SIGNALS:
    // From the client's thread. Over: somebody must sign in again.
    void sessionOver();
    // It is signed in, but will have to be again when the program starts next.
    void notKept(const leeward::Error &error);

private:
    class Worker;
    mutable std::mutex m_mutex; // m_session
    std::optional<RemoteSession> m_session;
    std::unique_ptr<class NetThread> m_thread;
    Worker *m_worker = nullptr; // lives on m_thread
};

// What the protocol's JSON says; FileMalformed.
[[nodiscard]] Result<RemoteSession> remoteSessionFrom(const QByteArray &json);

} // namespace leeward::sync
