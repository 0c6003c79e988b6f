#pragma once

#include "maps/geo/table.h"

namespace leeward::geo {

// A table from the bytes of a CSV file. Quotes may hold separators, line ends and doubled
// quotes. Leading rows with a single filled cell above a wider header (a title) are skipped with a
// warning.
[[nodiscard]] Result<SourceTable> readCsv(const QByteArray &bytes, const ReadOptions &options,
                                          const Progress &progress);

// One cell, quoted where it must be.
[[nodiscard]] QString csvCell(const QString &text);

// Spreadsheets run a cell that begins with = + - @ (or their full-width forms) as a formula. Rule:
// a text that begins with any number of apostrophes followed by one of these gets one more
// apostrophe in front; reading takes one away from a text that begins with at least one apostrophe
// followed by one of them. So every text comes back as it was.
[[nodiscard]] QString guardFormula(const QString &text);
[[nodiscard]] QString unguardFormula(const QString &text);

} // namespace leeward::geo
