// Many seeds with every fault. The test is registered several times with a range of seeds each, so
// that they run beside each other; LEEWARD_SEEDS=first:count, every one a run of another shape.
#include "simulation/simulation.h"
#include "tests/support/makers.h"

#include <QJsonDocument>
#include <QTest>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using simulation::Options;
using simulation::Outcome;

class TestSeeds : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_empty = must(simulation::EmptyRealm::make()); }

    void holds_data()
    {
        QTest::addColumn<quint64>("first");
        const QStringList range = qEnvironmentVariable("LEEWARD_SEEDS", u"1:50"_s).split(u':');
        m_first = range.value(0).toULongLong();
        m_count = range.value(1).toULongLong();
        QVERIFY(m_count > 0);
        for (quint64 seed = m_first; seed < m_first + m_count; seed += atOnce)
            QTest::addRow("from %llu", static_cast<unsigned long long>(seed)) << seed;
    }
    void holds()
    {
        QFETCH(const quint64, first);
        for (quint64 seed = first; seed < std::min(first + atOnce, m_first + m_count); ++seed) {
            const Options options{.desks = 2 + static_cast<int>(seed % 3),
                                  .operations = 10 + static_cast<int>(seed % 21),
                                  .seed = seed};
            Outcome outcome = simulation::run(options, m_empty);
            QVERIFY2(!outcome.violation,
                     QJsonDocument(simulation::toJson(options, {outcome})).toJson().constData());
            m_all.push_back(std::move(outcome));
        }
    }

    // The seeds have been everywhere.
    void sawEveryFault()
    {
        std::array<int, simulation::faultCount> injected{};
        for (const Outcome &outcome : m_all) {
            for (size_t i = 0; i < injected.size(); ++i)
                injected[i] += outcome.injected[i];
        }
        for (size_t i = 0; i < injected.size(); ++i)
            QVERIFY2(injected[i] > 0,
                     qPrintable(simulation::faultName(static_cast<simulation::Fault>(i))));
        qInfo("%s", QJsonDocument(simulation::toJson({}, m_all)).toJson().constData());
    }

private:
    static constexpr quint64 atOnce = 25;
    simulation::EmptyRealm m_empty;
    quint64 m_first = 1;
    quint64 m_count = 0;
    std::vector<Outcome> m_all;
};

QTEST_GUILESS_MAIN(TestSeeds)
#include "tst_seeds.moc"
