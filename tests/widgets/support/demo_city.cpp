#include "support/demo_city.h"

#include <QTest>

namespace leeward::test {

using namespace Qt::StringLiterals;

namespace {

void must(bool ok)
{
    if (!ok)
        qFatal("the demo city can not be made");
}

void addTeams(Hall &hall, DemoCity &city)
{
    struct Made
    {
        QString name;
        QString kind;
        QString capabilities;
        int heads;
        double lon;
        double lat;
    };
    const std::vector<Made> made = {
        {u"第一消防救援站"_s, u"fire"_s, u"firefighting,collapse"_s, 32, 121.47, 28.62},
        {u"江口防汛抢险队"_s, u"flood"_s, u"pumping,dike"_s, 45, 121.53, 28.58},
        {u"蓝鳍水上救援队"_s, u"water"_s, u"water_rescue,diving"_s, 24, 121.55, 28.63},
        {u"市医疗救护一队"_s, u"medical"_s, u"medical"_s, 30, 121.49, 28.64},
        {u"青山山地救援队"_s, u"mountain"_s, u"rope,search"_s, 18, 121.41, 28.66},
        {u"城东工程抢修队"_s, u"engineering"_s, u"road_clearing,power"_s, 40, 121.58, 28.60},
        {u"东港社会应急力量联合会综合救援志愿队"_s, u"volunteer"_s, u"evacuation,search"_s, 52,
         121.56, 28.55},
        {u"镇海民兵分队"_s, u"military"_s, u"dike,evacuation,transport"_s, 60, 121.44, 28.57}};
    int number = 1;
    for (const Made &team : made) {
        const auto id = hall.desk->newId<RecordId>();
        must(hall.apply(
            op::CreateRecord{u"team"_s,
                             id,
                             {{u"code"_s, u"T%1"_s.arg(number, 2, 10, QChar(u'0'))},
                              {u"name"_s, team.name},
                              {u"kind"_s, team.kind},
                              {u"level"_s, u"city"_s},
                              {u"capabilities"_s, team.capabilities},
                              {u"headcount"_s, team.heads},
                              {u"readiness_minutes"_s, 10},
                              {u"leader"_s, u"王队"_s},
                              {u"duty_phone"_s, u"0576-5550%1"_s.arg(number)},
                              {u"equipment"_s, u"冲锋舟 4 艘、排水泵 6 台、发电机 2 台"_s},
                              {u"lon"_s, team.lon},
                              {u"lat"_s, team.lat}}}));
        city.teams.push_back(TeamId(id.raw()));
        ++number;
    }
}

void addIncidents(Hall &hall, DemoCity &city)
{
    struct Made
    {
        QString type;
        QString title;
        int level;
        double lon;
        double lat;
        int people;
    };
    const std::vector<Made> made = {
        {u"flood"_s, u"江口村洪水围困"_s, 2, 121.52, 28.59, 120},
        {u"waterlogging"_s, u"人民路下穿通道积水"_s, 4, 121.50, 28.61, 3},
        {u"landslide"_s, u"青山公路滑坡"_s, 3, 121.43, 28.65, 12},
        {u"fire"_s, u"东港仓库火灾"_s, 0, 121.57, 28.57, 0},
        {u"outage"_s, u"城东变电站停电"_s, 4, 121.59, 28.61, 2000}};
    for (const Made &incident : made) {
        op::ReportIncident body;
        body.incident = hall.desk->newId<IncidentId>();
        body.type = incident.type;
        body.title = incident.title;
        body.level = incident.level;
        body.place = LonLat{incident.lon, incident.lat};
        body.address = incident.title.left(4);
        body.source = u"phone"_s;
        body.caller = u"李某"_s;
        body.callerPhone = u"13800000000"_s;
        body.peopleAtRisk = incident.people;
        body.description = u"水位仍在上涨，部分群众在二楼等待转移。"_s;
        must(hall.apply(body));
        city.incidents.push_back(body.incident);
        hall.clock.advance(std::chrono::minutes(4));
    }
}

void sendTeams(Hall &hall, DemoCity &city)
{
    using A = AssignmentState;
    struct Sent
    {
        size_t incident;
        size_t team;
        std::vector<A> steps;
    };
    const std::vector<Sent> sent = {{0, 2, {A::Acknowledged, A::EnRoute, A::OnScene}},
                                    {0, 1, {A::Acknowledged, A::EnRoute}},
                                    {1, 5, {}},
                                    {2, 4, {A::Acknowledged}}};
    for (const Sent &one : sent) {
        op::Assign body;
        body.assignment = hall.desk->newId<AssignmentId>();
        body.incident = city.incidents[one.incident];
        body.team = city.teams[one.team];
        body.task = u"转移被困群众"_s;
        body.routeSeconds = 900;
        body.routeMetres = 8200;
        must(hall.apply(body));
        for (const A state : one.steps) {
            hall.clock.advance(std::chrono::minutes(2));
            must(hall.apply(op::AdvanceAssignment{body.assignment, stateName(state), {}}));
        }
        city.assignments.push_back(body.assignment);
    }
}

void addPlaces(Hall &hall, DemoCity &city)
{
    city.shelter = hall.desk->newId<RecordId>();
    must(hall.apply(op::CreateRecord{u"shelter"_s,
                                     city.shelter,
                                     {{u"code"_s, u"S01"_s},
                                      {u"name"_s, u"市体育馆"_s},
                                      {u"state"_s, u"open"_s},
                                      {u"capacity"_s, 800},
                                      {u"present"_s, 310},
                                      {u"inbound"_s, 40},
                                      {u"reserved"_s, 50},
                                      {u"flood_safe"_s, 1},
                                      {u"lon"_s, 121.51},
                                      {u"lat"_s, 28.63}}}));
    must(hall.apply(op::CreateRecord{u"shelter"_s,
                                     hall.desk->newId<RecordId>(),
                                     {{u"code"_s, u"S02"_s},
                                      {u"name"_s, u"第三中学"_s},
                                      {u"state"_s, u"near_full"_s},
                                      {u"capacity"_s, 400},
                                      {u"present"_s, 380},
                                      {u"lon"_s, 121.54},
                                      {u"lat"_s, 28.61}}}));
    city.landingPoint = hall.desk->newId<RecordId>();
    must(hall.apply(op::CreateRecord{u"landing_point"_s,
                                     city.landingPoint,
                                     {{u"code"_s, u"L01"_s},
                                      {u"name"_s, u"江心公园起降点"_s},
                                      {u"usable"_s, 0},
                                      {u"unusable_reason"_s, u"场地积水 20 厘米"_s},
                                      {u"lon"_s, 121.46},
                                      {u"lat"_s, 28.60}}}));
    city.depot = hall.desk->newId<RecordId>();
    must(hall.apply(op::CreateRecord{u"depot"_s,
                                     city.depot,
                                     {{u"code"_s, u"D01"_s},
                                      {u"name"_s, u"市应急物资储备库"_s},
                                      {u"access_24h"_s, 1},
                                      {u"lon"_s, 121.48},
                                      {u"lat"_s, 28.58}}}));
    const auto stock = [&](const QString &code, const QString &name, int onHand, int least,
                           const QString &expires) {
        must(hall.apply(op::CreateRecord{u"stock"_s,
                                         hall.desk->newId<RecordId>(),
                                         {{u"code"_s, code},
                                          {u"name"_s, name},
                                          {u"depot"_s, u"D01"_s},
                                          {u"unit"_s, u"件"_s},
                                          {u"on_hand"_s, onHand},
                                          {u"reserved"_s, 20},
                                          {u"min_level"_s, least},
                                          {u"expires"_s, expires}}}));
    };
    stock(u"K01"_s, u"救生衣"_s, 600, 200, u"2030-01-01"_s);
    stock(u"K02"_s, u"方便食品"_s, 1200, 500, u"2026-05-01"_s);
    stock(u"K03"_s, u"编织袋"_s, 3000, 10000, u"2031-01-01"_s);
}

} // namespace

DemoCity makeDemoCity(Hall &hall)
{
    DemoCity city;
    addTeams(hall, city);
    addPlaces(hall, city);
    addIncidents(hall, city);
    sendTeams(hall, city);
    hall.clock.advance(std::chrono::minutes(1));
    installRecommendation(hall, city);
    return city;
}

void installRecommendation(Hall &hall, const DemoCity &city)
{
    hall.services.recommend = [&hall, city](IncidentId) {
        recommend::Recommendation answer;
        answer.asked = hall.clock.now();
        int minutes = 6;
        for (const TeamId team : city.teams) {
            const FieldValues *values = hall.cache->row(u"team"_s, team.text());
            if (!values)
                continue;
            const QString code = values->value(u"code"_s).toString();
            const QString name = values->value(u"name"_s).toString();
            if (hall.cache->availability(team.text()) != Availability::Available) {
                answer.excluded.push_back({team, code, name, recommend::Exclusion::Busy, {}});
                continue;
            }
            recommend::Row row{
                team,          code, name, 600, minutes * 60, minutes * 700, (minutes + 10) * 60,
                {u"medical"_s}};
            row.chosen = minutes < 12;
            answer.rows.push_back(row);
            minutes += 5;
        }
        return QtFuture::makeReadyValueFuture(Result<recommend::Recommendation>(answer));
    };
}

} // namespace leeward::test
