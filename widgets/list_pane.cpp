#include "widgets/list_pane.h"

#include "models/items/incident_model.h"
#include "models/items/register_model.h"
#include "widgets/flow_layout.h"
#include "widgets/icon_theme.h"
#include "widgets/pane_filter.h"
#include "widgets/pending_marks.h"
#include "widgets/row_delegate.h"
#include "widgets/row_facts.h"

#include <QAbstractItemView>
#include <QButtonGroup>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

struct ListPane::Page
{
    QString table;
    std::unique_ptr<items::RowModel> model;
    std::unique_ptr<PaneFilter> filter;
    QTreeView *view = nullptr;
    QLabel *empty = nullptr;
    QStackedWidget *stack = nullptr;
    QPushButton *tab = nullptr;
    QStringList chips;
};

ListPane::ListPane(const Shell &shell, const QStringList &tables, const QString &name,
                   QWidget *parent)
    : QWidget(parent)
    , m_shell(shell)
    , m_name(name)
    , m_stack(new QStackedWidget(this))
    , m_switch(new QWidget(this))
    , m_switchGroup(new QButtonGroup(this))
    , m_search(new QLineEdit(this))
    , m_create(new QPushButton(this))
    , m_chips(new QWidget(this))
    , m_count(new QLabel(this))
{
    setObjectName(name);
    buildHead();
    for (const QString &table : tables)
        addPage(table);
    m_switch->setVisible(tables.size() > 1);
    m_recount.setSingleShot(true);
    m_recount.setInterval(80);
    connect(&m_recount, &QTimer::timeout, this, &ListPane::recount);
    m_ages.setInterval(1000);
    connect(&m_ages, &QTimer::timeout, this, &ListPane::refreshAges);
    m_ages.start();
    connect(&shell.selection, &Selection::changed, this, &ListPane::showSelection);
    connect(&shell.theme, &ThemeController::themeChanged, this, [this] { m_stack->update(); });
    connect(&shell.pending, &PendingMarks::marksChanged, this, &ListPane::refreshAges);
    showTable(tables.first());
    retranslate();
}

ListPane::~ListPane() = default;

void ListPane::buildHead()
{
    m_search->setObjectName(m_name + u".filter"_s);
    m_search->setClearButtonEnabled(true);
    m_search->installEventFilter(this);
    m_create->setObjectName(m_name + u".create"_s);
    m_count->setObjectName(m_name + u".count"_s);
    m_count->setContentsMargins(8, 0, 8, 2);
    setRole(m_count, "muted");
    m_chips->setLayout(new FlowLayout(4));
    auto *tabs = new QHBoxLayout(m_switch);
    tabs->setContentsMargins(0, 0, 0, 0);
    tabs->setSpacing(4);
    tabs->addStretch(1);
    auto *top = new QHBoxLayout;
    top->setSpacing(6);
    top->addWidget(m_search, 1);
    top->addWidget(m_create);
    auto *head = new QVBoxLayout;
    head->setContentsMargins(8, 8, 8, 4);
    head->setSpacing(6);
    head->addWidget(m_switch);
    head->addLayout(top);
    head->addWidget(m_chips);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addLayout(head);
    all->addWidget(m_count);
    all->addWidget(m_stack, 1);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) {
        page().filter->setSearch(text);
        recount();
    });
    connect(m_create, &QPushButton::clicked, this, [this] { Q_EMIT createWanted(table()); });
}

