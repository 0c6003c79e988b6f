#include "models/store/changeset.h"

#include "models/store/tables.h"

#include <sqlite3.h>

#include <memory>

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

// Walks the bytes of a changeset as SQLite lays them out (the comment at the top of its
// sqlite3session.c) and answers whether every part is there. SQLite 3.46 itself looks for the end
// of a table's name for ever when the bytes end first.
class Walker
{
public:
    explicit Walker(const QByteArray &bytes)
        : m_bytes(bytes)
    {
    }

    [[nodiscard]] bool isWhole()
    {
        while (m_ok && m_at < m_bytes.size()) {
            const int what = byte();
            if (what == 'T') {
                header();
            } else if (m_columns > 0 &&
                       (what == SQLITE_INSERT || what == SQLITE_DELETE || what == SQLITE_UPDATE)) {
                (void) byte(); // direct or by a trigger
                for (qint64 i = (what == SQLITE_UPDATE ? 2 : 1) * m_columns; m_ok && i > 0; --i)
                    value();
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
    void skip(qint64 count)
    {
        m_ok = m_ok && count >= 0 && count <= m_bytes.size() - m_at;
        if (m_ok)
            m_at += count;
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
    void header()
    {
        m_columns = number();
        skip(m_columns);
        const qsizetype end = m_ok ? m_bytes.indexOf('\0', m_at) : -1;
        m_ok = m_ok && m_columns > 0 && m_columns < 1000 && end >= 0;
        m_at = end + 1;
    }
    void value()
    {
        switch (byte()) {
        case 0: // not changed
        case SQLITE_NULL: return;
        case SQLITE_INTEGER:
        case SQLITE_FLOAT: skip(8); return;
        case SQLITE_TEXT:
        case SQLITE_BLOB: skip(number()); return;
        default: m_ok = false;
        }
    }

    const QByteArray &m_bytes;
    qsizetype m_at = 0;
    qint64 m_columns = 0;
    bool m_ok = true;
};

Result<> checkWhole(const QByteArray &changeset)
{
    if (!Walker(changeset).isWhole())
        return fail(Errc::Corrupt, u"a changeset is cut or malformed"_s);
    return {};
}

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
    TRY(checkWhole(changeset));
    int conflict = 0;
    QByteArray copy = changeset; // the interface takes a non-const pointer
    const int result = sqlite3changeset_apply(db.handle(), static_cast<int>(copy.size()),
                                              copy.data(), nullptr, refuseConflict, &conflict);
    if (result == SQLITE_OK)
        return {};
    if (result == SQLITE_ABORT || result == SQLITE_CONSTRAINT || result == SQLITE_CORRUPT)
        return fail(Errc::Corrupt, u"a changeset does not fit: "_s + conflictName(conflict));
    return std::unexpected(sqliteError(db.handle(), u"changeset"_s));
}

Result<QByteArray> invertChangeset(const QByteArray &changeset)
{
    if (changeset.isEmpty())
        return QByteArray();
    TRY(checkWhole(changeset));
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
    TRY(checkWhole(changeset));
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
        if (!table || columns != static_cast<int>(table->columns.size()))
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

} // namespace leeward::store
