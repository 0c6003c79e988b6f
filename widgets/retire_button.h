#pragma once

#include "widgets/shell.h"

#include <QPushButton>

namespace leeward::widgets {

// Takes a row of a register out of use, with a reason, or back into it.
class RetireButton : public QPushButton
{
    Q_OBJECT
public:
    RetireButton(const Shell &shell, QWidget *parent = nullptr);
    void showRow(const QString &table, const QString &id);

private:
    void send();
    const Shell &m_shell;
    QString m_table;
    QString m_id;
    bool m_retired = false;
};

} // namespace leeward::widgets
