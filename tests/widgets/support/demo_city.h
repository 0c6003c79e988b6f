#pragma once

#include "support/hall.h"

namespace leeward::test {

// A small invented city at work: incidents in several states, teams out and free, shelters, landing
// points, a depot with stock in good and bad order. Reproducible.
struct DemoCity
{
    std::vector<IncidentId> incidents;
    std::vector<TeamId> teams;
    std::vector<AssignmentId> assignments;
    RecordId shelter;
    RecordId landingPoint;
    RecordId depot;
};
[[nodiscard]] DemoCity makeDemoCity(Hall &hall);

// The recommendation the fake service answers with: all teams, soonest first.
void installRecommendation(Hall &hall, const DemoCity &city);

} // namespace leeward::test
