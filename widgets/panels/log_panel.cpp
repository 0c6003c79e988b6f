#include "widgets/panels/log_panel.h"

#include "models/items/clock_text.h"
#include "widgets/panels/operation_text.h"
#include "widgets/panels/panel_style.h"
#include "widgets/panels/refusal_text.h"

#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {
enum Column
{
    Seq,
    Time,
    Who,
    Desk,
    Kind,
    What,
    ColumnCount
};
constexpr int pageSize = 200;
} // namespace

LogPanel::LogPanel(const PanelContext &context, QWidget *parent)
    : Panel(context, parent)
    , m_filter(new QLineEdit(this))
    , m_list(new QTreeWidget(this))
    , m_more(new QPushButton(this))
    , m_state(new QLabel(this))
{
    setObjectName(u"logPanel"_s);
    m_filter->setObjectName(u"logFilter"_s);
    m_filter->setClearButtonEnabled(true);
    m_list->setObjectName(u"log"_s);
    dressList(*m_list);
    m_list->setWordWrap(true);
    m_list->setColumnCount(ColumnCount);
    for (const int column : {Seq, Time, Who, Desk, Kind})
        m_list->header()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
    m_list->header()->setSectionResizeMode(What, QHeaderView::Stretch);
    m_list->header()->setStretchLastSection(false);
    m_more->setObjectName(u"logMore"_s);
    m_state->setObjectName(u"logState"_s);
    m_state->setMargin(4);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_filter);
    layout->addWidget(m_state);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_more);
    connect(m_filter, &QLineEdit::textChanged, this, &LogPanel::applyFilter);
    connect(m_more, &QPushButton::clicked, this, &LogPanel::askMore);
    connect(&desk().feed(), &store::ChangeFeed::progressed, this, [this] {
        if (isVisible())
            refresh();
    });
    retranslate();
}

void LogPanel::showEvent(QShowEvent *event)
{
    Panel::showEvent(event);
    refresh();
}

void LogPanel::refresh()
{
    m_lines.clear();
    m_lowest = 0;
    m_atEnd = false;
    askMore();
}

void LogPanel::askMore()
{
    const int token = ++m_token;
    desk()
        .log(m_lowest, pageSize)
        .then(this, [this, token](const Result<std::vector<desk::LogLine>> &result) {
            take(token, result);
        });
}

void LogPanel::take(int token, const Result<std::vector<desk::LogLine>> &result)
{
    if (token != m_token)
        return;
    m_failure = result ? QString() : errorText(result.error(), language());
    if (result) {
        int fromJournal = 0;
        for (const desk::LogLine &line : *result) {
            if (line.seq > 0) {
                ++fromJournal;
                m_lowest = line.seq;
            }
            m_lines.push_back(line);
        }
        m_atEnd = fromJournal < pageSize || m_lowest <= 1;
    }
    fill();
}

void LogPanel::addLine(const desk::LogLine &line)
{
    auto *item = new QTreeWidgetItem(m_list);
    const Operation &operation = line.operation;
    QString seq = QString::number(line.seq);
    if (line.pending) {
        const ThemeColours &colours = coloursOf(theme());
        const bool queued = *line.pending == store::Pending::State::Queued;
        seq = queued ? u"↑ "_s + tr("pending") : u"⚠ "_s + tr("to be settled");
        item->setForeground(Seq, queued ? colours.muted : colours.warn);
    }
    item->setText(Seq, seq);
    item->setText(Time, items::clockText(operation.occurredAt, cache().now()));
    item->setText(Who, operation.author);
    item->setText(Desk, operation.desk);
    item->setText(Kind, operationKindText(operation.kind, language()));
    item->setText(What, operationText(operation, language(), cache()));
    item->setToolTip(What, item->text(What));
    if (operation.recordedAt - operation.occurredAt > std::chrono::seconds(60))
        item->setToolTip(
            Time,
            tr("Written down at %1").arg(items::clockText(operation.recordedAt, cache().now())));
}

void LogPanel::fill()
{
    m_list->setUpdatesEnabled(false);
    m_list->clear();
    for (const desk::LogLine &line : m_lines)
        addLine(line);
    applyFilter();
    m_list->setUpdatesEnabled(true);
}

void LogPanel::setFilter(const QString &text)
{
    m_filter->setText(text);
}

void LogPanel::applyFilter()
{
    const QStringList words = m_filter->text().simplified().split(u' ', Qt::SkipEmptyParts);
    for (int row = 0; row < m_list->topLevelItemCount(); ++row) {
        QTreeWidgetItem *item = m_list->topLevelItem(row);
        QString all;
        for (int column = 0; column < ColumnCount; ++column)
            all += item->text(column) + u' ';
        item->setHidden(!std::ranges::all_of(
            words, [&](const QString &word) { return all.contains(word, Qt::CaseInsensitive); }));
    }
    showState();
}

void LogPanel::showState()
{
    int shown = 0;
    for (int row = 0; row < m_list->topLevelItemCount(); ++row)
        shown += m_list->topLevelItem(row)->isHidden() ? 0 : 1;
    const int all = m_list->topLevelItemCount();
    if (!m_failure.isEmpty())
        m_state->setText(m_failure);
    else if (all == 0)
        m_state->setText(
            tr("Nothing has been written yet. Every operation of every desk is listed here."));
    else if (m_filter->text().isEmpty())
        m_state->setText(tr("%1 entries, newest first").arg(all));
    else
        m_state->setText(tr("%1 of %2 entries shown").arg(shown).arg(all));
    m_more->setVisible(!m_atEnd && all > 0);
}

void LogPanel::retranslate()
{
    m_filter->setPlaceholderText(tr("Filter by person, desk, team, order number …"));
    m_filter->setAccessibleName(tr("Filter the log"));
    m_list->setHeaderLabels(
        {tr("No."), tr("Time"), tr("Person"), tr("Desk"), tr("Kind"), tr("What")});
    m_list->setAccessibleName(tr("Journal"));
    m_more->setText(tr("Older entries"));
    m_more->setAccessibleName(m_more->text());
    fill();
}

void LogPanel::themeChanged()
{
    fill();
}

} // namespace leeward::widgets
