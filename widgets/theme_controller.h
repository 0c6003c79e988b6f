#pragma once

#include "widgets/panels/theme_colours.h"

#include <QFont>
#include <QObject>
#include <QPalette>

namespace leeward::widgets {

// Dresses the application: palette, style sheet and font. Dark is for the hall at night, light for
// day and print.
class ThemeController : public QObject
{
    Q_OBJECT
public:
    // Style, font and palette at once; the sheet by dress().
    explicit ThemeController(view::Theme theme, QObject *parent = nullptr);
    // The sheet, too. For when the widgets are built: each would be polished again for every parent
    // it gets on the way.
    void dress();

    [[nodiscard]] view::Theme theme() const { return m_theme; }
    [[nodiscard]] const ThemeColours &colours() const { return coloursOf(m_theme); }
    void setTheme(view::Theme theme);

    // Digits of equal width, so that a running clock does not shake.
    [[nodiscard]] static QFont tabular(QFont font);

Q_SIGNALS:
    void themeChanged(leeward::view::Theme theme);

private:
    view::Theme m_theme;
};

} // namespace leeward::widgets
