#include "widgets/card.h"

#include "maps/view/symbolpainter.h"
#include "models/items/clock_text.h"
#include "widgets/panels/panel_style.h"
#include "widgets/pending_marks.h"
#include "widgets/presence_board.h"
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
    , m_head(new QWidget(this))
{
    setObjectName(name);
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    buildHead();
    auto *content = new QWidget;
    m_column = new QVBoxLayout(content);
    m_column->setContentsMargins(12, 6, 12, 12);
    m_column->setSpacing(6);
    setWidget(content);
    m_timer.setInterval(1000);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (!isVisible() || m_id.isEmpty())
            return;
        showAge();
        tick();
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
    connect(&shell.presence, &PresenceBoard::othersChanged, this, &Card::showPresence);
}

void Card::buildHead()
{
    m_symbol = new QLabel(m_head);
    m_symbol->setFixedSize(40, 40);
    m_title = new QLabel(m_head);
    m_title->setObjectName(objectName() + u".title"_s);
    setRole(m_title, "title");
    m_state = new QLabel(m_head);
    m_state->setObjectName(objectName() + u".state"_s);
    m_age = new QLabel(m_head);
    m_age->setObjectName(objectName() + u".age"_s);
    setRole(m_age, "muted");
    auto *texts = new QVBoxLayout;
    texts->setSpacing(0);
    m_presence = new QLabel(m_head);
    m_presence->setObjectName(objectName() + u".presence"_s);
    m_presence->hide();
    for (QLabel *label : {m_title, m_state, m_age, m_presence}) {
        label->setWordWrap(true);
        texts->addWidget(label);
    }
    auto *line = new QHBoxLayout(m_head);
    line->setContentsMargins(12, 10, 12, 2);
    line->setSpacing(10);
    line->addWidget(m_symbol, 0, Qt::AlignTop);
    line->addLayout(texts, 1);
}

void Card::placeHead()
{
    const int height = m_head->layout()->totalHeightForWidth(width());
    if (viewportMargins().top() != height)
        setViewportMargins(0, height, 0, 0);
    m_head->setGeometry(0, 0, width(), height);
}

void Card::resizeEvent(QResizeEvent *event)
{
    QScrollArea::resizeEvent(event);
    placeHead();
}

bool Card::event(QEvent *event)
{
    // A word of the head has become longer, or a line of it has come or gone.
    if (event->type() == QEvent::LayoutRequest)
        placeHead();
    return QScrollArea::event(event);
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
    if (!facts.mark.word.isEmpty())
        state += (state.trimmed().isEmpty() ? QString() : u" · "_s) + facts.mark.shape + u' ' +
                 facts.mark.word;
    m_state->setText(state);
    m_state->setVisible(!state.trimmed().isEmpty());
    setColour(*m_state,
              toneColour(facts.overdue ? Tone::Bad : facts.state.tone, m_shell.theme.colours()));
    const qint64 at = values->value(u"changed_at"_s).toLongLong();
    const QString by = values->value(u"changed_by"_s).toString();
    m_age->setText(at == 0 ? QString()
                           : tr("Changed %1 ago by %2")
                                 .arg(items::spanText(now - instantFromMs(at), language), by));
    m_age->setVisible(at != 0);
    showPresence();
}

void Card::showPresence()
{
    QStringList lines;
    bool editing = false;
    for (const Presence &presence : m_shell.presence.of(m_table, m_id)) {
        const QString span =
            items::spanText(m_shell.cache.now() - presence.since, m_shell.language());
        editing |= presence.editing;
        //: %1 person, %2 desk, %3 for how long
        lines += (presence.editing ? tr("✎ %1 %2 is editing · %3") : tr("○ %1 %2 is looking · %3"))
                     .arg(presence.person, presence.desk, span);
    }
    m_presence->setText(lines.join(u'\n'));
    m_presence->setVisible(!lines.isEmpty());
    setColour(*m_presence, editing ? m_shell.theme.colours().warn : m_shell.theme.colours().muted);
    placeHead();
}

QLabel *Card::addSection()
{
    auto *label = new QLabel(body());
    setRole(label, "section");
    m_column->addWidget(label);
    return label;
}

} // namespace leeward::widgets
