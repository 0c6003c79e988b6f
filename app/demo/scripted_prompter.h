#pragma once

#include "widgets/prompter.h"

#include <QFile>

namespace leeward::demo {

// Answers as an officer would: yes, a reason, and the demo's folder for every print.
class ScriptedPrompter final : public widgets::Prompter
{
public:
    explicit ScriptedPrompter(QString folder)
        : m_folder(std::move(folder))
    {
    }
    void confirm(QWidget *, const QString &, const QString &, const QString &,
                 std::function<void()> yes) override
    {
        yes();
    }
    void askText(QWidget *, const QString &, const QString &,
                 std::function<void(QString)> done) override
    {
        done(QStringLiteral("演示"));
    }
    void askOpenFile(QWidget *, const QString &, const QString &,
                     std::function<void(QString)>) override
    {
    }
    void askSaveFile(QWidget *, const QString &, const QString &, const QString &,
                     std::function<void(QString)> done) override
    {
        done(m_folder + (m_prints++ == 0 && !QFile::exists(m_folder + QStringLiteral("/order.pdf"))
                             ? QStringLiteral("/order.pdf")
                             : QStringLiteral("/record.pdf")));
    }

private:
    QString m_folder;
    int m_prints = 0;
};

} // namespace leeward::demo
