#pragma once

#include "widgets/panels/panel.h"

#include <QPointer>

#include <map>

class QLabel;
class QPushButton;
class QToolButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace leeward::widgets {

class AssignmentActions;

// Who should go to an incident, soonest first, the best rows ticked; and who can not, with the
// reason. Space ticks, Ctrl+Enter orders all ticked teams, each by an order of its own.
class RecommendPanel : public Panel
{
    Q_OBJECT
public:
    RecommendPanel(const PanelContext &context, QWidget *parent = nullptr);

    [[nodiscard]] QString incident() const { return m_incident; }
    [[nodiscard]] QList<TeamId> tickedTeams() const;

public Q_SLOTS:
    // Asks anew; an answer to an earlier question is dropped. Empty id: shows nothing.
    void showIncident(const QString &id);
    void refresh();
    // Asks anew for a person who wants to order: the keyboard goes to the rows, at once or with the
    // answer, unless the person has gone elsewhere by then.
    void openForOrder();
    void orderTicked();

Q_SIGNALS:
    // Roads to draw: the ticked teams of this incident; empty list: none.
    void routesWanted(const QString &incident, const QList<leeward::TeamId> &teams);
    void ordered(const QString &incident); // every ticked order has been answered
    void teamActivated(const QString &team);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void retranslate() override;
    void themeChanged() override;

private:
    void answer(int token, const Result<recommend::Recommendation> &result);
    void fill();
    void fillRows();
    void fillExcluded();
    void showHead();
    void setState(const QString &text, bool isError);
    void insist(const QTreeWidgetItem &item);
    void takeResult(TeamId team, bool accepted, const QString &text);

    AssignmentActions *m_actions;
    QLabel *m_title;
    QLabel *m_shortfall;
    QLabel *m_state;
    QLabel *m_asked;
    QTreeWidget *m_rows;
    QToolButton *m_excludedToggle;
    QTreeWidget *m_excluded;
    QPushButton *m_order;
    QPushButton *m_again;
    QString m_incident;
    int m_token = 0;
    int m_waiting = 0; // orders not answered yet
    bool m_focusWanted = false;
    QPointer<QWidget> m_focusBefore; // had the keyboard when the person asked
    std::optional<Result<recommend::Recommendation>> m_answer;
    std::map<QString, std::pair<bool, QString>> m_results; // by team: accepted, line
};

} // namespace leeward::widgets
