#include "tests/panels/support/world.h"
#include "widgets/panels/assignment_actions.h"
#include "widgets/panels/board_panel.h"
#include "widgets/panels/command_line.h"
#include "widgets/panels/log_panel.h"
#include "widgets/panels/queue_panel.h"
#include "widgets/panels/recommend_panel.h"
#include "widgets/panels/timeline_panel.h"

#include <QAbstractButton>
#include <QApplication>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPromise>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>
#include <QTreeWidget>

using namespace leeward;
using namespace leeward::widgets;
using namespace Qt::StringLiterals;

namespace {

template <class T>
T *child(QWidget &panel, const char *name)
{
    T *found = panel.findChild<T *>(QLatin1StringView(name));
    if (!found)
        qFatal("no %s", name);
    return found;
}

QString cell(QTableView *view, int row, int column)
{
    return view->model()->index(row, column).data().toString();
}

} // namespace

class TestPanels : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_world = std::make_unique<test::World>();
        m_first = m_world->team(u"T-001"_s, u"排涝一队"_s);
        m_second = m_world->team(u"T-002"_s, u"排涝二队"_s);
        m_third = m_world->team(u"T-003"_s, u"排涝三队"_s);
        m_incident = m_world->incident(u"车库进水"_s);
    }
    void cleanup() { m_world.reset(); }

    // --- board
    // ------------------------------------------------------------------------------------------------------

    void boardPutsOverdueOnTopAndFlashesOnce()
    {
        BoardPanel board(m_world->context);
        QSignalSpy fresh(&board, &BoardPanel::newOverdue);
        board.show();
        const AssignmentId going = m_world->assign(m_incident, m_first);
        m_world->advance(going, AssignmentState::Acknowledged);
        const AssignmentId silent = m_world->assign(m_incident, m_second);
        auto *view = child<QTableView>(board, "board");
        QTRY_COMPARE(view->model()->rowCount(), 2);
        QCOMPARE(board.overdueCount(), 0);
        m_world->clock.advance(std::chrono::minutes(7)); // the order is not acknowledged after five
        QTRY_COMPARE(board.overdueCount(), 1);
        QTRY_COMPARE(cell(view, 0, 1), u"排涝二队"_s);
        QCOMPARE(fresh.size(), 1);
        QCOMPARE(fresh.front().front().toStringList(), QStringList{silent.text()});
        QVERIFY(child<QLabel>(board, "boardCounts")->text().contains(u"超时"_s));
        m_world->clock.advance(std::chrono::seconds(5));
        QTRY_COMPARE(cell(view, 0, 5), u"7分"_s);
        QCOMPARE(fresh.size(), 1);
    }

    void boardKeysRecordStepsAndTakeThemBack()
    {
        BoardPanel board(m_world->context);
        board.show();
        const AssignmentId id = m_world->assign(m_incident, m_first);
        const auto state = [&] { return m_world->cache.assignment(id.text())->state; };
        auto *view = child<QTableView>(board, "board");
        QTRY_COMPARE(view->model()->rowCount(), 1);
        board.selectAssignment(id.text());
        QTest::keyClick(view, Qt::Key_Return);
        QTRY_COMPARE(state(), AssignmentState::Delivered);
        QTest::keyClick(view, Qt::Key_N);
        QTRY_COMPARE(state(), AssignmentState::Acknowledged);
        QTRY_COMPARE(cell(view, 0, 4), u"已接令"_s);
        QTest::keyClick(view, Qt::Key_U);
        QTRY_COMPARE(state(), AssignmentState::Delivered);
        QSignalSpy print(&board, &BoardPanel::printWanted);
        QTest::keyClick(view, Qt::Key_P);
        QCOMPARE(print.size(), 1);
    }

    void boardMenuHoldsExactlyTheLegalSteps()
    {
        BoardPanel board(m_world->context);
        const AssignmentId id = m_world->assign(m_incident, m_first);
        QMenu menu;
        board.actions().fillMenu(menu, id.text());
        QStringList steps;
        for (const QAction *action : menu.actions()) {
            if (action->objectName().startsWith(u"step_"_s))
                steps += action->objectName().sliced(5);
        }
        steps.sort();
        QStringList expected;
        for (const AssignmentTransition &row : assignmentTransitions()) {
            if (row.from == AssignmentState::Ordered && row.rescue)
                expected += stateName(row.to);
        }
        expected.sort();
        QCOMPARE(steps, expected);
    }

    void aStepThatNeedsAReasonAsksForIt()
    {
        BoardPanel board(m_world->context);
        const AssignmentId id = m_world->assign(m_incident, m_first);
        m_world->prompter.text = u"派错"_s;
        board.actions().step(id.text(), AssignmentState::Recalled);
        QTRY_COMPARE(m_world->cache.assignment(id.text())->state, AssignmentState::Recalled);
        QCOMPARE(m_world->prompter.asked.size(), 1);
    }

    void boardSelectionIsToldOnceAndNotEchoed()
    {
        BoardPanel board(m_world->context);
        board.show();
        const AssignmentId id = m_world->assign(m_incident, m_first);
        auto *view = child<QTableView>(board, "board");
        QTRY_COMPARE(view->model()->rowCount(), 1);
        QSignalSpy spy(&board, &BoardPanel::selected);
        board.selectAssignment(id.text());
        QCOMPARE(board.currentAssignment(), id.text());
        QCOMPARE(spy.size(), 0);
        board.selectAssignment({});
        view->setCurrentIndex(view->model()->index(0, 1));
        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy.front().at(1).toString(), m_incident.text());
    }

    // --- recommendation
    // ---------------------------------------------------------------------------------------------

    void orderInThreeKeystrokes()
    {
        RecommendPanel panel(m_world->context);
        panel.show();
        QSignalSpy ordered(&panel, &RecommendPanel::ordered);
        panel.showIncident(m_incident.text());
        auto *rows = child<QTreeWidget>(panel, "recommendRows");
        QTRY_COMPARE(rows->topLevelItemCount(), 3);
        QCOMPARE(panel.tickedTeams(), (QList<TeamId>{m_first, m_second}));
        rows->setCurrentItem(rows->topLevelItem(1));
        QTest::keyClick(rows, Qt::Key_Space);
        QCOMPARE(panel.tickedTeams(), QList<TeamId>{m_first});
        QTest::keyClick(rows, Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE(ordered.size(), 1);
        const auto open = m_world->cache.openAssignmentsOfTeam(m_first.text());
        QCOMPARE(open.size(), 1u);
        QCOMPARE(open.front()->routeSeconds, 300);
        QCOMPARE(open.front()->task, u"排涝"_s);
        QVERIFY(open.front()->orderText.contains(u"排涝一队"_s) &&
                open.front()->orderText.contains(u"事件1"_s));
        QVERIFY(m_world->cache.openAssignmentsOfTeam(m_second.text()).empty());
        QVERIFY(rows->topLevelItem(0)->text(3).startsWith(u'✔'));
    }

    void aRefusalNamesAnotherTeam()
    {
        RecommendPanel panel(m_world->context);
        panel.show();
        QSignalSpy ordered(&panel, &RecommendPanel::ordered);
        panel.showIncident(m_incident.text());
        auto *rows = child<QTreeWidget>(panel, "recommendRows");
        QTRY_COMPARE(rows->topLevelItemCount(), 3);
        m_world->assign(m_world->incident(u"另一处"_s),
                        m_first); // meanwhile another takes the first
        QTest::keyClick(rows, Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE(ordered.size(), 1);
        const QString line = rows->topLevelItem(0)->text(3);
        QVERIFY2(line.contains(u"事件2"_s) && line.contains(u"2号台"_s), qPrintable(line));
        QVERIFY2(line.contains(u"排涝三队"_s), qPrintable(line));
        QCOMPARE(m_world->cache.openAssignmentsOfTeam(m_second.text()).size(), 1u);
    }

    void aLateAnswerIsDropped()
    {
        std::vector<std::shared_ptr<QPromise<Result<recommend::Recommendation>>>> asked;
        m_world->services.recommend = [&](IncidentId) {
            auto promise = std::make_shared<QPromise<Result<recommend::Recommendation>>>();
            promise->start();
            asked.push_back(promise);
            return promise->future();
        };
        const IncidentId other = m_world->incident(u"另一处"_s);
        RecommendPanel panel(m_world->context);
        panel.show();
        panel.showIncident(m_incident.text());
        panel.showIncident(other.text());
        QCOMPARE(asked.size(), 2u);
        const auto give = [&](size_t which, const QString &name) {
            recommend::Recommendation answer;
            recommend::Row row;
            row.team = m_first;
            row.name = name;
            answer.rows = {row};
            asked[which]->addResult(Result<recommend::Recommendation>(answer));
            asked[which]->finish();
        };
        give(1, u"新答案"_s);
        auto *rows = child<QTreeWidget>(panel, "recommendRows");
        QTRY_COMPARE(rows->topLevelItemCount(), 1);
        give(0, u"旧答案"_s);
        QCoreApplication::processEvents();
        QCOMPARE(rows->topLevelItem(0)->text(0), u"新答案"_s);
    }

    void shortfallAndReasonsAreSaid()
    {
        m_world->assign(m_world->incident(u"另一处"_s), m_first);
        m_world->assign(m_world->incident(u"又一处"_s), m_second);
        RecommendPanel panel(m_world->context);
        panel.show();
        panel.showIncident(m_incident.text());
        auto *shortfall = child<QLabel>(panel, "recommendShortfall");
        QTRY_VERIFY(shortfall->text().contains(u"排涝：需要2支"_s));
        QVERIFY(shortfall->isVisible());
        auto *excluded = child<QTreeWidget>(panel, "recommendExcluded");
        QVERIFY(!excluded->isVisible());
        child<QToolButton>(panel, "recommendExcludedToggle")->click();
        QVERIFY(excluded->isVisible());
        QCOMPARE(excluded->topLevelItemCount(), 2);
        QVERIFY(excluded->topLevelItem(0)->text(3).contains(u"事件"_s));
        QVERIFY(child<QLabel>(panel, "recommendAsked")->text().contains(u"2026-08-01"_s));
    }

    void noRoadsAndNoAnswerAreSaid()
    {
        m_world->services.roadsDate.clear();
        RecommendPanel panel(m_world->context);
        panel.show();
        panel.showIncident(m_incident.text());
        auto *state = child<QLabel>(panel, "recommendState");
        QTRY_VERIFY(state->text().contains(u"leewardctl roads import"_s));
        m_world->services.recommend = [](IncidentId) {
            return QtFuture::makeReadyValueFuture(
                Result<recommend::Recommendation>(fail(Errc::FileUnreadable, u"g.roads"_s)));
        };
        panel.refresh();
        QTRY_VERIFY(state->text().contains(u"不能读取"_s));
        QCOMPARE(child<QTreeWidget>(panel, "recommendRows")->topLevelItemCount(), 0);
    }

    // --- command line
    // -----------------------------------------------------------------------------------------------

    void dispatchTyped()
    {
        CommandLine line(m_world->context);
        line.show();
        QSignalSpy told(&line, &CommandLine::message);
        QTest::keyClicks(&line, u"dispatch 1 1,2"_s);
        QTest::keyClick(&line, Qt::Key_Return);
        QTRY_COMPARE(told.size(), 2);
        QTRY_COMPARE(m_world->cache.openAssignmentsOfTeam(m_second.text()).size(), 1u);
        QCOMPARE(m_world->cache.openAssignmentsOfTeam(m_first.text()).front()->routeSeconds, 600);
        QVERIFY(line.text().isEmpty());
        told.clear();
        line.run(u"dispatch 1 1"_s);
        QTRY_COMPARE(told.size(), 1);
        QVERIFY(told.front().at(1).toBool());
        QVERIFY(told.front().at(0).toString().contains(u"2号台"_s));
    }

    void stepsTypedAtATime()
    {
        CommandLine line(m_world->context);
        const AssignmentId id = m_world->assign(m_incident, m_first);
        m_world->clock.advance(std::chrono::minutes(20));
        line.run(u"at 10:12 ack 1"_s);
        QTRY_COMPARE(m_world->cache.assignment(id.text())->state, AssignmentState::Acknowledged);
        QCOMPARE(m_world->cache.assignment(id.text())->stateSince,
                 m_world->clock.now() - std::chrono::minutes(8));
        line.run(u"出动 一队"_s);
        QTRY_COMPARE(m_world->cache.assignment(id.text())->state, AssignmentState::EnRoute);
        line.run(u"undo 1"_s);
        QTRY_COMPARE(m_world->cache.assignment(id.text())->state, AssignmentState::Acknowledged);
    }

    void ambiguityIsSaidAndNothingIsDone()
    {
        CommandLine line(m_world->context);
        QSignalSpy told(&line, &CommandLine::message);
        line.run(u"派遣 1 排涝"_s);
        QCOMPARE(told.size(), 1);
        QVERIFY(told.front().at(1).toBool());
        QVERIFY(told.front().at(0).toString().contains(u"排涝一队"_s));
        line.run(u"派遣 1 1,99"_s); // one of two is unknown: none is ordered
        QCOMPARE(told.size(), 2);
        line.run(u"close 77"_s);
        QCOMPARE(told.size(), 3);
        QVERIFY(m_world->cache.assignments().isEmpty());
    }

    void theSelectionStandsIn()
    {
        CommandLine line(m_world->context);
        const AssignmentId id = m_world->assign(m_incident, m_first);
        line.setChosen(m_incident.text(), id.text());
        line.run(u"ack"_s);
        QTRY_COMPARE(m_world->cache.assignment(id.text())->state, AssignmentState::Acknowledged);
        QSignalSpy told(&line, &CommandLine::message);
        line.run(u"close"_s); // a task is open
        QTRY_COMPARE(told.size(), 1);
        QVERIFY(told.front().at(1).toBool());
    }

    void popupFindsCommandsRowsPlacesAndCoordinates()
    {
        CommandLine line(m_world->context);
        line.show();
        line.setFocus();
        QVERIFY(QTest::qWaitForWindowExposed(&line));
        QTest::keyClicks(&line, u"disp"_s);
        QCOMPARE(line.popup()->count(), 1);
        QTest::keyClick(&line, Qt::Key_Down);
        QTest::keyClick(&line, Qt::Key_Return);
        QCOMPARE(line.text(), u"派遣 "_s);

        line.clear();
        QSignalSpy rows(&line, &CommandLine::rowChosen);
        QTest::keyClicks(&line, u"plyd"_s); // initials of 排涝一队
        QTRY_COMPARE(line.popup()->count(), 1);
        QTest::keyClick(&line, Qt::Key_Return);
        QCOMPARE(rows.size(), 1);
        QCOMPARE(rows.front().at(1).toString(), m_first.text());

        QSignalSpy places(&line, &CommandLine::placeChosen);
        QTest::keyClicks(&line, u"120.38,36.07"_s);
        QTest::keyClick(&line, Qt::Key_Return);
        QCOMPARE(places.size(), 1);
        QCOMPARE(places.front().at(1).value<LonLat>(), (LonLat{120.38, 36.07}));
        line.run(u"goto 东风路"_s);
        QTRY_COMPARE(places.size(), 2);
    }

    void escapeClosesAndBadCommandsStay()
    {
        CommandLine line(m_world->context);
        line.show();
        line.setFocus();
        QVERIFY(QTest::qWaitForWindowExposed(&line));
        QSignalSpy told(&line, &CommandLine::message);
        QTest::keyClicks(&line, u"dispatch 1"_s);
        QTest::keyClick(&line, Qt::Key_Return);
        QCOMPARE(told.size(), 1);
        QCOMPARE(line.text(), u"dispatch 1"_s);
        QTest::keyClick(&line, Qt::Key_Escape);
        QVERIFY(!line.popup()->isVisible());
        QTest::keyClick(&line, Qt::Key_Escape);
        QVERIFY(line.text().isEmpty());
    }

    void incidentsNotesAndAvailabilityTyped()
    {
        CommandLine line(m_world->context);
        QSignalSpy told(&line, &CommandLine::message);
        line.run(u"verify 1"_s);
        QTRY_COMPARE(m_world->cache.incident(m_incident.text())->state, IncidentState::Verified);
        line.run(u"unavailable 3 2h 检修"_s);
        QTRY_COMPARE(m_world->cache.availability(m_third.text()), Availability::Unavailable);
        line.run(u"可用 3"_s);
        QTRY_COMPARE(m_world->cache.availability(m_third.text()), Availability::Available);
        line.run(u"note 1 水位上涨"_s);
        QTRY_COMPARE(told.size(), 4);
        for (const auto &one : told)
            QVERIFY2(!one.at(1).toBool(), qPrintable(one.at(0).toString()));
        QSignalSpy ui(&line, &CommandLine::uiWanted);
        line.run(u"print 1"_s);
        QCOMPARE(ui.size(), 1);
        QCOMPARE(ui.front().at(0).value<command::Ui>().argument, m_incident.text());
    }

    // --- timeline, log, queue
    // -----------------------------------------------------------------------------------------

    void timelineFollowsAndStrikesOut()
    {
        TimelinePanel panel(m_world->context);
        panel.show();
        panel.showIncident(m_incident.text());
        auto *list = child<QTreeWidget>(panel, "timeline");
        QTRY_COMPARE(list->topLevelItemCount(), 1);
        m_world->clock.advance(std::chrono::minutes(10));
        m_world->must_(op::NoteIncident{m_incident, u"水位上涨"_s},
                       m_world->clock.now() - std::chrono::minutes(5));
        QTRY_COMPARE(list->topLevelItemCount(), 2);
        QVERIFY(list->topLevelItem(1)->text(0).contains(u"10:05:00"_s));
        QVERIFY(list->topLevelItem(1)->text(0).contains(u"10:10:00"_s)); // when it was written
        const AssignmentId id = m_world->assign(m_incident, m_first);
        m_world->advance(id, AssignmentState::Acknowledged);
        AssignmentActions actions(m_world->context, &panel);
        actions.undo(id.text());
        QTRY_COMPARE(m_world->cache.assignment(id.text())->state, AssignmentState::Ordered);
        const auto struck = [&] {
            int count = 0;
            for (int row = 0; row < list->topLevelItemCount(); ++row)
                count += list->topLevelItem(row)->font(1).strikeOut() ? 1 : 0;
            return count;
        };
        QTRY_COMPARE(struck(), 1);
    }

    void logListsAndFilters()
    {
        LogPanel panel(m_world->context);
        panel.show();
        auto *list = child<QTreeWidget>(panel, "log");
        QTRY_COMPARE(list->topLevelItemCount(), 4);
        QVERIFY(list->topLevelItem(0)->text(5).contains(u"车库进水"_s)); // newest first
        QCOMPARE(list->topLevelItem(0)->text(2), u"李明"_s);
        auto *filter = child<QLineEdit>(panel, "logFilter");
        filter->setText(u"二队"_s);
        int shown = 0;
        for (int row = 0; row < list->topLevelItemCount(); ++row)
            shown += list->topLevelItem(row)->isHidden() ? 0 : 1;
        QCOMPARE(shown, 1);
        m_world->must_(op::NoteIncident{m_incident, u"x"_s});
        QTRY_COMPARE(list->topLevelItemCount(), 5);
    }

    void queueShowsSettlesAndExports()
    {
        auto marked = m_world->writer.run([](store::Connection &db) {
            const auto pending = test::must(store::pendingOperations(db));
            test::must(store::setPending(db, pending.back().position,
                                         store::Pending::State::Refused, {},
                                         Refusal{RefusalReason::TimerStale, {}}));
            return true;
        });
        test::World::waitFor([&] { return marked.isFinished(); });
        QueuePanel panel(m_world->context);
        QSignalSpy counts(&panel, &QueuePanel::countsChanged);
        QSignalSpy told(&panel, &Panel::message);
        panel.show();
        QTRY_COMPARE(panel.waiting(), 4);
        QCOMPARE(counts.back(), (QList<QVariant>{3, 1}));
        auto *withdraw = child<QPushButton>(panel, "queueWithdraw");
        QVERIFY(withdraw->isEnabled()); // what waits for a person is chosen first
        QVERIFY(child<QLabel>(panel, "queueReason")->text().contains(u"自动结案"_s));
        m_world->prompter.file = m_world->folder() + u"/queue.json"_s;
        QTest::mouseClick(child<QPushButton>(panel, "queueExport"), Qt::LeftButton);
        QFile file(m_world->prompter.file);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(QJsonDocument::fromJson(file.readAll())
                     .object()
                     .value(u"operations"_s)
                     .toArray()
                     .size(),
                 4);
        m_world->prompter.file = u"/nowhere/queue.json"_s;
        QTest::mouseClick(child<QPushButton>(panel, "queueExport"), Qt::LeftButton);
        QVERIFY(told.back().at(1).toBool());
        QTest::mouseClick(withdraw, Qt::LeftButton);
        QTRY_COMPARE(panel.waiting(), 3);
        QVERIFY(m_world->prompter.asked.contains(u"Withdraw for good?"_s));
        QVERIFY(!withdraw->isEnabled());
    }

    // --- all
    // ----------------------------------------------------------------------------------------------------------

    void everyInteractiveWidgetHasANameAndTurnsItsLanguage()
    {
        BoardPanel board(m_world->context);
        RecommendPanel recommend(m_world->context);
        TimelinePanel timeline(m_world->context);
        LogPanel log(m_world->context);
        QueuePanel queue(m_world->context);
        for (Panel *panel :
             std::initializer_list<Panel *>{&board, &recommend, &timeline, &log, &queue}) {
            for (const Language language : {Language::English, Language::Chinese})
                panel->setLanguage(language);
            for (const view::Theme theme : {view::Theme::Light, view::Theme::Dark})
                panel->setTheme(theme);
            QVERIFY(!panel->objectName().isEmpty());
            for (QWidget *widget : panel->findChildren<QWidget *>()) {
                const bool asks =
                    qobject_cast<QAbstractButton *>(widget) || qobject_cast<QLineEdit *>(widget) ||
                    qobject_cast<QTreeWidget *>(widget) || qobject_cast<QTableView *>(widget);
                const bool own = !widget->objectName().startsWith(u"qt_"_s) &&
                                 !widget->inherits("QHeaderView") &&
                                 !widget->inherits("QTableCornerButton") &&
                                 !qobject_cast<QLineEdit *>(widget->parent());
                if (asks && own)
                    QVERIFY2(!widget->objectName().isEmpty() && !widget->accessibleName().isEmpty(),
                             qPrintable(panel->objectName() + u' ' + widget->objectName()));
            }
        }
    }

private:
    std::unique_ptr<test::World> m_world;
    TeamId m_first;
    TeamId m_second;
    TeamId m_third;
    IncidentId m_incident;
};

QTEST_MAIN(TestPanels)
#include "tst_panels.moc"
