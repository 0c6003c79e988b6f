#include "widgets/panels/theme_colours.h"

namespace leeward::widgets {

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

} // namespace leeward::widgets
