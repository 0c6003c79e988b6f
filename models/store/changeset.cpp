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
    int conflict = 0;
    QByteArray copy = changeset; // the interface takes a non-const pointer
    const int result = sqlite3changeset_apply(db.handle(), static_cast<int>(copy.size()), copy.data(),
                                              nullptr, refuseConflict, &conflict);
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
