#include "simulation/intents.h"

#include "models/domain/lifecycle.h"
#include "models/store/dispatch_queries.h"
#include "models/store/tables.h"

#include <array>

namespace leeward::simulation {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr std::array divisions = {"330203", "330205", "330282"};

QString divisionOf(int number)
{
    return QString::fromLatin1(divisions[static_cast<size_t>(number) % divisions.size()]);
}

using Intent = Result<std::optional<Operation>>;

struct Scene
{
    store::Connection &seen;
    const Town &town;
    Pen &pen;
    Dice &dice;

    // Sometimes without the reason that a step needs.
    [[nodiscard]] QString reason(const QString &text) const
    {
        return dice.chance(85) ? text : QString();
    }
    [[nodiscard]] IncidentId incident() const { return dice.pick(town.incidents); }
    [[nodiscard]] AssignmentId assignment() const { return dice.pick(town.assignments); }
    [[nodiscard]] TeamId team() const { return dice.pick(town.teams); }
    // Mostly of now, sometimes of earlier.
    [[nodiscard]] std::optional<Instant> when() const
    {
        if (dice.chance(80))
            return std::nullopt;
        return pen.clock.now() - dice.span(0s, 30min);
    }
};

Intent report(const Scene &on)
{
    return on.pen.operation(
        op::ReportIncident{.incident = on.pen.ids.make<IncidentId>(),
                           .type = u"flood"_s,
                           .title = u"内涝积水%1"_s.arg(on.dice.below(100)),
                           .place = LonLat{121.5 + on.dice.fraction() / 10, 29.8},
                           .source = u"phone"_s,
                           .divisionCode =
                               on.dice.chance(80) ? divisionOf(on.dice.below(3)) : QString()},
        on.when());
}

Intent note(const Scene &on)
{
    return on.pen.operation(op::NoteIncident{.incident = on.incident(),
                                             .text = u"水位%1厘米"_s.arg(on.dice.below(300))});
}

Intent assign(const Scene &on)
{
    return on.pen.operation(
        op::Assign{.assignment = on.pen.ids.make<AssignmentId>(),
                   .incident = on.incident(),
                   .team = on.team(),
                   .taskType = stateName(static_cast<TaskType>(on.dice.below(3))),
                   .task = u"转移群众"_s,
                   .ordered = on.dice.chance(80),
                   .doubleTask = on.dice.chance(10),
                   .despiteUnavailable = on.dice.chance(50)},
        on.when());
}

// Mostly a step the table has, sometimes any.
Intent advanceAssignment(const Scene &on)
{
    const AssignmentId id = on.assignment();
    TRY_ASSIGN(const auto standing, store::findAssignment(on.seen, id));
    std::vector<AssignmentState> possible;
    for (const AssignmentTransition &step : assignmentTransitions()) {
        if (standing && step.from == standing->state && step.allowedFor(standing->taskType))
            possible.push_back(step.to);
    }
    const AssignmentState any = static_cast<AssignmentState>(on.dice.below(assignmentStateCount));
    const AssignmentState likely = possible.empty()     ? any
                                   : on.dice.chance(60) ? possible.front()
                                                        : on.dice.pick(possible);
    return on.pen.operation(
        op::AdvanceAssignment{.assignment = id,
                              .to = stateName(on.dice.chance(95) ? likely : any),
                              .reason = on.reason(u"指挥部要求"_s),
                              .doubleTask = on.dice.chance(10),
                              .despiteUnavailable = on.dice.chance(50)},
        on.when());
}

Intent advanceIncident(const Scene &on)
{
    const IncidentId id = on.incident();
    TRY_ASSIGN(const auto standing, store::findIncident(on.seen, id));
    std::vector<IncidentState> possible;
    for (const IncidentTransition &step : incidentTransitions()) {
        if (standing && step.from == standing->state)
            possible.push_back(step.to);
    }
    const IncidentState any = static_cast<IncidentState>(on.dice.below(incidentStateCount));
    const IncidentState to = possible.empty() || on.dice.chance(5) ? any : on.dice.pick(possible);
    const bool byTimer = standing && on.dice.chance(15);
    return on.pen.operation(
        op::AdvanceIncident{.incident = id,
                            .to = stateName(to),
                            .reason = on.reason(u"险情变化"_s),
                            .duplicateOf = on.incident().text(),
                            .timer = byTimer ? standing->closeTimer : QString()},
        on.when());
}

Intent closeTimer(const Scene &on)
{
    return on.pen.operation(op::SetCloseTimer{
        .incident = on.incident(),
        .timer = on.dice.chance(70) ? u"timer%1"_s.arg(on.dice.below(5)) : QString(),
        .due = on.pen.clock.now() + 1h});
}

Intent flag(const Scene &on)
{
    return on.pen.operation(
        op::FlagAssignment{.assignment = on.assignment(),
                           .flag = stateName(static_cast<AssignmentFlag>(on.dice.below(3))),
                           .on = on.dice.chance(65),
                           .reason = {}});
}

Intent takeBack(const Scene &on)
{
    const AssignmentId id = on.assignment();
    TRY_ASSIGN(const auto events, store::eventsOf(on.seen, id));
    if (events.empty())
        return std::nullopt;
    const RecordId event =
        on.dice.chance(70)
            ? events.back().id
            : events[static_cast<size_t>(on.dice.below(static_cast<int>(events.size())))].id;
    if (on.dice.chance(50))
        return on.pen.operation(
            op::RetractStep{.assignment = id, .event = event, .reason = on.reason(u"误记"_s)});
    const Instant right = events.back().occurredAt + on.dice.span(-20s, 20s);
    return on.pen.operation(op::CorrectTime{.assignment = id,
                                            .event = event,
                                            .occurredAt = right,
                                            .reason = on.reason(u"时间有误"_s)},
                            std::min(right, on.pen.clock.now()));
}

Intent transfer(const Scene &on)
{
    return on.pen.operation(op::TransferAssignment{.assignment = on.assignment(),
                                                   .successor = on.pen.ids.make<AssignmentId>(),
                                                   .handOver = on.dice.chance(50),
                                                   .incident = on.incident(),
                                                   .team = on.team(),
                                                   .reason = on.reason(u"另有急用"_s)});
}

Intent overrideTeam(const Scene &on)
{
    return on.pen.operation(
        op::OverrideAvailability{.team = on.team(),
                                 .on = on.dice.chance(65),
                                 .until = on.pen.clock.now() + on.dice.span(1min, 90min),
                                 .reason = on.reason(u"车辆检修"_s)});
}

// Old values as this desk sees them; the same few fields at every desk.
Intent edit(const Scene &on, const QString &table, RecordId id, const QStringList &fields,
            const std::function<QVariant(const QString &)> &value)
{
    TRY_ASSIGN(const auto row, store::findRow(on.seen, *store::findTable(table), id.text()));
    if (!row)
        return std::nullopt;
    std::vector<op::FieldChange> changes;
    const int first = on.dice.below(static_cast<int>(fields.size()));
    const int count = on.dice.chance(70) ? 1 : 2;
    for (int i = 0; i < count; ++i) {
        const QString &field = fields[(first + i) % fields.size()];
        changes.push_back({field, row->value(field), value(field)});
    }
    return on.pen.operation(
        op::EditRecord{.table = table, .record = id, .changes = std::move(changes)});
}

Intent editTeam(const Scene &on)
{
    return edit(on, u"team"_s, RecordId(on.team().raw()), {u"leader"_s, u"duty_phone"_s, u"zone"_s},
                [&](const QString &field) {
                    return field == "duty_phone"_L1
                               ? QVariant(u"0574-%1"_s.arg(on.dice.below(8) + 87650000))
                               : QVariant(u"%1-%2"_s.arg(on.pen.desk).arg(on.dice.below(4)));
                });
}

Intent editStock(const Scene &on)
{
    return edit(on, u"stock"_s, on.dice.pick(on.town.stock), {u"on_hand"_s, u"reserved"_s},
                [&](const QString &) { return QVariant(on.dice.below(120) - 10); });
}

Intent editIncident(const Scene &on)
{
    return edit(on, u"incident"_s, RecordId(on.incident().raw()),
                {u"title"_s, u"people_at_risk"_s, u"address"_s}, [&](const QString &field) {
                    return field == "people_at_risk"_L1
                               ? QVariant(on.dice.below(50))
                               : QVariant(u"%1 %2"_s.arg(on.pen.desk).arg(on.dice.below(4)));
                });
}

FieldValues teamValues(int number, const QString &hours)
{
    return {{u"code"_s, u"T%1"_s.arg(number)},
            {u"name"_s, u"队伍%1"_s.arg(number)},
            {u"kind"_s, u"flood"_s},
            {u"lon"_s, 121.5},
            {u"lat"_s, 29.8},
            {u"readiness_minutes"_s, 5},
            {u"duty_hours"_s, hours},
            {u"division_code"_s, divisionOf(number)}};
}

FieldValues stockValues(int number)
{
    return {{u"code"_s, u"S%1"_s.arg(number)},
            {u"name"_s, u"编织袋%1"_s.arg(number)},
            {u"depot"_s, u"D1"_s},
            {u"unit"_s, u"条"_s},
            {u"on_hand"_s, 100},
            {u"reserved"_s, 0}};
}

Intent create(const Scene &on)
{
    // From a few codes, so that two desks happen upon the same one.
    const int code = on.town.codes + on.dice.below(3);
    const bool team = on.dice.chance(50);
    return on.pen.operation(
        op::CreateRecord{.table = team ? u"team"_s : u"stock"_s,
                         .record = on.pen.ids.make<RecordId>(),
                         .values = team ? teamValues(code, {}) : stockValues(code)});
}

Intent retire(const Scene &on)
{
    const bool team = on.dice.chance(50);
    return on.pen.operation(
        op::RetireRecord{.table = team ? u"team"_s : u"stock"_s,
                         .record = team ? RecordId(on.team().raw()) : on.dice.pick(on.town.stock),
                         .retired = on.dice.chance(40),
                         .reason = u"停用"_s});
}

Intent import(const Scene &on)
{
    op::ImportRecords args{.table = u"stock"_s, .source = u"库存.csv"_s, .rows = {}};
    for (int i = 0, code = on.dice.below(4); i < 3; ++i) {
        FieldValues values = stockValues(code + i);
        values[u"on_hand"_s] = on.dice.below(200);
        values[u"note"_s] = on.pen.desk;
        args.rows.push_back({on.pen.ids.make<RecordId>(), values});
    }
    return on.pen.operation(args);
}

struct Weighted
{
    int weight;
    Intent (*make)(const Scene &);
};
constexpr std::array habits = {
    Weighted{6, report},
    Weighted{5, note},
    Weighted{18, assign},
    Weighted{24, advanceAssignment},
    Weighted{9, advanceIncident},
    Weighted{3, closeTimer},
    Weighted{4, flag},
    Weighted{6, takeBack},
    Weighted{5, transfer},
    Weighted{5, overrideTeam},
    Weighted{12, editTeam},
    Weighted{12, editStock},
    Weighted{6, editIncident},
    Weighted{3, create},
    Weighted{3, retire},
    Weighted{2, import},
};

} // namespace

