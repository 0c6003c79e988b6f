#include "widgets/panels/queue_panel.h"

#include "models/items/clock_text.h"
#include "widgets/panels/operation_text.h"
#include "widgets/panels/panel_style.h"
#include "widgets/panels/reason_list.h"
#include "widgets/panels/refusal_text.h"

#include <QFileInfo>
#include <QFuture>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QSaveFile>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {

enum Column
{
    State,
    Time,
    What,
    By,
    ColumnCount
};
using Pending = store::Pending::State;

Result<> writeJson(const QString &path, const std::vector<desk::LogLine> &lines,
                   const QString &realmMark)
{
    QJsonArray operations;
    for (const desk::LogLine &line : lines) {
        QJsonObject one = {
            {u"operation"_s, QJsonDocument::fromJson(toBytes(line.operation)).object()},
            {u"state"_s, store::pendingStateName(line.pending.value_or(Pending::Queued))}};
        if (line.refusal) {
            one[u"reason"_s] = refusalName(line.refusal->reason);
            one[u"facts"_s] = line.refusal->facts;
        }
        operations.append(one);
    }
    QJsonObject all = {{u"format"_s, u"leeward-queue-1"_s}, {u"operations"_s, operations}};
    if (!realmMark.isEmpty())
        all[u"realm"_s] = realmMark;
    const QFileInfo there(path);
    if (there.exists() && !there.isFile())
        return fail(Errc::FileUnwritable, path);
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return fail(Errc::FileUnwritable, path);
    const QByteArray bytes = QJsonDocument(all).toJson();
    if (file.write(bytes) != bytes.size() || !file.commit())
        return fail(Errc::DiskFull, path);
    return {};
}

} // namespace

QueuePanel::QueuePanel(const PanelContext &context, QWidget *parent)
    : Panel(context, parent)
    , m_list(new ReasonList(ColumnCount, What, this))
    , m_reason(new QLabel(this))
    , m_sides(new QTreeWidget(this))
    , m_empty(new QLabel(this))
    , m_retry(new QPushButton(this))
    , m_withdraw(new QPushButton(this))
    , m_export(new QPushButton(this))
{
    setObjectName(u"queuePanel"_s);
    m_list->setObjectName(u"queue"_s);
    m_reason->setObjectName(u"queueReason"_s);
    m_reason->setWordWrap(true);
    m_reason->setMargin(6);
    m_reason->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_sides->setObjectName(u"queueSides"_s);
    dressList(*m_sides);
    m_sides->setMaximumHeight(3 * (fontMetrics().height() + 10));
    m_empty->setObjectName(u"queueEmpty"_s);
    dressEmpty(*m_empty);
    m_retry->setObjectName(u"queueRetry"_s);
    m_withdraw->setObjectName(u"queueWithdraw"_s);
    m_export->setObjectName(u"queueExport"_s);
    auto *buttons = new QHBoxLayout;
    buttons->setContentsMargins(6, 0, 6, 6);
    buttons->addWidget(m_retry);
    buttons->addWidget(m_withdraw);
    buttons->addStretch();
    buttons->addWidget(m_export);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_empty, 1);
    layout->addWidget(m_reason);
    layout->addWidget(m_sides);
    layout->addLayout(buttons);
    connect(m_list, &QTreeWidget::currentItemChanged, this, &QueuePanel::showCurrent);
    connect(m_retry, &QPushButton::clicked, this, &QueuePanel::retryCurrent);
    connect(m_withdraw, &QPushButton::clicked, this, &QueuePanel::withdrawCurrent);
    connect(m_export, &QPushButton::clicked, this, &QueuePanel::exportToFile);
    connect(&desk().feed(), &store::ChangeFeed::progressed, this, &QueuePanel::refresh);
    retranslate();
}

int QueuePanel::waiting() const
{
    return static_cast<int>(m_lines.size());
}

void QueuePanel::showEvent(QShowEvent *event)
{
    Panel::showEvent(event);
    fillList();
    refresh();
}

void QueuePanel::refresh()
{
    const int token = ++m_token;
    desk().log(0, 0).then(this, [this, token](const Result<std::vector<desk::LogLine>> &lines) {
        if (token != m_token)
            return;
        m_failure = lines ? QString() : errorText(lines.error(), language());
        m_lines.clear();
        if (lines) {
            // The oldest first, in the order in which they will be sent.
            for (auto line = lines->rbegin(); line != lines->rend(); ++line) {
                if (line->pending)
                    m_lines.push_back(*line);
            }
        }
        fill();
    });
}

const desk::LogLine *QueuePanel::current() const
{
    const int row = m_list->indexOfTopLevelItem(m_list->currentItem());
    return row < 0 || row >= waiting() ? nullptr : &m_lines[static_cast<size_t>(row)];
}

void QueuePanel::fill()
{
    const auto queued = static_cast<int>(std::ranges::count_if(
        m_lines, [](const desk::LogLine &line) { return *line.pending == Pending::Queued; }));
    if (isVisible())
        fillList();
    Q_EMIT countsChanged(queued, waiting() - queued);
}

