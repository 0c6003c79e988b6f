#include "models/store/features.h"

namespace leeward::store {

using namespace Qt::StringLiterals;

namespace {

// Only names of operationalTables() reach the text of a statement.
std::string columnsOf(const Table &table)
{
    std::string names;
    for (const QString &column : table.columns)
        names += '"' + column.toStdString() + "\",";
    names.pop_back();
    return names;
}

std::string from(const Table &table)
{
    // Incidents are ended, not retired.
    return " FROM \"" + table.name.toStdString() + "\" WHERE " +
           (table.indexOf(u"retired") >= 0 ? "retired=0" : "true");
}

// Conditions and what is bound to them, in order.
struct Filter
{
    std::string sql;
    std::vector<QVariant> values;

    void add(const char *condition, std::initializer_list<QVariant> more)
    {
        sql += std::string(" AND ") + condition;
        values.insert(values.end(), more);
    }
    int bindTo(Statement &statement) const
    {
        int index = 0;
        for (const QVariant &value : values)
            statement.bind(++index, value);
        return index;
    }
};

Filter filterOf(const FeatureQuery &query)
{
    Filter filter;
    if (const auto &box = query.box) {
        filter.add("lat BETWEEN ? AND ?", {box->south, box->north});
        if (box->west <= box->east)
            filter.add("lon BETWEEN ? AND ?", {box->west, box->east});
        else
            filter.add("(lon>=? OR lon<=?)", {box->west, box->east});
    }
    const bool hasTime = query.table->indexOf(u"reported_at") >= 0;
    if (hasTime && query.from)
        filter.add("reported_at>=?", {toMs(*query.from)});
    if (hasTime && query.to)
        filter.add("reported_at<=?", {toMs(*query.to)});
    return filter;
}

FieldValues rowOf(const Statement &statement, const Table &table)
{
    FieldValues values;
    for (size_t i = 0; i < table.columns.size(); ++i)
        values.insert(table.columns[i], statement.value(static_cast<int>(i)));
    return values;
}

} // namespace

Result<FeaturePage> findFeatures(Connection &db, const FeatureQuery &query)
{
    const Table &table = *query.table;
    const Filter filter = filterOf(query);
    FeaturePage page;
    {
        TRY_ASSIGN(Statement count, db.prepare("SELECT count(*)" + from(table) + filter.sql));
        filter.bindTo(count);
        TRY(count.step());
        page.matched = count.integer(0);
    }
    TRY_ASSIGN(Statement statement, db.prepare("SELECT " + columnsOf(table) + from(table) +
                                               filter.sql + " AND id>? ORDER BY id LIMIT ?"));
    const int last = filter.bindTo(statement);
    // One more than wanted tells whether there are more.
    statement.bind(last + 1, query.after).bind(last + 2, query.limit + 1);
    while (true) {
        TRY_ASSIGN(const bool there, statement.step());
        if (!there)
            return page;
        if (static_cast<int>(page.rows.size()) == query.limit) {
            page.more = true;
            return page;
        }
        page.rows.push_back(rowOf(statement, table));
    }
}

Result<std::optional<FieldValues>> findFeature(Connection &db, const Table &table,
                                               const QString &id)
{
    TRY_ASSIGN(Statement statement,
               db.prepare("SELECT " + columnsOf(table) + from(table) + " AND id=?"));
    statement.bind(1, id);
    TRY_ASSIGN(const bool there, statement.step());
    return there ? std::optional(rowOf(statement, table)) : std::nullopt;
}

Result<std::optional<FeatureBox>> featureExtent(Connection &db, const Table &table)
{
    TRY_ASSIGN(Statement statement,
               db.prepare("SELECT min(lon), min(lat), max(lon), max(lat)" + from(table) +
                          " AND lon IS NOT NULL AND lat IS NOT NULL"));
    TRY_ASSIGN(const bool there, statement.step());
    if (!there || statement.isNull(0))
        return std::nullopt;
    return FeatureBox{.west = statement.real(0),
                      .south = statement.real(1),
                      .east = statement.real(2),
                      .north = statement.real(3)};
}

} // namespace leeward::store
