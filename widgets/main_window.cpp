#include "widgets/main_window.h"

#include "widgets/card_column.h"
#include "widgets/header_bar.h"
#include "widgets/icon_theme.h"
#include "widgets/link_banner.h"
#include "widgets/map_pane.h"
#include "widgets/map_presenter.h"
#include "widgets/notices.h"
#include "widgets/panels/assignment_actions.h"
#include "widgets/panels/board_panel.h"
#include "widgets/panels/command_line.h"
#include "widgets/panels/refusal_text.h"
#include "widgets/pending_marks.h"
#include "widgets/presence_board.h"
#include "widgets/rail.h"
#include "widgets/rooms.h"
#include "widgets/status_line.h"
#include "widgets/wall_window.h"

#include <QCloseEvent>
#include <QHBoxLayout>
#include <QMenu>
#include <QSettings>
#include <QSplitter>
#include <QTimer>

#include <algorithm>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

MainWindow::MainWindow(const ShellContext &context)
    : m_context(context)
    , m_settings(context.settingsFile.isEmpty()
                     ? nullptr
                     : std::make_unique<QSettings>(context.settingsFile, QSettings::IniFormat))
    , m_theme(context.theme)
    , m_languages(context.language, context.installLanguage)
    , m_icons(std::make_unique<IconTheme>(m_theme))
    , m_pending(std::make_unique<PendingMarks>(context.desk))
    , m_presence(
          std::make_unique<PresenceBoard>(context.desk.clock(), context.desk.identity().desk))
    , m_notices(new Notices(*m_icons, this))
    , m_actions(new AssignmentActions(
          {context.desk, context.cache, context.services, context.prompter}, this))
    , m_shell(new Shell{context.desk, context.cache, context.services, context.prompter, m_theme,
                        *m_icons, m_languages, m_selection, *m_notices, *m_pending, *m_presence,
                        *m_actions, context.link ? *context.link : m_standAlone, context.home})
{
    setObjectName(u"mainWindow"_s);
    m_shell->pickPlace = [this](QObject *asking, std::function<void(LonLat)> picked) {
        m_mapPane->pickPlace(asking, std::move(picked));
    };
    m_shell->showOnMap = [this](LonLat place) {
        m_mapPane->map()->showPlace(place, std::max(m_mapPane->map()->zoom(), 13.0));
    };
    buildPanes();
    arrange();
    buildMenu();
    buildShortcuts();
    connectPanes();
    connectCommandLine();
    connectBoard();
    retranslate();
    spreadAppearance();
    m_theme.dress();
    restoreSizes();
    warmUp();
}

MainWindow::~MainWindow()
{
    delete m_wall;
    // The panes hold references to what this window owns as members: they go first.
    qDeleteAll(findChildren<QWidget *>(Qt::FindDirectChildrenOnly));
}

void MainWindow::buildPanes()
{
    const Shell &shell = *m_shell;
    m_command = new CommandLine(shell.panelContext(), this);
    m_command->setNearTo(m_context.home);
    m_header = new HeaderBar(shell, m_command, this);
    m_banner = new LinkBanner(shell, this);
    m_rail = new Rail(*m_icons, this);
    m_rooms = new Rooms(shell, this);
    m_mapPane = new MapPane(shell, m_context.baseMap, m_context.homeZoom, this);
    m_cards = new CardColumn(shell, this);
    m_board = new BoardPanel(shell.panelContext(), this);
    m_status = new StatusLine(shell, this);
    m_status->setBaseMap(m_context.baseMap.date, m_context.baseMap.reviewNumber, false);
    m_status->setZoom(m_context.homeZoom, m_context.home.lat);
}

void MainWindow::arrange()
{
    m_across = new QSplitter(Qt::Horizontal, this);
    m_across->setObjectName(u"splitter.across"_s);
    m_across->addWidget(m_rooms);
    m_across->addWidget(m_mapPane);
    m_across->addWidget(m_cards);
    m_across->setChildrenCollapsible(false);
    m_across->setHandleWidth(2);
    m_across->setStretchFactor(0, 0);
    m_across->setStretchFactor(1, 1);
    m_across->setStretchFactor(2, 0);
    m_rooms->setMinimumWidth(250);
    m_cards->setMinimumWidth(330);
    m_down = new QSplitter(Qt::Vertical, this);
    m_down->setObjectName(u"splitter.down"_s);
    m_down->addWidget(m_across);
    m_down->addWidget(m_board);
    m_down->setChildrenCollapsible(false);
    m_down->setHandleWidth(2);
    m_down->setStretchFactor(0, 1);
    m_down->setStretchFactor(1, 0);
    for (QSplitter *splitter : {m_across, m_down})
        connect(splitter, &QSplitter::splitterMoved, this, [this] { m_sizedByHand = true; });
    auto *middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_rail);
    middle->addWidget(m_down, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addWidget(m_banner);
    column->addWidget(m_notices);
    column->addLayout(middle, 1);
    column->addWidget(m_status);
}

