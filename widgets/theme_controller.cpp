#include "widgets/theme_controller.h"

#include <QApplication>
#include <QFile>
#include <QStyleFactory>

#include <array>
#include <utility>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {

QPalette paletteOf(const ThemeColours &c)
{
    QPalette palette;
    palette.setColor(QPalette::Window, c.panel);
    palette.setColor(QPalette::WindowText, c.text);
    palette.setColor(QPalette::Base, c.base);
    palette.setColor(QPalette::AlternateBase, c.panel);
    palette.setColor(QPalette::ToolTipBase, c.raised);
    palette.setColor(QPalette::ToolTipText, c.text);
    palette.setColor(QPalette::PlaceholderText, c.faint);
    palette.setColor(QPalette::Text, c.text);
    palette.setColor(QPalette::Button, c.button);
    palette.setColor(QPalette::ButtonText, c.text);
    palette.setColor(QPalette::BrightText, c.bad);
    palette.setColor(QPalette::Highlight, c.accentSoft);
    palette.setColor(QPalette::HighlightedText, c.text);
    palette.setColor(QPalette::Link, c.accent);
    palette.setColor(QPalette::Accent, c.accent);
    palette.setColor(QPalette::Mid, c.line);
    palette.setColor(QPalette::Dark, c.line);
    for (const auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, c.faint);
    return palette;
}

QString styleSheetOf(const ThemeColours &c)
{
    QFile file(u":/leeward/styles/console.qss"_s);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QString sheet = QString::fromUtf8(file.readAll());
    const std::array<std::pair<QLatin1StringView, QColor>, 22> names = {{
        {"base"_L1, c.base},         {"panel"_L1, c.panel},   {"header"_L1, c.header},
        {"raised"_L1, c.raised},     {"field"_L1, c.field},   {"button"_L1, c.button},
        {"text"_L1, c.text},         {"muted"_L1, c.muted},   {"faint"_L1, c.faint},
        {"line"_L1, c.line},         {"scroll"_L1, c.scroll}, {"hover"_L1, c.hover},
        {"pressed"_L1, c.pressed},   {"accent"_L1, c.accent}, {"accentSoft"_L1, c.accentSoft},
        {"onAccent"_L1, c.onAccent}, {"bad"_L1, c.bad},       {"badSoft"_L1, c.badSoft},
        {"warn"_L1, c.warn},         {"good"_L1, c.good},     {"drill"_L1, c.drill},
        {"live"_L1, c.good},
    }};
    for (const auto &[name, colour] : names)
        sheet.replace(u'@' + name + u'@', colour.name());
    return sheet;
}

QFont consoleFont()
{
    QFont font = QApplication::font();
    font.setFamilies(
        {u"Noto Sans CJK SC"_s, u"Noto Sans SC"_s, u"Source Han Sans SC"_s, u"Microsoft YaHei"_s});
    font.setPointSizeF(10);
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

} // namespace

ThemeController::ThemeController(view::Theme theme, QObject *parent)
    : QObject(parent)
    , m_theme(theme)
{
    if (QStyle *style = QStyleFactory::create(u"Fusion"_s))
        QApplication::setStyle(style);
    QApplication::setFont(consoleFont());
    QApplication::setPalette(paletteOf(colours()));
}

void ThemeController::setTheme(view::Theme theme)
{
    if (theme == m_theme)
        return;
    m_theme = theme;
    dress();
    Q_EMIT themeChanged(theme);
}

QFont ThemeController::tabular(QFont font)
{
    font.setFeature(QFont::Tag("tnum"), 1);
    return font;
}

void ThemeController::dress()
{
    QApplication::setPalette(paletteOf(colours()));
    const QString sheet = styleSheetOf(colours());
    if (qApp->styleSheet() != sheet)
        qApp->setStyleSheet(sheet);
}

} // namespace leeward::widgets
