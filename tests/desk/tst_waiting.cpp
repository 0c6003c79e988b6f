#include "models/desk/desk.h"
#include "models/desk/waiting.h"
#include "server/authority.h"
#include "sync/replica.h"
#include "tests/support/makers.h"

#include <QTest>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using store::Pending;

namespace {

// Two desks and an authority. What anna does gets there first; bo learns of it afterwards.
struct Pair
{
    FakeClock clock;
    store::Connection journal = memoryRealm();
    server::Authority authority{journal, clock};
    Maker anna{1, u"anna"_s, u"desk-a"_s};
    Maker bo{2, u"bo"_s, u"desk-b"_s};
    store::Connection a = memoryRealm();
    store::Connection b = memoryRealm();
    TeamId team = anna.ids().make<TeamId>();
    IncidentId incident = anna.ids().make<IncidentId>();
    IncidentId second = anna.ids().make<IncidentId>();

    Pair()
    {
        queue(a, anna.createTeam(team, u"T1"_s, u"一队"_s));
        queue(a, anna.report(incident));
        queue(a, anna.report(second));
        sync(a);
        sync(b);
    }
    void queue(store::Connection &db, const Operation &operation)
    {
        const auto outcome = desk::enqueue(db, operation);
        QVERIFY2(outcome, toBytes(operation).constData());
    }
    void sync(store::Connection &db)
    {
        must(sync::receive(db, must(authority.exchange(must(sync::askOf(db, 200, false))))));
    }
    // Bo hears of what is new, but hands nothing in.
    void hear()
    {
        must(sync::receive(b, must(authority.exchange({}, must(store::journalHead(b)).seq))));
    }
    Operation edit(Maker &who, std::vector<op::FieldChange> changes)
    {
        return who.operation(op::EditRecord{u"team"_s, RecordId(team.raw()), std::move(changes)});
    }
    desk::Waiting only()
    {
        const auto all = must(desk::readWaiting(b));
        return all.size() == 1 ? all.front() : desk::Waiting();
    }
};

} // namespace

