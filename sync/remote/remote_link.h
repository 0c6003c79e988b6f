#pragma once

#include "models/domain/clock.h"
#include "sync/authority_link.h"
#include "sync/remote/signed_caller.h"
#include "sync/wire.h"

#include <QObject>

#include <memory>
#include <mutex>

namespace leeward::sync {

// How the console stands with its server, for a person to see.
struct Connection
{
    enum class State
    {
        Connecting, // nothing is known yet
        Connected,
        Offline,      // nobody answers
        Unavailable,  // the server answers, but can take nothing now
        NotSignedIn,  // a person must sign in
        LockedOut,    // too many wrong passwords
        NotPermitted, // this person not here
        NoRealm,      // the server does not have it
        Untrusted,    // whoever answers could not show to be the server
        TooOld,       // this program is; final: nothing is asked any more
    };
    State state = State::Connecting;
    Instant since;  // by this machine's clock
    QString detail; // for the log
    friend bool operator==(const Connection &, const Connection &) = default;
};
[[nodiscard]] QString stateName(Connection::State state);

// The server's clock less this machine's, as its last answer showed it.
struct ClockOffset
{
    Duration offset{0};
    bool farOff = false; // more than five minutes: what is written as "now" here is wrong
    friend bool operator==(const ClockOffset &, const ClockOffset &) = default;
};
inline constexpr Duration tolerableOffset = std::chrono::minutes(5);

// The way to an authority in another house: HTTP for exchanges, a WebSocket for what is new
// (docs/protocol.md). All of it runs on a thread of its own, "leeward-net"; no call here waits, and
// a peer that never answers costs nobody but that thread a moment.
//
//    exchange ─▶ token ─▶ POST …/exchange ─ 401 ─▶ another token ─▶ once more
//    stream   ─▶ token ─▶ GET …/stream ── lost ─▶ pause (Backoff) ─▶ again
//
// An exchange ends in bounded time. When the operations were not taken and another try may do
// better, it ends with Errc::Network whatever the reason, and connection() says which:
// InvalidArgument and FileMalformed are for answers that no waiting mends.
class RemoteLink final : public QObject, public AuthorityLink
{
    Q_OBJECT
public:
    // `clock` must outlive it. The token source is called until the link goes.
    RemoteLink(Peer peer, const QString &realm, TokenSource tokens, const Clock &clock,
               QObject *parent = nullptr);
    // What is asked and not answered ends with Errc::Network now; nothing is called after.
    ~RemoteLink() override;

    // `done` is called on the link's thread.
    void exchange(Ask ask, std::function<void(Result<Reply>)> done) override;
    // Opens the stream, too, and keeps it open.
    void listen(std::function<void(std::vector<store::Entry>)> listener) override;

    // What this desk looks at; told again whenever the stream comes back.
    void showPresence(wire::Presence presence);
    // A person has signed in or taken away what was in the way: do not wait for the next try.
    void tryNow();
    // Somebody else is signed in, or nobody: as tryNow(), and what is open in the former one's name
    // is ended first.
    void startAnew();

    [[nodiscard]] Connection connection() const; // any thread

Q_SIGNALS:
    // From the link's thread.
    void connectionChanged(const leeward::sync::Connection &connection);
    // Something may be to be fetched or handed in: Courier::wake.
    void wanted();
    void presenceCame(const std::vector<leeward::sync::wire::Presence> &presence);
    void positionsCame(const std::vector<leeward::UnitPosition> &positions);
    // At first, and when it has moved by a second or more.
    void clockCompared(const leeward::sync::ClockOffset &offset);

private:
    class Worker;
    void setConnection(Connection::State state, const QString &detail);

    const Clock &m_clock;
    mutable std::mutex m_mutex; // m_connection
    Connection m_connection;
    std::unique_ptr<class NetThread> m_thread;
    Worker *m_worker = nullptr; // lives on m_thread
};

} // namespace leeward::sync

Q_DECLARE_METATYPE(leeward::sync::Connection)
Q_DECLARE_METATYPE(leeward::sync::ClockOffset)
