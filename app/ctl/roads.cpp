#include "app/ctl/roads.h"

#include "analysis/roads/import.h"
#include "analysis/roads/router.h"
#include "app/ctl/command.h"

#include <QCommandLineParser>
#include <QJsonArray>

#include <cmath>
#include <cstdio>

namespace leeward::ctl {

using namespace Qt::StringLiterals;

namespace {

// "LON,LAT" in decimal degrees.
std::optional<LonLat> parsePlace(const QString &text)
{
    const QStringList parts = text.split(u',');
    if (parts.size() != 2)
        return {};
    bool lonOk = false;
    bool latOk = false;
    const LonLat place{parts[0].trimmed().toDouble(&lonOk), parts[1].trimmed().toDouble(&latOk)};
    return lonOk && latOk && place.isValid() ? std::optional(place) : std::nullopt;
}

QJsonArray position(LonLat place)
{
    // 1e-7 degrees, a centimetre: more digits would be noise
    return {std::round(place.lon * 1e7) / 1e7, std::round(place.lat * 1e7) / 1e7};
}

double rounded(double value, double steps)
{
    return std::round(value * steps) / steps;
}

QJsonObject snapJson(const roads::Snap &snap)
{
    QJsonObject object{{u"asked"_s, position(snap.asked)}};
    object.insert(u"snapped"_s, snap.isValid() ? QJsonValue(position(snap.point)) : QJsonValue());
    object.insert(u"distance"_s, snap.distance.value < 0
                                     ? QJsonValue()
                                     : QJsonValue(rounded(snap.distance.value, 100)));
    return object;
}

QJsonObject routeJson(const roads::RoadGraph &graph, const roads::Route &route)
{
    QJsonObject object{{u"reachable"_s, route.reachable},
                       {u"from"_s, snapJson(route.from)},
                       {u"to"_s, snapJson(route.to)},
                       {u"date"_s, toIso(graph.date())}};
    if (!route.reachable) {
        object.insert(u"reason"_s, roads::whyNotName(route.whyNot));
        if (route.whyNot == roads::WhyNot::NoRoadNear) {
            object.insert(u"which"_s, route.targetOffRoad ? u"to"_s : u"from"_s);
            object.insert(u"distance"_s, route.roadDistance.value < 0
                                             ? QJsonValue()
                                             : QJsonValue(rounded(route.roadDistance.value, 100)));
        }
        return object;
    }
    QJsonArray line;
    for (const LonLat place : route.line)
        line.append(position(place));
    object.insert(u"seconds"_s, route.seconds());
    object.insert(u"metres"_s, rounded(route.length.value, 100));
    object.insert(u"line"_s, QJsonObject{{u"type"_s, u"LineString"_s}, {u"coordinates"_s, line}});
    return object;
}

int runImport(const QStringList &words)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Makes a road graph of an OpenStreetMap extract (.osm.pbf) and prints what was read, and "
        u"what could\n"
        "not be used, as JSON. The graph is written whole or not at all."_s);
    const QCommandLineOption out(u"out"_s, u"File to write the road graph to."_s, u"GRAPH"_s);
    const QCommandLineOption speeds(
        u"speeds"_s, u"Table of speeds, access and barriers (CSV) in place of the built-in one."_s,
        u"TABLE"_s);
    parser.addOptions({out, speeds});
    parser.addPositionalArgument(u"FILE.osm.pbf"_s, u"The extract."_s);
    if (const auto code = parseWords(parser, words, u"roads import"_s))
        return *code;
    if (parser.positionalArguments().size() != 1)
        return complainUsage(u"roads import needs one extract"_s);
    if (parser.value(out).isEmpty())
        return complainUsage(u"roads import needs --out GRAPH"_s);

    const auto table = parser.isSet(speeds) ? roads::SpeedTable::load(parser.value(speeds))
                                            : roads::SpeedTable::builtIn();
    if (!table)
        return complain(table.error());
    const Progress progress;
    const auto imported =
        roads::importRoads(parser.positionalArguments().constFirst(), *table, progress);
    if (!imported)
        return complain(imported.error());
    if (const auto saved = imported->graph.save(parser.value(out)); !saved)
        return complain(saved.error());
    printJson({{u"graph"_s, parser.value(out)},
               {u"date"_s, toIso(imported->graph.date())},
               {u"speedTable"_s, QString::fromLatin1(imported->graph.speedTableHash().toHex())},
               {u"statistics"_s, roads::toJson(imported->statistics)},
               {u"warnings"_s, roads::toJson(imported->warnings)}});
    return Ok;
}

