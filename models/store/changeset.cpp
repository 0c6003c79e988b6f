#include "models/store/changeset.h"

#include "models/store/tables.h"

#include <sqlite3.h>

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

namespace leeward::store {

using namespace Qt::StringLiterals;

namespace {

struct FreeSqlite
{
    void operator()(void *memory) const { sqlite3_free(memory); }
};

struct FinalizeChangeset
{
    void operator()(sqlite3_changeset_iter *iterator) const { sqlite3changeset_finalize(iterator); }
};

int refuseConflict(void *context, int conflict, sqlite3_changeset_iter *)
{
    *static_cast<int *>(context) = conflict;
    return SQLITE_CHANGESET_ABORT;
}

QString conflictName(int conflict)
{
    switch (conflict) {
    case SQLITE_CHANGESET_DATA: return u"a row has other values"_s;
    case SQLITE_CHANGESET_NOTFOUND: return u"a row is not there"_s;
    case SQLITE_CHANGESET_CONFLICT: return u"a row is there already"_s;
    case SQLITE_CHANGESET_FOREIGN_KEY: return u"a row it refers to is missing"_s;
    case SQLITE_CHANGESET_CONSTRAINT: return u"a constraint fails"_s;
    default: return u"malformed"_s;
    }
}

QString keyOf(sqlite3_value *value)
{
    return QString::fromUtf8(reinterpret_cast<const char *>(sqlite3_value_text(value)),
                             sqlite3_value_bytes(value));
}

struct Header
{
    qsizetype columns = 0;
    QByteArrayView keys; // one byte a column, not 0 = part of the primary key
    QByteArrayView name;
};

struct Record
{
    char what = 0;        // SQLITE_INSERT, SQLITE_DELETE, SQLITE_UPDATE
    char indirect = 0;    // made by a trigger
    QByteArrayView *rows; // what stood, what stands: one or two times `columns` values
};

// Walks the bytes of a changeset as SQLite lays them out (the comment at the top of its
// sqlite3session.c):
//
//   'T' columns(varint) keys(columns bytes) name '\0'     then records of this table:
//   what(1) indirect(1) value × columns                   INSERT: new; DELETE: old
//   what(1) indirect(1) value × columns × 2               UPDATE: old, new
//   value: type(1), then 8 bytes, or length(varint) and so many bytes, or nothing
//
// Never reads beyond the bytes. SQLite 3.46 itself looks for the end of a table's name for ever
// when the bytes end first.
class Walker
{
public:
    explicit Walker(const QByteArray &bytes)
        : m_bytes(bytes)
    {
    }

    // Calls onHeader(const Header &) and onRecord(const Header &, const Record &) for each part;
    // false when a part is not there whole, or when a call answers false.
    template <class OnHeader, class OnRecord>
    [[nodiscard]] bool walk(OnHeader onHeader, OnRecord onRecord)
    {
        Header table;
        std::vector<QByteArrayView> values;
        while (m_ok && m_at < m_bytes.size()) {
            const int what = byte();
            if (what == 'T') {
                table = header();
                m_ok = m_ok && onHeader(table);
            } else if (table.columns > 0 &&
                       (what == SQLITE_INSERT || what == SQLITE_DELETE || what == SQLITE_UPDATE)) {
                const auto indirect = static_cast<char>(byte());
                values.clear();
                for (qint64 i = (what == SQLITE_UPDATE ? 2 : 1) * table.columns; m_ok && i > 0; --i)
                    values.push_back(value());
                m_ok = m_ok &&
                       onRecord(table, Record{static_cast<char>(what), indirect, values.data()});
            } else {
                m_ok = false;
            }
        }
        return m_ok;
    }

private:
    int byte()
    {
        m_ok = m_ok && m_at < m_bytes.size();
        return m_ok ? static_cast<unsigned char>(m_bytes[m_at++]) : 0;
    }
    QByteArrayView take(qint64 count)
    {
        m_ok = m_ok && count >= 0 && count <= m_bytes.size() - m_at;
        if (!m_ok)
            return {};
        m_at += count;
        return QByteArrayView(m_bytes).sliced(m_at - count, count);
    }
    // Seven bits a byte, the highest first; no length of less than 2 GB takes more than five of
    // them.
    qint64 number()
    {
        qint64 value = 0;
        for (int i = 0; i < 5; ++i) {
            const int next = byte();
            value = (value << 7) | (next & 0x7F);
            if (!(next & 0x80))
                return value;
        }
        m_ok = false;
        return 0;
    }
    Header header()
    {
        Header table;
        table.columns = number();
        table.keys = take(table.columns);
        const qsizetype end = m_ok ? m_bytes.indexOf('\0', m_at) : -1;
        m_ok = m_ok && table.columns > 0 && table.columns < 1000 && end >= 0;
        if (m_ok)
            table.name = take(end - m_at);
        (void) byte();
        return table;
    }
    // With its type.
    QByteArrayView value()
    {
        const qsizetype from = m_at;
        switch (byte()) {
        case 0: // not changed
        case SQLITE_NULL: break;
        case SQLITE_INTEGER:
        case SQLITE_FLOAT: (void) take(8); break;
        case SQLITE_TEXT:
        case SQLITE_BLOB: (void) take(number()); break;
        default: m_ok = false;
        }
        return m_ok ? QByteArrayView(m_bytes).sliced(from, m_at - from) : QByteArrayView();
    }

    const QByteArray &m_bytes;
    qsizetype m_at = 0;
    bool m_ok = true;
};

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

Result<Recorder> Recorder::begin(Connection &db)
{
    sqlite3_session *session = nullptr;
    if (sqlite3session_create(db.handle(), "main", &session) != SQLITE_OK)
        return std::unexpected(sqliteError(db.handle(), u"session"_s));
    Recorder recorder(session);
    for (const Table &table : operationalTables()) {
        if (sqlite3session_attach(session, table.name.toUtf8().constData()) != SQLITE_OK)
            return std::unexpected(sqliteError(db.handle(), u"session: "_s + table.name));
    }
    return recorder;
}

Recorder::~Recorder()
{
    if (m_session)
        sqlite3session_delete(m_session);
}

Result<QByteArray> Recorder::changeset() const
{
    int size = 0;
    void *data = nullptr;
    if (sqlite3session_changeset(m_session, &size, &data) != SQLITE_OK)
        return fail(Errc::Internal, u"the changeset can not be read"_s);
    const std::unique_ptr<void, FreeSqlite> owner(data);
    return QByteArray(static_cast<const char *>(data), size);
}

Result<> applyChangeset(Connection &db, const QByteArray &changeset)
{
    if (changeset.isEmpty())
        return {};
    TRY(checkKnown(changeset));
    int conflict = 0;
    QByteArray copy = changeset; // the interface takes a non-const pointer
    const int result = sqlite3changeset_apply(db.handle(), static_cast<int>(copy.size()),
                                              copy.data(), nullptr, refuseConflict, &conflict);
    if (result == SQLITE_OK)
        return {};
    if (result == SQLITE_ABORT || result == SQLITE_CONSTRAINT || result == SQLITE_CORRUPT)
        return fail(Errc::Corrupt, u"a changeset does not fit: "_s + conflictName(conflict));
    // A full disk takes the transaction back; its clean-up after that has overwritten the
    // connection's last error.
    if (result == SQLITE_FULL)
        return fail(Errc::DiskFull, u"changeset: "_s + QString::fromUtf8(sqlite3_errstr(result)));
    return std::unexpected(sqliteError(db.handle(), u"changeset"_s));
}

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
