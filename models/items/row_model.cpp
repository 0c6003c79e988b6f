#include "models/items/row_model.h"

#include "models/domain/words.h"
#include "models/store/search_index.h"

#include <QSet>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace leeward::items {

using namespace Qt::StringLiterals;

RowModel::RowModel(TableCache &cache, QObject *parent)
    : QAbstractTableModel(parent)
    , m_cache(cache)
{
    connect(&cache, &TableCache::loaded, this, &RowModel::reload);
    connect(&cache, &TableCache::changed, this, &RowModel::applyChanges);
    if (cache.isLoaded()) // later, when the derived class is there to answer
        QMetaObject::invokeMethod(this, &RowModel::reload, Qt::QueuedConnection);
}

QString RowModel::keyAt(int row) const
{
    return m_keys.value(row);
}
int RowModel::rowOf(const QString &key) const
{
    return m_rowByKey.value(key, -1);
}

void RowModel::setLanguage(Language language)
{
    if (m_language == language)
        return;
    m_language = language;
    refreshAll();
    Q_EMIT headerDataChanged(Qt::Horizontal, 0, columnCount() - 1);
}

int RowModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_keys.size());
}

QHash<int, QByteArray> RowModel::roleNames() const
{
    return {{Qt::DisplayRole, "display"}, {KeyRole, "key"},      {TableRole, "table"},
            {SortRole, "sort"},           {SearchRole, "words"}, {StateRole, "state"},
            {KindRole, "kind"},           {SinceRole, "since"},  {OverdueRole, "overdue"},
            {FadedRole, "faded"}};
}

QStringList RowModel::touchedBy(const RowChange &) const
{
    return {};
}

