#include "app/console/server_desk.h"

#include "sync/remote/remote_link.h"
#include "widgets/link_words.h"
#include "widgets/notices.h"
#include "widgets/panels/refusal_text.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace leeward::app {

using namespace Qt::StringLiterals;
using widgets::LinkStatus;
using State = LinkStatus::State;

namespace {

// The server that a password belongs to may be asked for another one.
bool mayChangePassword(State state)
{
    switch (state) {
    case State::Connected:
    case State::Unavailable:
    case State::NotSignedIn:
    case State::ServerIsBack:
    case State::LockedOut:
    case State::NotPermitted:
    case State::NoRealm: return true;
    case State::StandAlone:
    case State::Connecting:
    case State::Offline:
    case State::SignedInOffline:
    case State::SignedOut:
    case State::Untrusted:
    case State::TooOld: return false;
    }
    return false;
}

State stateOf(sync::Connection::State state)
{
    using Said = sync::Connection::State;
    switch (state) {
    case Said::Connecting: return State::Connecting;
    case Said::Connected: return State::Connected;
    case Said::Offline: return State::Offline;
    case Said::Unavailable: return State::Unavailable;
    case Said::NotSignedIn: return State::NotSignedIn;
    case Said::LockedOut: return State::LockedOut;
    case Said::NotPermitted: return State::NotPermitted;
    case Said::NoRealm: return State::NoRealm;
    case Said::Untrusted: return State::Untrusted;
    case Said::TooOld: return State::TooOld;
    }
    return State::Offline;
}

} // namespace

ServerDesk::ServerDesk(const ConsoleOptions &options, const SessionParts &parts, IdSource &ids,
                       widgets::Prompter &prompter)
    : m_options(options)
    , m_parts(parts)
    , m_ids(ids)
    , m_prompter(prompter)
{
    connect(&m_link, &widgets::LinkModel::signInWanted, this, &ServerDesk::askWho);
    connect(&m_link, &widgets::LinkModel::signOutWanted, this, &ServerDesk::signOut);
    connect(&m_link, &widgets::LinkModel::passwordWanted, this, &ServerDesk::askPassword);
    connect(&m_link, &widgets::LinkModel::copyWanted, this, &ServerDesk::askForCopy);
    connect(&m_link, &widgets::LinkModel::tryNowWanted, this, [this] {
        if (isAtWork() && m_console->realm().remote())
            m_console->realm().remote()->tryNow();
    });
}

ServerDesk::~ServerDesk()
{
    m_talk.reset();
    m_passwordTalk.reset();
    m_console.reset(); // its link asks the session for tokens
}

void ServerDesk::start()
{
    enterBy(std::make_unique<ServerEntry>(m_options, m_parts, m_prompter));
    m_entry->start();
}

void ServerDesk::enterBy(std::unique_ptr<ServerEntry> entry)
{
    m_entry = std::move(entry);
    connect(m_entry.get(), &ServerEntry::entered, this, &ServerDesk::open, Qt::QueuedConnection);
    connect(m_entry.get(), &ServerEntry::left, this, &ServerDesk::left);
}

