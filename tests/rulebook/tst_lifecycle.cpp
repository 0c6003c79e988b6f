#include "models/rulebook/rulebook.h"
#include "models/store/dispatch_queries.h"
#include "models/store/tables.h"
#include "tests/support/makers.h"

#include <QMap>
#include <QQueue>
#include <QTest>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// Section 4 of the architecture in words, written by hand and not read off the program's own table.
// A '!' asks for a reason.
using Steps = QMap<QString, QString>;

const Steps &incidentSteps()
{
    static const Steps steps = {
        {u"reported"_s, u"verified responding unfounded! duplicate!"_s},
        {u"verified"_s, u"responding unfounded! duplicate!"_s},
        {u"responding"_s, u"stabilised unfounded! duplicate!"_s},
        {u"stabilised"_s, u"responding! terminated"_s},
        {u"terminated"_s, u"closed reopened!"_s},
        {u"closed"_s, u"archived reopened!"_s},
        {u"unfounded"_s, u"archived reopened!"_s},
        {u"duplicate"_s, u"archived reopened!"_s},
        {u"archived"_s, u"reopened!"_s},
        {u"reopened"_s, u"responding stabilised unfounded! duplicate!"_s},
    };
    return steps;
}

Steps assignmentSteps(TaskType type)
{
    Steps steps = {
        {u"proposed"_s, u"pending_approval ordered cancelled!"_s},
        {u"pending_approval"_s, u"ordered cancelled!"_s},
        {u"ordered"_s, u"delivered acknowledged declined! recalled!"_s},
        {u"delivered"_s, u"acknowledged declined! recalled!"_s},
    };
    if (type == TaskType::StandBy) {
        steps[u"acknowledged"_s] = u"staged cancelled! diverted!"_s;
        steps[u"staged"_s] = u"cleared cancelled! diverted!"_s;
        return steps;
    }
    steps[u"acknowledged"_s] = u"mustering en_route cancelled! diverted!"_s;
    steps[u"mustering"_s] = u"en_route cancelled! diverted!"_s;
    steps[u"en_route"_s] = u"staged on_scene cancelled! diverted!"_s;
    steps[u"staged"_s] = u"on_scene cancelled! diverted!"_s;
    steps[u"on_scene"_s] = u"working cancelled! diverted! handed_over!"_s;
    steps[u"working"_s] = u"completed cancelled! diverted! handed_over!"_s;
    if (type == TaskType::Transport) {
        steps[u"working"_s] = u"loaded cancelled! diverted! handed_over!"_s;
        steps[u"loaded"_s] = u"to_destination"_s;
        steps[u"to_destination"_s] = u"at_destination"_s;
        steps[u"at_destination"_s] = u"completed"_s;
    }
    steps[u"completed"_s] = u"returning cleared diverted!"_s;
    steps[u"returning"_s] = u"cleared diverted!"_s;
    return steps;
}

// "no", "yes" or "reason".
QString expected(const Steps &steps, const QString &from, const QString &to)
{
    for (const QString &step : steps.value(from).split(u' ')) {
        if (step == to)
            return u"yes"_s;
        if (step == to + u'!')
            return u"reason"_s;
    }
    return u"no"_s;
}

// A shortest way from `start` to `goal`; empty when there is none.
QStringList wayTo(const Steps &steps, const QString &start, const QString &goal)
{
    QMap<QString, QString> before = {{start, QString()}};
    QQueue<QString> open;
    open.enqueue(start);
    while (!open.isEmpty() && !before.contains(goal)) {
        const QString here = open.dequeue();
        for (QString next : steps.value(here).split(u' ', Qt::SkipEmptyParts)) {
            next.remove(u'!');
            if (!before.contains(next)) {
                before[next] = here;
                open.enqueue(next);
            }
        }
    }
    QStringList way;
    for (QString at = goal; before.contains(at) && at != start; at = before.value(at))
        way.prepend(at);
    return way;
}

