#include "widgets/panels/command_line.h"

#include "models/domain/coordinates.h"
#include "models/domain/words.h"
#include "widgets/panels/assignment_actions.h"
#include "widgets/panels/command_runner.h"
#include "widgets/panels/panel_style.h"
#include "widgets/panels/refusal_text.h"

#include <QKeyEvent>
#include <QListWidget>
#include <QPainter>
#include <QShortcut>
#include <QStyledItemDelegate>

#include <algorithm>
#include <utility>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

// One line of the popup.
struct CommandLine::Hit
{
    enum class Kind
    {
        Row,
        Place,
        Command
    } kind = Kind::Command;
    int rank = 0; // commands that are complete, numbers, rows, places, commands to complete
    QIcon icon = {};
    QString title = {};
    QString detail = {};
    QString table = {};
    QString id = {};
    LonLat at = {};
    QString line = {}; // Command: what the field would hold
    bool complete = false;
};

namespace {

constexpr int detailRole = Qt::UserRole + 1;
constexpr int mostHits = 12;
constexpr int certainRank = 1; // the number of an incident, coordinates: no search finds better

QString incidentWord(Language language)
{
    return language == Language::Chinese ? u"事件"_s : u"incident"_s;
}

// Title on the left, its kind or help on the right, muted.
class HitDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override
    {
        const QString detail = index.data(detailRole).toString();
        QStyleOptionViewItem drawn = option;
        const int wide =
            std::min(option.fontMetrics.horizontalAdvance(detail) + 24, option.rect.width() / 2);
        QStyleOptionViewItem ground = option;
        initStyleOption(&ground, index);
        ground.text.clear();
        ground.icon = {};
        const QWidget *widget = option.widget;
        widget->style()->drawPrimitive(QStyle::PE_PanelItemViewItem, &ground, painter, widget);
        drawn.rect.setRight(option.rect.right() - wide);
        drawn.state &= ~QStyle::State_HasFocus;
        QStyledItemDelegate::paint(painter, drawn, index);
        painter->save();
        QColor muted = option.palette.color(QPalette::Text);
        muted.setAlphaF(0.65F);
        painter->setPen(muted);
        const QRect right(option.rect.right() - wide, option.rect.top(), wide - 8,
                          option.rect.height());
        painter->drawText(right, Qt::AlignRight | Qt::AlignVCenter,
                          option.fontMetrics.elidedText(detail, Qt::ElideRight, right.width()));
        painter->restore();
    }
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override
    {
        return {0, option.fontMetrics.height() + 10};
    }
};

} // namespace

CommandLine::CommandLine(const PanelContext &context, QWidget *parent)
    : QLineEdit(parent)
    , m_context(context)
    , m_actions(new AssignmentActions(context, this))
    , m_runner(new CommandRunner(context, *m_actions, this))
    , m_popup(new QListWidget(this))
{
    setObjectName(u"commandLine"_s);
    setClearButtonEnabled(true);
    m_popup->setObjectName(u"commandPopup"_s);
    // Without a window of its own taking the focus, so that typing goes on while it is open.
    m_popup->setWindowFlags(Qt::ToolTip);
    m_popup->setFocusPolicy(Qt::NoFocus);
    m_popup->setFocusProxy(this);
    m_popup->setAttribute(Qt::WA_ShowWithoutActivating);
    m_popup->setItemDelegate(new HitDelegate(m_popup));
    m_popup->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_popup->setIconSize({18, 18});
    m_popup->hide();
    m_delay.setSingleShot(true);
    m_delay.setInterval(60);
    connect(&m_delay, &QTimer::timeout, this, [this] { askElsewhere(text().trimmed()); });
    connect(this, &QLineEdit::textEdited, this, &CommandLine::ask);
    connect(m_popup, &QListWidget::itemClicked, this,
            [this](QListWidgetItem *item) { choose(m_popup->row(item)); });
    connect(m_actions, &AssignmentActions::message, this, &CommandLine::message);
    connect(m_runner, &CommandRunner::message, this, &CommandLine::message);
    connect(m_runner, &CommandRunner::newIncidentWanted, this, &CommandLine::newIncidentWanted);
    connect(m_runner, &CommandRunner::uiWanted, this, &CommandLine::uiWanted);
    connect(m_runner, &CommandRunner::goToWanted, this, &CommandLine::goTo);
    connect(m_actions, &AssignmentActions::printWanted, this, [this](const QString &assignment) {
        Q_EMIT uiWanted({command::Ui::What::PrintOrder, assignment});
    });
    auto *shortcut = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_K), this);
    shortcut->setContext(Qt::WindowShortcut);
    connect(shortcut, &QShortcut::activated, this, &CommandLine::focusAll);
    retranslate();
}

