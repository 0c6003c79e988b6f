#pragma once

#include "sync/remote/http_caller.h"

#include <QFuture>

namespace leeward::sync {

// Answers an access token. `stale`: one that the server did not take; another one is wanted. Empty
// when any will do. Called on the thread of whoever needs it; the future may be finished anywhere.
// Network: it could not be asked for; any other error: a person has to sign in.
using TokenSource = std::function<QFuture<Result<QByteArray>>(const QByteArray &stale)>;

// Requests in the name of whoever is signed in: with a token, and once more with another one when
// the server does not take the first. The thread it was made on; nothing blocks.
class SignedCaller : public QObject
{
    Q_OBJECT
public:
    using TokenDone = std::function<void(Result<QByteArray>)>;

    // `clock` must outlive it.
    SignedCaller(const Peer &peer, TokenSource tokens, const Clock &clock,
                 QObject *parent = nullptr);

    // As HttpCaller::call(); HttpRequest::token is filled in. An answer with 401 is one to two
    // different tokens, or to the same one twice.
    void call(const HttpRequest &request, HttpCaller::Done done);
    // `done` is called once, within RemoteTimes::token; not at all once the caller has gone.
    void askToken(const QByteArray &stale, TokenDone done);

private:
    void attempt(HttpRequest request, bool again, const HttpCaller::Done &done);

    HttpCaller m_caller;
    TokenSource m_tokens;
};

} // namespace leeward::sync
