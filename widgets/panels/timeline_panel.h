#pragma once

#include "widgets/panels/panel.h"

#include <QDate>

class QLabel;
class QTreeWidget;

namespace leeward::widgets {

// The whole history of one incident, oldest first: what, when, by whom; when it was written down
// later, both times; steps taken back are struck through, never gone.
class TimelinePanel : public Panel
{
    Q_OBJECT
public:
    TimelinePanel(const PanelContext &context, QWidget *parent = nullptr);

    [[nodiscard]] QString incident() const { return m_incident; }

public Q_SLOTS:
    void showIncident(const QString &id);

Q_SIGNALS:
    void assignmentActivated(const QString &assignment);

protected:
    void retranslate() override;
    void themeChanged() override;

private:
    void ask();
    void fill();
    void add(const desk::TimelineEvent &event);
    void showState();
    void take(std::vector<desk::TimelineEvent> events);

    QTreeWidget *m_list;
    QLabel *m_empty;
    QString m_incident;
    int m_token = 0;
    std::vector<desk::TimelineEvent> m_events;
    QString m_failure;
    QDate m_filledOn; // how a time is written depends on the day
};

} // namespace leeward::widgets