void ServerDesk::open()
{
    const bool again = m_entry->isAgain();
    const QString trouble = m_entry->trouble();
    if (again && trouble.isEmpty())
        m_needsCopy = false;
    m_server = m_entry->choice();
    m_options.cache = m_entry->cachePath();
    m_options.language = m_entry->language();
    m_options.realmMark = m_entry->choice().mark;
    m_session = m_entry->takeSession();
    const Who who = m_session->who().value_or(Who());
    m_options.identity = {who.user, who.desk};
    // The order of a stand-alone desk and a server's are two pasts.
    if (QFile::exists(server::journalPathFor(m_options.cache))) {
        Q_EMIT failed({Errc::AlreadyExists, m_options.cache});
        return;
    }
    QDir().mkpath(QFileInfo(m_options.cache).absolutePath());
    auto realm = Realm::openRemote(m_options.cache,
                                   {.peer = m_session->peer(),
                                    .realm = m_server.realm,
                                    .tokens = m_session->tokens(),
                                    .prove = m_session->prover()},
                                   m_parts.clock, m_ids, m_options.identity);
    if (!realm) {
        Q_EMIT failed(realm.error());
        return;
    }
    m_offlineSince = m_parts.clock.now();
    // The window must know that there is a server when it is built.
    m_link.setStatus({.state = State::Connecting,
                      .since = m_parts.clock.now(),
                      .server = serverName(m_server),
                      .realm = m_server.realm,
                      .needsCopy = m_needsCopy});
    m_console =
        Console::around(std::move(*realm), m_link, m_options, m_parts.clock, m_ids, m_prompter);
    connectLink();
    connectSession();
    m_console->start();
    if (std::exchange(m_wallSeen, false))
        m_console->window().openWall();
    m_entry.reset();
    refreshGrace();
    refreshLink();
    if (!again)
        tellOfTheStart(who);
    else if (trouble.isEmpty())
        tell({u"已装入完整副本，队列中的操作正在上报。"_s,
              u"The whole copy is loaded; what waits in the queue is being sent."_s},
             false);
    else
        m_console->window().notices().complain(trouble);
    Q_EMIT opened();
}

void ServerDesk::tellOfTheStart(const Who &who)
{
    if (!m_session->keeps())
        tell({u"本系统没有可用的密钥库：登录信息不保存，每次启动都要登录。"_s,
              u"This system has no key store that works: nothing of the sign-in is kept, and every "
              "start asks."_s},
             false);
    if (who.clockSetBack)
        tell({u"本机时钟比上次慢了五分钟以上，请校时；离线期间的时间会被标记。"_s,
              u"This machine's clock is more than five minutes behind what it was before. Set it; "
              "times written offline will be marked."_s},
             true);
}

void ServerDesk::connectLink()
{
    sync::RemoteLink &remote = *m_console->realm().remote();
    connect(&remote, &sync::RemoteLink::connectionChanged, this, &ServerDesk::refreshLink);
    connect(&remote, &sync::RemoteLink::clockCompared, this,
            [this](const sync::ClockOffset &offset) {
                if (!offset.farOff || std::exchange(m_clockTold, true))
                    return;
                const QString span =
                    widgets::spanWords(std::chrono::abs(offset.offset), m_console->language());
                tell({u"本机时钟与服务器相差%1，请校时：现在写下的时间是错的。"_s.arg(span),
                      u"This machine's clock is %1 off the server's. Set it: times written now are "
                      "wrong."_s.arg(span)},
                     true);
            });
    sync::Courier &courier = *m_console->realm().courier();
    connect(&courier, &sync::Courier::failed, this, [this](const Error &error) {
        const QString why = widgets::errorText(error, m_console->language());
        tell({u"服务器发来的内容没有写入：%1"_s.arg(why),
              u"What came from the server could not be written: %1"_s.arg(why)},
             true);
    });
    connect(&courier, &sync::Courier::retreated, this, [this](qint64 entries) {
        tell({u"服务器从备份恢复，缺少本席位已有的%1条；本席位正在重新上报。"_s.arg(entries),
              u"The server was restored from a backup and lacks %1 entries that this desk has; "
              "they are handed in again."_s.arg(entries)},
             true);
    });
    connect(&courier, &sync::Courier::snapshotNeeded, this, [this] { setNeedsCopy(true); });
    connect(&courier, &sync::Courier::idle, this, [this] { setNeedsCopy(false); });
}

