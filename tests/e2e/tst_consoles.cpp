#include "models/store/cache_file.h"
#include "models/store/tables.h"
#include "tests/e2e/console_program.h"
#include "tests/support/makers.h"

#include <QTest>

#include <random>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// The consoles as they are shipped, with their windows, worked by keys; killed and cut off while
// somebody types.
class TestConsoles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingTypedIsLost_data()
    {
        QTest::addColumn<int>("servers");
        QTest::addColumn<bool>("postgres");
        QTest::newRow("SQLite") << 1 << false;
        QTest::newRow("PostgreSQL, two servers") << 2 << true;
    }
    void nothingTypedIsLost()
    {
        QFETCH(const int, servers);
        QFETCH(const bool, postgres);
        QVERIFY2(!postgres || PostgresServer::isInstalled(), "PostgreSQL is not installed");
        const TemporaryRealm folder;
        Maker maker(1, u"anna"_s, u"first"_s);
        HallPrograms halls(folder, servers, postgres,
                           {maker.report(maker.ids().make<IncidentId>())});
        struct Desk
        {
            std::unique_ptr<RoughProxy> proxy;
            std::unique_ptr<ConsoleProgram> console;
        };
        std::vector<Desk> desks;
        for (int i = 0; i < 2; ++i) {
            auto proxy = std::make_unique<RoughProxy>(halls.of(i).port());
            auto console = std::make_unique<ConsoleProgram>(folder.folder(), u"desk-%1"_s.arg(i),
                                                            proxy->port());
            console->start();
            desks.push_back({std::move(proxy), std::move(console)});
        }
        std::mt19937 random(11);
        int written = 0;
        for (int evil = 0; evil < 16; ++evil) {
            for (Desk &desk : desks) {
                QVERIFY(desk.console->note(u"level %1 cm"_s.arg(++written)));
                (void) desk.console->seen();
            }
            Desk &desk = desks[random() % desks.size()];
            ServerProgram &hall = halls.any(random());
            switch (evil % 8) {
            case 0: desk.proxy->cut(); break;
            case 1:
                hall.kill();
                hall.start();
                break;
            case 2: desk.proxy->setWay(RoughProxy::Way::Swallow); break;
            case 3: // with what it was not able to hand in
                desk.console->kill();
                (void) desk.console->seen();
                for (const Desk &each : desks)
                    each.proxy->setWay(RoughProxy::Way::Through);
                desk.console->start();
                break;
            case 4: desk.proxy->setDelay(120ms); break;
            case 5: halls.crashDatabase(); break;
            case 6: desk.proxy->tearAfter(900); break;
            default:
                for (const Desk &each : desks)
                    calm(*each.proxy);
            }
        }
        for (const Desk &desk : desks) {
            calm(*desk.proxy);
            desk.proxy->cut();
        }
        const auto allWhole = [&] {
            return std::ranges::all_of(desks, [&](const Desk &desk) {
                return desk.console->waiting() == 0 &&
                       desk.console->cursor() == desks.front().console->cursor();
            });
        };
        QTRY_VERIFY_WITH_TIMEOUT(allWhole(), 90'000);
        for (const Desk &desk : desks)
            desk.console->kill();
        QVERIFY(halls.stop());
        auto journal = must(store::openReadOnly(halls.journal()));
        QCOMPARE(faultsOf(journal), QString());
        const QSet<QString> accepted = operationsIn(journal);
        const QByteArray digest = must(store::tablesDigest(journal));
        for (const Desk &desk : desks) {
            auto cache = must(store::openReadOnly(desk.console->cache()));
            QCOMPARE(faultsOf(cache), QString());
            QCOMPARE(must(store::tablesDigest(cache)), digest);
            const QSet<QString> lost = desk.console->seen() - accepted;
            QVERIFY2(lost.isEmpty(), qPrintable(QStringList(lost.values()).join(u' ')));
        }
        // Each once: what was typed twice after a kill would be here twice.
        auto notes =
            must(journal.prepare("SELECT count(*), count(DISTINCT text) FROM incident_event "
                                 "WHERE text LIKE 'level %'"));
        QVERIFY(must(notes.step()));
        QCOMPARE(notes.integer(0), written);
        QCOMPARE(notes.integer(1), written);
    }
};

QTEST_GUILESS_MAIN(TestConsoles)
#include "tst_consoles.moc"
