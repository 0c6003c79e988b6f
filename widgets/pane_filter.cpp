#include "widgets/pane_filter.h"

#include "models/items/row_model.h"
#include "widgets/row_facts.h"

#include <QElapsedTimer>

#include <algorithm>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {
constexpr int untilPrepared = 600; // milliseconds; the rows are drawn first
}

PaneFilter::PaneFilter(items::TableCache &cache, const PendingMarks &pending, QString table,
                       QObject *parent)
    : ListFilter(parent)
    , m_cache(cache)
    , m_pending(pending)
    , m_table(std::move(table))
    , m_collator(QLocale(QLocale::Chinese, QLocale::China))
{
    m_collator.setNumericMode(true);
    connect(&m_prepare, &QTimer::timeout, this, &PaneFilter::prepareSome);
}

void PaneFilter::setSourceModel(QAbstractItemModel *model)
{
    // Before the base class: it sorts and filters in its own slots, and must not see what is no
    // longer so.
    connect(model, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex &first, const QModelIndex &last, const QList<int> &roles) {
                if (roles != QList<int>{Qt::DisplayRole}) // not the clock alone
                    forget(first.row(), last.row());
            });
    connect(model, &QAbstractItemModel::modelAboutToBeReset, this, [this] { m_keys.clear(); });
    connect(model, &QAbstractItemModel::modelReset, this, [this] {
        m_prepared = 0;
        m_prepare.start(untilPrepared);
    });
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
    m_prepared = 0;
    m_prepare.start(untilPrepared);
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
    const QString &search = searchOf(row);
    return std::ranges::all_of(m_words, [&](const QString &word) { return search.contains(word); });
}

bool PaneFilter::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    Keys &a = keysOf(left.row());
    Keys &b = keysOf(right.row());
    if (left.column() == State && a.overdue != b.overdue)
        return a.overdue;
    if (left.column() == State && a.order != b.order)
        return a.order < b.order;
    if (left.column() == Age && a.since != b.since)
        return a.since < b.since;
    return collatedOf(a).compare(collatedOf(b)) < 0;
}

const QString &PaneFilter::searchOf(int sourceRow) const
{
    std::optional<QString> &search = keysOf(sourceRow).search;
    if (!search)
        search = sourceModel()->index(sourceRow, 0).data(items::SearchRole).toString();
    return *search;
}

const QCollatorSortKey &PaneFilter::collatedOf(Keys &keys) const
{
    if (!keys.collated)
        keys.collated = m_collator.sortKey(keys.name);
    return *keys.collated;
}

// Pinyin of thousands of names takes longer than a key press may: it is made while nobody waits.
void PaneFilter::prepareSome()
{
    m_prepare.setInterval(0);
    QElapsedTimer spent;
    spent.start();
    const int rows = sourceModel() ? sourceModel()->rowCount() : 0;
    while (m_prepared < rows && spent.elapsed() < 4)
        (void) searchOf(m_prepared++);
    if (m_prepared >= rows)
        m_prepare.stop();
}

PaneFilter::Keys &PaneFilter::keysOf(int sourceRow) const
{
    const QModelIndex index = sourceModel()->index(sourceRow, 0);
    const QString id = index.data(items::KeyRole).toString();
    if (const auto found = m_keys.constFind(id); found != m_keys.constEnd())
        return **found;
    const RowFacts facts = rowFacts(m_cache, m_pending, m_table, id, m_language);
    auto keys = std::make_shared<Keys>(
        Keys{facts.title, std::nullopt, std::nullopt, index.data(items::StateRole).toString(),
             facts.state.order, facts.since ? toMs(*facts.since) : 0, facts.faded, facts.overdue});
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
