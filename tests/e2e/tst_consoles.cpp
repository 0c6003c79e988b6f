#include "models/store/cache_file.h"
#include "models/store/tables.h"
#include "tests/e2e/console_program.h"
#include "tests/support/makers.h"
#include "tests/support/postgres_server.h"
#include "tests/support/rough_proxy.h"

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
        if (postgres && !PostgresServer::isInstalled())
            QSKIP("PostgreSQL is not installed");
        const TemporaryRealm folder;
        const auto database = postgres ? std::make_unique<PostgresServer>() : nullptr;
        const QStringList more =
            postgres ? QStringList{u"--journal"_s, database->url()} : QStringList();
        std::vector<std::unique_ptr<ServerProgram>> halls;
        for (int i = 0; i < servers; ++i) {
            const QString place = folder.path(u"server%1"_s.arg(i));
            if (i == 0) {
                Maker maker(1, u"anna"_s, u"first"_s);
                populate(place);
                equip(place + u"/realms/live.journal"_s,
                      {maker.report(maker.ids().make<IncidentId>())});
            }
            halls.push_back(std::make_unique<ServerProgram>(place, more));
            halls.back()->start();
        }
        struct Desk
        {
            std::unique_ptr<RoughProxy> proxy;
            std::unique_ptr<ConsoleProgram> console;
        };
        std::vector<Desk> desks;
        for (int i = 0; i < 2; ++i) {
            const ServerProgram &hall = *halls[static_cast<size_t>(i) % halls.size()];
            auto proxy = std::make_unique<RoughProxy>(hall.port());
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
            ServerProgram &hall = *halls[random() % halls.size()];
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
            case 5:
                if (database) {
                    database->crash();
                    database->start();
                }
                break;
            case 6: desk.proxy->tearAfter(900); break;
            default:
                for (const Desk &each : desks) {
                    each.proxy->setWay(RoughProxy::Way::Through);
                    each.proxy->setDelay(0ms);
                    each.proxy->tearAfter(-1);
                }
            }
        }
        for (const Desk &desk : desks) {
            desk.proxy->setDelay(0ms);
            desk.proxy->tearAfter(-1);
            desk.proxy->setWay(RoughProxy::Way::Through);
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
        for (const auto &hall : halls)
            QCOMPARE(hall->stop(), 0);
        auto journal = must(store::openReadOnly(halls.front()->journal()));
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
