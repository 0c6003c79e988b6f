// Whole runs of the simulation: that they hold, that a seed says everything, and that a mistake in
// the program would be found.
#include "simulation/simulation.h"
#include "sync/replica.h"
#include "tests/support/makers.h"

#include <QJsonDocument>
#include <QTest>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using simulation::FaultSet;
using simulation::Options;
using simulation::Outcome;

namespace {

Options small(quint64 seed)
{
    return {.desks = 3, .operations = 30, .seed = seed};
}

} // namespace

class TestRuns : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_empty = must(simulation::EmptyRealm::make()); }

    void sameSeedSameRun_data()
    {
        QTest::addColumn<quint64>("seed");
        for (const quint64 seed : {1, 2, 3, 4, 5, 6, 7, 8})
            QTest::addRow("%llu", static_cast<unsigned long long>(seed)) << seed;
    }
    void sameSeedSameRun()
    {
        QFETCH(const quint64, seed);
        const Outcome one = simulation::run(small(seed), m_empty);
        const Outcome two = simulation::run(small(seed), m_empty);
        QCOMPARE(one.trace.toHex(), two.trace.toHex());
        QCOMPARE(one.steps, two.steps);
        QVERIFY(simulation::run(small(seed + 1000), m_empty).trace != one.trace);
    }

    // Each kind of fault alone, and that it came about.
    void eachFault_data()
    {
        QTest::addColumn<int>("fault");
        for (int i = 0; i < simulation::faultCount; ++i)
            QTest::newRow(qPrintable(simulation::faultName(static_cast<simulation::Fault>(i))))
                << i;
    }
    void eachFault()
    {
        QFETCH(const int, fault);
        int injected = 0;
        for (quint64 seed = 1; seed <= 12; ++seed) {
            Options options = small(seed);
            options.faults = FaultSet().set(static_cast<size_t>(fault));
            if (fault == static_cast<int>(simulation::Fault::TornWal)) // the power fails of a kill
                options.faults.set(static_cast<size_t>(simulation::Fault::Kill));
            const Outcome outcome = simulation::run(options, m_empty);
            QVERIFY2(!outcome.violation, words(options, outcome));
            injected += outcome.injected[static_cast<size_t>(fault)];
            for (int other = 0; other < simulation::faultCount; ++other)
                QVERIFY(options.faults.test(static_cast<size_t>(other)) ||
                        outcome.injected[static_cast<size_t>(other)] == 0);
        }
        QVERIFY(injected > 0);
    }

    // Nothing goes wrong: everybody sees everything, and only people contradict each other.
    void noFault()
    {
        for (quint64 seed = 1; seed <= 12; ++seed) {
            Options options = small(seed);
            options.faults.reset();
            const Outcome outcome = simulation::run(options, m_empty);
            QVERIFY2(!outcome.violation, words(options, outcome));
            QVERIFY(outcome.counts.at(u"entries"_s) > 10);
        }
    }

    void oneDesk()
    {
        const Options options{.desks = 1, .operations = 30, .seed = 5};
        const Outcome outcome = simulation::run(options, m_empty);
        QVERIFY2(!outcome.violation, words(options, outcome));
    }

    void faultNames_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("count"); // -1: refused
        QTest::newRow("all") << u"all"_s << simulation::faultCount;
        QTest::newRow("none") << u"none"_s << 0;
        QTest::newRow("two") << u"drop,torn-wal"_s << 2;
        QTest::newRow("twice") << u"drop,drop"_s << 1;
        QTest::newRow("unknown") << u"drop,gremlins"_s << -1;
        QTest::newRow("empty") << QString() << -1;
    }
    void faultNames()
    {
        QFETCH(const QString, text);
        QFETCH(const int, count);
        const auto faults = simulation::faultsFrom(text);
        QCOMPARE(faults ? static_cast<int>(faults->count()) : -1, count);
    }

private:
    const char *words(const Options &options, const Outcome &outcome)
    {
        m_words = QJsonDocument(simulation::toJson(options, {outcome})).toJson();
        return m_words.constData();
    }

    simulation::EmptyRealm m_empty;
    QByteArray m_words;
};

QTEST_GUILESS_MAIN(TestRuns)
#include "tst_runs.moc"
