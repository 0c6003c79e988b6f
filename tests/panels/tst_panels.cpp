#include "tests/panels/support/busy_pool.h"
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

    void anAnswerTakesTheKeyboardOnlyWhenAsked_data()
    {
        QTest::addColumn<bool>("asked");
        QTest::addColumn<bool>("wentOn");
        QTest::addColumn<QString>("focused");
        QTest::newRow("the selection moved") << false << false << u"walked"_s;
        QTest::newRow("asked by a person") << true << false << u"recommendRows"_s;
        QTest::newRow("asked, and gone on meanwhile") << true << true << u"elsewhere"_s;
    }
    void anAnswerTakesTheKeyboardOnlyWhenAsked()
    {
        QFETCH(const bool, asked);
        QFETCH(const bool, wentOn);
        QFETCH(const QString, focused);
        std::vector<std::shared_ptr<QPromise<Result<recommend::Recommendation>>>> questions;
        m_world->services.recommend = [&](IncidentId) {
            auto promise = std::make_shared<QPromise<Result<recommend::Recommendation>>>();
            promise->start();
            questions.push_back(promise);
            return promise->future();
        };
        QWidget window;
        auto *walked = new QLineEdit(&window);
        walked->setObjectName(u"walked"_s);
        auto *elsewhere = new QLineEdit(&window);
        elsewhere->setObjectName(u"elsewhere"_s);
        auto *panel = new RecommendPanel(m_world->context, &window);
        window.show();
        walked->setFocus();
        panel->showIncident(m_incident.text());
        if (asked)
            panel->openForOrder();
        if (wentOn)
            elsewhere->setFocus();
        recommend::Recommendation answer;
        answer.rows = {recommend::Row{.team = m_first, .name = u"排涝一队"_s}};
        questions.back()->addResult(Result<recommend::Recommendation>(answer));
        questions.back()->finish();
        auto *rows = child<QTreeWidget>(*panel, "recommendRows");
        QTRY_COMPARE(rows->topLevelItemCount(), 1);
        QVERIFY(window.focusWidget());
        QCOMPARE(window.focusWidget()->objectName(), focused);
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

    // The road from where the team is goes with the order that a diversion makes.
    void divertedWithItsRoad()
    {
        CommandLine line(m_world->context);
        const IncidentId other = m_world->incident(u"堤防险情"_s, u"dike"_s);
        const AssignmentId id = m_world->assign(m_incident, m_first);
        line.run(u"ack 1"_s);
        QTRY_COMPARE(m_world->cache.assignment(id.text())->state, AssignmentState::Acknowledged);
        const Incident *where = m_world->cache.incident(other.text());
        line.run(u"divert 1 %1 worse there"_s.arg(where->number));
        QTRY_COMPARE(m_world->cache.assignmentsOfIncident(other.text()).size(), 1u);
        const Assignment *next = m_world->cache.assignmentsOfIncident(other.text()).front();
        QCOMPARE(next->team, m_first);
        QCOMPARE(next->routeSeconds, 600);
        QCOMPARE(next->routeMetres, 8200);
    }

    void flagsTyped()
    {
        CommandLine line(m_world->context);
        const AssignmentId id = m_world->assign(m_incident, m_first);
        const auto task = [&] { return m_world->cache.assignment(id.text()); };
        line.run(u"suspend 1 night"_s);
        QTRY_VERIFY(task()->suspended);
        line.run(u"失联 1"_s);
        QTRY_VERIFY(task()->lostContact);
        line.run(u"恢复1"_s);
        QTRY_VERIFY(!task()->suspended);
        line.run(u"contact 1"_s);
        QTRY_VERIFY(!task()->lostContact);
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

    void enterWaitsForTheAnswer_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("places");
        QTest::addColumn<int>("complaints");
        QTest::newRow("a row by its initials") << u"plyd"_s << 1 << 0 << 0;
        QTest::newRow("a place by its name") << u"dongf"_s << 0 << 1 << 0;
        QTest::newRow("nothing of that name") << u"xif"_s << 0 << 0 << 1;
    }
    void enterWaitsForTheAnswer()
    {
        QFETCH(const QString, typed);
        std::vector<std::pair<QString, std::shared_ptr<QPromise<std::vector<NamedPlace>>>>> asked;
        m_world->services.findPlace = [&](const QString &text, int) {
            auto promise = std::make_shared<QPromise<std::vector<NamedPlace>>>();
            promise->start();
            asked.emplace_back(text, promise);
            return promise->future();
        };
        CommandLine line(m_world->context);
        line.show();
        QSignalSpy rows(&line, &CommandLine::rowChosen);
        QSignalSpy places(&line, &CommandLine::placeChosen);
        QSignalSpy told(&line, &CommandLine::message);
        QTest::keyClicks(&line, typed);
        QTest::keyClick(&line, Qt::Key_Return);
        QTest::keyClick(&line, Qt::Key_Return); // impatience asks once
        QCOMPARE(rows.size() + places.size() + told.size(), 0);
        QTRY_COMPARE(asked.size(), 1u);
        QCOMPARE(asked.front().first, typed);
        std::vector<NamedPlace> found;
        if (u"dongfeng road"_s.startsWith(typed))
            found.push_back({u"dongfeng road"_s, u"road"_s, {120.39, 36.08}});
        asked.front().second->addResult(found);
        asked.front().second->finish();
        QTRY_COMPARE(rows.size() + places.size() + told.size(), 1);
        QTEST(int(rows.size()), "rows");
        QTEST(int(places.size()), "places");
        QTEST(int(told.size()), "complaints");
    }

    void enterIsForgottenWhenThePersonGoesOn_data()
    {
        QTest::addColumn<int>("key");
        QTest::newRow("Esc") << int(Qt::Key_Escape);
        QTest::newRow("another letter") << int(Qt::Key_X);
    }
    void enterIsForgottenWhenThePersonGoesOn()
    {
        QFETCH(const int, key);
        std::vector<std::shared_ptr<QPromise<std::vector<NamedPlace>>>> asked;
        m_world->services.findPlace = [&](const QString &, int) {
            auto promise = std::make_shared<QPromise<std::vector<NamedPlace>>>();
            promise->start();
            asked.push_back(promise);
            return promise->future();
        };
        CommandLine line(m_world->context);
        line.show();
        QSignalSpy places(&line, &CommandLine::placeChosen);
        QSignalSpy told(&line, &CommandLine::message);
        QTest::keyClicks(&line, u"dongf"_s);
        QTest::keyClick(&line, Qt::Key_Return);
        QTRY_COMPARE(asked.size(), 1u);
        QTest::keyClick(&line, Qt::Key(key));
        asked.front()->addResult(std::vector<NamedPlace>{{u"东风路"_s, u"road"_s, {120.4, 36.1}}});
        asked.front()->finish();
        // The next question, asked for good, is answered; the one before it did nothing.
        line.clear();
        QTest::keyClicks(&line, u"120.38,36.07"_s);
        QTest::keyClick(&line, Qt::Key_Return);
        QTRY_COMPARE(places.size(), 1);
        QCOMPARE(places.front().at(1).value<LonLat>(), (LonLat{120.38, 36.07}));
        QCOMPARE(told.size(), 0);
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
        {
            // With every thread of the pool busy nothing is written, and nobody waits for it.
            test::BusyPool busy;
            QTest::mouseClick(child<QPushButton>(panel, "queueExport"), Qt::LeftButton);
            QCOMPARE(told.size(), 1); // that it is being written
            QVERIFY(!QFile::exists(m_world->prompter.file));
        }
        QTRY_COMPARE(told.size(), 2);
        QVERIFY2(!told.back().at(1).toBool(), qPrintable(told.back().at(0).toString()));
        QVERIFY(told.back().at(0).toString().contains(m_world->prompter.file));
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
        QTRY_COMPARE(told.size(), 4);
        QVERIFY(told.back().at(1).toBool());
        QVERIFY2(told.back().at(0).toString().contains(u"不能写入"_s),
                 qPrintable(told.back().at(0).toString()));
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
