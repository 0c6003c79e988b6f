#include "app/console/sign_in_talk.h"

#include <QtConcurrentRun>

namespace leeward::app {

using namespace Qt::StringLiterals;
using Dialog = widgets::SignInDialog;
using Trouble = widgets::SignInTrouble;
using Why = Trouble::Why;

namespace {

// Why the address or the authority can not be used.
Trouble troubleOf(const Error &error, const ServerChoice &choice)
{
    Trouble trouble{.why = Why::BadAddress,
                    .server = choice.address,
                    .realm = choice.realm,
                    .file = choice.caFile};
    if (error.code == Errc::FileMissing)
        trouble.why = Why::CaMissing;
    else if (error.code == Errc::FileUnreadable || error.code == Errc::FileMalformed)
        trouble.why = Why::CaUnreadable;
    else if (choice.address.startsWith("http://"_L1))
        trouble.why = Why::NotEncrypted;
    return trouble;
}

bool samePlace(const ServerChoice &a, const ServerChoice &b)
{
    return a.address == b.address && a.realm == b.realm && a.caFile == b.caFile &&
           a.desk == b.desk && a.insecure == b.insecure;
}

} // namespace

SignInTalk::SignInTalk(Dialog::Place place, std::unique_ptr<DeskSession> &session,
                       const SessionParts &parts, widgets::Prompter &prompter, Language language,
                       QWidget *window)
    : m_place(place)
    , m_session(session)
    , m_parts(parts)
    , m_language(language)
    , m_dialog(new Dialog(place, parts.clock, prompter, language, window))
{
    connect(m_dialog, &Dialog::signInWanted, this, &SignInTalk::signIn);
    connect(m_dialog, &Dialog::offlineWanted, this, &SignInTalk::signInOffline);
    connect(m_dialog, &Dialog::stopWanted, this, &SignInTalk::stop);
    connect(m_dialog, &Dialog::rejected, this, &SignInTalk::left);
    connect(m_dialog, &Dialog::userChanged, this, &SignInTalk::offer);
    connect(m_dialog, &Dialog::authorityChosen, this, [this](const QString &file) {
        QtConcurrent::run([file] {
            return authorityFingerprint(file);
        }).then(this, [this](const QString &print) {
            if (m_dialog)
                m_dialog->showFingerprint(print);
        });
    });
    connect(m_dialog, &Dialog::languageWanted, this, [this](Language wanted) {
        m_language = wanted;
        Q_EMIT languageWanted(wanted);
        m_dialog->setLanguage(wanted);
        showKeeping();
    });
}

SignInTalk::~SignInTalk()
{
    delete m_dialog;
}

void SignInTalk::open(const ServerChoice &choice, const std::optional<Trouble> &trouble,
                      bool offline)
{
    m_choice = choice;
    m_offline = offline || (trouble && widgets::offlineMayHelp(trouble->why));
    m_dialog->setForm({.server = choice.address,
                       .realm = choice.realm,
                       .caFile = choice.caFile,
                       .user = choice.user,
                       .password = {},
                       .desk = choice.desk});
    if (trouble)
        m_dialog->showTrouble(*trouble);
    showKeeping();
    Q_EMIT m_dialog->authorityChosen(choice.caFile);
    offer(choice.user);
    m_dialog->show(); // the window behind stays usable
    m_dialog->activateWindow();
}

void SignInTalk::showKeeping()
{
    if (!m_session || m_session->keeps()) {
        m_dialog->showRemark({});
        return;
    }
    m_dialog->showRemark(
        m_language == Language::Chinese
            ? u"本系统没有可用的密钥库，登录信息不会保存：每次启动都要登录，程序关闭后不能离线登录。"_s
            : u"This system has no key store that works, so nothing of the sign-in is kept: sign "
              u"in "
              "at every start; offline sign-in ends with the program."_s);
}

void SignInTalk::withSession(const widgets::SignInForm &form, std::function<void()> then)
{
    m_choice.user = form.user;
    if (m_place == Dialog::Place::AtStart) {
        ServerChoice wanted = m_choice;
        wanted.address = form.server;
        wanted.realm = form.realm;
        wanted.caFile = form.caFile;
        wanted.desk = form.desk;
        if (wanted.address != m_choice.address || wanted.realm != m_choice.realm)
            wanted.mark.clear();
        m_choice = wanted;
        if (!m_session || !samePlace(m_session->choice(), wanted)) {
            const auto peer = peerOf(wanted, m_parts.times.remote);
            if (!peer) {
                m_dialog->showTrouble(troubleOf(peer.error(), wanted));
                return;
            }
            m_session = std::make_unique<DeskSession>(wanted, *peer, m_parts.store, m_parts.clock,
                                                      m_parts.random, m_parts.times);
            (void) m_session->prepare();
        }
    }
    if (m_session->isPrepared()) {
        then();
        return;
    }
    // The key store may ask the person for its own password.
    m_dialog->setBusy(true);
    const auto go = [this, then, attempt = m_attempt] {
        showKeeping();
        if (!isLate(attempt))
            then();
    };
    connect(m_session.get(), &DeskSession::prepared, this, go, Qt::SingleShotConnection);
}

void SignInTalk::signIn(const widgets::SignInForm &form)
{
    ++m_attempt;
    withSession(form, [this, form] {
        m_dialog->setBusy(true);
        m_session->signIn(form.user, form.password)
            .then(this, [this, attempt = m_attempt](const SignInAnswer &answer) {
                if (!isLate(attempt))
                    answered(answer);
            });
    });
}

void SignInTalk::signInOffline(const widgets::SignInForm &form)
{
    ++m_attempt;
    withSession(form, [this, form] {
        m_dialog->setBusy(true);
        m_session->signInOffline(form.user, form.password)
            .then(this, [this, attempt = m_attempt](const SignInAnswer &answer) {
                if (!isLate(attempt))
                    answered(answer);
            });
    });
}

void SignInTalk::answered(const SignInAnswer &answer)
{
    if (answer) {
        Q_EMIT signedIn(*answer);
        return;
    }
    m_offline = widgets::offlineMayHelp(answer.error().why);
    m_dialog->showTrouble(answer.error());
    offer(m_choice.user);
}

void SignInTalk::stop()
{
    ++m_attempt;
    if (m_session)
        m_session->stopAsking();
    m_dialog->setBusy(false);
    m_offline = true; // a person who does not want to wait for the server
    offer(m_choice.user);
}

void SignInTalk::offer(const QString &user)
{
    if (!m_offline || !m_session || !m_session->isPrepared() || user.trimmed().isEmpty()) {
        m_dialog->offerOffline(std::nullopt);
        return;
    }
    m_session->offlineLeft(user.trimmed())
        .then(this, [this, user](const std::optional<Duration> &left) {
            if (m_dialog && m_dialog->form().user == user.trimmed())
                m_dialog->offerOffline(m_offline ? left : std::nullopt);
        });
}

} // namespace leeward::app
