#include "widgets/panels/board_panel.h"

#include "models/domain/words.h"
#include "models/items/board_model.h"
#include "widgets/panels/assignment_actions.h"
#include "widgets/panels/board_view.h"
#include "widgets/panels/panel_style.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QTableView>
#include <QVBoxLayout>

#include <array>
#include <initializer_list>
#include <map>
#include <numeric>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

BoardPanel::BoardPanel(const PanelContext &context, QWidget *parent)
    : Panel(context, parent)
    , m_model(new items::BoardModel(cache(), this))
    , m_proxy(new BoardProxy(this))
    , m_delegate(new BoardDelegate(cache(), *m_proxy, this))
    , m_view(new QTableView(this))
    , m_counts(new QLabel(this))
    , m_empty(new QLabel(this))
    , m_actions(new AssignmentActions(context, this))
{
    setObjectName(u"boardPanel"_s);
    m_proxy->setSourceModel(m_model);
    m_proxy->sort(items::BoardModel::State);
    m_view->setObjectName(u"board"_s);
    m_view->setModel(m_proxy);
    m_view->setItemDelegate(m_delegate);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setSelectionMode(QAbstractItemView::SingleSelection);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setShowGrid(false);
    m_view->setWordWrap(false);
    m_view->setTabKeyNavigation(false);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->verticalHeader()->hide();
    m_view->horizontalHeader()->setHighlightSections(false);
    m_view->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_view->horizontalHeader()->setStretchLastSection(true);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->installEventFilter(this);
    m_view->viewport()->installEventFilter(this);
    m_counts->setObjectName(u"boardCounts"_s);
    m_counts->setMargin(4);
    m_empty->setObjectName(u"boardEmpty"_s);
    dressEmpty(*m_empty);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_counts);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_empty, 1);

    connect(m_delegate, &BoardDelegate::repaintWanted, m_view->viewport(),
            qOverload<>(&QWidget::update));
    connect(m_view, &QWidget::customContextMenuRequested, this, &BoardPanel::openMenu);
    connect(m_view, &QAbstractItemView::doubleClicked, this,
            [this] { Q_EMIT activated(currentAssignment()); });
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        const Assignment *current = cache().assignment(currentAssignment());
        if (current && !m_quiet)
            Q_EMIT selected(current->id.text(), current->incident.text(), current->team.text());
    });
    connect(m_actions, &AssignmentActions::message, this, &Panel::message);
    connect(m_actions, &AssignmentActions::printWanted, this, &BoardPanel::printWanted);
    connect(m_actions, &AssignmentActions::divertWanted, this, &BoardPanel::divertWanted);
    connect(m_actions, &AssignmentActions::handOverWanted, this, &BoardPanel::handOverWanted);
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(m_proxy, signal, this, &BoardPanel::showCounts);
    connect(m_proxy, &QAbstractItemModel::modelReset, this, &BoardPanel::showCounts);
    connect(m_proxy, &QAbstractItemModel::dataChanged, this, &BoardPanel::showCounts);
    m_timer.setInterval(1000);
    connect(&m_timer, &QTimer::timeout, this, &BoardPanel::tick);
    m_timer.start();
    fitFont();
    retranslate();
}

BoardPanel::~BoardPanel() = default;

QString BoardPanel::currentAssignment() const
{
    const QModelIndex current = m_view->currentIndex();
    return current.isValid() ? current.siblingAtColumn(0).data(items::KeyRole).toString()
                             : QString();
}

void BoardPanel::setMarks(std::function<std::optional<desk::RecordState>(const QString &)> marks)
{
    m_delegate->setMarks(std::move(marks));
    marksMoved();
}

void BoardPanel::marksMoved()
{
    m_view->viewport()->update();
}

void BoardPanel::selectAssignment(const QString &id)
{
    if (id == currentAssignment())
        return;
    m_quiet = true;
    const int row = m_model->rowOf(id);
    const QModelIndex there =
        row < 0 ? QModelIndex() : m_proxy->mapFromSource(m_model->index(row, 0));
    if (there.isValid()) {
        m_view->setCurrentIndex(there);
        m_view->scrollTo(there);
    } else {
        m_view->setCurrentIndex({});
        m_view->clearSelection();
    }
    m_quiet = false;
}

void BoardPanel::fitFont()
{
    for (QWidget *part :
         std::initializer_list<QWidget *>{m_view, m_view->horizontalHeader(), m_counts, m_empty})
        part->setFont(font());
    // What a sheet says of sections is stronger than a font.
    if (const int pixels = font().pixelSize(); pixels > 0)
        m_view->horizontalHeader()->setStyleSheet(
            u"QHeaderView, QHeaderView::section { font-size: %1px; }"_s.arg(pixels));
    m_view->verticalHeader()->setDefaultSectionSize(m_view->fontMetrics().height() + 10);
    fitColumns();
}

