#pragma once

#include <lemon/dijkstra.h>
#include <lemon/maps.h>
#include <lemon/static_graph.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace leeward::roads::test {

// LEMON's Dijkstra from one node to all on a static digraph: the yardstick and the oracle.
// Predecessors are not kept (the default map for them does not compile as C++20), which only makes
// LEMON quicker.
class LemonGraph
{
public:
    struct Arc
    {
        int from;
        int to;
        int cost; // LEMON adds in this type: ways of up to 24 days in ms
    };

    LemonGraph(int nodes, std::vector<Arc> arcs)
    {
        std::ranges::stable_sort(arcs, {}, &Arc::from);
        std::vector<std::pair<int, int>> pairs;
        pairs.reserve(arcs.size());
        for (const Arc &arc : arcs)
            pairs.emplace_back(arc.from, arc.to);
        m_digraph.build(nodes, pairs.begin(), pairs.end());
        m_cost = std::make_unique<Costs>(m_digraph);
        for (size_t i = 0; i < arcs.size(); ++i)
            (*m_cost)[lemon::StaticDigraph::arc(static_cast<int>(i))] = arcs[i].cost;
        m_dijkstra = std::make_unique<Dijkstra>(m_digraph, *m_cost);
        m_dijkstra->predMap(m_pred);
    }
    void run(int source) { m_dijkstra->run(lemon::StaticDigraph::node(source)); }
    // -1: not reached by the last run.
    [[nodiscard]] int timeAt(int node) const
    {
        const auto at = lemon::StaticDigraph::node(node);
        return m_dijkstra->reached(at) ? m_dijkstra->dist(at) : -1;
    }

private:
    using Costs = lemon::StaticDigraph::ArcMap<int>;
    using NoPred = lemon::NullMap<lemon::StaticDigraph::Node, lemon::StaticDigraph::Arc>;
    using Dijkstra = lemon::Dijkstra<lemon::StaticDigraph, Costs>::SetPredMap<NoPred>::Create;

    lemon::StaticDigraph m_digraph;
    std::unique_ptr<Costs> m_cost;
    NoPred m_pred;
    std::unique_ptr<Dijkstra> m_dijkstra;
};

} // namespace leeward::roads::test
