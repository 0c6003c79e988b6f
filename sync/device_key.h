#pragma once

#include "models/domain/result.h"
#include "sync/random_source.h"

// Ed25519 keys: a device's, by which it shows that a token is used where it was given out, and a
// server's, by which a desk knows its offline grants. Pure functions; any thread.
namespace leeward::sync {

inline constexpr int publicKeySize = 32;
inline constexpr int secretKeySize = 64; // holds the public one too
inline constexpr int signatureSize = 64;

struct KeyPair
{
    QByteArray publicKey;
    QByteArray secretKey; // the system's key store only
};

[[nodiscard]] KeyPair makeKeyPair(RandomSource &random);

// InvalidArgument for a key of a wrong size.
[[nodiscard]] Result<QByteArray> signBytes(const QByteArray &bytes, const QByteArray &secretKey);
[[nodiscard]] bool isSignedBy(const QByteArray &publicKey, const QByteArray &bytes,
                              const QByteArray &signature);

// What a device signs to use a refresh token: "leeward refresh 1", a zero byte, the device's id in
// UTF-8, a zero byte, the token as it was given out.
[[nodiscard]] QByteArray refreshMessage(const QString &deviceId, const QByteArray &refreshToken);

} // namespace leeward::sync
