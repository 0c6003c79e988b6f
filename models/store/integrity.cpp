#include "models/store/integrity.h"

#include <map>

namespace leeward::store {

using namespace Qt::StringLiterals;

Result<QStringList> integrityFaults(Connection &db)
{
    QStringList faults;
    TRY_ASSIGN(Statement statement, db.prepare("PRAGMA integrity_check(20)"));
    while (true) {
        const Result<bool> there = statement.step();
        if (!there)
            return QStringList{there.error().detail};
        if (!*there)
            return faults;
        if (const QString line = statement.text(0); line != "ok"_L1)
            faults += line;
    }
}

Result<QStringList> foreignKeyFaults(Connection &db)
{
    QStringList faults;
    TRY_ASSIGN(Statement statement, db.prepare("PRAGMA foreign_key_check"));
    while (true) {
        TRY_ASSIGN(const bool there, statement.step());
        if (!there)
            return faults;
        faults += u"%1 row %2 → %3"_s.arg(statement.text(0), statement.text(1), statement.text(2));
    }
}

Result<TableDifference> compareTable(Connection &left, Connection &right, const Table &table)
{
    TableDifference difference;
    std::map<QString, FieldValues> rows;
    TRY(forEachRow(left, table, [&](FieldValues &&row) {
        const QString id = row.value(u"id"_s).toString();
        rows.emplace(id, std::move(row));
        return true;
    }));
    TRY(forEachRow(right, table, [&](FieldValues &&row) {
        ++difference.rows;
        const QString id = row.value(u"id"_s).toString();
        const auto found = rows.find(id);
        if (found == rows.end() || found->second != row)
            difference.ids += id;
        if (found != rows.end())
            rows.erase(found);
        return true;
    }));
    for (const auto &[id, row] : rows)
        difference.ids += id;
    return difference;
}

} // namespace leeward::store
