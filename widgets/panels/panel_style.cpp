#include "widgets/panels/panel_style.h"

#include "maps/view/symbolpainter.h"

#include <QHeaderView>
#include <QLabel>
#include <QStyledItemDelegate>
#include <QTimer>
#include <QTreeWidget>

#include <algorithm>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

QString shapeOf(AssignmentState state)
{
    return stateLook(state, Language::English).shape;
}

QColor colourOf(AssignmentState state, view::Theme theme)
{
    return toneColour(stateLook(state, Language::English).tone, coloursOf(theme));
}

QIcon rowIcon(const items::TableCache &cache, const QString &table, const QString &id,
              view::Theme theme)
{
    view::SymbolKey key = symbolOf(cache, table, id);
    key.badges = {}; // what is overdue the panels say in words
    return view::symbolIcon(key, theme);
}

namespace {

// A tree view asks for heights without a width; wrapped lines need one.
class WrapDelegate : public QStyledItemDelegate
{
public:
    explicit WrapDelegate(QTreeWidget &list)
        : QStyledItemDelegate(&list)
        , m_list(list)
    {
    }
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyleOptionViewItem wide = option;
        if (m_list.header()->sectionResizeMode(index.column()) == QHeaderView::Stretch) {
            const int width = m_list.columnWidth(index.column());
            const QString text = index.data().toString();
            // Most lines need no wrapping; laying out each is what a long list would wait for.
            const int needed = option.fontMetrics.horizontalAdvance(text) + 16;
            if (needed < width && !text.contains(u'\n'))
                return {needed, option.fontMetrics.height() + 8};
            wide.rect = QRect(0, 0, width, 10000);
        }
        const QSize size = QStyledItemDelegate::sizeHint(wide, index);
        return {size.width() + 6, size.height() + 4};
    }

private:
    QTreeWidget &m_list;
};

} // namespace

void dressList(QTreeWidget &list)
{
    list.setItemDelegate(new WrapDelegate(list));
    list.setRootIsDecorated(false);
    list.setUniformRowHeights(false);
    list.setAlternatingRowColors(true);
    list.setFrameShape(QFrame::NoFrame);
    list.setSelectionMode(QAbstractItemView::SingleSelection);
    list.setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list.header()->setSectionsMovable(false);
    list.header()->setHighlightSections(false);
    list.header()->setResizeContentsPrecision(
        40); // what a screen holds, not every row of a long list
    list.header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    // Wrapped lines need other heights in other widths, which the view does not see by itself.
    auto *settle = new QTimer(&list);
    settle->setSingleShot(true);
    settle->setInterval(0);
    QObject::connect(settle, &QTimer::timeout, &list, &QTreeWidget::doItemsLayout);
    QObject::connect(list.header(), &QHeaderView::sectionResized, settle, [&list, settle] {
        if (list.wordWrap())
            settle->start();
    });
}

void dressEmpty(QLabel &label)
{
    label.setAlignment(Qt::AlignCenter);
    label.setWordWrap(true);
    label.setMargin(16);
    label.setTextInteractionFlags(Qt::TextSelectableByMouse);
}

void setColour(QWidget &widget, const QColor &colour)
{
    // A style sheet of its own, because the application's sheet is stronger than a palette.
    const QString sheet = u"color: %1;"_s.arg(colour.name());
    if (widget.styleSheet() != sheet) // a sheet that is set polishes all below it, the same one too
        widget.setStyleSheet(sheet);
}

} // namespace leeward::widgets
