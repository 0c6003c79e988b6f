#include "analysis/roads/connectivity.h"

#include <algorithm>
#include <numeric>

namespace leeward::roads {

namespace {

// Strongly connected parts, by Tarjan's algorithm (SIAM J. Comput. 1(2), 1972) with a stack of its
// own.
class StrongParts
{
public:
    explicit StrongParts(const GraphData &data)
        : m_data(data)
        , m_order(data.nodeCount(), unseen)
        , m_low(data.nodeCount(), 0)
        , m_part(data.nodeCount(), noId)
    {
        for (NodeId node = 0; node < data.nodeCount(); ++node) {
            if (m_order[node] == unseen)
                visitFrom(node);
        }
    }
    [[nodiscard]] quint32 partOf(NodeId node) const { return m_part[node]; }
    [[nodiscard]] quint32 largest() const
    {
        const auto it = std::ranges::max_element(m_sizes);
        return static_cast<quint32>(it - m_sizes.begin());
    }

private:
    struct Frame
    {
        NodeId node;
        quint32 next;
    };

    void enter(NodeId node)
    {
        m_order[node] = m_low[node] = m_counter++;
        m_open.push_back(node);
        m_frames.push_back({node, m_data.outStart[node]});
    }

    void visitFrom(NodeId root)
    {
        enter(root);
        while (!m_frames.empty()) {
            Frame &frame = m_frames.back();
            const NodeId node = frame.node;
            if (frame.next < m_data.outStart[node + 1]) {
                const NodeId head = m_data.out[frame.next++].node;
                if (m_order[head] == unseen)
                    enter(head);
                else if (m_part[head] == noId)
                    m_low[node] = std::min(m_low[node], m_order[head]);
                continue;
            }
            m_frames.pop_back();
            if (!m_frames.empty()) {
                quint32 &low = m_low[m_frames.back().node];
                low = std::min(low, m_low[node]);
            }
            if (m_low[node] == m_order[node])
                closePart(node);
        }
    }

    void closePart(NodeId root)
    {
        const auto part = static_cast<quint32>(m_sizes.size());
        m_sizes.push_back(0);
        NodeId node = noId;
        do {
            node = m_open.back();
            m_open.pop_back();
            m_part[node] = part;
            ++m_sizes[part];
        } while (node != root);
    }

    static constexpr quint32 unseen = noId;
    const GraphData &m_data;
    std::vector<quint32> m_order, m_low, m_part;
    std::vector<quint32> m_sizes;
    std::vector<NodeId> m_open;
    std::vector<Frame> m_frames;
    quint32 m_counter = 0;
};

// Union-find over nodes.
class Groups
{
public:
    explicit Groups(quint32 count)
        : m_parent(count)
    {
        std::iota(m_parent.begin(), m_parent.end(), 0);
    }
    quint32 find(quint32 node)
    {
        while (m_parent[node] != node)
            node = m_parent[node] = m_parent[m_parent[node]];
        return node;
    }
    void join(quint32 a, quint32 b) { m_parent[find(a)] = find(b); }

private:
    std::vector<quint32> m_parent;
};

} // namespace

quint32 markConnectivity(GraphData &data)
{
    data.makeSteps();
    const StrongParts strong(data);
    Groups groups(data.nodeCount());
    for (NodeId node = 0; node < data.nodeCount(); ++node) {
        for (const Step &step : data.leaving(node))
            groups.join(node, step.node);
    }
    // The copies of one junction hang together through the arcs that leave them; a piece without
    // arcs stands alone.
    std::vector<quint32> number(data.nodeCount(), noId);
    quint32 components = 0;
    for (PieceId piece = 0; piece < data.pieceCount(); ++piece) {
        NodeId head = data.arcHead[forwardArc(piece)];
        if (head == noId)
            head = data.arcHead[backwardArc(piece)];
        if (head == noId) {
            data.component[piece] = components++;
            continue;
        }
        quint32 &component = number[groups.find(head)];
        if (component == noId)
            component = components++;
        data.component[piece] = component;
    }
    if (data.nodeCount() == 0)
        return components;
    const quint32 main = strong.largest();
    for (quint16 &flags : data.flags)
        flags = static_cast<quint16>(flags & ~MainNetwork);
    for (NodeId node = 0; node < data.nodeCount(); ++node) {
        if (strong.partOf(node) != main)
            continue;
        for (const Step &step : data.leaving(node)) {
            if (strong.partOf(step.node) == main)
                data.flags[pieceOf(step.arc)] |= MainNetwork;
        }
    }
    return components;
}

} // namespace leeward::roads