void ServerDesk::connectSession()
{
    disconnect(m_session.get(), nullptr, this, nullptr); // it outlives the window
    connect(m_session.get(), &DeskSession::graceChanged, this, [this] {
        refreshGrace();
        refreshLink();
    });
    connect(m_session.get(), &DeskSession::serverBackChanged, this, &ServerDesk::refreshLink);
    connect(m_session.get(), &DeskSession::over, this, [this] {
        if (!isAtWork())
            return;                            // who comes back finds out
        m_console->realm().remote()->tryNow(); // finds that there is no token, and says so
    });
    connect(m_session.get(), &DeskSession::notKept, this, [this] {
        if (!isAtWork())
            return;
        tell({u"登录信息没能存入密钥库：下次启动须重新登录。"_s,
              u"The sign-in could not be put into the key store: the next start asks again."_s},
             false);
    });
}

State ServerDesk::stateAt(const sync::Connection &connection) const
{
    const State state = stateOf(connection.state);
    if (state == State::TooOld)
        return state;
    const auto &who = m_session->who();
    if (!who)
        return State::SignedOut;
    if (who->offline && !m_session->hasTokens())
        return m_session->isServerBack() ? State::ServerIsBack : State::SignedInOffline;
    return state;
}

void ServerDesk::refreshLink()
{
    if (!isAtWork())
        return;
    const sync::Connection connection = m_console->realm().remote()->connection();
    m_console->realm().heed(connection); // what is shown has been done
    m_session->setConnected(connection.state == sync::Connection::State::Connected);
    LinkStatus status{.state = stateAt(connection),
                      .since = connection.since,
                      .server = serverName(m_server),
                      .realm = m_server.realm,
                      .grace = m_session->grace(),
                      .needsCopy = m_needsCopy,
                      .keepsSecrets = m_session->keeps()};
    if (status.state == State::SignedOut)
        status.since = m_signedOutAt;
    else if (status.state == State::SignedInOffline || status.state == State::ServerIsBack)
        status.since = m_offlineSince;
    // Told by the minute only.
    if (status.state == State::Connected)
        status.grace.reset();
    else if (status.grace)
        status.grace = std::chrono::floor<std::chrono::minutes>(*status.grace);
    m_link.setStatus(status);
    if (m_passwordTalk)
        m_passwordTalk->setReachable(mayChangePassword(status.state));
    refreshGrace();
}

// What the desk may do now.
void ServerDesk::refreshGrace()
{
    if (!isAtWork())
        return;
    desk::Desk &desk = m_console->realm().desk();
    if (desk.closed() == desk::Closed::TooOld)
        return; // final
    const bool connected =
        m_console->realm().remote()->connection().state == sync::Connection::State::Connected;
    const auto &grace = m_session->grace();
    if (!m_session->who())
        desk.setClosed(desk::Closed::SignedOut);
    else if (!connected && grace && *grace <= Duration(0))
        desk.setClosed(desk::Closed::GraceOver);
    else
        desk.setClosed(std::nullopt);
}

void ServerDesk::askWho()
{
    if (!isAtWork() || m_talk)
        return;
    m_talk = std::make_unique<SignInTalk>(widgets::SignInDialog::Place::AtWork, m_session, m_parts,
                                          m_prompter, m_console->language(), &m_console->window());
    const auto close = [this] {
        if (m_talk)
            m_talk.release()->deleteLater();
    };
    connect(m_talk.get(), &SignInTalk::left, this, close);
    connect(m_talk.get(), &SignInTalk::languageWanted, this,
            [this](Language language) { m_console->window().setLanguage(language); });
    connect(m_talk.get(), &SignInTalk::signedIn, this, [this, close](const Who &who) {
        close();
        signedIn(who);
    });
    ServerChoice choice = m_session->choice();
    choice.user = m_session->who().value_or(Who()).user;
    const State state = m_link.status().state;
    m_talk->open(choice, std::nullopt, state == State::Offline || state == State::SignedInOffline);
}

void ServerDesk::signedIn(const Who &who)
{
    m_passwordTalk.reset(); // it was for who was here
    m_offlineSince = m_parts.clock.now();
    m_console->realm().desk().setIdentity({who.user, who.desk});
    m_console->realm().remote()->startAnew();
    refreshLink();
}

