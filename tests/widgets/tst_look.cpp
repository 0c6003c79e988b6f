#include "support/demo_city.h"
#include "support/fits.h"

#include "maps/view/mapview.h"
#include "widgets/list_pane.h"
#include "widgets/map_pane.h"
#include "widgets/selection.h"
#include "widgets/wall_window.h"

#include <QAbstractButton>
#include <QDir>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QRegularExpression>
#include <QScreen>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace leeward;
using namespace leeward::test;

namespace {

// Widgets that stick out of the window.
QStringList outside(const QWidget *window)
{
    QStringList found;
    for (const QWidget *child : window->findChildren<QWidget *>(Qt::FindDirectChildrenOnly)) {
        if (child->isVisible() && !child->isWindow() && !window->rect().contains(child->geometry()))
            found += child->objectName();
    }
    return found;
}

} // namespace

class LookTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_pictures = qEnvironmentVariable("LEEWARD_PICTURES"); }

    void fitsTheScreen_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<bool>("dark");
        QTest::addColumn<bool>("chinese");
        QTest::addColumn<QString>("subject");
        QTest::newRow("laptop dark zh incident")
            << QSize(1366, 768) << true << true << u"incident"_s;
        QTest::newRow("laptop light en incident")
            << QSize(1366, 768) << false << false << u"incident"_s;
        QTest::newRow("laptop light zh team") << QSize(1366, 768) << false << true << u"team"_s;
        QTest::newRow("laptop dark en shelter")
            << QSize(1366, 768) << true << false << u"shelter"_s;
        QTest::newRow("laptop dark zh depot") << QSize(1366, 768) << true << true << u"depot"_s;
        QTest::newRow("laptop dark zh form") << QSize(1366, 768) << true << true << u"form"_s;
        QTest::newRow("laptop dark en import") << QSize(1366, 768) << true << false << u"import"_s;
        QTest::newRow("laptop dark zh nothing") << QSize(1366, 768) << true << true << u"nothing"_s;
        QTest::newRow("laptop dark zh drill") << QSize(1366, 768) << true << true << u"drill"_s;
        QTest::newRow("wall dark zh incident")
            << QSize(3840, 2160) << true << true << u"incident"_s;
        QTest::newRow("wall light en team") << QSize(3840, 2160) << false << false << u"team"_s;
        QTest::newRow("wall dark zh wall") << QSize(3840, 2160) << true << true << u"wall"_s;
    }
    void fitsTheScreen()
    {
        QFETCH(const QSize, size);
        QFETCH(const bool, dark);
        QFETCH(const bool, chinese);
        QFETCH(const QString, subject);
        const QSize screen = QGuiApplication::primaryScreen()->size();
        if (screen.width() < size.width() || screen.height() < size.height())
            QSKIP("the screen is smaller than this");
        Hall hall(subject == "drill"_L1 ? u"演练 / EXERCISE"_s : QString());
        const DemoCity city = makeDemoCity(hall);
        hall.openWindow(chinese ? Language::Chinese : Language::English,
                        dark ? view::Theme::Dark : view::Theme::Light, size);
        hall.window->move(0, 0);
        show(hall, city, subject);
        QTRY_VERIFY(hall.window->mapPane().map()->pixelOf({121.5, 28.6}).has_value());
        QTRY_COMPARE(hall.window->size(), size);
        QWidget *shown =
            subject == "wall"_L1 ? static_cast<QWidget *>(hall.window->wall()) : hall.window.get();
        QTRY_COMPARE(clipped(shown), QStringList());
        QCOMPARE(outside(shown), QStringList());
        save(QString::fromUtf8(QTest::currentDataTag()), size);
    }

    void languageSwitchLeavesNothingBehind()
    {
        if (qEnvironmentVariable("LEEWARD_QM").isEmpty())
            QSKIP("no translation is built here");
        Hall hall;
        const DemoCity city = makeDemoCity(hall);
        hall.openWindow(Language::Chinese);
        hall.window->selection().set(u"incident"_s, city.incidents[0].text());
        static const QRegularExpression latin(u"[A-Za-z]{4,}"_s);
        const QStringList names = {u"rail.incidents"_s, u"header.response"_s,
                                   u"header.link"_s,    u"incidents.create"_s,
                                   u"map.fit"_s,        u"incidentCard.note"_s};
        for (const QString &name : names)
            QVERIFY2(!hall.find<QAbstractButton>(name)->text().contains(latin), qPrintable(name));
        hall.window->setLanguage(Language::English);
        static const QRegularExpression han(u"[\\x{4E00}-\\x{9FFF}]"_s);
        for (const QString &name : names)
            QTRY_VERIFY2(!hall.find<QAbstractButton>(name)->text().contains(han), qPrintable(name));
    }

private:
    void show(Hall &hall, const DemoCity &city, const QString &subject)
    {
        QAbstractButton *button = nullptr;
        if (subject == "incident"_L1 || subject == "drill"_L1)
            hall.window->selection().set(u"incident"_s, city.incidents[0].text());
        else if (subject == "team"_L1)
            button = hall.find<QAbstractButton>(u"rail.teams"_s);
        else if (subject == "shelter"_L1)
            button = hall.find<QAbstractButton>(u"rail.places"_s);
        else if (subject == "depot"_L1)
            button = hall.find<QAbstractButton>(u"rail.supplies"_s);
        else if (subject == "form"_L1)
            button = hall.find<QAbstractButton>(u"incidents.create"_s);
        else if (subject == "import"_L1)
            hall.window->runUi({command::Ui::What::Import, u"team"_s});
        else if (subject == "wall"_L1)
            hall.window->openWall();
        if (button)
            QTest::mouseClick(button, Qt::LeftButton);
        if (subject == "team"_L1)
            hall.window->selection().set(u"team"_s, city.teams[2].text());
        if (subject == "shelter"_L1)
            hall.window->selection().set(u"shelter"_s, city.shelter.text());
        if (subject == "depot"_L1)
            hall.window->selection().set(u"depot"_s, city.depot.text());
        if (hall.window->wall()) {
            hall.window->wall()->move(0, 0);
            hall.window->wall()->resize(3840, 2160);
            QVERIFY(QTest::qWaitForWindowExposed(hall.window->wall()));
        }
    }

    void save(const QString &name, QSize size) const
    {
        if (m_pictures.isEmpty())
            return;
        QTest::qWait(900); // for a person to look at, not for a check
        const QPixmap picture =
            QGuiApplication::primaryScreen()->grabWindow(0, 0, 0, size.width(), size.height());
        QVERIFY(picture.save(m_pictures + u'/' + QString(name).replace(u' ', u'_') + u".png"_s));
    }

    QString m_pictures;
};

QTEST_MAIN(LookTest)
#include "tst_look.moc"
