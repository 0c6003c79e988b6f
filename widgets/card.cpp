#include "widgets/card.h"

#include "maps/view/symbolpainter.h"
#include "models/items/row_model.h"
#include "widgets/panels/panel_style.h"
#include "widgets/pending_marks.h"
#include "widgets/row_facts.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

Card::Card(const Shell &shell, const QString &name, QWidget *parent)
    : QScrollArea(parent)
    , m_shell(shell)
{
    setObjectName(name);
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *content = new QWidget;
    m_column = new QVBoxLayout(content);
    m_column->setContentsMargins(12, 10, 12, 12);
    m_column->setSpacing(6);
    m_symbol = new QLabel(content);
    m_symbol->setFixedSize(40, 40);
    m_title = new QLabel(content);
    m_title->setObjectName(name + u".title"_s);
    m_title->setWordWrap(true);
    setRole(m_title, "title");
    m_state = new QLabel(content);
    m_state->setObjectName(name + u".state"_s);
    m_state->setWordWrap(true);
    m_age = new QLabel(content);
    m_age->setObjectName(name + u".age"_s);
    m_age->setWordWrap(true);
    setRole(m_age, "muted");
    auto *texts = new QVBoxLayout;
    texts->setSpacing(0);
    texts->addWidget(m_title);
    texts->addWidget(m_state);
    texts->addWidget(m_age);
    auto *head = new QHBoxLayout;
    head->setSpacing(10);
    head->addWidget(m_symbol, 0, Qt::AlignTop);
    head->addLayout(texts, 1);
    m_column->addLayout(head);
    setWidget(content);
    m_timer.setInterval(1000);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (isVisible())
            showAge();
    });
    m_timer.start();
    m_later.setSingleShot(true);
    m_later.setInterval(10); // what was pressed draws first
    connect(&m_later, &QTimer::timeout, this, [this] { refresh(); });
    connect(&shell.cache, &items::TableCache::changed, this, [this](const Changes &changes) {
        if (!m_id.isEmpty() &&
            std::ranges::any_of(changes, [this](const RowChange &c) { return concerns(c); }))
            m_later.start();
    });
    connect(&shell.pending, &PendingMarks::marksChanged, this, [this](const QStringList &ids) {
        if (ids.contains(m_id))
            m_later.start();
    });
    connect(&shell.theme, &ThemeController::themeChanged, this, [this] { m_later.start(); });
}

void Card::showRow(const QString &table, const QString &id)
{
    if (m_id != id)
        ensureVisible(0, 0);
    m_table = table;
    m_id = id;
    refresh();
}

void Card::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange) {
        retranslate();
        if (!m_id.isEmpty())
            refresh();
    }
    QScrollArea::changeEvent(event);
}

bool Card::concerns(const RowChange &change) const
{
    return change.table == m_table && change.key == m_id;
}

void Card::refresh()
{
    const RowFacts facts =
        rowFacts(m_shell.cache, m_shell.pending, m_table, m_id, m_shell.language());
    m_symbol->setPixmap(view::symbolIcon(facts.symbol, m_shell.theme.theme())
                            .pixmap(QSize(40, 40), devicePixelRatio()));
    m_title->setText(facts.title);
    showAge();
}

void Card::showAge()
{
    const FieldValues *values = row();
    if (!values)
        return;
    const RowFacts facts =
        rowFacts(m_shell.cache, m_shell.pending, m_table, m_id, m_shell.language());
    const Instant now = m_shell.cache.now();
    const Language language = m_shell.language();
    QString state = facts.state.shape + u' ' + facts.state.word;
    if (facts.since)
        state += u" · "_s + items::spanText(now - *facts.since, language);
    if (facts.overdue)
        state += u" · ⏱ "_s + tr("overdue");
    if (const auto mark = m_shell.pending.of(m_id))
        state += u" · "_s + (*mark == store::Pending::State::Queued ? tr("◐ not yet sent")
                                                                    : tr("◆ waits for a decision"));
    m_state->setText(state);
    m_state->setVisible(!facts.state.word.isEmpty());
    setColour(*m_state,
              toneColour(facts.overdue ? Tone::Bad : facts.state.tone, m_shell.theme.colours()));
    const qint64 at = values->value(u"changed_at"_s).toLongLong();
    const QString by = values->value(u"changed_by"_s).toString();
    m_age->setText(at == 0 ? QString()
                           : tr("Changed %1 ago by %2")
                                 .arg(items::spanText(now - instantFromMs(at), language), by));
    m_age->setVisible(at != 0);
}

QLabel *Card::addSection()
{
    auto *label = new QLabel(body());
    setRole(label, "section");
    m_column->addWidget(label);
    return label;
}

} // namespace leeward::widgets
