#include "tests/support/postgres_server.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QThread>
#include <QUrl>

#include <csignal>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace leeward::test {

using namespace Qt::StringLiterals;

namespace {

constexpr int patience = 60'000; // ms; a machine under load

// Newest first.
QString programsFolder()
{
    const QDir versions(u"/usr/lib/postgresql"_s);
    const QStringList all = versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    for (auto version = all.crbegin(); version != all.crend(); ++version) {
        const QString folder = versions.filePath(*version + u"/bin"_s);
        if (QFileInfo(folder + u"/postgres"_s).isExecutable())
            return folder;
    }
    return {};
}

// Who runs it; only root can and must be somebody else.
const passwd *otherUser()
{
    if (geteuid() != 0)
        return nullptr;
    const passwd *user = getpwnam("postgres");
    if (!user)
        qFatal("there is no user postgres to run PostgreSQL as");
    return user;
}

pid_t spawn(const QStringList &words, const QString &output)
{
    QList<QByteArray> bytes;
    for (const QString &word : words)
        bytes.push_back(word.toLocal8Bit());
    std::vector<char *> argv;
    for (QByteArray &word : bytes)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    const passwd *user = otherUser();
    const int out =
        open(output.toLocal8Bit().constData(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid < 0)
        qFatal("fork");
    if (pid > 0) {
        close(out);
        return pid;
    }
    // Only calls that are safe after a fork of a program with threads.
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    if (user &&
        (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0))
        _exit(126);
    prctl(PR_SET_PDEATHSIG, SIGQUIT); // after setuid, which clears it
    if (getppid() != parent || chdir("/") != 0)
        _exit(126);
    execv(argv[0], argv.data());
    _exit(127);
}

// The words of /proc/PID/stat after the name, which may contain anything: state, parent, …
QList<QByteArray> statusOf(pid_t pid)
{
    QFile file(u"/proc/%1/stat"_s.arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray line = file.readAll();
    return line.mid(line.lastIndexOf(')') + 2).split(' ');
}

// Reaped if it is, or has become, a child of ours; else gone, or dead with nobody to reap it.
bool waitUntilGone(pid_t pid)
{
    const QDeadlineTimer deadline(patience);
    while (!deadline.hasExpired()) {
        const pid_t reaped = waitpid(pid, nullptr, WNOHANG);
        if (reaped == pid)
            return true;
        if (reaped < 0) {
            const auto status = statusOf(pid);
            if (status.isEmpty() || status.front() == "Z" || status.front() == "X")
                return true;
        }
        QThread::msleep(2);
    }
    return false;
}

} // namespace

bool PostgresServer::isInstalled()
{
    return !programsFolder().isEmpty();
}

PostgresServer::PostgresServer(Place place)
    : m_folder((place == Place::Memory && QFileInfo(u"/dev/shm"_s).isWritable()
                    ? u"/dev/shm"_s
                    : QDir::tempPath()) +
               u"/leeward-pg-XXXXXX"_s)
    , m_programs(programsFolder())
{
    if (m_programs.isEmpty())
        qFatal("PostgreSQL is not installed");
    const QByteArray folder = m_folder.path().toLocal8Bit();
    if (const passwd *user = otherUser();
        user && chown(folder.constData(), user->pw_uid, user->pw_gid) != 0)
        qFatal("chown %s", folder.constData());
    const pid_t initdb =
        spawn({m_programs + u"/initdb"_s, u"--pgdata"_s, m_folder.filePath(u"data"_s),
               u"--username"_s, u"leeward"_s, u"--auth"_s, u"trust"_s, u"--encoding"_s, u"UTF8"_s,
               u"--locale"_s, u"C"_s, u"--no-sync"_s},
              m_folder.filePath(u"log"_s));
    int status = 0;
    if (waitpid(initdb, &status, 0) != initdb || status != 0)
        qFatal("initdb: %s", log().constData());
    start();
}

PostgresServer::~PostgresServer()
{
    stop();
}

QString PostgresServer::url(const QString &database) const
{
    return u"postgresql://leeward@/%1?host=%2"_s.arg(
        database, QString::fromLatin1(QUrl::toPercentEncoding(m_folder.path())));
}

QString PostgresServer::socket() const
{
    return m_folder.filePath(u".s.PGSQL.5432"_s);
}

void PostgresServer::start()
{
    if (m_server > 0)
        return;
    m_server =
        spawn({m_programs + u"/postgres"_s, u"-D"_s, m_folder.filePath(u"data"_s), u"-k"_s,
               m_folder.path(), u"-c"_s, u"listen_addresses="_s, u"-c"_s, u"port=5432"_s, u"-c"_s,
               u"shared_buffers=64MB"_s, u"-c"_s, u"fsync=on"_s, u"-c"_s, u"max_connections=60"_s},
              m_folder.filePath(u"log"_s));
    const QDeadlineTimer deadline(patience);
    while (!isReady()) {
        if (deadline.hasExpired() || waitpid(m_server, nullptr, WNOHANG) == m_server)
            qFatal("PostgreSQL does not start: %s", log().constData());
        QThread::msleep(5);
    }
}

void PostgresServer::stop()
{
    if (m_server < 0)
        return;
    resume();
    kill(m_server, SIGINT); // fast: ends the sessions
    if (!waitUntilGone(m_server))
        crash();
    m_server = -1;
}

void PostgresServer::crash()
{
    if (m_server < 0)
        return;
    kill(m_server, SIGSTOP); // no child comes after they are counted
    const std::vector<pid_t> all = children();
    for (const pid_t child : all)
        kill(child, SIGKILL);
    kill(m_server, SIGKILL);
    waitpid(m_server, nullptr, 0);
    for (const pid_t child : all) {
        if (!waitUntilGone(child))
            qFatal("a process of PostgreSQL survives SIGKILL");
    }
    m_server = -1;
    m_paused = false;
}

void PostgresServer::pause()
{
    kill(m_server, SIGSTOP);
    for (const pid_t child : children())
        kill(child, SIGSTOP);
    m_paused = true;
}

void PostgresServer::resume()
{
    if (!std::exchange(m_paused, false))
        return;
    for (const pid_t child : children())
        kill(child, SIGCONT);
    kill(m_server, SIGCONT);
}

// Each backend leads a session of its own, so a signal to the group would not reach them.
std::vector<pid_t> PostgresServer::children() const
{
    std::vector<pid_t> all;
    for (const QString &name : QDir(u"/proc"_s).entryList(QDir::Dirs)) {
        const int pid = name.toInt();
        if (pid <= 0)
            continue;
        const auto status = statusOf(pid);
        if (status.size() > 1 && status.at(1).toInt() == m_server)
            all.push_back(pid);
    }
    return all;
}

// As pg_ctl looks: the eighth line of its pid file.
bool PostgresServer::isReady() const
{
    QFile file(m_folder.filePath(u"data/postmaster.pid"_s));
    if (!file.open(QIODevice::ReadOnly))
        return false;
    const auto lines = file.readAll().split('\n');
    return lines.size() > 7 && lines.at(0).toInt() == m_server && lines.at(7).trimmed() == "ready";
}

QByteArray PostgresServer::log() const
{
    QFile file(m_folder.filePath(u"log"_s));
    return file.open(QIODevice::ReadOnly) ? file.readAll().right(4000) : QByteArray();
}

} // namespace leeward::test