void ServerDesk::askPassword()
{
    if (!isAtWork() || !m_session->who())
        return;
    if (!m_passwordTalk) {
        m_passwordTalk = std::make_unique<PasswordTalk>(
            *m_session, m_parts.clock, [this] { return m_console->language(); },
            &m_console->window());
        const auto close = [this] {
            if (m_passwordTalk)
                m_passwordTalk.release()->deleteLater();
        };
        connect(m_passwordTalk.get(), &PasswordTalk::left, this, close);
        connect(m_passwordTalk.get(), &PasswordTalk::failed, this,
                [this, close](const QString &why) {
                    close();
                    m_console->window().notices().complain(why);
                });
        connect(m_passwordTalk.get(), &PasswordTalk::changed, this, [this, close](bool signedIn) {
            close();
            m_console->realm().remote()->startAnew(); // with the new tokens, or to find none
            refreshLink();
            if (signedIn)
                tell({u"口令已修改。本人在其他席位要用新口令重新登录。"_s,
                      u"The password is changed. Where else you are signed in, sign in again with "
                      "the new one."_s},
                     false);
            else
                tell({u"口令已修改，但随后没能重新登录。请用新口令登录。"_s,
                      u"The password is changed, but signing in with it did not work just then. "
                      "Sign in with the new one."_s},
                     true);
        });
    }
    m_passwordTalk->open(mayChangePassword(m_link.status().state));
}

void ServerDesk::signOut()
{
    if (!m_session || !m_session->who())
        return;
    m_passwordTalk.reset();
    m_session->signOut();
    m_signedOutAt = m_parts.clock.now();
    m_console->realm().remote()->startAnew();
    refreshLink();
}

// --- a whole copy, for a desk whose missing entries the server has archived

void ServerDesk::setNeedsCopy(bool needed)
{
    m_needsCopy = needed;
    refreshLink();
}

void ServerDesk::askForCopy()
{
    if (!isAtWork() || !widgets::copyMayBeLoaded(m_link.status()))
        return;
    const bool zh = m_console->language() == Language::Chinese;
    m_prompter.confirm(
        &m_console->window(), zh ? u"装入完整副本"_s : u"Load whole copy"_s,
        zh ? u"窗口将关闭，装入完成后自动重开，不必重新登录。队列保留；没有保存的表单和草稿会丢失。"_s
           : u"The window closes and comes back when the copy is loaded; nobody has to sign in. "
             "The queue is kept. Forms that are not saved are lost."_s,
        zh ? u"装入"_s : u"Load"_s, [self = QPointer(this)] {
            if (self)
                self->loadCopy();
        });
}

// The window goes first, then all that has the file open, then it is loaded; open() brings the
// window back, whatever came of it.
void ServerDesk::loadCopy()
{
    if (!isAtWork() || !m_session->who() || !m_session->hasTokens())
        return;
    m_talk.reset();
    m_passwordTalk.reset();
    m_server.user = m_session->who()->user;
    m_options.server = m_server;
    m_options.language = m_console->language();
    m_options.theme = m_console->window().theme();
    m_wallSeen = m_console->window().wall() != nullptr;
    QFuture<void> settled = m_console->settle();
    enterBy(std::make_unique<ServerEntry>(m_options, m_parts, m_prompter));
    // Seen before the last window of the program closes.
    m_entry->loadAgain(std::move(m_session), m_options.cache,
                       settled.then(this, [this] { m_console.reset(); }));
    m_console->window().close();
}

void ServerDesk::tell(const Words &words, bool complain)
{
    widgets::Notices &notices = m_console->window().notices();
    const QString &text = words.in(m_console->language());
    if (complain)
        notices.complain(text);
    else
        notices.tell(text);
}

} // namespace leeward::app
