#pragma once

#include "models/desk/log_line.h"
#include "widgets/panels/panel.h"

#include <QSet>
#include <QTimer>

#include <functional>

class QLabel;
class QTableView;

namespace leeward::items {
class BoardModel;
}

namespace leeward::widgets {

class AssignmentActions;
class BoardDelegate;
class BoardProxy;

// The board: every open assignment, one row each, overdue on top, then grouped by state; clocks run
// each second. Keys: Enter or N the usual next step, M the menu of all steps, U take back the last
// one, P print the order.
class BoardPanel : public Panel
{
    Q_OBJECT
public:
    BoardPanel(const PanelContext &context, QWidget *parent = nullptr);
    ~BoardPanel() override;

    [[nodiscard]] QString currentAssignment() const; // id; empty when none
    [[nodiscard]] AssignmentActions &actions() const { return *m_actions; }
    [[nodiscard]] int overdueCount() const { return int(m_overdue.size()); }

    // Where the board asks how far this desk's change of an assignment has come; call marksMoved()
    // when the answers have changed.
    void setMarks(std::function<std::optional<desk::RecordState>(const QString &)> marks);
    void marksMoved();

public Q_SLOTS:
    // Marks the row without telling it back by selected().
    void selectAssignment(const QString &id);

Q_SIGNALS:
    void selected(const QString &assignment, const QString &incident, const QString &team);
    void activated(const QString &assignment); // double click: show its card
    void printWanted(const QString &assignment);
    void overdueChanged(int count);
    // Assignments that have become overdue since the last look; once for each.
    void newOverdue(const QStringList &assignments);
    void divertWanted(const QString &assignment);
    void handOverWanted(const QString &assignment);

protected:
    void changeEvent(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;
    void retranslate() override;
    void themeChanged() override;

private:
    void tick();
    void fitFont();    // rows, heads and counts take the panel's: on the wall it is large
    void fitColumns(); // what has a known length gets that, names share the rest
    void showCounts();
    void openMenu();
    bool handleKey(int key);

    items::BoardModel *m_model;
    BoardProxy *m_proxy;
    BoardDelegate *m_delegate;
    QTableView *m_view;
    QLabel *m_counts;
    QLabel *m_empty;
    AssignmentActions *m_actions;
    QTimer m_timer;
    QSet<QString> m_overdue;
    bool m_quiet = false;
};

} // namespace leeward::widgets
