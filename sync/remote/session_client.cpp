#include "sync/remote/session_client.h"

#include "sync/device_key.h"
#include "sync/remote/net_thread.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QPromise>

namespace leeward::sync {

using namespace Qt::StringLiterals;

namespace {

template <class T>
QFuture<T> ready(T value)
{
    QPromise<T> promise;
    promise.start();
    promise.addResult(std::move(value));
    promise.finish();
    return promise.future();
}

// Promises that all get the same answer, once.
template <class T>
class Waiting
{
public:
    void add(const std::shared_ptr<QPromise<Result<T>>> &promise) { m_promises.push_back(promise); }
    void finish(const Result<T> &answer)
    {
        for (const auto &promise : std::exchange(m_promises, {})) {
            promise->addResult(answer);
            promise->finish();
        }
    }
    [[nodiscard]] bool isEmpty() const { return m_promises.empty(); }

private:
    std::vector<std::shared_ptr<QPromise<Result<T>>>> m_promises;
};

template <class T>
using PromisePtr = std::shared_ptr<QPromise<Result<T>>>;

template <class T>
PromisePtr<T> started()
{
    auto promise = std::make_shared<QPromise<Result<T>>>();
    promise->start();
    return promise;
}

SessionRefusal refusalFrom(const HttpAnswer &answer)
{
    const HttpRefusal said = refusalOf(answer);
    SessionRefusal refusal{
        .why = SessionRefusal::Why::Busy, .retryAfter = said.retryAfter, .detail = said.detail};
    switch (answer.status) {
    case 400: refusal.why = SessionRefusal::Why::Malformed; break;
    case 401: refusal.why = SessionRefusal::Why::WrongPassword; break;
    case 403:
        refusal.why = said.why == "disabled"_L1         ? SessionRefusal::Why::Disabled
                      : said.why == "device-revoked"_L1 ? SessionRefusal::Why::DeviceRevoked
                      : said.why == "other-device"_L1   ? SessionRefusal::Why::OtherDevice
                                                        : SessionRefusal::Why::NotPermitted;
        break;
    case 423: refusal.why = SessionRefusal::Why::LockedOut; break;
    case 426: refusal.why = SessionRefusal::Why::TooOld; break;
    default: break;
    }
    return refusal;
}

QStringList strings(const QJsonValue &value)
{
    QStringList list;
    for (const auto &item : value.toArray())
        list += item.toString();
    return list;
}

} // namespace

Result<RemoteSession> remoteSessionFrom(const QByteArray &json)
{
    const QJsonObject object = QJsonDocument::fromJson(json).object();
    const auto text = [&object](QLatin1StringView key) { return object.value(key).toString(); };
    const auto instant = [&object](QLatin1StringView key) {
        return instantFromMs(object.value(key).toInteger());
    };
    RemoteSession session{.access = text("access"_L1).toLatin1(),
                          .accessUntil = instant("access_until"_L1),
                          .refresh = text("refresh"_L1).toLatin1(),
                          .refreshUntil = instant("refresh_until"_L1),
                          .user = text("user"_L1),
                          .name = text("name"_L1),
                          .desk = text("desk"_L1),
                          .roles = strings(object.value("roles"_L1)),
                          .areas = strings(object.value("areas"_L1)),
                          .grant = QByteArray::fromBase64(text("grant"_L1).toLatin1()),
                          .grantKey = QByteArray::fromBase64(text("grant_key"_L1).toLatin1()),
                          .serverTime = instant("server_time"_L1)};
    if (session.access.isEmpty() || session.refresh.isEmpty() || session.user.isEmpty())
        return fail(Errc::FileMalformed, u"the server's answer is no session"_s);
    return session;
}

class SessionClient::Worker : public QObject
{
    using WaitingPtr = std::shared_ptr<Waiting<SessionAnswer>>;

public:
    Worker(SessionClient &client, const Peer &peer, Device device, SessionKeeper keeper,
           const Clock &clock)
        : m_client(client)
        , m_device(std::move(device))
        , m_keeper(std::move(keeper))
        , m_caller(peer, clock)
    {
    }
    ~Worker() override
    {
        const Error closed{Errc::Cancelled, u"closed"_s};
        m_refreshing->finish(std::unexpected(closed));
        for (const auto &waiting : m_open)
            waiting->finish(std::unexpected(closed));
        for (const auto &waiting : m_leaving)
            waiting->finish(std::unexpected(closed));
        for (const auto &waiting : m_changes)
            waiting->finish(std::unexpected(closed));
    }

