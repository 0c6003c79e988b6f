#pragma once

#include "models/store/connection.h"

#include <QJsonObject>

#include <vector>

namespace leeward::sync {

// One thing that was checked, and what was found wrong; nothing wrong = it holds.
struct Check
{
    QString name;
    QStringList faults;    // the first few, untranslated, naming rows
    qint64 looked = 0;     // how many things were looked at
    qint64 passedOver = 0; // how many could not be: entries that other rules than today's accepted
};

struct Verification
{
    std::vector<Check> checks;
    [[nodiscard]] bool holds() const;
};

// Checks a realm file from its own contents: the database's integrity and foreign keys, the hash
// chain, that the tables are what the journal and the pending operations make them, that the
// rulebook makes the same rows again of what it has accepted itself, and the invariants of
// dispatch. Older entries may have been written under a schema with fewer columns. Reads only; a
// reader connection suffices. Minutes for large journals; call off the UI thread.
[[nodiscard]] Result<Verification> verifyRealm(store::Connection &db);

[[nodiscard]] QJsonObject toJson(const Verification &verification);

} // namespace leeward::sync
