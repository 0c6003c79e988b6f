#include "models/desk/waiting.h"

#include "models/domain/operation_codec.h"
#include "models/store/tables.h"

#include <algorithm>
#include <functional>

namespace leeward::desk {

using namespace Qt::StringLiterals;

namespace {

constexpr int window = 200; // entries read at once

QString arg(const Operation &operation, const char *name)
{
    return operation.args.value(QLatin1StringView(name)).toString();
}

bool isKind(const Operation &operation, const char *kind)
{
    return operation.kind == QLatin1StringView(kind);
}

// A row, and one of its fields or all of them.
struct Place
{
    QString table;
    QString id;
    QString code; // of a register row; an import names rows by it
    QString field;
};

bool isImportOf(const Operation &operation, const Place &place)
{
    const auto import = readArgs<op::ImportRecords>(operation.args);
    return import && std::ranges::any_of(import->rows, [&](const op::ImportRecords::Row &row) {
               const bool same =
                   row.record.text() == place.id ||
                   (!place.code.isEmpty() && row.values.value(u"code"_s).toString() == place.code);
               return same && (place.field.isEmpty() || row.values.contains(place.field));
           });
}

// Whether the operation wrote what stands there.
bool wrote(const Operation &operation, const Place &place)
{
    if (arg(operation, "table") != place.table) {
        return place.table == "incident"_L1 && isKind(operation, op::ReportIncident::kind) &&
               arg(operation, "incident") == place.id;
    }
    if (isKind(operation, op::ImportRecords::kind))
        return isImportOf(operation, place);
    if (arg(operation, "record") != place.id)
        return false;
    if (!isKind(operation, op::EditRecord::kind) || place.field.isEmpty())
        return place.field.isEmpty() || isKind(operation, op::CreateRecord::kind);
    const auto edit = readArgs<op::EditRecord>(operation.args);
    return edit && std::ranges::contains(edit->changes, place.field, &op::FieldChange::field);
}

// A step in the life of an incident or an assignment.
bool moved(const Operation &operation, const QString &table, const QString &id)
{
    if (table == "incident"_L1)
        return operation.kind.startsWith("incident."_L1) &&
               !isKind(operation, op::NoteIncident::kind) && arg(operation, "incident") == id;
    if (table == "assignment"_L1)
        return arg(operation, "assignment") == id || arg(operation, "successor") == id;
    if (table == "team_override"_L1)
        return isKind(operation, op::OverrideAvailability::kind) && arg(operation, "team") == id;
    return wrote(operation, {table, id, {}, {}});
}

// The order that holds the team, not the steps after it.
bool ordered(const Operation &operation, const QString &assignment)
{
    if (isKind(operation, op::TransferAssignment::kind))
        return arg(operation, "successor") == assignment;
    if (arg(operation, "assignment") != assignment)
        return false;
    return isKind(operation, op::Assign::kind) ||
           (isKind(operation, op::AdvanceAssignment::kind) && arg(operation, "to") == "ordered"_L1);
}

bool retired(const Operation &operation, const QString &record)
{
    return isKind(operation, op::RetireRecord::kind) && arg(operation, "record") == record;
}

using Test = std::function<bool(const Operation &)>;

// Which entry can have caused a refusal; empty when none can.
Test cause(const Refusal &refusal, const QString &code)
{
    const auto fact = [facts = refusal.facts](const QString &name) {
        return facts.value(name).toString();
    };
    const QString table = fact(u"table"_s);
    const QString id = fact(u"id"_s);
    switch (refusal.reason) {
    case RefusalReason::FieldConflict:
        return [place = Place{table, id, code, fact(u"field"_s)}](const Operation &operation) {
            return wrote(operation, place);
        };
    case RefusalReason::TeamBusy:
        return [assignment = fact(u"assignment"_s)](const Operation &operation) {
            return ordered(operation, assignment);
        };
    case RefusalReason::TeamUnavailable:
        return [team = fact(u"team"_s)](const Operation &operation) {
            return moved(operation, u"team_override"_s, team);
        };
    case RefusalReason::TeamRetired:
        return [team = fact(u"team"_s)](const Operation &operation) {
            return retired(operation, team);
        };
    case RefusalReason::Retired:
        return [id](const Operation &operation) { return retired(operation, id); };
    case RefusalReason::IncidentNotOpen:
    case RefusalReason::TimerStale:
        return [incident = fact(u"incident"_s)](const Operation &operation) {
            return moved(operation, u"incident"_s, incident);
        };
    case RefusalReason::OpenAssignments:
        return [incident = fact(u"incident"_s)](const Operation &operation) {
            return isKind(operation, op::Assign::kind) && arg(operation, "incident") == incident;
        };
    case RefusalReason::TimeNotMonotone:
    case RefusalReason::NotRetractable:
        return [assignment = fact(u"assignment"_s)](const Operation &operation) {
            return moved(operation, u"assignment"_s, assignment);
        };
    case RefusalReason::IllegalTransition:
    case RefusalReason::AlreadyExists:
    case RefusalReason::NothingToChange:
        return [table, id](const Operation &operation) { return moved(operation, table, id); };
    case RefusalReason::UnknownOperation:
    case RefusalReason::BadArguments:
    case RefusalReason::NotFound:
    case RefusalReason::ReasonNeeded:
    case RefusalReason::TeamOffDuty:
    case RefusalReason::FieldInvalid:
    case RefusalReason::StillReferenced:
    case RefusalReason::NotYours:
    case RefusalReason::NotPermitted:
    case RefusalReason::OutsideArea:
    case RefusalReason::RecoveryOver: return {};
    }
    return {};
}

bool same(const QVariant &a, const QVariant &b)
{
    const auto none = [](const QVariant &value) {
        return value.isNull() || value.toString().isEmpty();
    };
    return none(a) || none(b) ? none(a) && none(b) : a.toString() == b.toString();
}

// One thing that is looked for among the entries.
struct Search
{
    Test fits;
    std::optional<LogLine> *found;
};

Result<> addFields(store::Connection &db, Waiting &waiting, QString &code)
{
    if (!isKind(waiting.line.operation, op::EditRecord::kind))
        return {};
    const auto edit = readArgs<op::EditRecord>(waiting.line.operation.args);
    const store::Table *table = edit ? store::findTable(edit->table) : nullptr;
    if (!table)
        return {};
    TRY_ASSIGN(const auto row, store::findRow(db, *table, edit->record.text()));
    if (!row)
        return {};
    waiting.table = edit->table;
    waiting.record = edit->record.text();
    code = row->value(u"code"_s).toString();
    for (const op::FieldChange &change : edit->changes) {
        const QVariant now = row->value(change.field);
        waiting.fields.push_back({.field = change.field,
                                  .base = change.before,
                                  .mine = change.after,
                                  .theirs = now,
                                  .clash = !same(now, change.before) && !same(now, change.after),
                                  .by = {}});
    }
    return {};
}

// Newest entries first, until all is found or enough has been looked at.
Result<> find(store::Connection &db, std::vector<Search> searches)
{
    TRY_ASSIGN(const store::Head head, store::journalHead(db));
    const qint64 oldest = std::max<qint64>(0, head.seq - searchedEntries);
    for (qint64 end = head.seq; end > oldest && !searches.empty(); end -= window) {
        const qint64 from = std::max(oldest, end - window);
        TRY_ASSIGN(const auto entries, store::entriesAfter(db, from, static_cast<int>(end - from)));
        for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
            std::erase_if(searches, [&](const Search &search) {
                if (!search.fits(entry->operation))
                    return false;
                *search.found = LogLine{.seq = entry->seq,
                                        .operation = entry->operation,
                                        .acceptedAt = entry->acceptedAt,
                                        .pending = {},
                                        .refusal = {}};
                return true;
            });
        }
    }
    return {};
}

} // namespace

Result<std::vector<Waiting>> readWaiting(store::Connection &db)
{
    TRY_ASSIGN(const auto pending, store::pendingOperations(db));
    std::vector<Waiting> all(pending.size());
    std::vector<Search> searches;
    for (size_t i = 0; i < pending.size(); ++i) {
        Waiting &waiting = all[i];
        waiting.line = {.operation = pending[i].operation,
                        .acceptedAt = {},
                        .pending = pending[i].state,
                        .position = pending[i].position,
                        .refusal = pending[i].refusal,
                        .unanswered = isUnanswered(pending[i])};
        if (!pending[i].refusal)
            continue;
        QString code;
        TRY(addFields(db, waiting, code));
        if (Test test = cause(*pending[i].refusal, code))
            searches.push_back({std::move(test), &waiting.beatenBy});
        for (WaitingField &field : waiting.fields) {
            if (same(field.theirs, field.base))
                continue;
            searches.push_back({[place = Place{waiting.table, waiting.record, code, field.field}](
                                    const Operation &operation) { return wrote(operation, place); },
                                &field.by});
        }
    }
    if (!searches.empty())
        TRY(find(db, std::move(searches)));
    return all;
}

} // namespace leeward::desk
