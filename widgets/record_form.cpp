#include "widgets/record_form.h"

#include "models/domain/words.h"
#include "widgets/field_editor.h"
#include "widgets/icon_theme.h"
#include "widgets/submit.h"

#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

RecordForm::RecordForm(const Shell &shell, const RegisterSpec &spec, QWidget *parent)
    : QScrollArea(parent)
    , m_shell(shell)
    , m_spec(spec)
{
    setObjectName(u"recordForm"_s);
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    auto *body = new QWidget;
    m_title = new QLabel(body);
    setRole(m_title, "title");
    m_grid = new QGridLayout;
    m_grid->setColumnStretch(1, 1);
    buildFields();
    m_fault = new QLabel(body);
    m_fault->setObjectName(u"recordForm.fault"_s);
    m_fault->setWordWrap(true);
    m_fault->hide();
    setRole(m_fault, "bad");
    m_submit = new QPushButton(body);
    m_submit->setObjectName(u"recordForm.submit"_s);
    m_submit->setProperty("primary", true);
    m_cancel = new QPushButton(body);
    m_cancel->setObjectName(u"recordForm.cancel"_s);
    m_pick = new QPushButton(body);
    m_pick->setObjectName(u"recordForm.pick"_s);
    m_pick->setVisible(spec.hasPlace);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_submit);
    buttons->addWidget(m_cancel);
    buttons->addStretch(1);
    buttons->addWidget(m_pick);
    auto *column = new QVBoxLayout(body);
    column->setContentsMargins(12, 10, 12, 12);
    column->addWidget(m_title);
    column->addLayout(m_grid);
    column->addWidget(m_fault);
    column->addLayout(buttons);
    column->addStretch(1);
    setWidget(body);
    connect(m_submit, &QPushButton::clicked, this, &RecordForm::submit);
    connect(m_cancel, &QPushButton::clicked, this, &RecordForm::left);
    connect(m_pick, &QPushButton::clicked, this, [this] {
        m_shell.pickPlace(this, [this](LonLat place) {
            for (FieldEditor *editor : m_editors) {
                if (editor->field().name == "lon"_L1)
                    editor->setValue(place.lon);
                if (editor->field().name == "lat"_L1)
                    editor->setValue(place.lat);
            }
        });
    });
    retranslate();
    m_editors.first()->setFocus();
}

void RecordForm::buildFields()
{
    for (const FieldSpec &field : m_spec.fields) {
        const int row = int(m_editors.size());
        auto *label = new QLabel;
        label->setAlignment(Qt::AlignTop);
        auto *editor = new FieldEditor(field, m_shell.cache, m_shell.language(),
                                       u"recordForm."_s + field.name);
        m_grid->addWidget(label, row, 0);
        m_grid->addWidget(editor, row, 1);
        m_labels += label;
        m_editors += editor;
        connect(editor, &FieldEditor::cancelled, this, &RecordForm::left);
        connect(editor, &FieldEditor::committed, this, [this, row] {
            if (row + 1 < m_editors.size())
                m_editors[row + 1]->setFocus();
            else
                submit();
        });
    }
}

void RecordForm::keyPressEvent(QKeyEvent *event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && event->modifiers().testFlag(Qt::ControlModifier))
        submit();
    else
        QScrollArea::keyPressEvent(event);
}

void RecordForm::submit()
{
    FieldValues values;
    for (FieldEditor *editor : m_editors) {
        const auto value = editor->value();
        if (!value) {
            m_fault->setText(describe(value.error(), m_spec, m_shell.language()));
            m_fault->show();
            editor->setFocus();
            return;
        }
        if (!value->isNull())
            values.insert(editor->field().name, *value);
    }
    m_fault->hide();
    const auto id = m_shell.desk.newId<RecordId>();
    submitAndTell(m_shell, this, op::CreateRecord{m_spec.key, id, values},
                  tr("Added: %1").arg(values.value(u"name"_s).toString()),
                  [this, id] { Q_EMIT created(m_spec.key, id.text()); });
}

void RecordForm::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QScrollArea::changeEvent(event);
}

void RecordForm::retranslate()
{
    const Language language = m_shell.language();
    m_title->setText(tr("New: %1").arg(m_spec.one.in(language)));
    for (qsizetype i = 0; i < m_labels.size(); ++i) {
        const FieldSpec &field = m_editors[i]->field();
        const QString unit = field.unit.isEmpty()
                                 ? QString()
                                 : QString(u" ("_s + unitText(field.unit, language) + u')');
        m_labels[i]->setText(field.label.in(language) + unit +
                             (field.required ? u" *"_s : QString()));
    }
    m_submit->setText(tr("Add"));
    m_submit->setAccessibleName(tr("Add the record (Ctrl+Enter)"));
    m_cancel->setText(tr("Cancel"));
    m_cancel->setAccessibleName(tr("Leave without adding"));
    m_pick->setText(tr("Pick on map"));
    m_pick->setAccessibleName(tr("Pick the place on the map"));
    m_pick->setIcon(m_shell.icons.icon(u"mark-location"_s));
}

} // namespace leeward::widgets
