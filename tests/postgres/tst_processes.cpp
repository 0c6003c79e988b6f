#include "models/store/tables.h"
#include "server/postgres/pg_journal.h"
#include "sync/verify.h"
#include "tests/postgres/walk.h"
#include "tests/support/postgres_server.h"

#include <QElapsedTimer>
#include <QTest>

#include <array>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using server::PgConnection;
using server::PgJournal;
using server::RealmHost;

extern char **environ;

namespace {

// A worker on the other end of a pipe.
class Worker
{
public:
    explicit Worker(QList<QByteArray> words)
    {
        std::array<int, 2> ends{};
        if (pipe2(ends.data(), O_CLOEXEC) != 0)
            qFatal("pipe");
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        words.prepend(LEEWARD_PG_WORKER);
        std::vector<char *> argv;
        for (QByteArray &word : words)
            argv.push_back(word.data());
        argv.push_back(nullptr);
        if (posix_spawn(&m_pid, argv[0], &actions, nullptr, argv.data(), environ) != 0)
            qFatal("spawn");
        posix_spawn_file_actions_destroy(&actions);
        close(ends[1]);
        m_out = ends[0];
    }
    ~Worker()
    {
        kill();
        close(m_out);
    }
    Worker(const Worker &) = delete;
    Worker &operator=(const Worker &) = delete;

    [[nodiscard]] int output() const { return m_out; }
    // Whole lines of what is there to be read; blocks when nothing is.
    QByteArrayList lines()
    {
        std::array<char, 65536> bytes{};
        const ssize_t count = read(m_out, bytes.data(), bytes.size());
        if (count > 0)
            m_buffer.append(bytes.data(), count);
        m_ended = count <= 0;
        QByteArrayList lines;
        for (auto end = m_buffer.indexOf('\n'); end >= 0; end = m_buffer.indexOf('\n')) {
            lines.push_back(m_buffer.left(end));
            m_buffer.remove(0, end + 1);
        }
        return lines;
    }
    [[nodiscard]] bool ended() const { return m_ended; }
    // True when it was alive to be killed.
    bool kill()
    {
        if (m_pid < 0)
            return false;
        int status = 0;
        ::kill(m_pid, SIGKILL);
        waitpid(m_pid, &status, 0);
        m_pid = -1;
        return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    }

private:
    pid_t m_pid = -1;
    int m_out = -1;
    bool m_ended = false;
    QByteArray m_buffer;
};

// What workers have been answered.
struct Answers
{
    QHash<OperationId, QString> known;
    QString fault;
    int heard = 0;
    void hear(const QByteArray &line)
    {
        if (!line.startsWith("A "))
            return;
        ++heard;
        const auto id = OperationId::fromText(QString::fromLatin1(line.mid(2, 36)));
        const QString answer = QString::fromUtf8(line.mid(39));
        const QString before = known.value(id, answer);
        if (before != answer || answer == "neither"_L1)
            fault = u"%1: %2 and then %3"_s.arg(id.text(), before, answer);
        known.insert(id, answer);
    }
};

} // namespace

class TestProcesses : public QObject
{
    Q_OBJECT

    std::unique_ptr<PostgresServer> m_server;

