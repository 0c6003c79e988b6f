#include "drills/democity/output.h"

#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include <QCryptographicHash>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>
#include <QStringEncoder>

#include <memory>

namespace leeward::democity {

using namespace Qt::StringLiterals;

Result<> writeFile(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate))
        return fail(Errc::FileUnwritable, path + u": "_s + file.errorString());
    if (file.write(bytes) != bytes.size() || !file.flush())
        return fail(file.error() == QFileDevice::ResourceError ? Errc::DiskFull
                                                               : Errc::FileUnwritable,
                    path + u": "_s + file.errorString());
    return {};
}

Result<> writeHeights(const QString &path, const Terrain &terrain)
{
    GDALAllRegister();
    GDALDriver *driver = GetGDALDriverManager()->GetDriverByName("GTiff");
    if (!driver)
        return fail(Errc::Internal, u"GDAL has no GTiff driver"_s);
    const Grid<float> &height = terrain.height;
    char **options = nullptr;
    for (const char *option : {"COMPRESS=DEFLATE", "PREDICTOR=3", "TILED=YES", "NUM_THREADS=1"})
        options = CSLAddString(options, option);
    const QByteArray file = QFile::encodeName(path);
    std::unique_ptr<GDALDataset> data(
        driver->Create(file.constData(), height.columns(), height.rows(), 1, GDT_Float32, options));
    CSLDestroy(options);
    if (!data)
        return fail(Errc::FileUnwritable, path + u": "_s + QString::fromUtf8(CPLGetLastErrorMsg()));
    const double dx = height.stepX() / terrain.frame.metresPerLon;
    const double dy = height.stepY() / terrain.frame.metresPerLat;
    double transform[6] = {terrain.frame.west - dx / 2,
                           dx,
                           0,
                           terrain.frame.south + (height.rows() - 0.5) * dy,
                           0,
                           -dy};
    data->SetGeoTransform(transform);
    OGRSpatialReference reference;
    reference.SetFromUserInput("EPSG:4326");
    data->SetSpatialRef(&reference);
    data->SetMetadataItem("TIFFTAG_IMAGEDESCRIPTION",
                          "Fictional city for demonstration and training; heights in metres");
    GDALRasterBand *band = data->GetRasterBand(1);
    std::vector<float> row(static_cast<size_t>(height.columns()));
    for (int j = height.rows() - 1; j >= 0; --j) {
        for (int i = 0; i < height.columns(); ++i)
            row[static_cast<size_t>(i)] = std::round(height.at(i, j) * 10) / 10;
        if (band->RasterIO(GF_Write, 0, height.rows() - 1 - j, height.columns(), 1, row.data(),
                           height.columns(), 1, GDT_Float32, 0, 0) != CE_None)
            return fail(Errc::FileUnwritable,
                        path + u": "_s + QString::fromUtf8(CPLGetLastErrorMsg()));
    }
    if (data->FlushCache(true) != CE_None)
        return fail(Errc::DiskFull, path + u": "_s + QString::fromUtf8(CPLGetLastErrorMsg()));
    return {};
}

namespace {

constexpr char byteOrderMark[] = "\xEF\xBB\xBF";

QByteArray geoJsonOf(const Table &table)
{
    QJsonArray features;
    for (const FieldValues &row : table.rows) {
        QJsonObject properties;
        for (const FieldSpec &field : table.spec->fields) {
            const QVariant value = row.value(field.name);
            if (!value.isNull() && field.name != "lon"_L1 && field.name != "lat"_L1)
                properties.insert(field.label.zh,
                                  field.type == FieldType::Integer || field.type == FieldType::Real
                                      ? QJsonValue::fromVariant(value)
                                      : QJsonValue(formatField(field, value, Language::Chinese)));
        }
        const QJsonObject geometry{{u"type"_s, u"Point"_s},
                                   {u"coordinates"_s, QJsonArray{row.value(u"lon"_s).toDouble(),
                                                                 row.value(u"lat"_s).toDouble()}}};
        features.append(QJsonObject{
            {u"type"_s, u"Feature"_s}, {u"geometry"_s, geometry}, {u"properties"_s, properties}});
    }
    return QJsonDocument(QJsonObject{{u"type"_s, u"FeatureCollection"_s},
                                     {u"name"_s, table.spec->key},
                                     {u"features"_s, features}})
        .toJson(QJsonDocument::Compact);
}

} // namespace

