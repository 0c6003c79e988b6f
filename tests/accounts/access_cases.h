#pragma once

#include "models/domain/role.h"
#include "tests/support/makers.h"

#include <array>
#include <functional>

namespace leeward::test {

inline const QString county = QStringLiteral("330203");    // 宁波海曙
inline const QString neighbour = QStringLiteral("330205"); // 宁波江北

inline constexpr std::array allRoles = {Role::Observer,  Role::DutyOfficer,   Role::Dispatcher,
                                        Role::Commander, Role::DrillDirector, Role::Administrator};
static_assert(allRoles.size() == roleCount);

// Everything that a hall does, one row each, with who may do it - written down a second time, by
// letters: o observer, u duty officer, d dispatcher, c commander, r drill director, a
// administrator. Every row touched lies in the county.
struct AccessCase
{
    const char *name;
    const char *may;
    std::function<Operation(struct AccessWorld &)> operation;
};

// A realm with one of each thing in the county, one of some in the neighbouring one, and some that
// lie nowhere.
struct AccessWorld
{
    AccessWorld();

    template <class Body>
    void apply(const Body &body)
    {
        applyOperation(pen.operation(body));
    }
    void applyOperation(const Operation &operation)
    {
        applyOrDie(realm, operation);
        made.push_back(operation);
    }
    void create(const QString &table, QUuid id, const QString &code, FieldValues values)
    {
        values[QStringLiteral("code")] = code;
        values[QStringLiteral("name")] = code;
        apply(op::CreateRecord{.table = table, .record = RecordId(id), .values = values});
    }
    Operation edit(const QString &table, RecordId id, const QString &field, const QVariant &before,
                   const QVariant &after)
    {
        return pen.edit(table, id, field, before, after);
    }
    Operation importOf(const QString &table, std::vector<FieldValues> rows)
    {
        op::ImportRecords body{.table = table, .source = QStringLiteral("x.csv")};
        for (FieldValues &values : rows)
            body.rows.push_back({pen.ids().make<RecordId>(), std::move(values)});
        return pen.operation(body);
    }

    store::Connection realm;
    std::vector<Operation> made; // what the realm was made by
    Maker pen;
    IncidentId here = pen.ids().make<IncidentId>();
    IncidentId there = pen.ids().make<IncidentId>();
    IncidentId nowhere = pen.ids().make<IncidentId>();
    TeamId team = pen.ids().make<TeamId>();
    TeamId farTeam = pen.ids().make<TeamId>();
    TeamId thirdTeam = pen.ids().make<TeamId>();
    RecordId depot = pen.ids().make<RecordId>();
    RecordId farDepot = pen.ids().make<RecordId>();
    RecordId stock = pen.ids().make<RecordId>();
    RecordId looseStock = pen.ids().make<RecordId>();
    RecordId shelter = pen.ids().make<RecordId>();
    RecordId placeless = pen.ids().make<RecordId>();
    AssignmentId proposed = pen.ids().make<AssignmentId>();
    AssignmentId waiting = pen.ids().make<AssignmentId>();
    AssignmentId ordered = pen.ids().make<AssignmentId>();
};

[[nodiscard]] std::vector<AccessCase> cases();

} // namespace leeward::test
