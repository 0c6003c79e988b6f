#include "models/items/board_model.h"

#include "models/domain/words.h"
#include "models/items/clock_text.h"

#include <array>
#include <limits>

namespace leeward::items {

using namespace Qt::StringLiterals;

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

} // namespace leeward::items
