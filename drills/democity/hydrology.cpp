#include "drills/democity/hydrology.h"

#include "drills/democity/drainage.h"
#include "drills/democity/noise.h"
#include "drills/democity/rng.h"

#include <deque>

namespace leeward::democity {

namespace {

constexpr double leastStream = 3.0; // km², below this a brook is not drawn
constexpr double bankStep = 20;     // m, grid of the river banks

double widthFor(double area)
{
    return std::clamp(3.4 * std::sqrt(area), 4.0, 190.0);
}

// Where each drawn river sample ended up after smoothing, so that tributaries end on the line they
// join.
using Placed = std::vector<std::optional<Vec>>;

struct Tracer
{
    const Terrain &terrain;
    const Drainage &flow;
    quint64 seed;
    std::vector<std::vector<int>> givers = {}; // the drawn samples flowing into a sample
    Placed placed = {};
    Hydrology *into = nullptr;

    void prepare()
    {
        const auto count = flow.receiver.size();
        givers.resize(count);
        placed.resize(count);
        for (const int k : flow.order) {
            const auto at = static_cast<size_t>(k);
            if (!terrain.sea[k] && flow.area[at] >= leastStream && flow.receiver[at] != k)
                givers[static_cast<size_t>(flow.receiver[at])].push_back(k);
        }
    }

    // From a mouth upstream along the largest giver; answers the samples, downstream first.
    std::vector<int> stem(int mouth) const
    {
        std::vector<int> samples{mouth};
        for (int k = mouth;;) {
            int best = -1;
            for (const int giver : givers[static_cast<size_t>(k)]) {
                if (best < 0 ||
                    flow.area[static_cast<size_t>(giver)] > flow.area[static_cast<size_t>(best)])
                    best = giver;
            }
            if (best < 0)
                return samples;
            samples.push_back(best);
            k = best;
        }
    }

    void bend(Line &line, const std::vector<double> &areas) const
    {
        for (size_t i = 1; i + 1 < line.size(); ++i) { // meanders where the ground is flat
            const double flat = smoothStep(0.02, 0.002, terrain.slopeAt(line[i]));
            const double ends = std::min({1.0, double(i) / 6, double(line.size() - 1 - i) / 6});
            const double size = 22 + 1.1 * widthFor(areas[i]);
            const double swing = noise(line[i].x / (size * 6), line[i].y / (size * 6), seed + 3);
            line[i] = line[i] + (line[i + 1] - line[i - 1]).unit().left() *
                                    (2.2 * swing * size * flat * ends);
        }
    }