    void signIn(const SignIn &who, const PromisePtr<SessionAnswer> &promise)
    {
        ++m_hand;
        const auto waiting = opened(m_open, promise);
        call("POST", u"/v1/session"_s, bodyOf(who), {},
             [this, waiting](auto answer) { settle(answer, waiting, [] { return true; }); });
    }

    void changePassword(const SignIn &who, const QString &changed,
                        const PromisePtr<PasswordAnswer> &promise)
    {
        const auto waiting = opened(m_changes, promise);
        QJsonObject body = bodyOf(who);
        body.insert(u"new"_s, changed);
        ++m_changing;
        call("POST", u"/v1/session/password"_s, body, {},
             [this, waiting, again = SignIn{who.user, changed, who.desk},
              hand = m_hand](auto heard) {
                 const auto said = saidIn(heard);
                 if (!said)
                     changeEnds(waiting, std::unexpected(said.error()));
                 else if (!*said)
                     changeEnds(waiting, PasswordAnswer(std::unexpected(said->error())));
                 else
                     signInAnew(again, hand, waiting);
             });
    }

    void refresh(const PromisePtr<SessionAnswer> &promise)
    {
        m_refreshing->add(promise);
        if (!m_asking && m_changing == 0)
            askForRefresh();
    }

    void askForRefresh()
    {
        const auto session = m_client.session();
        if (!session) {
            m_refreshing->finish(fail(Errc::Refused, u"nobody is signed in"_s));
            return;
        }
        const Result<QByteArray> signature =
            m_device.sign(refreshMessage(m_device.id, session->refresh));
        if (!signature) {
            m_refreshing->finish(std::unexpected(signature.error()));
            return;
        }
        const QJsonObject body = {{u"refresh"_s, QString::fromLatin1(session->refresh)},
                                  {u"device"_s, m_device.id},
                                  {u"signature"_s, QString::fromLatin1(signature->toBase64())}};
        m_asking = true;
        call("POST", u"/v1/session/refresh"_s, body, {},
             [this, asked = session->refresh](auto heard) {
                 m_asking = false;
                 // Who has signed in meanwhile is not touched by what becomes of the former
                 // session.
                 const auto mine = [this, asked] {
                     const auto now = m_client.session();
                     return now && now->refresh == asked;
                 };
                 if (heard && (heard->status == 401 || heard->status == 403) && mine())
                     end();
                 settle(heard, m_refreshing, mine);
             });
    }

    void signOut(const PromisePtr<void> &promise)
    {
        ++m_hand;
        const auto session = m_client.session();
        const auto waiting = opened(m_leaving, promise);
        if (!session) {
            waiting->finish({});
            return;
        }
        hold(std::nullopt);
        const auto leave = [waiting](const Result<> &result) { waiting->finish(result); };
        keep(std::nullopt, [this, leave, token = session->access](const Result<> &kept) {
            call("DELETE", u"/v1/session"_s, {}, token, [leave, kept](auto answer) {
                if (!kept)
                    leave(kept);
                else if (!answer)
                    leave(std::unexpected(answer.error().error));
                else if (answer->status >= 300 && answer->status != 401)
                    leave(fail(Errc::Network, refusalOf(*answer).detail));
                else
                    leave({});
            });
        });
    }

private:
    using Heard = std::expected<HttpAnswer, CallFailure>;
    template <class T>
    using Open = std::vector<std::shared_ptr<Waiting<T>>>; // so that they end with this object

    template <class T>
    static std::shared_ptr<Waiting<T>> opened(Open<T> &all, const PromisePtr<T> &promise)
    {
        const auto waiting = std::make_shared<Waiting<T>>();
        waiting->add(promise);
        std::erase_if(all, [](const auto &old) { return old->isEmpty(); });
        all.push_back(waiting);
        return waiting;
    }

