#pragma once

#include "analysis/roads/graph.h"
#include "analysis/roads/importwarnings.h"
#include "analysis/roads/speeds.h"

#include <QJsonObject>

namespace leeward::roads {

struct ImportStatistics
{
    qint64 waysRead = 0;
    qint64 waysUsed = 0;
    qint64 ferries = 0;
    qint64 closedBarriers = 0;
    qint64 restrictions = 0; // read
    qint64 restrictionsApplied = 0;
    qint64 restrictionsExcepted = 0;   // do not hold for emergency vehicles
    qint64 restrictionsIrrelevant = 0; // a member is no road for vehicles
    qint64 restrictionsOverWays = 0;   // via way: counted, not enforced
    qint64 pieces = 0;
    qint64 arcs = 0;
    qint64 nodes = 0;
    qint64 turnCopies = 0; // of nodes, made for turn restrictions
    qint64 components = 0; // parts without any road between them
    qint64 piecesInMainNetwork = 0;
    double metres = 0; // of all pieces, once each
};

struct RoadImport
{
    RoadGraph graph;
    ImportStatistics statistics;
    ImportWarnings warnings;
};

// Reads an OpenStreetMap extract (.osm.pbf; .osm, .osm.gz and .osm.bz2 work as well) into a graph.
// Reads the file twice: ways and relations, then nodes; memory follows the roads, not the file.
// Progress counts bytes of both passes. Errors: FileMissing, FileUnreadable; FileMalformed when it
// is empty, damaged, no OpenStreetMap file, or holds no road a vehicle can use; Cancelled. No
// exception leaves. Any thread.
[[nodiscard]] Result<RoadImport> importRoads(const QString &path, const SpeedTable &table,
                                             const Progress &progress);

// Stable name for JSON and logs: "wayCutAtBorder", …
[[nodiscard]] QString importWarningName(ImportWarning warning);
// {"name": {"count": n, "examples": [ids]}} of all that came up.
[[nodiscard]] QJsonObject toJson(const ImportWarnings &warnings);
[[nodiscard]] QJsonObject toJson(const ImportStatistics &statistics);

} // namespace leeward::roads
