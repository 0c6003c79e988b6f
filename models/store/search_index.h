#pragma once

#include "models/domain/geo.h"
#include "models/store/connection.h"

#include <vector>

namespace leeward::store {

// Full-text and place search over registers and incidents. Kept by triggers that live with the
// writing connection, so that a changeset from anywhere keeps it too, and derived from the
// registers' own descriptions.
[[nodiscard]] Result<> installSearchIndex(Connection &db);

// Fills the index anew from the tables, inside the caller's transaction. The migration calls it.
[[nodiscard]] Result<> rebuildSearchIndex(Connection &db);

struct Found
{
    QString table;
    QString id;
    QString label;
    friend bool operator==(const Found &, const Found &) = default;
};

// Rows whose code, name or other searchable words contain every word of `text`: any part of a word,
// pinyin in full or by initials, case ignored. Best first: the label begins with it, contains it,
// the rest. For a reader connection.
[[nodiscard]] Result<std::vector<Found>> searchText(Connection &db, const QString &text, int limit);

// Rows whose place lies in the box.
[[nodiscard]] Result<std::vector<Found>> searchBox(Connection &db, LonLat southWest,
                                                   LonLat northEast, int limit);

// "xi hu qu xhq": what a Chinese text is found by in pinyin, full and initials; empty for text
// without Han characters.
[[nodiscard]] QString pinyinKeys(const QString &text);

} // namespace leeward::store
