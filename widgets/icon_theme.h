#pragma once

#include <QColor>
#include <QIcon>
#include <QObject>
#include <QString>

namespace leeward::widgets {

class ThemeController;

// The console's own monochrome icons, freedesktop names, in the text colour of the theme in force:
// icons handed out follow it. Only one with a colour of its own is to be asked for again on
// iconsChanged().
class IconTheme : public QObject
{
    Q_OBJECT
public:
    explicit IconTheme(const ThemeController &theme, QObject *parent = nullptr);

    // A null icon for a name that is not there. `colour` invalid: the text colour.
    [[nodiscard]] QIcon icon(const QString &name, const QColor &colour = {}) const;

Q_SIGNALS:
    void iconsChanged();

private:
    const ThemeController &m_theme;
};

} // namespace leeward::widgets