    [[nodiscard]] QJsonObject bodyOf(const SignIn &who) const
    {
        return {{u"user"_s, who.user},
                {u"password"_s, who.password},
                {u"device"_s, m_device.id},
                {u"device_key"_s, QString::fromLatin1(m_device.publicKey.toBase64())},
                {u"desk"_s, who.desk}};
    }

    void call(const QByteArray &method, const QString &path, const QJsonObject &body,
              const QByteArray &token, std::function<void(Heard)> done)
    {
        HttpRequest request{.method = method, .path = path, .token = token, .once = true};
        if (!body.isEmpty()) {
            request.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
            request.bodyType = "application/json";
        } else {
            request.wanted.clear();
        }
        m_caller.call(request, std::move(done));
    }

    // What the server has said, or no and why.
    [[nodiscard]] static Result<std::expected<QByteArray, SessionRefusal>>
    saidIn(const Heard &heard)
    {
        using Said = std::expected<QByteArray, SessionRefusal>;
        if (!heard) {
            const CallFailure &failure = heard.error();
            if (failure.untrusted)
                return Said(std::unexpected(SessionRefusal{.why = SessionRefusal::Why::Untrusted,
                                                           .detail = failure.error.detail}));
            return std::unexpected(failure.error);
        }
        if (heard->status < 200 || heard->status >= 300)
            return Said(std::unexpected(refusalFrom(*heard)));
        return Said(heard->body);
    }

    // Nobody is signed in any more, and somebody should be told.
    void end()
    {
        hold(std::nullopt);
        keep(std::nullopt, [](const Result<> &) {});
        Q_EMIT m_client.sessionOver();
    }

    // The password has been changed, and with it every session of the person has ended.
    void signInAnew(const SignIn &who, int hand,
                    const std::shared_ptr<Waiting<PasswordAnswer>> &waiting)
    {
        const auto promise = started<SessionAnswer>();
        promise->future().then(this, [this, waiting, hand](const Result<SessionAnswer> &answer) {
            PasswordChange change;
            if (answer && *answer)
                change.session = **answer;
            else if (m_hand == hand)
                end();
            changeEnds(waiting, PasswordAnswer(change));
        });
        const auto opening = opened(m_open, promise);
        const auto mine = [this, hand] { return m_hand == hand; };
        if (!mine()) {
            opening->finish(fail(Errc::Cancelled, u"somebody else's turn"_s));
            return;
        }
        call("POST", u"/v1/session"_s, bodyOf(who), {},
             [this, opening, mine](auto heard) { settle(heard, opening, mine); });
    }

    void changeEnds(const std::shared_ptr<Waiting<PasswordAnswer>> &waiting,
                    const Result<PasswordAnswer> &answer)
    {
        --m_changing;
        waiting->finish(answer);
        if (m_refreshing->isEmpty() || m_asking || m_changing > 0)
            return;
        if (answer && *answer && (*answer)->session)
            m_refreshing->finish(SessionAnswer(*(*answer)->session));
        else
            askForRefresh();
    }

    // `mine`: what came is still wanted, nobody else has signed in or out meanwhile.
    void settle(const Heard &heard, const WaitingPtr &waiting, const std::function<bool()> &mine)
    {
        const auto said = saidIn(heard);
        if (!said) {
            waiting->finish(std::unexpected(said.error()));
            return;
        }
        if (!*said) {
            waiting->finish(SessionAnswer(std::unexpected(said->error())));
            return;
        }
        const Result<RemoteSession> session = remoteSessionFrom(**said);
        if (!session) {
            waiting->finish(std::unexpected(session.error()));
            return;
        }
        if (!mine()) {
            call("DELETE", u"/v1/session"_s, {}, session->access, [](const auto &) {});
            waiting->finish(fail(Errc::Cancelled, u"somebody else's turn"_s));
            return;
        }
        // Kept first: after a crash the old refresh token would be of no use, and using it again
        // ends the session everywhere.
        keep(*session, [this, session = *session, waiting, mine](const Result<> &kept) {
            if (!mine()) {
                waiting->finish(fail(Errc::Cancelled, u"somebody else's turn"_s));
                return;
            }
            hold(session);
            if (!kept)
                Q_EMIT m_client.notKept(kept.error());
            waiting->finish(SessionAnswer(session));
        });
    }

