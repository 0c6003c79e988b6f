#pragma once

#include "models/items/list_filter.h"
#include "models/items/table_cache.h"

#include <QCollator>
#include <QTimer>

namespace leeward::widgets {

class PendingMarks;

// The rows of one list as a pane shows them: three columns (name, state, for how long) drawn from
// the facts of a row, sorted and filtered by them. What a row is sorted and searched by is kept
// until the row changes, so that ten thousand rows filter while a person types.
class PaneFilter : public items::ListFilter
{
    Q_OBJECT
public:
    enum Column
    {
        Name,
        State,
        Age,
        ColumnCount
    };

    PaneFilter(items::TableCache &cache, const PendingMarks &pending, QString table,
               QObject *parent = nullptr);

    void setSourceModel(QAbstractItemModel *model) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setLanguage(Language language);
    void setSearch(const QString &text);
    void setShownStates(const QStringList &states);
    void setRetiredShown(bool shown);
    [[nodiscard]] const QString &table() const { return m_table; }
    [[nodiscard]] int rowOfKey(const QString &key) const; // -1 when filtered away
    // How many rows there are in each state, before the chips.
    [[nodiscard]] QHash<QString, int> countByState() const;

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    struct Keys
    {
        QString name;
        std::optional<QCollatorSortKey> collated; // when two rows are alike in all else
        std::optional<QString> search;            // when words are looked for
        QString state;
        int order = 0;
        qint64 since = 0;
        bool faded = false;
        bool overdue = false;
    };
    Keys &keysOf(int sourceRow) const;
    const QString &searchOf(int sourceRow) const;
    const QCollatorSortKey &collatedOf(Keys &keys) const;
    void prepareSome();
    void forget(int first, int last);

    items::TableCache &m_cache;
    const PendingMarks &m_pending;
    QString m_table;
    Language m_language = Language::Chinese;
    QCollator m_collator;
    QStringList m_words;
    QStringList m_states;
    bool m_showRetired = false;
    mutable QHash<QString, std::shared_ptr<Keys>> m_keys;
    QTimer m_prepare;
    int m_prepared = 0; // source rows before this one have their search words
};

} // namespace leeward::widgets
