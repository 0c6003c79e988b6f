#pragma once

#include "models/domain/operation_codec.h"
#include "models/store/connection.h"
#include "simulation/dice.h"

#include <functional>
#include <random>

namespace leeward::simulation {

// UUIDs of version 7 that rise, the same for the same seed.
class SeededIds final : public IdSource
{
public:
    explicit SeededIds(quint64 seed)
        : m_random(seed)
    {
    }
    [[nodiscard]] QUuid next() override;

private:
    std::mt19937_64 m_random;
    qint64 m_count = 0;
};

// Who writes, where, by which clock.
struct Pen
{
    IdSource &ids;
    const Clock &clock;
    QString author;
    QString desk;

    template <class Body>
    [[nodiscard]] Operation operation(const Body &body, std::optional<Instant> occurredAt = {})
    {
        const Instant now = clock.now();
        return makeOperation(body, ids.make<OperationId>(), author, desk, occurredAt.value_or(now),
                             now);
    }
};

// What a town has that people act on, whoever made it and wherever it is known. So few of each that
// desks get in each other's way.
struct Town
{
    std::vector<TeamId> teams;
    std::vector<IncidentId> incidents;
    std::vector<AssignmentId> assignments;
    std::vector<RecordId> stock;
    int codes = 0;

    // Takes note of what an operation that was applied has made.
    void learn(const Operation &operation);
};

// What a town has before the first desk acts.
[[nodiscard]] std::vector<Operation> foundTown(Pen &pen);

// What somebody who sees these tables tries to do: most of it makes sense there, some does not, and
// much contends with what others do. Nothing when what the dice want can not be written down.
[[nodiscard]] Result<std::optional<Operation>> intend(store::Connection &seen, const Town &town,
                                                      Pen &pen, Dice &dice);

} // namespace leeward::simulation
