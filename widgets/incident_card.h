#pragma once

#include "widgets/card.h"

class QHBoxLayout;
class QPushButton;

namespace leeward::widgets {

class AssignmentRows;
class FactList;
class FlowLayout;
class PlaceField;
class RecommendPanel;
class TimelinePanel;

// One incident: what and where, its legal next states, who is out, who should go, what was done
// when.
class IncidentCard : public Card
{
    Q_OBJECT
public:
    explicit IncidentCard(const Shell &shell, QWidget *parent = nullptr);

    [[nodiscard]] RecommendPanel *recommendation() const { return m_recommend; }
    void openRecommendation(); // Enter on a selected incident
    void print();

protected:
    void refresh() override;
    void retranslate() override;
    [[nodiscard]] bool concerns(const RowChange &change) const override;

private:
    void buildActions();
    void showSteps(const Incident &incident);
    void advance(IncidentState to, bool needsReason);
    void mergeInto(const QString &answer);
    void note();

    QWidget *m_steps;
    QWidget *m_actions;
    QPushButton *m_note;
    QPushButton *m_print;
    FactList *m_facts;
    PlaceField *m_place;
    AssignmentRows *m_assignments;
    RecommendPanel *m_recommend;
    TimelinePanel *m_timeline;
    QLabel *m_factsTitle;
    QLabel *m_placeTitle;
    QLabel *m_assignmentsTitle;
    QLabel *m_recommendTitle;
    QLabel *m_timelineTitle;
    QList<QPushButton *> m_stepButtons;
};

} // namespace leeward::widgets
