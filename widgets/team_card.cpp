#include "widgets/team_card.h"

#include "models/domain/coordinates.h"
#include "models/items/clock_text.h"
#include "widgets/assignment_rows.h"
#include "widgets/fact_list.h"
#include "widgets/place_field.h"
#include "widgets/retire_button.h"
#include "widgets/row_facts.h"
#include "widgets/submit.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <array>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {
constexpr int fullStrength = 30;                                    // people a team should have
constexpr std::array<int, 6> spans = {30, 60, 120, 240, 480, 1440}; // minutes
} // namespace

TeamCard::TeamCard(const Shell &shell, QWidget *parent)
    : Card(shell, u"teamCard"_s, parent)
    , m_availability(new QLabel(body()))
    , m_where(new QLabel(body()))
    , m_phone(new QLabel(body()))
    , m_assignments(new AssignmentRows(shell, body()))
    , m_overrideBox(new QWidget(body()))
    , m_reason(new QLineEdit(m_overrideBox))
    , m_span(new QComboBox(m_overrideBox))
    , m_set(new QPushButton(m_overrideBox))
    , m_clear(new QPushButton(m_overrideBox))
    , m_facts(new FactList(
          shell, teamRegister(),
          {u"code"_s,         u"name"_s,          u"kind"_s,       u"level"_s,
           u"capabilities"_s, u"leader"_s,        u"duty_phone"_s, u"headcount"_s,
           u"certified"_s,    u"vehicles"_s,      u"equipment"_s,  u"readiness_minutes"_s,
           u"duty_hours"_s,   u"station"_s,       u"authority"_s,  u"zone"_s,
           u"address"_s,      u"division_code"_s, u"last_drill"_s, u"note"_s},
          body()))
    , m_place(new PlaceField(shell, body()))
    , m_retire(new RetireButton(shell, body()))
{
    m_availability->setObjectName(u"teamCard.availability"_s);
    m_where->setObjectName(u"teamCard.where"_s);
    m_phone->setObjectName(u"teamCard.phone"_s);
    for (QLabel *label : {m_availability, m_where, m_phone}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        column()->addWidget(label);
    }
    m_assignmentsTitle = addSection();
    column()->addWidget(m_assignments);
    m_overrideTitle = addSection();
    buildOverride();
    column()->addWidget(m_overrideBox);
    m_factsTitle = addSection();
    column()->addWidget(m_facts);
    m_placeTitle = addSection();
    column()->addWidget(m_place);
    column()->addWidget(m_retire, 0, Qt::AlignLeft);
    column()->addStretch(1);
    retranslate();
}

void TeamCard::buildOverride()
{
    m_reason->setObjectName(u"teamCard.override.reason"_s);
    m_reason->setMaxLength(200);
    m_span->setObjectName(u"teamCard.override.span"_s);
    m_set->setObjectName(u"teamCard.override.set"_s);
    m_clear->setObjectName(u"teamCard.override.clear"_s);
    for (const int minutes : spans)
        m_span->addItem({}, minutes);
    m_span->setCurrentIndex(2);
    auto *line = new QHBoxLayout(m_overrideBox);
    line->setContentsMargins(0, 0, 0, 0);
    line->addWidget(m_reason, 1);
    line->addWidget(m_span);
    line->addWidget(m_set);
    line->addWidget(m_clear);
    connect(m_reason, &QLineEdit::textChanged, this,
            [this](const QString &text) { m_set->setEnabled(!text.trimmed().isEmpty()); });
    connect(m_reason, &QLineEdit::returnPressed, this, &TeamCard::setOverride);
    connect(m_set, &QPushButton::clicked, this, &TeamCard::setOverride);
    connect(m_clear, &QPushButton::clicked, this, &TeamCard::clearOverride);
    m_set->setEnabled(false);
}

void TeamCard::setOverride()
{
    const QString reason = m_reason->text().trimmed();
    if (reason.isEmpty())
        return;
    const Instant until = shell().cache.now() + std::chrono::minutes(m_span->currentData().toInt());
    const op::OverrideAvailability body{TeamId::fromText(id()), true, until, reason};
    submitAndTell(shell(), this, body,
                  tr("The team is marked unavailable until %1.").arg(dateTimeText(until)),
                  [this] { m_reason->clear(); });
}

void TeamCard::clearOverride()
{
    const op::OverrideAvailability body{TeamId::fromText(id()), false, shell().cache.now(), {}};
    submitAndTell(shell(), this, body, tr("The team can be ordered again."));
}

void TeamCard::tick()
{
    showWhere();
}

