#pragma once

#include "app/console/password_talk.h"
#include "app/console/server_entry.h"
#include "widgets/link_model.h"

namespace leeward::app {

// A console at a central server: the way in, then the window, and all that happens to the link and
// the sign-in while it is open. The queue and the windows outlive every session. UI thread.
class ServerDesk : public QObject
{
    Q_OBJECT
public:
    // All references must outlive it. At the server of the options.
    ServerDesk(const ConsoleOptions &options, const SessionParts &parts, IdSource &ids,
               widgets::Prompter &prompter);
    ~ServerDesk() override;

    void start();

    // Null before opened(), and while a whole copy is loaded.
    [[nodiscard]] Console *console() { return m_console.get(); }
    // Null while there is no console, or while it goes.
    [[nodiscard]] DeskSession *session() { return m_session.get(); }
    [[nodiscard]] const QString &cachePath() const { return m_options.cache; }
    [[nodiscard]] const widgets::LinkModel &link() const { return m_link; }

Q_SIGNALS:
    void opened();                            // also when it comes back after a whole copy
    void left();                              // the person gave up before there was a window
    void failed(const leeward::Error &error); // the realm's file can not be opened

private:
    void enterBy(std::unique_ptr<ServerEntry> entry);
    void open();
    void tellOfTheStart(const Who &who);
    void connectLink();
    void connectSession();
    void refreshLink();
    void refreshGrace();
    void askWho();
    void askPassword();
    void askForCopy();
    void loadCopy();
    void setNeedsCopy(bool needed);
    // There is a window, and it does not go.
    [[nodiscard]] bool isAtWork() const { return m_console && !m_entry; }
    void signedIn(const Who &who);
    void signOut();
    void tell(const Words &words, bool complain);
    [[nodiscard]] widgets::LinkStatus::State stateAt(const sync::Connection &connection) const;

    ConsoleOptions m_options;
    ServerChoice m_server;
    SessionParts m_parts;
    IdSource &m_ids;
    widgets::Prompter &m_prompter;
    std::unique_ptr<ServerEntry> m_entry; // until the window is there, or there again
    std::unique_ptr<DeskSession> m_session;
    widgets::LinkModel m_link;
    std::unique_ptr<Console> m_console; // uses session and link
    std::unique_ptr<SignInTalk> m_talk; // while somebody is asked
    std::unique_ptr<PasswordTalk> m_passwordTalk;
    Instant m_signedOutAt;
    Instant m_offlineSince;
    bool m_clockTold = false;
    bool m_needsCopy = false; // LinkStatus::needsCopy
    bool m_wallSeen = false;  // before the window went
};

} // namespace leeward::app
