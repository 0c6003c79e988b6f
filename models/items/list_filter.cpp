#include "models/items/list_filter.h"

#include "models/items/row_model.h"

#include <algorithm>

namespace leeward::items {

using namespace Qt::StringLiterals;

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

} // namespace leeward::items
