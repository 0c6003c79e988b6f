#include "app/console/password_talk.h"

#include "sync/password.h"

namespace leeward::app {

using Dialog = widgets::PasswordDialog;
using widgets::PasswordFlaw;

namespace {

std::optional<PasswordFlaw> flawOf(const QString &user, const QString &password)
{
    const auto fault = sync::passwordFault(user, password);
    if (!fault)
        return std::nullopt;
    switch (*fault) {
    case sync::PasswordFault::TooShort: return PasswordFlaw::TooShort;
    case sync::PasswordFault::TooLong: return PasswordFlaw::TooLong;
    case sync::PasswordFault::IsName: return PasswordFlaw::IsName;
    case sync::PasswordFault::TooCommon: return PasswordFlaw::TooCommon;
    }
    return std::nullopt;
}

} // namespace

PasswordTalk::PasswordTalk(DeskSession &session, const Clock &clock,
                           std::function<Language()> language, QWidget *window)
    : m_session(session)
    , m_clock(clock)
    , m_language(std::move(language))
    , m_dialog(new Dialog(
          serverName(session.choice()), session.who().value_or(Who()).user,
          {.shortest = sync::shortestPassword, .longest = sync::longestPassword, .flaw = flawOf},
          clock, m_language, window))
{
    connect(m_dialog, &Dialog::changeWanted, this, &PasswordTalk::change);
    connect(m_dialog, &Dialog::rejected, this, [this] {
        if (!m_dialog->isBusy())
            Q_EMIT left();
    });
}

PasswordTalk::~PasswordTalk()
{
    delete m_dialog;
}

void PasswordTalk::open(bool reachable)
{
    m_dialog->setReachable(reachable);
    m_dialog->show(); // the window behind stays usable
    m_dialog->activateWindow();
}

void PasswordTalk::change(const QString &password, const QString &changed)
{
    m_dialog->setBusy(true);
    m_session.changePassword(password, changed).then(this, [this](const PasswordOutcome &outcome) {
        answered(outcome);
    });
}

void PasswordTalk::answered(const PasswordOutcome &outcome)
{
    if (outcome)
        Q_EMIT this->changed(*outcome);
    else if (m_dialog && m_dialog->isVisible())
        m_dialog->showTrouble(outcome.error());
    else
        Q_EMIT failed(widgets::passwordText(outcome.error(), m_clock.now(), m_language()));
}

} // namespace leeward::app
