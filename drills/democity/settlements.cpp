#include "drills/democity/settlements.h"

#include "drills/democity/noise.h"

#include <array>
#include <queue>

namespace leeward::democity {

using namespace Qt::StringLiterals;

namespace {

// How good a place is to settle in, 0…1; 0 = not at all.
struct Suitability
{
    const Terrain &terrain;
    const Hydrology &water;
    quint64 seed;

    double operator()(Vec p, double room) const
    {
        const double height = terrain.height.sample(p);
        if (!terrain.frame.contains(p, room + 300) || terrain.shore.near(p) < room * 0.4 ||
            water.lake.near(p) || water.wet.sample(p) > -15 || height < 1.2 || height > 380)
            return 0;
        const double flat = smoothStep(0.13, 0.015, terrain.slopeAt(p));
        const double low = smoothStep(330, 20, height);
        const double drink = smoothStep(3200, 250, water.nearWater.near(p));
        const double chance = 0.5 + 0.5 * noise(p.x / 1500, p.y / 1500, seed);
        return flat * (0.2 + 0.35 * low + 0.35 * drink + 0.25 * chance);
    }
};

struct Candidate
{
    double score;
    Vec at;
};

// Places on a jittered lattice, best first.
std::vector<Candidate> candidates(const Suitability &suits, double step, double room,
                                  Random &random)
{
    std::vector<Candidate> list;
    const Frame &frame = suits.terrain.frame;
    for (double y = step; y < frame.height; y += step) {
        for (double x = step; x < frame.width; x += step) {
            const Vec p{x + random.range(-0.45, 0.45) * step, y + random.range(-0.45, 0.45) * step};
            const double score = suits(p, room);
            if (score > 0.12)
                list.push_back({score + 0.1 * random.unit(), p});
        }
    }
    std::ranges::sort(list, [](const Candidate &a, const Candidate &b) {
        return a.score != b.score ? a.score > b.score
                                  : std::pair(a.at.x, a.at.y) < std::pair(b.at.x, b.at.y);
    });
    return list;
}

// Streets run along the shore or the river nearby, else anyhow.
double turnAt(const Terrain &terrain, const Hydrology &water, Vec p, Random &random)
{
    const auto along = [&](const Grid<float> &far, double reach) -> std::optional<double> {
        if (far.sample(p) > reach)
            return std::nullopt;
        const double d = 500;
        const Vec up{far.sample(p + Vec{d, 0}) - far.sample(p - Vec{d, 0}),
                     far.sample(p + Vec{0, d}) - far.sample(p - Vec{0, d})};
        return std::atan2(up.x, -up.y);
    };
    const double stray = random.range(-0.12, 0.12);
    if (const auto turn = along(terrain.shore, 3500))
        return *turn + stray;
    if (const auto turn = along(water.nearRiver, 2500))
        return *turn + stray;
    return random.range(-0.5, 0.5);
}

bool clearOf(const std::vector<Town> &towns, Vec p, double gap)
{
    return std::ranges::none_of(
        towns, [&](const Town &town) { return (town.at - p).length() < gap + town.radius; });
}

void placeCore(Settlements &result, const Terrain &terrain, const Suitability &suits,
               Random &random)
{
    const double scale = std::max(0.45, terrain.frame.width / 60000);
    Vec heart = terrain.downtown;
    double best = -1;
    for (int tries = 0; tries < 1500; ++tries) {
        const Vec p =
            terrain.downtown + Vec{random.range(-5000, 5000), random.range(-5000, 5000)} * scale;
        const double score = suits(p, 900) + 0.5 * smoothStep(6000, 1800, terrain.shore.near(p)) -
                             (p - terrain.downtown).length() / (14000 * scale);
        if (suits(p, 900) > 0.3 && score > best) {
            best = score;
            heart = p;
        }
    }
    result.centre = heart;
    const double spread = 7600 * scale;
    std::vector<Candidate> list{{9, heart}};
    for (int tries = 0; tries < 4000; ++tries) {
        const Vec p = heart + Vec{random.range(-spread, spread), random.range(-spread, spread)};
        const double far = (p - heart).length();
        const double score = suits(p, 700) - 0.5 * far / spread;
        if (far < spread && suits(p, 700) > 0.25)
            list.push_back({score, p});
    }
    std::ranges::stable_sort(
        list, [](const Candidate &a, const Candidate &b) { return a.score > b.score; });
    for (const Candidate &candidate : list) {
        const double gap = 2350 * std::max(0.75, scale);
        const bool clear = std::ranges::none_of(result.towns, [&](const Town &town) {
            return (town.at - candidate.at).length() < gap;
        });
        if (!clear || result.towns.size() >= 13)
            continue;
        Town town;
        town.at = candidate.at;
        town.urban = true;
        const auto pairsBefore = result.towns.size() / 2;
        town.radius = (1950 - 110.0 * double(pairsBefore)) * std::max(0.6, scale);
        result.towns.push_back(town);
    }
}

void placeTowns(Settlements &result, const Terrain &terrain, const Suitability &suits,
                Random &random)
{
    for (int island = 1; island <= 2; ++island) { // the served islands have a town each
        const Vec middle = island == 1 ? terrain.ferryIsland : terrain.bridgeIsland;
        Town town;
        double best = 0;
        for (int tries = 0; tries < 600; ++tries) {
            const Vec p = middle + Vec{random.range(-1800, 1800), random.range(-1800, 1800)};
            const double score = suits(p, 350);
            if (score > best) {
                best = score;
                town.at = p;
            }
        }
        if (best <= 0)
            continue;
        town.radius = 420;
        town.island = island;
        town.coastal = true;
        result.towns.push_back(town);
    }
    const auto onIsland = [&](Vec p) {
        return (p - terrain.ferryIsland).length() < 4000 ||
               (p - terrain.bridgeIsland).length() < 4000;
    };
    int made = 0;
    for (const Candidate &candidate : candidates(suits, 420, 500, random)) {
        if (made >= 28)
            break;
        const double gap = 3100;
        if (candidate.score < 0.3 || onIsland(candidate.at) ||
            !clearOf(result.towns, candidate.at, gap))
            continue;
        Town town;
        town.at = candidate.at;
        town.radius = random.range(520, 980) * (made < 6 ? 1.25 : 1);
        town.coastal = terrain.shore.near(town.at) < 2500;
        result.towns.push_back(town);
        ++made;
    }
}

// Small islands that nothing serves have neither village nor road.
std::vector<int> mainlandOf(const Terrain &terrain)
{
    std::vector<int> part(static_cast<size_t>(terrain.sea.size()), 0);
    std::vector<int> open;
    const auto fill = [&](Vec from, int mark) {
        const int start = terrain.sea.nearest(from);
        if (terrain.sea[start])
            return;
        open = {start};
        part[static_cast<size_t>(start)] = mark;
        while (!open.empty()) {
            const int k = open.back();
            open.pop_back();
            for (int n = 0; n < 4; ++n) {
                const int i = k % terrain.sea.columns() + neighbourX[n];
                const int j = k / terrain.sea.columns() + neighbourY[n];
                if (!terrain.sea.has(i, j) || terrain.sea.at(i, j) ||
                    part[static_cast<size_t>(terrain.sea.index(i, j))])
                    continue;
                part[static_cast<size_t>(terrain.sea.index(i, j))] = mark;
                open.push_back(terrain.sea.index(i, j));
            }
        }
    };
    fill(terrain.downtown, 1);
    fill(terrain.ferryIsland, 2);
    fill(terrain.bridgeIsland, 2);
    return part;
}

void placeVillages(Settlements &result, const Terrain &terrain, const Suitability &suits,
                   Random &random)
{
    const std::vector<int> part = mainlandOf(terrain);
    std::vector<Vec> taken;
    for (const Candidate &candidate : candidates(suits, 260, 140, random)) {
        if (result.villages.size() >= 640 || candidate.score < 0.22)
            break;
        const Vec p = candidate.at;
        const double gap =
            1050 + 550 * random.unit() + 900 * smoothStep(60, 300, terrain.height.sample(p));
        if (!part[static_cast<size_t>(terrain.sea.nearest(p))] || !clearOf(result.towns, p, 520) ||
            std::ranges::any_of(taken, [&](Vec t) { return (t - p).length() < gap; }))
            continue;
        taken.push_back(p);
        Village village;
        village.at = p;
        village.size = random.between(1, 3) + (candidate.score > 0.85 ? 1 : 0);
        village.turn = turnAt(terrain, suits.water, p, random);
        result.villages.push_back(village);
    }
}

// Cost-distance from every 镇街: borders follow ridges and rivers.
Grid<qint16> divide(const Terrain &terrain, const Hydrology &water, const std::vector<Town> &towns)
{
    const int step = 4;
    Grid<qint16> owner((terrain.height.columns() - 1) / step + 1,
                       (terrain.height.rows() - 1) / step + 1, terrain.height.stepX() * step,
                       terrain.height.stepY() * step, -1);
    Grid<float> cost = owner.alike(1e12F);
    using Entry = std::pair<float, int>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
    for (size_t k = 0; k < towns.size(); ++k) {
        const int at = owner.nearest(towns[k].at);
        cost[at] = static_cast<float>(-towns[k].radius * 1.5);
        owner[at] = static_cast<qint16>(k);
        open.emplace(cost[at], at);
    }
    while (!open.empty()) {
        const auto [far, k] = open.top();
        open.pop();
        if (far > cost[k])
            continue;
        for (int n = 0; n < 8; ++n) {
            const int i = k % owner.columns() + neighbourX[n];
            const int j = k / owner.columns() + neighbourY[n];
            if (!owner.has(i, j))
                continue;
            const Vec p{i * owner.stepX(), j * owner.stepY()};
            const double run =
                std::hypot(neighbourX[n] * owner.stepX(), neighbourY[n] * owner.stepY());
            const double rise =
                std::abs(terrain.height.sample(p) - terrain.height.sample(owner.place(k)));
            const double slow =
                terrain.isSea(p) ? 4
                                 : 1 + 14 * rise / run + (water.nearRiver.near(p) < 120 ? 2.5 : 0);
            const auto next = static_cast<float>(far + run * slow);
            const int at = owner.index(i, j);
            if (next < cost[at]) {
                cost[at] = next;
                owner[at] = owner[k];
                open.emplace(next, at);
            }
        }
    }
    return owner;
}

// Districts: three share the core city between them, the others gather the towns around their
// seats.
void makeDistricts(Settlements &result, const Names &names, const Terrain &terrain)
{
    const Frame &frame = terrain.frame;
    std::array<Vec, 6> seats = {result.centre,
                                result.centre + Vec{-0.10 * frame.width, 0.02 * frame.height},
                                result.centre + Vec{0.08 * frame.width, 0.10 * frame.height},
                                Vec{0.80 * frame.width, 0.42 * frame.height},
                                Vec{0.18 * frame.width, 0.78 * frame.height},
                                Vec{0.15 * frame.width, 0.42 * frame.height}};
    for (size_t k = 3; k < seats.size() && terrain.mirrored; ++k)
        seats[k].x = frame.width - seats[k].x;
    for (size_t k = 0; k < seats.size(); ++k)
        result.districts.push_back(
            {names.districts()[k % names.districts().size()],
             u"9901%1"_s.arg(k < 4 ? int(k) + 2 : int(k) + 17, 2, 10, QChar(u'0')), seats[k],
             k < 4});
    for (Town &town : result.towns) {
        double best = 1e18;
        for (size_t k = 0; k < seats.size(); ++k) {
            if (town.urban && k > 2)
                continue;
            const double far = (town.at - seats[k]).length() * (town.urban || k > 2 ? 1 : 1.7);
            if (far < best) {
                best = far;
                town.district = static_cast<int>(k);
            }
        }
    }
    for (size_t k = 0; k < seats.size(); ++k) { // the seat is the district's largest town
        const Town *largest = nullptr;
        for (const Town &town : result.towns) {
            if (town.district == static_cast<int>(k) && (!largest || town.radius > largest->radius))
                largest = &town;
        }
        if (largest)
            result.districts[k].at = largest->at;
    }
}

void nameAndCount(Settlements &result, const Terrain &terrain, Names &names, Random &random)
{
    std::vector<int> serial(result.districts.size(), 0);
    for (Town &town : result.towns) {
        const auto district = static_cast<size_t>(town.district);
        town.name = names.town(town.urban);
        town.code = result.districts[district].code +
                    u"%1"_s.arg((town.urban ? 0 : 99) + ++serial[district], 3, 10, QChar(u'0'));
        const double km2 = M_PI * town.radius * town.radius * 1e-6;
        town.population = static_cast<int>(
            km2 * (town.urban ? random.range(11000, 15500) : random.range(6500, 9000)));
    }
    const size_t rural = result.villages.size();
    for (size_t k = 0; k < result.towns.size(); ++k) { // 社区 inside the built-up areas
        const Town &town = result.towns[k];
        const int communities = town.urban ? random.between(5, 8) : random.between(1, 3);
        for (int n = 0; n < communities; ++n) {
            Village village;
            village.community = true;
            village.town = static_cast<int>(k);
            const double angle = 2 * M_PI * (n + random.unit() * 0.5) / communities;
            village.at = town.at + Vec{std::cos(angle), std::sin(angle)} *
                                       (town.radius * random.range(0.3, 0.6));
            if (terrain.isSea(village.at))
                village.at = town.at + (village.at - town.at) * 0.3;
            village.population = town.population / communities;
            result.villages.push_back(village);
        }
    }
    std::vector<int> number(result.towns.size(), 0);
    for (size_t k = 0; k < result.villages.size(); ++k) {
        Village &village = result.villages[k];
        if (k < rural) {
            village.town = result.townOf.near(village.at);
            village.population = village.size * random.between(260, 620);
        }
        village.name = names.village(village.community);
        const auto town = static_cast<size_t>(village.town);
        village.code =
            result.towns[town].code +
            u"%1"_s.arg((village.community ? 0 : 199) + ++number[town], 3, 10, QChar(u'0'));
        result.population += village.population;
        if (!village.community)
            result.towns[town].population += village.population;
    }
}

} // namespace

Settlements makeSettlements(const Terrain &terrain, const Hydrology &water, Names &names,
                            quint64 seed)
{
    Random random(seed, u"settlements");
    Settlements result;
    result.city = names.city();
    result.code = u"990100"_s;
    const Suitability suits{terrain, water, seed + 7};
    placeCore(result, terrain, suits, random);
    placeTowns(result, terrain, suits, random);
    for (Town &town : result.towns) {
        town.turn = turnAt(terrain, water, town.at, random);
        town.coastal = terrain.shore.near(town.at) < 2500;
    }
    placeVillages(result, terrain, suits, random);
    result.townOf = divide(terrain, water, result.towns);
    makeDistricts(result, names, terrain);
    nameAndCount(result, terrain, names, random);
    return result;
}

} // namespace leeward::democity