CommandLine::~CommandLine() = default;

void CommandLine::setLanguage(Language language)
{
    m_language = language;
    m_actions->setLanguage(language);
    m_runner->setLanguage(language);
    retranslate();
}

void CommandLine::setTheme(view::Theme theme)
{
    m_theme = theme;
}

void CommandLine::setChosen(const QString &incident, const QString &assignment)
{
    m_runner->setSelection(incident, assignment);
}

void CommandLine::focusAll()
{
    setFocus(Qt::ShortcutFocusReason);
    selectAll();
    ask();
}

void CommandLine::run(const QString &line)
{
    const auto command = command::parse(line);
    if (!command) {
        Q_EMIT message(command::describe(command.error(), line, m_language), true);
        return;
    }
    m_runner->run(*command);
}

// --- candidates
// -----------------------------------------------------------------------------------------------------

void CommandLine::ask()
{
    ++m_token;
    m_hits.clear();
    m_popup->clear();
    m_enter = false;
    const QString typed = text();
    m_asked = typed.trimmed();
    m_unanswered = m_asked.isEmpty() ? 0 : 1;
    if (!m_asked.isEmpty()) {
        addIncidentNumber(m_asked);
        addCoordinates(m_asked);
        m_delay.start();
    }
    addCommands(typed);
    placePopup();
}

void CommandLine::addCommands(const QString &typed)
{
    const bool complete = command::parse(typed).has_value();
    for (const command::Completion &one :
         command::complete(typed, m_language, typed.trimmed().isEmpty() ? 10 : 6)) {
        const bool is = complete && one.text.trimmed() == typed.trimmed();
        const bool begins = typed.size() > 1 && one.text.startsWith(typed, Qt::CaseInsensitive);
        addHit({.kind = Hit::Kind::Command,
                .rank = is       ? 0
                        : begins ? 1
                                 : 4,
                .title = one.pattern,
                .detail = one.help,
                .line = one.text,
                .complete = is});
    }
}

void CommandLine::addIncidentNumber(const QString &typed)
{
    bool ok = false;
    const QString digits = typed.startsWith(u'#') ? typed.sliced(1) : typed;
    const Incident *incident = m_context.cache.incidentByNumber(digits.toInt(&ok));
    if (!ok || !incident)
        return;
    const QString id = incident->id.text();
    addHit({.kind = Hit::Kind::Row,
            .rank = certainRank,
            .icon = rowIcon(m_context.cache, u"incident"_s, id, m_theme),
            .title = QString::number(incident->number) + u' ' + incident->title,
            .detail = incidentWord(m_language) + u" · "_s + words(incident->state).in(m_language),
            .table = u"incident"_s,
            .id = id});
}

void CommandLine::addCoordinates(const QString &typed)
{
    const auto found = parseCoordinates(typed, {.nearTo = m_nearTo});
    if (!found)
        return;
    const QString written =
        formatCoordinates(found->place, Notation::DegreesMinutesSeconds, m_language);
    addHit({.kind = Hit::Kind::Place,
            .rank = certainRank,
            .icon = rowIcon(m_context.cache, QString(), {}, m_theme),
            .title = written,
            .detail = found->orderAssumed ? tr("coordinates, read as longitude, latitude")
                                          : tr("coordinates"),
            .at = found->place});
}

void CommandLine::addFound(const store::Found &found)
{
    const bool known = std::ranges::any_of(
        m_hits, [&](const Hit &hit) { return hit.kind == Hit::Kind::Row && hit.id == found.id; });
    if (known)
        return;
    const RegisterSpec *spec = findRegister(found.table);
    QString kind = found.table == "incident"_L1 ? incidentWord(m_language)
                   : spec                       ? spec->one.in(m_language)
                                                : QString();
    if (found.table == "team"_L1)
        kind += u" · "_s + words(m_context.cache.availability(found.id)).in(m_language);
    addHit({.kind = Hit::Kind::Row,
            .rank = 2,
            .icon = rowIcon(m_context.cache, found.table, found.id, m_theme),
            .title = found.label,
            .detail = kind,
            .table = found.table,
            .id = found.id});
}

