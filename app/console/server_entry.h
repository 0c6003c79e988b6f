#pragma once

#include "app/console/console.h"
#include "app/console/sign_in_talk.h"
#include "models/domain/progress.h"
#include "widgets/start_window.h"

namespace leeward::app {

// From the call to the moment when the realm can be opened, at a server:
//
//    key store ─▶ does the kept session hold? ─▶ (sign in, at the server or without it)
//              ─▶ first load, if one is wanted ─▶ entered()
//
// with a window that says what is being done and stops it. Also the whole load alone, for somebody
// who is at work. UI thread; nothing waits.
class ServerEntry : public QObject
{
    Q_OBJECT
public:
    // All references must outlive it. At the server of the options.
    ServerEntry(const ConsoleOptions &options, const SessionParts &parts,
                widgets::Prompter &prompter);
    ~ServerEntry() override;

    void start();
    // Instead of start(): the person of `session` loads a whole copy of the realm into `cache`. Is
    // seen at once, and loads once `closed` says that nobody has that file open any more. Ends with
    // entered() whether it could be loaded or not, and never with left().
    void loadAgain(std::unique_ptr<DeskSession> session, const QString &cache,
                   QFuture<void> closed);

    // After entered(): who is signed in, where, and what the person chose on the way.
    [[nodiscard]] std::unique_ptr<DeskSession> takeSession() { return std::move(m_session); }
    [[nodiscard]] const ServerChoice &choice() const { return m_choice; }
    [[nodiscard]] const QString &cachePath() const { return m_cache; }
    [[nodiscard]] Language language() const { return m_language; }
    [[nodiscard]] bool isAgain() const { return m_again; } // loadAgain()
    // Of loadAgain(): why there is no whole copy, for the person; empty: there is.
    [[nodiscard]] const QString &trouble() const { return m_trouble; }

Q_SIGNALS:
    void entered();
    void left(); // the person has given up

private:
    struct Loaded
    {
        Result<bool> done = false;
        std::optional<QString> mark;
    };
    void connectToServer();
    void ask(const std::optional<widgets::SignInTrouble> &trouble, bool offline);
    void enter(const Who &who);
    enum class Copy
    {
        IfWanted, // where the server has much that is not here
        Whole
    };
    void showLoad();
    void load(Copy copy);
    void loaded(const Loaded &loaded);
    void finish();
    void stop();
    void install(Language language);

    ConsoleOptions m_options;
    SessionParts m_parts;
    widgets::Prompter &m_prompter;
    ServerChoice m_choice;
    Language m_language;
    QString m_cache;
    Translators m_translators;
    widgets::ThemeController m_theme;
    std::unique_ptr<DeskSession> m_session;
    std::unique_ptr<SignInTalk> m_talk;
    widgets::StartWindow m_window;
    std::shared_ptr<Progress> m_progress; // while it loads
    QFuture<Loaded> m_loading;
    bool m_preparing = false; // the key store has not answered yet
    bool m_connecting = false;
    bool m_failed = false; // to load; the person reads why
    bool m_again = false;  // somebody is at work
    QString m_trouble;
};

} // namespace leeward::app
