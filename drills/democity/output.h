#pragma once

#include "drills/democity/democity.h"
#include "drills/democity/plan.h"
#include "drills/democity/registers.h"

namespace leeward::democity {

// dem.tif: GeoTIFF, EPSG:4326, Float32 metres rounded to 0.1, sea below zero.
[[nodiscard]] Result<> writeHeights(const QString &path, const Terrain &terrain);

// The register files: five of places, stock, teams again in GB18030 and shelters as GeoJSON.
[[nodiscard]] Result<> writeRegisters(const QString &folder, const Registers &registers);

// gazetteer.csv: name, kind, place and division code of all that has a name.
[[nodiscard]] Result<> writeGazetteer(const QString &path, const CityPlan &city);

// scenario.json: where and how the guided demo's flood is reported.
[[nodiscard]] Result<> writeScenario(const QString &path, const CityPlan &city);

// city.json; `files` are those in the folder that it vouches for.
[[nodiscard]] Result<> writeManifest(const QString &folder, const CityPlan &city,
                                     const CitySummary &summary, const Names &names);

[[nodiscard]] Result<> writeFile(const QString &path, const QByteArray &bytes);

// Marks a folder as made by this generator.
inline constexpr QLatin1StringView generatorMark{"leeward-demo"};

} // namespace leeward::democity
