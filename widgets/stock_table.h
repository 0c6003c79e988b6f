#pragma once

#include "widgets/shell.h"

#include <QTableWidget>

namespace leeward::widgets {

// What one depot holds: item, batch, on hand, reserved, in transit; what is expired or below its
// minimum on top, told by shape and word.
class StockTable : public QTableWidget
{
    Q_OBJECT
public:
    StockTable(const Shell &shell, QWidget *parent = nullptr);
    void showDepot(const QString &code);

protected:
    void changeEvent(QEvent *event) override;

private:
    void refresh();
    const Shell &m_shell;
    QString m_depot;
};

} // namespace leeward::widgets