struct World
{
    Maker maker{7, u"anna"_s, u"desk-a"_s};
    store::Connection db = memoryRealm();
    TeamId team = maker.ids().make<TeamId>();
    TeamId spare = maker.ids().make<TeamId>();
    IncidentId incident = maker.ids().make<IncidentId>();
    IncidentId other = maker.ids().make<IncidentId>();
    AssignmentId assignment = maker.ids().make<AssignmentId>();

    World()
    {
        applyOrDie(db, maker.createTeam(team, u"T1"_s, u"一队"_s));
        applyOrDie(db, maker.createTeam(spare, u"T2"_s, u"二队"_s));
        applyOrDie(db, maker.report(incident));
        applyOrDie(db, maker.report(other));
    }

    Operation step(const QString &to, const QString &reason)
    {
        maker.clock.advance(1min);
        if (to == "diverted"_L1 || to == "handed_over"_L1) {
            return maker.operation(
                op::TransferAssignment{.assignment = assignment,
                                       .successor = maker.ids().make<AssignmentId>(),
                                       .handOver = to == "handed_over"_L1,
                                       .incident = other,
                                       .team = spare,
                                       .reason = reason});
        }
        return maker.advance(assignment, *assignmentStateFrom(to), reason);
    }
    Operation incidentStep(const QString &to, const QString &reason)
    {
        maker.clock.advance(1min);
        return maker.operation(op::AdvanceIncident{
            .incident = incident, .to = to, .reason = reason, .duplicateOf = other.text()});
    }
    // Tries without leaving a trace.
    QString attempt(const Operation &operation)
    {
        auto transaction = must(store::Transaction::begin(db));
        return outcomeName(rulebook::apply(db, operation));
    }
};

} // namespace

