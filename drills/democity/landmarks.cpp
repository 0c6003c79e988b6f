#include "drills/democity/landmarks.h"

#include <set>

namespace leeward::democity {

using namespace Qt::StringLiterals;

std::vector<std::vector<int>> nodesByTown(const RoadNetwork &roads, const Settlements &people,
                                          const Terrain &terrain, const Hydrology &water)
{
    std::vector<char> fit(roads.nodes.size(), 0);
    for (const RoadEdge &edge : roads.edges) {
        if (edge.removed || edge.kind <= RoadClass::MotorwayLink || edge.kind >= RoadClass::Track ||
            edge.structure != Structure::None || edge.oneway)
            continue;
        fit[static_cast<size_t>(edge.from)] = fit[static_cast<size_t>(edge.to)] = 1;
    }
    for (const RoadEdge &edge : roads.edges) {
        if (!edge.removed &&
            (edge.structure != Structure::None || edge.kind <= RoadClass::MotorwayLink ||
             edge.kind == RoadClass::Ferry))
            fit[static_cast<size_t>(edge.from)] = fit[static_cast<size_t>(edge.to)] = 0;
    }
    std::vector<std::vector<int>> result(people.towns.size());
    for (size_t k = 0; k < roads.nodes.size(); ++k) {
        const Vec p = roads.nodes[k];
        if (fit[k] && !water.isWater(terrain, p) && terrain.shore.sample(p) > 45 &&
            terrain.frame.contains(p, 100))
            result[static_cast<size_t>(people.townOf.near(p))].push_back(static_cast<int>(k));
    }
    return result;
}

namespace {

struct Wish
{
    LandmarkKind kind;
    QString tail;
    QString tailEn;
    double length;
    double width;
    double within; // of the town's radius
};

const std::vector<Wish> &urbanWishes()
{
    static const std::vector<Wish> list = {
        {LandmarkKind::Government, u"街道办事处"_s, u"Subdistrict Office"_s, 48, 20, 0.4},
        {LandmarkKind::Hospital, u"医院"_s, u"Hospital"_s, 86, 34, 0.7},
        {LandmarkKind::Clinic, u"社区卫生服务中心"_s, u"Health Centre"_s, 36, 18, 0.9},
        {LandmarkKind::School, u"第一中学"_s, u"No. 1 Middle School"_s, 80, 22, 0.9},
        {LandmarkKind::School, u"第二中学"_s, u"No. 2 Middle School"_s, 76, 22, 0.95},
        {LandmarkKind::School, u"实验小学"_s, u"Primary School"_s, 60, 18, 0.9},
        {LandmarkKind::School, u"中心小学"_s, u"Central Primary School"_s, 56, 18, 0.95},
        {LandmarkKind::Stadium, u"体育馆"_s, u"Sports Hall"_s, 72, 58, 0.9},
        {LandmarkKind::FireStation, u"消防救援站"_s, u"Fire Station"_s, 40, 22, 0.9},
        {LandmarkKind::Market, u"农贸市场"_s, u"Market"_s, 60, 40, 0.7}};
    return list;
}

const std::vector<Wish> &ruralWishes()
{
    static const std::vector<Wish> list = {
        {LandmarkKind::Government, u"镇人民政府"_s, u"Town Government"_s, 44, 18, 0.4},
        {LandmarkKind::Clinic, u"镇卫生院"_s, u"Town Clinic"_s, 42, 20, 0.8},
        {LandmarkKind::School, u"中学"_s, u"Middle School"_s, 66, 20, 0.9},
        {LandmarkKind::School, u"中心小学"_s, u"Central Primary School"_s, 50, 16, 0.9},
        {LandmarkKind::FireStation, u"专职消防站"_s, u"Fire Station"_s, 30, 18, 0.9},
        {LandmarkKind::Market, u"集贸市场"_s, u"Market"_s, 46, 30, 0.6}};
    return list;
}

} // namespace

std::vector<Landmark> placeLandmarks(const Terrain &terrain, const Hydrology &water,
                                     const Settlements &people, const RoadNetwork &roads,
                                     const std::vector<std::vector<int>> &nodesOfTown, quint64 seed)
{
    Random random(seed, u"landmarks");
    std::vector<Landmark> list;
    SegmentIndex index(terrain.frame, 250);
    for (const RoadEdge &edge : roads.edges) {
        if (!edge.removed)
            index.add(roads.lineOf(edge), 0);
    }
    std::set<int> taken;
    const auto free = [&](const Landmark &mark) {
        const Vec along = Vec{mark.length / 2 + 6, 0}.turned(mark.turn);
        const Vec across = Vec{0, mark.width / 2 + 6}.turned(mark.turn);
        return !index.crossed(mark.at - along, mark.at + along) &&
               !index.crossed(mark.at - across, mark.at + across) &&
               !index.crossed(mark.at - along - across, mark.at + along + across) &&
               terrain.shore.sample(mark.at) > 60 && !water.isWater(terrain, mark.at) &&
               water.wet.sample(mark.at) < -20;
    };
    const auto place = [&](size_t town, const Wish &wish, const QString &name,
                           const QString &nameEn) {
        const Town &home = people.towns[town];
        for (int tries = 0; tries < 400 && !nodesOfTown[town].empty(); ++tries) {
            const int node = random.pick(nodesOfTown[town]);
            const Vec p = roads.nodes[static_cast<size_t>(node)];
            if ((p - home.at).length() > home.radius * wish.within * (tries < 200 ? 1 : 1.6) ||
                taken.contains(node))
                continue;
            Landmark mark{wish.kind, name,
                          nameEn,    p + Vec{58, 46}.turned(home.turn),
                          node,      static_cast<int>(town),
                          home.turn, wish.length,
                          wish.width};
            if (tries < 380 && !free(mark))
                continue;
            taken.insert(node);
            list.push_back(mark);
            return;
        }
    };
    const Name &city = people.city;
    place(0, {LandmarkKind::Government, {}, {}, 90, 30, 0.4}, city.zh + u"人民政府"_s,
          city.en + u" City Government"_s);
    place(0, {LandmarkKind::Hospital, {}, {}, 110, 40, 0.9}, city.zh + u"中心医院"_s,
          city.en + u" Central Hospital"_s);
    place(0, {LandmarkKind::Stadium, {}, {}, 120, 90, 1.0}, city.zh + u"体育中心"_s,
          city.en + u" Sports Centre"_s);
    for (size_t k = 0; k < people.towns.size(); ++k) {
        const Town &town = people.towns[k];
        const QString base = stem(town.name.zh);
        for (const Wish &wish : town.urban ? urbanWishes() : ruralWishes())
            place(k, wish, base + wish.tail, town.name.en.section(u' ', 0, 0) + u' ' + wish.tailEn);
    }
    return list;
}

namespace {

Line railLine(const Lattice &lattice, const std::vector<Vec> &stops)
{
    Line line;
    const Taste taste{.slope = 7, .reuse = 1, .motorway = true, .river = 200};
    int from = lattice.cellAt(stops.front());
    for (size_t k = 1; k < stops.size(); ++k) {
        const Vec aim = stops[k];
        const auto path = lattice.find(
            {from}, [&](int cell) { return (lattice.place(cell) - aim).length() < 900; }, taste,
            aim);
        if (!path.found())
            break;
        for (const int cell : path.cells)
            line.push_back(lattice.place(cell));
        from = path.cells.back();
    }
    if (line.size() < 20)
        return {};
    return resampled(smoothed(resampled(smoothed(std::move(line), 80), 120), 30), 60);
}

// For each point of the line how high it must pass: over water and above every road.
std::vector<int> railLayers(const Line &line, const RoadNetwork &roads, const Terrain &terrain,
                            const Hydrology &water)
{
    SegmentIndex index(terrain.frame, 300);
    for (size_t k = 0; k < roads.edges.size(); ++k) {
        if (!roads.edges[k].removed)
            index.add(roads.lineOf(roads.edges[k]), static_cast<int>(k));
    }
    SegmentIndex rivers(terrain.frame, 300);
    for (const River &river : water.rivers)
        rivers.add(river.line, 0);
    std::vector<int> layer(line.size(), 0);
    for (size_t k = 1; k < line.size(); ++k) {
        int over = water.isWater(terrain, line[k]) || rivers.crossed(line[k - 1], line[k]) ? 1 : 0;
        index.nearTo(line[k - 1], line[k], [&](const SegmentIndex::Segment &segment) {
            if (crossing(line[k - 1], line[k], segment.a, segment.b)) {
                const RoadEdge &edge = roads.edges[static_cast<size_t>(segment.owner)];
                over = std::max(over, edge.structure == Structure::Tunnel ? 0 : edge.layer + 1);
            }
        });
        layer[k] = std::max(layer[k], over);
        layer[k - 1] = std::max(layer[k - 1], over);
    }
    return layer;
}

} // namespace

Railway layRailway(const RoadNetwork &roads, const StreetPlan &plan, const Terrain &terrain,
                   const Hydrology &water, const Settlements &people, Names &names, quint64 seed)
{
    Railway rail;
    rail.name = {people.city.zh.left(2) + names.pair().zh.left(1) + u"铁路"_s,
                 people.city.en + u" Railway"_s};
    const Lattice lattice(terrain, water, plan, static_cast<int>(people.towns.size()), seed + 5);
    std::vector<Vec> stops;
    const double inland = terrain.mirrored ? terrain.frame.width - 150 : 150;
    for (double share = 0.66; share > 0.4 && stops.empty(); share -= 0.02) {
        const Vec p{inland, share * terrain.frame.height};
        if (lattice.isOpen(lattice.cellAt(p)) && terrain.height.sample(p) > 2)
            stops.push_back(p);
    }
    if (stops.empty())
        return rail;
    std::vector<const Town *> served;
    for (const Town &town : people.towns) {
        if (!town.island && (!town.urban || &town == &people.towns.front()))
            served.push_back(&town);
    }
    const Town *far = &people.towns.front();
    for (const Town *town : served) {
        if ((town->at - stops.front()).length() > (far->at - stops.front()).length() &&
            town->at.y > people.centre.y)
            far = town;
    }
    double top = people.centre.y;
    for (const Town &town : people.towns) {
        if (town.urban && std::abs(town.at.x - people.centre.x) < 3500)
            top = std::max(top, town.at.y + town.radius * 1.1);
    }
    stops.push_back({people.centre.x, top + 250});
    stops.push_back(far->at);
    const Line line = railLine(lattice, stops);
    if (line.empty())
        return rail;
    const std::vector<int> layer = railLayers(line, roads, terrain, water);
    for (size_t k = 1; k < line.size(); ++k) { // runs of equal layer become one piece
        if (rail.pieces.empty() || rail.pieces.back().layer != layer[k])
            rail.pieces.push_back(
                {{line[k - 1]}, layer[k] ? Structure::Bridge : Structure::None, layer[k]});
        rail.pieces.back().line.push_back(line[k]);
    }
    for (const Town *town : served) {
        Vec best = line.front();
        for (const Vec p : line) {
            if ((p - town->at).length() < (best - town->at).length())
                best = p;
        }
        const bool main = town == &people.towns.front();
        if ((best - town->at).length() > (main ? 9000 : town->radius + 1500) || terrain.isSea(best))
            continue;
        rail.stations.push_back(
            {{(main ? people.city.zh.left(2) : stem(town->name.zh)) + u"站"_s,
              (main ? people.city.en : town->name.en.section(u' ', 0, 0)) + u" Station"_s},
             best});
    }
    return rail;
}

} // namespace leeward::democity