void MainWindow::connectPanes()
{
    connect(m_rail, &Rail::roomChosen, this, &MainWindow::chooseRoom);
    connect(m_rooms, &Rooms::opened, this, [this](const QString &table) {
        m_cards->showSelection();
        if (table == "incident"_L1)
            m_cards->openRecommendation();
    });
    connect(m_rooms, &Rooms::left, this, [this] { m_mapPane->map()->setFocus(); });
    connect(m_rooms, &Rooms::createWanted, this, [this](const QString &table) {
        if (table == "incident"_L1)
            m_cards->openIncidentForm();
        else
            m_cards->openRecordForm(table);
    });
    connect(m_cards, &CardColumn::keyboardFree, m_rooms, &Rooms::focusRows);
    connect(m_header, &HeaderBar::queueWanted, m_cards, &CardColumn::openQueue);
    connect(m_banner, &LinkBanner::queueWanted, m_cards, &CardColumn::openQueue);
    connect(m_header, &HeaderBar::warningsWanted, this, [this] { chooseRoom(Rail::Warnings); });
    connect(m_header, &HeaderBar::responseLevelChosen, this, [this](int level) {
        if (m_settings)
            m_settings->setValue(u"responseLevel"_s, level);
    });
    connect(m_mapPane, &MapPane::pointerMoved, m_status, &StatusLine::setPointer);
    connect(m_mapPane, &MapPane::zoomChanged, m_status, &StatusLine::setZoom);
    connect(m_mapPane, &MapPane::baseMapChanged, this, [this](bool present) {
        m_status->setBaseMap(m_context.baseMap.date, m_context.baseMap.reviewNumber, present);
    });
    connect(m_actions, &AssignmentActions::message, this, &MainWindow::say);
    connect(m_actions, &AssignmentActions::printWanted, this, &MainWindow::printOrder);
    connect(m_cards, &CardColumn::routesWanted, &m_mapPane->presenter(), &MapPresenter::showRoutes);
    connect(m_cards, &CardColumn::message, this, &MainWindow::say);
    connect(m_cards, &CardColumn::teamActivated, this,
            [this](const QString &team) { m_selection.set(u"team"_s, team); });
    connect(&m_context.cache, &items::TableCache::failed, this, [this](const Error &error) {
        m_notices->complain(
            tr("The records can not be read: %1").arg(errorText(error, m_languages.current())));
    });
    connect(&m_selection, &Selection::changed, this,
            [this](const QString &table, const QString &id) {
                const Assignment *assignment =
                    table == "assignment"_L1 ? m_context.cache.assignment(id) : nullptr;
                m_board->selectAssignment(assignment ? id : QString());
                const QString incident = assignment               ? assignment->incident.text()
                                         : table == "incident"_L1 ? id
                                                                  : QString();
                m_command->setChosen(incident, assignment ? id : QString());
                if (table == "incident"_L1 || assignment)
                    return;
                m_mapPane->presenter().showRoutes({}, {});
            });
    connect(&m_theme, &ThemeController::themeChanged, this, &MainWindow::spreadAppearance);
}

void MainWindow::connectBoard()
{
    connect(m_board, &Panel::message, this, &MainWindow::say);
    m_board->setMarks([this](const QString &assignment) { return m_pending->of(assignment); });
    connect(m_pending.get(), &PendingMarks::marksChanged, m_board, &BoardPanel::marksMoved);
    connect(m_board, &BoardPanel::selected, this,
            [this](const QString &assignment) { m_selection.set(u"assignment"_s, assignment); });
    connect(m_board, &BoardPanel::activated, this, [this](const QString &assignment) {
        m_selection.set(u"assignment"_s, assignment);
        m_cards->showSelection();
    });
    connect(m_board, &BoardPanel::printWanted, this, &MainWindow::printOrder);
    connect(m_board, &BoardPanel::newOverdue, this, [this](const QStringList &assignments) {
        m_mapPane->presenter().flashTeamsOf(assignments);
        m_notices->tell(
            tr("%n assignment(s) have become overdue.", nullptr, int(assignments.size())));
    });
}

void MainWindow::chooseRoom(int room)
{
    m_rail->setRoom(Rail::Room(room));
    m_rooms->open(Rail::Room(room));
    QList<int> sizes = m_across->sizes();
    constexpr int logWidth = 560;
    if (room == Rail::Log && m_listWidth == 0 && sizes[0] < logWidth) {
        m_listWidth = sizes[0];
        sizes[1] -= logWidth - sizes[0];
        sizes[0] = logWidth;
        m_across->setSizes(sizes);
    } else if (room != Rail::Log && m_listWidth > 0) {
        sizes[1] += sizes[0] - m_listWidth;
        sizes[0] = std::exchange(m_listWidth, 0);
        m_across->setSizes(sizes);
    }
    m_rooms->focusRows();
}