void ListPane::addPage(const QString &table)
{
    auto page = std::make_unique<Page>();
    page->table = table;
    if (table == "incident"_L1)
        page->model = std::make_unique<items::IncidentModel>(m_shell.cache);
    else
        page->model = std::make_unique<items::RegisterModel>(m_shell.cache, *findRegister(table));
    page->model->sleep();
    page->filter = std::make_unique<PaneFilter>(m_shell.cache, m_shell.pending, table);
    page->filter->setSourceModel(page->model.get());
    page->filter->setLanguage(m_shell.language());
    page->model->setLanguage(m_shell.language());

    auto *view = new QTreeView;
    view->setObjectName(m_name + u'.' + table);
    view->setModel(page->filter.get());
    view->setRootIsDecorated(false);
    view->setUniformRowHeights(true);
    view->setItemsExpandable(false);
    view->setAllColumnsShowFocus(true);
    view->setSelectionMode(QAbstractItemView::SingleSelection);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->setItemDelegate(new RowDelegate(m_shell, table, view));
    view->installEventFilter(this);
    for (int column = PaneFilter::ColumnCount; column < page->filter->columnCount(); ++column)
        view->hideColumn(column);
    const bool aged = table == "incident"_L1 || table == "team"_L1;
    view->setColumnHidden(PaneFilter::State, table == "depot"_L1 || table == "station"_L1);
    view->setColumnHidden(PaneFilter::Age, !aged);
    QHeaderView *header = view->header();
    header->setStretchLastSection(false);
    header->setMinimumSectionSize(40);
    header->setSectionResizeMode(PaneFilter::Name, QHeaderView::Stretch);
    header->setSectionsClickable(true);
    view->setSortingEnabled(true);
    view->sortByColumn(aged || table == "stock"_L1 ? PaneFilter::State : PaneFilter::Name,
                       Qt::AscendingOrder);

    page->empty = new QLabel;
    page->empty->setObjectName(m_name + u'.' + table + u".empty"_s);
    page->empty->setWordWrap(true);
    page->empty->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    page->empty->setContentsMargins(14, 14, 14, 14);
    page->empty->setTextFormat(Qt::PlainText);
    setRole(page->empty, "empty");
    page->stack = new QStackedWidget;
    page->stack->addWidget(view);
    page->stack->addWidget(page->empty);
    page->view = view;
    page->tab = new QPushButton;
    page->tab->setObjectName(m_name + u".show."_s + table);
    page->tab->setCheckable(true);
    page->tab->setProperty("chip", true);
    auto *tabs = qobject_cast<QHBoxLayout *>(m_switch->layout());
    tabs->insertWidget(tabs->count() - 1, page->tab);
    m_switchGroup->addButton(page->tab, int(m_pages.size()));
    m_stack->addWidget(page->stack);

    const auto later = [this] {
        if (!m_recount.isActive())
            m_recount.start();
    };
    PaneFilter *filter = page->filter.get();
    connect(filter, &QAbstractItemModel::rowsInserted, this, later);
    connect(filter, &QAbstractItemModel::rowsRemoved, this, later);
    connect(filter, &QAbstractItemModel::modelReset, this, [this, filter, later] {
        if (filter == this->page().filter.get())
            recount(); // the rows stand in for "reading" at once
        else
            later();
    });
    connect(filter, &QAbstractItemModel::dataChanged, this,
            [later](const QModelIndex &, const QModelIndex &, const QList<int> &roles) {
                if (roles != QList<int>{Qt::DisplayRole}) // not the clock alone
                    later();
            });
    connect(filter, &QAbstractItemModel::layoutChanged, this, later);
    connect(view->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex &index) { currentMoved(index); });
    connect(view, &QTreeView::doubleClicked, this, [this](const QModelIndex &index) {
        Q_EMIT opened(this->table(), index.siblingAtColumn(0).data(items::KeyRole).toString());
    });
    connect(view, &QTreeView::clicked, this,
            [this](const QModelIndex &index) { currentMoved(index); });
    connect(page->tab, &QPushButton::clicked, this, [this, table] { showTable(table); });
    m_pages.push_back(std::move(page));
}

ListPane::Page &ListPane::page() const
{
    return *m_pages[size_t(std::max(0, m_stack->currentIndex()))];
}
QString ListPane::table() const
{
    return page().table;
}
QTreeView *ListPane::view() const
{
    return page().view;
}

bool ListPane::holds(const QString &table) const
{
    return std::ranges::any_of(m_pages, [&](const auto &page) { return page->table == table; });
}

void ListPane::showTable(const QString &table)
{
    for (size_t i = 0; i < m_pages.size(); ++i) {
        if (m_pages[i]->table != table)
            continue;
        m_stack->setCurrentIndex(int(i));
        if (isVisible())
            m_pages[i]->model->wake();
        m_pages[i]->tab->setChecked(true);
        m_pages[i]->filter->setSearch(m_search->text());
    }
    retranslate();
    recount();
    showSelection();
}

void ListPane::focusRows()
{
    standOnFirst();
    if (view()->model()->rowCount() > 0)
        view()->setFocus(Qt::ShortcutFocusReason);
    else
        m_search->setFocus(Qt::ShortcutFocusReason);
}