class TestLifecycle : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void assignment_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("from");
        for (int type = 0; type < taskTypeCount; ++type) {
            for (int from = 0; from < assignmentStateCount; ++from) {
                QTest::addRow("%s %s", qPrintable(stateName(static_cast<TaskType>(type))),
                              qPrintable(stateName(static_cast<AssignmentState>(from))))
                    << type << from;
            }
        }
    }
    void assignment()
    {
        QFETCH(const int, type);
        QFETCH(const int, from);
        const auto taskType = static_cast<TaskType>(type);
        const Steps steps = assignmentSteps(taskType);
        const QString start = stateName(static_cast<AssignmentState>(from));
        const QStringList way = wayTo(steps, u"proposed"_s, start);
        if (way.isEmpty() &&
            start != "proposed"_L1) { // no such state for this task type: none may lead there
            for (const auto &row : assignmentTransitions())
                QVERIFY(!(row.allowedFor(taskType) && stateName(row.to) == start));
            return;
        }
        World w;
        applyOrDie(w.db, w.maker.assign(w.assignment, w.incident, w.team, taskType, false));
        for (const QString &next : way)
            applyOrDie(w.db, w.step(next, u"缘由"_s));
        QCOMPARE(stateName(must(store::findAssignment(w.db, w.assignment))->state), start);

        for (int to = 0; to < assignmentStateCount; ++to) {
            const QString goal = stateName(static_cast<AssignmentState>(to));
            const QString may = expected(steps, start, goal);
            const QString withReason = w.attempt(w.step(goal, u"缘由"_s));
            const QString without = w.attempt(w.step(goal, u"  "_s));
            const auto says = [&](const QString &answer, const QString &want) {
                return QTest::qVerify(answer == want, "answer", qPrintable(goal + u": "_s + answer),
                                      __FILE__, __LINE__);
            };
            if (!says(withReason, may == "no"_L1 ? u"illegal-transition"_s : u"accepted"_s))
                return;
            if (!says(without, may == "no"_L1       ? u"illegal-transition"_s
                               : may == "reason"_L1 ? u"reason-needed"_s
                                                    : u"accepted"_s))
                return;
            const AssignmentTransition *row = findTransition(
                taskType, static_cast<AssignmentState>(from), static_cast<AssignmentState>(to));
            QCOMPARE(row != nullptr, may != "no"_L1);
            if (row)
                QCOMPARE(row->needsReason, may == "reason"_L1);
        }
    }

    void incident_data()
    {
        QTest::addColumn<QString>("from");
        for (int from = 0; from < incidentStateCount; ++from) {
            const QString name = stateName(static_cast<IncidentState>(from));
            QTest::newRow(qPrintable(name)) << name;
        }
    }
    void incident()
    {
        QFETCH(const QString, from);
        World w;
        const QStringList way = wayTo(incidentSteps(), u"reported"_s, from);
        QVERIFY(!way.isEmpty() || from == "reported"_L1);
        for (const QString &next : way)
            applyOrDie(w.db, w.incidentStep(next, u"缘由"_s));
        for (int to = 0; to < incidentStateCount; ++to) {
            const QString goal = stateName(static_cast<IncidentState>(to));
            const QString may = expected(incidentSteps(), from, goal);
            QCOMPARE(w.attempt(w.incidentStep(goal, u"缘由"_s)),
                     may == "no"_L1 ? u"illegal-transition"_s : u"accepted"_s);
            QCOMPARE(w.attempt(w.incidentStep(goal, {})), may == "no"_L1 ? u"illegal-transition"_s
                                                          : may == "reason"_L1 ? u"reason-needed"_s
                                                                               : u"accepted"_s);
        }
    }

    void timeDoesNotGoBack()
    {
        World w;
        applyOrDie(w.db, w.maker.assign(w.assignment, w.incident, w.team));
        applyOrDie(w.db, w.step(u"delivered"_s, {}));
        const Instant last = w.maker.clock.now();
        const auto at = [&](Instant when) {
            return w.attempt(w.maker.operation(
                op::AdvanceAssignment{.assignment = w.assignment, .to = u"acknowledged"_s}, when));
        };
        QCOMPARE(at(last - 1ms), u"time-not-monotone"_s);
        QCOMPARE(at(last), u"accepted"_s);
        QCOMPARE(
            w.attempt(w.maker.operation(
                op::AdvanceIncident{.incident = w.incident, .to = u"stabilised"_s}, last - 24h)),
            u"time-not-monotone"_s);
    }

    // The clock of the ordering desk is slow: the order stands, and the incident's time does not go
    // back.
    void anOrderFromASlowClock()
    {
        World w;
        w.maker.clock.advance(10min);
        applyOrDie(w.db, w.incidentStep(u"verified"_s, {}));
        const Instant verified = w.maker.clock.now();
        w.maker.clock.advance(-5min);
        applyOrDie(w.db, w.maker.assign(w.assignment, w.incident, w.team));
        const auto incident = must(store::findIncident(w.db, w.incident));
        QCOMPARE(incident->state, IncidentState::Responding);
        QVERIFY(incident->stateSince >= verified);
    }

    void orderingAClosedIncidentAsksToReopen_data()
    {
        QTest::addColumn<QString>("state");
        for (const char *state : {"terminated", "closed", "archived", "unfounded", "duplicate"})
            QTest::newRow(state) << QString::fromLatin1(state);
    }
    void orderingAClosedIncidentAsksToReopen()
    {
        QFETCH(const QString, state);
        World w;
        for (const QString &next : wayTo(incidentSteps(), u"reported"_s, state))
            applyOrDie(w.db, w.incidentStep(next, u"缘由"_s));
        QCOMPARE(w.attempt(w.maker.assign(w.assignment, w.incident, w.team)),
                 u"incident-not-open"_s);
        QCOMPARE(
            w.attempt(w.maker.assign(w.assignment, w.incident, w.team, TaskType::Rescue, false)),
            u"incident-not-open"_s);
        applyOrDie(w.db, w.incidentStep(u"reopened"_s, u"复燃"_s));
        applyOrDie(w.db, w.maker.assign(w.assignment, w.incident, w.team));
        QCOMPARE(must(store::findIncident(w.db, w.incident))->state, IncidentState::Responding);
        QCOMPARE(must(store::findIncident(w.db, w.incident))->reopened, 1);
    }

    void anOpenAssignmentHoldsTheIncidentOpen()
    {
        World w;
        applyOrDie(w.db, w.maker.assign(w.assignment, w.incident, w.team));
        applyOrDie(w.db, w.incidentStep(u"stabilised"_s, {}));
        applyOrDie(w.db, w.incidentStep(u"terminated"_s, {}));
        QCOMPARE(w.attempt(w.incidentStep(u"closed"_s, {})), u"open-assignments"_s);
        applyOrDie(w.db, w.step(u"recalled"_s, u"险情解除"_s));
        const auto event = must(store::eventsOf(w.db, w.assignment)).back();
        applyOrDie(w.db, w.incidentStep(u"closed"_s, {}));
        // nor does taking back the recall open it again behind the closed incident
        QCOMPARE(w.attempt(w.maker.operation(op::RetractStep{
                     .assignment = w.assignment, .event = event.id, .reason = u"误记"_s})),
                 u"incident-not-open"_s);
    }

    // A timer set before the incident was reopened closes nothing, however late its words arrive.
    void aStaleTimerClosesNothing()
    {
        World w;
        const auto terminate = [&] {
            applyOrDie(w.db, w.incidentStep(u"stabilised"_s, {}));
            applyOrDie(w.db, w.incidentStep(u"terminated"_s, {}));
        };
        const auto close = [&](const QString &timer) {
            w.maker.clock.advance(1min);
            return w.attempt(w.maker.operation(
                op::AdvanceIncident{.incident = w.incident, .to = u"closed"_s, .timer = timer}));
        };
        applyOrDie(w.db, w.incidentStep(u"responding"_s, {}));
        terminate();
        w.maker.clock.advance(1min);
        const Operation set = w.maker.operation(op::SetCloseTimer{
            .incident = w.incident, .timer = u"t1"_s, .due = w.maker.clock.now() + 1h});
        applyOrDie(w.db, set);
        QCOMPARE(close(u"t2"_s), u"timer-stale"_s);
        QCOMPARE(close(u"t1"_s), u"timer-stale"_s); // its own timer, but an hour early
        w.maker.clock.advance(1h);
        QCOMPARE(close(u"t1"_s), u"accepted"_s);
        applyOrDie(w.db, w.incidentStep(u"reopened"_s, u"复燃"_s));
        QCOMPARE(close(u"t1"_s), u"timer-stale"_s);
        applyOrDie(w.db, w.incidentStep(u"responding"_s, {}));
        terminate();
        QCOMPARE(close(u"t1"_s), u"timer-stale"_s);
        // a desk that was away set its timer before the reopening and is heard only now
        Operation late = set;
        late.id = w.maker.ids().make<OperationId>();
        QCOMPARE(w.attempt(late), u"timer-stale"_s);
    }

    void whatIsYetToHappenIsNotRecorded()
    {
        World w;
        Operation note =
            w.maker.operation(op::NoteIncident{.incident = w.incident, .text = u"水位回落"_s});
        note.occurredAt = note.recordedAt + 6min;
        QCOMPARE(w.attempt(note), u"bad-arguments"_s);
        note.occurredAt = note.recordedAt + 4min; // clocks differ a little
        QCOMPARE(w.attempt(note), u"accepted"_s);
    }

    // The incident that stays is no duplicate itself, or following them would never end.
    void duplicatesFormNoCircle()
    {
        World w;
        const auto merge = [&](IncidentId from, IncidentId into) {
            w.maker.clock.advance(1min);
            return w.maker.operation(op::AdvanceIncident{.incident = from,
                                                         .to = u"duplicate"_s,
                                                         .reason = u"同一险情"_s,
                                                         .duplicateOf = into.text()});
        };
        applyOrDie(w.db, merge(w.incident, w.other));
        QCOMPARE(w.attempt(merge(w.other, w.incident)), u"not-found"_s);
    }

    // A station that teams name can lose neither its code nor its place in use; one that nobody
    // names can.
    void aRowThatOthersNameKeepsItsCode()
    {
        World w;
        const auto station = w.maker.ids().make<RecordId>();
        applyOrDie(w.db, w.maker.operation(op::CreateRecord{
                             .table = u"station"_s,
                             .record = station,
                             .values = {{u"code"_s, u"S9"_s}, {u"name"_s, u"东港站"_s}}}));
        const op::RetireRecord retire{
            .table = u"station"_s, .record = station, .reason = u"撤站"_s};
        const op::EditRecord recode{
            .table = u"station"_s, .record = station, .changes = {{u"code"_s, u"S9"_s, u"S10"_s}}};
        applyOrDie(w.db, w.maker.operation(
                             op::EditRecord{.table = u"team"_s,
                                            .record = RecordId(w.team.raw()),
                                            .changes = {{u"station"_s, QVariant(), u"S9"_s}}}));
        QCOMPARE(w.attempt(w.maker.operation(recode)), u"still-referenced"_s);
        QCOMPARE(w.attempt(w.maker.operation(retire)), u"still-referenced"_s);
        applyOrDie(w.db, w.maker.operation(
                             op::EditRecord{.table = u"team"_s,
                                            .record = RecordId(w.team.raw()),
                                            .changes = {{u"station"_s, u"S9"_s, QVariant()}}}));
        QCOMPARE(w.attempt(w.maker.operation(retire)), u"accepted"_s);
    }

    void hoursThatEndWhereTheyBeginAreTheWholeDay()
    {
        for (int hour = 0; hour < 24; ++hour)
            QVERIFY(isOnDuty(u"08:00-08:00", instantFromMs(hour * 3'600'000LL), chinaOffset));
    }

    // Handing over to a team that is busy is an order like any other: the first team's double task
    // is no consent.
    void handingOverAsksWhetherTheOtherTeamIsFree()
    {
        World w;
        const auto first = w.maker.ids().make<AssignmentId>();
        applyOrDie(w.db, w.maker.assign(first, w.other, w.team));
        applyOrDie(w.db, w.maker.assign(w.maker.ids().make<AssignmentId>(), w.other, w.spare));
        applyOrDie(w.db, w.maker.operation(op::Assign{.assignment = w.assignment,
                                                      .incident = w.incident,
                                                      .team = w.team,
                                                      .doubleTask = true}));
        for (const char *to : {"acknowledged", "en_route", "on_scene"})
            applyOrDie(w.db, w.step(QString::fromLatin1(to), {}));
        QCOMPARE(w.attempt(w.step(u"handed_over"_s, u"换班"_s)), u"team-busy"_s);
    }

    // A proposal holds nobody: that its team has gone elsewhere meanwhile does not keep its
    // cancelling from being taken back.
    void aProposalComesBackThoughItsTeamIsBusy()
    {
        World w;
        applyOrDie(w.db, w.maker.assign(w.assignment, w.incident, w.team, TaskType::Rescue, false));
        applyOrDie(w.db, w.step(u"cancelled"_s, u"不再需要"_s));
        const auto event = must(store::eventsOf(w.db, w.assignment)).back();
        applyOrDie(w.db, w.maker.assign(w.maker.ids().make<AssignmentId>(), w.other, w.team));
        const op::RetractStep back{
            .assignment = w.assignment, .event = event.id, .reason = u"误记"_s};
        applyOrDie(w.db, w.maker.operation(back));
        QCOMPARE(must(store::findAssignment(w.db, w.assignment))->state, AssignmentState::Proposed);
        // ordering it is another matter
        QCOMPARE(w.attempt(w.step(u"ordered"_s, {})), u"team-busy"_s);
    }

    // Two tasks knowingly given: whichever of them is diverted, the team has as many as before.
    void eitherOfTwoTasksMayBeDiverted_data()
    {
        QTest::addColumn<bool>("theKnown");
        QTest::newRow("the first, given when the team was free") << false;
        QTest::newRow("the second, given knowingly") << true;
    }
    void eitherOfTwoTasksMayBeDiverted()
    {
        QFETCH(const bool, theKnown);
        World w;
        const auto third = w.maker.ids().make<IncidentId>();
        applyOrDie(w.db, w.maker.report(third));
        const auto second = w.maker.ids().make<AssignmentId>();
        applyOrDie(w.db, w.maker.assign(w.assignment, w.incident, w.team));
        applyOrDie(
            w.db,
            w.maker.operation(op::Assign{
                .assignment = second, .incident = w.other, .team = w.team, .doubleTask = true}));
        const auto what = theKnown ? second : w.assignment;
        for (const auto to : {AssignmentState::Acknowledged, AssignmentState::EnRoute}) {
            w.maker.clock.advance(1min);
            applyOrDie(w.db, w.maker.advance(what, to));
        }
        const auto next = w.maker.ids().make<AssignmentId>();
        w.maker.clock.advance(1min);
        applyOrDie(
            w.db,
            w.maker.operation(op::TransferAssignment{
                .assignment = what, .successor = next, .incident = third, .reason = u"更急"_s}));
        QCOMPARE(must(store::findAssignment(w.db, next))->doubleTask, theKnown);
    }

    // What the desk knows of the road goes with the order that a transfer makes.
    void aTransferKeepsItsRoadTime_data()
    {
        QTest::addColumn<QString>("to");
        QTest::newRow("diverted") << u"diverted"_s;
        QTest::newRow("handed over") << u"handed_over"_s;
    }
    void aTransferKeepsItsRoadTime()
    {
        QFETCH(const QString, to);
        World w;
        applyOrDie(w.db, w.maker.assign(w.assignment, w.incident, w.team));
        for (const char *step : {"acknowledged", "en_route", "on_scene"})
            applyOrDie(w.db, w.step(QString::fromLatin1(step), {}));
        Operation transfer = w.step(to, u"缘由"_s);
        transfer.args[u"route_seconds"_s] = 540;
        transfer.args[u"route_metres"_s] = 7300;
        applyOrDie(w.db, transfer);
        const auto next = must(store::findAssignment(
            w.db, AssignmentId::fromText(transfer.args[u"successor"_s].toString())));
        QCOMPARE(next->routeSeconds, 540);
        QCOMPARE(next->routeMetres, 7300);
        QVERIFY(expectedArrival(*next));
    }

    // Nothing new may name a row out of use; what named it before stands.
    void aRowOutOfUseIsNotNamedAnew()
    {
        World w;
        const auto station = w.maker.ids().make<RecordId>();
        const auto retire = [&](bool retired) {
            return w.maker.operation(op::RetireRecord{
                .table = u"station"_s, .record = station, .retired = retired, .reason = u"撤站"_s});
        };
        applyOrDie(w.db, w.maker.operation(op::CreateRecord{
                             .table = u"station"_s,
                             .record = station,
                             .values = {{u"code"_s, u"S9"_s}, {u"name"_s, u"东港站"_s}}}));
        const RecordId team(w.team.raw());
        applyOrDie(w.db, w.maker.edit(u"team"_s, team, u"station"_s, QVariant(), u"S9"_s));
        // the only way to a row out of use that another names: the other was out of use first
        const auto out = [&](bool retired) {
            return w.maker.operation(op::RetireRecord{
                .table = u"team"_s, .record = team, .retired = retired, .reason = u"撤编"_s});
        };
        applyOrDie(w.db, out(true));
        applyOrDie(w.db, retire(true));
        applyOrDie(w.db, out(false));
        const FieldValues named = {{u"code"_s, u"T7"_s},
                                   {u"name"_s, u"七队"_s},
                                   {u"kind"_s, u"flood"_s},
                                   {u"station"_s, u"S9"_s}};
        const auto fresh = w.maker.ids().make<RecordId>();
        const auto import = [&](const FieldValues &values) {
            return w.maker.operation(op::ImportRecords{
                .table = u"team"_s, .source = u"a.csv"_s, .rows = {{fresh, values}}});
        };
        QCOMPARE(w.attempt(w.maker.operation(
                     op::CreateRecord{.table = u"team"_s, .record = fresh, .values = named})),
                 u"retired"_s);
        QCOMPARE(w.attempt(w.maker.edit(u"team"_s, RecordId(w.spare.raw()), u"station"_s,
                                        QVariant(), u"S9"_s)),
                 u"retired"_s);
        QCOMPARE(w.attempt(import(named)), u"retired"_s);
        // the team that had it keeps it, and its other fields can be edited
        applyOrDie(w.db, w.maker.edit(u"team"_s, team, u"leader"_s, QVariant(), u"张三"_s));
        applyOrDie(w.db, import({{u"code"_s, u"T1"_s},
                                 {u"name"_s, u"一队"_s},
                                 {u"kind"_s, u"flood"_s},
                                 {u"leader"_s, u"李四"_s},
                                 {u"station"_s, u"S9"_s}}));
        applyOrDie(w.db, retire(false));
        QCOMPARE(w.attempt(import(named)), u"accepted"_s);
    }

    void anIncidentKeepsItsDivision()
    {
        World w;
        const auto id = w.maker.ids().make<IncidentId>();
        const auto report = [&](const QString &code) {
            return w.maker.operation(op::ReportIncident{
                .incident = id, .type = u"flood"_s, .title = u"内涝"_s, .divisionCode = code});
        };
        QCOMPARE(w.attempt(report(QString(13, u'9'))), u"field-invalid"_s);
        applyOrDie(w.db, report(u"371102001"_s));
        QCOMPARE(must(store::findIncident(w.db, id))->divisionCode, u"371102001"_s);
        applyOrDie(w.db, w.maker.edit(u"incident"_s, RecordId(id.raw()), u"division_code"_s,
                                      u"371102001"_s, u"371103"_s));
        QCOMPARE(must(store::findIncident(w.db, id))->divisionCode, u"371103"_s);
        // and one that has none, none
        QVERIFY(must(store::findRow(w.db, *store::findTable(u"incident"), w.incident.text()))
                    ->value(u"division_code"_s)
                    .isNull());
    }

    void availabilityChecks()
    {
        World w;
        const auto order = [&](bool despite) {
            return w.attempt(w.maker.operation(op::Assign{.assignment = w.assignment,
                                                          .incident = w.incident,
                                                          .team = w.team,
                                                          .despiteUnavailable = despite}));
        };
        applyOrDie(w.db,
                   w.maker.operation(op::OverrideAvailability{
                       .team = w.team, .until = w.maker.clock.now() + 1h, .reason = u"检修"_s}));
        QCOMPARE(order(false), u"team-unavailable"_s);
        QCOMPARE(order(true), u"accepted"_s);
        w.maker.clock.advance(1h);
        QCOMPARE(order(false), u"accepted"_s);
        applyOrDie(w.db, w.maker.edit(u"team"_s, RecordId(w.team.raw()), u"duty_hours"_s,
                                      QVariant(), u"20:00-21:00"_s));
        QCOMPARE(order(false), u"team-off-duty"_s);
        QCOMPARE(order(true), u"accepted"_s);
        applyOrDie(w.db,
                   w.maker.operation(op::RetireRecord{
                       .table = u"team"_s, .record = RecordId(w.team.raw()), .reason = u"撤编"_s}));
        QCOMPARE(order(true), u"team-retired"_s);
    }
};

QTEST_GUILESS_MAIN(TestLifecycle)
#include "tst_lifecycle.moc"
