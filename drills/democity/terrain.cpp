#include "drills/democity/terrain.h"

#include "drills/democity/drainage.h"
#include "drills/democity/noise.h"
#include "drills/democity/rng.h"

#include <array>

namespace leeward::democity {

namespace {

constexpr double cellDegrees = 2.0 / 3600;
constexpr double layoutWidth = 60; // the recipe is drawn on a sheet of 60 × 55, scaled to the box
constexpr double layoutHeight = 55;
constexpr double highestHill = 895;

struct Island
{
    Vec middle;
    double radius;
    double hill;
};

// One city's variation on the recipe, in sheet coordinates.
struct Sheet
{
    quint64 seed = 0;
    bool mirrored = false;
    Vec bay;
    Vec bayRadius;
    Vec capeFrom;
    Vec capeTo;
    double capeRadius = 0;
    std::array<Island, 9> islands{};
};

Sheet sheetFor(quint64 seed)
{
    Random random(seed, u"sheet");
    Sheet sheet;
    sheet.seed = (quint64(random.next()) << 32) | random.next();
    sheet.mirrored = random.chance(0.5);
    const auto around = [&](double x, double y, double off) {
        return Vec{x + random.range(-off, off), y + random.range(-off, off)};
    };
    sheet.bay = around(25, 17.5, 1.2);
    sheet.bayRadius = {random.range(5.2, 6.6), random.range(6.5, 8.0)};
    sheet.capeFrom = around(40, 25, 1);
    sheet.capeTo = around(49.5, 9.5, 1.2);
    sheet.capeRadius = random.range(3.6, 4.6);
    sheet.islands = {
        Island{around(34.5, 8.5, 0.8), 2.3, 0.45}, // served by a ferry
        Island{around(17.5, 9.5, 0.6), 2.0, 0.30}, // served by a bridge
        Island{around(56, 25, 0.8), 1.5, 0.35},    Island{around(39, 3.4, 0.6), 0.6, 0.12},
        Island{around(45.5, 3.5, 0.6), 0.5, 0.10}, Island{around(57, 13, 0.6), 0.8, 0.16},
        Island{around(10, 5, 0.8), 0.65, 0.10},    Island{around(28.5, 10.5, 0.4), 0.45, 0.08},
        Island{around(55, 6, 0.8), 0.5, 0.09}};
    return sheet;
}

double softMin(double a, double b, double k)
{
    const double h = std::clamp(0.5 + 0.5 * (b - a) / k, 0.0, 1.0);
    return std::lerp(b, a, h) - k * h * (1 - h);
}

double softMax(double a, double b, double k)
{
    return -softMin(-a, -b, k);
}

// Islands are stretched, each its own way, and frayed.
double islandLand(const Sheet &sheet, const Island &island, Vec p)
{
    Vec off = (p - island.middle).turned(island.middle.x * 1.7);
    off.x *= 1.35;
    off.y *= 0.8;
    const double scale = std::max(0.5, island.radius * 0.75);
    return island.radius - off.length() +
           0.5 * scale * fractal(p.x / scale, p.y / scale, 3, sheet.seed + 61, 0.6);
}

// How far inland a place of the sheet is, about kilometres; negative at sea.
double landness(const Sheet &sheet, Vec p)
{
    const quint64 s = sheet.seed;
    const Vec warp{2.3 * fractal(p.x / 9, p.y / 9, 2, s) +
                       1.25 * fractal(p.x / 3.1, p.y / 3.1, 3, s + 11, 0.55),
                   2.3 * fractal(p.x / 9, p.y / 9, 2, s + 5) +
                       1.25 * fractal(p.x / 3.1, p.y / 3.1, 3, s + 13, 0.55)};
    const Vec q = p + warp;
    const double south = q.y - 17.5 - 2.2 * noise(q.x / 14, 0.5, s + 21);
    const double east = (54.5 + 2.0 * noise(0.5, q.y / 10, s + 23) - q.x) + (q.y - 34) * 0.22;
    double land = softMin(south, east, 4);
    const Vec fromBay{(q.x - sheet.bay.x) / sheet.bayRadius.x,
                      (q.y - sheet.bay.y) / sheet.bayRadius.y};
    const double bay = (fromBay.length() - 1) * std::min(sheet.bayRadius.x, sheet.bayRadius.y);
    land = softMin(land, bay, 2);
    const Vec axis = sheet.capeTo - sheet.capeFrom;
    const double share = std::clamp(dot(q - sheet.capeFrom, axis) / dot(axis, axis), 0.0, 1.0);
    const double cape = std::lerp(sheet.capeRadius, sheet.capeRadius * 0.62, share) -
                        (q - (sheet.capeFrom + axis * share)).length();
    land = softMax(land, cape, 1.6);
    for (const Island &island : sheet.islands)
        land = softMax(land, islandLand(sheet, island, p + warp * 0.5), 0.25);
    const double fine = 0.42 * fractal(p.x / 1.3, p.y / 1.3, 4, s + 31, 0.6);
    return land + fine * smoothStep(5, 0.5, std::abs(land));
}

// 0…1: how strongly the ground is lifted at a place of the sheet.
double uplift(const Sheet &sheet, Vec p, double land)
{
    const quint64 s = sheet.seed + 100;
    const Vec warp{2.6 * fractal(p.x / 8, p.y / 8, 3, s),
                   2.6 * fractal(p.x / 8, p.y / 8, 3, s + 7)};
    const Vec q = p + warp;
    const auto ridge = [&](Vec a, Vec b, double width) {
        return smoothStep(width, width * 0.15, distanceToSegment(q, a, b));
    };
    double lift = ridge({14, 52}, {38, 45}, 10);
    lift = std::max(lift, 0.95 * ridge({38, 45}, {52, 49}, 9));
    lift = std::max(lift, 0.45 * ridge({37.5, 44}, {38.5, 33}, 5.5));
    lift = std::max(lift, 0.38 * ridge({3, 27}, {10, 22.5}, 6));
    lift = std::max(lift, 0.42 * ridge(sheet.capeFrom + Vec{2, -2}, sheet.capeTo, 4));
    for (const Island &island : sheet.islands)
        lift = std::max(lift, island.hill *
                                  smoothStep(island.radius * 1.1, 0, (p - island.middle).length()));
    const double lone = ridges(p.x / 7, p.y / 7, 3, s + 17);
    lift = std::max(lift, 0.22 * smoothStep(0.62, 0.9, lone));
    lift *= 0.55 + 0.75 * ridges(p.x / 6, p.y / 6, 3, s + 23);
    return lift * smoothStep(0.1, 2.2, land) + 0.004;
}

// Uplift against stream-power erosion until the relief has the shape of a drained landscape.
Grid<float> weathered(const Grid<float> &lift, const Grid<quint8> &sea, quint64 seed)
{
    Grid<float> ground = lift;
    for (int k = 0; k < ground.size(); ++k) {
        const Vec p = ground.place(k);
        ground[k] = sea[k] ? 0
                           : ground[k] * 60 +
                                 static_cast<float>(0.5 + 0.4 * noise(p.x / 260, p.y / 260, seed));
    }
    const double run = ground.stepX() / 100;
    for (int round = 0; round < 24; ++round) {
        const Drainage flow = drain(ground, sea, -1, 0);
        for (const int k : flow.order) {
            if (sea[k])
                continue;
            const auto at = static_cast<size_t>(k);
            const int next = flow.receiver[at];
            const double lifted = ground[k] + 42.0 * lift[k];
            const double pull = 2.6 * std::pow(flow.area[at], 0.45) / run;
            double settled = (lifted + pull * ground[next]) / (1 + pull);
            settled = std::min(settled, ground[next] + 62.0 * run); // no slope over about 32°
            ground[k] = static_cast<float>(std::max(settled, ground[next] + 0.002));
        }
    }
    return ground;
}

// Lays flat floors into the valleys: near a river the ground drops to the river's level.
void floorValleys(Grid<float> &ground, const Grid<quint8> &sea)
{
    const Drainage flow = drain(ground, sea, -1, 0);
    Grid<quint8> river = sea.alike(quint8(0));
    Grid<float> base = ground;
    for (const int k : flow.order) { // outlets first: the base is inherited from downstream
        const auto at = static_cast<size_t>(k);
        const bool isRiver = sea[k] || flow.area[at] > 5;
        river[k] = !sea[k] && isRiver ? 1 : 0;
        if (!isRiver)
            base[k] = base[flow.receiver[at]];
    }
    const Grid<float> far = distanceTo(river);
    for (int k = 0; k < ground.size(); ++k) {
        if (sea[k] || river[k])
            continue;
        const float above = std::max(0.0F, ground[k] - base[k]);
        const double reach = 260 + 500 * smoothStep(120, 10, base[k]);
        ground[k] =
            base[k] + above * static_cast<float>(0.06 + 0.94 * smoothStep(40, reach, far[k]));
    }
}

} // namespace

double Terrain::slopeAt(Vec p) const
{
    const double d = 60;
    const double east = height.sample(p + Vec{d, 0}) - height.sample(p - Vec{d, 0});
    const double north = height.sample(p + Vec{0, d}) - height.sample(p - Vec{0, d});
    return std::hypot(east, north) / (2 * d);
}

Frame frameFor(double size)
{
    Frame frame;
    const int columns = static_cast<int>(std::lround(1200 * size));
    const int rows = static_cast<int>(std::lround(900 * size));
    frame.west = 120.40;
    frame.south = 34.95;
    const double middle = (frame.south + rows * cellDegrees / 2) * M_PI / 180;
    frame.metresPerLat = 6371008.8 * M_PI / 180;
    frame.metresPerLon = frame.metresPerLat * std::cos(middle);
    frame.width = (columns - 1) * cellDegrees * frame.metresPerLon;
    frame.height = (rows - 1) * cellDegrees * frame.metresPerLat;
    return frame;
}

namespace {

// The coarse relief, 1 where half as fine as the height model, and how far inland each of its
// samples is.
struct Relief
{
    Grid<float> ground;
    Grid<float> land;
};

Relief coarseRelief(const Sheet &sheet, const Grid<float> &fine, const auto &toSheet)
{
    const Grid<float> coarse(fine.columns() / 2 + 1, fine.rows() / 2 + 1, fine.stepX() * 2,
                             fine.stepY() * 2);
    Relief relief{coarse, coarse};
    Grid<float> lift = coarse;
    Grid<quint8> sea = coarse.alike(quint8(0));
    for (int k = 0; k < coarse.size(); ++k) {
        const Vec p = toSheet(coarse.place(k));
        relief.land[k] = static_cast<float>(landness(sheet, p));
        const bool leaves = k / coarse.columns() == coarse.rows() - 1; // water may leave northward
        sea[k] = relief.land[k] <= 0 || leaves ? 1 : 0;
        lift[k] = static_cast<float>(uplift(sheet, p, relief.land[k]));
    }
    relief.ground = weathered(lift, sea, sheet.seed);
    float top = 1;
    for (int k = 0; k < coarse.size(); ++k)
        top = std::max(top, relief.ground[k]);
    for (int k = 0; k < coarse.size(); ++k)
        relief.ground[k] *= static_cast<float>(highestHill) / top;
    floorValleys(relief.ground, sea);
    return relief;
}

void findInflow(Terrain &terrain, const auto &toSheet)
{
    const int column = terrain.mirrored ? terrain.height.columns() - 1 : 0;
    float lowest = 1e9F;
    for (int j = 0; j < terrain.height.rows(); ++j) {
        const double y = toSheet({0, j * terrain.height.stepY()}).y;
        if (y < 31 || y > 44 || terrain.height.at(column, j) >= lowest)
            continue;
        lowest = terrain.height.at(column, j);
        terrain.inflowAt = terrain.height.index(column, j);
    }
    terrain.inflow = 1500;
}

} // namespace

Terrain makeTerrain(quint64 seed, double size)
{
    const Sheet sheet = sheetFor(seed);
    Terrain terrain;
    terrain.frame = frameFor(size);
    terrain.mirrored = sheet.mirrored;
    const Frame &frame = terrain.frame;
    const double perSheetX = frame.width / layoutWidth;
    const double perSheetY = frame.height / layoutHeight;
    const auto toSheet = [&](Vec p) {
        const double x = p.x / perSheetX;
        return Vec{sheet.mirrored ? layoutWidth - x : x, p.y / perSheetY};
    };
    const auto fromSheet = [&](Vec p) {
        return Vec{(sheet.mirrored ? layoutWidth - p.x : p.x) * perSheetX, p.y * perSheetY};
    };
    const double stepX = cellDegrees * frame.metresPerLon;
    const double stepY = cellDegrees * frame.metresPerLat;
    terrain.height =
        Grid<float>(static_cast<int>(std::lround(frame.width / stepX)) + 1,
                    static_cast<int>(std::lround(frame.height / stepY)) + 1, stepX, stepY);
    terrain.sea = terrain.height.alike(quint8(0));
    const Relief relief = coarseRelief(sheet, terrain.height, toSheet);
    const Grid<float> gentle = blurred(relief.ground, 1, 1);
    for (int k = 0; k < terrain.height.size(); ++k) {
        const Vec p = terrain.height.place(k);
        const double land = relief.land.sample(p) * perSheetX / 1000 +
                            0.03 * noise(p.x / 230, p.y / 230, sheet.seed + 41);
        if (land <= 0) {
            terrain.sea[k] = 1;
            terrain.height[k] = static_cast<float>(-std::min(58.0, 0.3 + 5.5 * -land));
            continue;
        }
        const double hill = gentle.sample(p);
        const double plain =
            0.6 + 3.0 * std::pow(land, 0.85) +
            std::min(1.0, land) * (1.6 * fractal(p.x / 1900, p.y / 1900, 3, sheet.seed + 43) +
                                   0.7 * noise(p.x / 330, p.y / 330, sheet.seed + 44));
        const double rough =
            std::min(1.0, hill / 160) * 7 * fractal(p.x / 240, p.y / 240, 3, sheet.seed + 47);
        terrain.height[k] = static_cast<float>(std::max(0.4, plain + hill + rough));
    }
    terrain.shore = distanceTo(terrain.sea);
    findInflow(terrain, toSheet);
    terrain.downtown = fromSheet(sheet.bay + Vec{3.0, sheet.bayRadius.y + 3.0});
    terrain.ferryIsland = fromSheet(sheet.islands[0].middle);
    terrain.bridgeIsland = fromSheet(sheet.islands[1].middle);
    return terrain;
}

} // namespace leeward::democity
