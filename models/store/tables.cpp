#include "models/store/tables.h"

#include "models/store/migrations.h"

#include <QCryptographicHash>

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <functional>

namespace leeward::store {

using namespace Qt::StringLiterals;

namespace {

// In an order in which rows may be inserted with foreign keys on.
constexpr std::array names = {
    "station",  "team",           "shelter",    "landing_point",    "depot",         "stock",
    "incident", "incident_event", "assignment", "assignment_event", "team_override", "counter"};

std::string selectAll(const Table &table)
{
    std::string sql = "SELECT ";
    for (const QString &column : table.columns)
        sql += '"' + column.toStdString() + "\",";
    sql.back() = ' ';
    return sql + "FROM \"" + table.name.toStdString() + '"';
}

int kindOf(const QString &type)
{
    for (const auto &[name, kind] :
         {std::pair("INTEGER"_L1, SQLITE_INTEGER), std::pair("REAL"_L1, SQLITE_FLOAT),
          std::pair("TEXT"_L1, SQLITE_TEXT), std::pair("BLOB"_L1, SQLITE_BLOB)}) {
        if (type == name)
            return kind;
    }
    qFatal("leeward: the built-in schema has a column of type %s", qPrintable(type));
}

std::vector<Table> readTables()
{
    std::vector<Table> tables;
    auto db = Connection::inMemory();
    if (!db || !applyAllMigrations(*db)) {
        qFatal("leeward: the built-in schema can not be applied");
    }
    for (const char *name : names) {
        Table table;
        table.name = QString::fromLatin1(name);
        auto statement = db->prepare("SELECT name, type FROM pragma_table_info(?) ORDER BY cid");
        if (!statement)
            qFatal("leeward: the built-in schema can not be read");
        statement->bind(1, table.name);
        while (statement->step().value_or(false)) {
            table.columns.push_back(statement->text(0));
            table.kinds.push_back(kindOf(statement->text(1)));
        }
        table.selectAll = selectAll(table);
        table.selectOne = table.selectAll + " WHERE id=?";
        table.insertAll = insertText(table, table.columns);
        tables.push_back(std::move(table));
    }
    return tables;
}

FieldValues readRow(const Statement &statement, const Table &table)
{
    FieldValues values;
    values.reserve(static_cast<qsizetype>(table.columns.size()));
    for (size_t i = 0; i < table.columns.size(); ++i)
        values.insert(table.columns[i], statement.value(static_cast<int>(i)));
    return values;
}

// The columns of `values`, sorted so that the same set gives the same cached statement.
Result<std::vector<QString>> columnsOf(const Table &table, const FieldValues &values)
{
    std::vector<QString> columns;
    for (auto it = values.begin(); it != values.end(); ++it) {
        if (table.indexOf(it.key()) < 0)
            return fail(Errc::InvalidArgument,
                        table.name + u'.' + it.key() + u": no such column"_s);
        columns.push_back(it.key());
    }
    std::ranges::sort(columns);
    return columns;
}

} // namespace

int Table::indexOf(QStringView column) const
{
    const auto found = std::ranges::find(columns, column);
    return found == columns.end() ? -1 : static_cast<int>(found - columns.begin());
}

std::string insertText(const Table &table, std::span<const QString> columns)
{
    std::string sql = "INSERT INTO \"" + table.name.toStdString() + "\"(";
    std::string marks;
    for (const QString &column : columns) {
        sql += '"' + column.toStdString() + "\",";
        marks += "?,";
    }
    sql.back() = ')';
    marks.back() = ')';
    return sql + " VALUES(" + marks;
}

std::span<const Table> operationalTables()
{
    static const std::vector<Table> tables = readTables();
    return tables;
}

const Table *findTable(QStringView name)
{
    for (const Table &table : operationalTables()) {
        if (table.name == name)
            return &table;
    }
    return nullptr;
}

Result<std::optional<FieldValues>> findRow(Connection &db, const Table &table, const QString &id)
{
    TRY_ASSIGN(Statement statement, db.prepare(table.selectOne));
    statement.bind(1, id);
    TRY_ASSIGN(const bool there, statement.step());
    if (!there)
        return std::nullopt;
    return readRow(statement, table);
}

Result<> insertRow(Connection &db, const Table &table, const FieldValues &values)
{
    TRY_ASSIGN(const std::vector<QString> columns, columnsOf(table, values));
    TRY_ASSIGN(Statement statement, db.prepare(insertText(table, columns)));
    for (size_t i = 0; i < columns.size(); ++i)
        statement.bind(static_cast<int>(i) + 1, values.value(columns[i]));
    return statement.run();
}

Result<> updateRow(Connection &db, const Table &table, const QString &id, const FieldValues &values)
{
    TRY_ASSIGN(const std::vector<QString> columns, columnsOf(table, values));
    if (columns.empty())
        return {};
    std::string sql = "UPDATE \"" + table.name.toStdString() + "\" SET ";
    for (const QString &column : columns)
        sql += '"' + column.toStdString() + "\"=?,";
    sql.back() = ' ';
    TRY_ASSIGN(Statement statement, db.prepare(sql + "WHERE id=? RETURNING 1"));
    for (size_t i = 0; i < columns.size(); ++i)
        statement.bind(static_cast<int>(i) + 1, values.value(columns[i]));
    statement.bind(static_cast<int>(columns.size()) + 1, id);
    TRY_ASSIGN(const bool there, statement.step());
    if (!there)
        return fail(Errc::NotFound, table.name + u' ' + id);
    return {};
}

Result<> forEachRow(Connection &db, const Table &table,
                    const std::function<bool(FieldValues &&)> &take)
{
    TRY_ASSIGN(Statement statement, db.prepare(table.selectAll + " ORDER BY id"));
    while (true) {
        TRY_ASSIGN(const bool there, statement.step());
        if (!there || !take(readRow(statement, table)))
            return {};
    }
}

Result<QByteArray> tablesDigest(Connection &db)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const Table &table : operationalTables()) {
        hash.addData(table.name.toUtf8());
        TRY_ASSIGN(Statement statement, db.prepare(table.selectAll + " ORDER BY id"));
        while (true) {
            TRY_ASSIGN(const bool there, statement.step());
            if (!there)
                break;
            for (int column = 0; column < statement.columnCount(); ++column) {
                const QVariant value = statement.value(column);
                hash.addData(QByteArray::number(value.typeId()));
                hash.addData(value.isNull() ? QByteArray("-") : value.toString().toUtf8());
                hash.addData(QByteArrayView("\x1f", 1));
            }
        }
    }
    return hash.result();
}

} // namespace leeward::store
