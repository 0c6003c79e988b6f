#include "models/store/cache_file.h"
#include "models/store/changeset.h"
#include "models/store/migrations.h"
#include "models/store/tables.h"
#include "server/authority.h"
#include "sync/replica.h"
#include "tests/support/makers.h"

#include <QElapsedTimer>
#include <QSet>
#include <QTest>

#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using store::Pending;

extern char **environ;

namespace {

constexpr int killsPerWorld = 25;

// A worker on the other end of a pipe.
class Worker
{
public:
    Worker(const QString &folder, int seed)
    {
        std::array<int, 2> ends{};
        if (pipe2(ends.data(), O_CLOEXEC) != 0)
            qFatal("pipe");
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        QByteArray program = LEEWARD_KILL_WORKER;
        QByteArray where = folder.toLocal8Bit();
        QByteArray number = QByteArray::number(seed);
        std::array<char *, 4> words = {program.data(), where.data(), number.data(), nullptr};
        if (posix_spawn(&m_pid, program.constData(), &actions, nullptr, words.data(), environ) != 0)
            qFatal("spawn");
        posix_spawn_file_actions_destroy(&actions);
        close(ends[1]);
        m_out = ends[0];
    }
    ~Worker()
    {
        if (m_pid > 0)
            kill();
        close(m_out);
    }
    Worker(const Worker &) = delete;
    Worker &operator=(const Worker &) = delete;

    // The next line; empty at the end.
    QByteArray line()
    {
        while (true) {
            if (const auto end = m_buffer.indexOf('\n'); end >= 0) {
                const QByteArray line = m_buffer.left(end);
                m_buffer.remove(0, end + 1);
                return line;
            }
            std::array<char, 4096> bytes{};
            const ssize_t count = read(m_out, bytes.data(), bytes.size());
            if (count <= 0)
                return {};
            m_buffer.append(bytes.data(), count);
        }
    }
    // True when it was alive to be killed.
    bool kill()
    {
        int status = 0;
        ::kill(m_pid, SIGKILL);
        waitpid(m_pid, &status, 0);
        m_pid = -1;
        return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    }

private:
    pid_t m_pid = -1;
    int m_out = -1;
    QByteArray m_buffer;
};

// What the workers of one world have said.
struct Promises
{
    QSet<QString> queued;
    QSet<QString> accepted;
    void hear(const QByteArray &line)
    {
        if (line.startsWith("Q "))
            queued.insert(QString::fromLatin1(line.mid(2)));
        if (line.startsWith("A "))
            accepted.insert(QString::fromLatin1(line.mid(2)));
    }
};

QString integrityOf(store::Connection &db)
{
    auto check = must(db.prepare("PRAGMA integrity_check"));
    must(check.step());
    if (check.text(0) != "ok"_L1)
        return check.text(0);
    auto keys = must(db.prepare("PRAGMA foreign_key_check"));
    return must(keys.step()) ? u"foreign keys"_s : QString();
}

// The tables a file must have: its entries played from nothing, then its queue.
QByteArray expectedDigest(store::Connection &db, const std::vector<Pending> &pending)
{
    auto fresh = must(store::Connection::inMemory());
    must(store::applyAllMigrations(fresh));
    for (const store::Entry &entry : must(store::entriesAfter(db, 0, 1'000'000)))
        must(store::applyChangeset(fresh, entry.changeset), "entry");
    for (const Pending &operation : pending) {
        if (operation.state == Pending::State::Queued)
            must(store::applyChangeset(fresh, operation.changeset), "pending");
    }
    return must(store::tablesDigest(fresh));
}

// Empty when everything promised is there and nothing is half done.
QString examine(const QString &folder, const Promises &promises)
{
    auto cache = store::CacheFile::open(folder + u"/city.leeward"_s);
    auto journal = store::CacheFile::open(folder + u"/city.journal"_s);
    if (!cache || !journal)
        return (cache ? journal.error() : cache.error()).detail;
    store::Connection &desk = cache->connection();
    store::Connection &book = journal->connection();
    for (store::Connection *db : {&desk, &book}) {
        if (const QString fault = integrityOf(*db) + journalFault(*db); !fault.isEmpty())
            return db->path() + u": "_s + fault;
    }
    const auto pending = must(store::pendingOperations(desk));
    if (must(store::tablesDigest(desk)) != expectedDigest(desk, pending))
        return u"the cache's tables are not its entries and its queue"_s;
    if (must(store::tablesDigest(book)) != expectedDigest(book, {}))
        return u"the journal's tables are not its entries"_s;
    for (const QString &id : promises.accepted) {
        if (!must(store::entryOf(book, OperationId::fromText(id))))
            return u"accepted and lost: "_s + id;
    }
    QSet<QString> waiting;
    for (const Pending &operation : pending)
        waiting.insert(operation.operation.id.text());
    for (const QString &id : promises.queued) {
        const bool entered = must(store::entryOf(desk, OperationId::fromText(id))).has_value();
        if (entered == waiting.contains(id)) // exactly one of the two
            return u"queued and %1: "_s.arg(entered ? u"twice"_s : u"lost"_s) + id;
    }
    return {};
}

// Hands in what is left and asks for what is new until both hold the same.
QString bringTogether(const QString &folder)
{
    auto cache = must(store::CacheFile::open(folder + u"/city.leeward"_s));
    auto journal = must(store::CacheFile::open(folder + u"/city.journal"_s));
    const FakeClock clock;
    server::Authority authority(journal.connection(), clock);
    store::Connection &db = cache.connection();
    while (true) {
        const auto ask = must(sync::askOf(db, 50, false));
        const auto reply = must(authority.exchange(ask));
        must(sync::receive(db, reply));
        if (ask.submissions.empty() && !reply.more)
            break;
    }
    const bool equal =
        must(store::tablesDigest(db)) == must(store::tablesDigest(journal.connection()));
    return equal ? QString() : u"cache and journal differ"_s;
}

} // namespace

