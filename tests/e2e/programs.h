#pragma once

#include "models/domain/operation.h"
#include "models/store/connection.h"
#include "tests/support/makers.h"
#include "tests/support/postgres_server.h"
#include "tests/support/rough_proxy.h"

#include <QProcess>
#include <QSet>
#include <QStringList>

namespace leeward::test {

// Of everybody that populate() makes.
QString password();

// A program of its own process, read line by line; it does not outlive the test.
class Program
{
public:
    explicit Program(QString file, QStringList words = {});
    ~Program();
    Program(const Program &) = delete;
    Program &operator=(const Program &) = delete;

    void setWords(const QStringList &words) { m_words = words; }
    void setEnvironment(const QProcessEnvironment &environment);
    void start();
    // As the kernel does it: nothing is written, nothing said goodbye to.
    void kill();
    void ask(const QByteArray &line) { m_process.write(line + "\n"); }
    // In order: the end of its input and, when wanted, SIGTERM. What it ended with, or -1.
    int stop(bool terminate);
    [[nodiscard]] bool isRunning() const { return m_process.state() != QProcess::NotRunning; }
    // All it has ever said, whole lines only.
    const QStringList &lines();
    // What follows the newest line that starts with `word`; null when there is none.
    [[nodiscard]] QString newest(const QString &word);

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
    ServerProgram(QString folder, QStringList more);
    void start();
    void kill() { m_program.kill(); }
    int stop() { return m_program.stop(true); }
    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] QString journal() const
    {
        return m_folder + QStringLiteral("/realms/live.journal");
    }

private:
    QString m_folder;
    QStringList m_more;
    Program m_program;
    quint16 m_port = 0;
};

// For a server that has not been started yet: anna, who may do everything everywhere.
void populate(const QString &folder);

// Into the server's journal before anybody signs in.
void equip(const QString &journalPath, std::vector<Operation> operations);

// One journal and the servers over it, populated, equipped and started: one server with a file of
// its own, or several with PostgreSQL.
class HallPrograms
{
public:
    HallPrograms(const TemporaryRealm &folder, int servers, bool postgres,
                 std::vector<Operation> operations);

    // The server of the desk with this number.
    [[nodiscard]] ServerProgram &of(int desk)
    {
        return *m_servers[size_t(desk) % m_servers.size()];
    }
    [[nodiscard]] ServerProgram &any(quint64 dice) { return *m_servers[dice % m_servers.size()]; }
    // Killed as a machine dies, and started again; of SQLite there is nothing to kill.
    void crashDatabase();
    // All in order; whether each ended well.
    [[nodiscard]] bool stop();
    [[nodiscard]] QString journal() const { return m_servers.front()->journal(); }

private:
    std::unique_ptr<PostgresServer> m_database;
    std::vector<std::unique_ptr<ServerProgram>> m_servers;
};

// Nothing is delayed, torn or swallowed any more.
void calm(RoughProxy &proxy);

// Of all entries.
[[nodiscard]] QSet<QString> operationsIn(store::Connection &db);
// The names of the checks that find something; empty is good.
[[nodiscard]] QString faultsOf(store::Connection &db);

} // namespace leeward::test
