#pragma once

#include "models/domain/registers.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QPlainTextEdit;

namespace leeward::items {
class TableCache;
}

namespace leeward::widgets {

class NeedsEdit;

// A field of a register as a person fills it in: a line, several lines, or a choice. Says at once
// when what stands there can not be taken.
class FieldEditor : public QWidget
{
    Q_OBJECT
public:
    // The spec must outlive the editor. `name` becomes the object name of the inner widget, which
    // has the focus.
    FieldEditor(const FieldSpec &field, const items::TableCache &cache, Language language,
                const QString &name, QWidget *parent = nullptr);

    void setValue(const QVariant &stored);
    // The value that would be stored.
    [[nodiscard]] std::expected<QVariant, FieldFault> value() const;
    [[nodiscard]] const FieldSpec &field() const { return m_field; }
    void selectAll();

Q_SIGNALS:
    void edited();
    void committed(); // Enter; Ctrl+Enter in several lines
    void cancelled(); // Esc

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void buildChoices(const items::TableCache &cache);
    void markWrong();

    const FieldSpec &m_field;
    Language m_language;
    QLineEdit *m_line = nullptr;
    NeedsEdit *m_needs = nullptr; // the line, where it is of needs
    QPlainTextEdit *m_text = nullptr;
    QComboBox *m_box = nullptr;
};

} // namespace leeward::widgets
