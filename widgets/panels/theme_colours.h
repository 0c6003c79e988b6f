#pragma once

#include "maps/view/symbolkey.h"

#include <QColor>

namespace leeward::widgets {

// The colours of one theme. One accent; red, amber and green only for state, and never without a
// word.
struct ThemeColours
{
    QColor base, panel, header, raised, field, button;
    QColor text, muted, faint, line, scroll, hover, pressed;
    QColor accent, accentSoft, onAccent;
    QColor bad, badSoft, warn, good, drill;
};
[[nodiscard]] const ThemeColours &coloursOf(view::Theme theme);

} // namespace leeward::widgets