void CommandLine::addPlace(const NamedPlace &place)
{
    const RegisterSpec *spec = findRegister(place.kind);
    static const QHash<QString, Words> kinds = {{u"town"_s, {u"城镇"_s, u"town"_s}},
                                                {u"village"_s, {u"村庄"_s, u"village"_s}},
                                                {u"road"_s, {u"道路"_s, u"road"_s}},
                                                {u"river"_s, {u"河流"_s, u"river"_s}},
                                                {u"landmark"_s, {u"地标"_s, u"landmark"_s}}};
    const Words other = kinds.value(place.kind, {u"地点"_s, u"place"_s});
    addHit({.kind = Hit::Kind::Place,
            .rank = 3,
            .icon = rowIcon(m_context.cache, place.kind, {}, m_theme),
            .title = place.name,
            .detail = spec ? spec->one.in(m_language) : other.in(m_language),
            .at = place.at});
}

void CommandLine::askElsewhere(const QString &typed)
{
    const int token = m_token;
    if (typed.isEmpty())
        return;
    m_unanswered = m_context.services.findPlace ? 2 : 1;
    m_context.desk.search(typed, 8).then(
        this, [this, token](const Result<std::vector<store::Found>> &found) {
            if (token != m_token)
                return;
            if (found) {
                for (const store::Found &one : *found)
                    addFound(one);
            }
            answered();
        });
    if (!m_context.services.findPlace)
        return;
    m_context.services.findPlace(typed, 5).then(
        this, [this, token](const std::vector<NamedPlace> &places) {
            if (token != m_token)
                return;
            for (const NamedPlace &place : places)
                addPlace(place);
            answered();
        });
}

void CommandLine::answered()
{
    placePopup();
    if (--m_unanswered == 0 && std::exchange(m_enter, false))
        accept();
}

void CommandLine::addHit(Hit hit)
{
    const auto at = std::ranges::upper_bound(m_hits, hit.rank, {}, &Hit::rank);
    const int row = static_cast<int>(at - m_hits.begin());
    auto *item = new QListWidgetItem(hit.icon, hit.title);
    item->setData(detailRole, hit.detail);
    item->setData(Qt::AccessibleTextRole, QString(hit.title + u", "_s + hit.detail));
    m_popup->insertItem(row, item);
    m_hits.insert(at, std::move(hit));
    if (m_hits.size() > mostHits) {
        m_hits.pop_back();
        delete m_popup->takeItem(m_popup->count() - 1);
    }
}

void CommandLine::placePopup()
{
    // By the window's own word: on a bare display without a window manager no window is ever
    // active.
    if (m_hits.empty() || !isVisible() || window()->focusWidget() != this) {
        m_popup->hide();
        return;
    }
    const int rows = std::min(m_popup->count(), mostHits);
    const int height = rows * m_popup->sizeHintForRow(0) + 2 * m_popup->frameWidth();
    m_popup->setGeometry(
        QRect(mapToGlobal(QPoint(0, this->height() + 1)), QSize(std::max(width(), 520), height)));
    m_popup->show();
    m_popup->raise();
}

// --- choosing
// -------------------------------------------------------------------------------------------------------

void CommandLine::leave()
{
    ++m_token;
    m_delay.stop();
    m_asked.clear();
    m_unanswered = 0;
    m_enter = false;
    m_hits.clear();
    m_popup->clear();
    m_popup->hide();
}

void CommandLine::choose(int row)
{
    if (row < 0 || row >= static_cast<int>(m_hits.size()))
        return;
    const Hit hit = m_hits[static_cast<size_t>(row)];
    if (hit.kind == Hit::Kind::Command && !hit.complete) {
        setText(hit.line);
        ask();
        return;
    }
    const QString typed = text();
    leave();
    clear();
    switch (hit.kind) {
    case Hit::Kind::Command: run(typed); break;
    case Hit::Kind::Row: Q_EMIT rowChosen(hit.table, hit.id); break;
    case Hit::Kind::Place: Q_EMIT placeChosen(hit.title, hit.at); break;
    }
}