bool TeamCard::concerns(const RowChange &change) const
{
    if (change.table == "assignment"_L1) {
        const Assignment *assignment = shell().cache.assignment(change.key);
        return assignment && assignment->team.text() == id();
    }
    return (change.table == "team_override"_L1 && change.key == id()) || Card::concerns(change);
}

void TeamCard::refresh()
{
    Card::refresh();
    const FieldValues *values = row();
    if (!values)
        return;
    showAvailability();
    showWhere();
    const QString leader = values->value(u"leader"_s).toString();
    const QString phone = values->value(u"duty_phone"_s).toString();
    m_phone->setText(phone.isEmpty() ? tr("No 24-hour phone on record.")
                                     : tr("☎ %1  %2").arg(phone, leader));
    setRole(m_phone, phone.isEmpty() ? "bad" : "");
    m_facts->showRow(u"team"_s, id());
    const QVariant heads = values->value(u"headcount"_s);
    if (heads.isNull())
        m_facts->setRemark(u"headcount"_s, {}, false);
    else if (heads.toInt() < fullStrength)
        m_facts->setRemark(u"headcount"_s, tr("▼ below %1 people").arg(fullStrength), true);
    else
        m_facts->setRemark(u"headcount"_s, tr("✓ at least %1 people").arg(fullStrength), false);
    m_place->showRow(u"team"_s, id());
    m_assignments->showTeam(id());
    m_retire->showRow(u"team"_s, id());
    m_clear->setVisible(shell().cache.overrideOf(id()).has_value());
}

void TeamCard::showAvailability()
{
    const items::TableCache &cache = shell().cache;
    const Availability now = cache.availability(id());
    QString text;
    if (const auto override_ = cache.overrideOf(id()); override_ && override_->until > cache.now())
        text = tr("Marked unavailable by %1 until %2: %3")
                   .arg(override_->by, items::clockText(override_->until, cache.now()),
                        override_->reason);
    else if (now == Availability::OffDuty)
        text = tr("Outside its duty hours %1").arg(row()->value(u"duty_hours"_s).toString());
    m_availability->setText(text);
    m_availability->setVisible(!text.isEmpty());
}

void TeamCard::showWhere()
{
    const auto where = shell().cache.whereabouts(id());
    if (!where) {
        m_where->setText(tr("Nobody knows where it is: no report, no base, no station."));
        setRole(m_where, "bad");
        return;
    }
    const QString place = formatCoordinates(where->at, Notation::Decimal);
    if (!where->reportedAt) {
        m_where->setText(tr("At its base by the register: %1").arg(place));
        setRole(m_where, "muted");
        return;
    }
    const Instant now = shell().cache.now();
    const Duration age = now - *where->reportedAt;
    const QString span = items::spanText(age, shell().language());
    const bool lost = age >= placeLost;
    QStringList lines = {lost ? tr("? Lost contact: last heard %1 ago at %2").arg(span, place)
                              : tr("Position %1 ago: %2").arg(span, place)};
    //: both clocks, because one of them may be wrong
    lines +=
        tr("device %1 · received %2")
            .arg(items::clockText(where->deviceAt, now), items::clockText(where->receivedAt, now));
    if (where->deviceAt > where->receivedAt + believedAhead)
        lines += tr("The device's clock is ahead; the time of receipt counts.");
    for (const UnitPosition *unit : shell().cache.unitsOfTeam(id())) {
        if (unit->source == where->source)
            continue;
        //: %1 what it is called, %2 "position 3 min ago", %3 where
        lines += tr("%1: %2, %3")
                     .arg(unit->label.isEmpty() ? unit->source : unit->label,
                          placeAge(now - orderOf(*unit), shell().language()),
                          formatCoordinates({unit->lon, unit->lat}, Notation::Decimal));
    }
    m_where->setText(lines.join(u'\n'));
    setRole(m_where, lost ? "bad" : "");
}

void TeamCard::retranslate()
{
    m_assignmentsTitle->setText(tr("Open assignments"));
    m_overrideTitle->setText(tr("Can not go"));
    m_reason->setPlaceholderText(tr("Reason"));
    m_reason->setAccessibleName(tr("Why the team can not go"));
    m_span->setAccessibleName(tr("For how long"));
    for (int i = 0; i < m_span->count(); ++i)
        m_span->setItemText(
            i, items::spanText(std::chrono::minutes(spans[size_t(i)]), shell().language()));
    m_set->setText(tr("Set"));
    m_set->setAccessibleName(tr("Mark the team unavailable"));
    m_clear->setText(tr("Lift"));
    m_clear->setAccessibleName(tr("Make the team available again"));
    m_factsTitle->setText(tr("Facts"));
    m_placeTitle->setText(tr("Base"));
}

} // namespace leeward::widgets
