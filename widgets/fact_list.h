#pragma once

#include "widgets/shell.h"

#include <QWidget>

class QGridLayout;
class QLabel;

namespace leeward::widgets {

class ConflictBox;
class FieldEditor;

// Fields of one row, one a line, each edited in place: F2, Enter or double click opens it, Enter
// writes the one field with its old and new value, Esc leaves it as it was. A value changed
// elsewhere meanwhile shows as a conflict.
class FactList : public QWidget
{
    Q_OBJECT
public:
    // `fields`: names of the spec's fields, in order. The spec must outlive the list.
    FactList(const Shell &shell, const RegisterSpec &spec, const QStringList &fields,
             QWidget *parent = nullptr);

    void showRow(const QString &table, const QString &id);
    // Shown after a value, e.g. a flag against a rule.
    void setRemark(const QString &field, const QString &text, bool bad);
    void setEditable(bool editable) { m_editable = editable; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    struct Line
    {
        const FieldSpec *field;
        QLabel *label;
        QLabel *value;
        QLabel *remark;
        FieldEditor *editor = nullptr;
        QVariant before;
    };

    void refresh();
    void open(Line &line);
    void close(Line &line);
    void commit(Line &line);
    void write(const QString &field, const QVariant &before, const QVariant &after);
    [[nodiscard]] QString shownText(const FieldSpec &field, const QVariant &value) const;

    const Shell &m_shell;
    const RegisterSpec &m_spec;
    QGridLayout *m_grid;
    ConflictBox *m_conflict;
    QString m_table;
    QString m_id;
    std::vector<Line> m_lines;
    bool m_editable = true;
};

} // namespace leeward::widgets
