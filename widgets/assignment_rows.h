#pragma once

#include "widgets/shell.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;
class QToolButton;
class QVBoxLayout;

namespace leeward::widgets {

// The assignments of one incident or one team, each with its state, its clock, the usual next step
// as a button and all others in a menu.
class AssignmentRows : public QWidget
{
    Q_OBJECT
public:
    AssignmentRows(const Shell &shell, QWidget *parent = nullptr);

    void showIncident(const QString &id); // all of them, open ones first
    void showTeam(const QString &id);     // open ones

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Row
    {
        QString id;
        QWidget *box;
        QPushButton *name;
        QLabel *state;
        QLabel *clock;
        QPushButton *next;
        QToolButton *more;
    };

    [[nodiscard]] QStringList wanted() const;
    void refresh();
    void tick();
    Row makeRow(const QString &id);
    void fill(Row &row) const;

    const Shell &m_shell;
    QVBoxLayout *m_column;
    QLabel *m_empty;
    QTimer m_timer;
    QTimer m_later;
    QString m_incident;
    QString m_team;
    std::vector<Row> m_rows;
};

} // namespace leeward::widgets
