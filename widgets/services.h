#pragma once

#include "analysis/recommend/recommend.h"
#include "models/desk/desk.h"
#include "models/domain/progress.h"
#include "models/items/table_cache.h"
#include "widgets/panels/package_service.h"

#include <QFuture>

#include <functional>
#include <memory>

namespace leeward::widgets {

// A place found by name.
struct NamedPlace
{
    QString name;
    QString kind; // town, village, road, river, landmark; or a register's key
    LonLat at;
};

// A road line from a team to an incident, for the map.
struct RouteLine
{
    std::vector<LonLat> line;
    qint64 seconds = 0;
    qint64 metres = 0;
};

// What of a file may come into a register, and what not and why.
struct ImportPreview
{
    const RegisterSpec *spec = nullptr;
    QString file;
    int rows = 0;
    std::vector<op::ImportRecords::Row> good;
    QStringList mapping; // "人数 → 人数", one a column
    QStringList unusedColumns;
    QStringList problems; // "第 7 行：“人数”不是数字：很多"
    QStringList warnings;
};

// Questions that leave the UI thread. `app` binds them to the libraries; each answers a future and
// can be overtaken.
struct Services
{
    std::function<QFuture<Result<recommend::Recommendation>>(IncidentId)> recommend;
    std::function<QFuture<std::vector<NamedPlace>>(const QString &text, int limit)> findPlace;
    std::function<QFuture<Result<RouteLine>>(LonLat from, LonLat to)> route;
    // `progress` outlives the call; cancel it to stop.
    std::function<QFuture<Result<ImportPreview>>(const QString &file, const QString &registerKey,
                                                 const QString &datum, Language language,
                                                 std::shared_ptr<Progress> progress)>
        readImport;
    std::function<QFuture<Result<>>(const QString &file, const QString &registerKey,
                                    Language language)>
        exportRegister;
    PackageServices packages; // empty calls: not offered
    QString roadsDate;        // data date of the road network, ISO; empty = none loaded
    QString realmMark;        // "演练 / EXERCISE" or empty for live
    QString cityName;
};

} // namespace leeward::widgets
