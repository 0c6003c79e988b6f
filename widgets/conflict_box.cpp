#include "widgets/conflict_box.h"

#include "models/items/clock_text.h"

#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QJsonObject>
#include <QLabel>
#include <QPushButton>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

ConflictBox::ConflictBox(const Shell &shell, QWidget *parent)
    : QFrame(parent)
    , m_shell(shell)
    , m_head(new QLabel(this))
    , m_retry(new QPushButton(this))
    , m_withdraw(new QPushButton(this))
{
    setObjectName(u"conflict"_s);
    m_retry->setObjectName(u"conflict.retry"_s);
    m_withdraw->setObjectName(u"conflict.withdraw"_s);
    m_head->setWordWrap(true);
    setRole(m_head, "bad");
    auto *sides = new QGridLayout;
    for (int i = 0; i < 3; ++i) {
        m_labels += new QLabel(this);
        m_values += new QLabel(this);
        setRole(m_labels[i], "label");
        m_values[i]->setWordWrap(true);
        m_values[i]->setObjectName(u"conflict.side%1"_s.arg(i));
        sides->addWidget(m_labels[i], 0, i);
        sides->addWidget(m_values[i], 1, i);
        sides->setColumnStretch(i, 1);
    }
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_retry);
    buttons->addWidget(m_withdraw);
    buttons->addStretch(1);
    auto *column = new QVBoxLayout(this);
    column->addWidget(m_head);
    column->addLayout(sides);
    column->addLayout(buttons);
    connect(m_retry, &QPushButton::clicked, this, [this] {
        hide();
        Q_EMIT retryWanted(m_facts.value("field"_L1).toString(),
                           m_facts.value("theirs"_L1).toVariant(),
                           m_facts.value("mine"_L1).toVariant());
    });
    connect(m_withdraw, &QPushButton::clicked, this, [this] {
        hide();
        Q_EMIT withdrawn();
    });
    hide();
}

void ConflictBox::showConflict(const RegisterSpec &spec, const QJsonObject &facts)
{
    m_spec = &spec;
    m_facts = facts;
    retranslate();
    show();
    m_retry->setFocus();
}

void ConflictBox::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QFrame::changeEvent(event);
}

void ConflictBox::retranslate()
{
    m_retry->setText(tr("Write mine anyway"));
    m_retry->setAccessibleName(m_retry->text());
    m_withdraw->setText(tr("Keep theirs"));
    m_withdraw->setAccessibleName(m_withdraw->text());
    m_labels[0]->setText(tr("As you saw it"));
    m_labels[1]->setText(tr("Yours"));
    m_labels[2]->setText(tr("Now there"));
    const FieldSpec *field = m_spec ? m_spec->field(m_facts.value("field"_L1).toString()) : nullptr;
    if (!field)
        return;
    const QString by = m_facts.value("by"_L1).toString();
    m_head->setText(
        by.isEmpty() ? tr("“%1” was changed meanwhile.").arg(field->label.in(m_shell.language()))
                     : tr("“%1” was changed meanwhile by %2 at %3.")
                           .arg(field->label.in(m_shell.language()), by,
                                items::clockText(instantFromMs(m_facts.value("at"_L1).toInteger()),
                                                 m_shell.cache.now())));
    const QList<QLatin1StringView> names = {"base"_L1, "mine"_L1, "theirs"_L1};
    for (int i = 0; i < 3; ++i) {
        const QString text =
            formatField(*field, m_facts.value(names[i]).toVariant(), m_shell.language());
        m_values[i]->setText(text.isEmpty() ? u"—"_s : text);
    }
}

} // namespace leeward::widgets
