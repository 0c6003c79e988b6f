#pragma once

#include "server/http/server.h"

#include <QTemporaryDir>
#include <QThread>
#include <QUrl>

namespace leeward::test {

// The real central server on a thread of its own, on loopback, with people: root (administrator),
// anna (everything), bert (dispatcher), otto (observer). All have the same password. Every call
// from the test's thread, which waits.
class LiveServer
{
public:
    static QString password();

    // `clock` must outlive it. `tls`: plain HTTP without.
    explicit LiveServer(const Clock &clock, const QSslConfiguration &tls = {});
    ~LiveServer();

    // Gone, as after a power cut, and there again on the same port.
    void stop();
    void start();

    // The oldest protocol that is served from the next start() on.
    void setOldestProtocol(int version) { m_oldest = version; }

    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] QUrl url() const;

    // As an administrator does; qFatal when it fails.
    void account(const std::function<Result<>(server::Accounts &)> &job);
    // The newest entry of the realm "live".
    [[nodiscard]] qint64 head();
    // Authors of the entries of the realm "live", oldest first.
    [[nodiscard]] QStringList authors();
    // Somebody hands `notes` and the incident they are of in, straight into the realm "live".
    void write(int notes);
    // Moves all but the newest `keep` entries of the realm "live" into its archive.
    void archive(int keep);

private:
    void populate();
    void onThread(const std::function<void()> &job);

    const Clock &m_clock;
    QSslConfiguration m_tls;
    QTemporaryDir m_folder;
    sync::SystemRandom m_random;
    quint16 m_port = 0;
    int m_oldest = sync::wire::oldestProtocol;
    QThread m_thread;
    QObject *m_worker;
    std::unique_ptr<server::Server> m_server; // on m_thread
};

} // namespace leeward::test
