#include "support/demo_city.h"
#include "support/fits.h"

#include "maps/view/mapview.h"
#include "widgets/list_pane.h"
#include "widgets/map_pane.h"
#include "widgets/presence_board.h"
#include "widgets/selection.h"
#include "widgets/wall_window.h"

#include <QAbstractButton>
#include <QAction>
#include <QDir>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QRegularExpression>
#include <QScreen>
#include <QTest>
#include <QTreeWidget>

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
        QTest::newRow("laptop dark zh others") << QSize(1366, 768) << true << true << u"others"_s;
        QTest::newRow("laptop light en others")
            << QSize(1366, 768) << false << false << u"others"_s;
        QTest::newRow("laptop light zh conflict")
            << QSize(1366, 768) << false << true << u"conflict"_s;
        QTest::newRow("laptop dark en conflict")
            << QSize(1366, 768) << true << false << u"conflict"_s;
        QTest::newRow("laptop dark zh packages")
            << QSize(1366, 768) << true << true << u"packages"_s;
        QTest::newRow("laptop light en packages")
            << QSize(1366, 768) << false << false << u"packages"_s;
        QTest::newRow("wall dark zh others") << QSize(3840, 2160) << true << true << u"others"_s;
        QTest::newRow("wall light en conflict")
            << QSize(3840, 2160) << false << false << u"conflict"_s;
        QTest::newRow("wall light zh packages")
            << QSize(3840, 2160) << false << true << u"packages"_s;
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
        QVERIFY2(screenHas(size), "the screen is smaller than this");
        Hall hall(subject == "drill"_L1 ? u"演练 / EXERCISE"_s : QString());
        const DemoCity city = makeDemoCity(hall);
        if (subject == "packages"_L1)
            offerPackages(hall);
        if (subject == "conflict"_L1)
            makeConflict(hall, city);
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
        if (subject == "conflict"_L1) {
            // What is to be settled is in sight, however little room the list has.
            auto *queue = hall.find<QTreeWidget>(u"queue"_s);
            const auto seen = [queue] {
                const QRect row = queue->visualItemRect(queue->currentItem());
                return queue->currentItem()->text(0).startsWith(u'⚡') &&
                       queue->viewport()->rect().contains(row.center());
            };
            QTRY_VERIFY(seen());
        }
        keepPicture(size);
    }

    void languageSwitchLeavesNothingBehind()
    {
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
        else if (subject == "team"_L1 || subject == "others"_L1)
            button = hall.find<QAbstractButton>(u"rail.teams"_s);
        else if (subject == "conflict"_L1)
            hall.window->runUi({command::Ui::What::Queue, {}});
        else if (subject == "packages"_L1)
            hall.find<QAction>(u"menu.packages"_s)->trigger();
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
        if (subject == "others"_L1)
            showOthers(hall, city);
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

    // What moves, of every age; somebody else at the card.
    static void showOthers(Hall &hall, const DemoCity &city)
    {
        const QString team = city.teams[5].text();
        const Instant now = hall.clock.now();
        const auto unit = [](const QString &source, const QString &kind, const QString &of,
                             const QString &label, LonLat at, Instant when) {
            return UnitPosition{.source = source,
                                .kind = kind,
                                .team = of,
                                .label = label,
                                .lon = at.lon,
                                .lat = at.lat,
                                .deviceAt = when - std::chrono::seconds(2),
                                .receivedAt = when};
        };
        using std::chrono::minutes;
        hall.cache->setUnits(
            {unit(u"g1"_s, u"team"_s, team, {}, {121.57, 28.61}, now - minutes(3)),
             unit(u"g2"_s, u"vehicle"_s, team, u"抢修车 2"_s, {121.545, 28.615}, now - minutes(12)),
             unit(u"g3"_s, u"boat"_s, {}, u"橡皮艇 3"_s, {121.515, 28.575}, now),
             unit(u"g4"_s, u"helicopter"_s, {}, u"救援直升机"_s, {121.48, 28.655}, now),
             unit(u"g5"_s, u"person"_s, {}, u"侦察员"_s, {121.455, 28.61}, now - minutes(25)),
             unit(u"g6"_s, u"boat"_s, {}, u"橡皮艇 7"_s, {121.50, 28.635}, now - minutes(95)),
             unit(u"g7"_s, u"team"_s, city.teams[4].text(), {}, {121.41, 28.66},
                  now - minutes(70))});
        hall.window->selection().set(u"team"_s, team);
        hall.window->presence().setOthers({{.desk = u"3号台"_s,
                                            .person = u"李四"_s,
                                            .record = u"team/"_s + team,
                                            .editing = true,
                                            .since = {}},
                                           {.desk = u"1号台"_s,
                                            .person = u"王芳"_s,
                                            .record = u"team/"_s + team,
                                            .editing = false,
                                            .since = {}}});
    }

    // An edit of this desk that no longer fits: another has written two of its three fields.
    static void makeConflict(Hall &hall, const DemoCity &city)
    {
        const QString team = city.teams[2].text();
        const RecordId record(city.teams[2].raw());
        QVERIFY(hall.apply(op::EditRecord{
            u"team"_s, record, {{u"leader"_s, u"王队"_s, u"赵敏"_s}, {u"headcount"_s, 24, 31}}}));
        const Instant now = hall.clock.now();
        const Operation mine =
            makeOperation(op::EditRecord{u"team"_s,
                                         record,
                                         {{u"leader"_s, u"王队"_s, u"李四"_s},
                                          {u"headcount"_s, 24, 28},
                                          {u"note"_s, QVariant(), u"夜班，随队两名潜水员"_s}}},
                          hall.ids.make<OperationId>(), u"值班员甲"_s, u"2号台"_s,
                          now - std::chrono::minutes(14), now - std::chrono::minutes(14));
        const Refusal why{RefusalReason::FieldConflict,
                          {{u"table"_s, u"team"_s},
                           {u"id"_s, team},
                           {u"field"_s, u"leader"_s},
                           {u"base"_s, u"王队"_s},
                           {u"mine"_s, u"李四"_s},
                           {u"theirs"_s, u"赵敏"_s},
                           {u"by"_s, u"王芳"_s},
                           {u"at"_s, toMs(now)}}};
        auto done = hall.writer->run([mine, why](store::Connection &db) {
            const auto position = store::addPending(db, mine, {});
            return position &&
                   store::setPending(db, *position, store::Pending::State::Conflict, {}, why) &&
                   store::makeConflictsCertain(db).value_or(false);
        });
        QTRY_VERIFY(done.isFinished());
        QVERIFY(done.result());
    }

    static void offerPackages(Hall &hall)
    {
        using widgets::HallCard;
        const auto card = [](const QString &name, char byte) {
            return HallCard{.key = QByteArray(32, byte),
                            .name = name,
                            .fingerprint = u"04817 59302 66120 93847 51029 88314 40265 71938"_s};
        };
        hall.services.packages.cards = [card] {
            return QtFuture::makeReadyValueFuture(Result<widgets::HallCards>(widgets::HallCards{
                .own = card(u"避风市指挥中心 2号台"_s, '0'),
                .trusted = {card(u"东港区指挥厅"_s, '1'), card(u"青山县应急指挥中心"_s, '2')},
                .warnings = {}}));
        };
    }
};

QTEST_MAIN(LookTest)
#include "tst_look.moc"
