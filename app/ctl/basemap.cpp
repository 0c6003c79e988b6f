#include "app/ctl/basemap.h"

#include "app/ctl/command.h"
#include "maps/tiles/basemapimport.h"
#include "maps/tiles/mapniksource.h"

#include <QCommandLineParser>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QSaveFile>

#include <atomic>
#include <csignal>
#include <cstdio>

using namespace Qt::StringLiterals;

namespace leeward::ctl {

namespace {

using namespace leeward::tiles;

QJsonObject infoJson(const BaseMapInfo &info)
{
    const LonLatBox &b = info.bounds;
    return {{u"name"_s, info.name},
            {u"version"_s, info.version},
            {u"bounds"_s,
             QJsonArray{b.southWest.lon, b.southWest.lat, b.northEast.lon, b.northEast.lat}},
            {u"minZoom"_s, info.minZoom},
            {u"maxZoom"_s, info.maxZoom},
            {u"dataDate"_s, toIso(info.dataDate)},
            {u"attribution"_s, info.attribution},
            {u"reviewNumber"_s, info.reviewNumber},
            {u"relief"_s, info.hasRelief}};
}

std::optional<LonLatBox> boxOf(const QString &text)
{
    const QStringList parts = text.split(u',');
    bool fine = parts.size() == 4;
    double value[4] = {};
    for (int i = 0; fine && i < 4; ++i)
        value[i] = parts[i].toDouble(&fine);
    if (!fine)
        return std::nullopt;
    return LonLatBox{{value[0], value[1]}, {value[2], value[3]}};
}

// Ctrl+C asks the running import to stop; it then removes what it began.
std::atomic<Progress *> runningImport = nullptr;

void stopImport(int)
{
    if (Progress *progress = runningImport.load())
        progress->cancel();
}

Result<BaseMapImport> importOptions(const QCommandLineParser &parser)
{
    BaseMapImport options;
    options.osmFile = parser.positionalArguments().value(0);
    options.demFiles = parser.values(u"dem"_s);
    options.outFolder = parser.value(u"out"_s);
    options.name = parser.value(u"name"_s);
    options.reviewNumber = parser.value(u"review-number"_s);
    options.language = parser.value(u"language"_s);
    options.replace = parser.isSet(u"replace"_s);
    if (parser.isSet(u"attribution"_s))
        options.attribution = parser.value(u"attribution"_s);
    const QStringList zooms = parser.value(u"zoom"_s).split(u'-');
    bool low = false;
    bool high = false;
    options.minZoom = zooms.value(0).toInt(&low);
    options.maxZoom = zooms.value(1).toInt(&high);
    if (!low || !high || zooms.size() != 2)
        return fail(Errc::InvalidArgument, u"--zoom takes two numbers, e.g. 6-18"_s);
    if (parser.isSet(u"frame"_s)) {
        options.frame = boxOf(parser.value(u"frame"_s));
        if (!options.frame)
            return fail(Errc::InvalidArgument, u"--frame takes west,south,east,north in degrees"_s);
    }
    return options;
}

void describeImport(QCommandLineParser &parser)
{
    parser.setApplicationDescription(
        u"Makes a base-map folder from an OpenStreetMap extract and height models.\n"
        "Prints its facts as JSON. Ctrl+C stops it and leaves nothing behind."_s);
    parser.addPositionalArgument(u"FILE"_s, u"OpenStreetMap extract (.osm.pbf, .osm)."_s);
    parser.addOption(
        {u"dem"_s,
         u"Height model: GeoTIFF, .hgt, .zip with one inside; may be given several times."_s,
         u"FILE"_s});
    parser.addOption({u"out"_s, u"Folder to make."_s, u"DIR"_s});
    parser.addOption({u"name"_s, u"Name of the map; the file's name if absent."_s, u"TEXT"_s});
    parser.addOption(
        {u"review-number"_s,
         u"Review number (审图号), required. \"none: fictional\" for a place that does not exist."_s,
         u"TEXT"_s});
    parser.addOption(
        {u"attribution"_s,
         u"Who made the data; shown on the map and every export. Default: © OpenStreetMap contributors."_s,
         u"TEXT"_s});
    parser.addOption({u"zoom"_s, u"Zoom range answered, default 6-18."_s, u"MIN-MAX"_s, u"6-18"_s});
    parser.addOption({u"language"_s,
                      u"Language of names to prefer, e.g. zh; the local names if absent."_s,
                      u"CODE"_s});
    parser.addOption({u"frame"_s, u"Ground of the map in degrees; the extract's own if absent."_s,
                      u"W,S,E,N"_s});
    parser.addOption({u"replace"_s, u"Replaces DIR if it is a base map."_s});
    parser.addOption({u"quiet"_s, u"No progress on standard error."_s});
}

int importCommand(const QStringList &words)
{
    QCommandLineParser parser;
    describeImport(parser);
    if (const auto code = parseWords(parser, words, u"basemap import"_s))
        return *code;
    if (parser.positionalArguments().size() != 1 || !parser.isSet(u"out"_s))
        return complainUsage(u"basemap import takes one extract and --out DIR; see --help"_s);
    const auto options = importOptions(parser);
    if (!options)
        return complain(options.error());

    const bool quiet = parser.isSet(u"quiet"_s);
    Progress progress(
        [quiet, last = QString()](qint64 done, qint64 total, const QString &what) mutable {
            const QString line = total > 0 ? u"%1 %2 %"_s.arg(what).arg(done * 100 / total) : what;
            if (!quiet && line != last)
                std::fprintf(stderr, "%s\n", qPrintable(line));
            last = line;
        });
    runningImport = &progress;
    std::signal(SIGINT, stopImport);
    std::signal(SIGTERM, stopImport);
    QElapsedTimer clock;
    clock.start();
    const auto report = importBaseMap(*options, progress);
    runningImport = nullptr;
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    if (!report)
        return complain(report.error());
    QJsonObject json = infoJson(report->info);
    json[u"folder"_s] = options->outFolder;
    json[u"seconds"_s] = clock.elapsed() / 1000.0;
    json[u"objects"_s] = report->objects;
    json[u"roads"_s] = report->roads;
    json[u"places"_s] = report->places;
    json[u"buildings"_s] = report->buildings;
    json[u"seaPolygons"_s] = report->seaPolygons;
    json[u"contourStepMetres"_s] = report->contourStep;
    json[u"warnings"_s] = QJsonArray::fromStringList(report->warnings);
    printJson(json);
    return Ok;
}

int infoCommand(const QStringList &words)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Prints the facts of a base map (folder, .mbtiles or georeferenced picture) as JSON."_s);
    parser.addPositionalArgument(u"MAP"_s, u"The base map."_s);
    if (const auto code = parseWords(parser, words, u"basemap info"_s))
        return *code;
    if (parser.positionalArguments().size() != 1)
        return complainUsage(u"basemap info takes one base map; see --help"_s);
    const auto source = openTileSource(parser.positionalArguments().constFirst());
    if (!source)
        return complain(source.error());
    QJsonObject json = infoJson((*source)->info());
    json[u"styles"_s] = QJsonArray::fromStringList((*source)->styles());
    printJson(json);
    return Ok;
}

int pictureCommand(const QStringList &words)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(u"Draws a part of a base-map folder as a PNG picture."_s);
    parser.addPositionalArgument(u"DIR"_s, u"The base-map folder."_s);
    parser.addOption({u"out"_s, u"Picture to write."_s, u"FILE"_s});
    parser.addOption(
        {u"theme"_s, u"street, night or terrain; default street."_s, u"NAME"_s, u"street"_s});
    parser.addOption({u"center"_s, u"Middle in degrees; the map's own if absent."_s, u"LON,LAT"_s});
    parser.addOption({u"zoom"_s, u"Zoom, default 12."_s, u"N"_s, u"12"_s});
    parser.addOption({u"size"_s, u"Pixels, default 1200x800."_s, u"WxH"_s, u"1200x800"_s});
    parser.addOption({u"scale"_s,
                      u"1 or 2: the same ground and letters on this many times the pixels."_s,
                      u"N"_s, u"1"_s});
    if (const auto code = parseWords(parser, words, u"basemap picture"_s))
        return *code;
    const QStringList size = parser.value(u"size"_s).split(u'x');
    const QSize pixels(size.value(0).toInt(), size.value(1).toInt());
    const int scale = parser.value(u"scale"_s).toInt();
    const int zoom = parser.value(u"zoom"_s).toInt();
    if (parser.positionalArguments().size() != 1 || !parser.isSet(u"out"_s))
        return complainUsage(
            u"basemap picture takes one base-map folder and --out FILE; see --help"_s);
    if (pixels.width() < 1 || pixels.height() < 1 || pixels.width() > 16000 ||
        pixels.height() > 16000 || scale < 1 || scale > 2 || zoom < 0 || zoom > maximumZoom)
        return complainUsage(u"--size, --scale or --zoom is out of range; see --help"_s);
    const auto source = MapnikSource::open(parser.positionalArguments().constFirst());
    if (!source)
        return complain(source.error());
    auto *map = static_cast<MapnikSource *>(source->get());
    const LonLatBox &box = map->info().bounds;
    LonLat centre{(box.southWest.lon + box.northEast.lon) / 2,
                  (box.southWest.lat + box.northEast.lat) / 2};
    if (parser.isSet(u"center"_s)) {
        const QStringList parts = parser.value(u"center"_s).split(u',');
        centre = {parts.value(0).toDouble(), parts.value(1).toDouble()};
        if (parts.size() != 2 || !centre.isValid())
            return complainUsage(u"--center takes LON,LAT in degrees"_s);
    }
    QElapsedTimer clock;
    clock.start();
    const auto image = map->picture(parser.value(u"theme"_s), centre, zoom, pixels * scale, scale);
    if (!image)
        return complain(image.error());
    const double seconds = clock.elapsed() / 1000.0;
    QSaveFile file(parser.value(u"out"_s));
    if (!file.open(QIODevice::WriteOnly) || !image->save(&file, "png") || !file.commit())
        return complain({Errc::FileUnwritable, file.fileName() + u": "_s + file.errorString()});
    printJson({{u"picture"_s, file.fileName()},
               {u"width"_s, image->width()},
               {u"height"_s, image->height()},
               {u"seconds"_s, seconds}});
    return Ok;
}

} // namespace

int basemapCommand(const QStringList &words)
{
    const QString what = words.value(1);
    QStringList rest = words.sliced(std::min<qsizetype>(1, words.size()));
    if (what == "import"_L1)
        return importCommand(rest);
    if (what == "info"_L1)
        return infoCommand(rest);
    if (what == "picture"_L1)
        return pictureCommand(rest);
    const char *help =
        "Usage: leewardctl basemap import FILE --out DIR --review-number TEXT [options]\n"
        "       leewardctl basemap info MAP\n"
        "       leewardctl basemap picture DIR --out FILE [options]\n"
        "Each has its own --help.\n";
    const bool asked = what == "--help"_L1 || what == "-h"_L1;
    std::fputs(help, asked ? stdout : stderr);
    return asked ? Ok : Usage;
}

} // namespace leeward::ctl
