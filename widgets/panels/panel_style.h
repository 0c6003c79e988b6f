#pragma once

#include "widgets/panels/state_look.h"
#include "widgets/panels/theme_colours.h"

#include <QIcon>

class QLabel;
class QTreeWidget;

namespace leeward::widgets {

// One sign for a state, so that it is told without colour.
[[nodiscard]] QString shapeOf(AssignmentState state);
[[nodiscard]] QColor colourOf(AssignmentState state, view::Theme theme);

// The map's symbol of a row: incident or any register.
[[nodiscard]] QIcon rowIcon(const items::TableCache &cache, const QString &table, const QString &id,
                            view::Theme theme);

// Lists without frames and with even rows.
void dressList(QTreeWidget &list);
// Words in the middle of an empty pane.
void dressEmpty(QLabel &label);
void setColour(QWidget &widget, const QColor &colour);

} // namespace leeward::widgets
