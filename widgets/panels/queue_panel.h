#pragma once

#include "widgets/panels/panel.h"

class QLabel;
class QPushButton;
class QTreeWidget;

namespace leeward::widgets {

// What this desk has done and the authority has not yet taken: waiting, in conflict, refused; with
// the reason and, for a field, base, mine and theirs. Try again, withdraw, export to a file.
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

protected:
    void showEvent(QShowEvent *event) override;
    void retranslate() override;
    void themeChanged() override;

private:
    void fill();
    void fillList();
    void showCurrent();
    void retryCurrent();
    void withdrawCurrent();
    [[nodiscard]] const desk::LogLine *current() const;

    QTreeWidget *m_list;
    QLabel *m_reason;
    QTreeWidget *m_sides; // base, mine, theirs
    QLabel *m_empty;
    QPushButton *m_retry;
    QPushButton *m_withdraw;
    QPushButton *m_export;
    std::vector<desk::LogLine> m_lines;
    QString m_failure;
    int m_token = 0;
};

} // namespace leeward::widgets
