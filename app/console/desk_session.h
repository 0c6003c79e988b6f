#pragma once

#include "app/console/desk_vault.h"
#include "app/console/server_choice.h"
#include "widgets/sign_in_text.h"

#include <QElapsedTimer>
#include <QTimer>

namespace leeward::app {

// Who is signed in at this desk.
struct Who
{
    QString user; // signs what is done
    QString name;
    QString desk;
    bool offline = false;  // by what is kept here
    bool lookOnly = false; // offline, and the time for it is used up
    bool clockSetBack = false;
    friend bool operator==(const Who &, const Who &) = default;
};
using SignInAnswer = std::expected<Who, widgets::SignInTrouble>;
// True: the person is signed in with the new password already. False: they have to.
using PasswordOutcome = std::expected<bool, widgets::SignInTrouble>;

struct SessionTimes
{
    Duration tick = std::chrono::minutes(1);   // of the grace
    Duration renew = std::chrono::minutes(10); // of the grant, while the server is there
    Duration probe = std::chrono::seconds(30); // of a server that somebody was signed in without
    sync::HashLimits hash = sync::usualHashLimits();
    sync::RemoteTimes remote;
};

// The sign-in of one desk at one server: at the server, or without it by what is kept; the key
// store; how much longer may be worked alone (docs/accounts.md). UI thread; everything slow is
// elsewhere, and every answer ends in bounded time.
//
// At most one person is signed in. A grant is taken anew at every refresh; without the server the
// grace runs by the clocks of sync/offline_grant.h, told by graceChanged() every tick.
class DeskSession : public QObject
{
    Q_OBJECT
public:
    // All references must outlive it.
    DeskSession(const ServerChoice &choice, const sync::Peer &peer, SecretStore &store,
                const Clock &clock, sync::RandomSource &random, const SessionTimes &times,
                QObject *parent = nullptr);
    ~DeskSession() override;

    // First of all: reads the key store. The user whose session is kept there; empty: nobody's.
    // Once. Nothing but this, choice() and keeps() before prepared().
    [[nodiscard]] QFuture<QString> prepare();
    [[nodiscard]] bool isPrepared() const { return m_client != nullptr; }
    // Whether the kept session still holds; asks the server.
    [[nodiscard]] QFuture<SignInAnswer> resume();
    [[nodiscard]] QFuture<SignInAnswer> signIn(const QString &user, const QString &password);
    [[nodiscard]] QFuture<SignInAnswer> signInOffline(const QString &user, const QString &password);
    // Another password for whoever is signed in, which the server has to take; what is kept here
    // for signing in without it fits the new one when this answers well. The person stays signed in
    // here unless the server went away in between.
    [[nodiscard]] QFuture<PasswordOutcome> changePassword(const QString &password,
                                                          const QString &changed);
    // What is under way signs nobody in any more; its answer means nothing.
    void stopAsking() { ++m_attempt; }
    // How long this person may work without the server from now; nothing: not at all here.
    [[nodiscard]] QFuture<std::optional<Duration>> offlineLeft(const QString &user);
    // Over here at once, whatever the server says. What is kept for offline sign-ins stays.
    void signOut();

    [[nodiscard]] const std::optional<Who> &who() const { return m_who; }
    [[nodiscard]] const ServerChoice &choice() const { return m_choice; }
    [[nodiscard]] const sync::Peer &peer() const { return m_peer; }
    // False: everybody signs in at every start.
    [[nodiscard]] bool keeps() const { return m_vault.keeps(); }
    // There are tokens, so the server can be asked for data.
    [[nodiscard]] bool hasTokens() const;
    // Somebody is signed in without the server, which answers now.
    [[nodiscard]] bool isServerBack() const { return m_serverBack; }
    // What is left of the time without the server.
    [[nodiscard]] const std::optional<Duration> &grace() const { return m_grace; }
    // Whether data comes from the server now; the grace counts for nothing then.
    void setConnected(bool connected);

    // For the link and the loader, which must go before the session.
    [[nodiscard]] sync::TokenSource tokens();
    // As RemoteOptions::prove.
    [[nodiscard]] std::function<std::optional<sync::Proof>(const Operation &)> prover();

    [[nodiscard]] widgets::SignInTrouble trouble(widgets::SignInTrouble::Why why,
                                                 Duration wait = {}) const;

Q_SIGNALS:
    void prepared();
    void over(); // the server has ended the session: somebody must sign in again
    void graceChanged();
    void serverBackChanged();
    void notKept(const leeward::Error &error); // signed in, but only until the program ends

private:
    [[nodiscard]] SignInAnswer answerOf(const Result<sync::SessionAnswer> &answer,
                                        const QString &user, int attempt);
    [[nodiscard]] SignInAnswer enterOffline(const sync::OfflineSignIn &result);
    [[nodiscard]] sync::SessionKeeper keeper();
    void takeGrant(const sync::RemoteSession &session, const sync::PasswordVerifier &verifier);
    [[nodiscard]] widgets::SignInTrouble troubleOf(const Error &error) const;
    void enter(const sync::RemoteSession &session);
    // For signing in without the server; done when it is kept.
    QFuture<Result<>> makeVerifier(const QString &user, const QString &password);
    [[nodiscard]] QFuture<Result<>> keepVerifier(const QString &user,
                                                 const sync::PasswordVerifier &verifier);
    void renew();
    void tick();
    void probe();

    ServerChoice m_choice;
    sync::Peer m_peer;
    const Clock &m_clock;
    sync::RandomSource &m_random;
    SessionTimes m_times;
    DeskVault m_vault;
    DeskVault::Device m_device;
    std::optional<Who> m_who;
    std::optional<sync::OfflineSecret>
        m_offline; // of who is signed in; the verifier may come later
    std::optional<Duration> m_grace;
    QByteArray m_grant; // the one taken last
    int m_attempt = 0;  // answers to earlier ones come too late
    bool m_connected = false;
    bool m_serverBack = false;
    bool m_probing = false;
    QTimer m_tick;
    QTimer m_probe;
    QElapsedTimer m_passed;
    QElapsedTimer m_renewed;
    std::unique_ptr<sync::HttpCaller> m_prober;
    std::unique_ptr<sync::SessionClient> m_client; // after prepare()
};

} // namespace leeward::app
