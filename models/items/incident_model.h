#pragma once

#include "models/items/row_model.h"

namespace leeward::items {

// Incidents: number, title, type, level, state, since, teams out.
class IncidentModel : public RowModel
{
    Q_OBJECT
public:
    enum Column
    {
        Number,
        Title,
        Type,
        Level,
        State,
        Since,
        Teams,
        ColumnCount
    };
    explicit IncidentModel(TableCache &cache, QObject *parent = nullptr);

    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    // Shows anew for how long the states hold; call once a second.
    void tick();

protected:
    bool belongs(const QString &table, const QString &id) const override;
    QStringList allKeys() const override;
    QStringList touchedBy(const RowChange &change) const override;
};

} // namespace leeward::items
