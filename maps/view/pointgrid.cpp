#include "maps/view/pointgrid.h"

#include <algorithm>
#include <cmath>

namespace leeward::view {

PointGrid::PointGrid(std::vector<WorldPoint> points)
    : m_points(std::move(points))
{
    if (m_points.empty())
        return;
    m_bounds = WorldRect::around(m_points.front());
    for (const WorldPoint p : m_points)
        m_bounds.unite(p);
    m_side = std::clamp(int(std::sqrt(double(m_points.size()))), 1, 512);
    const double width = m_bounds.right - m_bounds.left;
    const double height = m_bounds.bottom - m_bounds.top;
    m_perX = width > 0 ? m_side / width : 0;
    m_perY = height > 0 ? m_side / height : 0;

    // Counting sort by cell.
    m_starts.assign(size_t(m_side) * size_t(m_side) + 1, 0);
    std::vector<quint32> cells(m_points.size());
    for (size_t i = 0; i < m_points.size(); ++i) {
        cells[i] = quint32(row(m_points[i].y) * m_side + column(m_points[i].x));
        ++m_starts[cells[i] + 1];
    }
    for (size_t i = 1; i < m_starts.size(); ++i)
        m_starts[i] += m_starts[i - 1];
    m_order.resize(m_points.size());
    std::vector<quint32> next(m_starts.begin(), m_starts.end() - 1);
    for (size_t i = 0; i < m_points.size(); ++i)
        m_order[next[cells[i]]++] = quint32(i);
}

int PointGrid::column(double x) const
{
    return int(std::clamp((x - m_bounds.left) * m_perX, 0.0, double(m_side - 1)));
}

int PointGrid::row(double y) const
{
    return int(std::clamp((y - m_bounds.top) * m_perY, 0.0, double(m_side - 1)));
}

} // namespace leeward::view
