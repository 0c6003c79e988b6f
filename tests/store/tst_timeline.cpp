#include "models/store/changeset.h"
#include "models/store/dispatch_queries.h"
#include "models/store/entries.h"
#include "tests/support/makers.h"

#include <QTest>

using namespace leeward;
using namespace leeward::store;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

struct World
{
    Maker maker;
    Connection db = memoryRealm();

    explicit World(quint64 seed)
        : maker(seed, u"anna"_s, u"desk-a"_s)
    {
    }

    void accept(const Operation &operation)
    {
        applyOrDie(db, operation);
        const Head head = must(journalHead(db));
        Entry entry{.seq = head.seq + 1,
                    .operation = operation,
                    .operationBytes = toBytes(operation),
                    .acceptedAt = maker.clock.now(),
                    .previousHash = head.hash};
        entry.hash = hashOf(entry);
        must(appendEntry(db, entry));
    }
    void queue(const Operation &operation)
    {
        applyOrDie(db, operation);
        must(addPending(db, operation, {}));
    }
    QStringList told(IncidentId incident)
    {
        QStringList lines;
        for (const TimelineEvent &event : must(timelineOf(db, incident)))
            lines += event.kind + u' ' + (event.toState.isEmpty() ? event.text : event.toState);
        return lines;
    }
};

} // namespace

class TestTimeline : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // The ids of events are hashes: whatever the seed, the order is the journal's.
    void theSameMillisecond_data()
    {
        QTest::addColumn<int>("seed");
        for (int seed = 1; seed <= 20; ++seed)
            QTest::addRow("seed %d", seed) << seed;
    }
    void theSameMillisecond()
    {
        QFETCH(const int, seed);
        World w(static_cast<quint64>(seed));
        const auto team = w.maker.ids().make<TeamId>();
        const auto incident = w.maker.ids().make<IncidentId>();
        const auto other = w.maker.ids().make<IncidentId>();
        const auto assignment = w.maker.ids().make<AssignmentId>();
        w.accept(w.maker.createTeam(team, u"T1"_s, u"一队"_s));
        w.accept(w.maker.report(other));
        w.accept(w.maker.report(incident));
        w.accept(w.maker.note(incident, u"a"_s));
        w.accept(w.maker.note(incident, u"b"_s));
        w.accept(w.maker.assign(assignment, incident, team));
        w.accept(w.maker.note(incident, u"c"_s));
        w.accept(w.maker.advance(assignment, AssignmentState::Acknowledged));
        w.accept(w.maker.advance(incident, IncidentState::Stabilised));
        // what this desk has not handed in yet comes after
        w.queue(w.maker.note(incident, u"d"_s));
        w.queue(w.maker.note(incident, u"e"_s));
        QCOMPARE(w.told(incident),
                 (QStringList{u"report reported"_s, u"note a"_s, u"note b"_s,
                              u"assignment.state ordered"_s, u"state responding"_s, u"note c"_s,
                              u"assignment.state acknowledged"_s, u"state stabilised"_s,
                              u"note d"_s, u"note e"_s}));
    }

    // Handing over ends one assignment and begins another in one operation.
    void oneOperation()
    {
        World w(7);
        const auto team = w.maker.ids().make<TeamId>();
        const auto spare = w.maker.ids().make<TeamId>();
        const auto incident = w.maker.ids().make<IncidentId>();
        const auto assignment = w.maker.ids().make<AssignmentId>();
        w.accept(w.maker.createTeam(team, u"T1"_s, u"一队"_s));
        w.accept(w.maker.createTeam(spare, u"T2"_s, u"二队"_s));
        w.accept(w.maker.report(incident));
        w.accept(w.maker.assign(assignment, incident, team));
        for (const auto to :
             {AssignmentState::Acknowledged, AssignmentState::EnRoute, AssignmentState::OnScene})
            w.accept(w.maker.advance(assignment, to));
        w.accept(w.maker.operation(
            op::TransferAssignment{.assignment = assignment,
                                   .successor = w.maker.ids().make<AssignmentId>(),
                                   .handOver = true,
                                   .team = spare,
                                   .reason = u"换班"_s}));
        QCOMPARE(w.told(incident).mid(6),
                 (QStringList{u"assignment.state handed_over"_s, u"assignment.state ordered"_s}));
    }

    // The time it happened goes before the place in the journal.
    void whatHappenedEarlierComesFirst()
    {
        World w(7);
        const auto incident = w.maker.ids().make<IncidentId>();
        w.accept(w.maker.report(incident));
        const Instant start = w.maker.clock.now();
        w.accept(w.maker.operation(op::NoteIncident{.incident = incident, .text = u"later"_s},
                                   start + Duration(60'000)));
        w.accept(w.maker.operation(op::NoteIncident{.incident = incident, .text = u"sooner"_s},
                                   start + Duration(30'000)));
        QCOMPARE(w.told(incident),
                 (QStringList{u"report reported"_s, u"note sooner"_s, u"note later"_s}));
    }
};

QTEST_GUILESS_MAIN(TestTimeline)
#include "tst_timeline.moc"
