#include "widgets/panels/panel.h"

#include <QEvent>

namespace leeward::widgets {

Panel::Panel(const PanelContext &context, QWidget *parent)
    : QWidget(parent)
    , m_context(context)
{
}

void Panel::setLanguage(Language language)
{
    if (m_language == language)
        return;
    m_language = language;
    retranslate();
}

void Panel::setTheme(view::Theme theme)
{
    if (m_theme == theme)
        return;
    m_theme = theme;
    themeChanged();
}

void Panel::themeChanged() {}

void Panel::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace leeward::widgets
