#include "widgets/clock_label.h"

#include "models/domain/availability.h"
#include "widgets/theme_controller.h"

namespace leeward::widgets {

using namespace Qt::StringLiterals;

ClockLabel::ClockLabel(const Clock &clock, QWidget *parent)
    : QLabel(parent)
    , m_clock(clock)
{
    m_timer.setInterval(200); // the second shown is never late by more than that
    connect(&m_timer, &QTimer::timeout, this, &ClockLabel::showNow);
    m_timer.start();
    showNow();
}

void ClockLabel::showNow()
{
    const QString text = toUtcDateTime(m_clock.now() + chinaOffset).toString(u"HH:mm:ss"_s);
    if (text == this->text())
        return;
    setFont(ThemeController::tabular(font()));
    setText(text);
}

} // namespace leeward::widgets
