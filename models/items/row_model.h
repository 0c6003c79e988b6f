#pragma once

#include "models/items/table_cache.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

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

protected:
    bool belongs(const QString &table, const QString &id) const override;
    QStringList allKeys() const override;
    QStringList touchedBy(const RowChange &change) const override;
};

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

// Free text over SearchRole, and chips: states and "show finished".
class ListFilter : public QSortFilterProxyModel
{
    Q_OBJECT
public:
    explicit ListFilter(QObject *parent = nullptr);
    void setWords(const QString &text);
    void setStates(const QStringList &states); // empty: all
    void setShowFaded(bool show);
    [[nodiscard]] QStringList states() const { return m_states; }

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    QStringList m_words;
    QStringList m_states;
    bool m_showFaded = false;
};

// "3 min", "2 h 05", "4 d" / "3分", "2小时05分", "4天"; negative spans say how long still.
[[nodiscard]] QString spanText(Duration span, Language language);
// Local clock time of the city, with the date when it is not today: "14:02:07", "08-12 14:02".
[[nodiscard]] QString clockText(Instant at, Instant now);

} // namespace leeward::items
