#include "widgets/pane_filter.h"

#include "widgets/row_facts.h"

#include <algorithm>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

PaneFilter::PaneFilter(items::TableCache &cache, const PendingMarks &pending, QString table,
                       QObject *parent)
    : ListFilter(parent)
    , m_cache(cache)
    , m_pending(pending)
    , m_table(std::move(table))
    , m_collator(QLocale(QLocale::Chinese, QLocale::China))
{
    m_collator.setNumericMode(true);
}

void PaneFilter::setSourceModel(QAbstractItemModel *model)
{
    // Before the base class: it sorts and filters in its own slots, and must not see what is no longer so.
    connect(model, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex &first, const QModelIndex &last) { forget(first.row(), last.row()); });
    connect(model, &QAbstractItemModel::modelAboutToBeReset, this, [this] { m_keys.clear(); });
    ListFilter::setSourceModel(model);
}

QVariant PaneFilter::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name: return m_table == "incident"_L1 ? tr("No. and title") : tr("Name");
    case State: return tr("State");
    case Age: return tr("For");
    default: return {};
    }
}

void PaneFilter::setLanguage(Language language)
{
    m_language = language;
    m_keys.clear();
    invalidate();
    Q_EMIT headerDataChanged(Qt::Horizontal, 0, columnCount() - 1);
}

void PaneFilter::setSearch(const QString &text)
{
    m_words = text.toLower().simplified().split(u' ', Qt::SkipEmptyParts);
    invalidateRowsFilter();
}

void PaneFilter::setShownStates(const QStringList &states)
{
    m_states = states;
    invalidateRowsFilter();
}

void PaneFilter::setRetiredShown(bool shown)
{
    m_showRetired = shown;
    invalidateRowsFilter();
}

int PaneFilter::rowOfKey(const QString &key) const
{
    const auto *rows = qobject_cast<const items::RowModel *>(sourceModel());
    const int source = rows ? rows->rowOf(key) : -1;
    return source < 0 ? -1 : mapFromSource(rows->index(source, 0)).row();
}

QHash<QString, int> PaneFilter::countByState() const
{
    QHash<QString, int> counts;
    const int rows = sourceModel() ? sourceModel()->rowCount() : 0;
    for (int row = 0; row < rows; ++row) {
        const Keys &keys = keysOf(row);
        if (m_showRetired || !keys.faded)
            ++counts[keys.state];
    }
    return counts;
}

bool PaneFilter::filterAcceptsRow(int row, const QModelIndex &) const
{
    const Keys &keys = keysOf(row);
    if (!m_showRetired && keys.faded)
        return false;
    if (!m_states.isEmpty() && !m_states.contains(keys.state))
        return false;
    if (m_words.isEmpty())
        return true;
    return std::ranges::all_of(m_words, [&](const QString &word) { return keys.search.contains(word); });
}

bool PaneFilter::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    const Keys &a = keysOf(left.row());
    const Keys &b = keysOf(right.row());
    if (left.column() == State && a.overdue != b.overdue)
        return a.overdue;
    if (left.column() == State && a.order != b.order)
        return a.order < b.order;
    if (left.column() == Age && a.since != b.since)
        return a.since < b.since;
    return a.collated.compare(b.collated) < 0;
}

const PaneFilter::Keys &PaneFilter::keysOf(int sourceRow) const
{
    const QModelIndex index = sourceModel()->index(sourceRow, 0);
    const QString id = index.data(items::KeyRole).toString();
    if (const auto found = m_keys.constFind(id); found != m_keys.constEnd())
        return **found;
    const RowFacts facts = rowFacts(m_cache, m_pending, m_table, id, m_language);
    auto keys = std::make_shared<Keys>(
        Keys{facts.title, m_collator.sortKey(facts.title), index.data(items::SearchRole).toString(),
             index.data(items::StateRole).toString(), facts.state.order,
             facts.since ? toMs(*facts.since) : 0, facts.faded, facts.overdue});
    return **m_keys.insert(id, std::move(keys));
}

void PaneFilter::forget(int first, int last)
{
    if (last - first > 200) {
        m_keys.clear();
        return;
    }
    for (int row = first; row <= last; ++row)
        m_keys.remove(sourceModel()->index(row, 0).data(items::KeyRole).toString());
}

} // namespace leeward::widgets