// Reaching the list does not choose; a view that is reached without a current row takes the first.
void ListPane::standOnFirst()
{
    QTreeView *rows = view();
    if (rows->currentIndex().isValid() || rows->model()->rowCount() == 0)
        return;
    m_quiet = true;
    rows->setCurrentIndex(rows->model()->index(0, 0));
    m_quiet = false;
}

bool ListPane::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FocusIn && watched == view())
        standOnFirst();
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    auto *key = static_cast<QKeyEvent *>(event);
    if (key->key() == Qt::Key_Escape) {
        if (m_search->text().isEmpty())
            Q_EMIT left();
        m_search->clear();
        return true;
    }
    if (watched == m_search) {
        if (key->key() == Qt::Key_Down || key->key() == Qt::Key_Return) {
            focusRows();
            currentMoved(view()->currentIndex());
            return true;
        }
        return false;
    }
    const QModelIndex current = view()->currentIndex();
    if ((key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) &&
        key->modifiers() == Qt::NoModifier && current.isValid()) {
        currentMoved(current);
        Q_EMIT opened(table(), current.siblingAtColumn(0).data(items::KeyRole).toString());
        return true;
    }
    const QString typed = key->text();
    if (!typed.isEmpty() && typed.front().isPrint() && !typed.front().isSpace() &&
        !(key->modifiers() & (Qt::ControlModifier | Qt::AltModifier))) {
        m_search->setFocus();
        m_search->insert(typed);
        return true;
    }
    return false;
}

bool ListPane::wake()
{
    bool slept = false;
    for (const auto &page : m_pages) {
        slept = slept || page->model->isAsleep();
        page->model->wake();
    }
    return slept;
}

void ListPane::showEvent(QShowEvent *event)
{
    if (page().model->isAsleep()) {
        page().model->wake();
        recount();
        showSelection();
    }
    QWidget::showEvent(event);
}

void ListPane::resizeEvent(QResizeEvent *event)
{
    // Where it is narrow, for how long stands under the state.
    for (const auto &page : m_pages) {
        const bool aged = page->table == "incident"_L1 || page->table == "team"_L1;
        page->view->setColumnHidden(PaneFilter::Age, !aged || width() < 400);
    }
    QWidget::resizeEvent(event);
}

// The state column is as wide as its words and no wider: what is spared the names get.
void ListPane::fitColumns(Page &page)
{
    const QFontMetrics metrics(page.view->font());
    const QString title =
        page.filter->headerData(PaneFilter::State, Qt::Horizontal, Qt::DisplayRole).toString();
    constexpr int sortMark = 30;
    int state = metrics.horizontalAdvance(title) + sortMark;
    for (const StateLook &look : stateLooks(page.table, m_shell.language()))
        state = std::max(state, metrics.horizontalAdvance(look.shape + u' ' + look.word) + 12);
    page.view->header()->resizeSection(PaneFilter::State, state);
    const bool zh = m_shell.language() == Language::Chinese;
    page.view->header()->resizeSection(
        PaneFilter::Age, metrics.horizontalAdvance(zh ? u"00小时00分"_s : u"00 h 00 min"_s) + 16);
}

void ListPane::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange) {
        for (const auto &page : m_pages) {
            page->model->setLanguage(m_shell.language());
            page->filter->setLanguage(m_shell.language());
        }
        retranslate();
        recount();
    }
    QWidget::changeEvent(event);
}

void ListPane::retranslate()
{
    const Language language = m_shell.language();
    m_search->setPlaceholderText(tr("Filter: name, code, pinyin"));
    m_search->setAccessibleName(tr("Filter the list"));
    m_chips->setAccessibleName(tr("Show by state"));
    for (const auto &page : m_pages) {
        const QString many = page->table == "incident"_L1
                                 ? incidentFields().many.in(language)
                                 : findRegister(page->table)->many.in(language);
        page->view->setAccessibleName(many);
        page->tab->setText(many);
        fitColumns(*page);
        page->tab->setAccessibleName(many);
    }
    m_create->setText(tr("New"));
    m_create->setToolTip(table() == "incident"_L1 ? tr("New incident (Ctrl+N)") : tr("New record"));
    m_create->setAccessibleName(m_create->toolTip());
    m_create->setIcon(m_shell.icons.icon(u"list-add"_s));
}

