#include "app/console/desk_session.h"

#include <QLoggingCategory>
#include <QPointer>
#include <QPromise>
#include <QtConcurrentRun>

namespace leeward::app {

using namespace Qt::StringLiterals;
using Trouble = widgets::SignInTrouble;
using Why = Trouble::Why;

namespace {

Q_LOGGING_CATEGORY(log, "leeward.session")

template <class T>
QFuture<T> ready(T value)
{
    QPromise<T> promise;
    promise.start();
    promise.addResult(std::move(value));
    promise.finish();
    return promise.future();
}

Why whyOf(sync::SessionRefusal::Why why)
{
    using Said = sync::SessionRefusal::Why;
    switch (why) {
    case Said::WrongPassword: return Why::WrongPassword;
    case Said::NotPermitted: return Why::NotPermitted;
    case Said::Disabled: return Why::Disabled;
    case Said::DeviceRevoked: return Why::DeviceRevoked;
    case Said::OtherDevice: return Why::OtherDevice;
    case Said::LockedOut: return Why::LockedOut;
    case Said::TooOld: return Why::TooOld;
    case Said::Busy: return Why::Busy;
    case Said::Malformed: return Why::Malformed;
    case Said::Untrusted: return Why::Untrusted;
    }
    return Why::NotPermitted;
}

bool sameUser(const QString &a, const QString &b)
{
    return a.toCaseFolded() == b.toCaseFolded();
}

} // namespace

DeskSession::DeskSession(const ServerChoice &choice, const sync::Peer &peer, SecretStore &store,
                         const Clock &clock, sync::RandomSource &random, const SessionTimes &times,
                         QObject *parent)
    : QObject(parent)
    , m_choice(choice)
    , m_peer(peer)
    , m_clock(clock)
    , m_random(random)
    , m_times(times)
    , m_vault(store, serverName(choice), choice.desk)
{
    m_tick.setInterval(times.tick);
    connect(&m_tick, &QTimer::timeout, this, &DeskSession::tick);
    m_probe.setInterval(times.probe);
    connect(&m_probe, &QTimer::timeout, this, &DeskSession::probe);
}

DeskSession::~DeskSession() = default;

QFuture<QString> DeskSession::prepare()
{
    return m_vault.load(m_random).then(this, [this](const DeskVault::Found &found) {
        m_device = found.device;
        const sync::Device device{
            .id = found.device.id,
            .publicKey = found.device.keys.publicKey,
            .sign = [secret = found.device.keys.secretKey](const QByteArray &bytes) {
                return sync::signBytes(bytes, secret);
            }};
        m_client =
            std::make_unique<sync::SessionClient>(m_peer, device, keeper(), m_clock, found.session);
        connect(m_client.get(), &sync::SessionClient::sessionOver, this, &DeskSession::over);
        connect(m_client.get(), &sync::SessionClient::notKept, this, &DeskSession::notKept);
        Q_EMIT prepared();
        return found.session ? found.session->user : QString();
    });
}

// The client asks on its own thread; the key store belongs to this one.
sync::SessionKeeper DeskSession::keeper()
{
    return [this](const std::optional<sync::RemoteSession> &session) {
        const auto promise = std::make_shared<QPromise<Result<>>>();
        promise->start();
        QMetaObject::invokeMethod(
            this,
            [this, session, promise] {
                m_vault.keepSession(session).then(this, [promise](const Result<> &kept) {
                    promise->addResult(kept);
                    promise->finish();
                });
            },
            Qt::QueuedConnection);
        return promise->future();
    };
}

bool DeskSession::hasTokens() const
{
    return m_client && m_client->session().has_value();
}

sync::TokenSource DeskSession::tokens()
{
    return m_client->tokenSource();
}

std::function<std::optional<sync::Proof>(const Operation &)> DeskSession::prover()
{
    return [client = m_client.get(),
            keys = m_device.keys](const Operation &operation) -> std::optional<sync::Proof> {
        const auto session = client->session();
        if (!session || session->user == operation.author)
            return std::nullopt;
        const auto signature = sync::signBytes(toBytes(operation), keys.secretKey);
        return signature ? std::optional(sync::Proof{keys.publicKey, *signature}) : std::nullopt;
    };
}

Trouble DeskSession::trouble(Why why, Duration wait) const
{
    return {.why = why,
            .wait = wait,
            .server = serverName(m_choice),
            .realm = m_choice.realm,
            .file = m_choice.caFile};
}

// --- at the server

QFuture<SignInAnswer> DeskSession::resume()
{
    const auto kept = m_client->session();
    if (!kept)
        return ready<SignInAnswer>(std::unexpected(trouble(Why::SessionEnded)));
    return m_vault.offlineSecret(kept->user)
        .then(this,
              [this, user = kept->user,
               attempt = ++m_attempt](const std::optional<sync::OfflineSecret> &secret) {
                  const auto verifier = secret ? secret->password : sync::PasswordVerifier();
                  return m_client->refresh().then(
                      this,
                      [this, user, verifier, attempt](const Result<sync::SessionAnswer> &answer) {
                          SignInAnswer said = answerOf(answer, user, attempt);
                          if (said)
                              takeGrant(**answer, verifier);
                          else if (said.error().why == Why::WrongPassword)
                              said.error().why = Why::SessionEnded;
                          return said;
                      });
              })
        .unwrap();
}

QFuture<SignInAnswer> DeskSession::signIn(const QString &user, const QString &password)
{
    return m_client->signIn({.user = user, .password = password, .desk = m_choice.desk})
        .then(this, [this, user, password,
                     attempt = ++m_attempt](const Result<sync::SessionAnswer> &answer) {
            SignInAnswer said = answerOf(answer, user, attempt);
            if (said) {
                takeGrant(**answer, {});
                (void) makeVerifier(said->user, password);
            }
            return said;
        });
}

QFuture<PasswordOutcome> DeskSession::changePassword(const QString &password,
                                                     const QString &changed)
{
    const QString user = m_who.value_or(Who()).user;
    return m_client
        ->changePassword({.user = user, .password = password, .desk = m_choice.desk}, changed)
        .then(this,
              [this, user, changed](const Result<sync::PasswordAnswer> &answer) {
                  if (!answer)
                      return ready(PasswordOutcome(std::unexpected(troubleOf(answer.error()))));
                  if (!*answer) {
                      const sync::SessionRefusal &refusal = answer->error();
                      qCInfo(log) << "password not changed:" << refusal.detail;
                      return ready(PasswordOutcome(
                          std::unexpected(trouble(whyOf(refusal.why), refusal.retryAfter))));
                  }
                  const auto &session = (*answer)->session;
                  if (session && m_who && m_who->user == session->user) {
                      enter(*session);
                      takeGrant(*session, {});
                  }
                  return makeVerifier(user, changed)
                      .then(this,
                            [this, user](const Result<> &kept) {
                                // Without the server nobody shall come in by the former one.
                                return kept ? ready(kept) : m_vault.forgetOffline(user);
                            })
                      .unwrap()
                      .then([again = session.has_value()](const Result<> &) {
                          return PasswordOutcome(again);
                      });
              })
        .unwrap();
}

SignInAnswer DeskSession::answerOf(const Result<sync::SessionAnswer> &answer, const QString &user,
                                   int attempt)
{
    if (attempt != m_attempt) {
        if (answer && *answer && !m_who)
            (void) m_client->signOut(); // nobody waits for it any more
        return std::unexpected(trouble(Why::Offline));
    }
    if (!answer) {
        return std::unexpected(troubleOf(answer.error()));
    }
    if (!*answer) {
        const sync::SessionRefusal &refusal = answer->error();
        qCInfo(log) << "refused:" << refusal.detail;
        const Why why = whyOf(refusal.why);
        // Who may not come in may not come in by the back door either.
        if (why == Why::Disabled || why == Why::DeviceRevoked || refusal.detail == "disabled"_L1)
            (void) m_vault.forgetOffline(user);
        return std::unexpected(trouble(why, refusal.retryAfter));
    }
    enter(**answer);
    return *m_who;
}

// Somebody gave no answer that counts.
Trouble DeskSession::troubleOf(const Error &error) const
{
    qCInfo(log) << "not asked:" << errcName(error.code) << error.detail;
    return trouble(error.code == Errc::FileMalformed ? Why::NotAServer : Why::Offline);
}

void DeskSession::enter(const sync::RemoteSession &session)
{
    m_who = Who{.user = session.user,
                .name = session.name,
                .desk = session.desk.isEmpty() ? m_choice.desk : session.desk};
    m_serverBack = false;
    m_probe.stop();
    m_renewed.start();
}

void DeskSession::takeGrant(const sync::RemoteSession &session,
                            const sync::PasswordVerifier &verifier)
{
    const auto secret = sync::keepGrant(session.grant, session.grantKey, verifier, m_clock.now());
    if (!secret) {
        qCWarning(log) << "no grant:" << secret.error().detail;
        return;
    }
    m_grant = session.grant;
    m_offline = *secret;
    if (!verifier.text.isEmpty())
        (void) m_vault.keepOffline(session.user, *m_offline);
    m_passed.start();
    m_tick.start();
    m_grace = sync::passed(*m_offline, Duration(0), m_clock.now());
    Q_EMIT graceChanged();
}

// A second of work, beside everything.
QFuture<Result<>> DeskSession::makeVerifier(const QString &user, const QString &password)
{
    return QtConcurrent::run([user, password, limits = m_times.hash] {
               return sync::makeVerifier(user, password, limits);
           })
        .then(this,
              [this, user](const Result<sync::PasswordVerifier> &verifier) {
                  if (verifier)
                      return keepVerifier(user, *verifier);
                  qCWarning(log) << "no offline sign-in:" << verifier.error().detail;
                  return ready(Result<>(std::unexpected(verifier.error())));
              })
        .unwrap();
}

QFuture<Result<>> DeskSession::keepVerifier(const QString &user,
                                            const sync::PasswordVerifier &verifier)
{
    if (m_who && m_who->user == user && m_offline) {
        m_offline->password = verifier;
        return m_vault.keepOffline(user, *m_offline);
    }
    // They have left meanwhile: what was kept of them before fits the new one all the same.
    return m_vault.offlineSecret(user)
        .then(this,
              [this, user, verifier](std::optional<sync::OfflineSecret> secret) {
                  if (!secret)
                      return ready(Result<>());
                  secret->password = verifier;
                  return m_vault.keepOffline(user, *secret);
              })
        .unwrap();
}

void DeskSession::signOut()
{
    (void) m_vault.keepSession(std::nullopt); // also when the program ends now
    if (m_client)
        (void) m_client->signOut();
    m_who.reset();
    m_offline.reset();
    m_grant.clear();
    m_grace.reset();
    m_tick.stop();
    m_probe.stop();
    m_serverBack = false;
}

// --- without it

QFuture<std::optional<Duration>> DeskSession::offlineLeft(const QString &user)
{
    return m_vault.offlineSecret(user).then(
        this, [this](std::optional<sync::OfflineSecret> secret) -> std::optional<Duration> {
            if (!secret || secret->password.text.isEmpty())
                return std::nullopt;
            return sync::passed(*secret, Duration(0), m_clock.now());
        });
}

QFuture<SignInAnswer> DeskSession::signInOffline(const QString &user, const QString &password)
{
    using Checked = std::optional<sync::OfflineSignIn>;
    const int attempt = ++m_attempt;
    return m_vault.offlineSecret(user)
        .then(this,
              [this, user, password](const std::optional<sync::OfflineSecret> &secret) {
                  return QtConcurrent::run([secret, user, password, device = m_device.id,
                                            now = m_clock.now()]() -> Checked {
                      if (!secret)
                          return std::nullopt;
                      const auto grant = sync::openGrant(secret->signedGrant, secret->serverKey);
                      const QString name =
                          grant && sameUser(grant->user, user) ? grant->user : user;
                      return sync::signInOffline(*secret, name, password, device, now);
                  });
              })
        .unwrap()
        .then(this, [this, user, attempt](const Checked &result) -> SignInAnswer {
            if (!result || attempt != m_attempt)
                return std::unexpected(trouble(Why::OfflineUnknown));
            (void) m_vault.keepOffline(user, result->secret);
            switch (result->answer) {
            case sync::OfflineAnswer::SignedIn:
            case sync::OfflineAnswer::ReadOnly: return enterOffline(*result);
            case sync::OfflineAnswer::WrongPassword:
                return std::unexpected(trouble(Why::OfflineWrongPassword));
            case sync::OfflineAnswer::Locked:
                return std::unexpected(trouble(Why::OfflineLocked, result->wait));
            case sync::OfflineAnswer::Broken: break;
            }
            return std::unexpected(trouble(Why::OfflineBroken));
        });
}

SignInAnswer DeskSession::enterOffline(const sync::OfflineSignIn &result)
{
    // Tokens of somebody else would hand in in their name.
    const auto session = m_client->session();
    const bool tokens = session && session->user == result.grant.user;
    if (session && !tokens)
        (void) m_client->signOut();
    m_who = Who{.user = result.grant.user,
                .name = result.grant.displayName,
                .desk = result.grant.desk.isEmpty() ? m_choice.desk : result.grant.desk,
                .offline = true,
                .lookOnly = result.answer == sync::OfflineAnswer::ReadOnly,
                .clockSetBack = result.clockSetBack};
    m_offline = result.secret;
    m_grant = result.secret.signedGrant;
    m_grace = result.left;
    m_passed.start();
    m_tick.start();
    if (!tokens)
        m_probe.start();
    Q_EMIT graceChanged();
    return *m_who;
}

void DeskSession::setConnected(bool connected)
{
    if (connected && !m_connected)
        m_renewed.start();
    m_connected = connected;
    if (m_who && connected)
        m_who->offline = false;
}

void DeskSession::tick()
{
    if (!m_who || !m_offline)
        return;
    // Whoever needed a token may have fetched a new grant meanwhile.
    const auto session = m_client->session();
    if (session && session->grant != m_grant && session->user == m_who->user)
        takeGrant(*session, m_offline->password);
    m_grace = sync::passed(*m_offline, Duration(m_passed.restart()), m_clock.now());
    if (!m_connected && !m_offline->password.text.isEmpty())
        (void) m_vault.keepOffline(m_who->user, *m_offline);
    if (m_connected && session && Duration(m_renewed.elapsed()) >= m_times.renew)
        renew();
    Q_EMIT graceChanged();
}

void DeskSession::renew()
{
    m_renewed.start();
    m_client->refresh().then(this, [this](const Result<sync::SessionAnswer> &answer) {
        if (!m_who || !m_offline)
            return;
        if (answer && *answer)
            takeGrant(**answer, m_offline->password);
        else if (answer && answer->error().detail == "disabled"_L1)
            (void) m_vault.forgetOffline(m_who->user);
    });
}

void DeskSession::probe()
{
    if (m_probing || m_serverBack)
        return;
    if (!m_prober)
        m_prober = std::make_unique<sync::HttpCaller>(m_peer, m_clock);
    m_probing = true;
    m_prober->call({.method = "GET", .path = u"/v1/about"_s}, [this](const auto &answer) {
        m_probing = false;
        if (!answer || answer->status != 200 || !m_who || hasTokens())
            return;
        m_serverBack = true;
        m_probe.stop();
        Q_EMIT serverBackChanged();
    });
}

} // namespace leeward::app
