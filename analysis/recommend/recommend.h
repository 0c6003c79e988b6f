#pragma once

#include "models/domain/availability.h"
#include "models/domain/incident.h"
#include "models/domain/unit_position.h"

#include <QJsonObject>

#include <vector>

namespace leeward::recommend {

// All that is known of one team when the question is asked.
struct Candidate
{
    TeamId team;
    QString code;
    QString name;
    QStringList capabilities;
    int headcount = 0;
    int readinessMinutes = 0;
    QString dutyHours;
    QString zone;
    bool retired = false;
    std::optional<AvailabilityOverride> override_;
    std::optional<LonLat> at;
    std::optional<Instant> positionAt; // empty: the place is the register's
    // The task that holds it, when there is one.
    bool busy = false;
    QString busyNumber;
    int busyIncident = 0;
    AssignmentState busyState = AssignmentState::Ordered;
    std::optional<Instant> busyUntil; // when it is expected back, if known
    // The road to the incident, when the network answered.
    std::optional<qint64> roadSeconds;
    std::optional<qint64> roadMetres;
    QString roadWhyNot; // no_road_near, no_connection, beyond_bound, no_network, no_incident_place
};

enum class Exclusion
{
    Busy,           // holds another task
    Unavailable,    // an override is in force
    OffDuty,        // outside its duty hours
    UnderStrength,  // fewer people than the rule asks
    PositionTooOld, // nobody knows where it is
    NoPlace,        // neither position, base nor station
    NoRoad,         // no way there on the road network
    TooFar,         // beyond the time bound
    LacksCapability,
    Retired,
};
[[nodiscard]] QString exclusionName(Exclusion why);

struct Settings
{
    int leastHeadcount = 5; // below: under strength
    std::chrono::minutes oldestPosition = placeLost;
    std::chrono::minutes farthest{120};
    int spare = 3; // rows listed beyond what is needed
};

struct Row
{
    TeamId team;
    QString code;
    QString name;
    qint64 readinessSeconds = 0;
    qint64 roadSeconds = 0;
    qint64 roadMetres = 0;
    qint64 totalSeconds = 0; // readiness plus road: what the rows are ordered by
    QStringList covers;      // the needed capabilities this team brings
    bool chosen = false;     // ticked: it fills a need
    QString fills;           // which need
    std::optional<Instant> positionAt;
};

struct Excluded
{
    TeamId team;
    QString code;
    QString name;
    Exclusion why = Exclusion::Busy;
    QJsonObject facts; // number, incident, until, by, dutyHours, headcount, age_minutes, reason …
};

struct Shortfall
{
    QString capability;
    int needed = 0;
    int found = 0;
};

struct Recommendation
{
    std::vector<Row> rows;          // soonest first
    std::vector<Excluded> excluded; // only teams with a needed capability
    std::vector<Shortfall> shortfall;
    Instant asked;
};

// Who should go: one team for one need, as many needs filled as can be, and of all ways to do so
// the one with the teams that are there soonest (readiness + road time; ties by fewer metres, then
// by code). Teams that could not go are listed with the reason; an incident without needs gets
// none. Pure.
[[nodiscard]] Recommendation recommend(const std::vector<Need> &needs,
                                       const std::vector<Candidate> &candidates, Instant now,
                                       const Settings &settings = {});

// One sentence on why a row stands where it stands, or why a team is not offered.
[[nodiscard]] QString reason(const Row &row, Language language);
[[nodiscard]] QString reason(const Excluded &excluded, Language language);
[[nodiscard]] QString reason(const Shortfall &shortfall, Language language);

[[nodiscard]] QJsonObject toJson(const Recommendation &recommendation);

} // namespace leeward::recommend
