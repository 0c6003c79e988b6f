#include "simulation/simulation.h"

#include "models/desk/desk.h"
#include "models/store/migrations.h"
#include "simulation/console.h"
#include "simulation/hall_server.h"
#include "simulation/older_console.h"

namespace leeward::simulation {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int mostSteps = 200'000; // beyond it something goes round in circles
// Five minutes each; the longest pause of a desk is half a minute, of a dead process ten minutes.
constexpr int roundsToRest = 24;

class Run
{
public:
    Run(const Options &options, const EmptyRealm &empty);
    [[nodiscard]] Outcome go();

private:
    void found();
    void work();
    void strike();
    void strikeMachine();
    void settle();
    void finish();

    void pass(Duration pause);
    [[nodiscard]] Console &anyDesk();
    [[nodiscard]] Machine &anyMachine();
    [[nodiscard]] bool isQuiet();
    void wakeSoon(int desk);
    void wakeEverybody();
    void exchange(int desk, const QByteArray &ask,
                  std::function<void(const Result<QByteArray> &)> arrive);
    void changeRights();
    void carryStick();
    void carryStickOfDrill();

    Options m_options;
    Timeline m_time;
    Dice m_dice;
    Chronicle m_chronicle;
    Auditor m_auditor;
    Network m_network;
    World m_world;
    Town m_town;
    std::vector<Account> m_accounts;
    std::unique_ptr<HallServer> m_server;
    std::vector<std::unique_ptr<Console>> m_desks;
    std::unique_ptr<OlderConsole> m_older;
    std::optional<store::Connection> m_drill;
};

Run::Run(const Options &options, const EmptyRealm &empty)
    : m_options(options)
    , m_dice(options.seed)
    , m_chronicle(m_time.now())
    , m_auditor(m_chronicle, options.desks)
    , m_network(m_time, m_dice, m_chronicle, options.faults, options.desks + 1)
    , m_world{m_options, empty, m_time, m_dice, m_chronicle, m_auditor, m_network}
{
    m_server = std::make_unique<HallServer>(
        m_world, m_accounts,
        [this](int desk, const QByteArray &frame) {
            m_network.send(desk, false, u"a frame to desk%1"_s.arg(desk), [this, desk, frame] {
                if (desk < static_cast<int>(m_desks.size()))
                    m_desks[static_cast<size_t>(desk)]->frame(frame);
                else if (m_older)
                    m_older->frame(frame);
            });
        },
        [this] { wakeEverybody(); });
    const auto reach = [this](Console &desk, quint64 number, const QByteArray &bytes) {
        exchange(desk.number(), bytes,
                 [&desk, number](const Result<QByteArray> &reply) { desk.arrive(number, reply); });
    };
    for (int i = 0; i < options.desks; ++i) {
        const QString user = u"user%1"_s.arg(i);
        m_desks.push_back(std::make_unique<Console>(m_world, i, user, m_town, reach));
        m_accounts.push_back({.principal = {.userName = user,
                                            .displayName = user,
                                            .roles = {Role::Commander, Role::Administrator},
                                            .areas = {QString(everywhere)},
                                            .desk = m_desks.back()->name(),
                                            .formerNames = {}},
                              .deviceKey = m_desks.back()->key().card().key});
    }
    if (options.faults.test(static_cast<size_t>(Fault::OlderSchema))) {
        const int number = options.desks;
        m_accounts.push_back({}); // it hands in nothing
        m_older =
            std::make_unique<OlderConsole>(m_world, number, [this, number](const QByteArray &ask) {
                exchange(number, ask, [this](const Result<QByteArray> &reply) {
                    if (reply)
                        m_older->arrive(*reply);
                });
            });
    }
}

void Run::exchange(int desk, const QByteArray &ask,
                   std::function<void(const Result<QByteArray> &)> arrive)
{
    m_network.send(desk, true, u"a request of desk%1"_s.arg(desk), [this, desk, ask, arrive] {
        m_server->ask({desk,
                       [this, desk, arrive](const Result<QByteArray> &reply) {
                           m_network.send(desk, false, u"an answer to desk%1"_s.arg(desk),
                                          [arrive, reply] { arrive(reply); });
                       }},
                      ask);
    });
}

void Run::pass(Duration pause)
{
    const Instant until = m_time.now() + pause;
    while (!m_chronicle.isBroken() && m_time.runNext(until)) {
        if (m_chronicle.steps() > mostSteps)
            m_chronicle.claim("settles", false, [] { return u"it never comes to rest"_s; });
    }
}

Console &Run::anyDesk()
{
    return *m_desks[static_cast<size_t>(m_dice.below(static_cast<int>(m_desks.size())))];
}

Machine &Run::anyMachine()
{
    if (m_dice.chance(40))
        return *m_server;
    return anyDesk();
}

// Its stream opens again, sooner or later.
void Run::wakeSoon(int desk)
{
    m_time.in(m_dice.span(500ms, 30s), [this, desk] {
        if (desk < static_cast<int>(m_desks.size()))
            m_desks[static_cast<size_t>(desk)]->wake();
        else
            m_older->wake();
    });
}

void Run::wakeEverybody()
{
    for (int desk = 0; desk < static_cast<int>(m_accounts.size()); ++desk)
        wakeSoon(desk);
}

bool Run::isQuiet()
{
    if (!m_server->isUp())
        return false;
    const auto head = store::journalHead(m_server->db());
    return head &&
           std::ranges::all_of(m_desks, [&](const auto &desk) { return desk->isQuiet(*head); }) &&
           (!m_older || m_older->isQuiet(*head));
}

void Run::settle()
{
    for (int round = 0; round < roundsToRest && !m_chronicle.isBroken(); ++round) {
        wakeEverybody();
        pass(5min);
        if (isQuiet())
            return;
    }
    m_chronicle.claim("settles", m_chronicle.isBroken(), [&] {
        QStringList who;
        for (const auto &desk : m_desks)
            who += desk->name() + (desk->isUp() ? u" up"_s : u" down"_s);
        return u"not at rest after two hours without faults: "_s + who.join(u", "_s);
    });
}

// The town, before anything goes wrong.
void Run::found()
{
    m_server->start();
    for (const auto &desk : m_desks)
        desk->start();
    Pen pen = m_desks.front()->pen();
    for (const Operation &operation : foundTown(pen)) {
        if (m_desks.front()->isUp())
            m_desks.front()->submit(operation);
        m_town.learn(operation);
    }
    settle();
    for (size_t i = 1; i < m_desks.size(); ++i) {
        if (m_dice.chance(25) && m_world.options.faults.test(static_cast<size_t>(Fault::Rights)))
            m_accounts[i].principal.roles = {Role::Dispatcher};
    }
}

void Run::work()
{
    for (int i = 0; i < m_options.operations && !m_chronicle.isBroken(); ++i) {
        // Hectic moments, in which desks act before they hear of each other, and long silences.
        const int haste = m_dice.below(100);
        pass(haste < 45   ? m_dice.span(0ms, 60ms)
             : haste < 75 ? m_dice.span(0s, 5s)
             : haste < 93 ? m_dice.span(0s, 2min)
                          : m_dice.span(0s, 2h));
        strike();
        Console &desk = anyDesk();
        if (!desk.isUp())
            continue;
        if (!m_dice.chance(20) || !desk.decide())
            desk.act();
        Console &looked = anyDesk();
        if (m_dice.chance(15) && looked.disk().trouble() == MemoryDisk::Trouble::None)
            looked.look();
    }
}

void Run::strike()
{
    if (m_world.strikes(Fault::Partition, 8)) {
        const int desk = m_dice.below(static_cast<int>(m_accounts.size()));
        const Duration lasting = m_dice.chance(70) ? m_dice.span(10s, 5min) : m_dice.span(5min, 4h);
        m_chronicle.inject(Fault::Partition,
                           u"desk%1 for %2 s"_s.arg(desk).arg(lasting.count() / 1000));
        m_network.cut(desk, lasting);
        m_time.in(lasting, [this, desk] { wakeSoon(desk); });
    }
    if (m_world.strikes(Fault::Clock, 4)) {
        Machine &machine = anyMachine();
        const Duration by = m_dice.span(-24h, 24h);
        m_chronicle.inject(Fault::Clock,
                           u"%1 by %2 s"_s.arg(machine.name()).arg(by.count() / 1000));
        machine.clock().jump(by);
    }
    strikeMachine();
    if (m_world.may(Fault::Restore) && m_dice.chance(6) && m_server->backUp())
        m_chronicle.tell(u"a backup"_s);
    if (m_server->hasBackup() && m_world.strikes(Fault::Restore, 3)) {
        m_chronicle.inject(Fault::Restore, {});
        m_server->restore();
    }
    if (m_world.strikes(Fault::Rights, 3))
        changeRights();
    if (m_dice.chance(6))
        carryStick();
    if (m_dice.chance(1))
        carryStickOfDrill();
}

void Run::strikeMachine()
{
    if (m_world.strikes(Fault::Kill, 8)) {
        Machine &machine = anyMachine();
        const int how = m_dice.below(10);
        if (how < 6)
            machine.doom();
        else if (how < 9)
            machine.kill();
        else
            machine.stop();
    }
    if (m_world.strikes(Fault::DiskFull, 4)) {
        Machine &machine = anyMachine();
        const bool full = m_dice.chance(60);
        m_chronicle.inject(Fault::DiskFull,
                           machine.name() + (full ? u", full"_s : u", takes no write"_s));
        machine.disk().setTrouble(full ? MemoryDisk::Trouble::Full
                                       : MemoryDisk::Trouble::Defective);
        m_time.in(m_dice.span(10s, 20min),
                  [&machine] { machine.disk().setTrouble(MemoryDisk::Trouble::None); });
    }
}

void Run::changeRights()
{
    const int desk = m_dice.below(static_cast<int>(m_desks.size()));
    server::Principal &who = m_accounts[static_cast<size_t>(desk)].principal;
    static const std::vector<std::vector<Role>> roles = {{Role::Commander, Role::Administrator},
                                                         {Role::Dispatcher},
                                                         {Role::DutyOfficer},
                                                         {Role::Observer}};
    static const std::vector<QStringList> areas = {
        {QString(everywhere)}, {u"3302"_s}, {u"330203"_s}};
    who.roles = m_dice.pick(roles);
    who.areas = m_dice.pick(areas);
    m_chronicle.inject(Fault::Rights, u"%1: %2, %3"_s.arg(who.userName, roleName(who.roles.front()),
                                                          who.areas.join(u',')));
}

void Run::carryStick()
{
    Console &from = anyDesk();
    Console &to = anyDesk();
    if (&from != &to && from.isUp() && to.isUp())
        to.takeStick(from);
}

void Run::carryStickOfDrill()
{
    const auto sealer = m_desks.front()->pen();
    if (!m_drill) {
        auto drill = store::Connection::inMemory();
        Pen pen = sealer;
        const Result<> ready = [&]() -> Result<> {
            if (!drill)
                return std::unexpected(drill.error());
            TRY(store::applyAllMigrations(*drill));
            return store::setMetaValue(*drill, u"realm_mark"_s, u"演练"_s);
        }();
        const bool queued =
            ready &&
            desk::enqueue(*drill,
                          pen.operation(op::ReportIncident{.incident = pen.ids.make<IncidentId>(),
                                                           .type = u"flood"_s,
                                                           .title = u"演练"_s,
                                                           .source = u"phone"_s}));
        if (!m_chronicle.claim("drill", queued, [] { return u"no drill"_s; }))
            return;
        m_drill.emplace(std::move(*drill));
    }
    Console &to = anyDesk();
    if (to.isUp())
        to.takeStickOfDrill(*m_drill, m_desks.front()->key());
}

void Run::finish()
{
    m_world.isCalm = true;
    m_network.heal();
    m_chronicle.tell(u"all is well again"_s);
    m_server->calm();
    for (const auto &desk : m_desks)
        desk->calm();
    settle();
    if (m_chronicle.isBroken())
        return;
    m_auditor.lookAtRest(m_server->db());
    for (const auto &desk : m_desks) {
        m_auditor.lookAtRest(desk->number(), desk->db(), m_server->db());
        desk->look();
    }
    if (m_older)
        m_older->lookAtRest(m_server->db());
}

Outcome Run::go()
{
    const Instant began = m_time.now();
    found();
    m_world.isCalm = false;
    m_network.begin();
    work();
    if (!m_chronicle.isBroken())
        finish();
    m_chronicle.tell(
        u"the end: %1 entries, %2 made"_s.arg(m_auditor.entries()).arg(m_auditor.operationsMade()));
    m_chronicle.count(u"entries"_s, m_auditor.entries());
    m_chronicle.count(u"operations_made"_s, m_auditor.operationsMade());
    return {.seed = m_options.seed,
            .violation = m_chronicle.violation(),
            .trace = m_chronicle.hash(),
            .steps = m_chronicle.steps(),
            .lasted = m_time.now() - began,
            .injected = m_chronicle.injected(),
            .checked = m_chronicle.checked(),
            .counts = m_chronicle.counts()};
}

} // namespace

Outcome run(const Options &options, const EmptyRealm &empty)
{
    return Run(options, empty).go();
}

} // namespace leeward::simulation
