#pragma once

#include "maps/view/symbolkey.h"
#include "models/desk/log_line.h"
#include "models/domain/registers.h"
#include "models/items/board_model.h"
#include "models/items/list_filter.h"

#include <QSet>
#include <QSortFilterProxyModel>
#include <QStyledItemDelegate>

class QVariantAnimation;

namespace leeward::widgets {

// Overdue rows on top, then by the order of states, then the one that has waited longest. A click
// on a header sorts by that column inside these groups only when it is not the state's.
class BoardProxy : public items::ListFilter
{
    Q_OBJECT
public:
    using ListFilter::ListFilter;
    // True when this row begins another group than the row above it.
    [[nodiscard]] bool beginsGroup(int row) const;

protected:
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;
};

// Draws a row of the board: a stripe and a line for its group, the state as shape and word, an
// overdue row on a ground of its own, a row that has just become overdue with one fading flash.
class BoardDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    BoardDelegate(const items::TableCache &cache, const BoardProxy &proxy, QObject *parent);
    ~BoardDelegate() override;

    void setTheme(view::Theme theme) { m_theme = theme; }
    // How far this desk's change of an assignment has come; asked at every drawing.
    void setMarks(std::function<std::optional<desk::RecordState>(const QString &)> marks)
    {
        m_marks = std::move(marks);
    }
    void setLanguage(Language language) { m_language = language; }
    void flash(const QStringList &assignments);

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

Q_SIGNALS:
    void repaintWanted();

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;

private:
    const items::TableCache &m_cache;
    const BoardProxy &m_proxy;
    view::Theme m_theme = view::Theme::Dark;
    QVariantAnimation *m_animation;
    QSet<QString> m_flashing;
    std::function<std::optional<desk::RecordState>(const QString &)> m_marks;
    Language m_language = Language::Chinese;
};

} // namespace leeward::widgets
