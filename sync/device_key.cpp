#include "sync/device_key.h"

#include "sync/sodium.h"

namespace leeward::sync {

using namespace Qt::StringLiterals;

static_assert(publicKeySize == crypto_sign_PUBLICKEYBYTES);
static_assert(secretKeySize == crypto_sign_SECRETKEYBYTES);
static_assert(signatureSize == crypto_sign_BYTES);

namespace {
const unsigned char *raw(const QByteArray &bytes)
{
    return reinterpret_cast<const unsigned char *>(bytes.constData());
}
unsigned char *raw(QByteArray &bytes)
{
    return reinterpret_cast<unsigned char *>(bytes.data());
}
} // namespace

KeyPair makeKeyPair(RandomSource &random)
{
    sodiumReady();
    QByteArray seed = random.bytes(crypto_sign_SEEDBYTES);
    KeyPair pair{QByteArray(publicKeySize, '\0'), QByteArray(secretKeySize, '\0')};
    crypto_sign_seed_keypair(raw(pair.publicKey), raw(pair.secretKey), raw(std::as_const(seed)));
    sodium_memzero(seed.data(), static_cast<size_t>(seed.size()));
    return pair;
}

Result<QByteArray> signBytes(const QByteArray &bytes, const QByteArray &secretKey)
{
    if (secretKey.size() != secretKeySize)
        return fail(Errc::InvalidArgument, u"a secret key of %1 bytes"_s.arg(secretKey.size()));
    sodiumReady();
    QByteArray signature(signatureSize, '\0');
    crypto_sign_detached(raw(signature), nullptr, raw(bytes),
                         static_cast<unsigned long long>(bytes.size()), raw(secretKey));
    return signature;
}

bool isSignedBy(const QByteArray &publicKey, const QByteArray &bytes, const QByteArray &signature)
{
    if (publicKey.size() != publicKeySize || signature.size() != signatureSize)
        return false;
    sodiumReady();
    return crypto_sign_verify_detached(raw(signature), raw(bytes),
                                       static_cast<unsigned long long>(bytes.size()),
                                       raw(publicKey)) == 0;
}

QByteArray refreshMessage(const QString &deviceId, const QByteArray &refreshToken)
{
    QByteArray message("leeward refresh 1");
    message += '\0';
    message += deviceId.toUtf8();
    message += '\0';
    message += refreshToken;
    return message;
}

} // namespace leeward::sync