Result<> writeRegisters(const QString &folder, const Registers &registers)
{
    const auto csv = [&](const Table &table, const QString &name) {
        return writeFile(folder + u'/' + name, QByteArray(byteOrderMark) + csvOf(table).toUtf8());
    };
    TRY(csv(registers.stations, u"stations.csv"_s));
    TRY(csv(registers.teams, u"teams.csv"_s));
    TRY(csv(registers.shelters, u"shelters.csv"_s));
    TRY(csv(registers.landingPoints, u"landing_points.csv"_s));
    TRY(csv(registers.depots, u"depots.csv"_s));
    TRY(csv(registers.stock, u"stock.csv"_s));
    QStringEncoder encoder("GB18030", QStringConverter::Flag::Stateless);
    if (!encoder.isValid())
        return fail(Errc::Unsupported, u"this Qt can not write GB18030"_s);
    const QByteArray chinese = encoder.encode(csvOf(registers.teams));
    TRY(writeFile(folder + u"/teams_gb18030.csv"_s, chinese));
    return writeFile(folder + u"/shelters.geojson"_s, geoJsonOf(registers.shelters));
}

namespace {

class Gazetteer
{
public:
    explicit Gazetteer(const CityPlan &city)
        : m_city(city)
        , m_text(u"name,name_en,kind,lon,lat,division_code\r\n"_s)
    {
    }

    void add(const QString &name, const QString &english, const QString &kind, Vec at,
             QString code = {})
    {
        if (name.isEmpty() || !m_city.terrain.frame.contains(at))
            return;
        if (code.isEmpty())
            code = m_city.people.towns[static_cast<size_t>(m_city.people.townOf.near(at))].code;
        const LonLat place = m_city.terrain.frame.toLonLat(at);
        m_text += name + u',' + english + u',' + kind + u',' + QString::number(place.lon, 'f', 6) +
                  u',' + QString::number(place.lat, 'f', 6) + u',' + code + u"\r\n"_s;
    }

    void addStreets()
    {
        const RoadNetwork &roads = m_city.roads;
        std::vector<int> best(roads.streets.size(), -1);
        std::vector<double> length(roads.streets.size(), 0);
        for (size_t k = 0; k < roads.edges.size(); ++k) {
            const RoadEdge &edge = roads.edges[k];
            if (edge.removed || edge.street < 0 || edge.structure == Structure::Tunnel)
                continue;
            const double long_ = lengthOf(roads.lineOf(edge));
            if (long_ > length[static_cast<size_t>(edge.street)]) {
                length[static_cast<size_t>(edge.street)] = long_;
                best[static_cast<size_t>(edge.street)] = static_cast<int>(k);
            }
        }
        for (size_t k = 0; k < best.size(); ++k) {
            if (best[k] >= 0)
                add(roads.streets[k].name.zh, roads.streets[k].name.en, u"road"_s,
                    middleOf(roads.lineOf(roads.edges[static_cast<size_t>(best[k])])));
        }
    }

    [[nodiscard]] QByteArray bytes() const { return QByteArray(byteOrderMark) + m_text.toUtf8(); }

private:
    const CityPlan &m_city;
    QString m_text;
};

QString kindName(LandmarkKind kind)
{
    switch (kind) {
    case LandmarkKind::Government: return u"government"_s;
    case LandmarkKind::Hospital: return u"hospital"_s;
    case LandmarkKind::School: return u"school"_s;
    case LandmarkKind::Stadium: return u"stadium"_s;
    case LandmarkKind::FireStation: return u"fire_station"_s;
    case LandmarkKind::Clinic: return u"clinic"_s;
    case LandmarkKind::Market: return u"market"_s;
    }
    return {};
}

} // namespace

