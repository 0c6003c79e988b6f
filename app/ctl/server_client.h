#pragma once

#include "models/domain/clock.h"
#include "sync/device_key.h"
#include "sync/remote/http_caller.h"

#include <QJsonDocument>
#include <QLockFile>

#include <memory>

namespace leeward::ctl {

// What lets leewardctl come back to a server without a password: a device of its own, signed in.
// A file for its owner alone; whoever has it is that person there until it is signed out.
struct ServerSession
{
    QString server;
    QString caFile;
    bool insecure = false;
    QString user;
    QString device;
    sync::KeyPair key;
    QByteArray refresh;
    QByteArray access;
    Instant accessUntil; // by the server's clock
};

// Talks to a central server, one question after the other, and waits for each answer: a tool has
// nobody to keep waiting but its caller.
class ServerClient
{
public:
    struct Answered
    {
        int status = 0;
        QJsonDocument body; // null for an answer without one
    };

    // Errors as sync::Peer::create().
    [[nodiscard]] static Result<ServerClient> create(const sync::Endpoint &endpoint,
                                                     const Clock &clock);

    // Any status is an answer; Network when there was none that counts.
    [[nodiscard]] Result<Answered> ask(const QByteArray &method, const QString &path,
                                       const QJsonObject &body, const QByteArray &token);

private:
    ServerClient(sync::Peer peer, const Clock &clock);
    std::unique_ptr<sync::HttpCaller> m_caller;
};

// A session file held by this process. A refresh token serves once, so two programs never use one
// file at the same time: the second waits for the first, at most ten seconds (CacheInUse).
class SessionFile
{
public:
    [[nodiscard]] static Result<SessionFile> lock(const QString &path);
    // FileMissing, FileUnreadable, FileMalformed.
    [[nodiscard]] Result<ServerSession> read() const;
    // Replaced whole, readable by its owner alone. FileUnwritable, DiskFull.
    [[nodiscard]] Result<> write(const ServerSession &session) const;
    void remove() const;

private:
    QString m_path;
    std::unique_ptr<QLockFile> m_lock;
};

// What the server refused, as an error with its words.
[[nodiscard]] Error refusalOf(const ServerClient::Answered &answered);

} // namespace leeward::ctl
