#pragma once

#include <QStyledItemDelegate>

namespace leeward::widgets {

struct Shell;

// Draws a row of a list pane: symbol, name over what it is; state by shape, word and colour; for
// how long.
class RowDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    RowDelegate(const Shell &shell, QString table, QObject *parent = nullptr);

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    // Name and second line whole, where the row has no room for them.
    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                   const QModelIndex &index) override;
    // What is drawn, as words: for screen readers and tests.
    [[nodiscard]] QString spoken(const QModelIndex &index) const;

private:
    const Shell &m_shell;
    QString m_table;
};

} // namespace leeward::widgets
