#pragma once

#include "maps/geo/mapping.h"
#include "maps/geo/table.h"
#include "models/domain/datum.h"

namespace leeward::geo {

// A box of degrees, west <= east.
struct Region
{
    LonLat southWest;
    LonLat northEast;
    friend bool operator==(const Region &, const Region &) = default;
    [[nodiscard]] bool contains(LonLat place) const;
};

// Why a row of a source does not come in.
struct RowFault
{
    enum class Reason
    {
        Field,                 // `fault` says which value and why
        DuplicateCode,         // the code of row `other`, which came first
        CoordinatesSwapped,    // longitude and latitude are in each other's place
        CoordinatesUnreadable, // `fault.value` is no place in any notation
        CoordinatesHalf,       // one of longitude and latitude is missing: `fault.field`
        GeometryUnusable,      // the shape has no place in degrees
        SpreadsheetNumber, // a code or phone that a spreadsheet turned into 3.30681E+11: `fault`
        SurplusCells,      // more cells than the header has
        ColumnMissing,     // no column for the required field `fault.field`; stands for every row
    };
    int row = 0; // SourceRow::number; the header's row for ColumnMissing
    Reason reason = Reason::Field;
    FieldFault fault = {FieldFault::What::Missing, {}, {}};
    int other = 0;

    friend bool operator==(const RowFault &, const RowFault &) = default;
};

// One line for a person, without the row number.
[[nodiscard]] QString describe(const RowFault &fault, const RegisterSpec &spec, Language language);

struct DraftRow
{
    int number = 0;
    FieldValues values; // checked; an empty cell is absent
    friend bool operator==(const DraftRow &, const DraftRow &) = default;
};

// What an import would bring in, before anything is written. The same file gives an equal draft.
struct ImportDraft
{
    QString registerKey;
    QStringList
        fields; // the fields that the source has a column for; all others are unknown, not empty
    std::vector<DraftRow> rows;
    std::vector<RowFault> faults; // by row; a row may have several
    QString realmMark;            // as SourceTable: the file comes from a drill
    QStringList warnings;         // untranslated; those of the table included

    friend bool operator==(const ImportDraft &, const ImportDraft &) = default;
};

struct DraftOptions
{
    SourceDatum datum = SourceDatum::Wgs84; // of every coordinate in the source
    // Where the city is: swapped coordinates are noticed by it, and rows elsewhere give a warning.
    std::optional<Region> region = {};
};

// Values from cells, by the register's rules. Coordinates come from the geometry, else from the
// longitude and latitude columns (degrees or degrees-minutes-seconds), else from the coordinate
// column, and leave as WGS 84. Wrong rows are in `faults` with every reason; of rows with one code
// the first good one wins. Whether a referred row exists is not looked at here. Blocking, any
// thread. Errors: InvalidArgument for a mapping of another register, Cancelled.
[[nodiscard]] Result<ImportDraft> makeDraft(const RegisterSpec &spec, const SourceTable &table,
                                            const ColumnMapping &mapping,
                                            const DraftOptions &options, const Progress &progress);

} // namespace leeward::geo
