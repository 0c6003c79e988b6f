#include "simulation/screen.h"

#include "models/store/tables.h"

namespace leeward::simulation {

using namespace Qt::StringLiterals;

Result<Rows> rowsOf(store::Connection &db)
{
    Rows rows;
    for (const store::Table &table : store::operationalTables()) {
        TRY(store::forEachRow(db, table, [&](FieldValues &&row) {
            rows.insert(table.name + u'/' + row.value(u"id"_s).toString(), row);
            return true;
        }));
    }
    return rows;
}

QString play(const Changes &changes, Rows &rows)
{
    for (const RowChange &change : changes) {
        const QString key = change.table + u'/' + change.key;
        const bool there = rows.contains(key);
        switch (change.kind) {
        case RowChange::Kind::Inserted:
            if (there)
                return u"inserted twice: "_s + key;
            rows.insert(key, change.values);
            break;
        case RowChange::Kind::Removed:
            if (!there)
                return u"removed without being there: "_s + key;
            rows.remove(key);
            break;
        case RowChange::Kind::Updated: {
            if (!there)
                return u"updated without being there: "_s + key;
            const FieldValues before = rows.value(key);
            for (auto it = change.values.begin(); it != change.values.end(); ++it) {
                const bool said = change.columns.contains(it.key());
                if (said == (before.value(it.key()) == it.value()))
                    return u"%1.%2: said to have changed: %3"_s.arg(key, it.key()).arg(said);
            }
            rows.insert(key, change.values);
            break;
        }
        }
    }
    return {};
}

} // namespace leeward::simulation
