#pragma once

#include "widgets/shell.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace leeward::widgets {

// A strip under the header while the link with the server needs a person: why, and what can be done
// about it. Also when the time without the server comes to its end. Nothing else of the window is
// covered or kept from working.
class LinkBanner : public QWidget
{
    Q_OBJECT
public:
    explicit LinkBanner(const Shell &shell, QWidget *parent = nullptr);

Q_SIGNALS:
    void queueWanted();

protected:
    void changeEvent(QEvent *event) override;

private:
    void refresh();

    const Shell &m_shell;
    QLabel *m_mark;
    QLabel *m_text;
    QPushButton *m_signIn;
    QPushButton *m_loadCopy;
    QPushButton *m_tryNow;
    QPushButton *m_queue;
};

} // namespace leeward::widgets
