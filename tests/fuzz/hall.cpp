#include "tests/fuzz/hall.h"

#include "server/authority.h"

namespace leeward::test {

using namespace Qt::StringLiterals;

namespace {

struct Pen
{
    Maker maker{7, u"user"_s, u"desk"_s};
    TeamId team = maker.ids().make<TeamId>();
    IncidentId incident = maker.ids().make<IncidentId>();
    AssignmentId assignment = maker.ids().make<AssignmentId>();

    [[nodiscard]] std::vector<Operation> past()
    {
        return {maker.createTeam(team, u"T1"_s, u"排涝一队"_s), maker.report(incident),
                maker.assign(assignment, incident, team), maker.note(incident, u"水深四十厘米"_s)};
    }
    [[nodiscard]] std::vector<Operation> next()
    {
        return {maker.advance(assignment, AssignmentState::Acknowledged),
                maker.note(incident, u"已到路口"_s),
                maker.advance(assignment, AssignmentState::EnRoute)};
    }
};

} // namespace

store::Connection smallRealm()
{
    store::Connection db = memoryRealm();
    const FakeClock clock;
    server::Authority authority(db, clock);
    const auto reply = must(authority.exchange(Pen().past(), 0));
    if (!reply.refused.empty())
        qFatal("a seed operation was refused");
    return db;
}

std::vector<Operation> nextOperations()
{
    Pen pen;
    (void) pen.past();
    return pen.next();
}

sync::DeviceKey sendersKey()
{
    SeededRandom random(1);
    return sync::DeviceKey::make(u"Hall A"_s, random);
}

sync::DeviceKey readersKey()
{
    SeededRandom random(2);
    return sync::DeviceKey::make(u"Hall B"_s, random);
}

} // namespace leeward::test
