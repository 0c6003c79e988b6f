#pragma once

#include <QTimer>
#include <QTreeWidget>

namespace leeward::widgets {

// A list whose rows say why on lines of their own, across the whole width: cells above, the text of
// the reason column wrapped below. That column itself is hidden; its text, foreground and tool tip
// are set as of any other. Columns that only repeat what the reason says may give way where it is
// narrow.
class ReasonList : public QTreeWidget
{
    Q_OBJECT
public:
    ReasonList(int columns, int reasonColumn, QWidget *parent);

    // `column` is shown only while the list is at least `width` pixels wide.
    void giveWay(int column, int width);

protected:
    void drawRow(QPainter *painter, const QStyleOptionViewItem &option,
                 const QModelIndex &index) const override;
    void resizeEvent(QResizeEvent *event) override;

private:
    class Delegate;
    [[nodiscard]] QRect reasonBox(const QRect &row) const;
    [[nodiscard]] int headHeight() const;
    [[nodiscard]] int reasonHeight(const QModelIndex &row) const;

    int m_reason;
    int m_spare = -1;
    int m_spareWidth = 0;
    QTimer m_settle; // rows have other heights in other widths
};

} // namespace leeward::widgets
