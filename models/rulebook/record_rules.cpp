#include "models/rulebook/context.h"

#include <QSet>

#include <array>

namespace leeward::rulebook {

using namespace Qt::StringLiterals;

namespace {

const RegisterSpec *editable(const QString &table)
{
    return table == "incident"_L1 ? &incidentFields() : findRegister(table);
}

Refusal invalid(const RegisterSpec &spec, const FieldFault &fault)
{
    return {RefusalReason::FieldInvalid,
            {{u"table"_s, spec.key},
             {u"field"_s, fault.field},
             {u"what"_s, static_cast<int>(fault.what)},
             {u"value"_s, fault.value}}};
}

// A value as its column keeps it, so that 5, 5.0 and "5" are one value.
QVariant stored(const FieldSpec &field, const QVariant &value)
{
    if (value.isNull() || (value.typeId() == QMetaType::QString && value.toString().isEmpty()))
        return {};
    switch (field.type) {
    case FieldType::Integer:
    case FieldType::Boolean: return value.toLongLong();
    case FieldType::Real: return value.toDouble();
    case FieldType::Text:
    case FieldType::LongText:
    case FieldType::Date:
    case FieldType::Hours:
    case FieldType::Choice:
    case FieldType::ChoiceList:
    case FieldType::Reference: return value.toString();
    }
    return value;
}

bool same(const FieldSpec &field, const QVariant &a, const QVariant &b)
{
    const QVariant left = stored(field, a);
    const QVariant right = stored(field, b);
    return left.isNull() == right.isNull() && (left.isNull() || left == right);
}

// Checks one value and, for a reference, that the row is there and in use. Only what is new is
// checked: a reference that stands stays, whatever became of its row.
Result<Verdict> check(Context &context, const RegisterSpec &spec, const FieldSpec &field,
                      const QVariant &value)
{
    if (const auto fault = checkField(field, value))
        return Verdict(std::unexpected(invalid(spec, *fault)));
    if (field.type == FieldType::Reference && !stored(field, value).isNull()) {
        TRY_ASSIGN(const QString id, store::idOfCode(context.db, field.refersTo, value.toString()));
        if (id.isEmpty())
            return Verdict(std::unexpected(
                invalid(spec, {FieldFault::What::NoSuchRow, field.name, value.toString()})));
        TRY_ASSIGN(const auto row,
                   store::findRow(context.db, *store::findTable(field.refersTo), id));
        if (row && row->value(u"retired"_s).toInt()) {
            REFUSE(RefusalReason::Retired, {{u"table"_s, field.refersTo},
                                            {u"id"_s, id},
                                            {u"by"_s, field.name},
                                            {u"code"_s, value.toString()}});
        }
    }
    return Verdict();
}

#define CHECK_RULE(expr)                                                                           \
    do {                                                                                           \
        TRY_ASSIGN(const Verdict checked, (expr));                                                 \
        if (!checked)                                                                              \
            return Verdict(checked);                                                               \
    } while (false)

// A place is two fields; one without the other is none.
Verdict checkPlace(const RegisterSpec &spec, const FieldValues &row)
{
    if (spec.hasPlace && row.value(u"lon"_s).isNull() != row.value(u"lat"_s).isNull())
        return std::unexpected(invalid(
            spec,
            {FieldFault::What::Missing, row.value(u"lon"_s).isNull() ? u"lon"_s : u"lat"_s, {}}));
    return {};
}

Result<Verdict> insertRecord(Context &context, const RegisterSpec &spec, RecordId id,
                             const FieldValues &values)
{
    FieldValues row;
    for (auto it = values.begin(); it != values.end(); ++it) {
        if (!spec.field(it.key()))
            REFUSE(RefusalReason::BadArguments, {{u"argument"_s, it.key()}});
    }
    for (const FieldSpec &field : spec.fields) {
        CHECK_RULE(check(context, spec, field, values.value(field.name)));
        row[field.name] = stored(field, values.value(field.name));
    }
    if (const Verdict place = checkPlace(spec, row); !place)
        return place;
    row[u"id"_s] = id.text();
    row[u"changed_at"_s] = toMs(context.operation.recordedAt);
    row[u"changed_by"_s] = context.operation.author;
    TRY(store::insertRow(context.db, *store::findTable(spec.key), row));
    return Verdict();
}

Result<Verdict> create(Context &context)
{
    RULE_ARGS(op::CreateRecord, args);
    const RegisterSpec *spec = findRegister(args.table);
    if (!spec || !args.record.isValid())
        REFUSE(RefusalReason::BadArguments,
               {{u"argument"_s, u"table"_s}, {u"value"_s, args.table}});
    const store::Table &table = *store::findTable(spec->key);
    TRY_ASSIGN(const auto standing, store::findRow(context.db, table, args.record.text()));
    const QString code = args.values.value(u"code"_s).toString();
    TRY_ASSIGN(const QString sameCode, store::idOfCode(context.db, spec->key, code));
    if (standing || !sameCode.isEmpty())
        REFUSE(RefusalReason::AlreadyExists, {{u"table"_s, spec->key},
                                              {u"id"_s, standing ? args.record.text() : sameCode},
                                              {u"code"_s, code}});
    return insertRecord(context, *spec, args.record, args.values);
}

// A row that others in use name can not lose its code or go out of use under them.
Result<Verdict> checkUnreferenced(Context &context, const RegisterSpec &spec, const QString &id,
                                  const QString &code)
{
    for (const RegisterSpec *other : allRegisters()) {
        for (const FieldSpec &field : other->fields) {
            if (field.type != FieldType::Reference || field.refersTo != spec.key)
                continue;
            TRY_ASSIGN(const QString by,
                       store::referrerTo(context.db, other->key, field.name, code));
            if (!by.isEmpty())
                REFUSE(RefusalReason::StillReferenced,
                       {{u"table"_s, spec.key}, {u"id"_s, id}, {u"by"_s, by}});
        }
    }
    return Verdict();
}

Refusal conflict(const op::EditRecord &args, const op::FieldChange &wanted, const FieldValues &row)
{
    return {RefusalReason::FieldConflict,
            {{u"table"_s, args.table},
             {u"id"_s, args.record.text()},
             {u"field"_s, wanted.field},
             {u"base"_s, QJsonValue::fromVariant(wanted.before)},
             {u"theirs"_s, QJsonValue::fromVariant(row.value(wanted.field))},
             {u"mine"_s, QJsonValue::fromVariant(wanted.after)},
             {u"by"_s, row.value(u"changed_by"_s).toString()},
             {u"at"_s, row.value(u"changed_at"_s).toLongLong()}}};
}

Result<Verdict> edit(Context &context)
{
    RULE_ARGS(op::EditRecord, args);
    const RegisterSpec *spec = editable(args.table);
    if (!spec || args.changes.empty())
        REFUSE(RefusalReason::BadArguments,
               {{u"argument"_s, u"table"_s}, {u"value"_s, args.table}});
    TRY_ASSIGN(auto row,
               store::findRow(context.db, *store::findTable(spec->key), args.record.text()));
    if (!row)
        REFUSE(RefusalReason::NotFound, {{u"table"_s, spec->key}, {u"id"_s, args.record.text()}});
    if (row->value(u"retired"_s).toInt())
        REFUSE(RefusalReason::Retired, {{u"table"_s, spec->key}, {u"id"_s, args.record.text()}});
    FieldValues changed;
    for (const op::FieldChange &wanted : args.changes) {
        const FieldSpec *field = spec->field(wanted.field);
        if (!field)
            REFUSE(RefusalReason::BadArguments, {{u"argument"_s, wanted.field}});
        const QVariant now = row->value(field->name);
        if (same(*field, now, wanted.after))
            continue; // somebody has set the same: nothing left to do, and no quarrel
        if (!same(*field, now, wanted.before))
            return Verdict(std::unexpected(conflict(args, wanted, *row)));
        CHECK_RULE(check(context, *spec, *field, wanted.after));
        if (field->name == "code"_L1) {
            TRY_ASSIGN(const QString other,
                       store::idOfCode(context.db, spec->key, wanted.after.toString()));
            if (!other.isEmpty())
                REFUSE(RefusalReason::AlreadyExists, {{u"table"_s, spec->key},
                                                      {u"id"_s, other},
                                                      {u"code"_s, wanted.after.toString()}});
            CHECK_RULE(checkUnreferenced(context, *spec, args.record.text(), now.toString()));
        }
        changed[field->name] = stored(*field, wanted.after);
        (*row)[field->name] = changed[field->name];
    }
    if (changed.isEmpty())
        return Verdict();
    if (const Verdict place = checkPlace(*spec, *row); !place)
        return place;
    TRY(change(context, spec->key, args.record.text(), changed));
    if (spec->key == "incident"_L1) {
        QStringList names = changed.keys();
        names.sort();
        TRY(logIncident(context, IncidentId(args.record.raw()), u"edit"_s, {}, {},
                        names.join(u',')));
    }
    return Verdict();
}

Result<Verdict> retire(Context &context)
{
    RULE_ARGS(op::RetireRecord, args);
    const RegisterSpec *spec = findRegister(args.table);
    if (!spec || args.reason.size() > longestText)
        REFUSE(RefusalReason::BadArguments,
               {{u"argument"_s, u"table"_s}, {u"value"_s, args.table}});
    TRY_ASSIGN(const auto row,
               store::findRow(context.db, *store::findTable(spec->key), args.record.text()));
    if (!row)
        REFUSE(RefusalReason::NotFound, {{u"table"_s, spec->key}, {u"id"_s, args.record.text()}});
    if ((row->value(u"retired"_s).toInt() != 0) == args.retired)
        REFUSE(RefusalReason::NothingToChange,
               {{u"table"_s, spec->key}, {u"id"_s, args.record.text()}});
    if (args.retired) {
        CHECK_RULE(checkUnreferenced(context, *spec, args.record.text(),
                                     row->value(u"code"_s).toString()));
    }
    if (args.retired && spec == &teamRegister()) {
        TRY_ASSIGN(const auto assignments,
                   store::assignmentsOfTeam(context.db, TeamId(args.record.raw())));
        for (const Assignment &assignment : assignments) {
            if (isOpen(assignment.state))
                REFUSE(RefusalReason::StillReferenced, {{u"table"_s, spec->key},
                                                        {u"id"_s, args.record.text()},
                                                        {u"by"_s, assignment.number}});
        }
    }
    TRY(change(context, spec->key, args.record.text(), {{u"retired"_s, args.retired ? 1 : 0}}));
    return Verdict();
}

// A row of a file meets the row with the same code: only the fields the file has are set. Counts
// the rows it changes.
Result<Verdict> mergeRecord(Context &context, const RegisterSpec &spec, const QString &id,
                            const FieldValues &values, int &touched)
{
    TRY_ASSIGN(auto row, store::findRow(context.db, *store::findTable(spec.key), id));
    if (!row)
        return fail(Errc::Corrupt, spec.key + u' ' + id);
    FieldValues changed;
    for (auto it = values.begin(); it != values.end(); ++it) {
        const FieldSpec *field = spec.field(it.key());
        if (!field)
            REFUSE(RefusalReason::BadArguments, {{u"argument"_s, it.key()}});
        if (same(*field, row->value(it.key()), it.value()))
            continue;
        CHECK_RULE(check(context, spec, *field, it.value()));
        changed[it.key()] = stored(*field, it.value());
    }
    row->insert(changed);
    if (const Verdict place = checkPlace(spec, *row); !place)
        return place;
    if (row->value(u"retired"_s).toInt())
        changed[u"retired"_s] = 0;
    if (!changed.isEmpty()) {
        TRY(change(context, spec.key, id, changed));
        ++touched;
    }
    return Verdict();
}

Result<Verdict> import(Context &context)
{
    RULE_ARGS(op::ImportRecords, args);
    const RegisterSpec *spec = findRegister(args.table);
    if (!spec || args.rows.empty() || args.source.size() > longestText)
        REFUSE(RefusalReason::BadArguments,
               {{u"argument"_s, u"table"_s}, {u"value"_s, args.table}});
    QSet<QString> codes;
    int touched = 0;
    for (const auto &row : args.rows) {
        const QString code = row.values.value(u"code"_s).toString();
        if (code.isEmpty())
            return Verdict(
                std::unexpected(invalid(*spec, {FieldFault::What::Missing, u"code"_s, {}})));
        if (codes.contains(code))
            REFUSE(RefusalReason::AlreadyExists, {{u"table"_s, spec->key}, {u"code"_s, code}});
        codes.insert(code);
        TRY_ASSIGN(const QString standing, store::idOfCode(context.db, spec->key, code));
        TRY_ASSIGN(const auto taken,
                   store::findRow(context.db, *store::findTable(spec->key), row.record.text()));
        if (standing.isEmpty() && taken)
            REFUSE(RefusalReason::AlreadyExists,
                   {{u"table"_s, spec->key}, {u"id"_s, row.record.text()}, {u"code"_s, code}});
        if (standing.isEmpty()) {
            CHECK_RULE(insertRecord(context, *spec, row.record, row.values));
            ++touched;
        } else {
            CHECK_RULE(mergeRecord(context, *spec, standing, row.values, touched));
        }
    }
    if (touched == 0)
        REFUSE(RefusalReason::NothingToChange, {{u"table"_s, spec->key}, {u"id"_s, args.source}});
    return Verdict();
}

} // namespace

std::span<const NamedRule> recordRules()
{
    static constexpr std::array rules = {
        NamedRule{op::CreateRecord::kind, create}, NamedRule{op::EditRecord::kind, edit},
        NamedRule{op::RetireRecord::kind, retire}, NamedRule{op::ImportRecords::kind, import}};
    return rules;
}

} // namespace leeward::rulebook
