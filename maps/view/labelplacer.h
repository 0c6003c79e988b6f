#pragma once

#include <QHash>
#include <QList>
#include <QPoint>
#include <QRectF>

namespace leeward::view {

// Keeps names from lying over one another and over symbols. Rectangles in logical pixels.
class LabelPlacer
{
public:
    // Takes the room whether or not it is free.
    void block(const QRectF &area);
    // Takes the room when nothing is there but the block it belongs to (see `own`); false leaves
    // all as it was.
    [[nodiscard]] bool place(const QRectF &area, const QRectF &own);
    void clear();

private:
    template <typename Visit>
    void cells(const QRectF &area, Visit visit) const;

    QHash<QPoint, QList<qsizetype>> m_cells;
    QList<QRectF> m_taken;
};

} // namespace leeward::view