void QueuePanel::fillList()
{
    const desk::LogLine *before = current();
    const QString kept = before ? before->operation.id.text() : QString();
    m_list->clear();
    const ThemeColours &colours = coloursOf(theme());
    for (const desk::LogLine &line : m_lines) {
        auto *item = new QTreeWidgetItem(m_list);
        QString state;
        switch (*line.pending) {
        case Pending::Queued:
            state = u"↑ "_s + tr("waiting");
            item->setForeground(State, colours.muted);
            break;
        case Pending::Conflict:
            state = u"⚡ "_s + tr("conflict");
            item->setForeground(State, colours.warn);
            break;
        case Pending::Refused:
            state = u"✕ "_s + tr("refused");
            item->setForeground(State, colours.bad);
            break;
        }
        item->setText(State, state);
        item->setText(Time, items::clockText(line.operation.occurredAt, cache().now()));
        item->setText(What, operationText(line.operation, language(), cache()));
        item->setToolTip(What, item->text(What));
        item->setText(By, line.operation.author);
        if (line.operation.id.text() == kept)
            m_list->setCurrentItem(item);
    }
    // What waits for a person comes before what waits for the network.
    for (int row = 0; row < waiting() && !m_list->currentItem(); ++row) {
        if (*m_lines[static_cast<size_t>(row)].pending != Pending::Queued)
            m_list->setCurrentItem(m_list->topLevelItem(row));
    }
    if (!m_list->currentItem() && waiting() > 0)
        m_list->setCurrentItem(m_list->topLevelItem(0));
    m_list->setVisible(!m_lines.empty());
    m_empty->setVisible(m_lines.empty());
    m_empty->setText(m_failure.isEmpty() ? tr("Nothing waits. What this desk does and the centre "
                                              "has not yet taken is listed here.")
                                         : m_failure);
    m_export->setEnabled(!m_lines.empty());
    showCurrent();
}

void QueuePanel::showCurrent()
{
    const desk::LogLine *line = current();
    const bool settle = line && *line->pending != Pending::Queued;
    m_retry->setEnabled(settle);
    m_withdraw->setEnabled(settle);
    m_sides->clear();
    m_sides->hide();
    m_reason->setVisible(line != nullptr);
    if (!line)
        return;
    if (!line->refusal) {
        m_reason->setText(tr("Applied here and kept; sent as soon as the centre answers."));
        return;
    }
    m_reason->setText(refusalText(*line->refusal, language(), cache()));
    const QJsonObject &facts = line->refusal->facts;
    if (line->refusal->reason != RefusalReason::FieldConflict)
        return;
    const QString table = facts.value(u"table"_s).toString();
    const RegisterSpec *spec = table == "incident"_L1 ? &incidentFields() : findRegister(table);
    const FieldSpec *field = spec ? spec->field(facts.value(u"field"_s).toString()) : nullptr;
    if (!field)
        return;
    m_sides->setHeaderLabels({tr("Field"), tr("Before"), tr("Mine"), tr("Theirs")});
    const auto shown = [&](const QString &side) {
        return formatField(*field, facts.value(side).toVariant(), language());
    };
    new QTreeWidgetItem(m_sides, {field->label.in(language()), shown(u"base"_s), shown(u"mine"_s),
                                  shown(u"theirs"_s)});
    m_sides->show();
}

void QueuePanel::retryCurrent()
{
    const desk::LogLine *line = current();
    if (!line)
        return;
    const QString what = operationText(line->operation, language(), cache());
    desk().retryPending(line->position).then(this, [this, what](const desk::Outcome &outcome) {
        Q_EMIT message(outcome ? tr("Sent again: %1").arg(what)
                               : refusalText(outcome.error(), language(), cache()),
                       !outcome);
        refresh();
    });
}

void QueuePanel::withdrawCurrent()
{
    const desk::LogLine *line = current();
    if (!line)
        return;
    const QString what = operationText(line->operation, language(), cache());
    const QPointer<QueuePanel> self(this);
    prompter().confirm(this, tr("Withdraw for good?"),
                       tr("\"%1\" will not be sent and can not be brought back.").arg(what),
                       tr("Withdraw"), [self, position = line->position, what] {
                           if (!self)
                               return;
                           self->desk().withdrawPending(position).then(
                               self.data(), [panel = self.data(), what](const Result<> &result) {
                                   Q_EMIT panel->message(
                                       result ? QueuePanel::tr("Withdrawn: %1").arg(what)
                                              : errorText(result.error(), panel->language()),
                                       !result);
                                   panel->refresh();
                               });
                       });
}

void QueuePanel::exportToFile()
{
    const QPointer<QueuePanel> self(this);
    prompter().askSaveFile(
        this, tr("Export what waits"), u"leeward-queue.json"_s, u"JSON (*.json)"_s,
        [self](const QString &path) {
            if (!self)
                return;
            Q_EMIT self->message(QueuePanel::tr("Writing %1 …").arg(path), false);
            // Thousands of operations may wait, and the file may be on a slow stick.
            QtFuture::makeReadyVoidFuture()
                .then(QtFuture::Launch::Async,
                      [path, lines = self->m_lines, mark = self->services().realmMark] {
                          return writeJson(path, lines, mark);
                      })
                .then(self.data(), [panel = self.data(), path](const Result<> &written) {
                    Q_EMIT panel->message(written ? QueuePanel::tr("Exported to %1").arg(path)
                                                  : errorText(written.error(), panel->language()),
                                          !written);
                });
        });
}

void QueuePanel::retranslate()
{
    m_list->setHeaderLabels({tr("State"), tr("Time"), tr("What"), tr("Person")});
    m_list->setAccessibleName(tr("Operations that wait"));
    m_sides->setAccessibleName(tr("Before, mine and theirs"));
    m_retry->setText(tr("Try again"));
    m_withdraw->setText(tr("Withdraw …"));
    m_export->setText(tr("Export …"));
    for (QPushButton *button : {m_retry, m_withdraw, m_export})
        button->setAccessibleName(button->text());
    fill();
}

void QueuePanel::themeChanged()
{
    fill();
}

} // namespace leeward::widgets
