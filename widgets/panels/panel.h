#pragma once

#include "maps/view/symbolkey.h"
#include "widgets/panels/panel_context.h"

#include <QWidget>

namespace leeward::widgets {

// The shared part of all panels: what they work with, the language of facts and words, the theme.
// Sentences follow the translator that is installed; a panel shows them anew when that changes.
class Panel : public QWidget
{
    Q_OBJECT
public:
    Panel(const PanelContext &context, QWidget *parent);

    [[nodiscard]] Language language() const { return m_language; }
    [[nodiscard]] view::Theme theme() const { return m_theme; }
    void setLanguage(Language language);
    void setTheme(view::Theme theme);

Q_SIGNALS:
    // For the status line: what was done, or why not.
    void message(const QString &text, bool isError);

protected:
    void changeEvent(QEvent *event) override;
    // Writes all texts of the panel anew. Not called before the constructor of the panel has ended.
    virtual void retranslate() = 0;
    virtual void themeChanged();

    [[nodiscard]] desk::Desk &desk() const { return m_context.desk; }
    [[nodiscard]] items::TableCache &cache() const { return m_context.cache; }
    [[nodiscard]] const Services &services() const { return m_context.services; }
    [[nodiscard]] Prompter &prompter() const { return m_context.prompter; }
    [[nodiscard]] const PanelContext &context() const { return m_context; }

private:
    PanelContext m_context;
    Language m_language = Language::Chinese;
    view::Theme m_theme = view::Theme::Dark;
};

} // namespace leeward::widgets
