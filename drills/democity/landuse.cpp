#include "drills/democity/landuse.h"

#include "drills/democity/noise.h"

namespace leeward::democity {

using namespace Qt::StringLiterals;

namespace {

// How densely streets cover the ground: 0 open country, about 1 in a town.
Grid<float> density(const Terrain &terrain, const RoadNetwork &roads)
{
    Grid<float> field = terrain.height.alike(0.0F);
    for (const RoadEdge &edge : roads.edges) {
        const bool street =
            edge.kind == RoadClass::Residential || edge.kind == RoadClass::Service ||
            (edge.street >= 0 && roads.streets[static_cast<size_t>(edge.street)].ref.isEmpty() &&
             edge.kind != RoadClass::Ferry);
        if (edge.removed || !street || edge.structure != Structure::None)
            continue;
        const Line line = roads.lineOf(edge);
        const double length = lengthOf(line);
        for (double along = 0; along < length; along += 25)
            field[field.nearest(pointAt(line, along))] = 1;
    }
    return blurred(std::move(field), 2, 2);
}

struct Classifier
{
    const Terrain &terrain;
    const Hydrology &water;
    const Settlements &people;
    const Grid<float> &built;
    quint64 seed;

    Ground settled(Vec p) const
    {
        const Town *town = nullptr;
        double nearest = 1e18;
        for (const Town &candidate : people.towns) {
            const double far = (candidate.at - p).length() / candidate.radius;
            if (far < nearest) {
                nearest = far;
                town = &candidate;
            }
        }
        if (!town || nearest > 1.45)
            return Ground::Residential;
        const double chance = fractal(p.x / 900, p.y / 900, 2, seed + 3);
        if (nearest < (town->urban ? 0.33 : 0.22) + 0.16 * chance)
            return Ground::Commercial;
        if (town->urban && terrain.shore.near(p) < 700 &&
            fractal(p.x / 2600, p.y / 2600, 2, seed + 5) > 0.12)
            return Ground::Port;
        if (nearest > 0.5 && fractal(p.x / 1500, p.y / 1500, 2, seed + 7) > 0.2)
            return Ground::Industrial;
        if (chance < -0.5)
            return Ground::Park;
        return Ground::Residential;
    }

    Ground open(Vec p) const
    {
        const double height = terrain.height.sample(p);
        const double slope = terrain.slopeAt(p);
        const double shore = terrain.shore.near(p);
        const double coarse = fractal(p.x / 1700, p.y / 1700, 3, seed + 11);
        if (shore < 75 && slope < 0.035 && fractal(p.x / 2200, p.y / 2200, 2, seed + 13) > 0.02)
            return Ground::Beach;
        if (height < 3.2 && shore < 1300 && water.nearRiver.near(p) < 900 && coarse > -0.2)
            return Ground::Wetland;
        for (const Lake &lake : water.lakes) {
            if (!lake.reservoir && (p - lake.middle).length() < 1500 &&
                water.nearWater.near(p) < 260 && (p - people.centre).length() < 9000)
                return Ground::Park;
        }
        if (slope > 0.15 + 0.05 * coarse || height > 210 + 60 * coarse)
            return height > 720 + 60 * coarse ? Ground::Meadow : Ground::Forest;
        if (slope > 0.045 && coarse > 0.02)
            return coarse > 0.2 ? Ground::Orchard : Ground::Forest;
        if (coarse < -0.42)
            return Ground::Meadow;
        if (coarse > 0.47)
            return Ground::Forest;
        return Ground::Farmland;
    }

    Ground operator()(int k) const
    {
        const Vec p = terrain.height.place(k);
        if (terrain.sea[k])
            return Ground::Sea;
        if (water.lake[k])
            return Ground::Lake;
        return built[k] > 0.16F ? settled(p) : open(p);
    }
};

void findPeaks(Landuse &result, const Terrain &terrain, Names &names)
{
    std::vector<std::pair<float, int>> tops;
    for (int k = 0; k < terrain.height.size(); ++k) {
        if (terrain.height[k] < 140)
            continue;
        bool top = true;
        const int i = k % terrain.height.columns();
        const int j = k / terrain.height.columns();
        for (int dj = -8; dj <= 8 && top; ++dj) {
            for (int di = -8; di <= 8 && top; ++di)
                top = !terrain.height.has(i + di, j + dj) ||
                      terrain.height.at(i + di, j + dj) <= terrain.height[k];
        }
        if (top)
            tops.emplace_back(-terrain.height[k], k);
    }
    std::ranges::sort(tops);
    for (const auto &[height, k] : tops) {
        const Vec p = terrain.height.place(k);
        if (result.peaks.size() >= 60)
            break;
        if (std::ranges::any_of(result.peaks,
                                [p](const Peak &peak) { return (peak.at - p).length() < 2600; }))
            continue;
        const Name name = names.pair();
        const bool great = -height > 500;
        result.peaks.push_back(
            {{name.zh + (great ? u"峰"_s : u"山"_s), name.en + (great ? u" Peak"_s : u" Hill"_s)},
             p,
             -height});
    }
}

} // namespace

Landuse makeLanduse(const Terrain &terrain, const Hydrology &water, const Settlements &people,
                    const RoadNetwork &roads, Names &names, quint64 seed)
{
    Landuse result;
    const Grid<float> built = density(terrain, roads);
    result.map = terrain.height.alike(quint8(0));
    const Classifier classify{terrain, water, people, built, seed + 700};
    for (int k = 0; k < result.map.size(); ++k)
        result.map[k] = static_cast<quint8>(classify(k));
    for (int ground = static_cast<int>(Ground::Residential);
         ground <= static_cast<int>(Ground::Beach); ++ground) {
        Grid<float> field = terrain.height.alike(0.0F);
        for (int k = 0; k < field.size(); ++k)
            field[k] = result.map[k] == ground ? 1 : 0;
        const bool strip = ground == static_cast<int>(Ground::Beach);
        const bool town = ground <= static_cast<int>(Ground::Park);
        field = blurred(std::move(field), 1, strip ? 1 : 2);
        for (Area &area :
             areasAbove(field, strip ? 0.3 : 0.47, town || strip ? 14000 : 60000, 2, town ? 5 : 9))
            result.patches.push_back({static_cast<Ground>(ground), std::move(area)});
    }
    const Grid<float> broad = blurred(terrain.height, 14, 2);
    for (Area &area : areasAbove(broad, 330, 5e6, 3, 25)) {
        const Name name = names.pair();
        result.reserves.push_back(
            {{name.zh + u"山自然保护区"_s, name.en + u" Hills Nature Reserve"_s}, std::move(area)});
    }
    findPeaks(result, terrain, names);
    return result;
}

} // namespace leeward::democity
