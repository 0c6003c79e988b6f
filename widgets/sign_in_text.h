#pragma once

#include "models/domain/clock.h"
#include "models/domain/registers.h"

namespace leeward::widgets {

// Why nobody could be signed in.
struct SignInTrouble
{
    enum class Why
    {
        // the server says so
        WrongPassword, // or no such person
        LockedOut,     // too many wrong ones; `wait`
        Disabled,      // the account
        DeviceRevoked, // this desk
        OtherDevice,   // another desk has this one's id
        NotPermitted,
        NoRealm,
        TooOld,       // this program
        Busy,         // or it can not take anything now; `wait`
        Malformed,    // a field of the request
        SessionEnded, // what was signed in before; the person has to be asked
                      // it could not be asked
        Offline,
        Untrusted,
        NotAServer, // something else answered
        BadAddress,
        NotEncrypted, // plain http to another machine
        CaMissing,
        CaUnreadable,
        // without it
        OfflineWrongPassword,
        OfflineLocked, // `wait`
        OfflineBroken,
        OfflineUnknown, // nothing is kept of this person here
    };
    Why why = Why::Offline;
    Duration wait{0};
    QString server; // as people call it
    QString realm;
    QString file; // Ca…
    friend bool operator==(const SignInTrouble &, const SignInTrouble &) = default;
};

// Where a person signs in.
enum class SignInPlace
{
    AtStart, // the server can be chosen
    AtWork   // the window stands behind; another person of the same server
};

// Why, by whom, what now, in words that fit the place. `now`: for "until 14:05".
[[nodiscard]] QString signInText(const SignInTrouble &trouble, SignInPlace place, Instant now,
                                 Language language);

// A text of such a trouble with what it leaves open: %1 the server, %2 the realm, %3 the file, %4
// how long, %5 until when.
[[nodiscard]] QString filledIn(QString text, const SignInTrouble &trouble, Instant now,
                               Language language);

// Another try without the server may help: it could not be asked, or gives no answer that counts.
[[nodiscard]] bool offlineMayHelp(SignInTrouble::Why why);

} // namespace leeward::widgets
