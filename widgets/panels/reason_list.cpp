#include "widgets/panels/reason_list.h"

#include "widgets/panels/panel_style.h"

#include <QHeaderView>
#include <QPainter>
#include <QStyledItemDelegate>

#include <algorithm>

namespace leeward::widgets {

namespace {
constexpr int indent = 28; // under the symbol, past the box to tick
constexpr int pad = 5;
} // namespace

// Draws cells in the upper part of their row.
class ReasonList::Delegate : public QStyledItemDelegate
{
public:
    explicit Delegate(ReasonList &list)
        : QStyledItemDelegate(&list)
        , m_list(list)
    {
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override
    {
        QStyledItemDelegate::paint(painter, upper(option), index);
    }

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const int width = QStyledItemDelegate::sizeHint(option, index).width() + 2 * pad;
        return {width, m_list.headHeight() + m_list.reasonHeight(index)};
    }

    bool editorEvent(QEvent *event, QAbstractItemModel *model, const QStyleOptionViewItem &option,
                     const QModelIndex &index) override
    {
        return QStyledItemDelegate::editorEvent(event, model, upper(option), index);
    }

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        // The row fills itself when selected; a style that knew would draw the box to tick dark on
        // dark.
        option->state &= ~(QStyle::State_HasFocus | QStyle::State_Selected);
        // The style draws the box to tick in a shade of the window: on dark ground nobody sees it.
        option->palette.setColor(QPalette::Window, option->palette.color(QPalette::Text));
    }

private:
    [[nodiscard]] QStyleOptionViewItem upper(QStyleOptionViewItem option) const
    {
        option.rect.setHeight(m_list.headHeight());
        return option;
    }

    ReasonList &m_list;
};

ReasonList::ReasonList(int columns, int reasonColumn, QWidget *parent)
    : QTreeWidget(parent)
    , m_reason(reasonColumn)
{
    dressList(*this);
    setItemDelegate(new Delegate(*this));
    setColumnCount(columns);
    setColumnHidden(reasonColumn, true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    header()->setStretchLastSection(false);
    header()->setMinimumSectionSize(16);
    for (int column = 1; column < columns; ++column)
        header()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
    header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_settle.setSingleShot(true);
    connect(&m_settle, &QTimer::timeout, this, [this] {
        doItemsLayout();
        if (currentIndex().isValid())
            scrollTo(currentIndex()); // a list that shrinks keeps what was chosen in sight
    });
}

void ReasonList::giveWay(int column, int width)
{
    m_spare = column;
    m_spareWidth = width;
    setColumnHidden(column, viewport()->width() < width);
}

QRect ReasonList::reasonBox(const QRect &row) const
{
    return {indent, row.top() + headHeight() - 2, std::max(40, viewport()->width() - indent - pad),
            row.height() - headHeight()};
}

int ReasonList::headHeight() const
{
    return std::max(fontMetrics().height(), iconSize().height()) + 2 * pad;
}

int ReasonList::reasonHeight(const QModelIndex &row) const
{
    const QString text = row.siblingAtColumn(m_reason).data().toString();
    if (text.isEmpty())
        return 0;
    const QRect room(0, 0, reasonBox({}).width(), 10000);
    return fontMetrics().boundingRect(room, Qt::TextWordWrap, text).height() + pad;
}

void ReasonList::drawRow(QPainter *painter, const QStyleOptionViewItem &option,
                         const QModelIndex &index) const
{
    const QModelIndex reason = index.siblingAtColumn(m_reason);
    const bool selected = selectionModel()->isSelected(index);
    if (selected)
        painter->fillRect(option.rect, palette().highlight());
    QTreeWidget::drawRow(painter, option, index);
    const QVariant ink = reason.data(Qt::ForegroundRole);
    painter->save();
    painter->setFont(font());
    painter->setPen(ink.isValid() ? ink.value<QBrush>().color()
                                  : palette().color(QPalette::WindowText));
    painter->drawText(reasonBox(option.rect), Qt::TextWordWrap, reason.data().toString());
    if (selected && hasFocus()) {
        painter->setPen(palette().color(QPalette::Accent));
        painter->drawRect(option.rect.adjusted(0, 0, -1, -1));
    }
    painter->restore();
}

void ReasonList::resizeEvent(QResizeEvent *event)
{
    QTreeWidget::resizeEvent(event);
    if (m_spare >= 0)
        setColumnHidden(m_spare, viewport()->width() < m_spareWidth);
    m_settle.start();
}

} // namespace leeward::widgets
