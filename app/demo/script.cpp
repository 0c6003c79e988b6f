#include "app/demo/script.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QPixmap>
#include <QPlainTextEdit>
#include <QScreen>
#include <QTest>

#include <cstdio>

namespace leeward::demo {

using namespace Qt::StringLiterals;

namespace {

void missing(const QString &objectName)
{
    std::fprintf(stderr, "guided demo: no visible '%s'\n", qPrintable(objectName));
}

} // namespace

Script::Script(QString folder, int first, int patience, QString title)
    : m_folder(std::move(folder))
    , m_number(first)
    , m_patience(patience)
    , m_title(std::move(title))
{
}

QString Script::takePicture(const QString &name) const
{
    const QString file = u"%1-%2.png"_s.arg(m_number, 2, 10, QChar(u'0')).arg(name);
    const QPixmap screen = QGuiApplication::primaryScreen()->grabWindow(0);
    return screen.save(m_folder + u'/' + file) ? file : QString();
}

bool Script::step(const QString &name, const std::function<void()> &act, const Check &check)
{
    if (!m_ok)
        return false;
    act();
    QString wrong;
    const bool right = QTest::qWaitFor([&] { return (wrong = check()).isEmpty(); }, m_patience);
    settle(700); // the last frames and tiles, for the picture only
    const QString picture = takePicture(name);
    QJsonObject entry = {
        {u"name"_s, name}, {u"ok"_s, right && !picture.isEmpty()}, {u"picture"_s, picture}};
    if (!right)
        entry[u"wrong"_s] = wrong;
    m_steps.append(entry);
    m_ok = right && !picture.isEmpty();
    std::fprintf(stderr, "%s: %2d %-24s %s\n", qPrintable(m_title), m_number, qPrintable(name),
                 m_ok ? "ok" : qPrintable(u"FAILED: "_s + wrong));
    ++m_number;
    return m_ok;
}

QWidget *widget(const QString &objectName)
{
    for (QWidget *window : QApplication::topLevelWidgets()) {
        if (!window->isVisible())
            continue;
        if (window->objectName() == objectName)
            return window;
        for (QWidget *found : window->findChildren<QWidget *>(objectName)) {
            if (found->isVisible())
                return found;
        }
    }
    return nullptr;
}

void click(const QString &objectName)
{
    if (QWidget *target = widget(objectName))
        QTest::mouseClick(target, Qt::LeftButton);
    else
        missing(objectName);
}

void clickRow(const QString &objectName, int row)
{
    auto *view = widgetAs<QAbstractItemView>(objectName);
    if (!view || !view->model() || row < 0 || row >= view->model()->rowCount())
        return missing(objectName + u" row "_s + QString::number(row));
    const QModelIndex index = view->model()->index(row, 0);
    view->scrollTo(index);
    QTest::mouseClick(view->viewport(), Qt::LeftButton, Qt::NoModifier,
                      view->visualRect(index).center());
}

void type(const QString &objectName, const QString &text)
{
    QWidget *target = widget(objectName);
    if (!target)
        return missing(objectName);
    target->setFocus();
    QTest::keyClick(target, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(target, Qt::Key_Delete);
    // Characters that no keyboard has arrive as an input method would commit them.
    QInputMethodEvent commit;
    commit.setCommitString(text);
    QCoreApplication::sendEvent(target, &commit);
}

void key(const QString &objectName, Qt::Key key, Qt::KeyboardModifiers modifiers)
{
    if (QWidget *target = widget(objectName))
        QTest::keyClick(target, key, modifiers);
    else
        missing(objectName);
}

void keyInWindow(Qt::Key key, Qt::KeyboardModifiers modifiers)
{
    QWidget *window = widget(u"mainWindow"_s);
    if (!window)
        return missing(u"mainWindow"_s);
    window->activateWindow(); // the map is a window of its own and may have the keyboard
    if (!QTest::qWaitForWindowActive(window, 3000))
        std::fprintf(stderr, "guided demo: the window does not become active\n");
    QWidget *focus = QApplication::focusWidget();
    QTest::keyClick(focus ? focus : window, key, modifiers);
}

void command(const QString &text)
{
    keyInWindow(Qt::Key_K, Qt::ControlModifier);
    type(u"commandLine"_s, text);
    settle(400);
    key(u"commandLine"_s, Qt::Key_Return);
}

void settle(int ms)
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < ms)
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 20);
}

} // namespace leeward::demo
