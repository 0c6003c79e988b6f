#pragma once

#include "simulation/chronicle.h"
#include "simulation/dice.h"
#include "simulation/timeline.h"

#include <functional>
#include <vector>

namespace leeward::simulation {

// What lies between the desks and the server. A message arrives after a while, in the order in
// which it was sent on its way; the faults of the run make exceptions.
class Network
{
public:
    Network(Timeline &time, Dice &dice, Chronicle &chronicle, const FaultSet &faults, int desks);

    // `arrive` is called once it is there: never, once or twice. Between `desk` and the server.
    void send(int desk, bool up, const QString &what, std::function<void()> arrive);

    // Nothing of this desk passes, either way, until then.
    void cut(int desk, Duration lasting);
    [[nodiscard]] bool isCut(int desk) const;
    // Everything passes, in order and once, until begin() and again from heal() on.
    void begin() { m_isRough = true; }
    void heal();

private:
    struct Way
    {
        Instant cutUntil;
        Instant lastUp;
        Instant lastDown;
    };
    [[nodiscard]] bool happens(Fault fault, int permille);

    Timeline &m_time;
    Dice &m_dice;
    Chronicle &m_chronicle;
    FaultSet m_faults;
    bool m_isRough = false;
    std::vector<Way> m_ways;
};

} // namespace leeward::simulation
