#include "widgets/panels/queue_panel.h"

#include "models/items/clock_text.h"
#include "widgets/panels/conflict_sides.h"
#include "widgets/panels/conflict_text.h"
#include "widgets/panels/operation_text.h"
#include "widgets/panels/panel_style.h"
#include "widgets/panels/queue_file.h"
#include "widgets/panels/reason_list.h"
#include "widgets/panels/refusal_text.h"

#include <QFuture>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {

enum Column
{
    State,
    Since,
    What,
    Beaten,
    By,
    ColumnCount
};
constexpr int roomForBeaten = 470; // pixels; where there is less, it stands below only

using Pending = store::Pending::State;

} // namespace

QueuePanel::QueuePanel(const PanelContext &context, QWidget *parent)
    : Panel(context, parent)
    , m_list(new ReasonList(ColumnCount, What, this))
    , m_reason(new QLabel(this))
    , m_unanswered(new QLabel(this))
    , m_beaten(new QLabel(this))
    , m_rule(new QLabel(this))
    , m_sides(new ConflictSides(cache(), this))
    , m_empty(new QLabel(this))
    , m_save(new QPushButton(this))
    , m_retry(new QPushButton(this))
    , m_open(new QPushButton(this))
    , m_withdraw(new QPushButton(this))
    , m_export(new QPushButton(this))
{
    setObjectName(u"queuePanel"_s);
    m_list->setObjectName(u"queue"_s);
    m_list->giveWay(Beaten, roomForBeaten);
    m_list->installEventFilter(this);
    m_reason->setObjectName(u"queueReason"_s);
    m_unanswered->setObjectName(u"queueUnanswered"_s);
    m_beaten->setObjectName(u"queueBeaten"_s);
    m_rule->setObjectName(u"queueRule"_s);
    m_empty->setObjectName(u"queueEmpty"_s);
    dressEmpty(*m_empty);
    m_save->setObjectName(u"queueSave"_s);
    m_retry->setObjectName(u"queueRetry"_s);
    m_open->setObjectName(u"queueOpen"_s);
    m_withdraw->setObjectName(u"queueWithdraw"_s);
    m_export->setObjectName(u"queueExport"_s);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_empty, 1);
    for (QLabel *label : {m_reason, m_unanswered, m_beaten, m_rule}) {
        label->setWordWrap(true);
        label->setContentsMargins(8, 2, 8, 2);
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        layout->addWidget(label);
    }
    layout->addWidget(m_sides);
    auto *upper = new QHBoxLayout;
    upper->setContentsMargins(6, 2, 6, 0);
    upper->addWidget(m_save);
    upper->addWidget(m_retry);
    upper->addStretch();
    auto *lower = new QHBoxLayout;
    lower->setContentsMargins(6, 0, 6, 6);
    lower->addWidget(m_open);
    lower->addWidget(m_withdraw);
    lower->addStretch();
    lower->addWidget(m_export);
    layout->addLayout(upper);
    layout->addLayout(lower);
    connect(m_list, &QTreeWidget::currentItemChanged, this, &QueuePanel::showCurrent);
    connect(m_list, &QTreeWidget::itemActivated, this, [this] {
        if (m_sides->isVisible())
            m_sides->setFocus();
    });
    connect(m_sides, &ConflictSides::settled, this, &QueuePanel::saveChoice);
    connect(m_sides, &ConflictSides::turned, this, &QueuePanel::showButtons);
    connect(m_save, &QPushButton::clicked, this, &QueuePanel::saveChoice);
    connect(m_retry, &QPushButton::clicked, this, &QueuePanel::retryCurrent);
    connect(m_open, &QPushButton::clicked, this, &QueuePanel::openCurrent);
    connect(m_withdraw, &QPushButton::clicked, this, &QueuePanel::withdrawCurrent);
    connect(m_export, &QPushButton::clicked, this, &QueuePanel::exportToFile);
    connect(&desk().feed(), &store::ChangeFeed::progressed, this, &QueuePanel::refresh);
    connect(&desk(), &desk::Desk::onTheWayChanged, this, [this] {
        for (int row = 0; isVisible() && row < m_list->topLevelItemCount(); ++row)
            fillRow(*m_list->topLevelItem(row), m_waiting[size_t(row)]);
    });
    retranslate();
}

