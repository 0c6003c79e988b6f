#include "models/store/dispatch_queries.h"

#include "models/store/tables.h"

namespace leeward::store {

using namespace Qt::StringLiterals;

namespace {

const Table &table(QStringView name)
{
    return *findTable(name);
}

std::string selectFrom(const Table &source, const char *rest)
{
    std::string sql = "SELECT ";
    for (const QString &column : source.columns)
        sql += '"' + column.toStdString() + "\",";
    sql.back() = ' ';
    return sql + "FROM \"" + source.name.toStdString() + "\" " + rest;
}

FieldValues row(const Statement &statement, const Table &source)
{
    FieldValues values;
    for (size_t i = 0; i < source.columns.size(); ++i)
        values.insert(source.columns[i], statement.value(static_cast<int>(i)));
    return values;
}

Result<std::vector<Assignment>> assignments(Connection &db, const char *where, const QString &id)
{
    const Table &source = table(u"assignment");
    TRY_ASSIGN(Statement statement, db.prepare(selectFrom(source, where)));
    statement.bind(1, id);
    std::vector<Assignment> all;
    while (true) {
        TRY_ASSIGN(const bool there, statement.step());
        if (!there)
            return all;
        all.push_back(assignmentFrom(row(statement, source)));
    }
}

} // namespace

Result<std::optional<Incident>> findIncident(Connection &db, IncidentId id)
{
    TRY_ASSIGN(const auto values, findRow(db, table(u"incident"), id.text()));
    if (!values)
        return std::nullopt;
    return incidentFrom(*values);
}

Result<std::optional<Incident>> findIncidentByNumber(Connection &db, int number)
{
    const Table &source = table(u"incident");
    TRY_ASSIGN(Statement statement,
               db.prepare(selectFrom(source, "WHERE number=? ORDER BY id LIMIT 1")));
    statement.bind(1, number);
    TRY_ASSIGN(const bool there, statement.step());
    if (!there)
        return std::nullopt;
    return incidentFrom(row(statement, source));
}

Result<std::optional<Assignment>> findAssignment(Connection &db, AssignmentId id)
{
    TRY_ASSIGN(const auto values, findRow(db, table(u"assignment"), id.text()));
    if (!values)
        return std::nullopt;
    return assignmentFrom(*values);
}

Result<std::vector<Assignment>> assignmentsOfIncident(Connection &db, IncidentId id)
{
    return assignments(db, "WHERE incident=? ORDER BY id", id.text());
}

Result<std::vector<Assignment>> assignmentsOfTeam(Connection &db, TeamId id)
{
    return assignments(db, "WHERE team=? ORDER BY id", id.text());
}

Result<std::optional<AvailabilityOverride>> overrideOf(Connection &db, TeamId id)
{
    TRY_ASSIGN(const auto values, findRow(db, table(u"team_override"), id.text()));
    if (!values)
        return std::nullopt;
    return AvailabilityOverride{instantFromMs(values->value(u"until"_s).toLongLong()),
                                values->value(u"reason"_s).toString(),
                                values->value(u"author"_s).toString()};
}

Result<QString> idOfCode(Connection &db, const QString &name, const QString &code)
{
    const Table *source = findTable(name);
    if (!source || source->indexOf(u"code") < 0)
        return fail(Errc::InvalidArgument, name + u": no such register"_s);
    TRY_ASSIGN(Statement statement, db.prepare("SELECT id FROM \"" + source->name.toStdString() +
                                               "\" WHERE code=? ORDER BY id LIMIT 1"));
    statement.bind(1, code);
    TRY_ASSIGN(const bool there, statement.step());
    return there ? statement.text(0) : QString();
}

Result<QString> referrerTo(Connection &db, const QString &name, const QString &column,
                           const QString &value)
{
    const Table *source = findTable(name);
    if (!source || source->indexOf(column) < 0)
        return fail(Errc::InvalidArgument, name + u'.' + column);
    TRY_ASSIGN(Statement statement,
               db.prepare("SELECT code FROM \"" + name.toStdString() + "\" WHERE \"" +
                          column.toStdString() + "\"=? AND retired=0 ORDER BY code LIMIT 1"));
    statement.bind(1, value);
    TRY_ASSIGN(const bool there, statement.step());
    return there ? statement.text(0) : QString();
}

Result<std::vector<AssignmentEvent>> eventsOf(Connection &db, AssignmentId id)
{
    TRY_ASSIGN(Statement statement,
               db.prepare("SELECT id, position, kind, from_state, to_state, text, corrects, void, "
                          "occurred_at, recorded_at, author, desk FROM assignment_event "
                          "WHERE assignment=? ORDER BY position, id"));
    statement.bind(1, id.text());
    std::vector<AssignmentEvent> events;
    while (true) {
        TRY_ASSIGN(const bool there, statement.step());
        if (!there)
            return events;
        events.push_back({.id = RecordId::fromText(statement.text(0)),
                          .assignment = id,
                          .position = static_cast<int>(statement.integer(1)),
                          .kind = statement.text(2),
                          .fromState = statement.text(3),
                          .toState = statement.text(4),
                          .text = statement.text(5),
                          .corrects = statement.text(6),
                          .isVoid = statement.integer(7) != 0,
                          .occurredAt = instantFromMs(statement.integer(8)),
                          .recordedAt = instantFromMs(statement.integer(9)),
                          .author = statement.text(10),
                          .desk = statement.text(11)});
    }
}

Result<qint64> nextNumber(Connection &db, const QString &counter)
{
    TRY_ASSIGN(Statement statement,
               db.prepare("INSERT INTO counter(id, value) VALUES(?, 1) "
                          "ON CONFLICT(id) DO UPDATE SET value=value+1 RETURNING value"));
    statement.bind(1, counter);
    TRY(statement.step());
    const qint64 value = statement.integer(0);
    TRY(statement.step());
    return value;
}

Result<std::vector<TeamPosition>> teamPositions(Connection &db)
{
    TRY_ASSIGN(Statement statement,
               db.prepare("SELECT team, lon, lat, device_at, received_at, source "
                          "FROM team_position ORDER BY team"));
    std::vector<TeamPosition> positions;
    while (true) {
        TRY_ASSIGN(const bool there, statement.step());
        if (!there)
            return positions;
        positions.push_back({TeamId::fromText(statement.text(0)),
                             {statement.real(1), statement.real(2)},
                             instantFromMs(statement.integer(3)),
                             instantFromMs(statement.integer(4)),
                             statement.text(5)});
    }
}

Result<bool> putTeamPosition(Connection &db, const TeamPosition &position)
{
    TRY_ASSIGN(
        Statement statement,
        db.prepare("INSERT INTO team_position(team, lon, lat, device_at, received_at, source) "
                   "VALUES(?,?,?,?,?,?) ON CONFLICT(team) DO UPDATE SET lon=excluded.lon, "
                   "lat=excluded.lat, device_at=excluded.device_at, "
                   "received_at=excluded.received_at, source=excluded.source "
                   "WHERE excluded.device_at > team_position.device_at RETURNING 1"));
    statement.bind(1, position.team.text())
        .bind(2, position.at.lon)
        .bind(3, position.at.lat)
        .bind(4, toMs(position.deviceAt))
        .bind(5, toMs(position.receivedAt))
        .bind(6, position.source);
    TRY_ASSIGN(const bool taken, statement.step());
    if (taken)
        TRY(statement.step());
    return taken;
}

} // namespace leeward::store
