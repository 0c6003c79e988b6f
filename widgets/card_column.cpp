#include "widgets/card_column.h"

#include "widgets/icon_theme.h"
#include "widgets/import_pane.h"
#include "widgets/incident_card.h"
#include "widgets/incident_form.h"
#include "widgets/notices.h"
#include "widgets/panels/queue_panel.h"
#include "widgets/panels/recommend_panel.h"
#include "widgets/record_form.h"
#include "widgets/register_card.h"
#include "widgets/team_card.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QStackedWidget>
#include <QToolButton>

#include <utility>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

CardColumn::CardColumn(const Shell &shell, QWidget *parent)
    : QWidget(parent)
    , m_shell(shell)
    , m_stack(new QStackedWidget(this))
    , m_empty(new QLabel(this))
{
    setObjectName(u"cards"_s);
    m_empty->setObjectName(u"cards.empty"_s);
    m_empty->setWordWrap(true);
    m_empty->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_empty->setContentsMargins(14, 14, 14, 14);
    setRole(m_empty, "empty");
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_stack);
    m_stack->addWidget(m_empty);
    connect(&shell.selection, &Selection::changed, this, &CardColumn::showSelection);
    connect(&shell.cache, &items::TableCache::loaded, this, &CardColumn::showSelection);
    retranslate();
    showSelection();
}

// --- the pages: hidden, and into the stack when first shown, because a stack measures all its
// pages

IncidentCard *CardColumn::incidentCard()
{
    if (m_incident)
        return m_incident;
    m_incident = new IncidentCard(m_shell, this);
    m_incident->hide();
    RecommendPanel *recommend = m_incident->recommendation();
    connect(recommend, &RecommendPanel::routesWanted, this, &CardColumn::routesWanted);
    connect(recommend, &RecommendPanel::teamActivated, this, &CardColumn::teamActivated);
    connect(recommend, &Panel::message, this, &CardColumn::message);
    return m_incident;
}

TeamCard *CardColumn::teamCard()
{
    if (!m_team) {
        m_team = new TeamCard(m_shell, this);
        m_team->hide();
    }
    return m_team;
}

IncidentForm *CardColumn::incidentForm()
{
    if (m_form)
        return m_form;
    m_form = new IncidentForm(m_shell, this);
    m_form->hide();
    connect(m_form, &IncidentForm::left, this, &CardColumn::leavePage);
    connect(m_form, &IncidentForm::registered, this, [this](const QString &id) {
        m_before.clear(); // on to the list: Enter there asks who should go
        m_shell.selection.set(u"incident"_s, id);
        leavePage();
    });
    return m_form;
}

ImportPane *CardColumn::importPane()
{
    if (!m_import) {
        m_import = new ImportPane(m_shell, this);
        m_import->hide();
        connect(m_import, &ImportPane::left, this, &CardColumn::leavePage);
    }
    return m_import;
}

QWidget *CardColumn::queuePage()
{
    if (m_queuePage)
        return m_queuePage;
    m_queuePage = new QWidget(this);
    m_queuePage->hide();
    m_queue = new QueuePanel(m_shell.panelContext(), m_queuePage);
    m_queueTitle = new QLabel(m_queuePage);
    setRole(m_queueTitle, "title");
    m_queueClose = new QToolButton(m_queuePage);
    m_queueClose->setObjectName(u"queue.close"_s);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(12, 8, 8, 0);
    head->addWidget(m_queueTitle, 1);
    head->addWidget(m_queueClose);
    auto *queueColumn = new QVBoxLayout(m_queuePage);
    queueColumn->setContentsMargins(0, 0, 0, 0);
    queueColumn->addLayout(head);
    queueColumn->addWidget(m_queue, 1);
    connect(m_queueClose, &QToolButton::clicked, this, &CardColumn::leavePage);
    connect(m_queue, &Panel::message, this, &CardColumn::message);
    retranslate();
    return m_queuePage;
}

bool CardColumn::warm()
{
    if (!m_incident)
        (void) incidentCard();
    else if (!m_form)
        (void) incidentForm();
    else if (!m_team)
        (void) teamCard();
    else
        return false;
    return true;
}

// --- which of them is shown

