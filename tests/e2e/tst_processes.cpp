#include "models/store/cache_file.h"
#include "models/store/tables.h"
#include "tests/e2e/programs.h"
#include "tests/support/makers.h"

#include <QTest>

#include <random>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

std::vector<Operation> teams(int count)
{
    Maker maker(1, u"anna"_s, u"first"_s);
    std::vector<Operation> operations;
    for (int i = 0; i < count; ++i)
        operations.push_back(
            maker.createTeam(maker.ids().make<TeamId>(), u"T%1"_s.arg(i), u"排涝%1队"_s.arg(i)));
    return operations;
}

struct DeskProgram
{
    std::unique_ptr<RoughProxy> proxy;
    QString cache;
    Program program;
    int seed;

    DeskProgram(const TemporaryRealm &folder, quint16 server, int number)
        : proxy(std::make_unique<RoughProxy>(server))
        , cache(folder.path(u"desk%1.leeward"_s.arg(number)))
        , program(QStringLiteral(LEEWARD_E2E_DESK))
        , seed(number)
    {
    }
    void start()
    {
        program.setWords({cache, u"http://127.0.0.1:%1"_s.arg(proxy->port()), u"anna"_s, password(),
                          u"%1号台"_s.arg(seed), QString::number(++starts * 100 + seed)});
        program.start();
    }
    // What it was promised, less what a person has withdrawn since.
    [[nodiscard]] QSet<QString> standing()
    {
        QSet<QString> ids;
        for (const QString &line : program.lines()) {
            if (line.startsWith("made "_L1))
                ids += line.sliced(5);
            else if (line.startsWith("settled "_L1))
                ids -= line.sliced(8);
        }
        return ids;
    }
    int starts = 0;
};

} // namespace

// The programs as they are shipped, in processes of their own over real sockets, killed and cut off
// while they work.
class TestProcesses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingPromisedIsLost_data()
    {
        QTest::addColumn<int>("servers");
        QTest::addColumn<bool>("postgres");
        QTest::newRow("SQLite") << 1 << false;
        QTest::newRow("PostgreSQL, two servers") << 2 << true;
    }
    void nothingPromisedIsLost()
    {
        QFETCH(const int, servers);
        QFETCH(const bool, postgres);
        QVERIFY2(!postgres || PostgresServer::isInstalled(), "PostgreSQL is not installed");
        const TemporaryRealm folder;
        HallPrograms halls(folder, servers, postgres, teams(12));
        std::vector<std::unique_ptr<DeskProgram>> desks;
        for (int i = 0; i < 3; ++i) {
            desks.push_back(std::make_unique<DeskProgram>(folder, halls.of(i).port(), i));
            desks.back()->start();
        }

        std::mt19937 random(7);
        const auto promised = [&] {
            qsizetype count = 0;
            for (const auto &desk : desks)
                count += desk->standing().size();
            return count;
        };
        // Each evil while everybody works, and not before a few more promises were made.
        for (int evil = 0; evil < 48; ++evil) {
            const qsizetype before = promised();
            QTRY_VERIFY_WITH_TIMEOUT(promised() >= before + 8, 60'000);
            DeskProgram &desk = *desks[random() % desks.size()];
            ServerProgram &hall = halls.any(random());
            desk.proxy->setDelay(0ms);
            desk.proxy->tearAfter(-1);
            switch (evil % 8) {
            case 0: desk.proxy->cut(); break;
            case 1:
                hall.kill();
                hall.start();
                break;
            case 2: desk.proxy->setWay(RoughProxy::Way::Swallow); break;
            case 3:
                desk.program.kill();
                desk.start();
                break;
            case 4: desk.proxy->setDelay(120ms); break;
            case 5: halls.crashDatabase(); break;
            case 6: desk.proxy->tearAfter(900); break;
            default:
                for (const auto &each : desks)
                    each->proxy->setWay(RoughProxy::Way::Through);
            }
        }

        for (const auto &desk : desks) {
            calm(*desk->proxy);
            desk->proxy->cut(); // the torn ones, too, start anew
        }
        // Whole: nothing waits anywhere, and all hold the same journal.
        const auto allWhole = [&] {
            QSet<QString> cursors;
            for (const auto &desk : desks)
                cursors += desk->program.newest(u"whole"_s);
            return cursors.size() == 1 && !cursors.contains(QString());
        };
        QElapsedTimer since;
        since.start();
        while (!allWhole() && since.elapsed() < 90'000) {
            for (const auto &desk : desks)
                desk->program.ask("finish");
            (void) QTest::qWaitFor(allWhole, 2'000);
        }
        QVERIFY(allWhole());
        for (const auto &desk : desks)
            QCOMPARE(desk->program.stop(false), 0);
        QVERIFY(halls.stop());

        auto journal = must(store::openReadOnly(halls.journal()));
        QCOMPARE(journalFault(journal), QString());
        QCOMPARE(faultsOf(journal), QString());
        const QSet<QString> accepted = operationsIn(journal);
        const QByteArray digest = must(store::tablesDigest(journal));
        for (const auto &desk : desks) {
            auto cache = must(store::openReadOnly(desk->cache));
            QCOMPARE(faultsOf(cache), QString());
            QCOMPARE(must(store::tablesDigest(cache)), digest);
            const QSet<QString> lost = desk->standing() - accepted;
            QVERIFY2(lost.isEmpty(), qPrintable(QStringList(lost.values()).join(u' ')));
            QVERIFY(desk->standing().size() > 20); // it has worked
        }
    }
};

QTEST_GUILESS_MAIN(TestProcesses)
#include "tst_processes.moc"
