// The other half of MainWindow: what can be asked of it, by menu, by key and by the command field.
#include "widgets/main_window.h"

#include "widgets/card_column.h"
#include "widgets/header_bar.h"
#include "widgets/icon_theme.h"
#include "widgets/list_pane.h"
#include "widgets/map_pane.h"
#include "widgets/notices.h"
#include "widgets/panels/board_panel.h"
#include "widgets/panels/command_line.h"
#include "widgets/panels/refusal_text.h"
#include "widgets/pending_marks.h"
#include "widgets/rooms.h"
#include "widgets/save_print.h"
#include "widgets/wall_window.h"

#include <QMenu>
#include <QPointer>
#include <QShortcut>
#include <QTreeView>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

void MainWindow::buildMenu()
{
    m_menu = new QMenu(this);
    m_menu->setObjectName(u"menu"_s);
    const auto add = [this](QMenu *menu, const QString &name, std::function<QString()> words,
                            auto run) {
        QAction *action = menu->addAction(words());
        action->setObjectName(u"menu."_s + name);
        connect(action, &QAction::triggered, this, run);
        m_menuWords += {action, std::move(words)};
        return action;
    };
    const auto sub = [this](const QString &name, std::function<QString()> words) {
        QMenu *menu = m_menu->addMenu(words());
        menu->setObjectName(u"menu."_s + name);
        m_menuTitles += {menu, std::move(words)};
        return menu;
    };
    add(
        m_menu, u"newIncident"_s, [] { return tr("New incident\tCtrl+N"); },
        [this] { m_cards->openIncidentForm(); });
    QMenu *data = sub(u"data"_s, [] { return tr("Data"); });
    add(
        data, u"import"_s, [] { return tr("Import …"); },
        [this] {
            const ListPane *list = m_rooms->currentList();
            m_cards->openImport(list && list->table() != "incident"_L1 ? list->table() : QString());
        });
    if (m_context.services.packages.cards)
        add(
            data, u"packages"_s, [] { return tr("Packages on a stick …"); },
            [this] { m_cards->openPackages(); });
    data->addSeparator();
    for (const RegisterSpec *spec : allRegisters()) {
        add(
            data, u"export."_s + spec->key,
            [this, spec] { return tr("Export %1 …").arg(spec->many.in(m_languages.current())); },
            [this, spec] { exportRegister(spec->key); });
    }
    QMenu *look = sub(u"view"_s, [] { return tr("View"); });
    add(look, u"wall"_s, [] { return tr("Wall view"); }, [this] { openWall(); });
    look->addSeparator();
    add(
        look, u"dark"_s, [] { return tr("Dark, for the hall at night"); },
        [this] { setTheme(view::Theme::Dark); });
    add(
        look, u"light"_s, [] { return tr("Light, for day and print"); },
        [this] { setTheme(view::Theme::Light); });
    look->addSeparator();
    add(look, u"zh"_s, [] { return u"中文"_s; }, [this] { setLanguage(Language::Chinese); });
    add(look, u"en"_s, [] { return u"English"_s; }, [this] { setLanguage(Language::English); });
    add(m_menu, u"queue"_s, [] { return tr("Not yet sent"); }, [this] { m_cards->openQueue(); });
    if (LinkModel &link = m_shell->link; link.isAtServer()) {
        QMenu *account = sub(u"account"_s, [] { return tr("Account"); });
        QAction *in = add(
            account, u"signIn"_s, [] { return tr("Sign in …"); },
            [&link] { Q_EMIT link.signInWanted(); });
        QAction *change = add(
            account, u"changeUser"_s, [] { return tr("Hand the desk over …"); },
            [&link] {
                Q_EMIT link.signOutWanted();
                Q_EMIT link.signInWanted();
            });
        QAction *out = add(
            account, u"signOut"_s, [] { return tr("Sign out"); },
            [&link] { Q_EMIT link.signOutWanted(); });
        QAction *password = add(
            account, u"changePassword"_s, [] { return tr("Change my password …"); },
            [this] { changePassword(); });
        QAction *copy = add(
            account, u"loadCopy"_s, [] { return tr("Load whole copy …"); }, [this] { loadCopy(); });
        const auto show = [&link, in, change, out, password, copy] {
            const bool nobody = link.status().state == LinkStatus::State::SignedOut;
            in->setEnabled(link.status().state != LinkStatus::State::TooOld);
            change->setEnabled(!nobody);
            out->setEnabled(!nobody);
            password->setEnabled(!nobody);
            copy->setEnabled(copyMayBeLoaded(link.status()));
        };
        connect(&link, &LinkModel::changed, this, show);
        show();
        add(
            account, u"tryNow"_s, [] { return tr("Try the server now"); },
            [&link] { Q_EMIT link.tryNowWanted(); });
    }
    m_menu->addSeparator();
    add(m_menu, u"quit"_s, [] { return tr("Close the console"); }, [this] { close(); });
    m_header->setMenu(m_menu);
}

void MainWindow::buildShortcuts()
{
    const auto key = [this](const QKeySequence &keys, auto run) {
        auto *shortcut = new QShortcut(keys, this);
        connect(shortcut, &QShortcut::activated, this, run);
    };
    key(QKeySequence(Qt::CTRL | Qt::Key_N), [this] { m_cards->openIncidentForm(); });
    key(QKeySequence(Qt::CTRL | Qt::Key_K), [this] { m_command->focusAll(); });
    key(QKeySequence(Qt::CTRL | Qt::Key_0), [this] { m_mapPane->fitIncidents(); });
    key(QKeySequence(Qt::CTRL | Qt::Key_G), [this] { m_mapPane->showSelected(); });
    key(QKeySequence(Qt::CTRL | Qt::Key_L), [this] {
        if (ListPane *list = m_rooms->currentList())
            list->focusRows();
    });
    key(QKeySequence(Qt::CTRL | Qt::Key_B), [this] { runUi({command::Ui::What::Board, {}}); });
}

