#pragma once

#include "widgets/panels/panel.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QTreeWidget;

namespace leeward::widgets {

// The journal, newest first, a page at a time: number, time, who, which desk, what.
class LogPanel : public Panel
{
    Q_OBJECT
public:
    LogPanel(const PanelContext &context, QWidget *parent = nullptr);

public Q_SLOTS:
    void refresh();
    void setFilter(const QString &text);

protected:
    void showEvent(QShowEvent *event) override;
    void retranslate() override;
    void themeChanged() override;

private:
    void askMore();
    void take(int token, const Result<std::vector<desk::LogLine>> &result);
    void addLine(const desk::LogLine &line);
    void fill();
    void applyFilter();
    void showState();

    QLineEdit *m_filter;
    QTreeWidget *m_list;
    QPushButton *m_more;
    QLabel *m_state;
    std::vector<desk::LogLine> m_lines;
    QString m_failure;
    qint64 m_lowest = 0; // seq of the oldest line here
    int m_token = 0;
    bool m_atEnd = false;
};

} // namespace leeward::widgets
