#pragma once

#include "tests/e2e/programs.h"

#include <QTemporaryDir>

namespace leeward::test {

// The shipped console on a virtual display of its own, worked by key strokes of the display server
// as from a keyboard. Nothing of it but its screen and its file is seen.
class ConsoleProgram
{
public:
    // The display is started at once, the console by start().
    ConsoleProgram(const QString &folder, const QString &desk, quint16 server);

    // Until the sign-in dialog is there, filled in and sent, and the window stands.
    void start();
    void kill() { m_program.kill(); }

    // One command in the command field, and whether it stands in the console's file in the end: a
    // note with these words on incident 1.
    [[nodiscard]] bool note(const QString &words);
    // Of all that ever stood in the console's file: what the person there was shown as done.
    [[nodiscard]] const QSet<QString> &seen();
    // Entries it has; -1 when its file can not be read.
    [[nodiscard]] qint64 cursor() const;
    // Of its own that no server has answered yet.
    [[nodiscard]] qsizetype waiting() const;
    [[nodiscard]] QString cache() const { return m_folder.filePath(QStringLiteral("d.leeward")); }

private:
    [[nodiscard]] QString tool(const QStringList &words) const;
    void press(const QStringList &keys) const;
    void type(const QString &text) const;
    [[nodiscard]] QString windowOf(const QString &title) const;
    [[nodiscard]] std::optional<store::Connection> look() const;

    QTemporaryDir m_folder;
    Program m_display;
    Program m_program;
    QProcessEnvironment m_environment;
    QSet<QString> m_seen;
};

} // namespace leeward::test
