#pragma once

#include "simulation/chronicle.h"
#include "simulation/machine.h"

#include <QJsonObject>

namespace leeward::simulation {

// What a run was, whoever reads it.
struct Outcome
{
    quint64 seed = 0;
    std::optional<Violation> violation;
    QByteArray trace; // SHA-256 of everything that happened, in order
    int steps = 0;
    Duration lasted{0}; // in the run's own time
    std::array<int, faultCount> injected{};
    std::map<QString, int> checked;
    std::map<QString, int> counts;
};

// One server and so many desks, in this thread and in no time; everything that happens comes of
// the options. docs/simulation.md.
[[nodiscard]] Outcome run(const Options &options, const EmptyRealm &empty);

// A run for people and scripts, and the sum of several: their seeds, what was injected, looked at
// and found.
[[nodiscard]] QJsonObject toJson(const Options &options, const std::vector<Outcome> &outcomes);

} // namespace leeward::simulation
