#include "app/realm/question.h"

#include "models/store/dispatch_queries.h"
#include "models/store/tables.h"
#include "models/store/unit_positions.h"

#include <QHash>

namespace leeward::app {

using namespace Qt::StringLiterals;

namespace {

std::optional<LonLat> placeOf(const FieldValues &row)
{
    if (row.value(u"lon"_s).isNull() || row.value(u"lat"_s).isNull())
        return std::nullopt;
    return LonLat{row.value(u"lon"_s).toDouble(), row.value(u"lat"_s).toDouble()};
}

struct Bases
{
    QHash<QString, LonLat> stations;                      // by code
    QHash<QString, std::pair<LonLat, Instant>> positions; // by team; latest reports
};

Result<Bases> readBases(store::Connection &db)
{
    Bases bases;
    TRY(store::forEachRow(db, *store::findTable(u"station"), [&](FieldValues &&row) {
        if (const auto at = placeOf(row))
            bases.stations.insert(row.value(u"code"_s).toString(), *at);
        return true;
    }));
    TRY_ASSIGN(const auto positions, store::teamPositions(db));
    for (const store::TeamPosition &position : positions)
        bases.positions.insert(position.team.text(), {position.at, position.deviceAt});
    // What moves and belongs to a team says where the team is: the latest of all.
    TRY_ASSIGN(const auto units, store::unitPositions(db));
    for (const UnitPosition &unit : units) {
        const auto known = bases.positions.constFind(unit.team);
        if (!unit.team.isEmpty() &&
            (known == bases.positions.constEnd() || orderOf(unit) > known->second))
            bases.positions.insert(unit.team, {LonLat{unit.lon, unit.lat}, orderOf(unit)});
    }
    return bases;
}

recommend::Candidate candidateFrom(const FieldValues &row, const Bases &bases)
{
    const QString id = row.value(u"id"_s).toString();
    recommend::Candidate candidate{
        .team = TeamId::fromText(id),
        .code = row.value(u"code"_s).toString(),
        .name = row.value(u"name"_s).toString(),
        .capabilities = row.value(u"capabilities"_s).toString().split(u',', Qt::SkipEmptyParts),
        .headcount = row.value(u"headcount"_s).toInt(),
        .readinessMinutes = row.value(u"readiness_minutes"_s).toInt(),
        .dutyHours = row.value(u"duty_hours"_s).toString(),
        .zone = row.value(u"zone"_s).toString(),
        .retired = row.value(u"retired"_s).toInt() != 0};
    if (const auto reported = bases.positions.constFind(id);
        reported != bases.positions.constEnd()) {
        candidate.at = reported->first;
        candidate.positionAt = reported->second;
    } else if (const auto own = placeOf(row)) {
        candidate.at = own;
    } else if (const auto station = bases.stations.constFind(row.value(u"station"_s).toString());
               station != bases.stations.constEnd()) {
        candidate.at = *station;
    }
    return candidate;
}

Result<> addTask(store::Connection &db, recommend::Candidate &candidate)
{
    TRY_ASSIGN(candidate.override_, store::overrideOf(db, candidate.team));
    TRY_ASSIGN(const auto assignments, store::assignmentsOfTeam(db, candidate.team));
    for (const Assignment &assignment : assignments) {
        if (!reservesTeam(assignment.state))
            continue;
        TRY_ASSIGN(const auto incident, store::findIncident(db, assignment.incident));
        candidate.busy = true;
        candidate.busyNumber = assignment.number;
        candidate.busyIncident = incident ? incident->number : 0;
        candidate.busyState = assignment.state;
        candidate.busyUntil = expectedBack(assignment);
    }
    return {};
}

} // namespace

Result<Question> readQuestion(store::Connection &db, IncidentId id)
{
    TRY_ASSIGN(const auto incident, store::findIncident(db, id));
    if (!incident)
        return fail(Errc::NotFound, u"no incident "_s + id.text());
    Question question{.incident = *incident, .candidates = {}};
    TRY_ASSIGN(const Bases bases, readBases(db));
    TRY(store::forEachRow(db, *store::findTable(u"team"), [&](FieldValues &&row) {
        question.candidates.push_back(candidateFrom(row, bases));
        return true;
    }));
    for (recommend::Candidate &candidate : question.candidates)
        TRY(addTask(db, candidate));
    return question;
}

void addRoadTimes(Question &question, roads::Router *router, const recommend::Settings &settings)
{
    std::vector<LonLat> origins;
    std::vector<recommend::Candidate *> asked;
    for (recommend::Candidate &candidate : question.candidates) {
        candidate.roadWhyNot = question.incident.place ? u"no_network"_s : u"no_incident_place"_s;
        if (candidate.at) {
            origins.push_back(*candidate.at);
            asked.push_back(&candidate);
        }
    }
    if (!router || !question.incident.place)
        return;
    const auto times = router->timesTo(*question.incident.place, origins, settings.farthest);
    for (size_t i = 0; i < times.size(); ++i) {
        const roads::Travel &travel = times[i];
        if (travel.reachable) {
            asked[i]->roadSeconds = std::chrono::ceil<std::chrono::seconds>(travel.time).count();
            asked[i]->roadMetres = qRound64(travel.length.value);
            asked[i]->roadWhyNot.clear();
            continue;
        }
        switch (travel.whyNot) {
        case roads::WhyNot::NoRoadNear: asked[i]->roadWhyNot = u"no_road_near"_s; break;
        case roads::WhyNot::BeyondBound: asked[i]->roadWhyNot = u"beyond_bound"_s; break;
        case roads::WhyNot::NoConnection:
        case roads::WhyNot::None: asked[i]->roadWhyNot = u"no_connection"_s; break;
        }
    }
}

recommend::Recommendation answer(Question question, roads::Router *router, Instant now,
                                 const recommend::Settings &settings)
{
    addRoadTimes(question, router, settings);
    return recommend::recommend(question.incident.needs, question.candidates, now, settings);
}

} // namespace leeward::app
