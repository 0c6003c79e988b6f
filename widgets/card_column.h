#pragma once

#include "widgets/shell.h"

#include <QHash>
#include <QPointer>
#include <QWidget>

class QLabel;
class QStackedWidget;
class QToolButton;

namespace leeward::widgets {

class ImportPane;
class IncidentCard;
class IncidentForm;
class PackagePanel;
class QueuePanel;
class RegisterCard;
class TeamCard;

// The right side of the window: the card of what is selected, or what a person works on there: the
// form of a new incident or record, an import, the queue. Selecting something else leaves those
// open for later. Each page is built when it is first needed, or by warm() while nobody waits.
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
    void openPackages();
    // Who should go to the incident that is shown, with the keyboard on the rows.
    void openRecommendation();
    void printRecord();
    [[nodiscard]] bool hasIncident() const; // shown last, perhaps behind a form
    // Builds one of the pages that a shift will need: one a call. False when nothing was left.
    bool warm();

Q_SIGNALS:
    void routesWanted(const QString &incident, const QList<leeward::TeamId> &teams);
    void teamActivated(const QString &team);
    void message(const QString &text, bool isError);
    // A page with the keyboard was left, and there is nothing it should go back to.
    void keyboardFree();

protected:
    void changeEvent(QEvent *event) override;

private:
    void show(QWidget *page);
    void openPage(QWidget *page); // remembers who has the keyboard
    void leavePage();             // gives it back
    void tellPresence();          // which record this desk has before it
    void retranslate();
    [[nodiscard]] bool holdsFocus() const;
    [[nodiscard]] IncidentCard *incidentCard();
    [[nodiscard]] TeamCard *teamCard();
    [[nodiscard]] IncidentForm *incidentForm();
    [[nodiscard]] ImportPane *importPane();
    QWidget *queuePage();
    QWidget *packagePage();
    // A title and a way out over a panel.
    struct Page
    {
        QWidget *widget = nullptr;
        QToolButton *close = nullptr;
        QLabel *title = nullptr;
    };
    [[nodiscard]] Page framed(QWidget *panel, const QString &name);
    [[nodiscard]] QWidget *registerCard(const QString &table);

    const Shell &m_shell;
    QStackedWidget *m_stack;
    QLabel *m_empty;
    IncidentCard *m_incident = nullptr;
    TeamCard *m_team = nullptr;
    QHash<QString, RegisterCard *> m_registers;
    IncidentForm *m_form = nullptr;
    ImportPane *m_import = nullptr;
    QueuePanel *m_queue = nullptr;
    Page m_queuePage;
    PackagePanel *m_packages = nullptr;
    Page m_packagePage;
    QPointer<QWidget> m_before; // had the keyboard when a form was opened
};

} // namespace leeward::widgets
