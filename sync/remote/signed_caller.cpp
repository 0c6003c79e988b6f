#include "sync/remote/signed_caller.h"

#include <QTimer>

namespace leeward::sync {

using namespace Qt::StringLiterals;

SignedCaller::SignedCaller(const Peer &peer, TokenSource tokens, const Clock &clock,
                           QObject *parent)
    : QObject(parent)
    , m_caller(peer, clock)
    , m_tokens(std::move(tokens))
{
}

void SignedCaller::call(const HttpRequest &request, HttpCaller::Done done)
{
    attempt(request, false, done);
}

void SignedCaller::attempt(HttpRequest request, bool again, const HttpCaller::Done &done)
{
    const QByteArray stale = request.token;
    askToken(stale, [this, request = std::move(request), again, done](Result<QByteArray> token) {
        if (!token) {
            done(std::unexpected(CallFailure{.error = token.error(),
                                             .untrusted = false,
                                             .notSignedIn = token.error().code != Errc::Network}));
            return;
        }
        HttpRequest full = request;
        full.token = *token;
        m_caller.call(full, [this, full, again, done](auto answer) {
            if (answer && answer->status == 401 && !again)
                attempt(full, true, done);
            else
                done(std::move(answer));
        });
    });
}

void SignedCaller::askToken(const QByteArray &stale, TokenDone done)
{
    // Answered once, whatever the source does: by its future or by the time-out.
    const auto once = std::make_shared<TokenDone>(std::move(done));
    const auto answer = [once](Result<QByteArray> token) {
        if (const auto call = std::exchange(*once, nullptr))
            call(std::move(token));
    };
    QTimer::singleShot(m_caller.peer().times.token, this,
                       [answer] { answer(fail(Errc::Network, u"no access token in time"_s)); });
    m_tokens(stale).then(this, [answer](const QFuture<Result<QByteArray>> &future) {
        if (future.resultCount() > 0)
            answer(future.result());
        else
            answer(fail(Errc::Network, u"no access token: cancelled"_s));
    });
}

} // namespace leeward::sync
