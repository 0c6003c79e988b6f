#include "widgets/sign_in_dialog.h"

#include "widgets/link_words.h"
#include "widgets/shell.h"

#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QProgressBar>
#include <QPushButton>
#include <QShowEvent>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

SignInDialog::SignInDialog(Place place, const Clock &clock, Prompter &prompter, Language language,
                           QWidget *parent)
    : QDialog(parent)
    , m_place(place)
    , m_clock(clock)
    , m_prompter(prompter)
    , m_language(language)
    , m_title(new QLabel(this))
    , m_trouble(new QLabel(this))
    , m_remark(new QLabel(this))
    , m_serverLabel(new QLabel(this))
    , m_realmLabel(new QLabel(this))
    , m_caLabel(new QLabel(this))
    , m_userLabel(new QLabel(this))
    , m_passwordLabel(new QLabel(this))
    , m_deskLabel(new QLabel(this))
    , m_server(new QLineEdit(this))
    , m_realm(new QLineEdit(this))
    , m_ca(new QLineEdit(this))
    , m_browse(new QPushButton(this))
    , m_fingerprint(new QLabel(this))
    , m_user(new QLineEdit(this))
    , m_password(new QLineEdit(this))
    , m_desk(new QLineEdit(this))
    , m_bar(new QProgressBar(this))
    , m_offlineText(new QLabel(this))
    , m_offline(new QPushButton(this))
    , m_otherLanguage(new QPushButton(this))
    , m_signIn(new QPushButton(this))
    , m_cancel(new QPushButton(this))
{
    setObjectName(u"signIn"_s);
    build();
    for (QLineEdit *field : {m_server, m_realm, m_ca, m_user, m_password, m_desk})
        connect(field, &QLineEdit::textChanged, this, &SignInDialog::refresh);
    connect(m_user, &QLineEdit::textChanged, this, &SignInDialog::userChanged);
    connect(m_ca, &QLineEdit::editingFinished, this,
            [this] { Q_EMIT authorityChosen(m_ca->text().trimmed()); });
    connect(m_browse, &QPushButton::clicked, this, [this] {
        m_prompter.askOpenFile(this, tr("The server's authority"), tr("Certificates (*.pem)"),
                               [self = QPointer(this)](const QString &file) {
                                   if (!self)
                                       return;
                                   self->m_ca->setText(file);
                                   Q_EMIT self->authorityChosen(file);
                               });
    });
    connect(m_signIn, &QPushButton::clicked, this, [this] { Q_EMIT signInWanted(form()); });
    connect(m_offline, &QPushButton::clicked, this, [this] { Q_EMIT offlineWanted(form()); });
    connect(m_cancel, &QPushButton::clicked, this, &SignInDialog::reject);
    connect(m_otherLanguage, &QPushButton::clicked, this, [this] {
        Q_EMIT languageWanted(m_language == Language::Chinese ? Language::English
                                                              : Language::Chinese);
    });
    retranslate();
}

