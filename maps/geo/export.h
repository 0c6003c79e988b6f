#pragma once

#include "models/domain/progress.h"
#include "models/domain/registers.h"

#include <span>

namespace leeward::geo {

enum class Format
{
    Csv,
    GeoJson,
    GeoPackage
};

// By the file name's ending: .csv .txt .tsv, .geojson .json, .gpkg.
[[nodiscard]] std::optional<Format> formatOf(const QString &path);

struct ExportOptions
{
    Language headerLanguage = Language::Chinese; // CSV only: headers and the words of choices
    QString realmMark =
        {}; // 演练 / EXERCISE: carried by every row and by the file; empty for the live realm
    bool bom = true; // CSV only: spreadsheets take UTF-8 for what it is
};

// Writes rows of a register so that readTable() + proposeMapping() + makeDraft() give the same
// values back.
//  CSV: labels as headers, RFC 4180, CRLF, text guarded against formulas (csv.h states the rule);
//  with tabs for commas when the file's name ends with .tsv. GeoJSON: RFC 7946, WGS 84; properties
//  by field name, NULL left out; longitude and latitude are the geometry. GeoPackage: one layer
//  named as the register, columns by field name, EPSG:4326.
// In the two last a row that has only one of longitude and latitude loses it. The file appears
// whole or not at all, and an existing one is replaced. Blocking, any thread. Errors: FileMissing
// (no such folder), FileUnwritable, DiskFull, Cancelled.
[[nodiscard]] Result<> writeRegister(const RegisterSpec &spec, std::span<const FieldValues> rows,
                                     const QString &path, Format format,
                                     const ExportOptions &options, const Progress &progress);

} // namespace leeward::geo