void MainWindow::connectCommandLine()
{
    connect(m_command, &CommandLine::message, this, &MainWindow::say);
    connect(m_command, &CommandLine::rowChosen, this,
            [this](const QString &table, const QString &id) {
                if (const auto room = Rooms::roomOf(table)) {
                    m_rail->setRoom(*room);
                    m_rooms->showTable(table);
                }
                m_selection.set(table, id);
                m_cards->showSelection();
                m_mapPane->showSelected(); // asked for by name: the map goes there
                if (ListPane *list = m_rooms->currentList(); list && list->holds(table))
                    list->view()->setFocus();
            });
    connect(m_command, &CommandLine::placeChosen, this, [this](const QString &name, LonLat at) {
        m_shell->showOnMap(at);
        m_notices->tell(name);
    });
    connect(m_command, &CommandLine::newIncidentWanted, m_cards, &CardColumn::openIncidentForm);
    connect(m_command, &CommandLine::uiWanted, this, &MainWindow::runUi);
}

void MainWindow::runUi(const command::Ui &what)
{
    using What = command::Ui::What;
    switch (what.what) {
    case What::Theme:
        setTheme(what.argument == "light"_L1 ? view::Theme::Light : view::Theme::Dark);
        break;
    case What::Language:
        setLanguage(what.argument == "en"_L1 ? Language::English : Language::Chinese);
        break;
    case What::Wall: openWall(); break;
    case What::Import: m_cards->openImport(what.argument); break;
    case What::Export: exportRegister(what.argument); break;
    case What::PrintRecord:
    case What::Recommend: {
        if (m_context.cache.incident(what.argument))
            m_selection.set(u"incident"_s, what.argument);
        m_cards->showSelection();
        if (!m_cards->hasIncident())
            m_notices->complain(tr("Choose an incident first."));
        else if (what.what == What::PrintRecord)
            m_cards->printRecord();
        else
            m_cards->openRecommendation();
        break;
    }
    case What::PrintOrder:
        printOrder(what.argument.isEmpty() ? m_board->currentAssignment() : what.argument);
        break;
    case What::Queue: m_cards->openQueue(); break;
    case What::Packages:
        if (m_context.services.packages.cards)
            m_cards->openPackages();
        else
            m_notices->complain(tr("This console only looks on: packages are for the one that has "
                                   "the file."));
        break;
    case What::LoadCopy: loadCopy(); break;
    case What::Password: changePassword(); break;
    case What::Log: chooseRoom(Rail::Log); break;
    case What::Board:
        if (QWidget *rows = m_board->findChild<QAbstractItemView *>())
            rows->setFocus();
        break;
    case What::Help: m_command->focusAll(); break;
    }
}

void MainWindow::openWall()
{
    if (!m_wall)
        m_wall = new WallWindow(*m_shell, m_context, m_mapPane->store(), nullptr);
    m_wall->setAttribute(Qt::WA_DeleteOnClose);
    m_wall->show();
    m_wall->raise();
}

void MainWindow::loadCopy()
{
    LinkModel &link = m_shell->link;
    if (copyMayBeLoaded(link.status()))
        Q_EMIT link.copyWanted();
    else if (!link.isAtServer())
        m_notices->complain(tr("This desk works stand-alone: there is no server to load from."));
    else if (link.status().needsCopy)
        m_notices->complain(
            tr("A whole copy is needed, but the server can not be asked for it now."));
    else
        m_notices->tell(tr("No whole copy is needed: what is missing here comes by itself."));
}

void MainWindow::changePassword()
{
    LinkModel &link = m_shell->link;
    if (!link.isAtServer())
        m_notices->complain(tr("This desk works stand-alone: nobody signs in, so there is no "
                               "password."));
    else if (link.status().state == LinkStatus::State::SignedOut)
        m_notices->complain(tr("Nobody is signed in at this desk: sign in first."));
    else
        Q_EMIT link.passwordWanted();
}

void MainWindow::exportRegister(const QString &key)
{
    const RegisterSpec *spec = findRegister(key);
    if (!spec || !m_context.services.exportRegister)
        return;
    const QString suggestion = spec->many.in(m_languages.current()) + u".csv"_s;
    m_context.prompter.askSaveFile(
        this, tr("Export %1").arg(spec->many.in(m_languages.current())), suggestion,
        tr("Tables and maps (*.csv *.geojson *.gpkg)"),
        [self = QPointer(this), key](const QString &file) {
            if (!self)
                return;
            self->m_context.services.exportRegister(file, key, self->m_languages.current())
                .then(self.data(), [self, file](const Result<> &done) {
                    if (done)
                        self->m_notices->tell(tr("Written: %1").arg(file));
                    else
                        self->m_notices->complain(
                            errorText(done.error(), self->m_languages.current()));
                });
        });
}

void MainWindow::printOrder(const QString &assignment)
{
    const auto sheet = orderSheet(m_context.cache, assignment);
    if (!sheet) {
        m_notices->complain(tr("Choose an assignment on the board first."));
        return;
    }
    const desk::Identity &who = m_context.desk.identity();
    savePrint(*m_shell, this, tr("Print the order"),
              Print::order(*sheet, {m_languages.current(), m_context.services.cityName,
                                    m_context.services.realmMark, who.user, who.desk,
                                    m_context.desk.now(), m_pending->queue().cursor}));
}

} // namespace leeward::widgets
