#pragma once

#include "models/domain/result.h"
#include "sync/backoff.h"

#include <optional>
#include <utility>

namespace leeward::sync {

// When a desk talks to its authority: one exchange at a time, the next at once while there is more
// to say, after a failure with growing pauses. Knows no thread, timer, store or network: told what
// happened, it says what to do; Courier and the simulation do it.
class Rounds
{
public:
    // Something may be to be sent or fetched. True: begin an exchange now; a pause that was being
    // kept is over.
    [[nodiscard]] bool wake()
    {
        if (m_busy) {
            m_wanted = true;
            return false;
        }
        m_busy = true;
        m_wanted = false;
        return true;
    }

    // How an exchange ended.
    struct End
    {
        bool again = false;    // there is more to say or to hear
        bool withPast = false; // the authority wants to know this desk's past
        // Nothing goes on until a snapshot is loaded; asked again slowly: maybe nobody brings one.
        bool needsSnapshot = false;
        std::optional<Error> error;
    };
    struct Then
    {
        bool wake = false;                              // at once
        std::optional<std::chrono::milliseconds> pause; // wake after it
        bool reachableChanged = false;
        bool isIdle = false; // nothing queued, nothing new
    };
    // `chance` in [0, 1) spreads the pauses.
    [[nodiscard]] Then ended(const End &end, double chance)
    {
        Then then;
        m_busy = false;
        m_withPast = end.withPast;
        const bool reachable = !end.error || end.error->code != Errc::Network;
        then.reachableChanged = std::exchange(m_reachable, reachable) != reachable;
        if (end.error || end.needsSnapshot) {
            then.pause = m_backoff.next(chance);
            return then;
        }
        m_backoff.reset();
        then.wake = end.again || m_wanted;
        then.isIdle = !then.wake;
        return then;
    }

    // To be said in the exchange that wake() has begun.
    [[nodiscard]] bool withPast() const { return m_withPast; }
    [[nodiscard]] bool isReachable() const { return m_reachable; }
    [[nodiscard]] bool isBusy() const { return m_busy; }

private:
    Backoff m_backoff;
    bool m_busy = false;
    bool m_wanted = false;
    bool m_withPast = false;
    bool m_reachable = true;
};

} // namespace leeward::sync
