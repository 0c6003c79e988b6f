// leeward-server backup, verify, restore and archive as somebody types them, beside a server that
// runs.
#include "models/store/cache_file.h"
#include "server/authority.h"
#include "server/server_folder.h"
#include "tests/support/makers.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTest>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

struct Said
{
    int exitCode = -1;
    QJsonObject json;
    QString complaint;
};

Said run(const QStringList &words)
{
    QProcess tool;
    tool.start(QStringLiteral(LEEWARD_SERVER), words);
    Said said;
    if (tool.waitForFinished(60'000) && tool.exitStatus() == QProcess::NormalExit)
        said.exitCode = tool.exitCode();
    said.json = QJsonDocument::fromJson(tool.readAllStandardOutput()).object();
    said.complaint = QString::fromUtf8(tool.readAllStandardError());
    return said;
}

// A server that runs until this goes.
struct Running
{
    explicit Running(const QString &folder)
    {
        process.start(QStringLiteral(LEEWARD_SERVER),
                      {u"--folder"_s, folder, u"--insecure"_s, u"--port"_s, u"0"_s});
    }
    bool isReady()
    {
        said += process.readAllStandardOutput();
        return said.contains("listening on port");
    }
    bool stop()
    {
        process.terminate();
        return process.waitForFinished(20'000) && process.exitCode() == 0;
    }
    QProcess process;
    QByteArray said;
};

void write(const QString &folder, int entries, FakeClock &clock)
{
    Maker anna(1, u"anna"_s, u"a"_s);
    QVERIFY(QDir().mkpath(server::realmsFolder(folder)));
    auto file = must(store::CacheFile::open(server::realmPath(folder, u"live"_s)));
    server::Authority authority(file.connection(), clock);
    for (int i = 0; i < entries; ++i)
        must(authority.exchange({anna.report(anna.ids().make<IncidentId>())}, i));
}

} // namespace

class TestServerPast : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void words_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<int>("exitCode");
        QTest::newRow("help") << QStringList{u"backup"_s, u"--help"_s} << 0;
        QTest::newRow("backup of what") << QStringList{u"backup"_s, u"--to"_s, u"x"_s} << 2;
        QTest::newRow("backup to what") << QStringList{u"backup"_s, u"--folder"_s, u"x"_s} << 2;
        QTest::newRow("restore what") << QStringList{u"restore"_s, u"--folder"_s, u"x"_s} << 2;
        QTest::newRow("hours") << QStringList{u"restore"_s, u"--folder"_s, u"x"_s,
                                              u"--from"_s,  u"y"_s,        u"--recovery-hours"_s,
                                              u"long"_s}
                               << 2;
        QTest::newRow("verify what") << QStringList{u"verify"_s} << 2;
        QTest::newRow("archive how much") << QStringList{u"archive"_s, u"--folder"_s, u"x"_s} << 2;
        QTest::newRow("archive both")
            << QStringList{u"archive"_s, u"--folder"_s, u"x"_s,         u"--keep"_s,
                           u"3"_s,       u"--before"_s, u"2026-01-01"_s}
            << 2;
        QTest::newRow("no date") << QStringList{u"archive"_s, u"--folder"_s, u"x"_s, u"--before"_s,
                                                u"soon"_s}
                                 << 2;
        QTest::newRow("unknown") << QStringList{u"backup"_s, u"--everything"_s} << 2;
        QTest::newRow("another word")
            << QStringList{u"verify"_s, u"--folder"_s, u"x"_s, u"y"_s} << 2;
        QTest::newRow("not there")
            << QStringList{u"backup"_s, u"--folder"_s, u"/nowhere"_s, u"--to"_s, u"/nowhere/b"_s}
            << 3;
    }
    void words()
    {
        QFETCH(const QStringList, words);
        QFETCH(const int, exitCode);
        const Said said = run(words);
        QVERIFY2(said.exitCode == exitCode, qPrintable(said.complaint));
        QVERIFY(exitCode == 0 || !said.complaint.isEmpty());
    }

    void besideARunningServer()
    {
        const TemporaryRealm place;
        FakeClock clock;
        const QString folder = place.path(u"server"_s);
        const QString backup = place.path(u"backup"_s);
        write(folder, 12, clock);
        Running server(folder);
        QTRY_VERIFY_WITH_TIMEOUT(server.isReady(), 20'000);
        Said said = run({u"backup"_s, u"--folder"_s, folder, u"--to"_s, backup});
        QVERIFY2(said.exitCode == 0, qPrintable(said.complaint));
        QVERIFY(said.json.value("ok"_L1).toBool());
        QVERIFY(said.json.contains("accounts"_L1));
        said = run({u"verify"_s, u"--from"_s, backup, u"--scratch"_s, place.folder()});
        QVERIFY2(said.exitCode == 0, qPrintable(said.complaint));
        said = run({u"verify"_s, u"--folder"_s, folder, u"--scratch"_s, place.folder()});
        QVERIFY2(said.exitCode == 0, qPrintable(said.complaint));
        QCOMPARE(said.json["realms"_L1]["live"_L1]["seq"_L1].toInteger(), 12);
        // not over a server that runs, whatever is said
        said = run({u"restore"_s, u"--from"_s, backup, u"--folder"_s, folder, u"--replace"_s});
        QCOMPARE(said.exitCode, 3);
        QVERIFY2(said.complaint.contains(QString::number(server.process.processId())),
                 qPrintable(said.complaint));
        // a second server neither
        QCOMPARE(run({u"--folder"_s, folder, u"--insecure"_s, u"--port"_s, u"0"_s}).exitCode, 3);
        said = run({u"archive"_s, u"--folder"_s, folder, u"--keep"_s, u"5"_s});
        QVERIFY2(said.exitCode == 0, qPrintable(said.complaint));
        QCOMPARE(said.json["realms"_L1]["live"_L1]["first"_L1].toInteger(), 8);
        QCOMPARE(run({u"verify"_s, u"--folder"_s, folder, u"--scratch"_s, place.folder()}).exitCode,
                 0);
        QVERIFY(server.stop());

        QCOMPARE(run({u"restore"_s, u"--from"_s, backup, u"--folder"_s, folder}).exitCode, 3);
        said = run({u"restore"_s, u"--from"_s, backup, u"--folder"_s, folder, u"--replace"_s,
                    u"--recovery-hours"_s, u"1"_s});
        QVERIFY2(said.exitCode == 0, qPrintable(said.complaint));
        QVERIFY(QFile::exists(said.json["replaced"_L1].toString() + u"/realms/live.journal"_s));
        Running again(folder);
        QTRY_VERIFY_WITH_TIMEOUT(again.isReady(), 20'000);
        QVERIFY(again.stop());
        said = run({u"verify"_s, u"--folder"_s, folder, u"--scratch"_s, place.folder()});
        QCOMPARE(said.exitCode, 0);
        QCOMPARE(said.json["realms"_L1]["live"_L1]["first"_L1].toInteger(), 1);
    }

    // A server does not start on a journal that somebody has changed, and says where.
    void aChangedJournal()
    {
        const TemporaryRealm place;
        FakeClock clock;
        const QString folder = place.path(u"server"_s);
        write(folder, 5, clock);
        {
            auto db = must(store::Connection::open(server::realmPath(folder, u"live"_s),
                                                   store::Connection::Mode::ReadWrite));
            must(db.exec("DROP TRIGGER entry_is_final_update"));
            must(db.exec("UPDATE entry SET accepted_at=accepted_at+1 WHERE seq=3"));
        }
        const Said said = run({u"--folder"_s, folder, u"--insecure"_s, u"--port"_s, u"0"_s});
        QCOMPARE(said.exitCode, 3);
        QVERIFY2(said.complaint.contains(u"entry 3 "_s), qPrintable(said.complaint));
        const Said found =
            run({u"verify"_s, u"--folder"_s, folder, u"--scratch"_s, place.folder()});
        QCOMPARE(found.exitCode, 1);
        QVERIFY(!found.json["ok"_L1].toBool());
    }
};

QTEST_GUILESS_MAIN(TestServerPast)
#include "tst_server_past.moc"
