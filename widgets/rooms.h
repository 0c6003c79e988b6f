#pragma once

#include "widgets/rail.h"
#include "widgets/shell.h"

#include <QStackedWidget>

#include <array>

class QLabel;

namespace leeward::widgets {

class ListPane;
class LogPanel;

// What the rail chooses between: the lists, the warnings, the log. Only the incidents are built at
// once, since a start waits for every widget that is there; another room is built when it is first
// opened, or by warm() while nobody waits.
class Rooms : public QStackedWidget
{
    Q_OBJECT
public:
    explicit Rooms(const Shell &shell, QWidget *parent = nullptr);

    void open(Rail::Room room);
    [[nodiscard]] Rail::Room room() const { return m_room; }
    // The list that is shown; null in a room without one.
    [[nodiscard]] ListPane *currentList() const { return m_lists[size_t(m_room)]; }
    // Whose list has the rows of a table; nothing when none has.
    [[nodiscard]] static std::optional<Rail::Room> roomOf(const QString &table);
    // Opens that room with the rows of `table` in sight.
    void showTable(const QString &table);
    void focusRows();
    // Builds a room that is not there yet, or lets a list take up its rows: one step a call. False
    // when nothing was left to do.
    bool warm();

Q_SIGNALS:
    void opened(const QString &table, const QString &id); // Enter, double click
    void left();                                          // Esc
    void createWanted(const QString &table);

protected:
    void changeEvent(QEvent *event) override;

private:
    [[nodiscard]] QWidget *page(Rail::Room room);
    QWidget *makeList(Rail::Room room);
    QWidget *makeWarnings();
    QWidget *makeLog();
    void retranslate();

    const Shell &m_shell;
    std::array<QWidget *, Rail::RoomCount> m_pages = {};
    std::array<ListPane *, Rail::RoomCount> m_lists = {};
    QLabel *m_warnings = nullptr;
    Rail::Room m_room = Rail::Incidents;
};

} // namespace leeward::widgets
