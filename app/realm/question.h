#pragma once

#include "analysis/recommend/recommend.h"
#include "analysis/roads/router.h"
#include "models/store/connection.h"

namespace leeward::app {

// All that a recommendation is made from, read from one realm at one moment.
struct Question
{
    Incident incident;
    std::vector<recommend::Candidate> candidates;
};

// Any connection to the realm. NotFound when there is no such incident.
[[nodiscard]] Result<Question> readQuestion(store::Connection &db, IncidentId incident);

// Adds the road times by one reverse search. Without a router every candidate says "no_network".
void addRoadTimes(Question &question, roads::Router *router, const recommend::Settings &settings);

// The whole answer.
[[nodiscard]] recommend::Recommendation answer(Question question, roads::Router *router,
                                               Instant now,
                                               const recommend::Settings &settings = {});

} // namespace leeward::app