    void keep(const std::optional<RemoteSession> &session,
              std::function<void(const Result<> &)> done)
    {
        m_keeper(session).then(this, [done](const QFuture<Result<>> &future) {
            done(future.resultCount() > 0 ? future.result()
                                          : fail(Errc::Cancelled, u"the key store"_s));
        });
    }

    void hold(const std::optional<RemoteSession> &session)
    {
        const std::lock_guard lock(m_client.m_mutex);
        m_client.m_session = session;
    }

    SessionClient &m_client;
    Device m_device;
    SessionKeeper m_keeper;
    HttpCaller m_caller;
    WaitingPtr m_refreshing = std::make_shared<Waiting<SessionAnswer>>();
    bool m_asking = false; // for what m_refreshing waits for
    int m_changing = 0;    // passwords: a refresh waits for the session that comes of it
    int m_hand = 0;        // one more whenever somebody signs in or out
    Open<SessionAnswer> m_open;
    Open<void> m_leaving;
    Open<PasswordAnswer> m_changes;
};

SessionClient::SessionClient(Peer peer, Device device, SessionKeeper keeper, const Clock &clock,
                             std::optional<RemoteSession> kept, QObject *parent)
    : QObject(parent)
    , m_session(std::move(kept))
    , m_thread(std::make_unique<NetThread>(u"leeward-session"_s))
{
    m_thread->runAndWait(
        [&] { m_worker = new Worker(*this, peer, std::move(device), std::move(keeper), clock); });
}

SessionClient::~SessionClient()
{
    m_thread->runAndWait([this] { delete m_worker; });
    m_thread.reset();
}

QFuture<Result<SessionAnswer>> SessionClient::signIn(const SignIn &who)
{
    const auto promise = started<SessionAnswer>();
    m_thread->post([worker = m_worker, who, promise] { worker->signIn(who, promise); });
    return promise->future();
}

QFuture<Result<SessionAnswer>> SessionClient::refresh()
{
    const auto promise = started<SessionAnswer>();
    m_thread->post([worker = m_worker, promise] { worker->refresh(promise); });
    return promise->future();
}

QFuture<Result<PasswordAnswer>> SessionClient::changePassword(const SignIn &who,
                                                              const QString &changed)
{
    const auto promise = started<PasswordAnswer>();
    m_thread->post([worker = m_worker, who, changed, promise] {
        worker->changePassword(who, changed, promise);
    });
    return promise->future();
}

QFuture<Result<>> SessionClient::signOut()
{
    const auto promise = started<void>();
    m_thread->post([worker = m_worker, promise] { worker->signOut(promise); });
    return promise->future();
}

TokenSource SessionClient::tokenSource()
{
    return [this](const QByteArray &stale) -> QFuture<Result<QByteArray>> {
        const auto now = session();
        if (!now)
            return ready<Result<QByteArray>>(fail(Errc::Refused, u"nobody is signed in"_s));
        if (stale != now->access)
            return ready<Result<QByteArray>>(now->access);
        return refresh().then(
            [this, stale](const Result<SessionAnswer> &answer) -> Result<QByteArray> {
                // Somebody may have signed in while it was asked.
                const auto newer = session();
                if ((!answer || !*answer) && newer && newer->access != stale)
                    return newer->access;
                if (!answer)
                    return std::unexpected(answer.error());
                if (*answer)
                    return (*answer)->access;
                const SessionRefusal &refusal = answer->error();
                const bool wait = refusal.why == SessionRefusal::Why::Busy ||
                                  refusal.why == SessionRefusal::Why::Untrusted;
                return fail(wait ? Errc::Network : Errc::Refused, refusal.detail);
            });
    };
}

std::optional<RemoteSession> SessionClient::session() const
{
    const std::lock_guard lock(m_mutex);
    return m_session;
}

} // namespace leeward::sync
