#pragma once

#include "app/console/desk_session.h"
#include "widgets/sign_in_dialog.h"

#include <QPointer>

namespace leeward::app {

// What sessions are made of; all of it outlives them.
struct SessionParts
{
    SecretStore &store;
    const Clock &clock;
    sync::RandomSource &random;
    SessionTimes times;
};

// The talk between a person and a session: shows the dialog, asks the server or what is kept here,
// tells what comes back. At start the person may choose another server; the session is made anew
// then. UI thread; nothing waits.
class SignInTalk : public QObject
{
    Q_OBJECT
public:
    // `session` may be empty at start; all references must outlive the talk.
    SignInTalk(widgets::SignInDialog::Place place, std::unique_ptr<DeskSession> &session,
               const SessionParts &parts, widgets::Prompter &prompter, Language language,
               QWidget *window);
    ~SignInTalk() override;

    // `offline`: offer that at once, because the server could not be asked just now.
    void open(const ServerChoice &choice, const std::optional<widgets::SignInTrouble> &trouble,
              bool offline);
    [[nodiscard]] widgets::SignInDialog &dialog() { return *m_dialog; }
    // As the person has left it.
    [[nodiscard]] const ServerChoice &choice() const { return m_choice; }

Q_SIGNALS:
    void signedIn(const leeward::app::Who &who);
    void left(); // the person has given up
    void languageWanted(leeward::Language language);

private:
    void signIn(const widgets::SignInForm &form);
    void signInOffline(const widgets::SignInForm &form);
    // Runs `then` once there is a prepared session of what the form says.
    void withSession(const widgets::SignInForm &form, std::function<void()> then);
    void answered(const SignInAnswer &answer);
    void stop();
    void offer(const QString &user);
    void showKeeping();
    [[nodiscard]] bool isLate(int attempt) const { return attempt != m_attempt; }

    const widgets::SignInDialog::Place m_place;
    std::unique_ptr<DeskSession> &m_session;
    SessionParts m_parts;
    Language m_language;
    ServerChoice m_choice;
    bool m_offline = false; // offered
    int m_attempt = 0;
    QPointer<widgets::SignInDialog> m_dialog; // a child of the window, where there is one
};

} // namespace leeward::app
