#include "drills/democity/democity.h"

#include "drills/democity/features.h"
#include "drills/democity/output.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QScopeGuard>

namespace leeward::democity {

using namespace Qt::StringLiterals;

QJsonObject CitySummary::toJson() const
{
    const auto place = [](LonLat p) {
        return QJsonArray{std::round(p.lon * 1e6) / 1e6, std::round(p.lat * 1e6) / 1e6};
    };
    return {{u"folder"_s, folder},
            {u"name"_s, QJsonObject{{u"zh"_s, nameZh}, {u"en"_s, nameEn}}},
            {u"seed"_s, QString::number(seed)},
            {u"bbox"_s, QJsonArray{place(southWest).at(0), place(southWest).at(1),
                                   place(northEast).at(0), place(northEast).at(1)}},
            {u"centre"_s, place(centre)},
            {u"counts"_s, QJsonObject{{u"districts"_s, districts},
                                      {u"towns"_s, towns},
                                      {u"villages"_s, villages},
                                      {u"road_nodes"_s, roadNodes},
                                      {u"road_edges"_s, roadEdges},
                                      {u"road_km"_s, std::round(roadKilometres)}}}};
}

namespace {

// Rivers long enough to be known get a name; the one from outside the box is the great one.
void nameWaters(CityPlan &city, Names &names)
{
    double largest = 0;
    for (const River &river : city.water.rivers)
        largest = std::max(largest, river.area);
    for (const River &river : city.water.rivers) {
        if (river.area == largest)
            city.riverNames.push_back(names.river(true));
        else if (river.length > 5000 || river.area > 25)
            city.riverNames.push_back(names.river(false));
        else
            city.riverNames.push_back({});
    }
    for (const Lake &lake : city.water.lakes)
        city.lakeNames.push_back(names.lake(lake.reservoir));
}

Result<CityPlan> planCity(quint64 seed, const Options &options, Names &names,
                          const Progress &progress)
{
    CityPlan city;
    city.seed = seed;
    const auto step = [&](int done, const QString &what) {
        return progress.report(done, 10, what);
    };
    const auto stopped = [] { return fail(Errc::Cancelled, u"the demo city was cancelled"_s); };
    if (!step(0, u"terrain"_s))
        return stopped();
    city.terrain = makeTerrain(seed, options.size);
    if (!step(1, u"rivers"_s))
        return stopped();
    city.water = makeHydrology(city.terrain, seed);
    nameWaters(city, names);
    if (!step(2, u"settlements"_s))
        return stopped();
    city.people = makeSettlements(city.terrain, city.water, names, seed);
    if (!step(3, u"streets"_s))
        return stopped();
    city.streets = layStreets(city.roads, city.terrain, city.water, city.people, names, seed);
    if (!step(4, u"roads"_s))
        return stopped();
    city.rules =
        layRoads(city.roads, city.streets, city.terrain, city.water, city.people, names, seed);
    if (!step(5, u"land use"_s))
        return stopped();
    city.land = makeLanduse(city.terrain, city.water, city.people, city.roads, names, seed);
    city.nodesOfTown = nodesByTown(city.roads, city.people, city.terrain, city.water);
    city.rail =
        layRailway(city.roads, city.streets, city.terrain, city.water, city.people, names, seed);
    city.landmarks =
        placeLandmarks(city.terrain, city.water, city.people, city.roads, city.nodesOfTown, seed);
    if (!step(6, u"files"_s))
        return stopped();
    return city;
}

CitySummary summarise(const CityPlan &city, const QString &folder)
{
    CitySummary summary;
    const Frame &frame = city.terrain.frame;
    summary.folder = folder;
    summary.nameZh = city.people.city.zh;
    summary.nameEn = city.people.city.en;
    summary.seed = city.seed;
    summary.southWest = frame.toLonLat({0, 0});
    summary.northEast = frame.toLonLat({frame.width, frame.height});
    summary.centre = frame.toLonLat(city.people.centre);
    summary.districts = static_cast<int>(city.people.districts.size());
    summary.towns = static_cast<int>(city.people.towns.size());
    summary.villages = static_cast<int>(city.people.villages.size());
    for (const RoadEdge &edge : city.roads.edges) {
        if (edge.removed)
            continue;
        ++summary.roadEdges;
        summary.roadNodes += static_cast<int>(edge.inner.size());
        summary.roadKilometres += lengthOf(city.roads.lineOf(edge)) / 1000;
    }
    for (const auto &edges : city.roads.incident())
        summary.roadNodes += edges.empty() ? 0 : 1;
    summary.files = {
        u"city.osm.pbf"_s,       u"dem.tif"_s,       u"depots.csv"_s,   u"gazetteer.csv"_s,
        u"landing_points.csv"_s, u"scenario.json"_s, u"shelters.csv"_s, u"shelters.geojson"_s,
        u"stations.csv"_s,       u"stock.csv"_s,     u"teams.csv"_s,    u"teams_gb18030.csv"_s};
    return summary;
}

// An absent or empty folder, or one that this generator filled before.
Result<> mayReplace(const QString &folder)
{
    const QDir dir(folder);
    if (!dir.exists())
        return QFile::exists(folder)
                   ? Result<>(fail(Errc::AlreadyExists, folder + u": is a file"_s))
                   : Result<>{};
    if (dir.isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot))
        return {};
    QFile manifest(folder + u"/city.json"_s);
    if (manifest.open(QIODevice::ReadOnly) &&
        QJsonDocument::fromJson(manifest.readAll()).object().value("generator"_L1).toString() ==
            generatorMark)
        return {};
    return fail(Errc::AlreadyExists, folder + u": is not empty and holds no demo city"_s);
}

Result<> writeAll(const QString &folder, const CityPlan &city, Names &names,
                  const CitySummary &summary, const Progress &progress)
{
    const auto step = [&](int done, const QString &what) -> Result<> {
        if (!progress.report(done, 10, what))
            return fail(Errc::Cancelled, u"the demo city was cancelled"_s);
        return {};
    };
    TRY_ASSIGN(const Registers registers, makeRegisters(city, names));
    TRY(writeHeights(folder + u"/dem.tif"_s, city.terrain));
    TRY(step(7, u"city.osm.pbf"_s));
    OsmData osm(city.terrain.frame);
    addRoads(osm, city);
    addLand(osm, city);
    TRY(osm.write(folder + u"/city.osm.pbf"_s, progress));
    TRY(step(8, u"registers"_s));
    TRY(writeRegisters(folder, registers));
    TRY(writeGazetteer(folder + u"/gazetteer.csv"_s, city));
    TRY(writeScenario(folder + u"/scenario.json"_s, city));
    TRY(step(9, u"city.json"_s));
    return writeManifest(folder, city, summary, names);
}

} // namespace

