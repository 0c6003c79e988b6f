#pragma once

#include "widgets/prompter.h"
#include "widgets/sign_in_text.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace leeward::widgets {

// What a person fills in to sign in at a server.
struct SignInForm
{
    QString server; // "https://hall.example:7443"
    QString realm;
    QString caFile; // empty: the authorities that the system believes
    QString user;
    QString password;
    QString desk;
};

// Asks who works here. It only asks: whoever shows it carries out what is wanted, calls setBusy()
// meanwhile, and answers with showTrouble() or by closing it. Never waits.
class SignInDialog : public QDialog
{
    Q_OBJECT
public:
    using Place = SignInPlace;
    SignInDialog(Place place, const Clock &clock, Prompter &prompter, Language language,
                 QWidget *parent = nullptr);

    void setForm(const SignInForm &form);
    [[nodiscard]] SignInForm form() const;

    // While the server is asked: nothing can be changed, and Esc stops the asking.
    void setBusy(bool busy);
    void showTrouble(const SignInTrouble &trouble);
    // A remark that is no trouble: this system keeps no secrets.
    void showRemark(const QString &text);
    // How much longer the person in the form may work without the server; nothing: not at all.
    void offerOffline(std::optional<Duration> left);
    // SHA-256 of the authority in the form, to be compared by telephone; empty: none is chosen.
    void showFingerprint(const QString &fingerprint);
    void setLanguage(Language language);

public Q_SLOTS:
    // Esc and Cancel: stops what is under way, or leaves the dialog when nothing is.
    void reject() override;

Q_SIGNALS:
    void signInWanted(const leeward::widgets::SignInForm &form);
    void offlineWanted(const leeward::widgets::SignInForm &form);
    void stopWanted();
    void userChanged(const QString &user);
    void authorityChosen(const QString &caFile);
    void languageWanted(leeward::Language language);

protected:
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void build();
    void retranslate();
    void refresh();
    void focusNext();

    const Place m_place;
    const Clock &m_clock;
    Prompter &m_prompter;
    Language m_language;
    QLabel *m_title;
    QLabel *m_trouble;
    QLabel *m_remark;
    QLabel *m_serverLabel;
    QLabel *m_realmLabel;
    QLabel *m_caLabel;
    QLabel *m_userLabel;
    QLabel *m_passwordLabel;
    QLabel *m_deskLabel;
    QLineEdit *m_server;
    QLineEdit *m_realm;
    QLineEdit *m_ca;
    QPushButton *m_browse;
    QLabel *m_fingerprint;
    QLineEdit *m_user;
    QLineEdit *m_password;
    QLineEdit *m_desk;
    QProgressBar *m_bar;
    QLabel *m_offlineText;
    QPushButton *m_offline;
    QPushButton *m_otherLanguage;
    QPushButton *m_signIn;
    QPushButton *m_cancel;
    bool m_busy = false;
    std::optional<SignInTrouble> m_said;
    Instant m_saidAt;
    std::optional<Duration> m_left;
    QString m_print;
};

} // namespace leeward::widgets

Q_DECLARE_METATYPE(leeward::widgets::SignInForm)