void RowModel::refreshAll()
{
    if (!m_keys.isEmpty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

void RowModel::wake()
{
    if (std::exchange(m_asleep, false) && m_cache.isLoaded())
        reload();
}

void RowModel::reload()
{
    if (m_asleep)
        return;
    beginResetModel();
    m_keys = allKeys();
    m_rowByKey.clear();
    m_rowByKey.reserve(m_keys.size());
    for (int row = 0; row < m_keys.size(); ++row)
        m_rowByKey.insert(m_keys.at(row), row);
    endResetModel();
}

void RowModel::applyChanges(const Changes &changes)
{
    if (m_asleep)
        return;
    QSet<QString> touched;
    for (const RowChange &change : changes) {
        const QStringList others = touchedBy(change);
        touched.unite(QSet<QString>(others.begin(), others.end()));
        const bool mine =
            change.kind != RowChange::Kind::Removed && belongs(change.table, change.key);
        if (mine && rowOf(change.key) < 0)
            insertKey(change.key);
        else if (mine)
            touched.insert(change.key);
        else if (rowOf(change.key) >= 0 && !belongs(change.table, change.key) &&
                 !allKeys().contains(change.key))
            removeKey(change.key);
    }
    for (const QString &key : touched)
        touch(key);
}

void RowModel::insertKey(const QString &key)
{
    const int row = rowCount();
    beginInsertRows({}, row, row);
    m_keys.append(key);
    m_rowByKey.insert(key, row);
    endInsertRows();
}

void RowModel::removeKey(const QString &key)
{
    const int row = rowOf(key);
    beginRemoveRows({}, row, row);
    m_keys.removeAt(row);
    m_rowByKey.remove(key);
    for (int later = row; later < m_keys.size(); ++later)
        m_rowByKey[m_keys.at(later)] = later;
    endRemoveRows();
}

void RowModel::touch(const QString &key)
{
    if (const int row = rowOf(key); row >= 0)
        Q_EMIT dataChanged(index(row, 0), index(row, columnCount() - 1));
}

// --- registers
// ------------------------------------------------------------------------------------------------------

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
                                : QString(field.label.in(language()) + u" ("_s + field.unit + u')');
}

// --- incidents
// ------------------------------------------------------------------------------------------------------

IncidentModel::IncidentModel(TableCache &cache, QObject *parent)
    : RowModel(cache, parent)
{
}

int IncidentModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

bool IncidentModel::belongs(const QString &table, const QString &id) const
{
    return table == "incident"_L1 && cache().incident(id);
}

QStringList IncidentModel::allKeys() const
{
    return cache().incidents().keys();
}

QStringList IncidentModel::touchedBy(const RowChange &change) const
{
    return change.table == "assignment"_L1
               ? QStringList{change.values.value(u"incident"_s).toString()}
               : QStringList();
}

namespace {

QString levelText(int level, Language language)
{
    static const std::array<QString, 5> roman = {u"—"_s, u"Ⅰ"_s, u"Ⅱ"_s, u"Ⅲ"_s, u"Ⅳ"_s};
    const QString mark = roman[static_cast<size_t>(std::clamp(level, 0, 4))];
    return level == 0 || language == Language::English ? mark : QString(mark + u'级');
}

QString typeText(const QString &code, Language language)
{
    const IncidentType *type = findIncidentType(code);
    return type ? type->words.in(language) : code;
}

int openCount(const TableCache &cache, const QString &incident)
{
    int open = 0;
    for (const Assignment *assignment : cache.assignmentsOfIncident(incident))
        open += reservesTeam(assignment->state) ? 1 : 0;
    return open;
}

} // namespace

QVariant IncidentModel::data(const QModelIndex &index, int role) const
{
    const Incident *incident = index.isValid() ? cache().incident(keyAt(index.row())) : nullptr;
    if (!incident)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        switch (static_cast<Column>(index.column())) {
        case Number: return QString::number(incident->number);
        case Title: return incident->title;
        case Type: return typeText(incident->type, language());
        case Level: return levelText(incident->level, language());
        case State: return words(incident->state).in(language());
        case Since: return spanText(cache().now() - incident->stateSince, language());
        case Teams: return QString::number(openCount(cache(), incident->id.text()));
        case ColumnCount: return {};
        }
        return {};
    case SortRole:
        switch (static_cast<Column>(index.column())) {
        case Number: return incident->number;
        case Title: return incident->title;
        case Type: return incident->type;
        case Level: return incident->level == 0 ? 9 : incident->level;
        case State: return static_cast<int>(incident->state);
        case Since: return toMs(incident->stateSince);
        case Teams: return openCount(cache(), incident->id.text());
        case ColumnCount: return {};
        }
        return {};
    case KeyRole: return incident->id.text();
    case TableRole: return u"incident"_s;
    case SearchRole:
        return QString(QString::number(incident->number) + u' ' + incident->title + u' ' +
                       incident->address + u' ' + incident->caller + u' ' +
                       typeText(incident->type, language()) + u' ' +
                       store::pinyinKeys(incident->title))
            .toLower();
    case StateRole: return stateName(incident->state);
    case KindRole: return incident->type;
    case SinceRole: return toMs(incident->stateSince);
    case OverdueRole: {
        const auto assignments = cache().assignmentsOfIncident(incident->id.text());
        return std::ranges::any_of(assignments,
                                   [&](const auto *a) { return isOverdue(*a, cache().now()); });
    }
    case FadedRole: return !isActive(incident->state);
    case Qt::TextAlignmentRole:
        return QVariant(
            (index.column() == Number || index.column() == Teams ? Qt::AlignRight : Qt::AlignLeft) |
            Qt::AlignVCenter);
    default: return {};
    }
}

QVariant IncidentModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    static const std::array<Words, ColumnCount> labels = {{{u"编号"_s, u"No."_s},
                                                           {u"标题"_s, u"Title"_s},
                                                           {u"类型"_s, u"Type"_s},
                                                           {u"等级"_s, u"Level"_s},
                                                           {u"状态"_s, u"State"_s},
                                                           {u"已历时"_s, u"For"_s},
                                                           {u"在派"_s, u"Teams"_s}}};
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 ||
        section >= ColumnCount)
        return {};
    return labels[static_cast<size_t>(section)].in(language());
}

// --- the board
// ------------------------------------------------------------------------------------------------------

BoardModel::BoardModel(TableCache &cache, QObject *parent)
    : RowModel(cache, parent)
{
}

int BoardModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