int QueuePanel::waiting() const
{
    return static_cast<int>(m_waiting.size());
}

void QueuePanel::showEvent(QShowEvent *event)
{
    Panel::showEvent(event);
    fillList();
    refresh();
}

bool QueuePanel::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_list || event->type() != QEvent::KeyPress)
        return Panel::eventFilter(watched, event);
    QPushButton *wanted = nullptr;
    switch (static_cast<QKeyEvent *>(event)->key()) {
    case Qt::Key_R: wanted = m_retry; break;
    case Qt::Key_O: wanted = m_open; break;
    case Qt::Key_Delete: wanted = m_withdraw; break;
    default: return Panel::eventFilter(watched, event);
    }
    if (wanted->isEnabled())
        wanted->click();
    return true;
}

// What beat each is looked for only while somebody looks.
void QueuePanel::refresh()
{
    const int token = ++m_token;
    const auto answer = [this, token](auto &&lines, auto make) {
        if (token != m_token)
            return;
        m_failure = lines ? QString() : errorText(lines.error(), language());
        take(lines ? make(*lines) : std::vector<desk::Waiting>());
    };
    if (isVisible()) {
        desk().waiting().then(this, [answer](const Result<std::vector<desk::Waiting>> &all) {
            answer(all, [](const std::vector<desk::Waiting> &waiting) { return waiting; });
        });
        return;
    }
    desk().log(0, 0).then(this, [answer](const Result<std::vector<desk::LogLine>> &lines) {
        answer(lines, [](const std::vector<desk::LogLine> &all) {
            std::vector<desk::Waiting> waiting;
            // The oldest first, in the order in which they will be sent.
            for (auto line = all.rbegin(); line != all.rend(); ++line) {
                if (line->pending)
                    waiting.push_back({.line = *line, .beatenBy = {}, .fields = {}});
            }
            return waiting;
        });
    });
}

void QueuePanel::take(std::vector<desk::Waiting> waiting)
{
    m_waiting = std::move(waiting);
    fill();
}

const desk::Waiting *QueuePanel::current() const
{
    const int row = m_list->indexOfTopLevelItem(m_list->currentItem());
    return row < 0 || row >= waiting() ? nullptr : &m_waiting[static_cast<size_t>(row)];
}

desk::RecordState QueuePanel::stateOf(const desk::Waiting &waiting) const
{
    switch (waiting.line.pending.value_or(Pending::Queued)) {
    case Pending::Queued:
        return desk().isOnTheWay(waiting.line.operation.id) ? desk::RecordState::Sending
                                                            : desk::RecordState::Local;
    case Pending::Conflict: return desk::RecordState::Conflict;
    case Pending::Refused: return desk::RecordState::Rejected;
    }
    return desk::RecordState::Local;
}

void QueuePanel::fill()
{
    const auto queued =
        static_cast<int>(std::ranges::count_if(m_waiting, [](const desk::Waiting &waiting) {
            return *waiting.line.pending == Pending::Queued;
        }));
    if (isVisible())
        fillList();
    Q_EMIT countsChanged(queued, waiting() - queued);
}

void QueuePanel::fillRow(QTreeWidgetItem &item, const desk::Waiting &waiting) const
{
    const StateLook look = recordLook(stateOf(waiting), language());
    const Operation &operation = waiting.line.operation;
    item.setText(State, look.shape + u' ' + look.word);
    item.setForeground(State, toneColour(look.tone, coloursOf(theme())));
    item.setText(Since, items::clockText(operation.recordedAt, cache().now()) + u" · "_s +
                            items::spanText(cache().now() - operation.recordedAt, language()));
    item.setText(What, operationText(operation, language(), cache()));
    item.setToolTip(What, item.text(What));
    item.setText(Beaten, beatenBriefly(waiting, language(), cache()));
    item.setToolTip(Beaten, beatenText(waiting, language(), cache()));
    item.setText(By, operation.author);
}

