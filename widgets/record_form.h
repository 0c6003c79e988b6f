#pragma once

#include "widgets/shell.h"

#include <QScrollArea>

class QGridLayout;
class QLabel;
class QPushButton;

namespace leeward::widgets {

class FieldEditor;

// A new row of a register, from its description. Ctrl+Enter keeps it, Esc leaves it.
class RecordForm : public QScrollArea
{
    Q_OBJECT
public:
    RecordForm(const Shell &shell, const RegisterSpec &spec, QWidget *parent = nullptr);

Q_SIGNALS:
    void created(const QString &table, const QString &id);
    void left();

protected:
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void buildFields();
    void submit();
    void retranslate();

    const Shell &m_shell;
    const RegisterSpec &m_spec;
    QLabel *m_title;
    QGridLayout *m_grid;
    QList<QLabel *> m_labels;
    QList<FieldEditor *> m_editors;
    QLabel *m_fault;
    QPushButton *m_pick;
    QPushButton *m_submit;
    QPushButton *m_cancel;
};

} // namespace leeward::widgets
