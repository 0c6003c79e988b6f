#pragma once

#include "widgets/password_text.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace leeward::widgets {

// Asks the person at this desk for another password of their own: the current one, and the new one
// twice. It only asks: whoever shows it carries out what is wanted, calls setBusy() meanwhile, and
// answers with showTrouble() or by closing it. The rules are there from the start, and what still
// stands against the new one is said at every key. Never waits.
class PasswordDialog : public QDialog
{
    Q_OBJECT
public:
    // `server` and `user` as people call them; `clock` must outlive it. `language`: the one of now,
    // which may be another one after a LanguageChange.
    PasswordDialog(const QString &server, const QString &user, PasswordRules rules,
                   const Clock &clock, std::function<Language()> language,
                   QWidget *parent = nullptr);

    // While the server is asked nothing can be entered. Closing then stops nothing: the server may
    // have the new password already.
    void setBusy(bool busy);
    [[nodiscard]] bool isBusy() const { return m_busy; }
    void showTrouble(const SignInTrouble &trouble);
    // Whether the server can be asked at all; the dialog says why not, and waits for it to be back.
    void setReachable(bool reachable);

Q_SIGNALS:
    // Both are as typed, and the new one keeps the rules.
    void changeWanted(const QString &password, const QString &changed);

protected:
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void build();
    void refresh();
    void retranslate();
    void focusNext();
    void clear(std::initializer_list<QLineEdit *> fields);
    [[nodiscard]] std::optional<PasswordFlaw> flaw() const;
    [[nodiscard]] bool isGood() const;
    [[nodiscard]] QString hint() const;

    const QString m_server;
    const QString m_user;
    const PasswordRules m_rules;
    const Clock &m_clock;
    const std::function<Language()> m_language;
    QLabel *m_title;
    QLabel *m_trouble;
    QLabel *m_offline;
    QLabel *m_rulesText;
    QLabel *m_hint;
    QLabel *m_effect;
    QLabel *m_oldLabel;
    QLabel *m_newLabel;
    QLabel *m_againLabel;
    QLineEdit *m_old;
    QLineEdit *m_new;
    QLineEdit *m_again;
    QProgressBar *m_bar;
    QPushButton *m_cancel;
    QPushButton *m_change;
    bool m_busy = false;
    bool m_reachable = true;
    std::optional<SignInTrouble> m_said;
    Instant m_saidAt;
};

} // namespace leeward::widgets
