#pragma once

#include "models/items/row_model.h"

namespace leeward::items {

// Any register by its description: columns are the fields that are in the list; teams also have
// state and task.
class RegisterModel : public RowModel
{
    Q_OBJECT
public:
    RegisterModel(TableCache &cache, const RegisterSpec &spec, QObject *parent = nullptr);

    [[nodiscard]] const RegisterSpec &spec() const { return m_spec; }
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

protected:
    bool belongs(const QString &table, const QString &id) const override;
    QStringList allKeys() const override;
    QStringList touchedBy(const RowChange &change) const override;

private:
    [[nodiscard]] QVariant text(const QString &key, int column) const;
    [[nodiscard]] QVariant facts(const QString &key, int role) const;
    // Rows that show the name of the changed row.
    [[nodiscard]] QStringList referringTo(const RowChange &change) const;
    const RegisterSpec &m_spec;
    bool m_isTeam = false;
    std::vector<const FieldSpec *> m_columns;
    mutable QHash<QString, QString> m_searchWords; // made when first asked for
};

} // namespace leeward::items
