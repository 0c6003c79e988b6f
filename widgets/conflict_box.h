#pragma once

#include "widgets/shell.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace leeward::widgets {

// One field that two desks changed: what it was, what this desk wants, what the other wrote, beside
// each other.
class ConflictBox : public QFrame
{
    Q_OBJECT
public:
    explicit ConflictBox(const Shell &shell, QWidget *parent = nullptr);

    // `facts` of a FieldConflict refusal; `spec` names the field.
    void showConflict(const RegisterSpec &spec, const QJsonObject &facts);

Q_SIGNALS:
    // Once more, over the value that is there now.
    void retryWanted(const QString &field, const QVariant &now, const QVariant &mine);
    void withdrawn();

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();
    const Shell &m_shell;
    const RegisterSpec *m_spec = nullptr;
    QJsonObject m_facts;
    QLabel *m_head;
    QList<QLabel *> m_labels;
    QList<QLabel *> m_values;
    QPushButton *m_retry;
    QPushButton *m_withdraw;
};

} // namespace leeward::widgets
