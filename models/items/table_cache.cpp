#include "models/items/table_cache.h"

#include "models/store/tables.h"
#include "models/store/unit_positions.h"

#include <QSet>

#include <algorithm>
#include <array>

namespace leeward::items {

using namespace Qt::StringLiterals;

namespace {

// Everything a screen shows; the events are asked for one incident at a time.
constexpr std::array shown = {"station", "team",     "shelter",    "landing_point", "depot",
                              "stock",   "incident", "assignment", "team_override"};

struct Loaded
{
    std::vector<std::pair<QString, std::vector<FieldValues>>> tables;
    std::vector<store::TeamPosition> positions;
    std::vector<UnitPosition> units;
};

Result<Loaded> readAll(store::Connection &db)
{
    Loaded all;
    // One read transaction, so that the tables fit together.
    TRY(db.exec("BEGIN"));
    Result<> read;
    for (const char *name : shown) {
        std::vector<FieldValues> rows;
        const store::Table *table = store::findTable(QString::fromLatin1(name));
        read = store::forEachRow(db, *table, [&](FieldValues &&values) {
            rows.push_back(std::move(values));
            return true;
        });
        if (!read)
            break;
        all.tables.emplace_back(table->name, std::move(rows));
    }
    auto positions = store::teamPositions(db);
    auto units = store::unitPositions(db);
    (void) db.exec("COMMIT");
    TRY(read);
    TRY_ASSIGN(all.positions, std::move(positions));
    TRY_ASSIGN(all.units, std::move(units));
    return all;
}

bool isShown(const QString &table)
{
    return std::ranges::any_of(shown,
                               [&](const char *name) { return table == QLatin1StringView(name); });
}

} // namespace

TableCache::TableCache(store::StoreThread &reader, store::ChangeFeed &feed, const Clock &clock,
                       QObject *parent)
    : QObject(parent)
    , m_reader(reader)
    , m_clock(clock)
{
    connect(&feed, &store::ChangeFeed::changed, this, [this](const Changes &changes) {
        if (!m_loaded || m_loading)
            m_waiting.push_back(changes);
        if (m_loaded)
            apply(changes);
    });
}

void TableCache::load()
{
    m_loading = true;
    m_reader.run(readAll).then(this, [this](const Result<Loaded> &all) {
        m_loading = false;
        if (!all) {
            Q_EMIT failed(all.error());
            return;
        }
        m_rows.clear();
        m_idByCode.clear();
        m_incidents.clear();
        m_assignments.clear();
        m_assignmentsByTeam.clear();
        m_assignmentsByIncident.clear();
        m_positions.clear();
        for (const auto &[table, rows] : all->tables) {
            m_rows[table].reserve(static_cast<qsizetype>(rows.size()));
            for (const FieldValues &values : rows)
                take(table, values.value(u"id"_s).toString(), values);
        }
        for (const store::TeamPosition &position : all->positions)
            m_positions.insert(position.team.text(), position);
        for (const UnitPosition &unit : all->units)
            (void) takeUnit(unit); // what has come since by the stream is newer and stays
        m_loaded = true;
        Q_EMIT loaded();
        // What was committed while reading may be in the rows already; taking it again changes
        // nothing.
        for (const Changes &changes : std::exchange(m_waiting, {}))
            apply(changes);
    });
}

void TableCache::take(const QString &table, const QString &id, const FieldValues &values)
{
    dropCode(table, id);
    m_rows[table].insert(id, values);
    if (const QString code = values.value(u"code"_s).toString(); !code.isEmpty())
        m_idByCode[table].insert(code, id);
    if (table == "incident"_L1) {
        m_incidents.insert(id, incidentFrom(values));
    } else if (table == "assignment"_L1) {
        const Assignment assignment = assignmentFrom(values);
        if (!m_assignments.contains(id)) {
            m_assignmentsByTeam[assignment.team.text()] += id;
            m_assignmentsByIncident[assignment.incident.text()] += id;
        }
        m_assignments.insert(id, assignment);
    }
}

void TableCache::dropCode(const QString &table, const QString &id)
{
    const FieldValues *standing = row(table, id);
    const QString code = standing ? standing->value(u"code"_s).toString() : QString();
    if (!code.isEmpty() && idOfCode(table, code) == id)
        m_idByCode[table].remove(code);
}

void TableCache::drop(const QString &table, const QString &id)
{
    dropCode(table, id);
    m_rows[table].remove(id);
    if (table == "incident"_L1)
        m_incidents.remove(id);
    if (table == "assignment"_L1) {
        const auto found = m_assignments.constFind(id);
        if (found == m_assignments.constEnd())
            return;
        m_assignmentsByTeam[found->team.text()].removeAll(id);
        m_assignmentsByIncident[found->incident.text()].removeAll(id);
        m_assignments.erase(found);
    }
}

void TableCache::apply(const Changes &changes)
{
    Changes relevant;
    for (RowChange change : changes) {
        if (!isShown(change.table))
            continue;
        const bool there = row(change.table, change.key) != nullptr;
        if (change.kind == RowChange::Kind::Removed) {
            if (!there)
                continue;
            change.values = *row(change.table, change.key);
            drop(change.table, change.key);
        } else {
            // Say what it means for this cache: a row it already holds is updated, a new one
            // inserted.
            change.kind = there ? RowChange::Kind::Updated : RowChange::Kind::Inserted;
            take(change.table, change.key, change.values);
        }
        relevant.push_back(std::move(change));
    }
    if (!relevant.empty())
        Q_EMIT changed(relevant);
}

const FieldValues *TableCache::row(const QString &table, const QString &id) const
{
    const auto rows = m_rows.constFind(table);
    if (rows == m_rows.constEnd())
        return nullptr;
    const auto found = rows->constFind(id);
    return found == rows->constEnd() ? nullptr : &*found;
}

const QHash<QString, FieldValues> &TableCache::rows(const QString &table) const
{
    static const QHash<QString, FieldValues> none;
    const auto found = m_rows.constFind(table);
    return found == m_rows.constEnd() ? none : *found;
}

QString TableCache::name(const QString &table, const QString &id) const
{
    const FieldValues *values = row(table, id);
    if (!values)
        return {};
    return values->value(table == "incident"_L1 ? u"title"_s : u"name"_s).toString();
}

QString TableCache::idOfCode(const QString &table, const QString &code) const
{
    const auto codes = m_idByCode.constFind(table);
    return codes == m_idByCode.constEnd() ? QString() : codes->value(code);
}

const Incident *TableCache::incident(const QString &id) const
{
    const auto found = m_incidents.constFind(id);
    return found == m_incidents.constEnd() ? nullptr : &*found;
}

const Incident *TableCache::incidentByNumber(int number) const
{
    for (const Incident &incident : m_incidents) {
        if (incident.number == number)
            return &incident;
    }
    return nullptr;
}

const Assignment *TableCache::assignment(const QString &id) const
{
    const auto found = m_assignments.constFind(id);
    return found == m_assignments.constEnd() ? nullptr : &*found;
}

std::vector<const Assignment *> TableCache::assignmentsOfIncident(const QString &id) const
{
    std::vector<const Assignment *> all;
    for (const QString &key : m_assignmentsByIncident.value(id)) {
        if (const Assignment *assignment = this->assignment(key))
            all.push_back(assignment);
    }
    std::ranges::sort(all, {}, [](const Assignment *a) { return a->id.text(); });
    return all;
}

std::vector<const Assignment *> TableCache::openAssignmentsOfTeam(const QString &id) const
{
    std::vector<const Assignment *> open;
    for (const QString &key : m_assignmentsByTeam.value(id)) {
        const Assignment *assignment = this->assignment(key);
        if (assignment && isOpen(assignment->state))
            open.push_back(assignment);
    }
    return open;
}

std::optional<AvailabilityOverride> TableCache::overrideOf(const QString &team) const
{
    const FieldValues *values = row(u"team_override"_s, team);
    if (!values)
        return std::nullopt;
    return AvailabilityOverride{instantFromMs(values->value(u"until"_s).toLongLong()),
                                values->value(u"reason"_s).toString(),
                                values->value(u"author"_s).toString()};
}

Availability TableCache::availability(const QString &team) const
{
    std::vector<AssignmentState> states;
    for (const Assignment *assignment : openAssignmentsOfTeam(team))
        states.push_back(assignment->state);
    const FieldValues *values = row(u"team"_s, team);
    const QString hours = values ? values->value(u"duty_hours"_s).toString() : QString();
    return availabilityOf(states, hours, overrideOf(team), m_clock.now(), chinaOffset);
}

std::optional<LonLat> TableCache::placeOf(const QString &table, const QString &id) const
{
    const FieldValues *values = row(table, id);
    if (!values || values->value(u"lon"_s).isNull() || values->value(u"lat"_s).isNull())
        return std::nullopt;
    return LonLat{values->value(u"lon"_s).toDouble(), values->value(u"lat"_s).toDouble()};
}

std::optional<TableCache::Whereabouts> TableCache::whereabouts(const QString &team) const
{
    std::optional<Whereabouts> latest;
    const auto position = m_positions.constFind(team);
    if (position != m_positions.constEnd())
        latest = Whereabouts{.at = position->at,
                             .reportedAt = position->deviceAt,
                             .deviceAt = position->deviceAt,
                             .receivedAt = position->receivedAt,
                             .source = position->source};
    for (const QString &source : m_unitsByTeam.value(team)) {
        const UnitPosition *unit = this->unit(source);
        if (unit && (!latest || orderOf(*unit) > *latest->reportedAt))
            latest = Whereabouts{.at = {unit->lon, unit->lat},
                                 .reportedAt = orderOf(*unit),
                                 .deviceAt = unit->deviceAt,
                                 .receivedAt = unit->receivedAt,
                                 .source = source};
    }
    if (latest)
        return latest;
    if (const auto base = placeOf(u"team"_s, team))
        return Whereabouts{.at = *base, .reportedAt = {}, .source = {}};
    const FieldValues *values = row(u"team"_s, team);
    if (!values)
        return std::nullopt;
    const QString station = idOfCode(u"station"_s, values->value(u"station"_s).toString());
    if (const auto base = placeOf(u"station"_s, station))
        return Whereabouts{.at = *base, .reportedAt = {}, .source = {}};
    return std::nullopt;
}

void TableCache::setPositions(const std::vector<store::TeamPosition> &positions)
{
    Changes moved;
    for (const store::TeamPosition &position : positions) {
        const QString team = position.team.text();
        m_positions.insert(team, position);
        if (const FieldValues *values = row(u"team"_s, team))
            moved.push_back({.kind = RowChange::Kind::Updated,
                             .table = u"team"_s,
                             .key = team,
                             .values = *values});
    }
    if (m_loaded && !moved.empty())
        Q_EMIT changed(moved);
}

bool TableCache::takeUnit(const UnitPosition &unit)
{
    const auto known = m_units.constFind(unit.source);
    if (known != m_units.constEnd()) {
        if (orderOf(unit) <= orderOf(*known))
            return false;
        if (known->team != unit.team)
            m_unitsByTeam[known->team].removeAll(unit.source);
    }
    if (!unit.team.isEmpty() && !m_unitsByTeam[unit.team].contains(unit.source))
        m_unitsByTeam[unit.team] += unit.source;
    m_units.insert(unit.source, unit);
    return true;
}

void TableCache::setUnits(const std::vector<UnitPosition> &units)
{
    QStringList sources;
    QSet<QString> teams;
    for (const UnitPosition &unit : units) {
        if (!takeUnit(unit))
            continue;
        sources += unit.source;
        if (!unit.team.isEmpty())
            teams.insert(unit.team);
    }
    if (!m_loaded || sources.isEmpty())
        return;
    Q_EMIT unitsMoved(sources);
    Changes moved;
    for (const QString &team : std::as_const(teams)) {
        if (const FieldValues *values = row(u"team"_s, team))
            moved.push_back({.kind = RowChange::Kind::Updated,
                             .table = u"team"_s,
                             .key = team,
                             .columns = {},
                             .values = *values});
    }
    if (!moved.empty())
        Q_EMIT changed(moved);
}

const UnitPosition *TableCache::unit(const QString &source) const
{
    const auto found = m_units.constFind(source);
    return found == m_units.constEnd() ? nullptr : &*found;
}

std::vector<const UnitPosition *> TableCache::unitsOfTeam(const QString &team) const
{
    std::vector<const UnitPosition *> all;
    for (const QString &source : m_unitsByTeam.value(team)) {
        if (const UnitPosition *found = unit(source))
            all.push_back(found);
    }
    std::ranges::sort(all, std::greater(), [](const UnitPosition *unit) { return orderOf(*unit); });
    return all;
}

} // namespace leeward::items
