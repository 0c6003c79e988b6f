#include "drills/democity/features.h"
#include "drills/democity/boundaries.h"

namespace leeward::democity {

namespace {

Tags named(Tags tags, const Name &name)
{
    if (!name.zh.isEmpty()) {
        tags.push_back({"name", name.zh.toUtf8()});
        tags.push_back({"name:en", name.en.toUtf8()});
    }
    return tags;
}

void addCoast(OsmData &osm, const Terrain &terrain)
{
    Grid<float> height = terrain.height;
    for (int k = 0; k < height.size();
         ++k) { // the sign alone decides; depth far out must not bend the line
        height[k] = std::clamp(height[k], -2.0F, 2.0F);
        if (terrain.sea[k])
            height[k] = std::min(height[k], -0.3F);
    }
    for (const Line &raw : contourLines(height, 0)) {
        const bool ring = raw.front() == raw.back();
        if (ring && std::abs(ringArea(raw)) < 2 * 9000)
            continue;
        const Line line = simplified(smoothed(raw, 3), 5);
        if (line.size() < (ring ? 5U : 2U))
            continue;
        (void) osm.addLong(line, {{"natural", "coastline"}, {"source", "fictional"}});
    }
}

void addWater(OsmData &osm, const CityPlan &city)
{
    for (size_t k = 0; k < city.water.rivers.size(); ++k) {
        const River &river = city.water.rivers[k];
        const bool large = river.area > 12 || river.length > 9000;
        Tags tags = named({{"waterway", large ? "river" : "stream"}}, city.riverNames[k]);
        tags.push_back(
            {"width", QByteArray::number(static_cast<int>(river.width[river.width.size() / 2]))});
        (void) osm.addLong(simplified(river.line, 3), tags);
    }
    for (const Area &area : city.water.riverbanks)
        osm.addArea(area, {{"natural", "water"}, {"water", "river"}});
    for (size_t k = 0; k < city.water.lakes.size(); ++k) {
        const Lake &lake = city.water.lakes[k];
        for (const Area &area : lake.areas) {
            Tags tags =
                named({{"natural", "water"}, {"water", lake.reservoir ? "reservoir" : "lake"}},
                      city.lakeNames[k]);
            tags.push_back({"ele", QByteArray::number(lake.level, 'f', 1)});
            osm.addArea(area, tags);
        }
        if (lake.reservoir)
            (void) osm.addLine(lake.dam, named({{"waterway", "dam"}},
                                               {city.lakeNames[k].zh + QStringLiteral("大坝"),
                                                city.lakeNames[k].en + QStringLiteral(" Dam")}));
    }
}

Tags tagsOf(Ground ground)
{
    switch (ground) {
    case Ground::Residential: return {{"landuse", "residential"}};
    case Ground::Commercial: return {{"landuse", "commercial"}};
    case Ground::Industrial: return {{"landuse", "industrial"}};
    case Ground::Port: return {{"industrial", "port"}, {"landuse", "industrial"}};
    case Ground::Park: return {{"leisure", "park"}};
    case Ground::Farmland: return {{"landuse", "farmland"}};
    case Ground::Orchard: return {{"landuse", "orchard"}};
    case Ground::Forest: return {{"landuse", "forest"}};
    case Ground::Meadow: return {{"landuse", "meadow"}};
    case Ground::Wetland: return {{"natural", "wetland"}};
    case Ground::Beach: return {{"natural", "beach"}};
    case Ground::Sea:
    case Ground::Lake: break;
    }
    return {};
}

void addPlaces(OsmData &osm, const CityPlan &city)
{
    const Settlements &people = city.people;
    const auto add = [&](Vec at, const QByteArray &kind, const Name &name, const QString &code,
                         int population) {
        Tags tags = named({{"place", kind}}, name);
        if (population > 0)
            tags.push_back({"population", QByteArray::number(population)});
        tags.push_back({"ref", code.toUtf8()});
        (void) osm.addNode(at, std::move(tags));
    };
    add(people.centre, "city", people.city, people.code + QStringLiteral("000000"),
        people.population);
    for (const Town &town : people.towns)
        add(town.urban && &town == &people.towns.front() ? town.at + Vec{420, -380} : town.at,
            town.urban ? "suburb" : "town", town.name, town.code + QStringLiteral("000"),
            town.population);
    for (const Village &village : people.villages)
        add(village.at,
            village.community          ? "neighbourhood"
            : village.population < 500 ? "hamlet"
                                       : "village",
            village.name, village.code, village.population);
    for (const Peak &peak : city.land.peaks) {
        Tags tags = named({{"natural", "peak"}}, peak.name);
        tags.push_back({"ele", QByteArray::number(static_cast<int>(std::lround(peak.height)))});
        (void) osm.addNode(peak.at, std::move(tags));
    }
}

Tags tagsOf(LandmarkKind kind)
{
    switch (kind) {
    case LandmarkKind::Government: return {{"building", "government"}, {"office", "government"}};
    case LandmarkKind::Hospital: return {{"amenity", "hospital"}, {"building", "hospital"}};
    case LandmarkKind::Clinic: return {{"amenity", "clinic"}, {"building", "hospital"}};
    case LandmarkKind::School: return {{"amenity", "school"}, {"building", "school"}};
    case LandmarkKind::Stadium: return {{"building", "sports_hall"}, {"leisure", "sports_centre"}};
    case LandmarkKind::FireStation:
        return {{"amenity", "fire_station"}, {"building", "fire_station"}};
    case LandmarkKind::Market: return {{"amenity", "marketplace"}, {"building", "retail"}};
    }
    return {};
}

void addLandmarks(OsmData &osm, const CityPlan &city)
{
    for (const Landmark &mark : city.landmarks) {
        const Vec along = Vec{mark.length / 2, 0}.turned(mark.turn);
        const Vec across = Vec{0, mark.width / 2}.turned(mark.turn);
        const Line ring = {mark.at - along - across, mark.at + along - across,
                           mark.at + along + across, mark.at - along + across,
                           mark.at - along - across};
        (void) osm.addLine(ring, named(tagsOf(mark.kind), {mark.name, mark.nameEn}));
    }
}

void addRailway(OsmData &osm, const Railway &rail)
{
    OsmId before = 0;
    for (const RailPiece &piece : rail.pieces) {
        std::vector<OsmId> nodes;
        for (size_t k = 0; k < piece.line.size(); ++k)
            nodes.push_back(k == 0 && before ? before : osm.addNode(piece.line[k]));
        before = nodes.back();
        Tags tags = named({{"railway", "rail"}, {"usage", "main"}, {"electrified", "contact_line"}},
                          rail.name);
        if (piece.structure == Structure::Bridge) {
            tags.push_back({"bridge", "yes"});
            tags.push_back({"layer", QByteArray::number(piece.layer)});
        }
        (void) osm.addWay(std::move(nodes), std::move(tags));
    }
    for (const auto &[name, at] : rail.stations)
        (void) osm.addNode(at,
                           named({{"public_transport", "station"}, {"railway", "station"}}, name));
}

} // namespace

void addLand(OsmData &osm, const CityPlan &city)
{
    addCoast(osm, city.terrain);
    addWater(osm, city);
    for (const Patch &patch : city.land.patches)
        osm.addArea(patch.area, tagsOf(patch.ground));
    for (const Reserve &reserve : city.land.reserves)
        osm.addArea(reserve.area, named({{"boundary", "protected_area"},
                                         {"leisure", "nature_reserve"},
                                         {"protect_class", "4"}},
                                        reserve.name));
    addBoundaries(osm, city.people, city.terrain);
    addPlaces(osm, city);
    addRailway(osm, city.rail);
    addLandmarks(osm, city);
}

} // namespace leeward::democity
