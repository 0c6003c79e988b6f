#pragma once

#include "models/domain/clock.h"

#include <QLabel>
#include <QTimer>

namespace leeward::widgets {

// HH:mm:ss of the injected clock in the city's time.
class ClockLabel : public QLabel
{
    Q_OBJECT
public:
    explicit ClockLabel(const Clock &clock, QWidget *parent = nullptr);

private:
    void showNow();
    const Clock &m_clock;
    QTimer m_timer;
};

} // namespace leeward::widgets
