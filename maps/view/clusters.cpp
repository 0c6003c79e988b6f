#include "maps/view/clusters.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <unordered_map>

namespace leeward::view {

namespace {

constexpr int mortonBits = 26;    // per axis; level 22 needs 24
constexpr double joinCells = 0.6; // centres nearer than this, in cells, would overlap

// Spreads the low 32 bits to the even places.
quint64 spread(quint64 v)
{
    v = (v | (v << 16)) & 0x0000ffff0000ffffULL;
    v = (v | (v << 8)) & 0x00ff00ff00ff00ffULL;
    v = (v | (v << 4)) & 0x0f0f0f0f0f0f0f0fULL;
    v = (v | (v << 2)) & 0x3333333333333333ULL;
    return (v | (v << 1)) & 0x5555555555555555ULL;
}

quint64 mortonOf(WorldPoint p)
{
    constexpr double side = double(1U << mortonBits);
    const auto cell = [](double v) { return quint64(std::clamp(v * side, 0.0, side - 1)); };
    return spread(cell(p.x)) | (spread(cell(p.y)) << 1);
}

double gap(WorldPoint a, WorldPoint b)
{
    return std::hypot(a.x - b.x, a.y - b.y);
}

Cluster single(const Clusterable &thing)
{
    return {thing.at,
            WorldRect::around(thing.at),
            1,
            thing.index,
            thing.symbol.kind,
            thing.symbol.state,
            thing.symbol.badges.testFlag(Badge::Overdue),
            thing.group};
}

// Two or three that stand far enough apart are better seen each for itself.
bool standsApart(std::span<const Clusterable> run, double cell)
{
    if (run.size() > 3)
        return false;
    for (size_t i = 0; i < run.size(); ++i) {
        for (size_t j = i + 1; j < run.size(); ++j) {
            if (gap(run[i].at, run[j].at) < joinCells * cell)
                return false;
        }
    }
    return true;
}

// A cell or several joined ones while their members are being counted.
struct Draft
{
    Cluster cluster;
    std::array<quint32, symbolKindCount> kinds{};
};

void add(Draft &draft, const Clusterable &thing)
{
    Cluster &c = draft.cluster;
    if (c.count == 0) {
        c = single(thing);
        ++draft.kinds[size_t(thing.symbol.kind)];
        return;
    }
    ++c.count;
    c.at.x += (thing.at.x - c.at.x) / c.count;
    c.at.y += (thing.at.y - c.at.y) / c.count;
    c.bounds.unite(thing.at);
    if (gravity(thing.symbol.state) > gravity(c.worst))
        c.worst = thing.symbol.state;
    c.overdue |= thing.symbol.badges.testFlag(Badge::Overdue);
    ++draft.kinds[size_t(thing.symbol.kind)];
}

void join(Draft &into, const Draft &from)
{
    Cluster &a = into.cluster;
    const Cluster &b = from.cluster;
    const double share = double(b.count) / (a.count + b.count);
    a.at.x += (b.at.x - a.at.x) * share;
    a.at.y += (b.at.y - a.at.y) * share;
    a.count += b.count;
    a.bounds.unite({b.bounds.left, b.bounds.top});
    a.bounds.unite({b.bounds.right, b.bounds.bottom});
    if (gravity(b.worst) > gravity(a.worst))
        a.worst = b.worst;
    a.overdue |= b.overdue;
    for (size_t i = 0; i < into.kinds.size(); ++i)
        into.kinds[i] += from.kinds[i];
}

std::vector<Draft> cells(std::span<const Clusterable> things, int level)
{
    const int shift = 2 * (mortonBits - level - 2); // a cell is a quarter of a tile
    const double cell = std::ldexp(1.0, -level - 2);
    std::vector<Draft> drafts;
    for (size_t begin = 0; begin < things.size();) {
        size_t end = begin + 1;
        while (end < things.size() && things[end].group == things[begin].group &&
               (things[end].morton >> shift) == (things[begin].morton >> shift))
            ++end;
        const auto run = things.subspan(begin, end - begin);
        if (standsApart(run, cell)) {
            for (const Clusterable &thing : run)
                add(drafts.emplace_back(), thing);
        } else {
            Draft &draft = drafts.emplace_back();
            for (const Clusterable &thing : run)
                add(draft, thing);
        }
        begin = end;
    }
    return drafts;
}

// The greatest first takes what would overlap it.
void joinNeighbours(std::vector<Draft> &drafts, double reach)
{
    std::vector<WorldPoint> centres;
    centres.reserve(drafts.size());
    for (const Draft &draft : drafts)
        centres.push_back(draft.cluster.at);
    const PointGrid grid(std::move(centres));
    std::vector<quint32> order(drafts.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, [&](quint32 a, quint32 b) {
        return drafts[a].cluster.count > drafts[b].cluster.count;
    });
    std::vector<bool> taken(drafts.size(), false);
    for (const quint32 i : order) {
        if (taken[i])
            continue;
        taken[i] = true; // stays, and is nobody's prey
        const WorldPoint c = grid.at(i);
        std::vector<qsizetype> near;
        grid.visit({c.x - reach, c.y - reach, c.x + reach, c.y + reach}, [&](qsizetype j) {
            if (!taken[size_t(j)] && drafts[size_t(j)].cluster.group == drafts[i].cluster.group &&
                gap(c, grid.at(j)) < reach)
                near.push_back(j);
        });
        for (const qsizetype j : near) {
            taken[size_t(j)] = true;
            join(drafts[i], drafts[size_t(j)]);
            drafts[size_t(j)].cluster.count = 0;
        }
    }
}

} // namespace

void sortForClusters(std::vector<Clusterable> &things)
{
    for (Clusterable &thing : things)
        thing.morton = mortonOf(thing.at);
    std::ranges::sort(things, [](const Clusterable &a, const Clusterable &b) {
        return std::tie(a.group, a.morton, a.index) < std::tie(b.group, b.morton, b.index);
    });
}

std::vector<Cluster> clusterLevel(std::span<const Clusterable> things, int level)
{
    std::vector<Draft> drafts = cells(things, level);
    joinNeighbours(drafts, joinCells * std::ldexp(1.0, -level - 2));
    std::vector<Cluster> clusters;
    clusters.reserve(drafts.size());
    for (Draft &draft : drafts) {
        if (draft.cluster.count == 0)
            continue;
        const auto top = std::ranges::max_element(draft.kinds);
        draft.cluster.dominant = SymbolKind(top - draft.kinds.begin());
        clusters.push_back(draft.cluster);
    }
    return clusters;
}

} // namespace leeward::view
