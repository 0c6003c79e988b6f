#pragma once

#include "models/desk/command.h"
#include "widgets/shell.h"
#include "widgets/shell_context.h"

#include <QPointer>
#include <QWidget>

class QMenu;
class QSettings;
class QSplitter;

namespace leeward::widgets {

class AssignmentActions;
class BoardPanel;
class CardColumn;
class CommandLine;
class HeaderBar;
class IconTheme;
class LinkBanner;
class MapPane;
class Notices;
class PendingMarks;
class PresenceBoard;
class Rail;
class Rooms;
class StatusLine;
class WallWindow;

// The console's window. It assembles the panes and connects them; each pane is a class of its own.
class MainWindow : public QWidget
{
    Q_OBJECT
public:
    // What `context` refers to must outlive the window. One at a time: the theme is the
    // application's.
    explicit MainWindow(const ShellContext &context);
    ~MainWindow() override;

    // The tile service may come late, or anew.
    void setBaseMap(const view::BaseMap &baseMap);
    // How many warnings are in force in this city.
    void setWarnings(int count);
    void setTheme(view::Theme theme);
    [[nodiscard]] view::Theme theme() const { return m_theme.theme(); }
    void setLanguage(Language language);

    [[nodiscard]] Selection &selection() { return m_selection; }
    [[nodiscard]] MapPane &mapPane() { return *m_mapPane; }
    // Whoever knows a server connects the two.
    [[nodiscard]] PresenceBoard &presence() { return *m_presence; }
    [[nodiscard]] Notices &notices() { return *m_notices; }
    [[nodiscard]] WallWindow *wall() const;

public Q_SLOTS:
    void openWall();
    void runUi(const leeward::command::Ui &what);

protected:
    void changeEvent(QEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void buildPanes();
    void buildMenu();
    void buildShortcuts();
    void arrange();
    void connectPanes();
    void connectCommandLine();
    void connectBoard();
    void proposeSizes();
    void restoreSizes();
    void saveSizes();
    void retranslate();
    void spreadAppearance();
    void chooseRoom(int room);
    void warmUp();
    void exportRegister(const QString &key);
    void printOrder(const QString &assignment);
    void loadCopy();
    void changePassword();
    void say(const QString &text, bool isError);

    ShellContext m_context;
    std::unique_ptr<QSettings> m_settings;
    ThemeController m_theme;
    LanguageController m_languages;
    Selection m_selection;
    std::unique_ptr<IconTheme> m_icons;
    std::unique_ptr<PendingMarks> m_pending;
    LinkModel m_standAlone; // when the context names no other
    std::unique_ptr<PresenceBoard> m_presence;
    Notices *m_notices;
    AssignmentActions *m_actions;
    std::unique_ptr<Shell> m_shell;

    HeaderBar *m_header = nullptr;
    LinkBanner *m_banner = nullptr;
    CommandLine *m_command = nullptr;
    Rail *m_rail = nullptr;
    Rooms *m_rooms = nullptr;
    MapPane *m_mapPane = nullptr;
    CardColumn *m_cards = nullptr;
    BoardPanel *m_board = nullptr;
    StatusLine *m_status = nullptr;
    QSplitter *m_across = nullptr;
    QSplitter *m_down = nullptr;
    QMenu *m_menu = nullptr;
    QList<std::pair<QAction *, std::function<QString()>>> m_menuWords;
    QList<std::pair<QMenu *, std::function<QString()>>> m_menuTitles;
    QPointer<WallWindow> m_wall;
    bool m_sizedByHand = false;
    int m_listWidth = 0; // before the log made the list wide; 0 when it has not
};

} // namespace leeward::widgets
