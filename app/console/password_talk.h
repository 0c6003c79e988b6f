#pragma once

#include "app/console/desk_session.h"
#include "widgets/password_dialog.h"

#include <QPointer>

namespace leeward::app {

// The talk in which the person at this desk gives themselves another password: shows the dialog,
// asks the session, tells what comes back. A dialog that is closed while the server is asked stops
// nothing: what came of it is told by the signals. UI thread; nothing waits.
class PasswordTalk : public QObject
{
    Q_OBJECT
public:
    // Somebody is signed in. All references must outlive the talk; `language` as PasswordDialog.
    PasswordTalk(DeskSession &session, const Clock &clock, std::function<Language()> language,
                 QWidget *window);
    ~PasswordTalk() override;

    // With the server there, or not at the moment.
    void open(bool reachable);
    void setReachable(bool reachable) { m_dialog->setReachable(reachable); }

Q_SIGNALS:
    // Each ends the talk.
    void changed(bool signedIn);     // false: the person has to sign in with the new one
    void left();                     // the person has given up
    void failed(const QString &why); // after the dialog was closed

private:
    void change(const QString &password, const QString &changed);
    void answered(const PasswordOutcome &outcome);

    DeskSession &m_session;
    const Clock &m_clock;
    std::function<Language()> m_language;
    QPointer<widgets::PasswordDialog> m_dialog; // a child of the window
};

} // namespace leeward::app