bool BoardModel::belongs(const QString &table, const QString &id) const
{
    if (table != "assignment"_L1)
        return false;
    const Assignment *assignment = cache().assignment(id);
    return assignment && isOpen(assignment->state);
}

QStringList BoardModel::allKeys() const
{
    QStringList keys;
    for (const Assignment &assignment : cache().assignments()) {
        if (isOpen(assignment.state))
            keys += assignment.id.text();
    }
    return keys;
}

QStringList BoardModel::touchedBy(const RowChange &change) const
{
    QStringList keys;
    if (change.table == "team"_L1) {
        for (const Assignment *assignment : cache().openAssignmentsOfTeam(change.key))
            keys += assignment->id.text();
    } else if (change.table == "incident"_L1) {
        for (const Assignment *assignment : cache().assignmentsOfIncident(change.key))
            keys += assignment->id.text();
    }
    return keys;
}

void BoardModel::tick()
{
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, Since), index(rowCount() - 1, Flags));
}

namespace {

QString flagsText(const Assignment &assignment, Instant now, Language language)
{
    QStringList flags;
    if (isOverdue(assignment, now))
        flags += words(AssignmentFlag::Overdue).in(language);
    if (assignment.lostContact)
        flags += words(AssignmentFlag::LostContact).in(language);
    if (assignment.suspended)
        flags += words(AssignmentFlag::Suspended).in(language);
    return flags.join(u" · "_s);
}

std::optional<Instant> dueOf(const Assignment &assignment)
{
    switch (assignment.state) {
    case AssignmentState::Acknowledged:
    case AssignmentState::Mustering:
    case AssignmentState::EnRoute:
    case AssignmentState::Ordered:
    case AssignmentState::Delivered:
        return assignment.arriveBy ? assignment.arriveBy : expectedArrival(assignment);
    case AssignmentState::Proposed:
    case AssignmentState::PendingApproval:
    case AssignmentState::Staged:
    case AssignmentState::OnScene:
    case AssignmentState::Working:
    case AssignmentState::Loaded:
    case AssignmentState::ToDestination:
    case AssignmentState::AtDestination:
    case AssignmentState::Completed:
    case AssignmentState::Returning:
    case AssignmentState::Cleared:
    case AssignmentState::Declined:
    case AssignmentState::Recalled:
    case AssignmentState::Cancelled:
    case AssignmentState::Diverted:
    case AssignmentState::HandedOver: return std::nullopt;
    }
    return std::nullopt;
}

QString incidentText(const TableCache &cache, IncidentId id)
{
    const Incident *incident = cache.incident(id.text());
    return incident ? QString::number(incident->number) + u' ' + incident->title : QString();
}

} // namespace

QVariant BoardModel::data(const QModelIndex &index, int role) const
{
    const Assignment *assignment =
        index.isValid() ? cache().assignment(keyAt(index.row())) : nullptr;
    if (!assignment)
        return {};
    const Instant now = cache().now();
    const auto due = dueOf(*assignment);
    switch (role) {
    case Qt::DisplayRole:
        switch (static_cast<Column>(index.column())) {
        case Number: return assignment->number;
        case Team: return cache().name(u"team"_s, assignment->team.text());
        case Incident: return incidentText(cache(), assignment->incident);
        case Task:
            return assignment->task.isEmpty() ? words(assignment->taskType).in(language())
                                              : assignment->task;
        case State: return words(assignment->state).in(language());
        case Since: return spanText(now - assignment->stateSince, language());
        case Due: return due ? clockText(*due, now) : QString();
        case Flags: return flagsText(*assignment, now, language());
        case ColumnCount: return {};
        }
        return {};
    case SortRole:
        switch (static_cast<Column>(index.column())) {
        case Number: return assignment->number;
        case Team: return cache().name(u"team"_s, assignment->team.text());
        case Incident: return incidentText(cache(), assignment->incident);
        case Task: return assignment->task;
        case State:
            return (isOverdue(*assignment, now) ? 0 : 100) + static_cast<int>(assignment->state);
        case Since: return toMs(assignment->stateSince);
        case Due: return due ? toMs(*due) : std::numeric_limits<qint64>::max();
        case Flags: return flagsText(*assignment, now, language());
        case ColumnCount: return {};
        }
        return {};
    case KeyRole: return assignment->id.text();
    case TableRole: return u"assignment"_s;
    case SearchRole:
        return QString(assignment->number + u' ' +
                       cache().name(u"team"_s, assignment->team.text()) + u' ' +
                       incidentText(cache(), assignment->incident))
            .toLower();
    case StateRole: return stateName(assignment->state);
    case KindRole: {
        const FieldValues *team = cache().row(u"team"_s, assignment->team.text());
        return team ? team->value(u"kind"_s) : QVariant();
    }
    case SinceRole: return toMs(assignment->stateSince);
    case OverdueRole: return isOverdue(*assignment, now);
    case FadedRole: return false;
    default: return {};
    }
}

