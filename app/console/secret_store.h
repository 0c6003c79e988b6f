#pragma once

#include "models/domain/result.h"

#include <QByteArray>
#include <QFuture>
#include <QHash>
#include <QObject>

namespace leeward::app {

// Where a console keeps what nobody may read from its disk: device key, refresh token, offline
// secret. Never in a file of ours, and without a key store not at all: then everything works but
// staying signed in. One thread: that of the event loop; the futures finish on it.
class SecretStore
{
public:
    virtual ~SecretStore() = default;
    // NotFound: nothing is kept under this key. Unsupported: this system has no key store, it does
    // not work, or it is locked and nobody opened it.
    [[nodiscard]] virtual QFuture<Result<QByteArray>> read(const QString &key) = 0;
    [[nodiscard]] virtual QFuture<Result<>> write(const QString &key, const QByteArray &secret) = 0;
    // No error when there is nothing.
    [[nodiscard]] virtual QFuture<Result<>> remove(const QString &key) = 0;
};

// "leeward/SERVER/USER"; the parts are escaped, so that no two pairs share a key.
[[nodiscard]] QString secretKey(const QString &server, const QString &user);

// The system's: Secret Service or KWallet, the Keychain, the Credential Store.
class SystemSecretStore final : public QObject, public SecretStore
{
public:
    explicit SystemSecretStore(QObject *parent = nullptr);
    QFuture<Result<QByteArray>> read(const QString &key) override;
    QFuture<Result<>> write(const QString &key, const QByteArray &secret) override;
    QFuture<Result<>> remove(const QString &key) override;
};

// Gone with the process: for tests, and for a console that was told to keep nothing.
class MemorySecretStore final : public SecretStore
{
public:
    QFuture<Result<QByteArray>> read(const QString &key) override;
    QFuture<Result<>> write(const QString &key, const QByteArray &secret) override;
    QFuture<Result<>> remove(const QString &key) override;

private:
    QHash<QString, QByteArray> m_secrets;
};

} // namespace leeward::app