class TestWaiting : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // What is only on its way has nothing to be settled.
    void queuedHasNoRival()
    {
        Pair w;
        w.queue(w.b, w.edit(w.bo, {{u"leader"_s, QVariant(), u"李四"_s}}));
        const desk::Waiting waiting = w.only();
        QCOMPARE(waiting.line.pending, Pending::State::Queued);
        QVERIFY(!waiting.beatenBy);
        QVERIFY(waiting.fields.empty());
    }

    // The name beside a field is of who wrote that field, not of who touched the row last.
    void fieldsAreToldApart()
    {
        Pair w;
        Maker carl{3, u"carl"_s, u"desk-c"_s};
        w.queue(w.a, w.edit(w.anna, {{u"leader"_s, QVariant(), u"张三"_s}}));
        w.sync(w.a);
        w.queue(w.a, w.edit(carl, {{u"zone"_s, QVariant(), u"东区"_s}}));
        w.sync(w.a);
        w.queue(w.b, w.edit(w.bo, {{u"note"_s, QVariant(), u"备用"_s},
                                   {u"leader"_s, QVariant(), u"李四"_s},
                                   {u"zone"_s, QVariant(), u"东区"_s}}));
        w.hear();
        const desk::Waiting waiting = w.only();
        QCOMPARE(waiting.line.pending, Pending::State::Conflict);
        QCOMPARE(waiting.table, u"team"_s);
        QCOMPARE(waiting.record, w.team.text());
        QVERIFY(waiting.beatenBy);
        QCOMPARE(waiting.beatenBy->operation.author, u"anna"_s);
        QVERIFY(waiting.beatenBy->seq > 0);
        QVERIFY(waiting.beatenBy->acceptedAt);
        QCOMPARE(waiting.fields.size(), 3U);
        QCOMPARE(waiting.fields[0].field, u"note"_s);
        QVERIFY(!waiting.fields[0].clash);
        QVERIFY(!waiting.fields[0].by);
        QVERIFY(waiting.fields[1].clash);
        QVERIFY(waiting.fields[1].base.isNull());
        QCOMPARE(waiting.fields[1].mine.toString(), u"李四"_s);
        QCOMPARE(waiting.fields[1].theirs.toString(), u"张三"_s);
        QCOMPARE(waiting.fields[1].by->operation.author, u"anna"_s);
        QVERIFY(!waiting.fields[2].clash); // both want the same
        QCOMPARE(waiting.fields[2].by->operation.author, u"carl"_s);
    }

    void importsAreFoundByCode()
    {
        Pair w;
        op::ImportRecords import{u"team"_s, u"teams.csv"_s, {}};
        import.rows.push_back({w.anna.ids().make<RecordId>(),
                               {{u"code"_s, u"T1"_s},
                                {u"name"_s, u"一队"_s},
                                {u"kind"_s, u"fire"_s},
                                {u"leader"_s, u"张三"_s}}});
        w.queue(w.a, w.anna.operation(import));
        w.sync(w.a);
        w.queue(w.b, w.edit(w.bo, {{u"leader"_s, QVariant(), u"李四"_s}}));
        w.hear();
        const desk::Waiting waiting = w.only();
        QVERIFY(waiting.beatenBy);
        QCOMPARE(waiting.beatenBy->operation.kind, u"record.import"_s);
    }

    // The order that holds the team, and not the steps that were recorded of it since.
    void busyTeamNamesItsOrder()
    {
        Pair w;
        const auto first = w.anna.ids().make<AssignmentId>();
        w.queue(w.a, w.anna.operation(
                         op::Assign{.assignment = first, .incident = w.incident, .team = w.team}));
        w.sync(w.a);
        w.queue(w.a, w.anna.operation(op::AdvanceAssignment{
                         .assignment = first, .to = stateName(AssignmentState::Delivered)}));
        w.sync(w.a);
        w.queue(w.b, w.bo.operation(op::Assign{.assignment = w.bo.ids().make<AssignmentId>(),
                                               .incident = w.second,
                                               .team = w.team}));
        w.hear();
        const desk::Waiting waiting = w.only();
        QCOMPARE(waiting.line.refusal->reason, RefusalReason::TeamBusy);
        QVERIFY(waiting.beatenBy);
        QCOMPARE(waiting.beatenBy->operation.kind, u"assignment.assign"_s);
        QCOMPARE(waiting.beatenBy->operation.author, u"anna"_s);
        QVERIFY(waiting.fields.empty());
    }

    void aClosedIncidentNamesWhoClosedIt()
    {
        Pair w;
        const auto step = [&](IncidentState to) {
            w.queue(w.a,
                    w.anna.operation(op::AdvanceIncident{
                        .incident = w.incident, .to = stateName(to), .reason = u"重复来电"_s}));
        };
        step(IncidentState::Unfounded);
        w.queue(w.a, w.anna.note(w.incident, u"已回访"_s));
        w.sync(w.a);
        w.queue(w.b, w.bo.operation(op::Assign{.assignment = w.bo.ids().make<AssignmentId>(),
                                               .incident = w.incident,
                                               .team = w.team}));
        w.hear();
        const desk::Waiting waiting = w.only();
        QCOMPARE(waiting.line.refusal->reason, RefusalReason::IncidentNotOpen);
        QVERIFY(waiting.beatenBy);
        QCOMPARE(waiting.beatenBy->operation.kind, u"incident.advance"_s);
    }

    // A right that is lacking was taken by nobody.
    void aRightHasNoRival()
    {
        Pair w;
        w.queue(w.b, w.bo.note(w.incident, u"水位上涨"_s));
        const auto pending = must(store::pendingOperations(w.b));
        must(store::setPending(w.b, pending[0].position, Pending::State::Refused, {},
                               Refusal{RefusalReason::NotPermitted, {}}));
        QVERIFY(!w.only().beatenBy);
    }
};

QTEST_GUILESS_MAIN(TestWaiting)
#include "tst_waiting.moc"