Result<CitySummary> generateCity(const QString &outDir, quint64 seed, const Options &options,
                                 Progress &progress)
{
    if (options.size < 0.3 || options.size > 1 || outDir.isEmpty())
        return fail(Errc::InvalidArgument,
                    u"the demo city's size must be 0.3 to 1 and the folder named"_s);
    const QString folder = QDir::cleanPath(QDir(outDir).absolutePath());
    TRY(mayReplace(folder));
    const QString fresh = folder + u".new"_s;
    if (QFile::exists(fresh)) { // left by an interrupted run of this generator, or somebody else's
        if (!QFile::exists(fresh + u"/.leeward-demo"_s))
            return fail(Errc::AlreadyExists, fresh + u": is in the way"_s);
        QDir(fresh).removeRecursively();
    }
    if (!QDir().mkpath(fresh))
        return fail(Errc::FileUnwritable, fresh);
    auto sweep = qScopeGuard([&] { QDir(fresh).removeRecursively(); });
    TRY(writeFile(fresh + u"/.leeward-demo"_s, {}));
    TRY_ASSIGN(Names names, Names::create(seed));
    TRY_ASSIGN(const CityPlan city, planCity(seed, options, names, progress));
    CitySummary summary = summarise(city, folder);
    TRY(writeAll(fresh, city, names, summary, progress));
    if (!progress.report(10, 10))
        return fail(Errc::Cancelled, u"the demo city was cancelled"_s);
    QFile::remove(fresh + u"/.leeward-demo"_s);
    if (QDir(folder).exists() && !QDir(folder).removeRecursively())
        return fail(Errc::FileUnwritable, folder);
    if (!QDir().rename(fresh, folder))
        return fail(Errc::FileUnwritable, folder);
    sweep.dismiss();
    return summary;
}

} // namespace leeward::democity