    int trace(int mouth, int joins)
    {
        std::vector<int> samples = stem(mouth);
        if (samples.size() < 12 && joins >= 0)
            return -1;
        std::ranges::reverse(samples);
        River river;
        std::vector<double> areas;
        for (const int k : samples) {
            river.line.push_back(terrain.height.place(k));
            areas.push_back(flow.area[static_cast<size_t>(k)]);
        }
        const int next = flow.receiver[static_cast<size_t>(mouth)];
        river.line.push_back(
            joins >= 0 ? placed[static_cast<size_t>(next)].value_or(terrain.height.place(next))
                       : terrain.height.place(next));
        areas.push_back(areas.back());
        river.line = smoothed(river.line, 8);
        bend(river.line, areas);
        river.line = smoothed(river.line, 6);
        for (size_t i = 0; i < samples.size(); ++i)
            placed[static_cast<size_t>(samples[i])] = river.line[i];
        river.toSea = joins < 0 && terrain.sea[next];
        river.joins = joins;
        river.area = areas.back();
        river.length = lengthOf(river.line);
        for (size_t i = 0; i < river.line.size(); ++i) {
            const double fromMouth = double(river.line.size() - 1 - i) * 56;
            const double flare = river.toSea ? 1 + 1.5 * std::exp(-fromMouth / 900) : 1;
            river.width.push_back(widthFor(areas[i]) * flare);
        }
        into->rivers.push_back(std::move(river));
        const int self = static_cast<int>(into->rivers.size()) - 1;
        std::ranges::reverse(samples);
        for (size_t i = 0; i < samples.size(); ++i) {
            for (const int giver : givers[static_cast<size_t>(samples[i])]) {
                if (i + 1 >= samples.size() || giver != samples[i + 1])
                    (void) trace(giver, self);
            }
        }
        return self;
    }
};

void carve(Terrain &terrain, const Drainage &flow, const Hydrology &water)
{
    for (int k = 0; k < terrain.height.size(); ++k) {
        if (!terrain.sea[k] && flow.area[static_cast<size_t>(k)] >= leastStream)
            terrain.height[k] = std::max(0.15F, flow.filled[k] - 0.6F);
    }
    const Grid<float> before = terrain.height;
    for (int k = 0; k < terrain.height.size(); ++k) { // beds of the wide rivers
        const double depth = water.wet.sample(terrain.height.place(k));
        if (!terrain.sea[k] && depth > 4)
            terrain.height[k] =
                std::max(0.1F, before[k] - static_cast<float>(std::min(3.0, depth / 12)));
    }
}

void drawBanks(Hydrology &water, const Terrain &terrain)
{
    const Frame &frame = terrain.frame;
    water.wet = Grid<float>(static_cast<int>(frame.width / bankStep) + 1,
                            static_cast<int>(frame.height / bankStep) + 1, bankStep, bankStep, -60);
    for (const River &river : water.rivers) {
        for (size_t i = 1; i < river.line.size(); ++i) {
            const Vec a = river.line[i - 1];
            const Vec b = river.line[i];
            const double half = (river.width[i - 1] + river.width[i]) / 4;
            const double reach = half + 60;
            const int i0 = static_cast<int>((std::min(a.x, b.x) - reach) / bankStep);
            const int i1 = static_cast<int>((std::max(a.x, b.x) + reach) / bankStep) + 1;
            const int j0 = static_cast<int>((std::min(a.y, b.y) - reach) / bankStep);
            const int j1 = static_cast<int>((std::max(a.y, b.y) + reach) / bankStep) + 1;
            for (int y = std::max(0, j0); y <= std::min(j1, water.wet.rows() - 1); ++y) {
                for (int x = std::max(0, i0); x <= std::min(i1, water.wet.columns() - 1); ++x) {
                    const double in = half - distanceToSegment({x * bankStep, y * bankStep}, a, b);
                    water.wet.at(x, y) = std::max(water.wet.at(x, y), static_cast<float>(in));
                }
            }
        }
    }
}

// What a dam of `rise` metres at a river sample would flood.
struct Flooding
{
    std::vector<int> samples;
    double level = 0;
};

Flooding floodBehind(const Terrain &terrain, const std::vector<std::vector<int>> &upstream, int at,
                     double rise)
{
    Flooding result;
    result.level = terrain.height[at] + rise;
    std::deque<int> open{at};
    while (!open.empty() && result.samples.size() < 4000) {
        const int k = open.front();
        open.pop_front();
        result.samples.push_back(k);
        for (const int next : upstream[static_cast<size_t>(k)]) {
            if (terrain.height[next] < result.level)
                open.push_back(next);
        }
    }
    return result;
}

Line damAt(const Terrain &terrain, Vec at, Vec flowTo, double level)
{
    const Vec side = (flowTo - at).unit().left();
    const auto reach = [&](double sign) {
        double far = 40;
        while (far < 600 && terrain.height.sample(at + side * (sign * far)) < level)
            far += 10;
        return at + side * (sign * (far + 15));
    };
    return {reach(1), at, reach(-1)};
}

void fillLake(Terrain &terrain, Hydrology &water, Lake lake, const std::vector<int> &samples)
{
    Grid<float> field = terrain.height.alike(0.0F);
    Vec sum;
    for (const int k : samples) {
        field[k] = 1;
        water.lake[k] = 1;
        terrain.height[k] = static_cast<float>(lake.level);
        sum = sum + terrain.height.place(k);
    }
    lake.km2 = double(samples.size()) * field.cellArea() * 1e-6;
    lake.middle = sum * (1.0 / double(samples.size()));
    double nearest = 1e18;
    Vec inside = lake.middle;
    for (const int k : samples) {
        const double far = (terrain.height.place(k) - lake.middle).length();
        if (far < nearest) {
            nearest = far;
            inside = terrain.height.place(k);
        }
    }
    lake.middle = inside;
    lake.areas = areasAbove(blurred(std::move(field), 1, 1), 0.42, 40000, 2, 6);
    if (!lake.areas.empty())
        water.lakes.push_back(std::move(lake));
}

void makeReservoirs(Terrain &terrain, Hydrology &water, const Drainage &flow)
{
    std::vector<std::vector<int>> upstream(flow.receiver.size());
    for (const int k : flow.order) {
        const int next = flow.receiver[static_cast<size_t>(k)];
        if (next != k)
            upstream[static_cast<size_t>(next)].push_back(k);
    }
    std::vector<Vec> taken;
    for (int wanted = 0; wanted < 3; ++wanted) {
        double best = 0;
        int site = -1;
        Flooding flooding;
        for (int k = 0; k < terrain.height.size(); ++k) {
            const double area = flow.area[static_cast<size_t>(k)];
            const Vec p = terrain.height.place(k);
            if (area < 8 || area > 90 || terrain.height[k] < 55 ||
                !terrain.frame.contains(p, 2500) || k % 3 ||
                std::ranges::any_of(taken, [p](Vec t) { return (t - p).length() < 9000; }))
                continue;
            const Flooding trial = floodBehind(terrain, upstream, k, 33);
            const double km2 = double(trial.samples.size()) * terrain.height.cellArea() * 1e-6;
            if (km2 < 0.7 || km2 > 6)
                continue;
            const Vec below = terrain.height.place(flow.receiver[static_cast<size_t>(k)]);
            const Line dam = damAt(terrain, p, below, trial.level);
            const double value = km2 / (250 + lengthOf(dam));
            if (value > best && lengthOf(dam) < 900) {
                best = value;
                site = k;
                flooding = trial;
            }
        }
        if (site < 0)
            return;
        const Vec p = terrain.height.place(site);
        taken.push_back(p);
        Lake lake;
        lake.reservoir = true;
        lake.level = flooding.level;
        lake.dam = damAt(terrain, p, terrain.height.place(flow.receiver[static_cast<size_t>(site)]),
                         flooding.level);
        fillLake(terrain, water, std::move(lake), flooding.samples);
    }
}

void makePlainLakes(Terrain &terrain, Hydrology &water, quint64 seed)
{
    Random random(seed, u"lakes");
    const double scale = terrain.frame.width / 60000;
    for (int wanted = 0, tries = 0; wanted < 3 && tries < 600; ++tries) {
        const double radius = (wanted == 0 ? 900 : random.range(350, 600)) * std::max(0.5, scale);
        const double reach = wanted == 0 ? 7500 : 26000;
        const Vec middle = terrain.downtown +
                           Vec{random.range(-reach, reach), random.range(-reach, reach)} * scale;
        const double ground = terrain.height.sample(middle);
        if (!terrain.frame.contains(middle, 2 * radius) ||
            terrain.shore.near(middle) < radius * 2 || ground > 45 ||
            water.nearRiver.near(middle) < radius * 1.3 || terrain.slopeAt(middle) > 0.015 ||
            water.lake.near(middle))
            continue;
        std::vector<int> samples;
        double lowest = 1e9;
        for (int k = 0; k < terrain.height.size(); ++k) {
            const Vec off = terrain.height.place(k) - middle;
            if (std::abs(off.x) > 2 * radius || std::abs(off.y) > 2 * radius)
                continue;
            const double rim =
                radius * (1 + 0.55 * fractal(terrain.height.place(k).x / 900,
                                             terrain.height.place(k).y / 900, 3, seed + 71));
            if (off.length() < rim) {
                samples.push_back(k);
                lowest = std::min(lowest, double(terrain.height[k]));
            }
        }
        if (samples.size() < 30)
            continue;
        Lake lake;
        lake.level = std::max(0.3, lowest - 0.5);
        fillLake(terrain, water, std::move(lake), samples);
        ++wanted;
    }
}

Grid<float> distanceToRivers(const Terrain &terrain, const Hydrology &water, double leastWidth)
{
    Grid<quint8> mask = terrain.height.alike(quint8(0));
    for (const River &river : water.rivers) {
        for (size_t i = 0; i < river.line.size(); ++i) {
            if (river.width[i] >= leastWidth)
                mask[mask.nearest(river.line[i])] = 1;
        }
    }
    return distanceTo(mask);
}

} // namespace

Hydrology makeHydrology(Terrain &terrain, quint64 seed)
{
    Hydrology water;
    water.lake = terrain.height.alike(quint8(0));
    Grid<quint8> outlet = terrain.sea;
    for (int i = 0; i < outlet.columns(); ++i)
        outlet.at(i, outlet.rows() - 1) = 1; // the far side of the hills drains out of the box
    const Drainage flow = drain(terrain.height, outlet, terrain.inflowAt, terrain.inflow);
    Tracer tracer{terrain, flow, seed};
    tracer.into = &water;
    tracer.prepare();
    for (const int k :
         flow.order) { // mouths: land samples that flow into the sea or out of the box
        const auto at = static_cast<size_t>(k);
        if (!outlet[k] && flow.area[at] >= leastStream && outlet[flow.receiver[at]])
            (void) tracer.trace(k, -1);
    }
    drawBanks(water, terrain);
    carve(terrain, flow, water);
    makeReservoirs(terrain, water, flow);
    water.nearRiver = distanceToRivers(terrain, water, widthFor(25));
    makePlainLakes(terrain, water, seed);
    water.riverbanks = areasAbove(water.wet, 0, 30000, 2, 3);
    Grid<quint8> any = terrain.sea;
    for (int k = 0; k < any.size(); ++k)
        any[k] = any[k] || water.lake[k] || water.nearRiver[k] < 30;
    water.nearWater = distanceTo(any);
    return water;
}

} // namespace leeward::democity
