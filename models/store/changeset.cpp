#include "models/store/changeset.h"

#include "models/store/changeset_bytes.h"
#include "models/store/tables.h"

#include <sqlite3.h>

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

namespace leeward::store {

using namespace Qt::StringLiterals;
using changeset::Header;
using changeset::Record;
using changeset::Walker;

namespace {

struct FreeSqlite
{
    void operator()(void *memory) const { sqlite3_free(memory); }
};

struct FinalizeChangeset
{
    void operator()(sqlite3_changeset_iter *iterator) const { sqlite3changeset_finalize(iterator); }
};

QString keyOf(sqlite3_value *value)
{
    return QString::fromUtf8(reinterpret_cast<const char *>(sqlite3_value_text(value)),
                             sqlite3_value_bytes(value));
}

std::unexpected<Error> malformed()
{
    return fail(Errc::Corrupt, u"a changeset is cut or malformed"_s);
}

// Whole, and of tables and columns that this program has: SQLite passes over the others in silence,
// and a row would be lost.
Result<> checkKnown(const QByteArray &changeset)
{
    QString unknown;
    const bool whole = Walker(changeset).walk(
        [&](const Header &header) {
            const Table *table = findTable(QString::fromUtf8(header.name));
            if (!table || header.columns > static_cast<qsizetype>(table->columns.size()))
                unknown = QString::fromUtf8(header.name);
            return true;
        },
        [](const Header &, const Record &) { return true; });
    if (!whole)
        return malformed();
    if (!unknown.isNull())
        return fail(Errc::Corrupt, u"a changeset of a newer schema, table "_s + unknown);
    return {};
}

// Writes the part of a changeset that a schema with fewer columns and tables would have recorded.
class Projection
{
public:
    explicit Projection(const ColumnCounts &columns)
        : m_columns(columns)
    {
    }

    [[nodiscard]] bool begin(const Header &table)
    {
        const auto known = m_columns.constFind(QString::fromUtf8(table.name));
        m_kept = known == m_columns.constEnd() ? 0 : std::min<qsizetype>(*known, table.columns);
        m_written = false;
        const QByteArrayView dropped = table.keys.sliced(std::max<qsizetype>(m_kept, 0));
        return m_kept <= 0 || std::ranges::all_of(dropped, [](char key) { return key == 0; });
    }

    void take(const Header &table, const Record &record)
    {
        if (m_kept <= 0)
            return;
        const std::span before(record.rows, static_cast<size_t>(m_kept));
        if (record.what != SQLITE_UPDATE) {
            open(table, record);
            write(before);
            return;
        }
        const std::span after(record.rows + table.columns, static_cast<size_t>(m_kept));
        if (std::ranges::all_of(after, [](QByteArrayView value) { return value.front() == 0; }))
            return; // only columns that are left out were changed
        open(table, record);
        write(before);
        write(after);
    }

    [[nodiscard]] QByteArray bytes() const { return m_bytes; }

private:
    void open(const Header &table, const Record &record)
    {
        if (!std::exchange(m_written, true)) {
            m_bytes += 'T';
            if (m_kept > 0x7F)
                m_bytes += static_cast<char>(0x80 | (m_kept >> 7));
            m_bytes += static_cast<char>(m_kept & 0x7F);
            m_bytes += table.keys.first(m_kept);
            m_bytes += table.name;
            m_bytes += '\0';
        }
        m_bytes += record.what;
        m_bytes += record.indirect;
    }
    void write(std::span<const QByteArrayView> values)
    {
        for (const QByteArrayView value : values)
            m_bytes += value;
    }

