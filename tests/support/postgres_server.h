#pragma once

#include <QString>
#include <QTemporaryDir>

#include <memory>
#include <sys/types.h>
#include <vector>

namespace leeward::test {

// A PostgreSQL of the test's own, on a Unix socket in a folder that goes with it; ended by its own
// id, and by the kernel should the test die. Called as root it runs as the user `postgres`, because
// PostgreSQL refuses to be root. To be used on the thread that made it.
class PostgresServer
{
public:
    // Where its files lie.
    enum class Place
    {
        Memory, // quick; for tests, which kill processes and not machines
        Disk,   // for figures
    };
    [[nodiscard]] static bool isInstalled();
    // Made, started and ready, or the end of the program.
    explicit PostgresServer(Place place = Place::Memory);
    ~PostgresServer();
    PostgresServer(const PostgresServer &) = delete;
    PostgresServer &operator=(const PostgresServer &) = delete;

    [[nodiscard]] QString url(const QString &database = QStringLiteral("postgres")) const;
    // The Unix socket it listens on.
    [[nodiscard]] QString socket() const;

    // Every process of it killed at once, as when the machine goes.
    void crash();
    // In order: connections are told.
    void stop();
    void start();
    // Neither answers nor ends, until resume().
    void pause();
    void resume();

private:
    [[nodiscard]] std::vector<pid_t> children() const;
    [[nodiscard]] bool isReady() const;
    [[nodiscard]] QByteArray log() const;

    QTemporaryDir m_folder;
    QString m_programs;
    pid_t m_server = -1;
    bool m_paused = false;
};

} // namespace leeward::test
