#pragma once

#include "maps/geo/import.h"
#include "maps/geo/mapping.h"
#include "maps/geo/table.h"
#include "models/domain/datum.h"
#include "models/domain/ids.h"
#include "models/domain/operation.h"

namespace leeward::app {

// A file as it would come into a register, and the operation that brings it there at once or not at
// all.
struct PreparedImport
{
    const RegisterSpec *spec = nullptr;
    geo::SourceTable table;
    geo::ColumnMapping mapping;
    geo::ImportDraft draft;
    op::ImportRecords operation; // empty rows: nothing to import
};

// Reads, maps and checks; writes nothing. Unsupported for a file that a drill exported: nothing of
// a drill reaches a realm that is not its own. Blocking, any thread.
[[nodiscard]] Result<PreparedImport> prepareImport(const QString &file, const RegisterSpec &spec,
                                                   SourceDatum datum, IdSource &ids,
                                                   const Progress &progress);

} // namespace leeward::app
