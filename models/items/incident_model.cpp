#include "models/items/incident_model.h"

#include "models/domain/words.h"
#include "models/items/clock_text.h"
#include "models/store/search_index.h"

#include <algorithm>
#include <array>

namespace leeward::items {

using namespace Qt::StringLiterals;

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

void IncidentModel::tick()
{
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, Since), index(rowCount() - 1, Since), {Qt::DisplayRole});
}

} // namespace leeward::items