QVariant BoardModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    static const std::array<Words, ColumnCount> labels = {{{u"指令号"_s, u"Order"_s},
                                                           {u"队伍"_s, u"Team"_s},
                                                           {u"事件"_s, u"Incident"_s},
                                                           {u"任务"_s, u"Task"_s},
                                                           {u"状态"_s, u"State"_s},
                                                           {u"已历时"_s, u"For"_s},
                                                           {u"应到"_s, u"Due"_s},
                                                           {u"标记"_s, u"Flags"_s}}};
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 ||
        section >= ColumnCount)
        return {};
    return labels[static_cast<size_t>(section)].in(language());
}

// --- filter, clocks
// -------------------------------------------------------------------------------------------------

ListFilter::ListFilter(QObject *parent)
    : QSortFilterProxyModel(parent)
{
    setSortRole(SortRole);
    setSortLocaleAware(true);
    setDynamicSortFilter(true);
}

void ListFilter::setWords(const QString &text)
{
    m_words = text.toLower().simplified().split(u' ', Qt::SkipEmptyParts);
    invalidateRowsFilter();
}

void ListFilter::setStates(const QStringList &states)
{
    m_states = states;
    invalidateRowsFilter();
}

void ListFilter::setShowFaded(bool show)
{
    m_showFaded = show;
    invalidateRowsFilter();
}

bool ListFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    const QModelIndex index = sourceModel()->index(row, 0, parent);
    if (!m_showFaded && index.data(FadedRole).toBool())
        return false;
    if (!m_states.isEmpty() && !m_states.contains(index.data(StateRole).toString()))
        return false;
    if (m_words.isEmpty())
        return true;
    const QString words = index.data(SearchRole).toString();
    return std::ranges::all_of(m_words, [&](const QString &word) { return words.contains(word); });
}

QString spanText(Duration span, Language language)
{
    const bool zh = language == Language::Chinese;
    const qint64 seconds = std::abs(span.count()) / 1000;
    const QString sign = span.count() < 0 && seconds > 0 ? u"−"_s : QString();
    const qint64 minutes = seconds / 60;
    const qint64 hours = minutes / 60;
    if (minutes < 1)
        return sign + QString::number(seconds) + (zh ? u"秒"_s : u" s"_s);
    if (hours < 1)
        return sign + QString::number(minutes) + (zh ? u"分"_s : u" min"_s);
    if (hours < 48) {
        const QString rest = u"%1"_s.arg(minutes % 60, 2, 10, QChar(u'0'));
        return sign + QString::number(hours) +
               (zh ? QString(u"小时"_s + rest + u"分"_s) : QString(u" h "_s + rest));
    }
    return sign + QString::number(hours / 24) + (zh ? u"天"_s : u" d"_s);
}

QString clockText(Instant at, Instant now)
{
    const QDateTime local = toUtcDateTime(at + chinaOffset);
    const QDateTime today = toUtcDateTime(now + chinaOffset);
    if (local.date() == today.date())
        return local.toString(u"HH:mm:ss"_s);
    if (local.date().year() == today.date().year())
        return local.toString(u"MM-dd HH:mm"_s);
    return local.toString(u"yyyy-MM-dd HH:mm"_s);
}

} // namespace leeward::items
