#pragma once

#include "maps/tiles/mercator.h"
#include "models/domain/clock.h"
#include "models/domain/result.h"

#include <QString>

namespace leeward::tiles {

// What a base map says of itself; every source answers it, and the console shows attribution, data
// date and review number on the map and on every export.
struct BaseMapInfo
{
    QString name;
    QString version; // changes whenever the content does; names caches
    LonLatBox bounds;
    int minZoom = 0;
    int maxZoom = 0;
    Instant dataDate{}; // epoch = the source does not say
    QString attribution;
    QString reviewNumber; // 审图号; a map of no real place says "none: fictional"; empty = the
                          // source does not say
    QString imageFormat = QStringLiteral("png");
    bool hasRelief = false;

    friend bool operator==(const BaseMapInfo &, const BaseMapInfo &) = default;
};

// A base-map folder made by importBaseMap: basemap.json beside layers.sqlite and, with relief,
// dem.tif, hillshade.tif.
[[nodiscard]] bool isBaseMapFolder(const QString &folder);
// Errors: FileMissing, FileMalformed (names the field), SchemaTooNew.
[[nodiscard]] Result<BaseMapInfo> readBaseMapInfo(const QString &folder);
[[nodiscard]] Result<> writeBaseMapInfo(const QString &folder, const BaseMapInfo &info);

} // namespace leeward::tiles