bool CardColumn::holdsFocus() const
{
    // By the window's own word: on a bare display no window is ever active.
    const QWidget *focused = window()->focusWidget();
    return focused && (focused == this || isAncestorOf(focused));
}

void CardColumn::show(QWidget *page)
{
    if (m_stack->indexOf(page) < 0)
        m_stack->addWidget(page);
    if (m_stack->currentWidget() == page)
        return;
    // A page that goes with the keyboard in it would hand it to the next in the chain, the board,
    // which would then choose its first row.
    const bool focused = holdsFocus();
    if (focused)
        setFocus();
    m_stack->setCurrentWidget(page);
    if (focused)
        page->setFocus();
}

void CardColumn::openPage(QWidget *page)
{
    if (!holdsFocus())
        m_before = window()->focusWidget();
    show(page);
}

void CardColumn::leavePage()
{
    const bool focused = holdsFocus();
    const QPointer<QWidget> before = std::exchange(m_before, nullptr);
    showSelection();
    if (!focused)
        return;
    if (before && before->isVisible() && before->isEnabled())
        before->setFocus();
    else
        Q_EMIT keyboardFree();
}

QWidget *CardColumn::registerCard(const QString &table)
{
    RegisterCard *&card = m_registers[table];
    if (!card) {
        card = new RegisterCard(m_shell, *findRegister(table), this);
        m_stack->addWidget(card);
    }
    card->showRow(table, m_shell.selection.id());
    return card;
}

void CardColumn::showSelection()
{
    QString table = m_shell.selection.table();
    QString id = m_shell.selection.id();
    if (table == "assignment"_L1) {
        const Assignment *assignment = m_shell.cache.assignment(id);
        table = u"incident"_s;
        id = assignment ? assignment->incident.text() : QString();
    }
    if (id.isEmpty() || !m_shell.cache.row(table, id)) {
        show(m_empty);
        return;
    }
    if (table == "incident"_L1) {
        incidentCard()->showRow(table, id);
        show(m_incident);
    } else if (table == "team"_L1) {
        teamCard()->showRow(table, id);
        show(m_team);
    } else if (findRegister(table)) {
        show(registerCard(table));
    }
}

void CardColumn::openIncidentForm(const QString &type, const QString &title)
{
    openPage(incidentForm());
    m_form->open(type, title);
}

void CardColumn::openRecordForm(const QString &table)
{
    const RegisterSpec *spec = findRegister(table);
    if (!spec)
        return;
    auto *form = new RecordForm(m_shell, *spec, this);
    openPage(form);
    connect(form, &RecordForm::created, this, [this, form](const QString &kind, const QString &id) {
        form->deleteLater();
        m_before.clear();
        m_shell.selection.set(kind, id);
        leavePage();
    });
    connect(form, &RecordForm::left, this, [this, form] {
        form->deleteLater();
        leavePage();
    });
}

void CardColumn::openImport(const QString &table)
{
    openPage(importPane());
    m_import->setRegister(table);
}

void CardColumn::openQueue()
{
    openPage(queuePage());
    m_queue->setLanguage(m_shell.language());
    m_queue->setTheme(m_shell.theme.theme());
    m_queue->refresh();
}

bool CardColumn::hasIncident() const
{
    return m_incident && !m_incident->id().isEmpty();
}

void CardColumn::openRecommendation()
{
    incidentCard()->openRecommendation();
}

void CardColumn::printRecord()
{
    incidentCard()->print();
}

void CardColumn::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange) {
        if (m_queue)
            m_queue->setLanguage(m_shell.language());
        retranslate();
    }
    QWidget::changeEvent(event);
}

void CardColumn::retranslate()
{
    m_empty->setText(
        tr("Nothing is selected.\n\nChoose a row in the list, a symbol on the map or a line of the "
           "board, "
           "and its card is shown here.\n\nCtrl+N registers an incident, Ctrl+K finds anything."));
    if (!m_queuePage)
        return;
    m_queueTitle->setText(tr("Not yet sent"));
    m_queueClose->setIcon(m_shell.icons.icon(u"window-close"_s));
    m_queueClose->setToolTip(tr("Close"));
    m_queueClose->setAccessibleName(tr("Close the queue"));
}

} // namespace leeward::widgets
