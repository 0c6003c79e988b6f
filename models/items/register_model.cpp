#include "models/items/register_model.h"

#include "models/domain/words.h"
#include "models/store/search_index.h"

#include <algorithm>

namespace leeward::items {

using namespace Qt::StringLiterals;

namespace {

QString joinWords(const TableCache &cache, const RegisterSpec &spec, const FieldValues &values,
                  Language language)
{
    QString words;
    for (const FieldSpec &field : spec.fields) {
        if (field.searchable || field.inList)
            words += formatField(field, values.value(field.name), language).toLower() + u' ';
        if (field.inList && field.type == FieldType::Reference) {
            const QString code = values.value(field.name).toString();
            words +=
                cache.name(field.refersTo, cache.idOfCode(field.refersTo, code)).toLower() + u' ';
        }
    }
    return words + store::pinyinKeys(values.value(u"name"_s).toString());
}

} // namespace

RegisterModel::RegisterModel(TableCache &cache, const RegisterSpec &spec, QObject *parent)
    : RowModel(cache, parent)
    , m_spec(spec)
    , m_isTeam(&spec == &teamRegister())
{
    for (const FieldSpec &field : spec.fields) {
        if (field.inList)
            m_columns.push_back(&field);
    }
    // Before any view or proxy hears of a change.
    connect(this, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex &from, const QModelIndex &to) {
                for (int row = from.row(); row <= to.row(); ++row)
                    m_searchWords.remove(keyAt(row));
            });
    connect(this, &QAbstractItemModel::rowsRemoved, this, [this] { m_searchWords.clear(); });
    connect(this, &QAbstractItemModel::modelReset, this, [this] { m_searchWords.clear(); });
}

int RegisterModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size()) + (m_isTeam ? 1 : 0);
}

bool RegisterModel::belongs(const QString &table, const QString &id) const
{
    return table == m_spec.key && cache().row(table, id);
}

QStringList RegisterModel::allKeys() const
{
    return cache().rows(m_spec.key).keys();
}

QStringList RegisterModel::touchedBy(const RowChange &change) const
{
    QStringList keys = referringTo(change);
    if (m_isTeam && change.table == "assignment"_L1)
        keys += change.values.value(u"team"_s).toString();
    else if (m_isTeam && change.table == "team_override"_L1)
        keys += change.key;
    return keys;
}

QStringList RegisterModel::referringTo(const RowChange &change) const
{
    QStringList keys;
    for (const FieldSpec *field : m_columns) {
        if (field->type != FieldType::Reference || field->refersTo != change.table)
            continue;
        const bool all =
            change.columns.contains(u"code"_s); // the code it had is not known any more
        const QVariant code = change.values.value(u"code"_s);
        const auto &rows = cache().rows(m_spec.key);
        for (auto it = rows.begin(); it != rows.end(); ++it) {
            if (all || it->value(field->name) == code)
                keys += it.key();
        }
    }
    return keys;
}

QVariant RegisterModel::text(const QString &key, int column) const
{
    const FieldValues *values = cache().row(m_spec.key, key);
    if (!values)
        return {};
    if (column >= static_cast<int>(m_columns.size()))
        return words(cache().availability(key)).in(language());
    const FieldSpec &field = *m_columns[static_cast<size_t>(column)];
    if (field.type == FieldType::Reference) {
        const QString code = values->value(field.name).toString();
        const QString name = cache().name(field.refersTo, cache().idOfCode(field.refersTo, code));
        return name.isEmpty() ? code : name;
    }
    return formatField(field, values->value(field.name), language());
}

QVariant RegisterModel::facts(const QString &key, int role) const
{
    const FieldValues *values = cache().row(m_spec.key, key);
    if (!values)
        return {};
    switch (role) {
    case SearchRole: {
        QString &words =
            m_searchWords[key]; // asked of every row at every letter typed into a filter
        if (words.isEmpty())
            words = joinWords(cache(), m_spec, *values, language());
        return words;
    }
    case StateRole:
        if (m_isTeam)
            return stateName(cache().availability(key));
        if (m_spec.field(u"state"))
            return values->value(u"state"_s);
        if (m_spec.field(u"usable"))
            return values->value(u"usable"_s).toInt() ? u"usable"_s : u"unusable"_s;
        return {};
    case KindRole: return values->value(m_spec.field(u"kind") ? u"kind"_s : u"category"_s);
    case SinceRole: {
        if (!m_isTeam)
            return {};
        qint64 since = 0;
        for (const Assignment *assignment : cache().openAssignmentsOfTeam(key))
            since = std::max(since, toMs(assignment->stateSince));
        return since ? QVariant(since) : QVariant();
    }
    case OverdueRole:
        return m_isTeam &&
               std::ranges::any_of(cache().openAssignmentsOfTeam(key),
                                   [&](const auto *a) { return isOverdue(*a, cache().now()); });
    case FadedRole: return values->value(u"retired"_s).toInt() != 0;
    default: return {};
    }
}

QVariant RegisterModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const QString key = keyAt(index.row());
    switch (role) {
    case Qt::DisplayRole: return text(key, index.column());
    case KeyRole: return key;
    case TableRole: return m_spec.key;
    case SortRole: {
        if (index.column() >= static_cast<int>(m_columns.size()))
            return static_cast<int>(cache().availability(key));
        const FieldSpec &field = *m_columns[static_cast<size_t>(index.column())];
        const FieldValues *values = cache().row(m_spec.key, key);
        return values && field.type != FieldType::Reference ? values->value(field.name)
                                                            : text(key, index.column());
    }
    case Qt::TextAlignmentRole: {
        if (index.column() >= static_cast<int>(m_columns.size()))
            return {};
        const FieldType type = m_columns[static_cast<size_t>(index.column())]->type;
        const bool number = type == FieldType::Integer || type == FieldType::Real;
        return QVariant((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    default: return facts(key, role);
    }
}

QVariant RegisterModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 ||
        section >= columnCount())
        return {};
    if (section >= static_cast<int>(m_columns.size()))
        return language() == Language::Chinese ? u"状态"_s : u"State"_s;
    const FieldSpec &field = *m_columns[static_cast<size_t>(section)];
    return field.unit.isEmpty() ? field.label.in(language())
                                : QString(field.label.in(language()) + u" ("_s +
                                          unitText(field.unit, language()) + u')');
}

} // namespace leeward::items