void CommandLine::accept()
{
    if (m_popup->isVisible() && m_popup->currentRow() >= 0) {
        choose(m_popup->currentRow());
        return;
    }
    const QString typed = text().trimmed();
    if (typed.isEmpty())
        return;
    const auto parsed = command::parse(typed);
    if (parsed) {
        leave();
        clear();
        m_runner->run(*parsed);
        return;
    }
    // Not a command: the best hit that is a thing or a place, else what is wrong with the command.
    const bool isVerb = parsed.error().expected != command::Expected::Command;
    if (!isVerb && m_asked != typed)
        ask(); // closed by Esc before
    const auto thing =
        std::ranges::find_if(m_hits, [](const Hit &hit) { return hit.kind != Hit::Kind::Command; });
    const bool certain = thing != m_hits.end() && thing->rank == certainRank;
    if (!isVerb && m_unanswered > 0 && !certain) {
        m_enter = true;
        if (m_delay.isActive()) {
            m_delay.stop();
            askElsewhere(typed);
        }
        return;
    }
    if (!isVerb && thing != m_hits.end()) {
        choose(static_cast<int>(thing - m_hits.begin()));
        return;
    }
    if (!isVerb && m_hits.size() == 1) {
        choose(0);
        return;
    }
    Q_EMIT message(command::describe(parsed.error(), typed, m_language), true);
    if (isVerb)
        setSelection(parsed.error().position, std::max(0, parsed.error().length));
}

void CommandLine::goTo(const QString &where)
{
    if (const auto found = parseCoordinates(where, {.nearTo = m_nearTo})) {
        Q_EMIT placeChosen(where, found->place);
        return;
    }
    const auto unknown = [this, where] {
        Q_EMIT message(tr("No place and no row is called \"%1\".").arg(where), true);
    };
    const auto askRows = [this, where, unknown] {
        m_context.desk.search(where, 1).then(
            this, [this, unknown](const Result<std::vector<store::Found>> &found) {
                if (found && !found->empty())
                    Q_EMIT rowChosen(found->front().table, found->front().id);
                else
                    unknown();
            });
    };
    if (!m_context.services.findPlace) {
        askRows();
        return;
    }
    m_context.services.findPlace(where, 1).then(
        this, [this, askRows](const std::vector<NamedPlace> &places) {
            if (places.empty())
                askRows();
            else
                Q_EMIT placeChosen(places.front().name, places.front().at);
        });
}

// --- events
// ---------------------------------------------------------------------------------------------------------

void CommandLine::keyPressEvent(QKeyEvent *event)
{
    const int count = m_popup->count();
    switch (event->key()) {
    case Qt::Key_Down:
    case Qt::Key_Up: {
        if (!m_popup->isVisible()) {
            ask();
            return;
        }
        const int step = event->key() == Qt::Key_Down ? 1 : -1;
        // One place more than there are rows: none, so that Enter takes what is typed.
        const int next = (m_popup->currentRow() + 1 + step + count + 1) % (count + 1) - 1;
        m_popup->setCurrentRow(next);
        return;
    }
    case Qt::Key_Tab:
        if (m_popup->isVisible() && count > 0) {
            const int row = std::max(0, m_popup->currentRow());
            if (m_hits[static_cast<size_t>(row)].kind == Hit::Kind::Command) {
                setText(m_hits[static_cast<size_t>(row)].line);
                ask();
                return;
            }
        }
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter: accept(); return;
    case Qt::Key_Escape:
        if (m_popup->isVisible())
            leave();
        else
            clear();
        return;
    default: break;
    }
    QLineEdit::keyPressEvent(event);
}

void CommandLine::focusOutEvent(QFocusEvent *event)
{
    QLineEdit::focusOutEvent(event);
    leave();
}

void CommandLine::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QLineEdit::changeEvent(event);
}

bool CommandLine::event(QEvent *event)
{
    // Tab completes while the popup is open; it would move the focus otherwise.
    if (event->type() == QEvent::KeyPress && m_popup->isVisible()) {
        auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_Tab) {
            keyPressEvent(key);
            return true;
        }
    }
    return QLineEdit::event(event);
}

void CommandLine::retranslate()
{
    setPlaceholderText(tr("Search or command  (Ctrl+K)"));
    setAccessibleName(tr("Search or command"));
    m_popup->setAccessibleName(tr("What was found"));
    setToolTip(tr("Anything by name, code, pinyin, phone or coordinates; or a command such as "
                  "dispatch 7 3,5"));
}

} // namespace leeward::widgets
