#include "widgets/panels/board_view.h"

#include "widgets/panels/panel_style.h"

#include <QPainter>
#include <QVariantAnimation>

#include <tuple>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {

// What makes two rows one group: overdue or not, then the state.
std::pair<bool, int> groupOf(const QModelIndex &row)
{
    const QModelIndex first = row.siblingAtColumn(0);
    const auto state = assignmentStateFrom(first.data(items::StateRole).toString());
    return {!first.data(items::OverdueRole).toBool(), state ? static_cast<int>(*state) : 0};
}

} // namespace

bool BoardProxy::beginsGroup(int row) const
{
    return row > 0 && groupOf(index(row, 0)) != groupOf(index(row - 1, 0));
}

bool BoardProxy::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    if (left.column() != items::BoardModel::State)
        return ListFilter::lessThan(left, right);
    const auto key = [](const QModelIndex &row) {
        const QModelIndex first = row.siblingAtColumn(0);
        return std::tuple_cat(groupOf(row), std::tuple(first.data(items::SinceRole).toLongLong(),
                                                       first.data(items::KeyRole).toString()));
    };
    return key(left) < key(right);
}

BoardDelegate::BoardDelegate(const items::TableCache &cache, const BoardProxy &proxy,
                             QObject *parent)
    : QStyledItemDelegate(parent)
    , m_cache(cache)
    , m_proxy(proxy)
    , m_animation(new QVariantAnimation(this))
{
    m_animation->setDuration(1600);
    m_animation->setStartValue(1.0);
    m_animation->setEndValue(0.0);
    connect(m_animation, &QVariantAnimation::valueChanged, this, &BoardDelegate::repaintWanted);
    connect(m_animation, &QVariantAnimation::finished, this, [this] {
        m_flashing.clear();
        Q_EMIT repaintWanted();
    });
}

BoardDelegate::~BoardDelegate() = default;

void BoardDelegate::flash(const QStringList &assignments)
{
    m_flashing += QSet<QString>(assignments.begin(), assignments.end());
    m_animation->stop();
    m_animation->start();
}

void BoardDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                          const QModelIndex &index) const
{
    const QModelIndex first = index.siblingAtColumn(0);
    const bool overdue = first.data(items::OverdueRole).toBool();
    const auto state = assignmentStateFrom(first.data(items::StateRole).toString());
    const ThemeColours &colours = coloursOf(m_theme);
    QStyleOptionViewItem drawn = option;
    drawn.state &= ~QStyle::State_HasFocus;
    painter->save();
    if (overdue && !(option.state & QStyle::State_Selected))
        painter->fillRect(option.rect, colours.badSoft);
    if (m_flashing.contains(first.data(items::KeyRole).toString())) {
        QColor flash = colours.bad;
        flash.setAlphaF(static_cast<float>(0.55 * m_animation->currentValue().toDouble()));
        painter->fillRect(option.rect, flash);
    }
    if (index.column() == items::BoardModel::State && state)
        drawn.palette.setColor(QPalette::Text, colourOf(*state, m_theme));
    if (overdue &&
        (index.column() == items::BoardModel::Due || index.column() == items::BoardModel::Flags))
        drawn.palette.setColor(QPalette::Text, colours.bad);
    drawn.palette.setColor(QPalette::HighlightedText, drawn.palette.color(QPalette::Text));
    if (index.column() == items::BoardModel::Number)
        drawn.rect.adjust(6, 0, 0, 0);
    QStyledItemDelegate::paint(painter, drawn, index);
    if (index.column() == items::BoardModel::Number && state)
        painter->fillRect(QRect(option.rect.left(), option.rect.top(), 4, option.rect.height()),
                          overdue ? colours.bad : colourOf(*state, m_theme));
    if (m_proxy.beginsGroup(index.row())) {
        painter->setPen(QPen(colours.muted, 2));
        painter->drawLine(option.rect.topLeft(), option.rect.topRight());
    }
    painter->restore();
}

void BoardDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    const QModelIndex first = index.siblingAtColumn(0);
    const auto state = assignmentStateFrom(first.data(items::StateRole).toString());
    if (index.column() == items::BoardModel::State && state)
        option->text = shapeOf(*state) + u' ' + option->text;
    if (index.column() == items::BoardModel::Flags && first.data(items::OverdueRole).toBool())
        option->text = u"▲ "_s + option->text;
    if (index.column() == items::BoardModel::Flags && m_marks) {
        if (const auto change = m_marks(first.data(items::KeyRole).toString())) {
            const StateLook mark = recordLook(*change, m_language);
            option->text = mark.shape + u' ' + mark.word +
                           (option->text.isEmpty() ? QString() : u" · "_s + option->text);
        }
    }
    if (index.column() == items::BoardModel::Team) {
        if (const Assignment *assignment =
                m_cache.assignment(first.data(items::KeyRole).toString())) {
            option->features |= QStyleOptionViewItem::HasDecoration;
            option->icon = rowIcon(m_cache, u"team"_s, assignment->team.text(), m_theme);
            option->decorationSize = QSize(1, 1) * option->fontMetrics.height();
        }
    }
}

QSize BoardDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QSize size = QStyledItemDelegate::sizeHint(option, index);
    return {size.width() + 12, std::max(size.height(), option.fontMetrics.height() + 8)};
}

} // namespace leeward::widgets