void SignInDialog::build()
{
    const std::pair<QLineEdit *, QString> fields[] = {
        {m_server, u"signIn.server"_s},     {m_realm, u"signIn.realm"_s},
        {m_ca, u"signIn.authority"_s},      {m_user, u"signIn.user"_s},
        {m_password, u"signIn.password"_s}, {m_desk, u"signIn.desk"_s}};
    for (const auto &[field, name] : fields) {
        field->setObjectName(name);
        field->setMaxLength(256);
    }
    m_password->setEchoMode(QLineEdit::Password);
    m_browse->setObjectName(u"signIn.browse"_s);
    m_fingerprint->setObjectName(u"signIn.fingerprint"_s);
    m_fingerprint->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_bar->setObjectName(u"signIn.bar"_s);
    m_bar->setRange(0, 0);
    m_bar->setTextVisible(false);
    m_offline->setObjectName(u"signIn.offline"_s);
    m_offlineText->setObjectName(u"signIn.offlineText"_s);
    m_otherLanguage->setObjectName(u"signIn.language"_s);
    m_otherLanguage->setProperty("link", true);
    m_signIn->setObjectName(u"signIn.go"_s);
    m_signIn->setProperty("primary", true);
    m_signIn->setDefault(true);
    m_cancel->setObjectName(u"signIn.cancel"_s);
    for (QPushButton *button : {m_browse, m_offline, m_otherLanguage, m_cancel})
        button->setAutoDefault(false);
    m_title->setObjectName(u"signIn.title"_s);
    setRole(m_title, "title");
    m_trouble->setObjectName(u"signIn.trouble"_s);
    setRole(m_trouble, "bad");
    m_remark->setObjectName(u"signIn.remark"_s);
    setRole(m_remark, "muted");
    setRole(m_fingerprint, "muted");
    for (QLabel *label : {m_trouble, m_remark, m_fingerprint, m_offlineText}) {
        label->setWordWrap(true);
        label->hide();
    }

    auto *grid = new QGridLayout;
    grid->setColumnStretch(1, 1);
    grid->setVerticalSpacing(8);
    addFormRow(grid, m_userLabel, m_user);
    addFormRow(grid, m_passwordLabel, m_password);
    addFormRow(grid, m_deskLabel, m_desk);
    addFormRow(grid, m_serverLabel, m_server);
    addFormRow(grid, m_realmLabel, m_realm);
    addFormRow(grid, m_caLabel, m_ca);
    grid->addWidget(m_browse, grid->rowCount() - 1, 2);
    grid->addWidget(m_fingerprint, grid->rowCount(), 1, 1, 2);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_otherLanguage);
    buttons->addStretch(1);
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_offline);
    buttons->addWidget(m_signIn);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(18, 16, 18, 16);
    column->setSpacing(10);
    column->addWidget(m_title);
    column->addWidget(m_trouble);
    column->addLayout(grid);
    column->addWidget(m_offlineText);
    column->addWidget(m_remark);
    column->addWidget(m_bar);
    column->addStretch(1);
    column->addLayout(buttons);
    setMinimumWidth(fontMetrics().averageCharWidth() * 62);
}

void SignInDialog::setForm(const SignInForm &form)
{
    m_server->setText(form.server);
    m_realm->setText(form.realm);
    m_ca->setText(form.caFile);
    m_user->setText(form.user);
    m_password->setText(form.password);
    m_desk->setText(form.desk);
    refresh();
}

SignInForm SignInDialog::form() const
{
    return {.server = m_server->text().trimmed(),
            .realm = m_realm->text().trimmed(),
            .caFile = m_ca->text().trimmed(),
            .user = m_user->text().trimmed(),
            .password = m_password->text(),
            .desk = m_desk->text().trimmed()};
}

void SignInDialog::setBusy(bool busy)
{
    m_busy = busy;
    if (busy)
        m_said.reset();
    refresh();
    retranslate();
    if (!busy && isVisible())
        focusNext();
}

void SignInDialog::showTrouble(const SignInTrouble &trouble)
{
    using Why = SignInTrouble::Why;
    m_busy = false;
    m_said = trouble;
    m_saidAt = m_clock.now();
    if (trouble.why == Why::WrongPassword || trouble.why == Why::OfflineWrongPassword)
        m_password->clear();
    refresh();
    retranslate();
    focusNext();
}

void SignInDialog::showRemark(const QString &text)
{
    m_remark->setText(text);
    m_remark->setVisible(!text.isEmpty());
}

void SignInDialog::offerOffline(std::optional<Duration> left)
{
    m_left = left;
    refresh();
    retranslate();
}

void SignInDialog::showFingerprint(const QString &fingerprint)
{
    m_print = fingerprint;
    retranslate();
}

void SignInDialog::setLanguage(Language language)
{
    m_language = language;
    retranslate();
}

void SignInDialog::reject()
{
    if (m_busy)
        Q_EMIT stopWanted();
    else
        QDialog::reject();
}

