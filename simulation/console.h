#pragma once

#include "models/desk/desk.h"
#include "simulation/intents.h"
#include "simulation/machine.h"
#include "simulation/screen.h"
#include "sync/device_card.h"
#include "sync/replica.h"
#include "sync/rounds.h"

namespace leeward::simulation {

// One desk: a person, a cache, and the courier's rounds between it and the server.
class Console final : public Machine
{
public:
    // `send` hands bytes to the way up; what comes of it comes to arrive().
    Console(World &world, int number, QString user, Town &town,
            std::function<void(Console &, quint64 exchange, const QByteArray &ask)> send);

    [[nodiscard]] int number() const { return m_number; }
    [[nodiscard]] const sync::DeviceKey &key() const { return m_key; }
    [[nodiscard]] Pen pen() { return {m_ids, clock(), m_user, name()}; }

    // Something may be to be sent or fetched.
    void wake();
    // The answer to an exchange, or nobody's; perhaps late, perhaps not for the first time.
    void arrive(quint64 exchange, const Result<QByteArray> &reply);
    // A frame of the stream.
    void frame(const QByteArray &bytes);

    // The person tries something.
    void act();
    void submit(const Operation &operation);
    // The person decides about something that waits for it; false when nothing does.
    [[nodiscard]] bool decide();
    // A stick from another desk.
    void takeStick(Console &from);
    // A stick of a drill, which must be refused.
    void takeStickOfDrill(store::Connection &drill, const sync::DeviceKey &sealer);

    // The cache as it is now, against what was promised.
    void look();
    // Nothing to send, nothing being fetched, all of the server's entries here.
    [[nodiscard]] bool isQuiet(const store::Head &head);

protected:
    void opened() override;
    void forgot() override;
    void meddle() override;

private:
    void ask();
    void end(const sync::Rounds::End &how);
    void take(sync::Reply reply, bool late);
    void show(const Changes &changes, const char *after);
    void told(const Operation &operation, const desk::Outcome &outcome);

    int m_number;
    QString m_user;
    Town &m_town;
    std::function<void(Console &, quint64, const QByteArray &)> m_send;
    SeededIds m_ids;
    sync::DeviceKey m_key;
    sync::Rounds m_rounds;
    quint64 m_exchange = 0; // the newest
    bool m_waits = false;   // for its answer
    bool m_full = false;    // it handed in as much as goes at once
    Rows m_shown;
};

} // namespace leeward::simulation
