#pragma once

#include "analysis/roads/closures.h"
#include "analysis/roads/graphdata.h"

#include <span>
#include <vector>

namespace leeward::roads {

// Where a search starts: `cost` ms have been spent at `node` already.
struct Seed
{
    NodeId node = noId;
    quint32 cost = 0;
};

// Dijkstra's algorithm over a graph's nodes in one direction, on labels that are kept between runs
// and stamped with the run's number, so that a run costs only what it touches. One thread at a
// time.
class Search
{
public:
    enum class Direction
    {
        Forward,
        Reverse
    };

    Search(const GraphData &data, Direction direction);

    // Everything within `bound` ms of a seed. Reverse: times from each node to the seeds.
    void run(std::span<const Seed> seeds, quint32 bound, const Closures *closures = nullptr);
    // The last run met nothing beyond its bound: what has no time has no way.
    [[nodiscard]] bool isExhausted() const { return m_exhausted; }
    // ms, or noTime when the run did not reach the node within its bound.
    [[nodiscard]] quint32 timeAt(NodeId node) const
    {
        const Label label = m_labels[node];
        return label.stamp == m_stamp ? label.ms : noTime;
    }
    [[nodiscard]] quint32 touched() const { return m_touched; } // nodes labelled by the last run
    // The number of the last run, for the test of its overflow.
    void setStampForTest(quint32 stamp) { m_stamp = stamp; }

    // Step by step, for searching from both ends: begin, then settle until top() says enough.
    void begin(std::span<const Seed> seeds, quint32 bound);
    [[nodiscard]] quint32 top(); // the least open time, noTime when none is open
    // Settles the node of top(). Needs an open one.
    NodeId settleNext(const Closures *closures);
    // The steps the search takes from a node.
    template <class Visit>
    void forEachStep(NodeId node, Visit &&visit) const
    {
        for (quint32 i = m_start[node]; i < m_start[node + 1]; ++i)
            visit(m_steps[i]);
    }

private:
    struct Label
    {
        quint32 stamp = 0;
        quint32 ms = 0;
    };
    // A heap of four-way fan-out over (ms, node) packed into one number, so that comparing is one
    // instruction.
    class Heap
    {
    public:
        void clear() { m_items.clear(); }
        [[nodiscard]] bool isEmpty() const { return m_items.empty(); }
        [[nodiscard]] quint64 top() const { return m_items.front(); }
        void push(quint64 item);
        void pop();

    private:
        std::vector<quint64> m_items;
    };
    // For bounded runs: open nodes in buckets of equal width over time, each a list in one pool.
    // Within a bucket the order is free and a node may be taken again when it got better, so the
    // times are exact all the same; widths of about half an arc make that rare. Pushing and popping
    // cost the same however many are open.
    class Buckets
    {
    public:
        struct Item
        {
            quint32 ms;
            NodeId node;
            quint32 next;
        };
        void reset(size_t count)
        {
            m_heads.assign(count, none);
            m_pool.clear();
        }
        [[nodiscard]] size_t count() const { return m_heads.size(); }
        void push(size_t bucket, quint32 ms, NodeId node)
        {
            m_pool.push_back({ms, node, m_heads[bucket]});
            m_heads[bucket] = static_cast<quint32>(m_pool.size() - 1);
        }
        [[nodiscard]] bool isEmpty(size_t bucket) const { return m_heads[bucket] == none; }
        Item pop(size_t bucket)
        {
            const Item item = m_pool[m_heads[bucket]];
            m_heads[bucket] = item.next;
            return item;
        }

    private:
        static constexpr quint32 none = 0xffffffffU;
        std::vector<quint32> m_heads;
        std::vector<Item> m_pool;
    };
    static constexpr size_t mostBuckets = 1U << 15U;
    static constexpr quint64 packed(quint32 ms, NodeId node) { return (quint64(ms) << 32U) | node; }

    void start(quint32 bound);
    [[nodiscard]] bool improve(NodeId node, quint32 ms);
    template <bool withClosures, class Push>
    void relax(NodeId node, quint32 ms, const Closures *closures, Push &&push);
    template <bool withClosures>
    void settle(NodeId node, quint32 ms, const Closures *closures);
    template <bool withClosures>
    void drainHeap(const Closures *closures);
    template <bool withClosures>
    void drainBuckets(const Closures *closures);

    std::span<const quint32> m_start;
    std::span<const Step> m_steps;
    std::vector<Label> m_labels;
    Heap m_heap;
    Buckets m_buckets;
    quint32 m_bucketShift = 12; // a bucket is 2^shift ms wide
    quint32 m_stamp = 0;
    quint32 m_bound = 0;
    quint32 m_touched = 0;
    bool m_exhausted = true;
};

} // namespace leeward::roads