QString ListPane::emptyText() const
{
    const Page &now = page();
    if (!m_shell.cache.isLoaded())
        return tr("Reading …");
    if (now.model->rowCount() > 0)
        return tr("Nothing fits the filter. Esc shows everything again.");
    if (now.table == "incident"_L1)
        return tr("Here you see every incident of this hall.\n\nRegister one with Ctrl+N, or type "
                  "“new” in the command field (Ctrl+K).");
    return tr("Here you see the register %1.\n\nBring it in with Data ▸ Import … (CSV, GeoJSON or "
              "GeoPackage), or add "
              "records one by one with New.")
        .arg(findRegister(now.table)->many.in(m_shell.language()));
}

void ListPane::recount()
{
    m_recount.stop();
    Page &now = page();
    const int shown = now.filter->rowCount();
    const int all = now.model->rowCount();
    m_count->setText(shown == all ? tr("%n row(s)", nullptr, all)
                                  : tr("%1 of %n row(s)", nullptr, all).arg(shown));
    now.empty->setText(emptyText());
    now.stack->setCurrentIndex(shown > 0 ? 0 : 1);
    showChips();
}

void ListPane::showChips()
{
    Page &now = page();
    const QHash<QString, int> counts = now.filter->countByState();
    QStringList states = counts.keys();
    states.removeAll(QString());
    for (const QString &chosen : now.chips) {
        if (!states.contains(chosen))
            states += chosen;
    }
    std::ranges::sort(states, {}, [&](const QString &state) {
        return stateLook(now.table, state, Language::English).order;
    });
    QList<QPushButton *> buttons = m_chips->findChildren<QPushButton *>(Qt::FindDirectChildrenOnly);
    while (buttons.size() < states.size()) {
        auto *chip = new QPushButton(m_chips);
        chip->setCheckable(true);
        chip->setProperty("chip", true);
        m_chips->layout()->addWidget(chip);
        connect(chip, &QPushButton::clicked, this, [this, chip](bool on) {
            Page &target = page();
            const QString state = chip->property("state").toString();
            if (on)
                target.chips += state;
            else
                target.chips.removeAll(state);
            target.filter->setShownStates(target.chips);
            recount();
        });
        buttons += chip;
    }
    for (qsizetype i = 0; i < buttons.size(); ++i) {
        QPushButton *chip = buttons[i];
        chip->setVisible(i < states.size());
        if (i >= states.size())
            continue;
        const StateLook look = stateLook(now.table, states[i], m_shell.language());
        chip->setProperty("state", states[i]);
        chip->setObjectName(m_name + u".chip."_s + states[i]);
        chip->setText(look.shape + u' ' + look.word + u' ' +
                      QString::number(counts.value(states[i])));
        chip->setAccessibleName(chip->text());
        chip->setChecked(now.chips.contains(states[i]));
    }
    m_chips->setVisible(!states.isEmpty());
}

void ListPane::showSelection()
{
    Page &now = page();
    QString id = m_shell.selection.id();
    if (m_shell.selection.table() == "assignment"_L1) {
        const Assignment *assignment = m_shell.cache.assignment(id);
        if (assignment && now.table == "incident"_L1)
            id = assignment->incident.text();
        else if (assignment && now.table == "team"_L1)
            id = assignment->team.text();
    } else if (m_shell.selection.table() != now.table) {
        id.clear();
    }
    m_quiet = true;
    const int row = id.isEmpty() ? -1 : now.filter->rowOfKey(id);
    if (row >= 0) {
        const QModelIndex index = now.filter->index(row, 0);
        now.view->setCurrentIndex(index);
        now.view->scrollTo(index);
    } else {
        now.view->selectionModel()->clear();
    }
    m_quiet = false;
}

void ListPane::currentMoved(const QModelIndex &index)
{
    if (m_quiet || !index.isValid())
        return;
    m_shell.selection.set(table(), index.siblingAtColumn(0).data(items::KeyRole).toString());
}

void ListPane::refreshAges()
{
    if (!isVisible())
        return;
    if (auto *incidents = qobject_cast<items::IncidentModel *>(page().model.get()))
        incidents->tick();
    view()->viewport()->update(); // only what is seen is drawn
}

} // namespace leeward::widgets