void BoardPanel::fitColumns()
{
    using Board = items::BoardModel;
    const QFontMetrics metrics = m_view->fontMetrics();
    const auto room = [&](std::initializer_list<QString> texts) {
        int width = 0;
        for (const QString &text : texts)
            width = std::max(width, metrics.horizontalAdvance(text));
        return width + metrics.height();
    };
    const bool zh = language() == Language::Chinese;
    const auto head = [&](int column) {
        return m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    };
    int state = room({head(Board::State)});
    for (int i = 0; i < assignmentStateCount; ++i) {
        const auto one = static_cast<AssignmentState>(i);
        state = std::max(state, room({shapeOf(one) + u' ' + words(one).in(language())}));
    }
    std::array<int, Board::ColumnCount> widths{};
    widths[Board::Number] = room({head(Board::Number), u"2026-0000"_s}) + 6;
    widths[Board::State] = state;
    widths[Board::Since] = room({head(Board::Since), zh ? u"00小时00分"_s : u"00 h 00"_s});
    widths[Board::Due] = room({head(Board::Due), u"00-00 00:00"_s, u"00:00:00"_s});
    widths[Board::Flags] = room({u"▲ "_s + words(AssignmentFlag::Overdue).in(language()) + u' ' +
                                 words(AssignmentFlag::LostContact).in(language())});
    const int rest = m_view->viewport()->width() - std::accumulate(widths.begin(), widths.end(), 0);
    const int share = std::max(rest / 10, metrics.height());
    widths[Board::Team] = 3 * share;
    widths[Board::Incident] = 4 * share;
    widths[Board::Task] = 3 * share;
    for (size_t column = 0; column < widths.size(); ++column)
        m_view->setColumnWidth(static_cast<int>(column), widths[column]);
}

void BoardPanel::changeEvent(QEvent *event)
{
    Panel::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        fitFont();
}

void BoardPanel::tick()
{
    if (!isVisible() && m_proxy->rowCount() == 0)
        return;
    m_model->tick();
    showCounts();
}

void BoardPanel::showCounts()
{
    std::map<AssignmentState, int> counts;
    QSet<QString> overdue;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const Assignment *assignment = cache().assignment(m_model->keyAt(row));
        if (!assignment)
            continue;
        ++counts[assignment->state];
        if (isOverdue(*assignment, cache().now()))
            overdue += assignment->id.text();
    }
    QStringList parts;
    if (!overdue.isEmpty())
        parts +=
            u"<b style='color:%1'>▲ %2 %3</b>"_s
                .arg(coloursOf(theme()).bad.name(), words(AssignmentFlag::Overdue).in(language()))
                .arg(overdue.size());
    for (const auto &[state, count] : counts)
        parts += u"%1&nbsp;%2&nbsp;<b>%3</b>"_s.arg(shapeOf(state), words(state).in(language()))
                     .arg(count);
    m_counts->setText(parts.join(u" &nbsp;·&nbsp; "_s));
    m_counts->setVisible(!parts.isEmpty());
    m_empty->setVisible(m_model->rowCount() == 0);
    m_view->setVisible(m_model->rowCount() > 0);

    if (overdue == m_overdue)
        return;
    const QStringList fresh = (QSet<QString>(overdue) - m_overdue).values();
    m_overdue = overdue;
    // The order depends on the clock, which the proxy does not see move.
    QMetaObject::invokeMethod(m_proxy, [this] { m_proxy->invalidate(); }, Qt::QueuedConnection);
    if (!fresh.isEmpty()) {
        m_delegate->flash(fresh);
        Q_EMIT newOverdue(fresh);
    }
    Q_EMIT overdueChanged(static_cast<int>(m_overdue.size()));
}

void BoardPanel::openMenu()
{
    const QString assignment = currentAssignment();
    if (assignment.isEmpty())
        return;
    auto *menu = new QMenu(this);
    menu->setObjectName(u"boardMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    m_actions->fillMenu(*menu, assignment);
    const QRect row =
        m_view->visualRect(m_view->currentIndex().siblingAtColumn(items::BoardModel::State));
    menu->popup(m_view->viewport()->mapToGlobal(row.bottomLeft()));
}

bool BoardPanel::handleKey(int key)
{
    const QString assignment = currentAssignment();
    if (assignment.isEmpty())
        return false;
    switch (key) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_N: m_actions->advance(assignment); return true;
    case Qt::Key_M:
    case Qt::Key_Menu: openMenu(); return true;
    case Qt::Key_U: m_actions->undo(assignment); return true;
    case Qt::Key_P: Q_EMIT printWanted(assignment); return true;
    default: return false;
    }
}

bool BoardPanel::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_view && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const auto modifiers = key->modifiers() & ~Qt::KeypadModifier;
        if (modifiers == Qt::NoModifier && handleKey(key->key()))
            return true;
    }
    if (watched == m_view->viewport() && event->type() == QEvent::Resize)
        fitColumns();
    return Panel::eventFilter(watched, event);
}

void BoardPanel::retranslate()
{
    m_model->setLanguage(language());
    m_delegate->setLanguage(language());
    m_actions->setLanguage(language());
    m_view->setAccessibleName(tr("Board of open tasks"));
    m_view->setToolTip(
        tr("Enter or N: next step · M: all steps · U: take back · P: print the order"));
    m_counts->setAccessibleName(tr("Open tasks by state"));
    fitColumns();
    m_empty->setText(tr("No open tasks.\nOrder teams from an incident's recommendation, or type "
                        "\"dispatch 7 3,5\" after Ctrl+K."));
    showCounts();
}

void BoardPanel::themeChanged()
{
    m_delegate->setTheme(theme());
    showCounts();
    m_view->viewport()->update();
}

} // namespace leeward::widgets
