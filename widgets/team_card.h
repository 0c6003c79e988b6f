#pragma once

#include "widgets/card.h"

class QComboBox;
class QLineEdit;
class QPushButton;

namespace leeward::widgets {

class AssignmentRows;
class FactList;
class PlaceField;
class RetireButton;

// One team: can it go, where is it and since when is that known, whom to call, what it has, what it
// does now.
class TeamCard : public Card
{
    Q_OBJECT
public:
    explicit TeamCard(const Shell &shell, QWidget *parent = nullptr);

protected:
    void refresh() override;
    void retranslate() override;
    void tick() override;
    [[nodiscard]] bool concerns(const RowChange &change) const override;

private:
    void buildOverride();
    void setOverride();
    void clearOverride();
    void showWhere();
    void showAvailability();

    QLabel *m_availability;
    QLabel *m_where;
    QLabel *m_phone;
    QLabel *m_assignmentsTitle;
    AssignmentRows *m_assignments;
    QLabel *m_overrideTitle;
    QWidget *m_overrideBox;
    QLineEdit *m_reason;
    QComboBox *m_span;
    QPushButton *m_set;
    QPushButton *m_clear;
    QLabel *m_factsTitle;
    FactList *m_facts;
    QLabel *m_placeTitle;
    PlaceField *m_place;
    RetireButton *m_retire;
};

} // namespace leeward::widgets
