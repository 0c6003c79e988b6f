#include "widgets/card_column.h"

#include "widgets/card.h"
#include "widgets/icon_theme.h"
#include "widgets/import_pane.h"
#include "widgets/incident_card.h"
#include "widgets/incident_form.h"
#include "widgets/notices.h"
#include "widgets/panels/package_panel.h"
#include "widgets/panels/queue_panel.h"
#include "widgets/panels/recommend_panel.h"
#include "widgets/presence_board.h"
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
    connect(m_stack, &QStackedWidget::currentChanged, this, &CardColumn::tellPresence);
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

CardColumn::Page CardColumn::framed(QWidget *panel, const QString &name)
{
    Page page;
    page.widget = new QWidget(this);
    page.widget->hide();
    panel->setParent(page.widget);
    page.title = new QLabel(page.widget);
    setRole(page.title, "title");
    page.close = new QToolButton(page.widget);
    page.close->setObjectName(name + u".close"_s);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(12, 8, 8, 0);
    head->addWidget(page.title, 1);
    head->addWidget(page.close);
    auto *column = new QVBoxLayout(page.widget);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(head);
    column->addWidget(panel, 1);
    connect(page.close, &QToolButton::clicked, this, &CardColumn::leavePage);
    return page;
}

QWidget *CardColumn::queuePage()
{
    if (m_queue)
        return m_queuePage.widget;
    m_queue = new QueuePanel(m_shell.panelContext(), this);
    m_queuePage = framed(m_queue, u"queue"_s);
    connect(m_queue, &Panel::message, this, &CardColumn::message);
    connect(m_queue, &QueuePanel::openWanted, this,
            [this](const QString &table, const QString &id, bool recommend) {
                m_shell.selection.set(table, id);
                showSelection();
                if (recommend)
                    openRecommendation();
            });
    retranslate();
    return m_queuePage.widget;
}

QWidget *CardColumn::packagePage()
{
    if (m_packages)
        return m_packagePage.widget;
    m_packages = new PackagePanel(m_shell.panelContext(), this);
    m_packagePage = framed(m_packages, u"packages"_s);
    connect(m_packages, &Panel::message, this, &CardColumn::message);
    connect(m_packages, &PackagePanel::conflictsCame, this, [this] {
        Q_EMIT message(tr("Some of what came does not fit here; it waits in the queue."), true);
    });
    retranslate();
    return m_packagePage.widget;
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

void CardColumn::tellPresence()
{
    const auto *card = qobject_cast<const Card *>(m_stack->currentWidget());
    m_shell.presence.look(card ? card->table() : QString(), card ? card->id() : QString());
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
        tellPresence();
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
    tellPresence();
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

void CardColumn::openPackages()
{
    openPage(packagePage());
    m_packages->setLanguage(m_shell.language());
    m_packages->setTheme(m_shell.theme.theme());
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
        for (Panel *panel : std::initializer_list<Panel *>{m_queue, m_packages}) {
            if (panel)
                panel->setLanguage(m_shell.language());
        }
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
    const auto dress = [this](const Page &page, const QString &title, const QString &close) {
        if (!page.widget)
            return;
        page.title->setText(title);
        page.close->setIcon(m_shell.icons.icon(u"window-close"_s));
        page.close->setToolTip(tr("Close"));
        page.close->setAccessibleName(close);
    };
    dress(m_queuePage, tr("Not yet sent"), tr("Close the queue"));
    dress(m_packagePage, tr("Packages on a stick"), tr("Close the packages"));
}

} // namespace leeward::widgets
