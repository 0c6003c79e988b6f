#pragma once

#include <QObject>
#include <QString>

#include <functional>

class QWidget;

namespace leeward::widgets {

// Asks a person. Injected, so that tests answer by themselves. Never blocks: the answer arrives by
// the callback on the UI thread, or never when the question is dismissed.
class Prompter
{
public:
    virtual ~Prompter() = default;
    // What can not be undone asks once and says what it will do.
    virtual void confirm(QWidget *parent, const QString &title, const QString &text,
                         const QString &action, std::function<void()> yes) = 0;
    // One line of text, e.g. a reason; not empty when it arrives.
    virtual void askText(QWidget *parent, const QString &title, const QString &label,
                         std::function<void(QString)> done) = 0;
    virtual void askOpenFile(QWidget *parent, const QString &title, const QString &filter,
                             std::function<void(QString)> done) = 0;
    virtual void askSaveFile(QWidget *parent, const QString &title, const QString &suggestion,
                             const QString &filter, std::function<void(QString)> done) = 0;
};

} // namespace leeward::widgets
