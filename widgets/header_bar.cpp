#include "widgets/header_bar.h"

#include "widgets/clock_label.h"
#include "widgets/icon_theme.h"
#include "widgets/link_words.h"
#include "widgets/pending_marks.h"

#include <QActionGroup>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QToolButton>

#include <array>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {
constexpr std::array<char16_t, 5> roman = {u'—', u'Ⅰ', u'Ⅱ', u'Ⅲ', u'Ⅳ'};
}

HeaderBar::HeaderBar(const Shell &shell, QWidget *commandField, QWidget *parent)
    : QWidget(parent)
    , m_shell(shell)
    , m_realm(new QLabel(this))
    , m_city(new QLabel(this))
    , m_response(new QToolButton(this))
    , m_warnings(new QToolButton(this))
    , m_clock(new ClockLabel(shell.desk.clock(), this))
    , m_link(new QToolButton(this))
    , m_desk(new QLabel(this))
    , m_menu(new QToolButton(this))
{
    setObjectName(u"header"_s);
    setAttribute(Qt::WA_StyledBackground);
    build(commandField);
    buildLevelMenu();
    connect(m_link, &QToolButton::clicked, this, &HeaderBar::queueWanted);
    connect(m_warnings, &QToolButton::clicked, this, &HeaderBar::warningsWanted);
    connect(&shell.pending, &PendingMarks::queueChanged, this, &HeaderBar::showQueue);
    connect(&shell.icons, &IconTheme::iconsChanged, this, &HeaderBar::retranslate);
    connect(&shell.link, &LinkModel::changed, this, &HeaderBar::showQueue);
    connect(&shell.desk, &desk::Desk::identityChanged, this, &HeaderBar::retranslate);
    retranslate();
}

void HeaderBar::build(QWidget *commandField)
{
    const bool drill = !m_shell.services.realmMark.isEmpty();
    setProperty("drill", drill);
    m_realm->setObjectName(u"header_realm"_s);
    m_realm->setProperty("drill", drill);
    m_city->setObjectName(u"header_city"_s);
    m_response->setObjectName(u"header.response"_s);
    m_response->setPopupMode(QToolButton::InstantPopup);
    m_warnings->setObjectName(u"header.warnings"_s);
    m_clock->setObjectName(u"header_clock"_s);
    m_link->setObjectName(u"header.link"_s);
    m_desk->setObjectName(u"header.desk"_s);
    m_menu->setObjectName(u"header.menu"_s);
    m_menu->setPopupMode(QToolButton::InstantPopup);
    m_menu->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    commandField->setParent(this);
    commandField->setMinimumWidth(180);
    commandField->setMaximumWidth(560);
    commandField->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);

    auto *line = new QHBoxLayout(this);
    line->setContentsMargins(10, 5, 8, 5);
    line->setSpacing(10);
    line->addWidget(m_menu);
    line->addWidget(m_realm);
    line->addWidget(m_city);
    line->addWidget(m_response);
    line->addWidget(m_warnings);
    line->addStretch(1);
    line->addWidget(commandField, 8);
    line->addStretch(1);
    line->addWidget(m_clock);
    line->addWidget(m_link);
    line->addWidget(m_desk);
}

void HeaderBar::buildLevelMenu()
{
    m_levels = new QMenu(this);
    m_levels->setObjectName(u"header.response.menu"_s);
    auto *group = new QActionGroup(m_levels);
    for (int level = 0; level <= 4; ++level) {
        QAction *action = m_levels->addAction(QString());
        action->setCheckable(true);
        action->setData(level);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, level] {
            setResponseLevel(level);
            Q_EMIT responseLevelChosen(level);
        });
    }
    m_response->setMenu(m_levels);
}

void HeaderBar::setMenu(QMenu *menu)
{
    m_menu->setMenu(menu);
}

void HeaderBar::setResponseLevel(int level)
{
    m_level = level;
    retranslate();
}

void HeaderBar::setWarnings(int count)
{
    m_warningCount = count;
    retranslate();
}

void HeaderBar::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

void HeaderBar::retranslate()
{
    m_realm->setText(m_shell.services.realmMark.isEmpty() ? tr("LIVE")
                                                          : m_shell.services.realmMark);
    m_realm->setAccessibleName(tr("Realm"));
    m_city->setText(m_shell.services.cityName);
    m_response->setText(m_level == 0 ? tr("No response in force")
                                     : tr("Response level %1").arg(QChar(roman[size_t(m_level)])));
    m_response->setAccessibleName(m_response->text());
    m_response->setToolTip(tr("The response level this desk shows"));
    for (QAction *action : m_levels->actions()) {
        const int level = action->data().toInt();
        action->setText(level == 0 ? tr("No response in force")
                                   : tr("Response level %1").arg(QChar(roman[size_t(level)])));
        action->setChecked(level == m_level);
    }
    //: ▲ and the number of warnings in force
    m_warnings->setText(tr("Warnings ▲%1").arg(m_warningCount));
    m_warnings->setAccessibleName(tr("%n warning(s) in force", nullptr, m_warningCount));
    m_clock->setAccessibleName(tr("Time of the city"));
    m_desk->setText(m_shell.desk.identity().desk + u" / "_s + m_shell.desk.identity().user);
    m_desk->setAccessibleName(tr("Desk and user"));
    m_menu->setText(tr("Menu"));
    m_menu->setIcon(m_shell.icons.icon(u"open-menu"_s));
    m_menu->setAccessibleName(tr("Main menu"));
    m_menu->setToolTip(tr("Main menu (Alt+M)"));
    m_menu->setShortcut(QKeySequence(Qt::ALT | Qt::Key_M));
    showQueue();
}

void HeaderBar::showQueue()
{
    const desk::QueueState &queue = m_shell.pending.queue();
    QString text;
    if (queue.conflicts > 0)
        text = tr("◆ %n to settle", nullptr, queue.conflicts);
    else if (queue.queued > 0)
        text = tr("◐ %n pending", nullptr, queue.queued);
    else
        text = tr("● all sent");
    const LinkStatus &link = m_shell.link.status();
    const LinkWords words = linkWords(link, queue.queued, m_shell.desk.now(), m_shell.language());
    if (!words.brief.isEmpty() && queue.conflicts > 0)
        text = words.brief + u"  "_s + text;
    else if (!words.brief.isEmpty())
        text = words.brief;
    m_link->setText(text);
    m_link->setAccessibleName(text);
    m_link->setToolTip((m_shell.link.isAtServer() ? words.sentence + u'\n' : QString()) +
                       tr("What this desk has not yet sent, and what waits for a decision"));
    const ThemeColours &c = m_shell.theme.colours();
    const QColor colour = queue.conflicts > 0 || needsAPerson(link)    ? c.bad
                          : queue.queued > 0 || !words.brief.isEmpty() ? c.warn
                                                                       : c.good;
    m_link->setStyleSheet(u"#header QToolButton { color: %1; }"_s.arg(colour.name()));
}

} // namespace leeward::widgets
