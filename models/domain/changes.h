#pragma once

#include "models/domain/registers.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace leeward {

// What one commit changed, read off its changeset: the one road by which local edits, remote
// entries, imports, replays and undo reach the screen.
struct RowChange
{
    enum class Kind
    {
        Inserted,
        Updated,
        Removed
    };
    Kind kind = Kind::Updated;
    QString table;
    QString key;
    QStringList columns; // Updated: which ones
    FieldValues values;  // the whole row as it stands after the commit; empty when removed
};

using Changes = std::vector<RowChange>;

} // namespace leeward