    const ColumnCounts &m_columns;
    QByteArray m_bytes;
    qsizetype m_kept = 0; // columns of the present table; 0 = the table is left out
    bool m_written = false;
};

} // namespace

Result<QByteArray> invertChangeset(const QByteArray &changeset)
{
    if (changeset.isEmpty())
        return QByteArray();
    TRY(checkKnown(changeset));
    int size = 0;
    void *data = nullptr;
    if (sqlite3changeset_invert(static_cast<int>(changeset.size()), changeset.constData(), &size,
                                &data) != SQLITE_OK)
        return fail(Errc::Corrupt, u"a changeset can not be inverted"_s);
    const std::unique_ptr<void, FreeSqlite> owner(data);
    return QByteArray(static_cast<const char *>(data), size);
}

Result<Changes> readChanges(Connection &db, const QByteArray &changeset)
{
    Changes changes;
    if (changeset.isEmpty())
        return changes;
    TRY(checkKnown(changeset));
    sqlite3_changeset_iter *raw = nullptr;
    QByteArray copy = changeset;
    if (sqlite3changeset_start(&raw, static_cast<int>(copy.size()), copy.data()) != SQLITE_OK)
        return fail(Errc::Corrupt, u"a changeset can not be read"_s);
    const std::unique_ptr<sqlite3_changeset_iter, FinalizeChangeset> iterator(raw);
    int step = SQLITE_OK;
    while ((step = sqlite3changeset_next(raw)) == SQLITE_ROW) {
        const char *tableName = nullptr;
        int columns = 0;
        int operation = 0;
        sqlite3changeset_op(raw, &tableName, &columns, &operation, nullptr);
        const Table *table = findTable(QString::fromUtf8(tableName));
        if (!table || columns > static_cast<int>(table->columns.size()))
            return fail(Errc::Corrupt, u"a changeset names an unknown table"_s);
        RowChange change{.kind = RowChange::Kind::Updated, .table = table->name};
        sqlite3_value *key = nullptr;
        if (operation == SQLITE_INSERT) {
            change.kind = RowChange::Kind::Inserted;
            sqlite3changeset_new(raw, 0, &key);
        } else {
            if (operation == SQLITE_DELETE)
                change.kind = RowChange::Kind::Removed;
            sqlite3changeset_old(raw, 0, &key);
        }
        if (operation == SQLITE_UPDATE) {
            for (int column = 1; column < columns; ++column) {
                sqlite3_value *after = nullptr;
                sqlite3changeset_new(raw, column, &after);
                if (after)
                    change.columns += table->columns[static_cast<size_t>(column)];
            }
        }
        if (key)
            change.key = keyOf(key);
        if (change.kind != RowChange::Kind::Removed) {
            TRY_ASSIGN(auto row, findRow(db, *table, change.key));
            if (row)
                change.values = std::move(*row);
        }
        changes.push_back(std::move(change));
    }
    if (step != SQLITE_DONE)
        return fail(Errc::Corrupt, u"a changeset can not be read"_s);
    return changes;
}

ColumnCounts columnCounts()
{
    ColumnCounts counts;
    for (const Table &table : operationalTables())
        counts.insert(table.name, static_cast<int>(table.columns.size()));
    return counts;
}

Result<ColumnCounts> columnCounts(Connection &db)
{
    ColumnCounts counts;
    for (const Table &table : operationalTables()) {
        TRY_ASSIGN(Statement count, db.prepare("SELECT count(*) FROM pragma_table_info(?)"));
        count.bind(1, table.name);
        TRY(count.step());
        if (count.integer(0) > 0)
            counts.insert(table.name, static_cast<int>(count.integer(0)));
    }
    return counts;
}

Result<ColumnCounts> columnsIn(const QByteArray &changeset)
{
    ColumnCounts counts;
    const bool whole = Walker(changeset).walk(
        [&](const Header &table) {
            counts.insert(QString::fromUtf8(table.name), static_cast<int>(table.columns));
            return true;
        },
        [](const Header &, const Record &) { return true; });
    if (!whole)
        return malformed();
    return counts;
}

Result<QByteArray> projectChangeset(const QByteArray &changeset, const ColumnCounts &columns)
{
    Projection projection(columns);
    const bool whole =
        Walker(changeset).walk([&](const Header &table) { return projection.begin(table); },
                               [&](const Header &table, const Record &record) {
                                   projection.take(table, record);
                                   return true;
                               });
    if (!whole)
        return malformed();
    return projection.bytes();
}

} // namespace leeward::store
