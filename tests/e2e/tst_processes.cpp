#include "models/store/cache_file.h"
#include "models/store/entries.h"
#include "models/store/tables.h"
#include "server/accounts/accounts.h"
#include "server/accounts/sqlite_account_store.h"
#include "server/realm_host.h"
#include "sync/verify.h"
#include "tests/support/makers.h"
#include "tests/support/postgres_server.h"
#include "tests/support/rough_proxy.h"

#include <QDir>
#include <QProcess>
#include <QSemaphore>
#include <QTest>

#include <csignal>
#include <random>
#include <ranges>
#include <sys/prctl.h>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString password = u"一个很长的口令 2026"_s;

// A program of its own process, read line by line; it does not outlive the test.
class Program
{
public:
    Program(QString file, QStringList words)
        : m_file(std::move(file))
        , m_words(std::move(words))
    {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    }
    ~Program() { kill(); }
    Program(const Program &) = delete;
    Program &operator=(const Program &) = delete;

    void start()
    {
        m_process.start(m_file, m_words);
        if (!m_process.waitForStarted(20'000))
            qFatal("%s does not start", qPrintable(m_file));
    }
    // As the kernel does it: nothing is written, nothing said goodbye to.
    void kill()
    {
        if (m_process.state() == QProcess::NotRunning)
            return;
        m_process.kill();
        m_process.waitForFinished(20'000);
        (void) lines();
    }
    void ask(const QByteArray &line) { m_process.write(line + "\n"); }
    // In order: the server by SIGTERM, a desk by the end of its input. What it ended with, or -1.
    int stop(bool terminate)
    {
        m_process.closeWriteChannel();
        if (terminate)
            m_process.terminate();
        if (!m_process.waitForFinished(30'000) || m_process.exitStatus() != QProcess::NormalExit)
            return -1;
        (void) lines();
        return m_process.exitCode();
    }
    // All it has ever said, whole lines only.
    const QStringList &lines()
    {
        if (m_process.isOpen())
            m_rest += m_process.readAllStandardOutput();
        for (qsizetype end = m_rest.indexOf('\n'); end >= 0; end = m_rest.indexOf('\n')) {
            m_lines += QString::fromUtf8(m_rest.first(end));
            m_rest.remove(0, end + 1);
        }
        if (m_process.state() == QProcess::NotRunning)
            m_rest.clear(); // torn by its death
        return m_lines;
    }
    // What follows the newest line that starts with `word`; null when there is none.
    [[nodiscard]] QString newest(const QString &word)
    {
        for (const QString &line : std::views::reverse(lines())) {
            if (line.startsWith(word + u' '))
                return line.sliced(word.size() + 1);
        }
        return {};
    }
    void setWords(const QStringList &words) { m_words = words; }

private:
    QString m_file;
    QStringList m_words;
    QProcess m_process;
    QByteArray m_rest;
    QStringList m_lines;
};

// `leeward-server` on a folder; the same port after a restart.
class ServerProgram
{
public:
    ServerProgram(QString folder, QStringList more)
        : m_folder(std::move(folder))
        , m_more(std::move(more))
    {
    }
    void start()
    {
        m_program.setWords(QStringList{u"--folder"_s, m_folder, u"--insecure"_s, u"--port"_s,
                                       QString::number(m_port)} +
                           m_more);
        const qsizetype before = m_program.lines().size();
        m_program.start();
        const auto isListening = [&] {
            return m_program.lines().size() > before &&
                   !m_program.newest(u"listening on port"_s).isEmpty();
        };
        if (!QTest::qWaitFor(isListening, 30'000))
            qFatal("the server does not listen");
        m_port = m_program.newest(u"listening on port"_s).toUShort();
    }
    void kill() { m_program.kill(); }
    int stop() { return m_program.stop(true); }
    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] QString journal() const { return m_folder + u"/realms/live.journal"_s; }

private:
    QString m_folder;
    QStringList m_more;
    Program m_program{QStringLiteral(LEEWARD_SERVER), {}};
    quint16 m_port = 0;
};

// People for a server that has not been started yet.
void populate(const QString &folder)
{
    QDir().mkpath(folder);
    const SystemClock clock;
    sync::SystemRandom random;
    auto store = must(server::SqliteAccountStore::open(folder + u"/server.accounts"_s));
    const auto limits = sync::cheapestHashLimits();
    auto accounts =
        must(server::Accounts::create(*store, clock, random, u"hall"_s, {.hash = limits}));
    const QString code = must(accounts->newSetupCode());
    const auto verifier = must(sync::makeVerifier(u"anna"_s, password, limits));
    must(accounts->createFirstAdministrator(
        code,
        {u"anna"_s,
         u"安娜"_s,
         {Role::Administrator, Role::Commander, Role::Dispatcher, Role::DutyOfficer},
         {u"*"_s}},
        verifier, {}));
}

// Teams in the server's journal before anybody signs in.
void equip(const QString &journalPath, int teams)
{
    QDir().mkpath(QFileInfo(journalPath).path());
    const SystemClock clock;
    const auto host = must(server::RealmHost::open(journalPath, clock));
    Maker maker(1, u"anna"_s, u"first"_s);
    std::vector<Operation> operations;
    for (int i = 0; i < teams; ++i)
        operations.push_back(
            maker.createTeam(maker.ids().make<TeamId>(), u"T%1"_s.arg(i), u"排涝%1队"_s.arg(i)));
    std::optional<Result<sync::Reply>> reply;
    QSemaphore answered;
    host->exchange({.submissions = sync::asSubmissions(std::move(operations)), .cursor = {}},
                   [&](Result<sync::Reply> said) {
                       reply = std::move(said);
                       answered.release();
                   });
    answered.acquire();
    if (!must(std::move(*reply)).refused.empty())
        qFatal("a team was refused");
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
        , program(QStringLiteral(LEEWARD_E2E_DESK), {})
        , seed(number)
    {
    }
    void start()
    {
        program.setWords({cache, u"http://127.0.0.1:%1"_s.arg(proxy->port()), u"anna"_s, password,
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

QSet<QString> operationsIn(store::Connection &db)
{
    QSet<QString> ids;
    for (const store::Entry &entry : must(store::entriesAfter(db, 0, 1'000'000)))
        ids += entry.operation.id.text();
    return ids;
}

QString faultsOf(store::Connection &db)
{
    QStringList faults;
    for (const sync::Check &check : must(sync::verifyRealm(db)).checks) {
        if (!check.faults.isEmpty())
            faults += check.name;
    }
    return faults.join(u' ');
}

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
                populate(place);
                equip(place + u"/realms/live.journal"_s, 12);
            }
            halls.push_back(std::make_unique<ServerProgram>(place, more));
            halls.back()->start();
        }
        std::vector<std::unique_ptr<DeskProgram>> desks;
        for (int i = 0; i < 3; ++i) {
            const ServerProgram &hall = *halls[static_cast<size_t>(i) % halls.size()];
            desks.push_back(std::make_unique<DeskProgram>(folder, hall.port(), i));
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
            ServerProgram &hall = *halls[random() % halls.size()];
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
            case 5:
                if (database) {
                    database->crash();
                    database->start();
                }
                break;
            case 6: desk.proxy->tearAfter(900); break;
            default:
                for (const auto &each : desks)
                    each->proxy->setWay(RoughProxy::Way::Through);
            }
        }

        for (const auto &desk : desks) {
            desk->proxy->setDelay(0ms);
            desk->proxy->tearAfter(-1);
            desk->proxy->setWay(RoughProxy::Way::Through);
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
        for (const auto &hall : halls)
            QCOMPARE(hall->stop(), 0);

        auto journal = must(store::openReadOnly(halls.front()->journal()));
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
