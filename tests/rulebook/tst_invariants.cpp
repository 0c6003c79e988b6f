#include "models/rulebook/rulebook.h"
#include "models/store/changeset.h"
#include "models/store/dispatch_queries.h"
#include "models/store/tables.h"
#include "simulation/dispatch_oracle.h"
#include "tests/support/cluster.h"

#include <QTest>

#include <rapidcheck.h>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

// The whole range whatever the size of the run; only the number of steps grows with it.
rc::Gen<int> within(int least, int end)
{
    return rc::gen::resize(rc::kNominalSize, rc::gen::inRange(least, end));
}

rc::Gen<std::vector<Intent>> intents()
{
    return rc::gen::scale(
        3, rc::gen::container<std::vector<Intent>>(rc::gen::build<Intent>(
               rc::gen::set(&Intent::desk, within(0, 3)),
               rc::gen::set(&Intent::kind, within(0, Cluster::kinds)),
               rc::gen::set(&Intent::a, within(0, 50)), rc::gen::set(&Intent::b, within(0, 50)),
               rc::gen::set(&Intent::c, within(0, 50)),
               rc::gen::set(&Intent::seconds, within(-20, 400)))));
}

// Accepts `operation` on `db` as an authority would; the changeset.
QByteArray run(store::Connection &db, const Operation &operation)
{
    auto transaction = must(store::Transaction::begin(db));
    QByteArray changeset;
    {
        const auto recorder = must(store::Recorder::begin(db));
        const Verdict verdict = must(rulebook::apply(db, operation));
        RC_ASSERT(verdict.has_value());
        changeset = must(recorder.changeset());
    }
    must(transaction.commit());
    return changeset;
}

} // namespace

class TestInvariants : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!qEnvironmentVariableIsSet("RC_PARAMS")) // fewer runs, but long ones
            qputenv("RC_PARAMS", "max_success=100");
    }

    // Invariants 1, 2, 3, 4, 5, 7 and 8 of the architecture on every prefix of the journals of
    // random runs.
    void everyPrefixOfEveryJournal()
    {
        QMap<QString, int> accepted;
        QMap<QString, int> refused;
        const bool held = rc::check("the journal tells the tables", [&] {
            Cluster cluster(*rc::gen::noShrink(rc::gen::inRange<quint64>(0, 1'000'000)), 3);
            for (const Intent &intent : *intents())
                cluster.play(intent);
            cluster.settle();
            RC_ASSERT(cluster.faults().join(u'\n').toStdString() == "");
            RC_ASSERT(journalFault(cluster.journal()).toStdString() == "");

            const auto entries = must(store::entriesAfter(cluster.journal(), 0, 100'000));
            RC_ASSERT(cluster.digests().size() == entries.size() + 1);
            auto rebuilt = memoryRealm();
            auto rerun = memoryRealm();
            simulation::DispatchOracle oracle;
            for (const store::Entry &entry : entries) {
                ++accepted[entry.operation.kind];
                must(store::applyChangeset(rebuilt, entry.changeset));
                RC_ASSERT(must(store::tablesDigest(rebuilt)) ==
                          cluster.digests()[static_cast<size_t>(entry.seq)]);
                const Operation operation = must(operationFrom(entry.operationBytes));
                RC_ASSERT(operation == entry.operation);
                RC_ASSERT(run(rerun, operation) == entry.changeset);
                RC_ASSERT(oracle.take(operation, rebuilt).toStdString() == "");
                checkRefusals(cluster, oracle, entry.seq, refused);
            }
            RC_ASSERT(must(store::tablesDigest(rerun)) ==
                      must(store::tablesDigest(cluster.journal())));
            checkAnswers(cluster);
            for (auto &console : cluster.consoles())
                RC_ASSERT(must(store::tablesDigest(console.db)) ==
                          must(store::tablesDigest(cluster.journal())));
        });
        QVERIFY(held);
        qInfo() << "accepted" << accepted;
        qInfo() << "refused" << refused;
        // the runs have been everywhere
        for (const QString &kind : rulebook::knownKinds()) {
            const bool elsewhere = kind == "assignment.transfer"_L1 || kind == "record.import"_L1 ||
                                   kind == "record.retire"_L1 || kind == "incident.note"_L1;
            QVERIFY2(elsewhere || accepted.contains(kind), qPrintable(kind));
        }
    }

    // Two desks, one team, no word about a double task: one gets it, the other is told who has it.
    void twoDesksOneTeam_data()
    {
        QTest::addColumn<bool>("knowingly");
        QTest::newRow("unknowingly") << false;
        QTest::newRow("knowingly") << true;
    }
    void twoDesksOneTeam()
    {
        QFETCH(const bool, knowingly);
        auto db = memoryRealm();
        Maker anna(1, u"anna"_s, u"desk-a"_s);
        Maker bo(2, u"bo"_s, u"desk-b"_s);
        const auto team = anna.ids().make<TeamId>();
        const auto incident = anna.ids().make<IncidentId>();
        const auto first = anna.ids().make<AssignmentId>();
        applyOrDie(db, anna.createTeam(team, u"T1"_s, u"一队"_s));
        applyOrDie(db, anna.report(incident));
        applyOrDie(db, anna.assign(first, incident, team));
        const auto before = must(store::findAssignment(db, first));
        const auto second = bo.ids().make<AssignmentId>();
        const auto outcome =
            must(applyAlone(db, bo.operation(op::Assign{.assignment = second,
                                                        .incident = incident,
                                                        .team = team,
                                                        .doubleTask = knowingly})));
        QCOMPARE(outcome.has_value(), knowingly);
        if (!knowingly) {
            const QJsonObject facts = outcome.error().facts;
            QCOMPARE(outcome.error().reason, RefusalReason::TeamBusy);
            QCOMPARE(facts[u"assignment"].toString(), first.text());
            QCOMPARE(facts[u"issuer"].toString(), u"anna"_s);
            QCOMPARE(facts[u"desk"].toString(), u"desk-a"_s);
            QCOMPARE(facts[u"teamName"].toString(), u"一队"_s);
            QVERIFY(!must(store::findAssignment(db, second)));
        } else {
            QVERIFY(must(store::findAssignment(db, second))->doubleTask);
        }
        QCOMPARE(must(store::findAssignment(db, first)), before);
    }

private:
    // A desk that is told a team is busy is told the truth.
    static void checkRefusals(const Cluster &cluster, const simulation::DispatchOracle &oracle,
                              qint64 seq, QMap<QString, int> &refused)
    {
        for (auto it = cluster.refusedAt().begin(); it != cluster.refusedAt().end(); ++it) {
            if (*it != seq)
                continue;
            const Refusal refusal = *cluster.answers().value(it.key());
            ++refused[refusalName(refusal.reason)];
            if (refusal.reason == RefusalReason::TeamBusy)
                RC_ASSERT(oracle.holds(refusal.facts[u"assignment"].toString()));
        }
    }

    // Every answer ever given is in the journal, once, or is not in it at all.
    static void checkAnswers(Cluster &cluster)
    {
        for (auto it = cluster.answers().begin(); it != cluster.answers().end(); ++it)
            RC_ASSERT(must(store::entryOf(cluster.journal(), it.key())).has_value() !=
                      it->has_value());
    }
};

QTEST_GUILESS_MAIN(TestInvariants)
#include "tst_invariants.moc"
