#include "widgets/incident_card.h"

#include "models/domain/words.h"
#include "widgets/assignment_rows.h"
#include "widgets/fact_list.h"
#include "widgets/flow_layout.h"
#include "widgets/icon_theme.h"
#include "widgets/panels/recommend_panel.h"
#include "widgets/panels/timeline_panel.h"
#include "widgets/pending_marks.h"
#include "widgets/place_field.h"
#include "widgets/row_facts.h"
#include "widgets/save_print.h"
#include "widgets/submit.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

IncidentCard::IncidentCard(const Shell &shell, QWidget *parent)
    : Card(shell, u"incidentCard"_s, parent)
    , m_steps(new QWidget(body()))
    , m_actions(new QWidget(body()))
    , m_note(new QPushButton(body()))
    , m_print(new QPushButton(body()))
    , m_facts(new FactList(shell, incidentFields(),
                           {u"title"_s, u"type"_s, u"level"_s, u"address"_s, u"division_code"_s,
                            u"source"_s, u"caller"_s, u"caller_phone"_s, u"people_at_risk"_s,
                            u"needs"_s, u"description"_s},
                           body()))
    , m_place(new PlaceField(shell, body()))
    , m_assignments(new AssignmentRows(shell, body()))
    , m_recommend(new RecommendPanel(shell.panelContext(), body()))
    , m_timeline(new TimelinePanel(shell.panelContext(), body()))
{
    m_steps->setLayout(new FlowLayout(6));
    column()->addWidget(m_steps);
    buildActions();
    m_assignmentsTitle = addSection();
    column()->addWidget(m_assignments);
    m_recommendTitle = addSection();
    m_recommend->setMinimumHeight(300);
    column()->addWidget(m_recommend);
    m_factsTitle = addSection();
    column()->addWidget(m_facts);
    m_placeTitle = addSection();
    column()->addWidget(m_place);
    m_timelineTitle = addSection();
    m_timeline->setMinimumHeight(200);
    column()->addWidget(m_timeline, 1);
    retranslate();
}

void IncidentCard::buildActions()
{
    m_note->setObjectName(u"incidentCard.note"_s);
    m_print->setObjectName(u"incidentCard.print"_s);
    auto *line = new FlowLayout(6);
    m_actions->setLayout(line);
    line->addWidget(m_note);
    line->addWidget(m_print);
    column()->addWidget(m_actions);
    connect(m_note, &QPushButton::clicked, this, &IncidentCard::note);
    connect(m_print, &QPushButton::clicked, this, &IncidentCard::print);
}

bool IncidentCard::concerns(const RowChange &change) const
{
    if (change.table == "assignment"_L1) {
        const Assignment *assignment = shell().cache.assignment(change.key);
        return assignment && assignment->incident.text() == id();
    }
    return Card::concerns(change);
}

void IncidentCard::refresh()
{
    Card::refresh();
    const Incident *incident = shell().cache.incident(id());
    if (!incident)
        return;
    showSteps(*incident);
    m_facts->showRow(u"incident"_s, id());
    m_place->showRow(u"incident"_s, id());
    m_assignments->showIncident(id());
    m_recommend->setLanguage(shell().language());
    m_recommend->setTheme(shell().theme.theme());
    m_timeline->setLanguage(shell().language());
    m_timeline->setTheme(shell().theme.theme());
    if (m_recommend->incident() != id())
        m_recommend->showIncident(id());
    m_timeline->showIncident(id());
    const bool takes = acceptsOrders(incident->state);
    m_recommend->setVisible(takes);
    m_recommendTitle->setVisible(takes);
}

