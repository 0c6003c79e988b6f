#include "drills/democity/drainage.h"

#include <numeric>
#include <queue>

namespace leeward::democity {

namespace {

struct Entry
{
    float height;
    int sample;
    // Ties go by the sample's number, so that the order is the same on every run.
    friend bool operator>(const Entry &a, const Entry &b)
    {
        return a.height != b.height ? a.height > b.height : a.sample > b.sample;
    }
};

void flood(Drainage &result, const Grid<float> &height, const Grid<quint8> &outlet)
{
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
    Grid<quint8> seen = height.alike(quint8(0));
    for (int k = 0; k < height.size(); ++k) {
        if (!outlet[k])
            continue;
        seen[k] = 1;
        result.order.push_back(k);
        const int i = k % height.columns();
        const int j = k / height.columns();
        for (int n = 0; n < 4; ++n) { // only the rim of the outlets has work to do
            const int ni = i + neighbourX[n];
            const int nj = j + neighbourY[n];
            if (height.has(ni, nj) && !outlet.at(ni, nj)) {
                open.push({height[k], k});
                break;
            }
        }
    }
    while (!open.empty()) {
        const Entry entry = open.top();
        open.pop();
        if (!outlet[entry.sample])
            result.order.push_back(entry.sample);
        const int i = entry.sample % height.columns();
        const int j = entry.sample / height.columns();
        for (int n = 0; n < 8; ++n) {
            if (!height.has(i + neighbourX[n], j + neighbourY[n]))
                continue;
            const int next = height.index(i + neighbourX[n], j + neighbourY[n]);
            if (seen[next])
                continue;
            seen[next] = 1;
            result.receiver[static_cast<size_t>(next)] = entry.sample;
            result.filled[next] = std::max(height[next], result.filled[entry.sample] + 0.01F);
            open.push({result.filled[next], next});
        }
    }
}

void steepen(Drainage &result, const Grid<quint8> &outlet)
{
    const Grid<float> &filled = result.filled;
    for (const int k : result.order) {
        if (outlet[k])
            continue;
        const int i = k % filled.columns();
        const int j = k / filled.columns();
        double best = 0;
        for (int n = 0; n < 8; ++n) {
            if (!filled.has(i + neighbourX[n], j + neighbourY[n]))
                continue;
            const int next = filled.index(i + neighbourX[n], j + neighbourY[n]);
            const double run =
                std::hypot(neighbourX[n] * filled.stepX(), neighbourY[n] * filled.stepY());
            const double fall = (filled[k] - filled[next]) / run;
            if (fall > best) {
                best = fall;
                result.receiver[static_cast<size_t>(k)] = next;
            }
        }
    }
}

} // namespace

Drainage drain(const Grid<float> &height, const Grid<quint8> &outlet, int inflowAt, double inflow)
{
    Drainage result;
    const auto count = static_cast<size_t>(height.size());
    result.receiver.resize(count);
    std::iota(result.receiver.begin(), result.receiver.end(), 0);
    result.order.reserve(count);
    result.filled = height;
    flood(result, height, outlet);
    steepen(result, outlet);
    result.area.assign(count, static_cast<float>(height.cellArea() * 1e-6));
    if (inflowAt >= 0)
        result.area[static_cast<size_t>(inflowAt)] += static_cast<float>(inflow);
    for (auto it = result.order.rbegin(); it != result.order.rend(); ++it) {
        const auto k = static_cast<size_t>(*it);
        const auto next = static_cast<size_t>(result.receiver[k]);
        if (next != k)
            result.area[next] += result.area[k];
    }
    return result;
}

} // namespace leeward::democity
