#pragma once

#include "models/domain/geo.h"
#include "models/domain/progress.h"
#include "models/domain/result.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace leeward::democity {

struct Options
{
    // Share of the full box's side, 0.3 … 1. A small city has the same registers on less ground;
    // tests use it.
    double size = 1;
};

struct CitySummary
{
    QString folder;
    QString nameZh;
    QString nameEn;
    quint64 seed = 0;
    LonLat southWest;
    LonLat northEast;
    LonLat centre;
    int districts = 0;
    int towns = 0;
    int villages = 0;
    int roadNodes = 0; // junctions and shape points
    int roadEdges = 0; // between junctions
    double roadKilometres = 0;
    QStringList files;

    [[nodiscard]] QJsonObject toJson() const;
};

// Writes a fictional coastal city into the folder `outDir`: dem.tif, city.osm.pbf, the register
// files, gazetteer.csv, scenario.json and city.json, which names every file with its SHA-256. The
// same seed and options give the same bytes. Works in `outDir`.new and renames at the end; a
// failure or a cancel leaves nothing new behind. A folder that exists is replaced only if it is
// empty or holds a city.json of this generator: else Errc::AlreadyExists. Any thread; blocks.
[[nodiscard]] Result<CitySummary> generateCity(const QString &outDir, quint64 seed,
                                               const Options &options, Progress &progress);

} // namespace leeward::democity