QUuid SeededIds::next()
{
    ++m_count;
    return uuidV7(instantFromMs(1'786'500'000'000 + m_count), m_random(), m_random());
}

void Town::learn(const Operation &operation)
{
    const auto text = [&](const char *name) {
        return operation.args.value(QLatin1StringView(name)).toString();
    };
    if (operation.kind == "incident.report"_L1) {
        incidents.push_back(IncidentId::fromText(text("incident")));
    } else if (operation.kind == "assignment.assign"_L1) {
        assignments.push_back(AssignmentId::fromText(text("assignment")));
    } else if (operation.kind == "assignment.transfer"_L1) {
        assignments.push_back(AssignmentId::fromText(text("successor")));
    } else if (operation.kind == "record.create"_L1) {
        ++codes;
        if (text("table") == "team"_L1)
            teams.push_back(TeamId::fromText(text("record")));
        else if (text("table") == "stock"_L1)
            stock.push_back(RecordId::fromText(text("record")));
    }
}

std::vector<Operation> foundTown(Pen &pen)
{
    std::vector<Operation> founding;
    const auto create = [&](const QString &table, const FieldValues &values) {
        founding.push_back(pen.operation(op::CreateRecord{
            .table = table, .record = pen.ids.make<RecordId>(), .values = values}));
    };
    create(u"depot"_s, {{u"code"_s, u"D1"_s},
                        {u"name"_s, u"市级库"_s},
                        {u"lon"_s, 121.5},
                        {u"lat"_s, 29.8},
                        {u"division_code"_s, divisionOf(0)}});
    create(u"stock"_s, stockValues(1));
    create(u"stock"_s, stockValues(2));
    create(u"team"_s, teamValues(1, {}));
    create(u"team"_s, teamValues(2, u"08:00-20:00"_s));
    create(u"team"_s, teamValues(3, u"22:00-06:00"_s));
    for (int i = 0; i < 2; ++i) {
        founding.push_back(pen.operation(op::ReportIncident{.incident = pen.ids.make<IncidentId>(),
                                                            .type = u"flood"_s,
                                                            .title = u"积水"_s,
                                                            .place = LonLat{121.5, 29.8},
                                                            .source = u"phone"_s,
                                                            .divisionCode = divisionOf(i)}));
    }
    return founding;
}

Result<std::optional<Operation>> intend(store::Connection &seen, const Town &town, Pen &pen,
                                        Dice &dice)
{
    int total = 0;
    for (const Weighted &habit : habits)
        total += habit.weight;
    int at = dice.below(total);
    for (const Weighted &habit : habits) {
        at -= habit.weight;
        if (at < 0)
            return habit.make({seen, town, pen, dice});
    }
    return std::nullopt;
}

} // namespace leeward::simulation
