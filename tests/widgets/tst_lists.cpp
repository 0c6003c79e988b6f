#include "support/demo_city.h"

#include "models/items/register_model.h"
#include "widgets/pane_filter.h"
#include "widgets/pending_marks.h"
#include "widgets/selection.h"

#include <QAbstractButton>
#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QTest>
#include <QTreeView>

using namespace Qt::StringLiterals;
using namespace leeward;
using namespace leeward::test;

class ListsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void walksByKeyboard()
    {
        Hall hall;
        const DemoCity city = makeDemoCity(hall);
        hall.openWindow();
        QTest::keyClick(hall.window.get(), Qt::Key_F2);
        auto *rows = hall.find<QTreeView>(u"teams.team"_s);
        QTRY_VERIFY(rows->hasFocus());
        QVERIFY(hall.window->selection().isEmpty()); // coming here chooses nothing
        QTest::keyClick(rows, Qt::Key_Down);
        QTRY_COMPARE(hall.window->selection().table(), u"team"_s);
        QTest::keyClick(rows, Qt::Key_End);
        QCOMPARE(rows->currentIndex().row(), rows->model()->rowCount() - 1);
        QTest::keyClick(rows, Qt::Key_Home);
        QCOMPARE(rows->currentIndex().row(), 0);
    }

    void typingFiltersAndEscapeShowsAll()
    {
        Hall hall;
        const DemoCity city = makeDemoCity(hall);
        hall.openWindow();
        QTest::keyClick(hall.window.get(), Qt::Key_F2);
        auto *rows = hall.find<QTreeView>(u"teams.team"_s);
        auto *filter = hall.find<QLineEdit>(u"teams.filter"_s);
        QTRY_VERIFY(rows->hasFocus());
        const int all = rows->model()->rowCount();
        QTest::keyClick(rows, Qt::Key_L);
        QTRY_COMPARE(filter->text(), u"l"_s);
        QTest::keyClicks(filter, u"qss"_s);
        QTRY_COMPARE(rows->model()->rowCount(), 1); // 蓝鳍水上救援队 by its pinyin initials
        QTest::keyClicks(filter, u"zzz"_s);
        QTRY_VERIFY(hall.find<QLabel>(u"teams.team.empty"_s)->isVisible());
        QTest::keyClick(filter, Qt::Key_Escape);
        QTRY_COMPARE(rows->model()->rowCount(), all);
    }

    void chipsCountAndFilter()
    {
        Hall hall;
        const DemoCity city = makeDemoCity(hall);
        hall.openWindow();
        QTest::keyClick(hall.window.get(), Qt::Key_F2);
        QAbstractButton *chip = nullptr;
        QTRY_VERIFY((chip = hall.find<QAbstractButton>(u"teams.chip.available"_s)));
        QTRY_VERIFY(chip->text().endsWith(u" 4"_s));
        QTest::mouseClick(chip, Qt::LeftButton);
        QTRY_COMPARE(hall.find<QTreeView>(u"teams.team"_s)->model()->rowCount(), 4);
        QTRY_VERIFY(hall.find<QLabel>(u"teams.count"_s)->text().contains(u'4'));
    }

    void overdueThenAvailabilityThenName()
    {
        Hall hall;
        const DemoCity city = makeDemoCity(hall);
        hall.openWindow();
        QTest::keyClick(hall.window.get(), Qt::Key_F2);
        const auto *model = hall.find<QTreeView>(u"teams.team"_s)->model();
        QTRY_COMPARE(model->rowCount(), 8);
        int last = -1;
        for (int row = 0; row < model->rowCount(); ++row) {
            const auto state =
                *availabilityFrom(model->index(row, 0).data(items::StateRole).toString());
            const int order = state == Availability::Available ? 0 : 1;
            if (model->index(row, 0).data(items::OverdueRole).toBool())
                continue;
            QVERIFY(order >= last);
            last = order;
        }
    }

    void emptyListSaysHowToFillIt()
    {
        Hall hall;
        hall.openWindow();
        auto *empty = hall.find<QLabel>(u"incidents.incident.empty"_s);
        QTRY_VERIFY(empty->isVisible());
        QTRY_VERIFY(empty->text().contains(u"Ctrl+N"_s));
    }

    void tenThousandRowsFilterWhileTyping()
    {
        Hall hall;
        op::ImportRecords import{u"team"_s, u"many.csv"_s, {}};
        for (int i = 0; i < 10000; ++i) {
            import.rows.push_back({hall.ids.make<RecordId>(),
                                   {{u"code"_s, u"M%1"_s.arg(i)},
                                    {u"name"_s, u"第%1救援分队"_s.arg(i)},
                                    {u"kind"_s, u"fire"_s}}});
        }
        QVERIFY(hall.apply(import));
        hall.openWindow();
        items::RegisterModel model(*hall.cache, teamRegister());
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        QTest::keyClick(hall.window.get(), Qt::Key_F2);
        auto *rows = hall.find<QTreeView>(u"teams.team"_s);
        QTRY_COMPARE(rows->model()->rowCount(), 10000);
        auto *filter = hall.find<QLineEdit>(u"teams.filter"_s);
        filter->setText(u"m99"_s);
        QElapsedTimer timer;
        timer.start();
        filter->setText(u"m999"_s);
        const qint64 took = timer.elapsed();
        qInfo("filtering 10 000 rows: %lld ms", took);
        QCOMPARE(rows->model()->rowCount(), 11);
        QVERIFY2(took < 200, qPrintable(QString::number(took)));
    }
};

QTEST_MAIN(ListsTest)
#include "tst_lists.moc"
