#pragma once

#include "widgets/shell.h"

#include <QHash>
#include <QWidget>

class QLabel;
class QStackedWidget;
class QToolButton;

namespace leeward::widgets {

class ImportPane;
class IncidentCard;
class IncidentForm;
class QueuePanel;
class RegisterCard;
class TeamCard;

// The right side of the window: the card of what is selected, or what a person works on there: the
// form of a new incident or record, an import, the queue. Selecting something else leaves those
// open for later.
class CardColumn : public QWidget
{
    Q_OBJECT
public:
    explicit CardColumn(const Shell &shell, QWidget *parent = nullptr);

    void showSelection();
    void openIncidentForm(const QString &type = {}, const QString &title = {});
    void openRecordForm(const QString &table);
    void openImport(const QString &table = {});
    void openQueue();

    [[nodiscard]] IncidentCard *incidentCard() const { return m_incident; }
    [[nodiscard]] IncidentForm *incidentForm() const { return m_form; }
    [[nodiscard]] QueuePanel *queue() const { return m_queue; }

protected:
    void changeEvent(QEvent *event) override;

private:
    void show(QWidget *page);
    void retranslate();
    [[nodiscard]] QWidget *registerCard(const QString &table);

    const Shell &m_shell;
    QStackedWidget *m_stack;
    QLabel *m_empty;
    IncidentCard *m_incident;
    TeamCard *m_team;
    QHash<QString, RegisterCard *> m_registers;
    IncidentForm *m_form;
    ImportPane *m_import;
    QueuePanel *m_queue;
    QWidget *m_queuePage;
    QToolButton *m_queueClose;
    QLabel *m_queueTitle;
};

} // namespace leeward::widgets
