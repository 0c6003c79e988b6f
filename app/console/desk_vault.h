#pragma once

#include "app/console/secret_store.h"
#include "sync/device_key.h"
#include "sync/offline_grant.h"
#include "sync/remote/session_client.h"

namespace leeward::app {

// What a desk keeps in the system's key store for one server, typed:
//
//    leeward/SERVER DESK/*device    the device's id and key, made at first need
//    leeward/SERVER DESK/*session   the tokens of whoever is signed in
//    leeward/SERVER DESK/USER       what lets this person sign in without the server
//
// No user is called with a star. Without a key store that works all of it is kept until the program
// ends, and nowhere else. UI thread.
class DeskVault
{
public:
    struct Device
    {
        QString id;
        sync::KeyPair keys;
    };
    struct Found
    {
        Device device;
        std::optional<sync::RemoteSession> session;
    };

    // `store` must outlive it.
    DeskVault(SecretStore &store, const QString &server, const QString &desk);

    // Makes a device when there is none.
    [[nodiscard]] QFuture<Found> load(sync::RandomSource &random);
    // False: nothing survives the program, because the system's key store does not work.
    [[nodiscard]] bool keeps() const { return m_store != &m_memory; }

    [[nodiscard]] QFuture<Result<>> keepSession(const std::optional<sync::RemoteSession> &session);
    [[nodiscard]] QFuture<std::optional<sync::OfflineSecret>> offlineSecret(const QString &user);
    [[nodiscard]] QFuture<Result<>> keepOffline(const QString &user,
                                                const sync::OfflineSecret &secret);
    [[nodiscard]] QFuture<Result<>> forgetOffline(const QString &user);

private:
    [[nodiscard]] QString keyOf(const QString &what) const;

    SecretStore *m_store;
    MemorySecretStore m_memory;
    QString m_place;
    QObject m_context; // dies first
};

} // namespace leeward::app
