#pragma once

#include "models/domain/operation.h"
#include "models/store/connection.h"

#include <QMap>
#include <QSet>

namespace leeward::simulation {

// What must hold after each entry of a journal, told from the operations alone: plain values,
// states by name, no table and no rule of the program.
class DispatchOracle
{
public:
    // Takes the next accepted operation; `db` holds the tables after it. Says what is wrong about
    // its having been accepted, or about the tables; empty when all is well.
    [[nodiscard]] QString take(const Operation &operation, store::Connection &db);

    // Whether this assignment holds its team now.
    [[nodiscard]] bool holds(const QString &assignment) const;
    // How a team is to be seen at `now`: "available", "ordered", …
    [[nodiscard]] QString availability(const QString &team, Instant now) const;

private:
    struct Step
    {
        QString event;
        QString state;
        Instant at; // after corrections
        Instant occurred;
        Instant recorded;
        bool isVoid = false;
    };
    struct Task
    {
        QString team;
        QString incident;
        QString state;
        bool doubleTask = false;
        std::vector<Step> steps;
        int events = 0;
    };
    struct Event
    {
        QString state;
        QString timer;
    };
    struct Team
    {
        QString hours;
        std::optional<Instant> awayUntil;
    };

    [[nodiscard]] QString assign(const Operation &operation);
    [[nodiscard]] QString advance(const Operation &operation);
    [[nodiscard]] QString transfer(const Operation &operation);
    [[nodiscard]] QString retract(const Operation &operation);
    [[nodiscard]] QString correct(const Operation &operation);
    [[nodiscard]] QString advanceIncident(const Operation &operation);
    [[nodiscard]] QString order(const QString &team, const QString &incident, bool doubleTask,
                                bool despite, Instant at, const QString &except);
    [[nodiscard]] QString addStep(const Operation &operation, const QString &task,
                                  const QString &state);
    [[nodiscard]] QString compare(store::Connection &db) const;
    [[nodiscard]] QString compareSteps(store::Connection &db, const QString &id,
                                       const Task &task) const;

    QMap<QString, Task> m_tasks;
    QMap<QString, Event> m_incidents;
    QMap<QString, Team> m_teams;
    QString m_learn; // the task whose newest step's id is to be read from the tables
};

} // namespace leeward::simulation
