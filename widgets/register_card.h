#pragma once

#include "widgets/card.h"

class QPushButton;

namespace leeward::widgets {

class FactList;
class PlaceField;
class RetireButton;
class StockTable;

// A row of any register, from its description. What matters most of a shelter, a landing point or a
// depot stands above the facts.
class RegisterCard : public Card
{
    Q_OBJECT
public:
    RegisterCard(const Shell &shell, const RegisterSpec &spec, QWidget *parent = nullptr);

protected:
    void refresh() override;
    void retranslate() override;
    [[nodiscard]] bool concerns(const RowChange &change) const override;

private:
    void showShelter(const FieldValues &values);
    void showLandingPoint(const FieldValues &values);
    void showStock(const FieldValues &values);

    const RegisterSpec &m_spec;
    QLabel *m_summary;
    StockTable *m_stock = nullptr;
    QLabel *m_factsTitle;
    FactList *m_facts;
    QLabel *m_placeTitle;
    PlaceField *m_place;
    RetireButton *m_retire;
};

} // namespace leeward::widgets
