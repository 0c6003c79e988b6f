#include "simulation/network.h"

namespace leeward::simulation {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

Network::Network(Timeline &time, Dice &dice, Chronicle &chronicle, const FaultSet &faults,
                 int desks)
    : m_time(time)
    , m_dice(dice)
    , m_chronicle(chronicle)
    , m_faults(faults)
    , m_ways(static_cast<size_t>(desks))
{
}

bool Network::happens(Fault fault, int permille)
{
    return m_isRough && m_faults.test(static_cast<size_t>(fault)) && m_dice.below(1000) < permille;
}

void Network::send(int desk, bool up, const QString &what, std::function<void()> arrive)
{
    Way &way = m_ways[static_cast<size_t>(desk)];
    if (isCut(desk)) {
        m_chronicle.count(u"messages_cut_off"_s);
        return;
    }
    if (happens(Fault::Drop, 60)) {
        m_chronicle.inject(Fault::Drop, what);
        return;
    }
    m_chronicle.count(u"messages"_s);
    Duration pause = m_dice.span(1ms, 40ms);
    if (happens(Fault::Delay, 40)) {
        pause += m_dice.span(1s, 120s);
        m_chronicle.inject(Fault::Delay, what);
    }
    Instant &last = up ? way.lastUp : way.lastDown;
    if (happens(Fault::Reorder, 80)) {
        m_chronicle.inject(Fault::Reorder, what);
        pause += m_dice.span(40ms, 2s);
    } else {
        pause = std::max(pause, last - m_time.now());
        last = m_time.now() + pause;
    }
    // A cable that is pulled takes what is on its way with it.
    const auto arrives = [this, desk, arrive = std::move(arrive)] {
        if (!isCut(desk))
            arrive();
    };
    if (happens(Fault::Duplicate, 50)) {
        m_chronicle.inject(Fault::Duplicate, what);
        m_time.in(pause + m_dice.span(0ms, 5s), arrives);
    }
    m_time.in(pause, arrives);
}

void Network::cut(int desk, Duration lasting)
{
    Way &way = m_ways[static_cast<size_t>(desk)];
    way.cutUntil = std::max(way.cutUntil, m_time.now() + lasting);
}

bool Network::isCut(int desk) const
{
    return m_time.now() < m_ways[static_cast<size_t>(desk)].cutUntil;
}

void Network::heal()
{
    m_isRough = false;
    for (Way &way : m_ways)
        way.cutUntil = {};
}

} // namespace leeward::simulation
