#include "support/fits.h"

#include <QAbstractButton>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QLabel>
#include <QScreen>
#include <QTest>

namespace leeward::test {

using namespace Qt::StringLiterals;

QStringList clipped(const QWidget *window)
{
    QStringList found;
    const auto report = [&](const QWidget *widget, const QString &text) {
        found += u"%1 “%2” has %3x%4"_s.arg(widget->objectName(), text)
                     .arg(widget->width())
                     .arg(widget->height());
    };
    for (const QLabel *label : window->findChildren<QLabel *>()) {
        if (!label->isVisible() || label->text().isEmpty() || !label->pixmap().isNull())
            continue;
        const bool fits = label->wordWrap()
                              ? label->heightForWidth(label->width()) <= label->height() + 1
                              : label->sizeHint().width() <= label->width() + 1 &&
                                    label->fontMetrics().height() <= label->height() + 1;
        if (!fits)
            report(label, label->text());
    }
    for (const QAbstractButton *button : window->findChildren<QAbstractButton *>()) {
        if (!button->isVisible() || button->text().isEmpty() || button->property("link").toBool())
            continue;
        if (button->sizeHint().width() > button->width() + 1 ||
            button->fontMetrics().height() > button->height())
            report(button, button->text());
    }
    return found;
}

bool screenHas(QSize size)
{
    const QSize screen = QGuiApplication::primaryScreen()->size();
    return screen.width() >= size.width() && screen.height() >= size.height();
}

void keepPicture(QSize size, const QString &more)
{
    const QString folder = qEnvironmentVariable("LEEWARD_PICTURES");
    if (folder.isEmpty())
        return;
    QImage seen;
    QElapsedTimer still;
    (void) QTest::qWaitFor(
        [&] {
            const QImage now = QGuiApplication::primaryScreen()
                                   ->grabWindow(0, 0, 0, size.width(), size.height())
                                   .toImage();
            if (now != seen)
                still.start();
            seen = now;
            return still.elapsed() > 400;
        },
        5'000);
    const QString name = QString::fromUtf8(QTest::currentDataTag()) + more;
    QVERIFY(seen.save(folder + u'/' + QString(name).replace(u' ', u'_') + u".png"_s));
}

} // namespace leeward::test
