#pragma once

#include <QTcpServer>
#include <QTcpSocket>

#include <memory>
#include <vector>

namespace leeward::test {

// The network between a desk and its server, on loopback: passes bytes on, or does what networks do
// on a bad night. Every connection and every change of mind happens on the thread that made it,
// whose event loop must run.
class RoughProxy : public QObject
{
public:
    enum class Way
    {
        Through,
        Swallow, // connections stand, not a byte comes through: a cable pulled, a gateway gone
        Refuse,  // connections end at once
    };
    // To `target` on this machine.
    explicit RoughProxy(quint16 target);
    ~RoughProxy() override;

    [[nodiscard]] quint16 port() const { return m_listener.serverPort(); }
    void setTarget(quint16 target) { m_target = target; }
    void setWay(Way way);
    // Holds each piece back for so long before it goes on.
    void setDelay(std::chrono::milliseconds delay) { m_delay = delay; }
    // Ends every connection in the middle of whatever it carries.
    void cut();
    // Lets no more than `bytes` of each direction through, then cuts: a message torn in two. -1:
    // all.
    void tearAfter(qint64 bytes) { m_tearAfter = bytes; }
    [[nodiscard]] int connectionsSeen() const { return m_seen; }

private:
    struct Pair;
    void came();
    void pass(Pair &pair, bool up);
    void sweep();

    QTcpServer m_listener;
    quint16 m_target;
    Way m_way = Way::Through;
    std::chrono::milliseconds m_delay{0};
    qint64 m_tearAfter = -1;
    int m_seen = 0;
    std::vector<std::unique_ptr<Pair>> m_pairs;
};

} // namespace leeward::test