void IncidentCard::showSteps(const Incident &incident)
{
    std::vector<IncidentTransition> steps;
    for (const IncidentTransition &step : incidentTransitions()) {
        if (step.from == incident.state)
            steps.push_back(step);
    }
    while (m_stepButtons.size() < qsizetype(steps.size())) {
        auto *button = new QPushButton(m_steps);
        m_steps->layout()->addWidget(button);
        m_stepButtons += button;
        connect(button, &QPushButton::clicked, this, [this, button] {
            const auto to = incidentStateFrom(button->property("to").toString());
            if (to)
                advance(*to, button->property("reason").toBool());
        });
    }
    for (qsizetype i = 0; i < m_stepButtons.size(); ++i) {
        QPushButton *button = m_stepButtons[i];
        button->setVisible(i < qsizetype(steps.size()));
        if (!button->isVisibleTo(m_steps))
            continue;
        const IncidentTransition &step = steps[size_t(i)];
        const StateLook look = stateLook(step.to, shell().language());
        QString word = look.word;
        word[0] = word.at(0).toUpper();
        button->setProperty("to", stateName(step.to));
        button->setProperty("reason", step.needsReason);
        button->setObjectName(u"incidentCard.to."_s + stateName(step.to));
        button->setText(look.shape + u' ' + word);
        button->setAccessibleName(tr("Set to %1").arg(word));
        button->setToolTip(step.needsReason ? tr("Asks for a reason") : QString());
    }
}

void IncidentCard::advance(IncidentState to, bool needsReason)
{
    const QString word = words(to).in(shell().language());
    const auto send = [this, to, word](const QString &reason, const QString &duplicateOf) {
        const op::AdvanceIncident body{
            IncidentId::fromText(id()), stateName(to), reason, duplicateOf, {}};
        submitAndTell(shell(), this, body, tr("Incident set to %1.").arg(word));
    };
    if (to == IncidentState::Duplicate) {
        shell().prompter.askText(this, tr("Duplicate"), tr("Number of the incident that stays:"),
                                 [this](const QString &answer) { mergeInto(answer); });
        return;
    }
    if (!needsReason) {
        send({}, {});
        return;
    }
    shell().prompter.askText(this, word, tr("Reason:"),
                             [send](const QString &reason) { send(reason, {}); });
}

void IncidentCard::mergeInto(const QString &answer)
{
    const Incident *kept = shell().cache.incidentByNumber(answer.trimmed().toInt());
    if (!kept || kept->id.text() == id()) {
        shell().notices.complain(tr("There is no other incident with the number %1.").arg(answer));
        return;
    }
    const op::AdvanceIncident body{IncidentId::fromText(id()),
                                   stateName(IncidentState::Duplicate),
                                   tr("Same as incident %1").arg(kept->number),
                                   kept->id.text(),
                                   {}};
    submitAndTell(shell(), this, body, tr("Merged into incident %1.").arg(kept->number));
}

void IncidentCard::note()
{
    shell().prompter.askText(
        this, tr("Note"), tr("What is to be kept on record:"), [this](const QString &text) {
            submitAndTell(shell(), this, op::NoteIncident{IncidentId::fromText(id()), text},
                          tr("Note kept."));
        });
}

void IncidentCard::print()
{
    const QString incident = id();
    shell()
        .desk.timeline(IncidentId::fromText(incident))
        .then(this, [this, incident](const Result<std::vector<desk::TimelineEvent>> &events) {
            if (!events) {
                shell().notices.complain(errorText(events.error(), shell().language()));
                return;
            }
            const auto sheet = incidentSheet(shell().cache, incident, *events);
            if (!sheet)
                return;
            const PrintHead head{shell().language(),
                                 shell().services.cityName,
                                 shell().services.realmMark,
                                 shell().desk.identity().user,
                                 shell().desk.identity().desk,
                                 shell().desk.now(),
                                 shell().pending.queue().cursor};
            savePrint(shell(), this, tr("Print the record"), Print::record(*sheet, head));
        });
}

void IncidentCard::openRecommendation()
{
    if (!m_recommend->isVisibleTo(this))
        return;
    m_recommend->openForOrder();
    ensureWidgetVisible(m_recommend);
}

void IncidentCard::retranslate()
{
    m_note->setText(tr("Note …"));
    m_note->setAccessibleName(tr("Add a note"));
    m_note->setIcon(shell().icons.icon(u"document-edit"_s));
    m_print->setText(tr("Print record …"));
    m_print->setAccessibleName(tr("Print the record of the incident"));
    m_print->setIcon(shell().icons.icon(u"document-print"_s));
    m_assignmentsTitle->setText(tr("Assignments"));
    m_recommendTitle->setText(tr("Who should go"));
    m_factsTitle->setText(tr("Facts"));
    m_placeTitle->setText(tr("Coordinates"));
    m_timelineTitle->setText(tr("Timeline"));
}

} // namespace leeward::widgets
