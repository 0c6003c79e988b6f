#include "widgets/retire_button.h"

#include "widgets/submit.h"

namespace leeward::widgets {

using namespace Qt::StringLiterals;

RetireButton::RetireButton(const Shell &shell, QWidget *parent)
    : QPushButton(parent)
    , m_shell(shell)
{
    setObjectName(u"card.retire"_s);
    connect(this, &QPushButton::clicked, this, &RetireButton::send);
}

void RetireButton::showRow(const QString &table, const QString &id)
{
    m_table = table;
    m_id = id;
    const FieldValues *values = m_shell.cache.row(table, id);
    m_retired = values && values->value(u"retired"_s).toInt() != 0;
    setText(m_retired ? tr("Back into use") : tr("Take out of use …"));
    setAccessibleName(text());
}

void RetireButton::send()
{
    if (m_retired) {
        submitAndTell(m_shell, this, op::RetireRecord{m_table, RecordId::fromText(m_id), false, {}},
                      tr("In use again."));
        return;
    }
    const QString table = m_table;
    const QString id = m_id;
    m_shell.prompter.askText(
        this, tr("Take out of use"), tr("Reason:"), [this, table, id](const QString &reason) {
            submitAndTell(m_shell, this,
                          op::RetireRecord{table, RecordId::fromText(id), true, reason},
                          tr("Taken out of use. It stays on record."));
        });
}

} // namespace leeward::widgets
