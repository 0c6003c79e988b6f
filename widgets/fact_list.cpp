#include "widgets/fact_list.h"

#include "widgets/conflict_box.h"
#include "widgets/field_editor.h"
#include "widgets/presence_board.h"
#include "widgets/submit.h"

#include "models/domain/words.h"

#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QScrollArea>
#include <QTimer>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

FactList::FactList(const Shell &shell, const RegisterSpec &spec, const QStringList &fields,
                   QWidget *parent)
    : QWidget(parent)
    , m_shell(shell)
    , m_spec(spec)
    , m_grid(new QGridLayout(this))
    , m_conflict(new ConflictBox(shell, this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(10);
    m_grid->setVerticalSpacing(1);
    m_grid->setColumnStretch(1, 1);
    m_grid->addWidget(m_conflict, 0, 0, 1, 2); // on top, where it is seen
    m_lines.reserve(size_t(fields.size()));
    for (const QString &name : fields) {
        const FieldSpec *field = spec.field(name);
        Q_ASSERT(field);
        Line line{field, new QLabel(this), new QLabel(this), new QLabel(this)};
        const int row = int(m_lines.size());
        line.label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
        line.label->setContentsMargins(0, 2, 0, 0);
        line.value->setObjectName(u"fact."_s + name);
        line.value->setProperty("fact", true);
        line.value->setFocusPolicy(Qt::StrongFocus);
        line.value->setWordWrap(true);
        line.value->setTextFormat(Qt::PlainText);
        line.value->installEventFilter(this);
        line.remark->setWordWrap(true);
        line.remark->hide();
        setRole(line.label, "label");
        m_grid->addWidget(line.label, row * 2 + 1, 0);
        m_grid->addWidget(line.value, row * 2 + 1, 1);
        m_grid->addWidget(line.remark, row * 2 + 2, 1);
        m_lines.push_back(line);
    }
    connect(m_conflict, &ConflictBox::retryWanted, this, &FactList::write);
    connect(&shell.cache, &items::TableCache::changed, this, [this](const Changes &changes) {
        for (const RowChange &change : changes) {
            if (change.table == m_table && change.key == m_id) {
                refresh();
                return;
            }
        }
    });
    refresh();
}

void FactList::showRow(const QString &table, const QString &id)
{
    if (m_id != id) {
        m_conflict->hide();
        for (Line &line : m_lines)
            close(line);
    }
    m_table = table;
    m_id = id;
    refresh();
}

void FactList::setRemark(const QString &name, const QString &text, bool bad)
{
    for (Line &line : m_lines) {
        if (line.field->name != name)
            continue;
        line.remark->setText(text);
        line.remark->setVisible(!text.isEmpty());
        setRole(line.remark, bad ? "bad" : "muted");
    }
}

bool FactList::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride &&
        static_cast<QKeyEvent *>(event)->key() == Qt::Key_F2) {
        event->accept(); // on a fact F2 edits; elsewhere it is the rail's
        return true;
    }
    bool wanted = event->type() == QEvent::MouseButtonDblClick;
    if (event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        wanted = key->modifiers() == Qt::NoModifier &&
                 (key->key() == Qt::Key_F2 || key->key() == Qt::Key_Return ||
                  key->key() == Qt::Key_Enter);
    }
    if (wanted && m_editable) {
        for (Line &line : m_lines) {
            if (line.value == watched) {
                open(line);
                return true;
            }
        }
    }
    return QWidget::eventFilter(watched, event);
}

void FactList::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        refresh();
    QWidget::changeEvent(event);
}

QString FactList::shownText(const FieldSpec &field, const QVariant &value) const
{
    const Language language = m_shell.language();
    if (value.isNull() || value.toString().isEmpty())
        return u"—"_s;
    if (field.type == FieldType::Reference) {
        const QString name = m_shell.cache.name(
            field.refersTo, m_shell.cache.idOfCode(field.refersTo, value.toString()));
        return name.isEmpty() ? value.toString() : name;
    }
    if (field.name == "needs"_L1)
        return needsText(value.toString(), language);
    const QString text = formatField(field, value, language);
    return field.unit.isEmpty() ? text : QString(text + u' ' + unitText(field.unit, language));
}

void FactList::refresh()
{
    const FieldValues *values = m_id.isEmpty() ? nullptr : m_shell.cache.row(m_table, m_id);
    for (Line &line : m_lines) {
        const QString label = line.field->label.in(m_shell.language());
        line.label->setText(label);
        line.value->setText(values ? shownText(*line.field, values->value(line.field->name))
                                   : u"—"_s);
        line.value->setAccessibleName(label + u": "_s + line.value->text());
        line.value->setToolTip(m_editable ? tr("F2 or double click to change") : QString());
    }
}

void FactList::open(Line &line)
{
    const FieldValues *values = m_shell.cache.row(m_table, m_id);
    if (!values || line.editor)
        return;
    line.before = values->value(line.field->name);
    line.editor = new FieldEditor(*line.field, m_shell.cache, m_shell.language(),
                                  u"fact."_s + line.field->name + u".edit"_s, this);
    line.editor->setValue(line.before);
    const int row = int(&line - m_lines.data()) * 2 + 1;
    m_shell.presence.beginEdit();
    line.value->hide();
    m_grid->addWidget(line.editor, row, 1);
    line.editor->show();
    line.editor->setFocus();
    line.editor->selectAll();
    // The vector of lines never grows after the constructor, so that a line stays where it is.
    connect(line.editor, &FieldEditor::committed, this, [this, &line] { commit(line); });
    connect(line.editor, &FieldEditor::cancelled, this, [this, &line] { close(line); });
}

void FactList::close(Line &line)
{
    if (!line.editor)
        return;
    const bool focused = line.editor->focusWidget() && isAncestorOf(line.editor->focusWidget());
    m_shell.presence.endEdit();
    line.editor->hide();
    line.editor->deleteLater();
    line.editor = nullptr;
    line.value->show();
    line.remark->setVisible(false);
    if (focused)
        line.value->setFocus();
    refresh();
}

void FactList::commit(Line &line)
{
    const auto value = line.editor->value();
    if (!value) {
        line.remark->setText(describe(value.error(), m_spec, m_shell.language()));
        setRole(line.remark, "bad");
        line.remark->show();
        return;
    }
    const QVariant after = *value;
    const QVariant before = line.before;
    const QString field = line.field->name;
    close(line);
    const bool same = before.isNull() || before.toString().isEmpty()
                          ? after.isNull() || after.toString().isEmpty()
                          : !after.isNull() && before.toString() == after.toString();
    if (!same)
        write(field, before, after);
}

void FactList::write(const QString &field, const QVariant &before, const QVariant &after)
{
    const op::EditRecord body{m_table, RecordId::fromText(m_id), {{field, before, after}}};
    submitAndTell(m_shell, this, body,
                  tr("%1 changed.").arg(m_spec.field(field)->label.in(m_shell.language())), {},
                  [this](const desk::Failure &failure) {
                      const auto *refusal = std::get_if<Refusal>(&failure);
                      if (!refusal || refusal->reason != RefusalReason::FieldConflict)
                          return false;
                      m_conflict->showConflict(m_spec, refusal->facts);
                      QTimer::singleShot(0, m_conflict, [box = m_conflict] {
                          for (QWidget *above = box->parentWidget(); above;
                               above = above->parentWidget()) {
                              if (auto *area = qobject_cast<QScrollArea *>(above))
                                  area->ensureWidgetVisible(box);
                          }
                      });
                      return true;
                  });
}

} // namespace leeward::widgets
