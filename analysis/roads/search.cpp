#include "analysis/roads/search.h"

#include <algorithm>
#include <bit>

namespace leeward::roads {

void Search::Heap::push(quint64 item)
{
    size_t at = m_items.size();
    m_items.push_back(item);
    while (at > 0) {
        const size_t parent = (at - 1) / 4;
        if (m_items[parent] <= item)
            break;
        m_items[at] = m_items[parent];
        at = parent;
    }
    m_items[at] = item;
}

void Search::Heap::pop()
{
    const quint64 item = m_items.back();
    m_items.pop_back();
    const size_t size = m_items.size();
    if (size == 0)
        return;
    quint64 *items = m_items.data();
    size_t at = 0;
    for (;;) {
        const size_t first = 4 * at + 1;
        if (first >= size)
            break;
        size_t least = first;
        if (first + 4 <= size) {
            const size_t low = items[first + 1] < items[first] ? first + 1 : first;
            const size_t high = items[first + 3] < items[first + 2] ? first + 3 : first + 2;
            least = items[high] < items[low] ? high : low;
        } else {
            for (size_t child = first + 1; child < size; ++child) {
                if (items[child] < items[least])
                    least = child;
            }
        }
        if (items[least] >= item)
            break;
        items[at] = items[least];
        at = least;
    }
    items[at] = item;
}

Search::Search(const GraphData &data, Direction direction)
    : m_start(direction == Direction::Forward ? data.outStart : data.reverseStart)
    , m_steps(direction == Direction::Forward ? data.out : data.reverse)
    , m_labels(data.nodeCount())
{
    quint64 sum = 0;
    for (const Step &step : m_steps)
        sum += std::min<quint32>(step.ms, 60'000);
    const quint64 half = m_steps.empty() ? 4096 : sum / m_steps.size() / 2;
    m_bucketShift = std::clamp(static_cast<quint32>(std::bit_width(half)), 6U, 16U);
}

void Search::start(quint32 bound)
{
    if (++m_stamp == 0) { // after 2^32 - 1 runs old stamps would come true again
        std::ranges::fill(m_labels, Label{});
        m_stamp = 1;
    }
    m_bound = std::min(bound, noTime - 1);
    m_touched = 0;
    m_exhausted = true;
}

// Labels the node unless it has a time as good.
inline bool Search::improve(NodeId node, quint32 ms)
{
    Label &label = m_labels[node];
    if (label.stamp == m_stamp) {
        if (label.ms <= ms)
            return false;
    } else {
        label.stamp = m_stamp;
        ++m_touched;
    }
    label.ms = ms;
    return true;
}

template <bool withClosures, class Push>
inline void Search::relax(NodeId node, quint32 ms, const Closures *closures, Push &&push)
{
    const Step *step = m_steps.data() + m_start[node];
    const Step *const end = m_steps.data() + m_start[node + 1];
    for (; step != end; ++step) {
        quint32 cost = step->ms;
        if constexpr (withClosures) {
            cost = closures->adjusted(step->arc, cost);
            if (cost == noTime)
                continue;
        }
        const quint64 reached = quint64(ms) + cost;
        if (reached > m_bound)
            m_exhausted = m_exhausted && m_labels[step->node].stamp == m_stamp;
        else if (improve(step->node, static_cast<quint32>(reached)))
            push(static_cast<quint32>(reached), step->node);
    }
}

template <bool withClosures>
inline void Search::settle(NodeId node, quint32 ms, const Closures *closures)
{
    relax<withClosures>(node, ms, closures, [this](quint32 reached, NodeId head) {
        m_heap.push(packed(reached, head));
    });
}

template <bool withClosures>
void Search::drainHeap(const Closures *closures)
{
    while (top() != noTime) {
        const quint64 item = m_heap.top();
        m_heap.pop();
        settle<withClosures>(static_cast<NodeId>(item), static_cast<quint32>(item >> 32U),
                             closures);
    }
}

template <bool withClosures>
void Search::drainBuckets(const Closures *closures)
{
    const auto push = [this](quint32 reached, NodeId head) {
        m_buckets.push(reached >> m_bucketShift, reached, head);
    };
    for (size_t bucket = 0; bucket < m_buckets.count(); ++bucket) {
        while (!m_buckets.isEmpty(bucket)) {
            const Buckets::Item item = m_buckets.pop(bucket);
            if (item.ms == m_labels[item.node].ms) // else it got better since
                relax<withClosures>(item.node, item.ms, closures, push);
        }
    }
}

void Search::begin(std::span<const Seed> seeds, quint32 bound)
{
    start(bound);
    m_heap.clear();
    for (const Seed &seed : seeds) {
        if (seed.cost > m_bound)
            m_exhausted = false;
        else if (improve(seed.node, seed.cost))
            m_heap.push(packed(seed.cost, seed.node));
    }
}

void Search::run(std::span<const Seed> seeds, quint32 bound, const Closures *closures)
{
    const bool isOverlaid = closures && !closures->isEmpty();
    if ((bound >> m_bucketShift) >= mostBuckets) {
        begin(seeds, bound);
        isOverlaid ? drainHeap<true>(closures) : drainHeap<false>(nullptr);
        return;
    }
    start(bound);
    m_buckets.reset((bound >> m_bucketShift) + 1);
    for (const Seed &seed : seeds) {
        if (seed.cost > m_bound)
            m_exhausted = false;
        else if (improve(seed.node, seed.cost))
            m_buckets.push(seed.cost >> m_bucketShift, seed.cost, seed.node);
    }
    isOverlaid ? drainBuckets<true>(closures) : drainBuckets<false>(nullptr);
}

quint32 Search::top()
{
    while (!m_heap.isEmpty()) {
        const quint64 item = m_heap.top();
        const auto ms = static_cast<quint32>(item >> 32U);
        if (ms == m_labels[static_cast<NodeId>(item)].ms)
            return ms;
        m_heap.pop(); // a better one has been settled
    }
    return noTime;
}

NodeId Search::settleNext(const Closures *closures)
{
    const quint64 item = m_heap.top();
    m_heap.pop();
    const auto node = static_cast<NodeId>(item);
    const auto ms = static_cast<quint32>(item >> 32U);
    if (closures && !closures->isEmpty())
        settle<true>(node, ms, closures);
    else
        settle<false>(node, ms, nullptr);
    return node;
}

} // namespace leeward::roads