Result<> writeGazetteer(const QString &path, const CityPlan &city)
{
    Gazetteer list(city);
    const Settlements &people = city.people;
    list.add(people.city.zh, people.city.en, u"city"_s, people.centre, people.code);
    for (const District &district : people.districts)
        list.add(district.name.zh, district.name.en, u"district"_s, district.at, district.code);
    for (const Town &town : people.towns)
        list.add(town.name.zh, town.name.en, u"town"_s, town.at, town.code);
    for (const Village &village : people.villages)
        list.add(village.name.zh, village.name.en,
                 village.community ? u"community"_s : u"village"_s, village.at, village.code);
    for (size_t k = 0; k < city.riverNames.size(); ++k)
        list.add(city.riverNames[k].zh, city.riverNames[k].en, u"river"_s,
                 middleOf(city.water.rivers[k].line));
    for (size_t k = 0; k < city.lakeNames.size(); ++k)
        list.add(city.lakeNames[k].zh, city.lakeNames[k].en,
                 city.water.lakes[k].reservoir ? u"reservoir"_s : u"lake"_s,
                 city.water.lakes[k].middle);
    for (const Peak &peak : city.land.peaks)
        list.add(peak.name.zh, peak.name.en, u"peak"_s, peak.at);
    for (const auto &[name, at] : city.rail.stations)
        list.add(name.zh, name.en, u"station"_s, at);
    for (const Landmark &mark : city.landmarks)
        list.add(mark.name, mark.nameEn, kindName(mark.kind), mark.at);
    list.addStreets();
    return writeFile(path, list.bytes());
}

Result<> writeScenario(const QString &path, const CityPlan &city)
{
    const RoadNetwork &roads = city.roads;
    const auto incident = roads.incident();
    double best = -1e18;
    int chosen = -1;
    QString street;
    QString streetEn;
    for (size_t town = 0; town < city.people.towns.size(); ++town) {
        if (!city.people.towns[town].urban)
            continue;
        for (const int node : city.nodesOfTown[town]) {
            const Vec p = roads.nodes[static_cast<size_t>(node)];
            if (city.land.at(p) != Ground::Residential ||
                incident[static_cast<size_t>(node)].size() < 3)
                continue;
            for (const int k : incident[static_cast<size_t>(node)]) {
                const RoadEdge &edge = roads.edges[static_cast<size_t>(k)];
                if (edge.kind != RoadClass::Residential || edge.street < 0)
                    continue;
                const double value = -std::abs(city.water.nearRiver.near(p) - 140) -
                                     9 * std::abs(city.terrain.height.sample(p) - 5) -
                                     (p - city.people.centre).length() / 90;
                if (value > best) {
                    best = value;
                    chosen = node;
                    street = roads.streets[static_cast<size_t>(edge.street)].name.zh;
                    streetEn = roads.streets[static_cast<size_t>(edge.street)].name.en;
                }
            }
        }
    }
    if (chosen < 0)
        return fail(Errc::Internal, u"no street for the scenario"_s);
    const Vec at = roads.nodes[static_cast<size_t>(chosen)];
    const LonLat place = city.terrain.frame.toLonLat(at);
    const Town &town = city.people.towns[static_cast<size_t>(city.people.townOf.near(at))];
    const QString english = town.name.en;
    const QJsonObject root{
        {u"fictional"_s, true},
        {u"kind"_s, u"flood"_s},
        {u"lon"_s, std::round(place.lon * 1e6) / 1e6},
        {u"lat"_s, std::round(place.lat * 1e6) / 1e6},
        {u"elevation_m"_s, std::round(city.terrain.height.sample(at) * 10) / 10},
        {u"division_code"_s, town.code},
        {u"place"_s, QJsonObject{{u"zh"_s, QString(town.name.zh + street)},
                                 {u"en"_s, QString(streetEn + u", "_s + english)}}},
        {u"title"_s, QJsonObject{{u"zh"_s, QString(street + u"居民区内涝，群众被困"_s)},
                                 {u"en"_s, QString(u"Flooding in homes on "_s + streetEn +
                                                   u", people trapped"_s)}}},
        {u"caller"_s,
         QJsonObject{
             {u"zh"_s,
              QString(
                  u"我在"_s + town.name.zh + street +
                  u"，河水漫上来了，一楼已经进水半米多，楼里有老人和孩子出不来，请快派人来。"_s)},
             {u"en"_s,
              QString(
                  u"I am on "_s + streetEn + u" in "_s + english +
                  u". The river has come over, the ground floor is under half a metre of water, and old people and children can not get out. Please send help."_s)}}},
        {u"caller_phone"_s, u"0999-00012345"_s},
        {u"people_trapped"_s, 14},
        {u"needs"_s, QJsonArray{QJsonObject{{u"capability"_s, u"water_rescue"_s}, {u"teams"_s, 1}},
                                QJsonObject{{u"capability"_s, u"pumping"_s}, {u"teams"_s, 1}}}}};
    return writeFile(path, QJsonDocument(root).toJson());
}

