#pragma once

#include "widgets/prompter.h"

namespace leeward::app {

// Asks with the desktop's own dialogs. None of them blocks: each opens over its window and answers
// later.
class DialogPrompter final : public widgets::Prompter
{
public:
    void confirm(QWidget *parent, const QString &title, const QString &text, const QString &action,
                 std::function<void()> yes) override;
    void askText(QWidget *parent, const QString &title, const QString &label,
                 std::function<void(QString)> done) override;
    void askOpenFile(QWidget *parent, const QString &title, const QString &filter,
                     std::function<void(QString)> done) override;
    void askSaveFile(QWidget *parent, const QString &title, const QString &suggestion,
                     const QString &filter, std::function<void(QString)> done) override;
};

} // namespace leeward::app
