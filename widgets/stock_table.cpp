#include "widgets/stock_table.h"

#include "widgets/pending_marks.h"
#include "widgets/row_facts.h"

#include <QEvent>
#include <QHeaderView>

#include <algorithm>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

StockTable::StockTable(const Shell &shell, QWidget *parent)
    : QTableWidget(parent)
    , m_shell(shell)
{
    setObjectName(u"depotCard.stock"_s);
    setColumnCount(5);
    setEditTriggers(NoEditTriggers);
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setTabKeyNavigation(false);
    setShowGrid(false);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    connect(&shell.cache, &items::TableCache::changed, this, [this](const Changes &changes) {
        if (std::ranges::any_of(changes, [](const RowChange &c) { return c.table == "stock"_L1; }))
            refresh();
    });
    connect(this, &QTableWidget::cellActivated, this, [this](int row) {
        m_shell.selection.set(u"stock"_s, item(row, 0)->data(Qt::UserRole).toString());
    });
    connect(&shell.theme, &ThemeController::themeChanged, this, &StockTable::refresh);
}

void StockTable::showDepot(const QString &code)
{
    m_depot = code;
    refresh();
}

void StockTable::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        refresh();
    QTableWidget::changeEvent(event);
}

void StockTable::refresh()
{
    setHorizontalHeaderLabels(
        {tr("Item"), tr("On hand"), tr("Reserved"), tr("In transit"), tr("State")});
    setAccessibleName(tr("Stock of the depot"));
    struct Line
    {
        QString id;
        const FieldValues *values;
        RowFacts facts;
    };
    std::vector<Line> lines;
    const auto &rows = m_shell.cache.rows(u"stock"_s);
    for (auto it = rows.begin(); it != rows.end(); ++it) {
        if (it->value(u"depot"_s).toString() == m_depot && it->value(u"retired"_s).toInt() == 0)
            lines.push_back({it.key(), &*it,
                             rowFacts(m_shell.cache, m_shell.pending, u"stock"_s, it.key(),
                                      m_shell.language())});
    }
    std::ranges::sort(lines, [](const Line &a, const Line &b) {
        return std::pair(a.facts.state.order, a.facts.title) <
               std::pair(b.facts.state.order, b.facts.title);
    });
    setRowCount(int(lines.size()));
    for (int row = 0; row < int(lines.size()); ++row) {
        const Line &line = lines[size_t(row)];
        const QString batch = line.values->value(u"batch"_s).toString();
        QString name = line.facts.title;
        if (!batch.isEmpty())
            name += u" · "_s + batch;
        auto *first = new QTableWidgetItem(name);
        first->setData(Qt::UserRole, line.id);
        first->setToolTip(name);
        setItem(row, 0, first);
        int column = 1;
        for (const QString &field : {u"on_hand"_s, u"reserved"_s, u"in_transit"_s}) {
            auto *cell = new QTableWidgetItem(line.values->value(field).toString());
            cell->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            setItem(row, column++, cell);
        }
        auto *state = new QTableWidgetItem(line.facts.state.shape + u' ' + line.facts.state.word);
        state->setForeground(toneColour(line.facts.state.tone, m_shell.theme.colours()));
        setItem(row, column, state);
    }
    for (int column = 1; column <= 3; ++column) {
        bool empty = true;
        for (int row = 0; row < rowCount(); ++row)
            empty = empty &&
                    (item(row, column)->text().isEmpty() || item(row, column)->text() == "0"_L1);
        setColumnHidden(column, empty && column > 1);
    }
    const int shown = std::clamp(int(lines.size()), 1, 14);
    setMinimumHeight(horizontalHeader()->sizeHint().height() +
                     shown * verticalHeader()->defaultSectionSize() + 4);
}

} // namespace leeward::widgets
