#pragma once

#include "server/accounts/accounts.h"
#include "tests/support/makers.h"

#include <random>

namespace leeward::test {

// What the tests of accounts have in common: a random source that is none, a device, passwords.

inline const QString rightPassword = QStringLiteral("台风眼里喝工夫茶07"); // 10 characters
inline const QString wrongPassword = QStringLiteral("not the right one");

class SeededRandom final : public sync::RandomSource
{
public:
    QByteArray bytes(int count) override
    {
        QByteArray made(count, '\0');
        for (char &byte : made)
            byte = static_cast<char>(m_random());
        return made;
    }

private:
    std::mt19937 m_random{5};
};

inline sync::PasswordVerifier verifier(const QString &password = rightPassword)
{
    return must(sync::makeVerifier(QStringLiteral("x"), password, sync::cheapestHashLimits()));
}

struct Device
{
    Device(sync::RandomSource &random, const QString &name)
        : id(QStringLiteral("device-0123456789-") + QString::fromLatin1(name.toUtf8().toHex()))
        , key(sync::makeKeyPair(random))
        , desk(name)
    {
    }
    [[nodiscard]] server::SignInRequest asks(const QString &user,
                                             const QString &from = QStringLiteral("10.0.0.1")) const
    {
        return {
            .user = user, .deviceId = id, .deviceKey = key.publicKey, .desk = desk, .from = from};
    }
    [[nodiscard]] server::RefreshRequest refreshes(const QByteArray &token) const
    {
        return {.refreshToken = token,
                .deviceId = id,
                .signature = must(sync::signBytes(sync::refreshMessage(id, token), key.secretKey)),
                .from = QStringLiteral("10.0.0.1")};
    }
    QString id;
    sync::KeyPair key;
    QString desk;
};

inline server::AccountRules cheapRules()
{
    server::AccountRules rules;
    rules.hash = sync::cheapestHashLimits();
    return rules;
}

} // namespace leeward::test
