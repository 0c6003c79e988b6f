#include "maps/view/labelplacer.h"

#include <cmath>

namespace leeward::view {

namespace {
constexpr double cellSide = 64;
}

template <typename Visit>
void LabelPlacer::cells(const QRectF &area, Visit visit) const
{
    const auto cell = [](double v) { return int(std::floor(v / cellSide)); };
    for (int y = cell(area.top()); y <= cell(area.bottom()); ++y) {
        for (int x = cell(area.left()); x <= cell(area.right()); ++x)
            visit(QPoint(x, y));
    }
}

void LabelPlacer::block(const QRectF &area)
{
    const qsizetype index = m_taken.size();
    m_taken.append(area);
    cells(area, [&](QPoint cell) { m_cells[cell].append(index); });
}

bool LabelPlacer::place(const QRectF &area, const QRectF &own)
{
    bool free = true;
    cells(area, [&](QPoint cell) {
        const auto found = m_cells.constFind(cell);
        if (!free || found == m_cells.cend())
            return;
        for (const qsizetype i : *found) {
            if (m_taken[i] != own && m_taken[i].intersects(area)) {
                free = false;
                return;
            }
        }
    });
    if (free)
        block(area);
    return free;
}

void LabelPlacer::clear()
{
    m_cells.clear();
    m_taken.clear();
}

} // namespace leeward::view
