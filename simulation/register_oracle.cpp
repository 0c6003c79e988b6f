#include "simulation/register_oracle.h"

#include "models/domain/operation_codec.h"
#include "models/store/tables.h"

namespace leeward::simulation {

using namespace Qt::StringLiterals;

namespace {

QString plain(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::Bool:
    case QMetaType::Int:
    case QMetaType::LongLong:
    case QMetaType::Double: return QString::number(value.toDouble(), 'g', 12);
    default: return value.isNull() ? QString() : value.toString();
    }
}

} // namespace

QString RegisterOracle::edited(const Operation &operation)
{
    const auto args = readArgs<op::EditRecord>(operation.args);
    if (!args)
        return u"an edit that can not be read was accepted"_s;
    Row &row = m_rows[{args->table, args->record.text()}];
    for (const op::FieldChange &change : args->changes) {
        const auto standing = row.find(change.field);
        const QString after = plain(change.after);
        // What stands was either seen by whoever wrote this, or is what they wanted.
        if (standing != row.end() && standing->second != plain(change.before) &&
            standing->second != after)
            return u"%1.%2 was overwritten: '%3' stood, '%4' was seen, '%5' was written"_s.arg(
                args->table, change.field, standing->second, plain(change.before), after);
        row[change.field] = after;
    }
    return {};
}

QString RegisterOracle::take(const Operation &operation, store::Connection &db)
{
    std::vector<Key> touched;
    if (operation.kind == "record.edit"_L1) {
        if (QString wrong = edited(operation); !wrong.isEmpty())
            return wrong;
        touched.push_back({operation.args[u"table"].toString(),
                           RecordId::fromText(operation.args[u"record"].toString()).text()});
    } else if (operation.kind == "record.create"_L1) {
        const auto args = readArgs<op::CreateRecord>(operation.args);
        if (!args)
            return u"a record that can not be read was accepted"_s;
        const Key key{args->table, args->record.text()};
        const QString code = plain(args->values.value(u"code"_s));
        if (m_rows.contains(key) || !m_idOfCode.emplace(Key{args->table, code}, key.second).second)
            return u"%1 %2 was made twice"_s.arg(args->table, code);
        for (auto it = args->values.begin(); it != args->values.end(); ++it)
            m_rows[key][it.key()] = plain(it.value());
        touched.push_back(key);
    } else if (operation.kind == "record.import"_L1) {
        const auto args = readArgs<op::ImportRecords>(operation.args);
        if (!args)
            return u"an import that can not be read was accepted"_s;
        for (const op::ImportRecords::Row &line : args->rows) {
            const Key code{args->table, plain(line.values.value(u"code"_s))};
            const QString id = m_idOfCode.emplace(code, line.record.text()).first->second;
            for (auto it = line.values.begin(); it != line.values.end(); ++it)
                m_rows[{args->table, id}][it.key()] = plain(it.value());
            touched.push_back({args->table, id});
        }
    }
    for (const Key &key : touched) {
        if (QString wrong = compareRow(db, key, m_rows[key]); !wrong.isEmpty())
            return wrong;
    }
    return {};
}

QString RegisterOracle::compareRow(store::Connection &db, const Key &key, const Row &row) const
{
    const store::Table *table = store::findTable(key.first);
    const auto standing = table ? store::findRow(db, *table, key.second)
                                : Result<std::optional<FieldValues>>(std::nullopt);
    if (!standing || !*standing)
        return u"%1 %2 is not there"_s.arg(key.first, key.second);
    for (const auto &[field, value] : row) {
        const QString now = plain((*standing)->value(field));
        if (now != value)
            return u"%1 %2: %3 is '%4', accepted was '%5'"_s.arg(key.first, key.second, field, now,
                                                                 value);
    }
    if (key.first == "stock"_L1) {
        for (const QString &quantity : {u"on_hand"_s, u"reserved"_s, u"in_transit"_s}) {
            if ((*standing)->value(quantity).toDouble() < 0)
                return u"stock %1: %2 is below nothing"_s.arg(key.second, quantity);
        }
    }
    return {};
}

QString RegisterOracle::compare(store::Connection &db) const
{
    for (const auto &[key, row] : m_rows) {
        if (QString wrong = compareRow(db, key, row); !wrong.isEmpty())
            return wrong;
    }
    return {};
}

} // namespace leeward::simulation
