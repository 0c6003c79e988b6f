#pragma once

#include "models/items/table_cache.h"

#include <QAbstractTableModel>

namespace leeward::items {

// What every list of the console answers beside its display text.
enum Role
{
    KeyRole = Qt::UserRole, // id of the row
    TableRole,              // "team", "incident", "assignment" …
    SortRole,               // what the column sorts by
    SearchRole,             // column 0: the words the list filter looks in, lower case, with pinyin
    StateRole,   // column 0: state name: IncidentState, AssignmentState, Availability, or a choice
                 // value
    KindRole,    // column 0: kind for the symbol: incident type, team kind, …
    SinceRole,   // column 0: ms since the epoch the state holds since; invalid when not known
    OverdueRole, // column 0: bool
    FadedRole,   // column 0: bool: retired or closed
};

// The shared part of all lists: rows by id in a hash and a list, begin/end around exactly the
// mutation, language.
class RowModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    RowModel(TableCache &cache, QObject *parent);

    [[nodiscard]] QString keyAt(int row) const;
    [[nodiscard]] int rowOf(const QString &key) const; // -1 when not here
    [[nodiscard]] Language language() const { return m_language; }
    void setLanguage(Language language);
    // A model that sleeps has no rows and hears of no change, so that nobody sorts what nobody
    // sees. Awake until told otherwise; sleep() is for before the first rows.
    void sleep() { m_asleep = true; }
    void wake();
    [[nodiscard]] bool isAsleep() const { return m_asleep; }

    int rowCount(const QModelIndex &parent = {}) const override;
    QHash<int, QByteArray> roleNames() const override;

protected:
    // Which tables make this model's rows; changes of the others are not looked at.
    [[nodiscard]] virtual bool belongs(const QString &table, const QString &id) const = 0;
    [[nodiscard]] virtual QStringList allKeys() const = 0;
    // Keys of this model whose row must be shown anew because of a change elsewhere (a team when
    // its assignment moves).
    [[nodiscard]] virtual QStringList touchedBy(const RowChange &change) const;
    [[nodiscard]] TableCache &cache() const { return m_cache; }
    void refreshAll();

private:
    void reload();
    void applyChanges(const Changes &changes);
    void insertKey(const QString &key);
    void removeKey(const QString &key);
    void touch(const QString &key);

    TableCache &m_cache;
    QStringList m_keys;
    QHash<QString, int> m_rowByKey;
    Language m_language = Language::Chinese;
    bool m_asleep = false;
};

} // namespace leeward::items