    // Hears the workers until `enough` lines have come; false when one ended by itself or nothing
    // comes.
    static bool hear(std::vector<std::unique_ptr<Worker>> &workers, Answers &answers, int enough)
    {
        for (int count = 0; count < enough;) {
            std::vector<pollfd> items;
            for (const auto &worker : workers)
                items.push_back({worker->output(), POLLIN, 0});
            if (poll(items.data(), items.size(), 60'000) <= 0)
                return false;
            for (size_t i = 0; i < items.size(); ++i) {
                if (!items[i].revents)
                    continue;
                for (const QByteArray &line : workers[i]->lines()) {
                    answers.hear(line);
                    ++count;
                }
                if (workers[i]->ended())
                    return false;
            }
        }
        return true;
    }

    static bool killOne(Worker &worker, Answers &answers)
    {
        const bool alive = worker.kill();
        while (!worker.ended()) {
            for (const QByteArray &line : worker.lines())
                answers.hear(line);
        }
        return alive;
    }

    // Both copies and the journal itself, against what was answered. Empty when all fits.
    QString examine(const TemporaryRealm &folder, const QString &url, const Answers &answers)
    {
        const FakeClock clock;
        const auto journal = [&] {
            return must(PgJournal::open({.address = {.url = url}, .realm = u"city"_s}));
        };
        const auto entries = must(journal()->entriesAfter({}, 1'000'000));
        std::vector<QByteArray> digests;
        for (const QString &name : {u"0.journal"_s, u"1.journal"_s}) {
            const auto host = must(RealmHost::open(folder.path(name), clock, journal()));
            must(exchange(*host, sync::Ask()));
            const auto own = host->run([](store::Connection &db) {
                                     return must(store::entriesAfter(db, 0, 1'000'000));
                                 })
                                 .result();
            if (own != entries)
                return name + u" is not what the journal is"_s;
            const auto fault = host->run([](store::Connection &db) -> QString {
                                       if (!must(sync::verifyRealm(db)).holds())
                                           return u"verify"_s;
                                       return journalFault(db);
                                   })
                                   .result();
            if (!fault.isEmpty())
                return name + u": "_s + fault;
            digests.push_back(
                host->run([](store::Connection &db) { return must(store::tablesDigest(db)); })
                    .result());
        }
        if (digests[0] != digests[1])
            return u"the copies' tables differ"_s;
        QHash<OperationId, QString> places;
        for (const store::Entry &entry : entries)
            places.insert(entry.operation.id, u"entry %1"_s.arg(entry.seq));
        for (const auto [id, answer] : answers.known.asKeyValueRange()) {
            if (places.value(id, u"none"_s) !=
                (answer.startsWith("entry "_L1) ? answer : u"none"_s))
                return u"answered %1, is %2"_s.arg(answer, places.value(id));
        }
        return {};
    }

private Q_SLOTS:
    void initTestCase() { m_server = std::make_unique<PostgresServer>(); }
    void cleanupTestCase() { m_server.reset(); }

    // Two processes on one realm. Again and again one of them is killed in the middle of its work,
    // or PostgreSQL is, or the connections are cut. What was answered stands, once, everywhere.
    void killedAtAnyMoment()
    {
        // LEEWARD_KILLS: more, for a long look
        const int kills = qEnvironmentVariableIsSet("LEEWARD_KILLS")
                              ? qEnvironmentVariableIntValue("LEEWARD_KILLS")
                              : 60;
        const QString url = m_server->url();
        const TemporaryRealm folder;
        std::mt19937_64 random(20260812);
        Answers answers;
        int seed = 0;
        std::vector<std::unique_ptr<Worker>> workers(2);
        const auto spawn = [&](size_t index) {
            workers[index] = std::make_unique<Worker>(
                QList<QByteArray>{folder.path(u"%1.journal"_s.arg(index)).toLocal8Bit(),
                                  url.toLocal8Bit(), QByteArray::number(++seed), "777"});
        };
        spawn(0);
        spawn(1);
        int crashes = 0;
        for (int number = 1; number <= kills; ++number) {
            QVERIFY2(hear(workers, answers, 1 + static_cast<int>(random() % 30)),
                     "a worker ended by itself or hangs");
            const auto until =
                std::chrono::steady_clock::now() + std::chrono::microseconds(random() % 4000);
            while (std::chrono::steady_clock::now() < until) {
            }
            switch (random() % 5) {
            case 0:
                m_server->crash();
                m_server->start();
                ++crashes;
                break;
            case 1:
                must(must(PgConnection::open({.url = url}, "test"))
                         .run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                              "WHERE application_name LIKE 'leeward%'"));
                break;
            default: {
                const size_t which = random() % 2;
                QVERIFY2(killOne(*workers[which], answers), "a worker ended by itself");
                spawn(which);
            }
            }
            QCOMPARE(answers.fault, QString());
        }
        // Both work once more after the last fault.
        QVERIFY(hear(workers, answers, 50));
        for (const auto &worker : workers)
            QVERIFY2(killOne(*worker, answers), "a worker ended by itself");
        workers.clear();
        QCOMPARE(answers.fault, QString());
        QCOMPARE(examine(folder, url, answers), QString());
        qInfo("%d faults, %d of them crashes of PostgreSQL; %lld operations, %d answers", kills,
              crashes, static_cast<long long>(answers.known.size()), answers.heard);
        QVERIFY(crashes > 0 || kills < 30);
        QVERIFY(answers.heard > answers.known.size()); // some were asked twice
    }
};

QTEST_GUILESS_MAIN(TestProcesses)
#include "tst_processes.moc"