// Where the next key belongs: the first field that is missing.
void SignInDialog::focusNext()
{
    for (QLineEdit *field : {m_server, m_user, m_password}) {
        if (field->text().isEmpty() && field->isEnabled() && !field->isReadOnly()) {
            field->setFocus();
            return;
        }
    }
    if (m_left && m_offline->isEnabled())
        m_offline->setFocus();
    else
        m_password->setFocus();
}

void SignInDialog::showEvent(QShowEvent *event)
{
    QDialog::showEvent(event);
    focusNext();
}

void SignInDialog::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QDialog::changeEvent(event);
}

void SignInDialog::refresh()
{
    for (QLineEdit *field : {m_user, m_password})
        field->setEnabled(!m_busy);
    for (QLineEdit *field : {m_server, m_realm, m_ca, m_desk})
        field->setEnabled(!m_busy && m_place == Place::AtStart);
    m_browse->setEnabled(!m_busy && m_place == Place::AtStart);
    const SignInForm now = form();
    const bool whole = !now.server.isEmpty() && !now.realm.isEmpty() && !now.user.isEmpty() &&
                       !now.password.isEmpty() && !now.desk.isEmpty();
    m_signIn->setEnabled(whole && !m_busy);
    m_offline->setEnabled(whole && !m_busy);
    m_offline->setVisible(m_left.has_value());
    m_bar->setVisible(m_busy);
}

void SignInDialog::retranslate()
{
    setWindowTitle(tr("Leeward - sign in"));
    m_title->setText(tr("Who works at this desk?"));
    m_userLabel->setText(tr("&Name"));
    m_passwordLabel->setText(tr("&Password"));
    m_deskLabel->setText(tr("&Desk"));
    m_serverLabel->setText(tr("&Server"));
    //: what the server keeps: live work, or a drill
    m_realmLabel->setText(tr("&Realm"));
    m_caLabel->setText(tr("&Authority"));
    m_user->setAccessibleName(tr("Name to sign in with"));
    m_password->setAccessibleName(tr("Password"));
    m_desk->setAccessibleName(tr("Name of this desk"));
    m_server->setAccessibleName(tr("Address of the server"));
    m_server->setPlaceholderText(u"https://hall.example:7443"_s);
    m_realm->setAccessibleName(tr("Realm at the server"));
    m_ca->setAccessibleName(tr("Certificate of the server's authority"));
    m_ca->setPlaceholderText(tr("ca.pem from the administrator; empty: what the system believes"));
    m_browse->setText(tr("Choose …"));
    m_browse->setAccessibleName(tr("Choose the certificate of the authority"));
    m_fingerprint->setText(tr("SHA-256: %1").arg(m_print));
    m_fingerprint->setToolTip(tr("Compare it with the administrator by telephone."));
    m_fingerprint->setVisible(!m_print.isEmpty());
    m_trouble->setVisible(m_said.has_value());
    if (m_said)
        m_trouble->setText(signInText(*m_said, m_place, m_saidAt, m_language));
    m_offlineText->setVisible(m_left.has_value());
    if (m_left && *m_left <= Duration(0)) {
        m_offlineText->setText(tr("The time without the server is used up: signing in offline is "
                                  "for looking only."));
    } else if (m_left) {
        m_offlineText->setText(
            tr("Without the server this person may go on for %1. What is done waits in the queue.")
                .arg(spanWords(*m_left, m_language)));
    }
    m_bar->setAccessibleName(tr("The server is being asked"));
    m_offline->setText(tr("Sign in &offline"));
    m_offline->setAccessibleName(tr("Sign in without the server"));
    m_signIn->setText(tr("Sign &in"));
    m_signIn->setAccessibleName(tr("Sign in at the server"));
    m_cancel->setText(m_busy ? tr("Stop") : m_place == Place::AtStart ? tr("Quit") : tr("Cancel"));
    m_cancel->setAccessibleName(m_cancel->text());
    m_otherLanguage->setText(m_language == Language::Chinese ? u"English"_s : u"中文"_s);
    m_otherLanguage->setAccessibleName(tr("Other language"));
}

} // namespace leeward::widgets
