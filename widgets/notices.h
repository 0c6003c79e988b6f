#pragma once

#include <QWidget>

class QLabel;
class QTimer;
class QToolButton;

namespace leeward::widgets {

class IconTheme;

// One line of news over the map column. What went well goes by itself; an error stays until it is
// dismissed, and further errors wait behind it.
class Notices : public QWidget
{
    Q_OBJECT
public:
    explicit Notices(const IconTheme &icons, QWidget *parent = nullptr);

    void tell(const QString &text);
    void complain(const QString &text);
    [[nodiscard]] QString shown() const;
    [[nodiscard]] bool isError() const { return m_error; }

protected:
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void showLine(const QString &text, bool error);
    void dismiss();
    void redress();
    void retranslate();

    const IconTheme &m_icons;
    QLabel *m_mark;
    QLabel *m_text;
    QLabel *m_more;
    QToolButton *m_close;
    QTimer *m_timer;
    QStringList m_waiting;
    bool m_error = false;
};

} // namespace leeward::widgets
