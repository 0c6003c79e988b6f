#include "maps/geo/records.h"

#include <algorithm>

namespace leeward::geo {

using namespace Qt::StringLiterals;

namespace {

bool isBlank(const QString &cell)
{
    return cell.trimmed().isEmpty();
}

qsizetype headerIndex(const std::vector<Record> &records)
{
    qsizetype first = -1;
    int seen = 0;
    for (qsizetype i = 0; i < std::ssize(records) && seen < 5; ++i) {
        const qsizetype filled = records[static_cast<size_t>(i)].filled();
        if (filled == 0)
            continue;
        ++seen;
        if (filled >= 2)
            return i;
        if (first < 0)
            first = i;
    }
    return first;
}

SourceRow rowOf(Record &&record, qsizetype columns)
{
    SourceRow row{.number = record.number, .cells = std::move(record.cells)};
    row.surplus = std::any_of(row.cells.cbegin() + std::min(columns, row.cells.size()),
                              row.cells.cend(), [](const QString &c) { return !isBlank(c); });
    row.cells.resize(columns);
    return row;
}

} // namespace

qsizetype Record::filled() const
{
    return std::ranges::count_if(cells, [](const QString &cell) { return !isBlank(cell); });
}

Result<> fillFromRecords(SourceTable &table, std::vector<Record> &&records)
{
    const qsizetype header = headerIndex(records);
    if (header < 0)
        return fail(Errc::FileMalformed, u"nothing but blank lines"_s);
    Record &head = records[static_cast<size_t>(header)];
    table.headerNumber = head.number;
    while (!head.cells.isEmpty() && isBlank(head.cells.last()))
        head.cells.removeLast();
    for (const QString &cell : head.cells)
        table.headers += cell.trimmed();
    if (head.number > 1)
        table.warnings +=
            u"the header is row %1; what stands above it was skipped"_s.arg(head.number);
    for (size_t i = static_cast<size_t>(header) + 1; i < records.size(); ++i) {
        if (records[i].filled() > 0)
            table.rows.push_back(rowOf(std::move(records[i]), table.headers.size()));
    }
    return {};
}

} // namespace leeward::geo