void QueuePanel::fillList()
{
    const desk::Waiting *before = current();
    const QString kept = before ? before->line.operation.id.text() : QString();
    {
        const QSignalBlocker quiet(m_list); // one word about the current row, at the end
        m_list->clear();
        for (const desk::Waiting &waiting : m_waiting) {
            auto *item = new QTreeWidgetItem(m_list);
            fillRow(*item, waiting);
            if (waiting.line.operation.id.text() == kept)
                m_list->setCurrentItem(item);
        }
        // What waits for a person comes before what waits for the network.
        for (int row = 0; row < waiting() && !m_list->currentItem(); ++row) {
            if (*m_waiting[static_cast<size_t>(row)].line.pending != Pending::Queued)
                m_list->setCurrentItem(m_list->topLevelItem(row));
        }
        if (!m_list->currentItem() && waiting() > 0)
            m_list->setCurrentItem(m_list->topLevelItem(0));
    }
    m_list->resizeColumnToContents(State);
    m_list->resizeColumnToContents(Since);
    m_list->setVisible(!m_waiting.empty());
    m_empty->setVisible(m_waiting.empty());
    m_empty->setText(m_failure.isEmpty() ? tr("Nothing waits. What this desk does and the centre "
                                              "has not yet taken is listed here.")
                                         : m_failure);
    m_export->setEnabled(!m_waiting.empty());
    showCurrent();
    m_list->scrollToItem(m_list->currentItem());
}

void QueuePanel::showCurrent()
{
    const desk::Waiting *waiting = current();
    const bool settle = waiting && waiting->line.refusal;
    m_reason->setVisible(waiting != nullptr);
    if (settle)
        m_reason->setText(refusalText(*waiting->line.refusal, language(), cache()));
    else if (waiting)
        m_reason->setText(tr("Applied here and kept; sent as soon as the centre answers."));
    m_unanswered->setText(unansweredText(language()));
    m_unanswered->setVisible(waiting && waiting->line.unanswered);
    const QString beaten = settle ? beatenText(*waiting, language(), cache()) : QString();
    m_beaten->setText(beaten);
    m_beaten->setVisible(!beaten.isEmpty());
    const QString rule = settle ? ruleText(*waiting, language()) : QString();
    m_rule->setText(rule);
    m_rule->setVisible(!rule.isEmpty());
    setColour(*m_rule, coloursOf(theme()).muted);
    if (settle)
        m_sides->showSides(*waiting, language(), coloursOf(theme()));
    else
        m_sides->clearSides();
    showButtons();
}

void QueuePanel::showButtons()
{
    const desk::Waiting *waiting = current();
    const bool settle = waiting && waiting->line.refusal;
    const bool choice = settle && m_sides->hasClash();
    const bool answered = settle && !waiting->line.unanswered;
    m_save->setVisible(choice);
    m_save->setEnabled(answered);
    m_retry->setEnabled(choice ? answered : settle); // with a choice it is another operation
    m_withdraw->setEnabled(answered);
    m_open->setEnabled(waiting != nullptr);
    m_save->setText(m_sides->chosen().empty() ? tr("Keep theirs") : tr("Save the choice"));
    m_retry->setText(choice ? tr("Write mine anyway") : tr("Try again"));
    for (QPushButton *button : {m_save, m_retry})
        button->setAccessibleName(button->text());
}

QString QueuePanel::whyNot(const Error &error) const
{
    return error.code == Errc::Unsupported ? unansweredText(language())
                                           : errorText(error, language());
}

void QueuePanel::told(const desk::Outcome &outcome, const QString &done)
{
    QString text = done;
    if (const Error *error = outcome ? nullptr : std::get_if<Error>(&outcome.error()))
        text = whyNot(*error);
    else if (!outcome)
        text = refusalText(outcome.error(), language(), cache());
    Q_EMIT message(text, !outcome);
    refresh();
}

