#pragma once

#include "models/domain/clock.h"

#include <QObject>
#include <QString>

#include <optional>

namespace leeward::widgets {

// How this desk stands with its central server, as the screen tells it.
struct LinkStatus
{
    enum class State
    {
        StandAlone, // there is no server; the order is kept here
        Connecting, // nothing is known yet
        Connected,
        Offline,     // nobody answers
        Unavailable, // the server answers, but can take nothing now
        NotSignedIn, // the server does not take this session (any more); work goes into the queue
        SignedInOffline, // by what is kept here; the server has not been asked
        ServerIsBack,    // as before, but now it answers: sign in there
        SignedOut,       // nobody is signed in at this desk
        LockedOut,       // too many wrong passwords
        NotPermitted,    // this person may not use this realm
        NoRealm,         // the server does not have it
        Untrusted,       // whoever answers could not show to be the server
        TooOld,          // this program, for its server
    };
    State state = State::StandAlone;
    Instant since;
    QString server; // host and port, as people call it
    QString realm;
    // How much longer may be worked without the server; nothing: it is there, or there is no limit
    // here.
    std::optional<Duration> grace;
    // The server has archived entries that this desk lacks: nothing comes or goes until a whole
    // copy of the realm is loaded.
    bool needsCopy = false;
    bool keepsSecrets = true; // false: no key store, so everybody signs in at every start
    friend bool operator==(const LinkStatus &, const LinkStatus &) = default;
};

// Nothing gets better by waiting: a person has to do something.
[[nodiscard]] bool needsAPerson(const LinkStatus &status);
// A whole copy is needed, and the server can be asked for it.
[[nodiscard]] bool copyMayBeLoaded(const LinkStatus &status);

// The link as one window shows it, and what can be asked of it there. `app` sets the status and
// carries out what is wanted. UI thread.
class LinkModel : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    [[nodiscard]] const LinkStatus &status() const { return m_status; }
    [[nodiscard]] bool isAtServer() const
    {
        return m_status.state != LinkStatus::State::StandAlone;
    }
    void setStatus(const LinkStatus &status);

Q_SIGNALS:
    void changed();
    void signInWanted();
    void signOutWanted();  // also the first half of a change of user
    void passwordWanted(); // another one for who is signed in
    void tryNowWanted();
    void copyWanted(); // while copyMayBeLoaded()

private:
    LinkStatus m_status;
};

} // namespace leeward::widgets
