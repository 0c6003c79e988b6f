#pragma once

#include <QList>
#include <QWidget>

class QToolButton;

namespace leeward::widgets {

class IconTheme;

// What the list pane shows: icon, word, key (F1 to F7, Alt+1 to Alt+7).
class Rail : public QWidget
{
    Q_OBJECT
public:
    enum Room
    {
        Incidents,
        Teams,
        Supplies,
        Places,
        LandingPoints,
        Warnings,
        Log,
        RoomCount
    };

    explicit Rail(const IconTheme &icons, QWidget *parent = nullptr);
    [[nodiscard]] Room room() const { return m_room; }
    void setRoom(Room room);

Q_SIGNALS:
    void roomChosen(int room); // by hand, also the one that is shown already

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();
    void redress();

    const IconTheme &m_icons;
    QList<QToolButton *> m_buttons;
    Room m_room = Incidents;
};

} // namespace leeward::widgets