int runEta(const QStringList &words)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Prints the travel time of an emergency vehicle between two places as JSON: seconds, "
        u"metres, the\n"
        "snapped places and their distance in metres, the line as GeoJSON and the date of the road "
        "data.\n"
        "Without a way it prints \"reachable\": false and the reason (noRoadNear, noConnection), exit code 0."_s);
    const QString place = u"LON,LAT"_s;
    const QCommandLineOption graphFile(u"roads"_s, u"Road graph made by roads import."_s,
                                       u"GRAPH"_s);
    const QCommandLineOption from(u"from"_s, u"Where the vehicle is; decimal degrees, WGS 84."_s,
                                  place);
    const QCommandLineOption to(u"to"_s, u"Where it is to go."_s, place);
    const QCommandLineOption closed(
        u"closed"_s,
        u"The road nearest to this place is closed in both directions. May be repeated."_s, place);
    const QCommandLineOption limit(u"snap"_s,
                                   u"How far a road may be from either place, metres (2000)."_s,
                                   u"METRES"_s, u"2000"_s);
    parser.addOptions({graphFile, from, to, closed, limit});
    if (const auto code = parseWords(parser, words, u"roads eta"_s))
        return *code;
    if (!parser.positionalArguments().isEmpty())
        return complainUsage(u"roads eta takes options only"_s);
    if (parser.value(graphFile).isEmpty())
        return complainUsage(u"roads eta needs --roads GRAPH"_s);
    const auto start = parsePlace(parser.value(from));
    const auto goal = parsePlace(parser.value(to));
    if (!start || !goal)
        return complainUsage(u"roads eta needs --from LON,LAT and --to LON,LAT in degrees"_s);
    bool limitOk = false;
    const double metres = parser.value(limit).toDouble(&limitOk);
    if (!limitOk || !(metres > 0 && metres <= 1e6))
        return complainUsage(u"--snap needs metres between 0 and 1000000"_s);

    const auto graph = roads::RoadGraph::load(parser.value(graphFile));
    if (!graph)
        return complain(graph.error());
    roads::Closures closures;
    QJsonArray closedNow;
    for (const QString &word : parser.values(closed)) {
        const auto at = parsePlace(word);
        if (!at)
            return complainUsage(u"--closed needs LON,LAT in degrees, not “%1”"_s.arg(word));
        const roads::Snap snap = graph->snap(*at, Metres{metres});
        closures.closePiece(snap.piece);
        closedNow.append(snapJson(snap));
    }
    roads::Router router(*graph, {.snapLimit = Metres{metres}});
    QJsonObject answer = routeJson(*graph, router.eta(*start, *goal, &closures));
    if (!closedNow.isEmpty())
        answer.insert(u"closed"_s, closedNow);
    printJson(answer);
    return Ok;
}

constexpr char overview[] =
    "Usage: leewardctl roads import FILE.osm.pbf --out GRAPH [--speeds TABLE]\n"
    "       leewardctl roads eta --roads GRAPH --from LON,LAT --to LON,LAT\n"
    "                            [--closed LON,LAT]... [--snap METRES]\n"
    "\n"
    "Road network: import makes a graph of an OpenStreetMap extract, eta answers a\n"
    "travel time on it. `leewardctl roads import --help` and `leewardctl roads eta\n"
    "--help` say more.\n";

} // namespace

int roadsCommand(const QStringList &words)
{
    const QString what = words.value(1);
    if (what == "import"_L1)
        return runImport(words.sliced(1));
    if (what == "eta"_L1)
        return runEta(words.sliced(1));
    if (what == "--help"_L1 || what == "-h"_L1) {
        std::fputs(overview, stdout);
        return Ok;
    }
    return complainUsage(
        what.isEmpty() ? u"roads needs import or eta; see leewardctl roads --help"_s
                       : u"roads does not know “%1”; see leewardctl roads --help"_s.arg(what));
}

} // namespace leeward::ctl
