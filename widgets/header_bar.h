#pragma once

#include "widgets/shell.h"

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QMenu;
class QToolButton;

namespace leeward::widgets {

class ClockLabel;

// The top of the window: LIVE or 演练, city, response level, warnings, clock, the command field,
// the link, desk and user, the main menu.
class HeaderBar : public QWidget
{
    Q_OBJECT
public:
    // `commandField` is placed in the middle.
    HeaderBar(const Shell &shell, QWidget *commandField, QWidget *parent = nullptr);

    void setMenu(QMenu *menu);
    // 1 to 4; 0: no response is in force. Kept on this desk.
    void setResponseLevel(int level);
    [[nodiscard]] int responseLevel() const { return m_level; }
    void setWarnings(int count);

Q_SIGNALS:
    void queueWanted();
    void warningsWanted();
    void responseLevelChosen(int level);

protected:
    void changeEvent(QEvent *event) override;

private:
    void build(QWidget *commandField);
    void buildLevelMenu();
    void retranslate();
    void showQueue();

    const Shell &m_shell;
    QLabel *m_realm;
    QLabel *m_city;
    QToolButton *m_response;
    QToolButton *m_warnings;
    ClockLabel *m_clock;
    QToolButton *m_link;
    QLabel *m_desk;
    QToolButton *m_menu;
    QMenu *m_levels = nullptr;
    int m_level = 0;
    int m_warningCount = 0;
};

} // namespace leeward::widgets
