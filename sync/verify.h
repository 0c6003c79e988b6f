#pragma once

#include "models/store/entries.h"

#include <QJsonObject>

#include <functional>
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

// The entries that lie in archives, from the first on: each call of the inner function gives the
// next ones, none at the end. What is in the file, too, is passed over.
using EntryStream = std::function<Result<std::vector<store::Entry>>()>;
using Earlier = std::function<EntryStream()>;

// Checks a realm file from its own contents: the database's integrity and foreign keys, the hash
// chain, that the tables are what the journal and the pending operations make them, that the
// rulebook makes the same rows again of what it has accepted itself, and the invariants of
// dispatch. Older entries may have been written under a schema with fewer columns. Reads only; a
// reader connection suffices. Minutes for large journals; call off the UI thread.
//
// Of a file whose older entries lie in archives: with `earlier` all is checked from the first entry
// on; without, from the oldest entry here, starting from the tables as the later entries, taken
// back, leave them.
[[nodiscard]] Result<Verification> verifyRealm(store::Connection &db, const Earlier &earlier = {});

[[nodiscard]] QJsonObject toJson(const Verification &verification);

} // namespace leeward::sync
