#include "widgets/password_dialog.h"

#include "widgets/shell.h"

#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QShowEvent>

namespace leeward::widgets {

using namespace Qt::StringLiterals;
using Why = SignInTrouble::Why;

PasswordDialog::PasswordDialog(const QString &server, const QString &user, PasswordRules rules,
                               const Clock &clock, std::function<Language()> language,
                               QWidget *parent)
    : QDialog(parent)
    , m_server(server)
    , m_user(user)
    , m_rules(std::move(rules))
    , m_clock(clock)
    , m_language(std::move(language))
    , m_title(new QLabel(this))
    , m_trouble(new QLabel(this))
    , m_offline(new QLabel(this))
    , m_rulesText(new QLabel(this))
    , m_hint(new QLabel(this))
    , m_effect(new QLabel(this))
    , m_oldLabel(new QLabel(this))
    , m_newLabel(new QLabel(this))
    , m_againLabel(new QLabel(this))
    , m_old(new QLineEdit(this))
    , m_new(new QLineEdit(this))
    , m_again(new QLineEdit(this))
    , m_bar(new QProgressBar(this))
    , m_cancel(new QPushButton(this))
    , m_change(new QPushButton(this))
{
    setObjectName(u"password"_s);
    build();
    for (QLineEdit *field : {m_old, m_new, m_again})
        connect(field, &QLineEdit::textChanged, this, &PasswordDialog::refresh);
    connect(m_change, &QPushButton::clicked, this,
            [this] { Q_EMIT changeWanted(m_old->text(), m_new->text()); });
    connect(m_cancel, &QPushButton::clicked, this, &PasswordDialog::reject);
    retranslate();
}

void PasswordDialog::build()
{
    const std::pair<QLineEdit *, QString> fields[] = {
        {m_old, u"password.old"_s}, {m_new, u"password.new"_s}, {m_again, u"password.again"_s}};
    for (const auto &[field, name] : fields) {
        field->setObjectName(name);
        field->setEchoMode(QLineEdit::Password);
        field->setMaxLength(2 * m_rules.longest); // a longer one is told of, not cut
    }
    m_title->setObjectName(u"password.title"_s);
    setRole(m_title, "title");
    m_trouble->setObjectName(u"password.trouble"_s);
    setRole(m_trouble, "bad");
    m_offline->setObjectName(u"password.offline"_s);
    setRole(m_offline, "bad");
    m_rulesText->setObjectName(u"password.rules"_s);
    m_hint->setObjectName(u"password.hint"_s);
    m_effect->setObjectName(u"password.effect"_s);
    setRole(m_effect, "muted");
    for (QLabel *label : {m_trouble, m_offline, m_rulesText, m_effect})
        label->setWordWrap(true);
    m_bar->setObjectName(u"password.bar"_s);
    m_bar->setRange(0, 0);
    m_bar->setTextVisible(false);
    m_cancel->setObjectName(u"password.cancel"_s);
    m_cancel->setAutoDefault(false);
    m_change->setObjectName(u"password.go"_s);
    m_change->setProperty("primary", true);
    m_change->setDefault(true);

    auto *grid = new QGridLayout;
    grid->setColumnStretch(1, 1);
    grid->setVerticalSpacing(8);
    addFormRow(grid, m_oldLabel, m_old);
    addFormRow(grid, m_newLabel, m_new);
    addFormRow(grid, m_againLabel, m_again);
    grid->addWidget(m_hint, grid->rowCount(), 1);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_change);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(18, 16, 18, 16);
    column->setSpacing(10);
    column->addWidget(m_title);
    column->addWidget(m_trouble);
    column->addWidget(m_offline);
    column->addWidget(m_rulesText);
    column->addLayout(grid);
    column->addWidget(m_effect);
    column->addWidget(m_bar);
    column->addStretch(1);
    column->addLayout(buttons);
    setMinimumWidth(fontMetrics().averageCharWidth() * 62);
}

