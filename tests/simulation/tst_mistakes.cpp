// A run that could not fail would say nothing: each row puts a known mistake into the program, and
// the same seeds that hold without it must find it.
#include "models/store/tables.h"
#include "simulation/simulation.h"
#include "sync/replica.h"
#include "tests/support/makers.h"

#include <QTest>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using simulation::Fault;
using simulation::FaultSet;
using simulation::Options;
using simulation::Outcome;
using simulation::Seams;
using store::Connection;

Q_DECLARE_METATYPE(Seams)

namespace {

constexpr quint64 mostSeeds = 60;

std::function<void(Connection &)> does(const char *sql)
{
    return [sql](Connection &db) { (void) db.exec(sql); }; // its disk may be full
}

} // namespace

class TestMistakes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_empty = must(simulation::EmptyRealm::make()); }

    void isFound_data()
    {
        QTest::addColumn<Seams>("seams");
        QTest::addColumn<QStringList>("foundBy"); // one of these
        const auto row = [](const char *name, const QStringList &foundBy, const auto &put) {
            Seams seams;
            put(seams);
            QTest::newRow(name) << seams << foundBy;
        };
        row("the journal forgets an answer", {u"answers"_s},
            [](Seams &s) { s.serverAnswers = does("DELETE FROM refused"); });
        row("the journal is not synced", {u"durable"_s, u"errors"_s, u"reading"_s},
            [](Seams &s) { s.journalOpened = does("PRAGMA synchronous=OFF"); });
        row("the cache is not synced", {u"kept"_s, u"caches"_s, u"errors"_s, u"reading"_s},
            [](Seams &s) { s.cacheOpened = does("PRAGMA synchronous=OFF"); });
        row("the replica drops a conflict", {u"kept"_s},
            [](Seams &s) { s.deskTook = does("DELETE FROM pending WHERE state='conflict'"); });
        row("the replica drops a refusal", {u"kept"_s},
            [](Seams &s) { s.deskTook = does("DELETE FROM pending WHERE state='refused'"); });
        row("the queue is emptied without a receipt", {u"kept"_s, u"caches"_s, u"errors"_s},
            [](Seams &s) { s.deskTook = does("DELETE FROM pending WHERE state='queued'"); });
        row("a refusal has no reason", {u"visible"_s}, [](Seams &s) {
            s.deskTook = does("UPDATE pending SET reason=NULL WHERE state<>'queued'");
        });
        row("rows change beside the journal, at a desk", {u"caches"_s, u"screen"_s},
            [](Seams &s) { s.deskTook = does("UPDATE team SET zone='x' WHERE code='T2'"); });
        row("rows change beside the journal, at the server", {u"journal_tables"_s}, [](Seams &s) {
            s.serverAnswers = does("UPDATE stock SET on_hand=on_hand+1 WHERE code='S1'");
        });
        row("the server writes what nobody wrote", {u"unchanged"_s}, [](Seams &s) {
            s.serverAsked = [](sync::Ask &ask) {
                for (sync::Submission &one : ask.submissions)
                    one.operation.author += u'x';
            };
            s.everybodyMay = true;
        });
        row("a retry is taken for a new operation", {u"unchanged"_s, u"settles"_s}, [](Seams &s) {
            s.serverAsked = [count = 0](sync::Ask &ask) mutable {
                if (ask.submissions.empty() || ++count % 20 != 0)
                    return;
                sync::Submission again = ask.submissions.front();
                again.operation.id =
                    OperationId(QUuid::createUuidV5(again.operation.id.raw(), u"again"_s));
                ask.submissions.push_back(again);
            };
        });
        row("nobody's rights are looked at", {u"rights"_s},
            [](Seams &s) { s.everybodyMay = true; });
        row("refusals are not told", {u"settles"_s},
            [](Seams &s) { s.replyComes = [](sync::Reply &reply) { reply.refused.clear(); }; });
        row("answers have a hole", {u"errors"_s, u"settles"_s}, [](Seams &s) {
            s.replyComes = [](sync::Reply &reply) {
                if (reply.entries.size() > 1)
                    reply.entries.erase(reply.entries.begin());
            };
        });
        row("an answer is said to be whole", {u"settles"_s}, [](Seams &s) {
            s.replyComes = [](sync::Reply &reply) {
                if (reply.diverged)
                    reply = {};
            };
        });
    }
    void isFound()
    {
        QFETCH(const Seams, seams);
        QFETCH(const QStringList, foundBy);
        for (quint64 seed = 1; seed <= mostSeeds; ++seed) {
            Options options{.desks = 3, .operations = 30, .seed = seed};
            options.seams = seams;
            const Outcome outcome = simulation::run(options, m_empty);
            if (!outcome.violation)
                continue;
            QVERIFY2(foundBy.contains(outcome.violation->check),
                     qPrintable(outcome.violation->check + u": "_s + outcome.violation->what));
            options.seams = {};
            QVERIFY(!simulation::run(options, m_empty).violation);
            return;
        }
        QFAIL("not found");
    }

private:
    simulation::EmptyRealm m_empty;
};

QTEST_GUILESS_MAIN(TestMistakes)
#include "tst_mistakes.moc"
