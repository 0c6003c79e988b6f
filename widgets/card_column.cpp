#include "widgets/card_column.h"

#include "widgets/icon_theme.h"
#include "widgets/import_pane.h"
#include "widgets/incident_card.h"
#include "widgets/incident_form.h"
#include "widgets/notices.h"
#include "widgets/panels/queue_panel.h"
#include "widgets/record_form.h"
#include "widgets/register_card.h"
#include "widgets/team_card.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QStackedWidget>
#include <QToolButton>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

CardColumn::CardColumn(const Shell &shell, QWidget *parent)
    : QWidget(parent)
    , m_shell(shell)
    , m_stack(new QStackedWidget(this))
    , m_empty(new QLabel(this))
    , m_incident(new IncidentCard(shell, this))
    , m_team(new TeamCard(shell, this))
    , m_form(new IncidentForm(shell, this))
    , m_import(new ImportPane(shell, this))
    , m_queuePage(new QWidget(this))
{
    setObjectName(u"cards"_s);
    m_empty->setObjectName(u"cards.empty"_s);
    m_empty->setWordWrap(true);
    m_empty->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_empty->setContentsMargins(14, 14, 14, 14);
    setRole(m_empty, "empty");
    m_queue = new QueuePanel(shell.panelContext(), m_queuePage);
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
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_stack);
    m_stack->addWidget(m_empty);
    for (QWidget *page :
         std::initializer_list<QWidget *>{m_incident, m_team, m_form, m_import, m_queuePage})
        page->hide(); // into the stack when first shown: a stack measures all its pages
    connect(m_queueClose, &QToolButton::clicked, this, &CardColumn::showSelection);
    connect(m_form, &IncidentForm::left, this, &CardColumn::showSelection);
    connect(m_form, &IncidentForm::registered, this, [this](const QString &id) {
        m_shell.selection.set(u"incident"_s, id);
        showSelection();
    });
    connect(m_import, &ImportPane::left, this, &CardColumn::showSelection);
    connect(&shell.selection, &Selection::changed, this, &CardColumn::showSelection);
    connect(&shell.cache, &items::TableCache::loaded, this, &CardColumn::showSelection);
    connect(m_queue, &Panel::message, this, [this](const QString &text, bool isError) {
        isError ? m_shell.notices.complain(text) : m_shell.notices.tell(text);
    });
    retranslate();
    showSelection();
}

void CardColumn::show(QWidget *page)
{
    if (m_stack->indexOf(page) < 0)
        m_stack->addWidget(page);
    m_stack->setCurrentWidget(page);
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
        m_incident->showRow(table, id);
        show(m_incident);
    } else if (table == "team"_L1) {
        m_team->showRow(table, id);
        show(m_team);
    } else if (findRegister(table)) {
        show(registerCard(table));
    }
}

void CardColumn::openIncidentForm(const QString &type, const QString &title)
{
    show(m_form);
    m_form->open(type, title);
}

void CardColumn::openRecordForm(const QString &table)
{
    const RegisterSpec *spec = findRegister(table);
    if (!spec)
        return;
    auto *form = new RecordForm(m_shell, *spec, this);
    m_stack->addWidget(form);
    show(form);
    connect(form, &RecordForm::created, this, [this, form](const QString &kind, const QString &id) {
        form->deleteLater();
        m_shell.selection.set(kind, id);
        showSelection();
    });
    connect(form, &RecordForm::left, this, [this, form] {
        form->deleteLater();
        showSelection();
    });
}

void CardColumn::openImport(const QString &table)
{
    show(m_import);
    m_import->setRegister(table);
}

void CardColumn::openQueue()
{
    m_queue->setLanguage(m_shell.language());
    m_queue->setTheme(m_shell.theme.theme());
    m_queue->refresh();
    show(m_queuePage);
}

void CardColumn::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange) {
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
    m_queueTitle->setText(tr("Not yet sent"));
    m_queueClose->setIcon(m_shell.icons.icon(u"window-close"_s));
    m_queueClose->setToolTip(tr("Close"));
    m_queueClose->setAccessibleName(tr("Close the queue"));
}

} // namespace leeward::widgets
