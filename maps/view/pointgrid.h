#pragma once

#include "maps/view/mercator.h"

#include <QList>

#include <span>
#include <vector>

namespace leeward::view {

// A grid over the bounding box of points, for "which of them lie in this rectangle". Built once,
// O(n); at most 512 cells a side. Keeps a copy of the points.
class PointGrid
{
public:
    PointGrid() = default;
    explicit PointGrid(std::vector<WorldPoint> points);

    [[nodiscard]] qsizetype size() const { return qsizetype(m_points.size()); }
    [[nodiscard]] WorldPoint at(qsizetype index) const { return m_points[size_t(index)]; }
    [[nodiscard]] const WorldRect &bounds() const { return m_bounds; } // meaningless when empty

    // Calls visit(index) for each point inside the rectangle, edges included, in no order.
    template <typename Visit>
    void visit(const WorldRect &area, Visit visit) const
    {
        if (m_points.empty() || area.right < m_bounds.left || area.left > m_bounds.right ||
            area.bottom < m_bounds.top || area.top > m_bounds.bottom)
            return;
        const int left = column(area.left), right = column(area.right);
        const int top = row(area.top), bottom = row(area.bottom);
        for (int y = top; y <= bottom; ++y) {
            const quint32 first = m_starts[size_t(y * m_side + left)];
            const quint32 last = m_starts[size_t(y * m_side + right) + 1];
            for (quint32 i = first; i < last; ++i) {
                if (area.contains(m_points[m_order[i]]))
                    visit(qsizetype(m_order[i]));
            }
        }
    }

private:
    [[nodiscard]] int column(double x) const;
    [[nodiscard]] int row(double y) const;

    std::vector<WorldPoint> m_points;
    std::vector<quint32> m_starts; // of each cell in m_order, row by row, and one more for the end
    std::vector<quint32> m_order;
    WorldRect m_bounds;
    int m_side = 0;
    double m_perX = 0; // cells per world unit
    double m_perY = 0;
};

} // namespace leeward::view
