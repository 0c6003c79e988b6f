#pragma once

#include "sync/remote/signed_caller.h"

#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QProcess>
#include <QTemporaryDir>

#include <memory>

namespace leeward::bench {

// Waits with the event loop running; ends the program when it takes too long.
void waitUntil(const std::function<bool()> &done, const char *what, int milliseconds = 60'000);

// leeward-server as a process of its own, on a folder of its own and a free loopback port, with one
// person who may do everything. Whatever fails ends the program with words.
class RealServer
{
public:
    RealServer();
    ~RealServer(); // ends it gracefully

    // Before start(): the journal of realm "live".
    [[nodiscard]] QString journalPath() const;
    [[nodiscard]] QString folder() const { return m_folder.path(); }
    void start();
    void stop();

    // The access token of a device of this name.
    [[nodiscard]] QByteArray signIn(const QString &desk);
    [[nodiscard]] sync::Peer peer() const;
    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] QByteArray get(const QString &path, const QByteArray &token);
    // The same token always.
    [[nodiscard]] static sync::TokenSource always(const QByteArray &token);

    // What the kernel says of the process.
    [[nodiscard]] double cpuSeconds() const;
    [[nodiscard]] double residentKb() const;

    static constexpr auto user = "bench";

private:
    void makePerson();
    [[nodiscard]] QByteArray send(const QByteArray &verb, const QString &path,
                                  const QByteArray &token, const QByteArray &body);

    QTemporaryDir m_folder;
    QProcess m_process;
    QNetworkAccessManager m_network;
    quint16 m_port = 0;
};

// Prints a figure and answers the exit code.
int report(const QJsonObject &result, bool good);

[[nodiscard]] double median(std::vector<double> values);
[[nodiscard]] double percentile(std::vector<double> values, double part);

} // namespace leeward::bench
