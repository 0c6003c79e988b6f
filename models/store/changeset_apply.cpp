#include "models/store/changeset.h"
#include "models/store/changeset_bytes.h"
#include "models/store/tables.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>

// Applies changesets with statements that the connection keeps. SQLite's own way prepares new ones
// for each table of each changeset, and sets a pragma that makes all others be prepared again.

namespace leeward::store {

using namespace Qt::StringLiterals;
using changeset::Header;
using changeset::Record;

namespace {

struct Step
{
    const Table *table = nullptr;
    char what = 0;
    std::span<const QByteArrayView> before; // UPDATE, DELETE
    std::span<const QByteArrayView> after;  // UPDATE, INSERT
};

std::unexpected<Error> doesNotFit(const QString &why)
{
    return fail(Errc::Corrupt, u"a changeset does not fit: "_s + why);
}

bool isThere(QByteArrayView value)
{
    return value.front() != 0;
}

// Whether a column of this kind keeps the value as it is. What it would keep as another one (5 as
// "5", 5 as 5.0, a number that is none as nothing) nobody has recorded, and nobody could take back.
bool isKept(QByteArrayView value, int kind)
{
    const int type = value.front();
    if (type == 0 || type == SQLITE_NULL)
        return true;
    return type == kind && (type != SQLITE_FLOAT || !std::isnan(changeset::real(value)));
}

// What a changeset does, row by row.
class Plan
{
public:
    [[nodiscard]] static Result<Plan> of(const QByteArray &bytes)
    {
        Plan plan;
        QString unknown;
        QString wrong;
        const Table *table = nullptr;
        const bool whole = changeset::Walker(bytes).walk(
            [&](const Header &header) {
                table = findTable(QString::fromUtf8(header.name));
                if (!table || header.columns > static_cast<qsizetype>(table->columns.size()))
                    unknown = QString::fromUtf8(header.name);
                const QByteArrayView others = header.keys.sliced(1);
                return header.keys.front() == 1 &&
                       std::ranges::all_of(others, [](char key) { return key == 0; });
            },
            [&](const Header &header, const Record &record) {
                if (!unknown.isNull())
                    return true;
                wrong = wrongColumn(*table, header, record);
                return wrong.isNull() && plan.add(table, header, record);
            });
        if (!wrong.isNull())
            return doesNotFit(wrong + u" is given a value of another kind"_s);
        if (!unknown.isNull())
            return fail(Errc::Corrupt, u"a changeset of a newer schema, table "_s + unknown);
        if (!whole)
            return fail(Errc::Corrupt, u"a changeset is cut or malformed"_s);
        return plan;
    }

    // Rows that others refer to come before those and go after them, so that a foreign key is true
    // at every step: tables stand in that order in every changeset.
    template <class Take>
    [[nodiscard]] Result<> inOrder(Take take) const
    {
        for (const char what : {char(SQLITE_INSERT), char(SQLITE_UPDATE)}) {
            for (const Step &step : m_steps) {
                if (step.what == what)
                    TRY(take(step));
            }
        }
        for (auto step = m_steps.rbegin(); step != m_steps.rend(); ++step) {
            if (step->what == SQLITE_DELETE)
                TRY(take(*step));
        }
        return {};
    }

private:
    // The column that is given what it would not keep; null when there is none.
    [[nodiscard]] static QString wrongColumn(const Table &table, const Header &header,
                                             const Record &record)
    {
        const qsizetype count = (record.what == SQLITE_UPDATE ? 2 : 1) * header.columns;
        for (qsizetype i = 0; i < count; ++i) {
            const auto column = static_cast<size_t>(i % header.columns);
            if (!isKept(record.rows[i], table.kinds[column]))
                return table.name + u'.' + table.columns[column];
        }
        return {};
    }
    [[nodiscard]] bool add(const Table *table, const Header &header, const Record &record)
    {
        const auto columns = static_cast<size_t>(header.columns);
        const bool two = record.what == SQLITE_UPDATE;
        const std::span values(record.rows, two ? 2 * columns : columns);
        const auto text = [](QByteArrayView value) { return value.front() == SQLITE_TEXT; };
        if (!text(values.front()) || (two && isThere(values[columns])) ||
            (!two && !std::ranges::all_of(values, isThere)))
            return false;
        auto kept = std::make_unique<QByteArrayView[]>(values.size());
        std::ranges::copy(values, kept.get());
        const std::span<const QByteArrayView> first(kept.get(), columns);
        Step step{.table = table, .what = record.what};
        if (record.what != SQLITE_INSERT)
            step.before = first;
        if (record.what == SQLITE_INSERT)
            step.after = first;
        if (two)
            step.after = std::span<const QByteArrayView>(kept.get() + columns, columns);
        m_steps.push_back(step);
        m_values.push_back(std::move(kept));
        return true;
    }

