#include "widgets/theme_controller.h"

#include <QApplication>
#include <QFile>
#include <QStyleFactory>

#include <array>
#include <utility>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

const ThemeColours &coloursOf(view::Theme theme)
{
    static const ThemeColours dark = {.base = QColor(0x13, 0x18, 0x1e),
                                      .panel = QColor(0x18, 0x1e, 0x25),
                                      .header = QColor(0x1d, 0x24, 0x2c),
                                      .raised = QColor(0x25, 0x2d, 0x37),
                                      .field = QColor(0x0f, 0x13, 0x18),
                                      .button = QColor(0x28, 0x31, 0x3b),
                                      .text = QColor(0xe3, 0xe7, 0xea),
                                      .muted = QColor(0x9f, 0xab, 0xb6),
                                      .faint = QColor(0x6d, 0x78, 0x83),
                                      .line = QColor(0x37, 0x41, 0x4c),
                                      .scroll = QColor(0x45, 0x50, 0x5c),
                                      .hover = QColor(0x2b, 0x35, 0x40),
                                      .pressed = QColor(0x35, 0x41, 0x4e),
                                      .accent = QColor(0x5f, 0xa8, 0xe6),
                                      .accentSoft = QColor(0x22, 0x3c, 0x55),
                                      .onAccent = QColor(0x08, 0x14, 0x20),
                                      .bad = QColor(0xff, 0x7b, 0x6e),
                                      .badSoft = QColor(0x40, 0x1f, 0x20),
                                      .warn = QColor(0xe8, 0xb4, 0x4a),
                                      .good = QColor(0x6f, 0xc2, 0x8b),
                                      .drill = QColor(0xf0, 0xa8, 0x30)};
    static const ThemeColours light = {.base = QColor(0xff, 0xff, 0xff),
                                       .panel = QColor(0xf4, 0xf6, 0xf8),
                                       .header = QColor(0xe9, 0xed, 0xf1),
                                       .raised = QColor(0xff, 0xff, 0xff),
                                       .field = QColor(0xff, 0xff, 0xff),
                                       .button = QColor(0xf2, 0xf4, 0xf7),
                                       .text = QColor(0x17, 0x1d, 0x24),
                                       .muted = QColor(0x52, 0x5e, 0x6a),
                                       .faint = QColor(0x8d, 0x97, 0xa1),
                                       .line = QColor(0xc3, 0xcb, 0xd3),
                                       .scroll = QColor(0xb3, 0xbc, 0xc6),
                                       .hover = QColor(0xdd, 0xe4, 0xeb),
                                       .pressed = QColor(0xce, 0xd8, 0xe2),
                                       .accent = QColor(0x1b, 0x63, 0xa8),
                                       .accentSoft = QColor(0xd3, 0xe5, 0xf5),
                                       .onAccent = QColor(0xff, 0xff, 0xff),
                                       .bad = QColor(0xb5, 0x25, 0x1d),
                                       .badSoft = QColor(0xfb, 0xe4, 0xe1),
                                       .warn = QColor(0x96, 0x63, 0x00),
                                       .good = QColor(0x1d, 0x73, 0x3c),
                                       .drill = QColor(0xe0, 0x8e, 0x00)};
    return theme == view::Theme::Dark ? dark : light;
}

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