Result<> writeManifest(const QString &folder, const CityPlan &city, const CitySummary &summary,
                       const Names &names)
{
    const auto place = [](LonLat p) {
        return QJsonArray{std::round(p.lon * 1e6) / 1e6, std::round(p.lat * 1e6) / 1e6};
    };
    const auto words = [](const Name &name) {
        return QJsonObject{{u"zh"_s, name.zh}, {u"en"_s, name.en}};
    };
    QJsonArray files;
    for (const QString &name : summary.files) {
        QFile file(folder + u'/' + name);
        QCryptographicHash hash(QCryptographicHash::Sha256);
        if (!file.open(QIODevice::ReadOnly) || !hash.addData(&file))
            return fail(Errc::FileUnreadable, file.fileName());
        files.append(QJsonObject{{u"name"_s, name},
                                 {u"bytes"_s, file.size()},
                                 {u"sha256"_s, QString::fromLatin1(hash.result().toHex())}});
    }
    QJsonArray districts;
    for (const District &district : city.people.districts)
        districts.append(
            QJsonObject{{u"code"_s, district.code},
                        {u"name"_s, words(district.name)},
                        {u"centre"_s, place(city.terrain.frame.toLonLat(district.at))}});
    QJsonArray towns;
    for (const Town &town : city.people.towns)
        towns.append(QJsonObject{
            {u"code"_s, town.code},
            {u"name"_s, words(town.name)},
            {u"district"_s, city.people.districts[static_cast<size_t>(town.district)].code},
            {u"population"_s, town.population},
            {u"centre"_s, place(city.terrain.frame.toLonLat(town.at))}});
    QJsonObject root = summary.toJson();
    root.remove(u"folder"_s);
    root.insert(u"generator"_s, generatorMark);
    root.insert(u"fictional"_s, true);
    root.insert(u"notice"_s, words(names.notice()));
    root.insert(u"code"_s, city.people.code);
    root.insert(u"population"_s, city.people.population);
    root.insert(u"registers"_s, QJsonObject{{u"stations"_s, stationCount},
                                            {u"teams"_s, teamCount},
                                            {u"people_in_teams"_s, peopleInTeams},
                                            {u"shelters"_s, shelterCount},
                                            {u"landing_points"_s, landingPointCount},
                                            {u"depots"_s, depotCount}});
    root.insert(u"districts"_s, districts);
    root.insert(u"towns"_s, towns);
    root.insert(u"gazetteer"_s,
                u"gazetteer.csv: UTF-8 with BOM; name, name_en, kind, lon, lat, division_code"_s);
    root.insert(u"files"_s, files);
    return writeFile(folder + u"/city.json"_s, QJsonDocument(root).toJson());
}

} // namespace leeward::democity