class TestKill : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // One worker after the other is killed in the middle of its work. Whatever it had announced is
    // there, once.
    void aThousandKills()
    {
        // LEEWARD_KILLS: fewer, for a quick look
        const int kills = qEnvironmentVariableIsSet("LEEWARD_KILLS")
                              ? qEnvironmentVariableIntValue("LEEWARD_KILLS")
                              : 1000;
        std::mt19937_64 random(20260812);
        QElapsedTimer timer;
        timer.start();
        qint64 accepted = 0;
        qint64 queued = 0;
        int whileOpening = 0;
        for (int world = 0; world < kills / killsPerWorld; ++world) {
            const TemporaryRealm realm;
            Promises promises;
            for (int i = 0; i < killsPerWorld; ++i) {
                const int seed = world * killsPerWorld + i + 1;
                Worker worker(realm.folder(), seed);
                // After so many lines, and then at any moment of what follows them; sometimes while
                // it opens the files.
                const bool early = random() % 10 == 0;
                const int lines = early ? 0 : 1 + static_cast<int>(random() % 12);
                for (int line = 0; line < lines; ++line) {
                    const QByteArray said = worker.line();
                    QVERIFY2(!said.isEmpty(), "the worker ended by itself");
                    promises.hear(said);
                }
                const auto until = std::chrono::steady_clock::now() +
                                   std::chrono::microseconds(random() % (early ? 15'000 : 4'000));
                while (std::chrono::steady_clock::now() < until) {
                }
                QVERIFY2(worker.kill(), "the worker ended by itself");
                bool opened = !early;
                for (QByteArray said = worker.line(); !said.isEmpty(); said = worker.line()) {
                    opened = true;
                    promises.hear(said);
                }
                whileOpening += opened ? 0 : 1;
                const QString fault = examine(realm.folder(), promises);
                QVERIFY2(fault.isEmpty(), qPrintable(u"kill %1: %2"_s.arg(seed).arg(fault)));
            }
            QCOMPARE(bringTogether(realm.folder()), QString());
            QCOMPARE(examine(realm.folder(), promises), QString());
            accepted += promises.accepted.size();
            queued += promises.queued.size();
        }
        qInfo("%d kills in %.1f s, %d of them while opening; %lld operations queued, %lld "
              "accepted, none lost",
              kills, static_cast<double>(timer.elapsed()) / 1000, whileOpening, queued, accepted);
        QVERIFY(queued > kills);
        QVERIFY(accepted > kills / 2);
        QVERIFY(whileOpening > 0 || kills < 1000);
    }
};

QTEST_GUILESS_MAIN(TestKill)
#include "tst_kill.moc"
