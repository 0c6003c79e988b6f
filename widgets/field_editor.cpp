#include "widgets/field_editor.h"

#include "models/items/table_cache.h"
#include "widgets/needs_edit.h"

#include <QComboBox>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QStyle>
#include <QVBoxLayout>

#include <algorithm>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

FieldEditor::FieldEditor(const FieldSpec &field, const items::TableCache &cache, Language language,
                         const QString &name, QWidget *parent)
    : QWidget(parent)
    , m_field(field)
    , m_language(language)
{
    QWidget *inner = nullptr;
    switch (field.type) {
    case FieldType::LongText:
        inner = m_text = new QPlainTextEdit(this);
        m_text->setTabChangesFocus(true);
        m_text->setFixedHeight(fontMetrics().height() * 4 + 12);
        connect(m_text, &QPlainTextEdit::textChanged, this, &FieldEditor::markWrong);
        break;
    case FieldType::Choice:
    case FieldType::Boolean:
    case FieldType::Reference:
        inner = m_box = new QComboBox(this);
        m_box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        m_box->setMinimumContentsLength(8);
        buildChoices(cache);
        connect(m_box, &QComboBox::currentIndexChanged, this, &FieldEditor::edited);
        break;
    case FieldType::Text:
    case FieldType::Integer:
    case FieldType::Real:
    case FieldType::Date:
    case FieldType::Hours:
    case FieldType::ChoiceList:
        if (field.name == "needs"_L1)
            m_line = m_needs = new NeedsEdit(language, this);
        else
            m_line = new QLineEdit(this);
        inner = m_line;
        m_line->setMaxLength(field.maxLength);
        connect(m_line, &QLineEdit::textChanged, this, &FieldEditor::markWrong);
        break;
    }
    inner->setObjectName(name);
    inner->setAccessibleName(field.label.in(language));
    inner->installEventFilter(this);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(inner);
    setFocusProxy(inner);
}

void FieldEditor::buildChoices(const items::TableCache &cache)
{
    m_box->addItem(u"—"_s, QVariant());
    if (m_field.type == FieldType::Boolean) {
        m_box->addItem(formatField(m_field, 1, m_language), 1);
        m_box->addItem(formatField(m_field, 0, m_language), 0);
        return;
    }
    for (const Choice &choice : m_field.choices)
        m_box->addItem(choice.words.in(m_language), choice.value);
    if (m_field.type != FieldType::Reference)
        return;
    QStringList codes;
    QHash<QString, QString> names;
    for (const FieldValues &row : cache.rows(m_field.refersTo)) {
        const QString code = row.value(u"code"_s).toString();
        codes += code;
        names.insert(code, row.value(u"name"_s).toString());
    }
    std::ranges::sort(codes);
    for (const QString &code : codes)
        m_box->addItem(code + u"  "_s + names.value(code), code);
}

void FieldEditor::setValue(const QVariant &stored)
{
    if (m_box) {
        int at = 0;
        for (int i = 1; i < m_box->count(); ++i) {
            if (!stored.isNull() && m_box->itemData(i).toString() == stored.toString())
                at = i;
        }
        m_box->setCurrentIndex(at);
        return;
    }
    const QString text = formatField(m_field, stored, m_language);
    if (m_needs)
        m_needs->setNeeds(stored.toString());
    else if (m_line)
        m_line->setText(text);
    else
        m_text->setPlainText(text);
}

std::expected<QVariant, FieldFault> FieldEditor::value() const
{
    QVariant value;
    if (m_box) {
        value = m_box->currentData();
    } else if (m_needs) {
        const ReadNeeds read = m_needs->needs();
        if (!read.unknown.isEmpty())
            return std::unexpected(FieldFault{FieldFault::What::UnknownChoice, m_field.name,
                                              read.unknown.join(u", "_s)});
        value = read.needs.isEmpty() ? QVariant() : QVariant(read.needs);
    } else {
        auto parsed = parseField(m_field, m_line ? m_line->text().trimmed()
                                                 : m_text->toPlainText().trimmed());
        if (!parsed)
            return parsed;
        value = *parsed;
    }
    if (auto fault = checkField(m_field, value))
        return std::unexpected(*fault);
    return value;
}

void FieldEditor::selectAll()
{
    if (m_line)
        m_line->selectAll();
    else if (m_text)
        m_text->selectAll();
}

bool FieldEditor::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (key->key() == Qt::Key_Escape) {
        Q_EMIT cancelled();
        return true;
    }
    if (enter && (!m_text || key->modifiers().testFlag(Qt::ControlModifier))) {
        Q_EMIT committed();
        return true;
    }
    return false;
}

void FieldEditor::markWrong()
{
    QWidget *inner = focusProxy();
    const bool wrong = !value().has_value() && !(m_line && m_line->text().isEmpty());
    if (inner->property("wrong").toBool() != wrong) {
        inner->setProperty("wrong", wrong);
        inner->style()->unpolish(inner);
        inner->style()->polish(inner);
    }
    Q_EMIT edited();
}

} // namespace leeward::widgets
