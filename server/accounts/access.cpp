#include "server/accounts/access.h"

#include "models/domain/operation_codec.h"
#include "models/store/dispatch_queries.h"
#include "models/store/tables.h"

#include <algorithm>
#include <array>
#include <functional>
#include <variant>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {

// A row and the division that decides who may touch it.
struct Touched
{
    QString table;
    QString id;
    QString division;
};

// The store's error, or what is wrong with the operation.
using Failure = std::variant<Error, Refusal>;
template <class T>
using Judged = std::expected<T, Failure>;
using Places = std::vector<Touched>;
// Reads the rows only when it is asked: nobody without the role makes the server look up a whole
// import.
using Look = std::function<Judged<Places>()>;

struct Deed
{
    QString detail; // of the table of permissions
    Look look;
};

#define ARGS(Body, name)                                                                           \
    auto name##Read = readArgs<Body>(operation.args);                                              \
    if (!name##Read)                                                                               \
        return refuse(RefusalReason::BadArguments, {{u"argument"_s, name##Read.error().detail}});  \
    Body &name = *name##Read

Refusal notFound(const QString &table, const QString &id)
{
    return {RefusalReason::NotFound, {{u"table"_s, table}, {u"id"_s, id}}};
}

// --- where rows lie
// ------------------------------------------------------------------------------------------------

// Where a register row with these values lies. Stock lies where its depot is.
Result<QString> divisionOf(store::Connection &db, const QString &table, const FieldValues &values)
{
    if (table != "stock"_L1)
        return values.value(u"division_code"_s).toString();
    const QString code = values.value(u"depot"_s).toString();
    if (code.isEmpty())
        return QString();
    TRY_ASSIGN(const QString id, store::idOfCode(db, u"depot"_s, code));
    if (id.isEmpty())
        return QString();
    TRY_ASSIGN(const auto depot, store::findRow(db, *store::findTable(u"depot"), id));
    return depot ? depot->value(u"division_code"_s).toString() : QString();
}

Judged<Places> row(store::Connection &db, const QString &table, const QString &id)
{
    TRY_ASSIGN(const auto values, store::findRow(db, *store::findTable(table), id));
    if (!values)
        return std::unexpected(notFound(table, id));
    TRY_ASSIGN(const QString division, divisionOf(db, table, *values));
    return Places{{table, id, division}};
}

Look incident(store::Connection &db, IncidentId id)
{
    return [&db, id] { return row(db, u"incident"_s, id.text()); };
}

Judged<Places> incidentOf(store::Connection &db, AssignmentId id)
{
    TRY_ASSIGN(const auto assignment, store::findAssignment(db, id));
    if (!assignment)
        return std::unexpected(notFound(u"assignment"_s, id.text()));
    return row(db, u"incident"_s, assignment->incident.text());
}

Look assignment(store::Connection &db, AssignmentId id)
{
    return [&db, id] { return incidentOf(db, id); };
}

// Values that a row shall have on top of those it has: it must be ours before and after.
Result<> addAfter(store::Connection &db, Places &places, const QString &table, const QString &id,
                  const FieldValues &standing, const FieldValues &wanted)
{
    const QString decides = table == "stock"_L1 ? u"depot"_s : u"division_code"_s;
    if (!wanted.contains(decides))
        return {};
    FieldValues after = standing;
    after[decides] = wanted.value(decides);
    TRY_ASSIGN(const QString division, divisionOf(db, table, after));
    places.push_back({table, id, division});
    return {};
}

Judged<Places> edited(store::Connection &db, const op::EditRecord &args)
{
    TRY_ASSIGN(Places places, row(db, args.table, args.record.text()));
    FieldValues wanted;
    for (const op::FieldChange &change : args.changes)
        wanted[change.field] = change.after;
    TRY(addAfter(db, places, args.table, args.record.text(), {}, wanted));
    return places;
}

Judged<Places> created(store::Connection &db, const op::CreateRecord &args)
{
    TRY_ASSIGN(const QString division, divisionOf(db, args.table, args.values));
    return Places{{args.table, args.record.text(), division}};
}

Judged<Places> imported(store::Connection &db, const op::ImportRecords &args)
{
    Places places;
    for (const op::ImportRecords::Row &line : args.rows) {
        const QString code = line.values.value(u"code"_s).toString();
        TRY_ASSIGN(const QString standing, store::idOfCode(db, args.table, code));
        if (code.isEmpty() || standing.isEmpty()) {
            TRY_ASSIGN(const QString division, divisionOf(db, args.table, line.values));
            places.push_back({args.table, line.record.text(), division});
            continue;
        }
        TRY_ASSIGN(const Places there, row(db, args.table, standing));
        places.insert(places.end(), there.begin(), there.end());
        TRY(addAfter(db, places, args.table, standing, {}, line.values));
    }
    return places;
}

// --- what an operation is
// ------------------------------------------------------------------------------------------

Judged<Deed> report(store::Connection &, const Operation &operation)
{
    ARGS(op::ReportIncident, args);
    const Touched place{u"incident"_s, args.incident.text(), args.divisionCode};
    return Deed{{}, [place] { return Judged<Places>(Places{place}); }};
}

template <class Body>
Judged<Deed> ofIncident(store::Connection &db, const Operation &operation)
{
    ARGS(Body, args);
    return Deed{{}, incident(db, args.incident)};
}

Judged<Deed> advanceIncident(store::Connection &db, const Operation &operation)
{
    ARGS(op::AdvanceIncident, args);
    return Deed{args.to, incident(db, args.incident)};
}

Judged<Deed> assign(store::Connection &db, const Operation &operation)
{
    ARGS(op::Assign, args);
    // The team may come from anywhere: help crosses borders, the incident decides.
    return Deed{args.ordered ? u"ordered"_s : u"proposed"_s, incident(db, args.incident)};
}

Judged<Deed> advanceAssignment(store::Connection &db, const Operation &operation)
{
    ARGS(op::AdvanceAssignment, args);
    TRY_ASSIGN(const auto found, store::findAssignment(db, args.assignment));
    QString detail = args.to;
    if (found && found->state == AssignmentState::PendingApproval &&
        args.to == stateName(AssignmentState::Ordered))
        detail = u"approve"_s;
    if (found && found->state == AssignmentState::Proposed &&
        args.to == stateName(AssignmentState::Cancelled))
        detail = u"withdraw"_s;
    return Deed{detail, assignment(db, args.assignment)};
}

Judged<Deed> transfer(store::Connection &db, const Operation &operation)
{
    ARGS(op::TransferAssignment, args);
    return Deed{args.handOver ? u"hand_over"_s : u"divert"_s, [&db, args]() -> Judged<Places> {
                    TRY_ASSIGN(Places places, incidentOf(db, args.assignment));
                    if (args.handOver)
                        return places;
                    TRY_ASSIGN(const Places to, row(db, u"incident"_s, args.incident.text()));
                    places.insert(places.end(), to.begin(), to.end());
                    return places;
                }};
}

template <class Body>
Judged<Deed> ofAssignment(store::Connection &db, const Operation &operation)
{
    ARGS(Body, args);
    return Deed{{}, assignment(db, args.assignment)};
}

Judged<Deed> overrideTeam(store::Connection &db, const Operation &operation)
{
    ARGS(op::OverrideAvailability, args);
    return Deed{{}, [&db, id = args.team] { return row(db, u"team"_s, id.text()); }};
}

template <class Body>
Judged<Deed> ofRecord(store::Connection &db, const Operation &operation, auto look)
{
    ARGS(Body, args);
    const bool isIncident = args.table == "incident"_L1;
    if (!isIncident && !findRegister(args.table))
        return refuse(RefusalReason::BadArguments,
                      {{u"argument"_s, u"table"_s}, {u"value"_s, args.table}});
    return Deed{isIncident ? u"incident"_s : u"register"_s,
                [&db, args = std::move(args), look] { return look(db, args); }};
}

Judged<Deed> edit(store::Connection &db, const Operation &operation)
{
    return ofRecord<op::EditRecord>(db, operation, edited);
}
Judged<Deed> create(store::Connection &db, const Operation &operation)
{
    return ofRecord<op::CreateRecord>(db, operation, created);
}
Judged<Deed> retire(store::Connection &db, const Operation &operation)
{
    return ofRecord<op::RetireRecord>(db, operation,
                                      [](store::Connection &realm, const op::RetireRecord &args) {
                                          return row(realm, args.table, args.record.text());
                                      });
}
Judged<Deed> import(store::Connection &db, const Operation &operation)
{
    return ofRecord<op::ImportRecords>(db, operation, imported);
}

struct Reader
{
    const char *kind;
    Judged<Deed> (*read)(store::Connection &, const Operation &);
};
constexpr std::array readers = {
    Reader{op::ReportIncident::kind, report},
    Reader{op::NoteIncident::kind, ofIncident<op::NoteIncident>},
    Reader{op::AdvanceIncident::kind, advanceIncident},
    Reader{op::SetCloseTimer::kind, ofIncident<op::SetCloseTimer>},
    Reader{op::Assign::kind, assign},
    Reader{op::AdvanceAssignment::kind, advanceAssignment},
    Reader{op::TransferAssignment::kind, transfer},
    Reader{op::FlagAssignment::kind, ofAssignment<op::FlagAssignment>},
    Reader{op::RetractStep::kind, ofAssignment<op::RetractStep>},
    Reader{op::CorrectTime::kind, ofAssignment<op::CorrectTime>},
    Reader{op::OverrideAvailability::kind, overrideTeam},
    Reader{op::EditRecord::kind, edit},
    Reader{op::CreateRecord::kind, create},
    Reader{op::RetireRecord::kind, retire},
    Reader{op::ImportRecords::kind, import},
};

QJsonArray namesOf(const std::vector<Role> &roles)
{
    QJsonArray names;
    for (const Role role : roles)
        names.append(roleName(role));
    return names;
}

bool covers(const QStringList &areas, const Touched &touched)
{
    // An incident that nobody has placed yet belongs to whoever hears of it: no caller is turned
    // away. Where there is no area at all there is nothing to be responsible for.
    if (touched.table == "incident"_L1 && touched.division.isEmpty())
        return std::ranges::any_of(areas,
                                   [](const QString &a) { return !normalArea(a).isEmpty(); });
    return areaCovers(areas, touched.division);
}

Result<Verdict> answerOf(const Failure &failure)
{
    if (const auto *error = std::get_if<Error>(&failure))
        return std::unexpected(*error);
    return Verdict(std::unexpected(std::get<Refusal>(failure)));
}

} // namespace

Result<Verdict> mayAccept(store::Connection &realm, const Principal &who,
                          const Operation &operation)
{
    const bool own = !who.userName.isEmpty() && (operation.author == who.userName ||
                                                 who.formerNames.contains(operation.author));
    if (!own || who.desk.isEmpty() || operation.desk != who.desk) {
        return Verdict(refuse(RefusalReason::NotYours, {{u"author"_s, operation.author},
                                                        {u"desk"_s, operation.desk},
                                                        {u"user"_s, who.userName},
                                                        {u"userDesk"_s, who.desk}}));
    }
    const auto reader = std::ranges::find_if(
        readers, [&](const Reader &one) { return operation.kind == QLatin1StringView(one.kind); });
    if (reader == readers.end())
        return Verdict(refuse(RefusalReason::UnknownOperation, {{u"kind"_s, operation.kind}}));
    const auto deed = reader->read(realm, operation);
    if (!deed)
        return answerOf(deed.error());
    if (!mayDo(who.roles, operation.kind, deed->detail)) {
        const Permission *row = findPermission(operation.kind, deed->detail);
        return Verdict(refuse(RefusalReason::NotPermitted,
                              {{u"operation"_s, operation.kind},
                               {u"detail"_s, deed->detail},
                               {u"roles"_s, namesOf(who.roles)},
                               {u"needs"_s, row ? namesOf(row->roles) : QJsonArray()}}));
    }
    const auto places = deed->look();
    if (!places)
        return answerOf(places.error());
    for (const Touched &touched : *places) {
        if (!covers(who.areas, touched)) {
            return Verdict(refuse(RefusalReason::OutsideArea,
                                  {{u"table"_s, touched.table},
                                   {u"id"_s, touched.id},
                                   {u"division"_s, touched.division},
                                   {u"areas"_s, QJsonArray::fromStringList(who.areas)}}));
        }
    }
    return Verdict();
}

} // namespace leeward::server
