#pragma once

#include "models/items/row_model.h"

namespace leeward::items {

// The board: every open assignment. Sorting by State puts overdue ones on top, then groups by
// state.
class BoardModel : public RowModel
{
    Q_OBJECT
public:
    enum Column
    {
        Number,
        Team,
        Incident,
        Task,
        State,
        Since,
        Due,
        Flags,
        ColumnCount
    };
    explicit BoardModel(TableCache &cache, QObject *parent = nullptr);

    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    // Shows the clocks anew; call once a second.
    void tick();

protected:
    bool belongs(const QString &table, const QString &id) const override;
    QStringList allKeys() const override;
    QStringList touchedBy(const RowChange &change) const override;
};

} // namespace leeward::items
