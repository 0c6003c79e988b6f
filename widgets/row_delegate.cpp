#include "widgets/row_delegate.h"

#include "maps/view/symbolpainter.h"
#include "models/items/clock_text.h"
#include "models/items/row_model.h"
#include "widgets/pane_filter.h"
#include "widgets/row_facts.h"
#include "widgets/shell.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <QTreeView>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {

constexpr int symbolSize = 26;
constexpr int gap = 8;

void drawLine(QPainter *painter, const QRect &box, const QFont &font, const QColor &colour,
              const QString &text, Qt::Alignment alignment = Qt::AlignLeft)
{
    painter->setFont(font);
    painter->setPen(colour);
    const QFontMetrics metrics(font);
    painter->drawText(box, int(alignment | Qt::AlignVCenter) | Qt::TextSingleLine,
                      metrics.elidedText(text, Qt::ElideRight, box.width()));
}

} // namespace

RowDelegate::RowDelegate(const Shell &shell, QString table, QObject *parent)
    : QStyledItemDelegate(parent)
    , m_shell(shell)
    , m_table(std::move(table))
{
}

void RowDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                        const QModelIndex &index) const
{
    const QString id = index.data(items::KeyRole).toString();
    const RowFacts facts =
        rowFacts(m_shell.cache, m_shell.pending, m_table, id, m_shell.language());
    const ThemeColours &colours = m_shell.theme.colours();
    painter->save();
    if (option.state.testFlag(QStyle::State_Selected))
        painter->fillRect(option.rect, colours.accentSoft);
    painter->setPen(colours.line);
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    const QFont font = option.font;
    QFont small = font;
    small.setPointSizeF(font.pointSizeF() * 0.9);
    QRect box = option.rect.adjusted(gap, 2, -4, -3);
    const QColor ink = facts.faded ? colours.muted : colours.text;
    switch (index.column()) {
    case PaneFilter::Name: {
        const QRect symbol(box.left(), box.center().y() - symbolSize / 2, symbolSize, symbolSize);
        painter->drawPixmap(symbol.topLeft(),
                            view::symbolPixmap(facts.symbol, symbolSize,
                                               painter->device()->devicePixelRatio(),
                                               m_shell.theme.theme()));
        box.setLeft(symbol.right() + gap);
        const int half = box.height() / 2;
        QFont name = font;
        name.setWeight(facts.faded ? QFont::Normal : QFont::DemiBold);
        drawLine(painter, QRect(box.left(), box.top(), box.width(), half), name, ink, facts.title);
        QRect lower(box.left(), box.top() + half, box.width(), half);
        if (!facts.mark.word.isEmpty()) {
            const QString mark = facts.mark.shape + u' ' + facts.mark.word;
            drawLine(painter, lower, small, toneColour(facts.mark.tone, colours), mark);
            lower.setLeft(lower.left() + QFontMetrics(small).horizontalAdvance(mark + u"  "_s));
        }
        drawLine(painter, lower, small, colours.muted, facts.subtitle);
        break;
    }
    case PaneFilter::State: {
        box.setLeft(option.rect.left() + 4);
        const int half = box.height() / 2;
        const QRect upper(box.left(), box.top(), box.width(), half);
        const QColor colour = toneColour(facts.state.tone, colours);
        QStringList below;
        if (facts.overdue)
            below += u"⏱ "_s + (m_shell.language() == Language::Chinese ? u"超时"_s : u"overdue"_s);
        const auto *view = qobject_cast<const QTreeView *>(option.widget);
        if (facts.since && view && view->isColumnHidden(PaneFilter::Age)) {
            // That it is overdue comes first; for how long it has been so the card says, too.
            const QString span =
                items::spanText(m_shell.cache.now() - *facts.since, m_shell.language());
            const QString both = below.isEmpty() ? span : QString(below.first() + u' ' + span);
            if (below.isEmpty() || QFontMetrics(small).horizontalAdvance(both) <= box.width())
                below = {both};
        }
        drawLine(painter, below.isEmpty() ? box : upper, font, colour,
                 facts.state.shape + u' ' + facts.state.word);
        drawLine(painter, upper.translated(0, half), ThemeController::tabular(small),
                 facts.overdue ? colours.bad : colours.muted, below.join(u' '));
        break;
    }
    case PaneFilter::Age:
        if (facts.since)
            drawLine(painter, box, ThemeController::tabular(font), colours.muted,
                     items::spanText(m_shell.cache.now() - *facts.since, m_shell.language()),
                     Qt::AlignRight);
        break;
    default: break;
    }
    painter->restore();
}

QSize RowDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    return {120, std::max(symbolSize + 12, int(option.fontMetrics.height() * 2.05) + 5)};
}

bool RowDelegate::helpEvent(QHelpEvent *event, QAbstractItemView *view,
                            const QStyleOptionViewItem &option, const QModelIndex &index)
{
    if (event->type() != QEvent::ToolTip || !index.isValid())
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    const RowFacts facts = rowFacts(m_shell.cache, m_shell.pending, m_table,
                                    index.data(items::KeyRole).toString(), m_shell.language());
    QString text = facts.title + u'\n' + facts.subtitle;
    if (!facts.mark.word.isEmpty())
        text += u'\n' + facts.mark.shape + u' ' + facts.mark.word;
    QToolTip::showText(event->globalPos(), text, view);
    return true;
}

QString RowDelegate::spoken(const QModelIndex &index) const
{
    const RowFacts facts = rowFacts(m_shell.cache, m_shell.pending, m_table,
                                    index.data(items::KeyRole).toString(), m_shell.language());
    return facts.title + u", "_s + facts.state.word + u", "_s +
           (!facts.mark.word.isEmpty() ? QString(facts.mark.word + u", "_s) : QString()) +
           facts.subtitle;
}

} // namespace leeward::widgets
