#include "app/console/server_entry.h"

#include "sync/remote/snapshot_loader.h"
#include "widgets/panels/refusal_text.h"

#include <QDir>
#include <QFileInfo>
#include <QLoggingCategory>
#include <QSettings>
#include <QtConcurrentRun>
#include <QTimer>

namespace leeward::app {

using namespace Qt::StringLiterals;
using Trouble = widgets::SignInTrouble;

namespace {

Q_LOGGING_CATEGORY(log, "leeward.entry")

// Why nothing was loaded.
QString whyNotLoaded(const Error &error, const QString &server, Language language)
{
    const bool zh = language == Language::Chinese;
    QString why;
    if (error.code == Errc::Cancelled)
        why = zh ? u"已按操作停止装入。"_s : u"Loading was stopped by hand."_s;
    else if (error.code == Errc::Network)
        why = zh ? u"服务器 %1 中途没有回应。"_s : u"The server %1 stopped answering."_s;
    else if (error.code == Errc::Refused)
        why =
            zh ? u"服务器 %1 不允许下载（登录已结束，或没有权限）。"_s
               : u"The server %1 does not allow it: the session is over, or the right is missing."_s;
    else if (error.code == Errc::Corrupt)
        why = zh ? u"服务器 %1 发来的数据校验不符，没有采用。请通知管理员。"_s
                 : u"What the server %1 sent is not what it said, and was not used. Tell its "
                   "administrator."_s;
    else
        why = widgets::errorText(error, language);
    return why.replace(u"%1"_s, server);
}

// Why the first load failed and what that means; what is here stays as it was.
QString loadFailure(const Error &error, const QString &server, Language language)
{
    const bool zh = language == Language::Chinese;
    return whyNotLoaded(error, server, language) +
           (zh ? u"\n本机已有的数据没有改动，可以继续使用；缺少的内容连上后逐条补齐，已下载的"
                 "部分下次接着用。"_s
               : u"\nWhat is on this machine is untouched and can be worked with; the rest "
                 "follows entry by entry once the server is there, and what has been loaded "
                 "is used next time."_s);
}

// The same for a desk that can not do without.
QString noCopy(const Error &error, const QString &server, Language language)
{
    const bool zh = language == Language::Chinese;
    return (zh ? u"没有装入完整副本："_s : u"No whole copy was loaded: "_s) +
           whyNotLoaded(error, server, language) +
           (zh ? u"本机的数据和队列没有改动，可以继续使用；可再次装入，已下载的部分接着用。"_s
               : u" What is on this machine and its queue are untouched and can be worked with. "
                 "Load again when you like: what has come is used then."_s);
}

} // namespace

ServerEntry::ServerEntry(const ConsoleOptions &options, const SessionParts &parts,
                         widgets::Prompter &prompter)
    : m_options(options)
    , m_parts(parts)
    , m_prompter(prompter)
    , m_choice(options.server.value_or(ServerChoice()))
    , m_language(options.language)
    , m_theme(options.theme)
{
    m_translators.install(m_language);
    m_theme.dress();
    connect(&m_window, &widgets::StartWindow::stopWanted, this, &ServerEntry::stop);
    connect(&m_window, &widgets::StartWindow::goOnWanted, this, &ServerEntry::finish);
}

// The loader uses the session, and both end in bounded time.
ServerEntry::~ServerEntry()
{
    if (m_progress)
        m_progress->cancel();
    m_loading.waitForFinished();
}

void ServerEntry::install(Language language)
{
    m_language = language;
    m_translators.install(language);
}

void ServerEntry::start()
{
    const auto peer = peerOf(m_choice, m_parts.times.remote);
    if (!peer) {
        // The talk finds the same, and says so.
        ask(std::nullopt, false);
        return;
    }
    m_session = std::make_unique<DeskSession>(m_choice, *peer, m_parts.store, m_parts.clock,
                                              m_parts.random, m_parts.times);
    m_preparing = true;
    m_window.showPreparing();
    QTimer::singleShot(300, &m_window, [this] {
        if (m_preparing)
            m_window.show();
    });
    m_session->prepare().then(this, [this](const QString &user) {
        m_preparing = false;
        if (user.isEmpty()) {
            ask(std::nullopt, false);
            return;
        }
        m_choice.user = user;
        connectToServer();
    });
}

void ServerEntry::loadAgain(std::unique_ptr<DeskSession> session, const QString &cache,
                            QFuture<void> closed)
{
    m_again = true;
    m_session = std::move(session);
    m_cache = cache;
    showLoad();
    closed.then(this, [this] { load(Copy::Whole); });
}

void ServerEntry::connectToServer()
{
    m_connecting = true;
    m_window.showConnecting(serverName(m_choice));
    m_window.show();
    m_session->resume().then(this, [this](const SignInAnswer &answer) {
        if (!std::exchange(m_connecting, false))
            return; // the person did not want to wait
        if (answer)
            enter(*answer);
        else
            ask(answer.error(), false);
    });
}

void ServerEntry::ask(const std::optional<Trouble> &trouble, bool offline)
{
    m_talk = std::make_unique<SignInTalk>(widgets::SignInDialog::Place::AtStart, m_session, m_parts,
                                          m_prompter, m_language, nullptr);
    connect(m_talk.get(), &SignInTalk::signedIn, this, &ServerEntry::enter);
    connect(m_talk.get(), &SignInTalk::left, this, &ServerEntry::left);
    connect(m_talk.get(), &SignInTalk::languageWanted, this, &ServerEntry::install);
    m_talk->open(m_choice, trouble, offline);
    m_window.hide();
}

void ServerEntry::enter(const Who &who)
{
    if (m_talk)
        m_choice = m_talk->choice();
    m_choice.user = who.user;
    m_cache = m_options.cache.isEmpty() ? serverCachePath(m_options.dataFolder, m_choice)
                                        : m_options.cache;
    if (who.offline)
        finish();
    else
        load(Copy::IfWanted);
}

void ServerEntry::showLoad()
{
    m_window.showLoading(0, 0, {});
    m_window.show();
    if (m_talk)
        m_talk->dialog().hide();
    // The loader ends before this object does, so the window is there as long as it reports.
    m_progress = std::make_shared<Progress>(
        [window = &m_window](qint64 done, qint64 total, const QString &what) {
            QMetaObject::invokeMethod(
                window, [window, done, total, what] { window->showLoading(done, total, what); },
                Qt::QueuedConnection);
        });
}

void ServerEntry::load(Copy copy)
{
    if (!m_progress)
        showLoad();
    m_loading = QtConcurrent::run([peer = m_session->peer(), realm = m_choice.realm,
                                   tokens = m_session->tokens(), &clock = m_parts.clock,
                                   path = m_cache, progress = m_progress, copy]() -> Loaded {
        if (!QDir().mkpath(QFileInfo(path).absolutePath()))
            return {.done = fail(Errc::FileUnwritable, path)};
        sync::SnapshotLoader loader(peer, realm, tokens, clock);
        Loaded loaded{
            .done = copy == Copy::IfWanted
                        ? loader.loadIfWanted(path, *progress)
                        : loader.load(path, *progress).transform([](qint64) { return true; })};
        loaded.mark = loader.mark();
        return loaded;
    });
    m_loading.then(this, [this](const Loaded &done) { loaded(done); });
}

void ServerEntry::loaded(const Loaded &loaded)
{
    m_progress.reset();
    if (loaded.mark)
        m_choice.mark = *loaded.mark;
    if (!loaded.done && m_again)
        m_trouble = noCopy(loaded.done.error(), serverName(m_choice), m_language);
    if (loaded.done || loaded.done.error().code == Errc::Cancelled) {
        finish();
        return;
    }
    const Error &error = loaded.done.error();
    qCWarning(log) << errcName(error.code) << error.detail;
    if (m_again) {
        finish(); // the desk goes on, and says it there
        return;
    }
    if (error.code == Errc::NotFound) {
        m_session->signOut();
        ask(m_session->trouble(Trouble::Why::NoRealm), false);
        return;
    }
    m_failed = true;
    m_window.showFailure(loadFailure(error, serverName(m_choice), m_language));
}

void ServerEntry::stop()
{
    if (std::exchange(m_connecting, false)) {
        m_session->stopAsking();
        ask(std::nullopt, true);
    } else if (m_progress) {
        m_progress->cancel();
    } else if (m_failed || m_preparing) {
        Q_EMIT left();
    }
}

void ServerEntry::finish()
{
    m_failed = false;
    if (!m_options.settingsFile.isEmpty()) {
        QSettings settings(m_options.settingsFile, QSettings::IniFormat);
        rememberServer(settings, m_choice, m_options.dataFolder);
    }
    Q_EMIT entered();
}

} // namespace leeward::app
