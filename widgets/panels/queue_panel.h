#pragma once

#include "models/desk/waiting.h"
#include "widgets/panels/panel.h"

class QLabel;
class QPushButton;
class QTreeWidgetItem;

namespace leeward::widgets {

class ConflictSides;
class ReasonList;

// What this desk has done and the authority has not yet taken: kept here, sending, in conflict,
// refused; since when, who beat it and by which rule; for fields base, mine and theirs. Try again,
// choose field by field, open the record, withdraw, export to a file. In the list R, O and Delete
// do what the buttons do.
class QueuePanel : public Panel
{
    Q_OBJECT
public:
    QueuePanel(const PanelContext &context, QWidget *parent = nullptr);

    [[nodiscard]] int waiting() const; // rows

public Q_SLOTS:
    void refresh();
    void exportToFile();

Q_SIGNALS:
    void countsChanged(int queued, int conflicts);
    // The record that an operation is about; an order is about its incident and its teams.
    void openWanted(const QString &table, const QString &id, bool recommend);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void retranslate() override;
    void themeChanged() override;

private:
    void take(std::vector<desk::Waiting> waiting);
    void fill();
    void fillList();
    void fillRow(QTreeWidgetItem &item, const desk::Waiting &waiting) const;
    void showCurrent();
    void showButtons();
    void retryCurrent();
    void saveChoice();
    void change(std::vector<op::FieldChange> changes);
    void openCurrent();
    void withdrawCurrent();
    void told(const desk::Outcome &outcome, const QString &done);
    // Of the store, when it would not withdraw or change.
    [[nodiscard]] QString whyNot(const Error &error) const;
    [[nodiscard]] const desk::Waiting *current() const;
    [[nodiscard]] desk::RecordState stateOf(const desk::Waiting &waiting) const;

    ReasonList *m_list;
    QLabel *m_reason;
    QLabel *m_unanswered; // why some buttons wait
    QLabel *m_beaten;
    QLabel *m_rule;
    ConflictSides *m_sides; // base, mine, theirs
    QLabel *m_empty;
    QPushButton *m_save;
    QPushButton *m_retry;
    QPushButton *m_open;
    QPushButton *m_withdraw;
    QPushButton *m_export;
    std::vector<desk::Waiting> m_waiting;
    QString m_failure;
    int m_token = 0;
};

} // namespace leeward::widgets