// What is not seen is built, and takes up its rows, one by one after the first list has been drawn.
void MainWindow::warmUp()
{
    constexpr int pause = 300;
    auto *next = new QTimer(this);
    next->setInterval(pause);
    connect(next, &QTimer::timeout, this, [this, next] {
        if (!m_cards->warm() && !m_rooms->warm())
            next->deleteLater();
    });
    connect(&m_context.cache, &items::TableCache::loaded, next, qOverload<>(&QTimer::start));
    if (m_context.cache.isLoaded())
        next->start();
}

void MainWindow::say(const QString &text, bool isError)
{
    if (isError)
        m_notices->complain(text);
    else
        m_notices->tell(text);
}

void MainWindow::setBaseMap(const view::BaseMap &baseMap)
{
    m_context.baseMap = baseMap;
    m_mapPane->setBaseMap(baseMap);
    if (m_wall)
        m_wall->findChild<view::MapView *>()->setBaseMap(baseMap);
}

WallWindow *MainWindow::wall() const
{
    return m_wall;
}
void MainWindow::setWarnings(int count)
{
    m_header->setWarnings(count);
}
void MainWindow::setTheme(view::Theme theme)
{
    m_theme.setTheme(theme);
}

void MainWindow::setLanguage(Language language)
{
    if (language == m_languages.current())
        return;
    m_languages.setLanguage(language);
    // Also where no translator was swapped, the domain's words change.
    QEvent changed(QEvent::LanguageChange);
    QCoreApplication::sendEvent(this, &changed);
    if (m_wall)
        QCoreApplication::sendEvent(m_wall, &changed);
}

void MainWindow::spreadAppearance()
{
    const view::Theme theme = m_theme.theme();
    const Language language = m_languages.current();
    for (Panel *panel : findChildren<Panel *>()) {
        panel->setTheme(theme);
        panel->setLanguage(language);
    }
    m_command->setTheme(theme);
    m_command->setLanguage(language);
    m_actions->setLanguage(language);
    if (m_settings) {
        m_settings->setValue(u"theme"_s, theme == view::Theme::Dark ? u"dark"_s : u"light"_s);
        m_settings->setValue(u"language"_s, language == Language::Chinese ? u"zh"_s : u"en"_s);
    }
}

void MainWindow::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange) {
        retranslate();
        spreadAppearance();
    }
    QWidget::changeEvent(event);
}

void MainWindow::retranslate()
{
    const QString mark = m_context.services.realmMark;
    const QString city = m_context.services.cityName;
    QString title = city.isEmpty() ? tr("Leeward") : tr("Leeward · %1").arg(city);
    setWindowTitle(mark.isEmpty() ? title : QString(u"【"_s + mark + u"】 "_s + title));
    for (const auto &[action, words] : m_menuWords)
        action->setText(words());
    for (const auto &[menu, words] : m_menuTitles)
        menu->setTitle(words());
}

void MainWindow::proposeSizes()
{
    // The map takes what list, card and board do not need.
    const int list = std::clamp(width() * 22 / 100, 270, 520);
    const int card = std::clamp(width() * 30 / 100, 380, 760);
    const int board = std::clamp(height() * 22 / 100, 150, 480);
    m_across->setSizes(
        {list, std::max(240, width() - m_rail->sizeHint().width() - list - card), card});
    m_down->setSizes({height() - board - 80, board});
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if (m_down && !m_sizedByHand)
        proposeSizes();
}

void MainWindow::restoreSizes()
{
    const QSize usual(1366, 768);
    resize(usual);
    proposeSizes();
    if (!m_settings)
        return;
    m_sizedByHand = m_settings->contains(u"window/across"_s);
    if (const QByteArray geometry = m_settings->value(u"window/geometry"_s).toByteArray();
        !geometry.isEmpty())
        restoreGeometry(geometry);
    m_across->restoreState(m_settings->value(u"window/across"_s).toByteArray());
    m_down->restoreState(m_settings->value(u"window/down"_s).toByteArray());
    m_header->setResponseLevel(std::clamp(m_settings->value(u"responseLevel"_s, 0).toInt(), 0, 4));
}

void MainWindow::saveSizes()
{
    if (!m_settings)
        return;
    m_settings->setValue(u"window/geometry"_s, saveGeometry());
    m_settings->setValue(u"window/across"_s, m_across->saveState());
    m_settings->setValue(u"window/down"_s, m_down->saveState());
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    saveSizes();
    if (m_wall)
        m_wall->close();
    QWidget::closeEvent(event);
}

void MainWindow::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape && m_mapPane->map()->isPicking())
        m_mapPane->map()->stopPicking();
    else
        QWidget::keyPressEvent(event);
}

} // namespace leeward::widgets
