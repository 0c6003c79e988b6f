#include "models/items/row_model.h"

#include <QSet>

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

} // namespace leeward::items