void QueuePanel::retryCurrent()
{
    const desk::Waiting *waiting = current();
    if (!waiting || !waiting->line.refusal)
        return;
    // As it is it would be refused again: it says what stood there before the other wrote.
    if (m_sides->hasClash()) {
        change(m_sides->mine());
        return;
    }
    const QString what = operationText(waiting->line.operation, language(), cache());
    desk()
        .retryPending(waiting->line.position)
        .then(this, [this, what](const desk::Outcome &outcome) {
            told(outcome, tr("Sent again: %1").arg(what));
        });
}

void QueuePanel::saveChoice()
{
    const desk::Waiting *waiting = current();
    if (!waiting || !m_sides->hasClash())
        return;
    if (waiting->line.unanswered) { // Enter among the fields
        Q_EMIT message(unansweredText(language()), true);
        return;
    }
    if (std::vector<op::FieldChange> changes = m_sides->chosen(); !changes.empty()) {
        change(std::move(changes));
        return;
    }
    const QString what = operationText(waiting->line.operation, language(), cache());
    desk().withdrawPending(waiting->line.position).then(this, [this, what](const Result<> &done) {
        Q_EMIT message(done ? tr("Theirs stays; withdrawn: %1").arg(what) : whyNot(done.error()),
                       !done);
        refresh();
    });
}

void QueuePanel::change(std::vector<op::FieldChange> changes)
{
    const desk::Waiting *waiting = current();
    const op::EditRecord body{waiting->table, RecordId::fromText(waiting->record),
                              std::move(changes)};
    desk()
        .changePending(waiting->line.position, body)
        .then(this, [this](const desk::Outcome &outcome) {
            told(outcome, tr("Saved over what the other desk wrote; sent."));
        });
}

void QueuePanel::openCurrent()
{
    const desk::Waiting *waiting = current();
    if (!waiting)
        return;
    const QJsonObject &args = waiting->line.operation.args;
    const auto arg = [&](const QString &name) { return args.value(name).toString(); };
    if (const QString table = arg(u"table"_s); !table.isEmpty())
        Q_EMIT openWanted(table, arg(u"record"_s), false);
    else if (const QString incident = arg(u"incident"_s); !incident.isEmpty())
        Q_EMIT openWanted(u"incident"_s, incident,
                          waiting->line.refusal &&
                              waiting->line.operation.kind == QLatin1StringView(op::Assign::kind));
    else if (const Assignment *assignment = cache().assignment(arg(u"assignment"_s)))
        Q_EMIT openWanted(u"incident"_s, assignment->incident.text(), false);
    else if (const QString team = arg(u"team"_s); !team.isEmpty())
        Q_EMIT openWanted(u"team"_s, team, false);
}

void QueuePanel::withdrawCurrent()
{
    const desk::Waiting *waiting = current();
    if (!waiting)
        return;
    const QString what = operationText(waiting->line.operation, language(), cache());
    const QPointer<QueuePanel> self(this);
    prompter().confirm(this, tr("Withdraw for good?"),
                       tr("\"%1\" will not be sent and can not be brought back.").arg(what),
                       tr("Withdraw"), [self, position = waiting->line.position, what] {
                           if (!self)
                               return;
                           self->desk().withdrawPending(position).then(
                               self.data(), [panel = self.data(), what](const Result<> &result) {
                                   Q_EMIT panel->message(
                                       result ? QueuePanel::tr("Withdrawn: %1").arg(what)
                                              : panel->whyNot(result.error()),
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
                      [path, waiting = self->m_waiting, mark = self->services().realmMark] {
                          return writeQueue(path, waiting, mark);
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
    m_list->setHeaderLabels({tr("State"), tr("Since"), tr("What"), tr("Beaten by"), tr("Person")});
    m_list->setAccessibleName(tr("Operations that wait"));
    m_list->setToolTip(tr("R: try again · Enter: the fields · O: open the record · Delete: "
                          "withdraw"));
    m_sides->retranslate();
    m_open->setText(tr("Open the record"));
    m_withdraw->setText(tr("Withdraw …"));
    m_export->setText(tr("Export …"));
    for (QPushButton *button : {m_open, m_withdraw, m_export})
        button->setAccessibleName(button->text());
    showButtons();
    fill();
}

void QueuePanel::themeChanged()
{
    fill();
}

} // namespace leeward::widgets
