#pragma once

#include "maps/tiles/basemap.h"
#include "models/domain/progress.h"

#include <QStringList>

#include <optional>

namespace leeward::tiles {

struct BaseMapImport
{
    QString osmFile;      // any OpenStreetMap extract
    QStringList demFiles; // height models; none = a map without relief
    QString outFolder;    // must not exist, unless `replace` and it is a base-map folder
    QString name;         // empty = the file's name
    QString reviewNumber; // 审图号, required; "none: fictional" for a place that does not exist
    QString attribution = QStringLiteral("© OpenStreetMap contributors");
    QString language; // preferred language of names ("zh"), else the local ones
    int minZoom = 6;
    int maxZoom = 18;
    std::optional<LonLatBox> frame;
    bool replace = false;
};

struct BaseMapReport
{
    BaseMapInfo info;
    qint64 objects = 0;
    qint64 roads = 0;
    qint64 places = 0;
    qint64 buildings = 0;
    qint64 seaPolygons = 0;
    int contourStep = 0; // metres
    QStringList warnings;
};

// Makes a base-map folder. It is built beside its place and renamed when complete: a failure or a
// cancel leaves neither a half-made folder nor a changed old one. Any thread; blocks.
[[nodiscard]] Result<BaseMapReport> importBaseMap(const BaseMapImport &options,
                                                  const Progress &progress);

} // namespace leeward::tiles