void PasswordDialog::setBusy(bool busy)
{
    m_busy = busy;
    if (busy)
        m_said.reset();
    retranslate();
}

void PasswordDialog::showTrouble(const SignInTrouble &trouble)
{
    m_busy = false;
    m_said = trouble;
    m_saidAt = m_clock.now();
    retranslate();
    if (trouble.why == Why::WrongPassword)
        clear({m_old});
    else if (trouble.why == Why::Malformed)
        clear({m_new, m_again});
    focusNext();
}

void PasswordDialog::setReachable(bool reachable)
{
    if (reachable == m_reachable)
        return;
    m_reachable = reachable;
    refresh();
}

void PasswordDialog::clear(std::initializer_list<QLineEdit *> fields)
{
    for (QLineEdit *field : fields)
        field->clear();
}

// Where the next key belongs: the first field that is missing.
void PasswordDialog::focusNext()
{
    for (QLineEdit *field : {m_old, m_new, m_again}) {
        if (field->text().isEmpty()) {
            field->setFocus();
            return;
        }
    }
    m_change->isEnabled() ? m_change->setFocus() : m_new->setFocus();
}

void PasswordDialog::showEvent(QShowEvent *event)
{
    QDialog::showEvent(event);
    focusNext();
}

void PasswordDialog::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QDialog::changeEvent(event);
}

std::optional<PasswordFlaw> PasswordDialog::flaw() const
{
    if (const auto found = m_rules.flaw(m_user, m_new->text()))
        return found;
    return m_new->text() == m_old->text() ? std::optional(PasswordFlaw::Unchanged) : std::nullopt;
}

bool PasswordDialog::isGood() const
{
    return !m_old->text().isEmpty() && !flaw() && m_new->text() == m_again->text();
}

// What still stands against the new one; a blank keeps the line's place.
QString PasswordDialog::hint() const
{
    if (m_new->text().isEmpty())
        return u" "_s;
    if (const auto found = flaw())
        return flawText(*found, m_rules, m_language());
    if (m_new->text() != m_again->text())
        return tr("○ not yet the same twice");
    return m_old->text().isEmpty() ? tr("○ the current password is missing") : tr("✓ good");
}

void PasswordDialog::refresh()
{
    for (QLineEdit *field : {m_old, m_new, m_again})
        field->setEnabled(!m_busy);
    m_change->setEnabled(!m_busy && m_reachable && isGood());
    m_bar->setVisible(m_busy);
    m_offline->setVisible(!m_reachable);
    m_trouble->setVisible(m_said.has_value());
    m_hint->setText(hint());
    m_hint->setAccessibleName(m_hint->text());
    setRole(m_hint, isGood() ? "good" : "muted");
}

void PasswordDialog::retranslate()
{
    setWindowTitle(tr("Leeward - change the password"));
    m_title->setText(tr("Another password for %1").arg(m_user));
    if (m_said)
        m_trouble->setText(passwordText(*m_said, m_saidAt, m_language()));
    m_offline->setText(passwordOfflineText(m_server, m_language()));
    m_rulesText->setText(rulesText(m_rules, m_language()));
    m_effect->setText(tr("From then on you sign in with the new one, at this desk also without the "
                         "server. Where else you are signed in you have to sign in again; not "
                         "here."));
    m_oldLabel->setText(tr("&Current password"));
    m_newLabel->setText(tr("&New password"));
    m_againLabel->setText(tr("New one &again"));
    m_old->setAccessibleName(tr("Current password"));
    m_new->setAccessibleName(tr("New password"));
    m_again->setAccessibleName(tr("New password again"));
    m_bar->setAccessibleName(tr("The server is being asked"));
    m_change->setText(tr("Change the &password"));
    m_change->setAccessibleName(tr("Change the password"));
    m_cancel->setText(m_busy ? tr("Close") : tr("Cancel"));
    m_cancel->setAccessibleName(m_cancel->text());
    refresh();
}

} // namespace leeward::widgets
