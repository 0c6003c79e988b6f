#pragma once

#include "sync/remote/http_caller.h"

#include <optional>

class QSettings;

namespace leeward::app {

// Which realm of which server a desk works in, and as whom it did last. Remembered in console.ini;
// secrets are not (secret_store.h).
struct ServerChoice
{
    QString address; // "https://hall.example:7443"
    QString realm = QStringLiteral("live");
    QString caFile; // PEM; empty: the authorities that the system believes
    bool insecure = false;
    QString user;
    QString desk;
    QString mark; // of a drill, as the server last said; empty = live
    friend bool operator==(const ServerChoice &, const ServerChoice &) = default;
};

// "hall.example:7443", as people call it; the text itself when it is no address.
[[nodiscard]] QString serverName(const ServerChoice &choice);

[[nodiscard]] std::optional<ServerChoice> rememberedServer(const QSettings &settings);
// Copies the authority into `folder`, so that a stick may be taken out; the copy is what is
// remembered. A copy that can not be made leaves the file where it is.
void rememberServer(QSettings &settings, ServerChoice choice, const QString &folder);

// Where the cache of this realm of this server lies below `folder`; two never share one.
[[nodiscard]] QString serverCachePath(const QString &folder, const ServerChoice &choice);

// How to reach it. Errors: those of sync::Peer::create.
[[nodiscard]] Result<sync::Peer> peerOf(const ServerChoice &choice, const sync::RemoteTimes &times);

// SHA-256 of the first certificate in a PEM file, "AB:CD:…"; empty when there is none.
[[nodiscard]] QString authorityFingerprint(const QString &caFile);

} // namespace leeward::app
