#include "widgets/register_card.h"

#include "widgets/fact_list.h"
#include "widgets/place_field.h"
#include "widgets/retire_button.h"
#include "widgets/row_facts.h"
#include "widgets/stock_table.h"

#include <QLabel>
#include <QVBoxLayout>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {

QStringList shownFields(const RegisterSpec &spec)
{
    QStringList names;
    for (const FieldSpec &field : spec.fields) {
        if (field.name != "lon"_L1 && field.name != "lat"_L1)
            names += field.name;
    }
    return names;
}

} // namespace

RegisterCard::RegisterCard(const Shell &shell, const RegisterSpec &spec, QWidget *parent)
    : Card(shell, spec.key + u"Card"_s, parent)
    , m_spec(spec)
    , m_summary(new QLabel(body()))
    , m_facts(new FactList(shell, spec, shownFields(spec), body()))
    , m_place(new PlaceField(shell, body()))
    , m_retire(new RetireButton(shell, body()))
{
    m_summary->setObjectName(spec.key + u"Card.summary"_s);
    m_summary->setWordWrap(true);
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->hide();
    column()->addWidget(m_summary);
    if (spec.key == "depot"_L1) {
        m_stock = new StockTable(shell, body());
        column()->addWidget(m_stock);
    }
    m_factsTitle = addSection();
    column()->addWidget(m_facts);
    m_placeTitle = addSection();
    column()->addWidget(m_place);
    m_placeTitle->setVisible(spec.hasPlace);
    m_place->setVisible(spec.hasPlace);
    column()->addWidget(m_retire, 0, Qt::AlignLeft);
    column()->addStretch(1);
    retranslate();
}

bool RegisterCard::concerns(const RowChange &change) const
{
    return (m_stock && change.table == "stock"_L1) || Card::concerns(change);
}

void RegisterCard::refresh()
{
    Card::refresh();
    const FieldValues *values = row();
    if (!values)
        return;
    m_facts->showRow(table(), id());
    m_place->showRow(table(), id());
    m_retire->showRow(table(), id());
    if (m_stock)
        m_stock->showDepot(values->value(u"code"_s).toString());
    if (table() == "shelter"_L1)
        showShelter(*values);
    else if (table() == "landing_point"_L1)
        showLandingPoint(*values);
    else if (table() == "stock"_L1)
        showStock(*values);
}

void RegisterCard::showShelter(const FieldValues &values)
{
    const auto free = freePlaces(values);
    const auto number = [&](const QString &name) { return values.value(name).toInt(); };
    m_summary->setText(free ? tr("Places: %1 = %2 capacity − %3 present − %4 inbound − %5 reserved")
                                  .arg(*free)
                                  .arg(number(u"capacity"_s))
                                  .arg(number(u"present"_s))
                                  .arg(number(u"inbound"_s))
                                  .arg(number(u"reserved"_s))
                            : tr("Places: not known, the capacity is not on record"));
    setRole(m_summary, !free ? "muted" : *free > 0 ? "good" : "bad");
    m_summary->show();
}

void RegisterCard::showLandingPoint(const FieldValues &values)
{
    const bool usable = values.value(u"usable"_s).toInt() != 0;
    const QString why = values.value(u"unusable_reason"_s).toString();
    if (usable)
        m_summary->setText(tr("○ Usable now"));
    else
        m_summary->setText(why.isEmpty() ? tr("× Not usable now; no reason on record")
                                         : tr("× Not usable now: %1").arg(why));
    setRole(m_summary, usable ? "good" : "bad");
    m_summary->show();
}

void RegisterCard::showStock(const FieldValues &values)
{
    const StockState state = stockState(values, shell().cache.now());
    QStringList parts;
    if (state.expired)
        parts += tr("× Expired on %1").arg(values.value(u"expires"_s).toString());
    if (state.expiring)
        parts += tr("▲ Expires on %1").arg(values.value(u"expires"_s).toString());
    if (state.below)
        parts += tr("▼ Below the minimum of %1").arg(values.value(u"min_level"_s).toInt());
    m_summary->setText(parts.join(u'\n'));
    setRole(m_summary, "bad");
    m_summary->setVisible(!parts.isEmpty());
}

void RegisterCard::retranslate()
{
    m_factsTitle->setText(tr("Facts"));
    m_placeTitle->setText(tr("Coordinates"));
}

} // namespace leeward::widgets
