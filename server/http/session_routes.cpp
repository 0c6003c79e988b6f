#include "server/http/server.h"

#include <QJsonArray>
#include <QJsonObject>

namespace leeward::server {

using namespace Qt::StringLiterals;
using Method = QHttpServerRequest::Method;
using Access = HttpFront::Access;

namespace {

SignInRequest requestOf(const CallPtr &call, const QJsonObject &body)
{
    return {.user = body.value("user"_L1).toString(),
            .deviceId = body.value("device"_L1).toString(),
            .deviceKey = QByteArray::fromBase64(body.value("device_key"_L1).toString().toLatin1()),
            .desk = body.value("desk"_L1).toString(),
            .from = call->from};
}

QJsonObject toJson(const SignedIn &signedIn, Instant now, const QByteArray &grantKey)
{
    QJsonArray roles;
    for (const Role role : signedIn.principal.roles)
        roles.append(roleName(role));
    return {{u"access"_s, QString::fromLatin1(signedIn.accessToken)},
            {u"access_until"_s, toMs(signedIn.accessUntil)},
            {u"refresh"_s, QString::fromLatin1(signedIn.refreshToken)},
            {u"refresh_until"_s, toMs(signedIn.refreshUntil)},
            {u"user"_s, signedIn.principal.userName},
            {u"name"_s, signedIn.principal.displayName},
            {u"desk"_s, signedIn.principal.desk},
            {u"roles"_s, roles},
            {u"areas"_s, QJsonArray::fromStringList(signedIn.principal.areas)},
            {u"grant"_s, QString::fromLatin1(signedIn.offlineGrant.toBase64())},
            {u"grant_key"_s, QString::fromLatin1(grantKey.toBase64())},
            {u"server_time"_s, toMs(now)}};
}

void refuseSignIn(const CallPtr &call, const SignInRefusal &refusal)
{
    const QJsonObject wait = {
        {u"retry_after"_s,
         qint64(std::chrono::ceil<std::chrono::seconds>(refusal.retryAfter).count())}};
    switch (refusal.why) {
    case SignInRefusal::Why::WrongPassword:
        call->refuse(Call::Status::Unauthorized, u"not-signed-in"_s,
                     u"user or password is wrong"_s);
        return;
    case SignInRefusal::Why::TooMany:
        call->refuse(Call::Status::Locked, u"locked-out"_s, u"too many wrong passwords"_s, wait);
        return;
    case SignInRefusal::Why::Busy:
        call->refuse(Call::Status::TooManyRequests, u"too-many"_s, u"too many sign-ins at once"_s,
                     wait);
        return;
    case SignInRefusal::Why::Disabled:
        call->refuse(Call::Status::Forbidden, u"not-permitted"_s, u"the account is disabled"_s,
                     {{u"why"_s, u"disabled"_s}});
        return;
    case SignInRefusal::Why::DeviceRevoked:
        call->refuse(Call::Status::Forbidden, u"not-permitted"_s, u"the device is revoked"_s,
                     {{u"why"_s, u"device-revoked"_s}});
        return;
    case SignInRefusal::Why::OtherDevice:
        call->refuse(Call::Status::Forbidden, u"not-permitted"_s, u"another device has this id"_s,
                     {{u"why"_s, u"other-device"_s}});
        return;
    case SignInRefusal::Why::BadRequest:
        call->refuse(Call::Status::BadRequest, u"malformed"_s,
                     u"user, device, device_key or desk is not as it must be"_s);
        return;
    }
}

} // namespace

void Server::addSessionRoutes()
{
    m_front->route(Method::Get, u"/v1/about"_s, Access::Open,
                   [this](const CallPtr &call) { about(call); });
    m_front->route(Method::Get, u"/v1/health"_s, Access::Open,
                   [this](const CallPtr &call) { health(call); });
    m_front->route(Method::Get, u"/metrics"_s, Access::Open,
                   [this](const CallPtr &call) { metrics(call); });

    m_front->route(Method::Post, u"/v1/session"_s, Access::Open, [this](const CallPtr &call) {
        const auto body = call->object();
        if (!body)
            return;
        m_accounts->signIn(
            requestOf(call, *body), body->value("password"_L1).toString(), m_front.get(),
            [this, call](const Result<std::expected<SignedIn, SignInRefusal>> &answer) {
                if (!answer)
                    call->refuse(answer.error());
                else if (!*answer)
                    refuseSignIn(call, answer->error());
                else
                    call->answerJson(
                        QJsonDocument(toJson(**answer, m_clock.now(), m_accounts->grantKey())));
            });
    });

    m_front->route(
        Method::Post, u"/v1/session/refresh"_s, Access::Open, [this](const CallPtr &call) {
            const auto body = call->object();
            if (!body)
                return;
            using Outcome = std::expected<SignedIn, TokenRefusal>;
            const RefreshRequest request{
                .refreshToken = body->value("refresh"_L1).toString().toLatin1(),
                .deviceId = body->value("device"_L1).toString(),
                .signature =
                    QByteArray::fromBase64(body->value("signature"_L1).toString().toLatin1()),
                .from = call->from};
            m_accounts->ask<Outcome>(
                [request](Accounts &accounts) { return accounts.refresh(request); }, m_front.get(),
                [this, call](const Result<Outcome> &answer) {
                    if (!answer)
                        call->refuse(answer.error());
                    else if (!*answer)
                        call->refuse(Call::Status::Unauthorized, u"not-signed-in"_s,
                                     tokenRefusalName(answer->error()));
                    else
                        call->answerJson(
                            QJsonDocument(toJson(**answer, m_clock.now(), m_accounts->grantKey())));
                });
        });

    m_front->route(Method::Post, u"/v1/session/password"_s, Access::Open,
                   [this](const CallPtr &call) {
                       const auto body = call->object();
                       if (!body)
                           return;
                       m_accounts->changePassword(
                           requestOf(call, *body), body->value("password"_L1).toString(),
                           body->value("new"_L1).toString(), m_front.get(),
                           [this, call](const Result<std::expected<void, SignInRefusal>> &answer) {
                               if (!answer) {
                                   call->refuse(answer.error());
                               } else if (!*answer) {
                                   refuseSignIn(call, answer->error());
                               } else {
                                   call->answer(Call::Status::NoContent, {}, "application/json");
                                   endStreams(); // every sign-in of this person is over
                               }
                           });
                   });

    m_front->route(Method::Delete, u"/v1/session"_s, Access::Open, [this](const CallPtr &call) {
        m_accounts->ask<std::monostate>(
            [token = call->bearerToken(),
             from = call->from](Accounts &accounts) -> Result<std::monostate> {
                TRY(accounts.signOut(token, from));
                return std::monostate();
            },
            m_front.get(),
            [this, call](const Result<std::monostate> &answer) {
                if (!answer) {
                    call->refuse(answer.error());
                    return;
                }
                call->answer(Call::Status::NoContent, {}, "application/json");
                endStreams();
            });
    });

    m_front->route(Method::Post, u"/v1/setup"_s, Access::Open, [this](const CallPtr &call) {
        const auto body = call->object();
        if (!body)
            return;
        const NewUser user{.name = body->value("user"_L1).toString(),
                           .displayName = body->value("name"_L1).toString(),
                           .roles = {Role::Administrator},
                           .areas = {QString(everywhere)}};
        const QString code = body->value("code"_L1).toString();
        const QString password = body->value("password"_L1).toString();
        m_accounts->ask<std::monostate>(
            [code, from = call->from](Accounts &accounts) -> Result<std::monostate> {
                TRY(accounts.checkSetupCode(code, from));
                return std::monostate();
            },
            m_front.get(),
            [this, call, user, code, password](const auto &good) {
                if (good)
                    setUp(call, user, code, password);
                else
                    call->refuse(good.error());
            });
    });
}

void Server::setUp(const CallPtr &call, const NewUser &user, const QString &code,
                   const QString &password)
{
    m_accounts->makeVerifier(
        user.name, password, m_front.get(),
        [this, call, user, code](const Result<sync::PasswordVerifier> &verifier) {
            if (!verifier) {
                call->refuse(verifier.error());
                return;
            }
            m_accounts->ask<std::monostate>(
                [code, user, verifier = *verifier,
                 from = call->from](Accounts &accounts) -> Result<std::monostate> {
                    TRY(accounts.createFirstAdministrator(code, user, verifier, from));
                    return std::monostate();
                },
                m_front.get(),
                [call](const Result<std::monostate> &answer) {
                    if (answer)
                        call->answer(Call::Status::NoContent, {}, "application/json");
                    else
                        call->refuse(answer.error());
                });
        });
}

} // namespace leeward::server
