#pragma once

#include "models/domain/geo.h"
#include "models/domain/progress.h"
#include "models/domain/result.h"

#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace leeward::geo {

// One row of a source as it was written. A null string is "no value", an empty one an empty text.
struct SourceRow
{
    // As a person counts: in a text file the first row is 1, so the header usually; in a layer the
    // first feature is 1.
    int number = 0;
    QStringList cells = {}; // as many as there are headers
    bool surplus = false;   // the row had more cells than the header, and something in them
    std::optional<LonLat> place =
        {};                 // from a geometry, longitude first, in the datum of the file's numbers
    bool placeLost = false; // there is a geometry, but it could not be brought to degrees

    friend bool operator==(const SourceRow &, const SourceRow &) = default;
};

struct SourceTable
{
    QString format;   // "CSV", "GeoJSON", "GPKG", "ESRI Shapefile", "LIBKML", "XLSX"
    QString encoding; // of a text file: "UTF-8", "GB18030", "UTF-16"; empty otherwise
    QString layer;    // of a file with layers
    bool hasPlaces = false;
    int headerNumber = 1; // row number of the header; 0 when the format has none
    QStringList headers;
    std::vector<SourceRow> rows; // rows without anything in them are left out
    QString realmMark;    // not empty when the file says that it comes from a drill: what it says
    QStringList warnings; // untranslated, for the log and scripts

    friend bool operator==(const SourceTable &, const SourceTable &) = default;
};

struct ReadOptions
{
    QString layer = {}; // by name; empty: the only one, or the first with rows and a warning
    qint64 mostBytes = 256LL * 1024 * 1024;
    int mostRows = 1'000'000;
};

// Reads a table from a CSV file (',' ';' or tab; UTF-8, GB18030, UTF-16), GeoJSON, GeoPackage,
// shapefile, KML, KMZ or XLSX. What it is, is told from its content. Points come as WGS 84 degrees
// whatever the file's coordinate system; of other shapes the centroid is taken, with a warning.
// Blocking, any thread; reports rows to `progress`. Errors: FileMissing, FileUnreadable,
// FileMalformed with the reason (also for a folder and for what is no table), NotFound for a layer
// that is not there, Cancelled.
[[nodiscard]] Result<SourceTable> readTable(const QString &path, const ReadOptions &options,
                                            const Progress &progress);

} // namespace leeward::geo
