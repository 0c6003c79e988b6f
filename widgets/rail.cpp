#include "widgets/rail.h"

#include "widgets/icon_theme.h"

#include <QEvent>
#include <QShortcut>
#include <QToolButton>
#include <QVBoxLayout>

#include <array>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {
constexpr std::array<QLatin1StringView, Rail::RoomCount> names = {
    "incidents"_L1,     "teams"_L1,    "supplies"_L1, "places"_L1,
    "landingPoints"_L1, "warnings"_L1, "log"_L1};
constexpr std::array<QLatin1StringView, Rail::RoomCount> iconNames = {
    "weather-severe-alert"_L1, "system-users"_L1,
    "package-x-generic"_L1,    "go-home"_L1,
    "landing-point"_L1,        "preferences-system-notifications"_L1,
    "view-list-text"_L1};
} // namespace

Rail::Rail(const IconTheme &icons, QWidget *parent)
    : QWidget(parent)
    , m_icons(icons)
{
    setObjectName(u"rail"_s);
    setAttribute(Qt::WA_StyledBackground);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 6);
    column->setSpacing(2);
    for (int i = 0; i < RoomCount; ++i) {
        auto *button = new QToolButton(this);
        button->setObjectName(u"rail."_s + names[size_t(i)]);
        button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
        button->setIconSize({22, 22});
        button->setCheckable(true);
        button->setAutoExclusive(true);
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        column->addWidget(button);
        m_buttons += button;
        const auto choose = [this, i] {
            setRoom(Room(i));
            Q_EMIT roomChosen(i);
        };
        connect(button, &QToolButton::clicked, this, choose);
        for (const QKeySequence &keys : {QKeySequence(Qt::Key(Qt::Key_F1 + i)),
                                         QKeySequence(Qt::ALT | Qt::Key(Qt::Key_1 + i))}) {
            auto *shortcut = new QShortcut(keys, this);
            shortcut->setContext(Qt::WindowShortcut);
            connect(shortcut, &QShortcut::activated, this, choose);
        }
    }
    column->addStretch(1);
    connect(&icons, &IconTheme::iconsChanged, this, &Rail::redress);
    setRoom(Incidents);
    retranslate();
    redress();
}

void Rail::setRoom(Room room)
{
    m_room = room;
    m_buttons[room]->setChecked(true);
}

void Rail::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

void Rail::retranslate()
{
    const std::array<QString, RoomCount> words = {tr("Incidents"), tr("Teams"),   tr("Supplies"),
                                                  tr("Places"),    tr("Landing"), tr("Warnings"),
                                                  tr("Log")};
    for (int i = 0; i < RoomCount; ++i) {
        QToolButton *button = m_buttons[i];
        button->setText(words[size_t(i)]);
        button->setAccessibleName(words[size_t(i)]);
        button->setToolTip(tr("%1 (F%2 or Alt+%2)").arg(words[size_t(i)]).arg(i + 1));
    }
}

void Rail::redress()
{
    for (int i = 0; i < RoomCount; ++i)
        m_buttons[i]->setIcon(m_icons.icon(iconNames[size_t(i)]));
}

} // namespace leeward::widgets
