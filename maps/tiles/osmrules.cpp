#include "maps/tiles/osmrules.h"

#include <algorithm>
#include <array>
#include <span>

namespace leeward::tiles {

namespace {

struct RoadRow
{
    const char *value;
    RoadRule rule;
};

constexpr RoadRow roadRows[] = {
    {"motorway", {"motorway", 90, 5, false}},    {"motorway_link", {"motorway", 88, 11, true}},
    {"trunk", {"trunk", 80, 6, false}},          {"trunk_link", {"trunk", 78, 11, true}},
    {"primary", {"primary", 70, 8, false}},      {"primary_link", {"primary", 68, 12, true}},
    {"secondary", {"secondary", 60, 9, false}},  {"secondary_link", {"secondary", 58, 12, true}},
    {"tertiary", {"tertiary", 50, 11, false}},   {"tertiary_link", {"tertiary", 48, 13, true}},
    {"unclassified", {"street", 40, 12, false}}, {"residential", {"street", 40, 12, false}},
    {"road", {"street", 40, 12, false}},         {"living_street", {"street", 38, 13, false}},
    {"busway", {"street", 37, 13, false}},       {"pedestrian", {"pedestrian", 35, 13, false}},
    {"service", {"service", 30, 13, false}},     {"track", {"track", 20, 13, false}},
    {"bridleway", {"path", 12, 14, false}},      {"cycleway", {"path", 12, 14, false}},
    {"path", {"path", 12, 14, false}},           {"footway", {"path", 10, 14, false}},
    {"steps", {"path", 10, 15, false}},
};

// key=value → kind; a row's value "*" takes any value but "no".
struct KindRow
{
    const char *key;
    const char *value;
    KindRule rule;
};

constexpr KindRow railRows[] = {
    {"railway", "rail", {"rail", 8}},        {"railway", "narrow_gauge", {"rail", 9}},
    {"railway", "light_rail", {"tram", 11}}, {"railway", "subway", {"subway", 12}},
    {"railway", "tram", {"tram", 12}},       {"railway", "monorail", {"tram", 12}},
    {"railway", "funicular", {"tram", 13}},  {"aerialway", "cable_car", {"cable", 13}},
    {"aerialway", "gondola", {"cable", 13}}, {"aerialway", "chair_lift", {"cable", 14}},
};

constexpr KindRow waterLineRows[] = {
    {"waterway", "river", {"river", 8}},    {"waterway", "canal", {"canal", 11}},
    {"waterway", "stream", {"stream", 13}}, {"waterway", "drain", {"ditch", 14}},
    {"waterway", "ditch", {"ditch", 14}},
};

constexpr KindRow waterAreaRows[] = {
    {"natural", "water", {"water", 6}},       {"waterway", "riverbank", {"water", 6}},
    {"waterway", "dock", {"water", 11}},      {"landuse", "reservoir", {"water", 6}},
    {"landuse", "basin", {"water", 12}},      {"landuse", "salt_pond", {"pond", 11}},
    {"landuse", "aquaculture", {"pond", 11}}, {"leisure", "swimming_pool", {"pool", 16}},
};

constexpr KindRow landRows[] = {
    {"natural", "wood", {"forest", 6}},
    {"landuse", "forest", {"forest", 6}},
    {"natural", "scrub", {"scrub", 9}},
    {"natural", "heath", {"scrub", 9}},
    {"natural", "grassland", {"grass", 10}},
    {"natural", "fell", {"grass", 10}},
    {"natural", "beach", {"sand", 10}},
    {"natural", "sand", {"sand", 10}},
    {"natural", "bare_rock", {"rock", 9}},
    {"natural", "scree", {"rock", 9}},
    {"natural", "shingle", {"rock", 11}},
    {"natural", "glacier", {"glacier", 7}},
    {"natural", "wetland", {"wetland", 9}},
    {"natural", "mud", {"wetland", 10}},
    {"landuse", "residential", {"residential", 8}},
    {"landuse", "commercial", {"commercial", 10}},
    {"landuse", "retail", {"commercial", 10}},
    {"landuse", "industrial", {"industrial", 9}},
    {"landuse", "port", {"industrial", 9}},
    {"landuse", "railway", {"industrial", 11}},
    {"landuse", "quarry", {"industrial", 10}},
    {"landuse", "construction", {"industrial", 11}},
    {"landuse", "landfill", {"industrial", 11}},
    {"landuse", "farmland", {"farmland", 8}},
    {"landuse", "farmyard", {"farmland", 12}},
    {"landuse", "paddy", {"farmland", 8}},
    {"landuse", "orchard", {"orchard", 9}},
    {"landuse", "vineyard", {"orchard", 9}},
    {"landuse", "plant_nursery", {"orchard", 10}},
    {"landuse", "meadow", {"grass", 10}},
    {"landuse", "grass", {"grass", 12}},
    {"landuse", "village_green", {"park", 12}},
    {"landuse", "recreation_ground", {"park", 12}},
    {"landuse", "cemetery", {"cemetery", 12}},
    {"landuse", "military", {"industrial", 10}},
    {"leisure", "park", {"park", 10}},
    {"leisure", "garden", {"park", 13}},
    {"leisure", "golf_course", {"park", 11}},
    {"leisure", "pitch", {"pitch", 14}},
    {"leisure", "stadium", {"pitch", 12}},
    {"leisure", "sports_centre", {"pitch", 13}},
    {"amenity", "school", {"campus", 13}},
    {"amenity", "university", {"campus", 12}},
    {"amenity", "college", {"campus", 12}},
    {"amenity", "hospital", {"hospital", 12}},
    {"amenity", "parking", {"paved", 15}},
    {"aeroway", "aerodrome", {"airfield", 10}},
    {"aeroway", "apron", {"paved", 12}},
    {"place", "square", {"paved", 15}},
    {"man_made", "pier", {"pier", 12}},
    {"man_made", "breakwater", {"pier", 11}},
    {"tourism", "zoo", {"park", 13}},
};

constexpr KindRow lineRows[] = {
    {"aeroway", "runway", {"runway", 10}}, {"aeroway", "taxiway", {"taxiway", 12}},
    {"man_made", "pier", {"pier", 12}},    {"man_made", "breakwater", {"pier", 11}},
    {"man_made", "dyke", {"dyke", 12}},    {"man_made", "embankment", {"dyke", 13}},
    {"waterway", "dam", {"dam", 11}},      {"waterway", "weir", {"dam", 14}},
    {"power", "line", {"power", 13}},      {"route", "ferry", {"ferry", 9}},
};

constexpr KindRow spotRows[] = {
    {"natural", "peak", {"peak", 12}},
    {"natural", "volcano", {"peak", 11}},
    {"natural", "saddle", {"saddle", 14}},
    {"mountain_pass", "yes", {"saddle", 13}},
    {"railway", "station", {"station", 12}},
    {"railway", "halt", {"station", 13}},
    {"aeroway", "aerodrome", {"airport", 10}},
    {"amenity", "hospital", {"hospital", 14}},
    {"amenity", "ferry_terminal", {"ferry", 13}},
    {"amenity", "townhall", {"office", 15}},
    {"amenity", "school", {"school", 15}},
    {"amenity", "university", {"school", 14}},
    {"natural", "cape", {"cape", 12}},
    {"natural", "bay", {"bay", 10}},
    {"place", "sea", {"bay", 6}},
    {"natural", "strait", {"bay", 9}},
};

struct PlaceRow
{
    const char *value;
    PlaceRule rule;
};

constexpr PlaceRow placeRows[] = {
    {"state", {"state", 0, 5}},      {"province", {"state", 0, 5}},
    {"city", {"city", 1, 5}},        {"municipality", {"town", 3, 8}},
    {"county", {"county", 2, 7}},    {"district", {"county", 2, 8}},
    {"borough", {"suburb", 4, 10}},  {"town", {"town", 3, 8}},
    {"suburb", {"suburb", 5, 11}},   {"village", {"village", 6, 11}},
    {"quarter", {"quarter", 7, 13}}, {"neighbourhood", {"quarter", 8, 14}},
    {"hamlet", {"hamlet", 9, 13}},   {"isolated_dwelling", {"hamlet", 10, 15}},
    {"farm", {"hamlet", 10, 15}},    {"locality", {"locality", 11, 14}},
    {"island", {"island", 6, 10}},   {"islet", {"island", 9, 13}},
};

std::optional<KindRule> firstOf(std::span<const KindRow> rows, const Tags &tags)
{
    for (const KindRow &row : rows)
        if (tags(row.key) == QByteArrayView(row.value))
            return row.rule;
    return std::nullopt;
}

} // namespace

bool isYes(const Tags &tags, const char *key)
{
    const QByteArrayView value = tags(key);
    return !value.isEmpty() && value != QByteArrayView("no");
}

std::optional<RoadRule> roadRule(const Tags &tags)
{
    const QByteArrayView highway = tags("highway");
    if (highway.isEmpty() || tags("area") == QByteArrayView("yes"))
        return std::nullopt;
    for (const RoadRow &row : roadRows) {
        if (highway != QByteArrayView(row.value))
            continue;
        RoadRule rule = row.rule;
        const QByteArrayView service = tags("service");
        if (rule.rank == 30 &&
            (service == QByteArrayView("driveway") || service == QByteArrayView("parking_aisle")))
            rule.minZoom = 15;
        return rule;
    }
    return std::nullopt;
}

std::optional<KindRule> railRule(const Tags &tags)
{
    auto rule = firstOf(railRows, tags);
    if (rule && !tags("service").isEmpty()) // sidings and yards
        rule->minZoom = std::max(rule->minZoom, 14);
    return rule;
}

std::optional<KindRule> waterLineRule(const Tags &tags)
{
    return firstOf(waterLineRows, tags);
}

std::optional<KindRule> waterAreaRule(const Tags &tags)
{
    return firstOf(waterAreaRows, tags);
}

std::optional<KindRule> landRule(const Tags &tags)
{
    return firstOf(landRows, tags);
}

std::optional<KindRule> lineRule(const Tags &tags)
{
    return firstOf(lineRows, tags);
}

std::optional<KindRule> spotRule(const Tags &tags)
{
    return firstOf(spotRows, tags);
}

std::optional<PlaceRule> placeRule(const Tags &tags)
{
    const QByteArrayView place = tags("place");
    if (place.isEmpty())
        return std::nullopt;
    for (const PlaceRow &row : placeRows)
        if (place == QByteArrayView(row.value))
            return row.rule;
    return std::nullopt;
}

bool isBuilding(const Tags &tags)
{
    return isYes(tags, "building");
}

bool isCoastline(const Tags &tags)
{
    return tags("natural") == QByteArrayView("coastline");
}

} // namespace leeward::tiles