    std::vector<Step> m_steps;
    std::vector<std::unique_ptr<QByteArrayView[]>> m_values; // what the steps look at
};

Result<> run(Connection &db, Statement &statement)
{
    const Result<> done = statement.run();
    if (done)
        return {};
    const int code = sqlite3_extended_errcode(db.handle());
    switch (code) {
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_UNIQUE: return doesNotFit(u"a row is there already"_s);
    case SQLITE_CONSTRAINT_FOREIGNKEY: return doesNotFit(u"a row it refers to is missing"_s);
    default: break;
    }
    if ((code & 0xFF) == SQLITE_CONSTRAINT)
        return doesNotFit(u"a constraint fails"_s);
    return done;
}

// That the row stands as it stood when the changeset was recorded.
Result<> compare(Connection &db, const Step &step)
{
    TRY_ASSIGN(Statement row, db.prepare(step.table->selectOne));
    changeset::bind(row.handle(), 1, step.before.front());
    TRY_ASSIGN(const bool there, row.step());
    if (!there)
        return doesNotFit(u"a row is not there"_s);
    QByteArray value;
    for (size_t column = 1; column < step.before.size(); ++column) {
        if (!isThere(step.before[column]))
            continue;
        value.resize(0);
        changeset::append(value, row.handle(), static_cast<int>(column));
        if (step.before[column] != value)
            return doesNotFit(u"a row has other values"_s);
    }
    return {};
}

std::string quoted(const Table &table, size_t column)
{
    return '"' + table.columns[column].toStdString() + '"';
}

Result<> insert(Connection &db, const Step &step)
{
    const bool all = step.after.size() == step.table->columns.size();
    TRY_ASSIGN(Statement statement,
               all ? db.prepare(step.table->insertAll)
                   : db.prepare(insertText(
                         *step.table, std::span(step.table->columns).first(step.after.size()))));
    for (size_t column = 0; column < step.after.size(); ++column)
        changeset::bind(statement.handle(), static_cast<int>(column) + 1, step.after[column]);
    return run(db, statement);
}

Result<> update(Connection &db, const Step &step)
{
    TRY(compare(db, step));
    std::string sql = "UPDATE \"" + step.table->name.toStdString() + "\" SET ";
    bool any = false;
    for (size_t column = 1; column < step.after.size(); ++column) {
        if (isThere(step.after[column])) {
            sql += quoted(*step.table, column) + "=?,";
            any = true;
        }
    }
    if (!any)
        return {};
    sql.back() = ' ';
    TRY_ASSIGN(Statement statement, db.prepare(sql + "WHERE id=?"));
    int index = 0;
    for (size_t column = 1; column < step.after.size(); ++column) {
        if (isThere(step.after[column]))
            changeset::bind(statement.handle(), ++index, step.after[column]);
    }
    changeset::bind(statement.handle(), ++index, step.before.front());
    return run(db, statement);
}

Result<> remove(Connection &db, const Step &step)
{
    TRY(compare(db, step));
    TRY_ASSIGN(Statement statement,
               db.prepare("DELETE FROM \"" + step.table->name.toStdString() + "\" WHERE id=?"));
    changeset::bind(statement.handle(), 1, step.before.front());
    return run(db, statement);
}

} // namespace

Result<> applyChangeset(Connection &db, const QByteArray &changeset)
{
    TRY_ASSIGN(const Plan plan, Plan::of(changeset));
    return plan.inOrder([&](const Step &step) -> Result<> {
        switch (step.what) {
        case SQLITE_INSERT: return insert(db, step);
        case SQLITE_UPDATE: return update(db, step);
        default: return remove(db, step);
        }
    });
}

} // namespace leeward::store
