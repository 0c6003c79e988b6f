#pragma once

#include "maps/geo/table.h"

namespace leeward::geo {

// A row of cells in which the header has not been told from the values yet.
struct Record
{
    int number = 0; // the first row of the file is 1
    QStringList cells = {};
    [[nodiscard]] qsizetype filled() const; // cells with something in them
};

// Headers and rows from records. The header is the first record with two filled cells among the
// first five filled ones, so a title above it is skipped, with a warning; else the first filled
// one. Rows without anything are left out. FileMalformed when all are blank.
[[nodiscard]] Result<> fillFromRecords(SourceTable &table, std::vector<Record> &&records);

} // namespace leeward::geo
