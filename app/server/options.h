#pragma once

#include "server/http/server.h"

#include <QStringList>

namespace leeward::app {

// What leeward-server was asked to do.
struct ServerCall
{
    enum class What
    {
        Serve,
        MakeCertificate,
        Leave // help, version, a complaint: printed already
    };
    What what = What::Serve;
    int exitCode = 0; // Leave
    server::ServerOptions options;
    QString certificateFolder;
    QStringList names;  // MakeCertificate: hosts and addresses
    QString journal;    // postgresql://…, empty = the realms' own files
    bool plain = false; // no TLS
    bool jsonLog = false;
};

// Reads the words of the command line. Complaints go to standard error.
[[nodiscard]] ServerCall readServerCall(const QStringList &words);

} // namespace leeward::app
