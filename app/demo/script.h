#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QString>
#include <QWidget>

#include <functional>

namespace leeward::demo {

// The steps of the guided demo: each is done by mouse and key events, then looked at until what the
// screen and the journal show is what must be there, and a picture is kept of it.
class Script
{
public:
    // Pictures go to `folder` as NN-name.png, numbered from `first`. `patience`: how long a check
    // is asked again, milliseconds. `title` stands before a step where it is told.
    Script(QString folder, int first, int patience = 20'000,
           QString title = QStringLiteral("guided demo"));

    // Says nothing when all is as it should be, else what is wrong. Asked again until it is.
    using Check = std::function<QString()>;

    // Runs `act`, then `check`. False: a step has failed, and the script goes no further.
    bool step(const QString &name, const std::function<void()> &act, const Check &check);

    [[nodiscard]] bool isOk() const { return m_ok; }
    [[nodiscard]] const QJsonArray &steps() const { return m_steps; }
    [[nodiscard]] int next() const { return m_number; }

private:
    [[nodiscard]] QString takePicture(const QString &name) const;

    QString m_folder;
    int m_number;
    int m_patience;
    QString m_title;
    QJsonArray m_steps;
    bool m_ok = true;
};

// --- hands
// ----------------------------------------------------------------------------------------------------------

// The visible widget of this name in any window; a missing one is said when it is used.
[[nodiscard]] QWidget *widget(const QString &objectName);
template <class T>
[[nodiscard]] T *widgetAs(const QString &objectName)
{
    return qobject_cast<T *>(widget(objectName));
}
// Each says on standard error what it did not find, and then does nothing: the check that follows
// fails.
void click(const QString &objectName);
void clickRow(const QString &objectName, int row);
void type(const QString &objectName, const QString &text); // replaces what is there
void key(const QString &objectName, Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
void keyInWindow(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
void command(const QString &text); // Ctrl+K, the text, Enter
void settle(int ms);               // lets the program run: frames, answers, timers

} // namespace leeward::demo
