#include "sync/sealed_package.h"

#include "sync/sodium.h"

#include <QCborArray>
#include <QCborMap>
#include <QFile>
#include <QFileInfo>
#include <QtEndian>

#include <algorithm>

namespace leeward::sync {

using namespace Qt::StringLiterals;

namespace {

// The line ends show a copy that was taken for text.
constexpr char magic[] = {'L', 'W', 'P', 'K', 'G', '\r', '\n', '\x1a'};
constexpr quint16 formatVersion = 1;
constexpr qsizetype prefixSize = sizeof magic + 2 + 4 + 8;
constexpr qsizetype largestHeader = 1024LL * 1024;
constexpr qsizetype chunkSize = 64LL * 1024;
constexpr qsizetype sealedChunkSize =
    chunkSize + qsizetype(crypto_secretstream_xchacha20poly1305_ABYTES);
constexpr qsizetype streamHeaderSize = crypto_secretstream_xchacha20poly1305_HEADERBYTES;
constexpr qsizetype bodyKeySize = crypto_secretstream_xchacha20poly1305_KEYBYTES;
// What somebody else's header may ask of this machine: libsodium's "sensitive" needs 1 GiB.
constexpr qint64 mostOperations = 16;
constexpr qint64 mostMemory = 1024LL * 1024 * 1024;

const unsigned char *raw(const QByteArray &bytes)
{
    return reinterpret_cast<const unsigned char *>(bytes.constData());
}
unsigned char *raw(QByteArray &bytes)
{
    return reinterpret_cast<unsigned char *>(bytes.data());
}

// What is signed: the hash stands for bytes that may be large, the words keep this signature from
// being one of anything else.
QByteArray signedWords(QByteArrayView bytes)
{
    QByteArray hash(crypto_generichash_BYTES_MAX, '\0');
    crypto_generichash(raw(hash), static_cast<size_t>(hash.size()),
                       reinterpret_cast<const unsigned char *>(bytes.data()),
                       static_cast<unsigned long long>(bytes.size()), nullptr, 0);
    return "leeward package 1" + QByteArray(1, '\0') + hash;
}

Result<QByteArray> passphraseKey(const QString &passphrase, const QByteArray &salt,
                                 const HashLimits &limits)
{
    const QByteArray words = passphrase.normalized(QString::NormalizationForm_KC).toUtf8();
    QByteArray key(crypto_secretbox_KEYBYTES, '\0');
    if (crypto_pwhash(raw(key), static_cast<unsigned long long>(key.size()), words.constData(),
                      static_cast<unsigned long long>(words.size()), raw(salt), limits.operations,
                      limits.memoryBytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return fail(Errc::Internal, u"no memory for the pass-phrase"_s);
    return key;
}

Result<QCborMap> wrapped(const QByteArray &bodyKey, const SealOptions &options,
                         RandomSource &random)
{
    const QByteArray salt = random.bytes(crypto_pwhash_SALTBYTES);
    const QByteArray nonce = random.bytes(crypto_secretbox_NONCEBYTES);
    TRY_ASSIGN(QByteArray key, passphraseKey(options.passphrase, salt, options.limits));
    QByteArray box(bodyKey.size() + qsizetype(crypto_secretbox_MACBYTES), '\0');
    crypto_secretbox_easy(raw(box), raw(bodyKey), static_cast<unsigned long long>(bodyKey.size()),
                          raw(nonce), raw(std::as_const(key)));
    sodium_memzero(key.data(), static_cast<size_t>(key.size()));
    return QCborMap{{u"salt"_s, salt},
                    {u"nonce"_s, nonce},
                    {u"operations"_s, static_cast<qint64>(options.limits.operations)},
                    {u"memory"_s, static_cast<qint64>(options.limits.memoryBytes)},
                    {u"key"_s, box}};
}

Result<QByteArray> headerBytes(const QByteArray &bodyKey, const SealOptions &options,
                               const Card &sender, RandomSource &random)
{
    QCborArray recipients;
    for (const Card &card : options.recipients) {
        TRY_ASSIGN(const QByteArray sealed, sealTo(card.key, bodyKey));
        recipients.append(QCborMap{{u"to"_s, card.key}, {u"key"_s, sealed}});
    }
    QCborMap map = {{u"realm"_s, options.realm},
                    {u"mark"_s, options.mark},
                    {u"sender"_s, sender.key},
                    {u"name"_s, sender.name},
                    {u"made_at"_s, toMs(options.madeAt)},
                    {u"recipients"_s, recipients}};
    if (!options.passphrase.isEmpty()) {
        TRY_ASSIGN(const QCborMap box, wrapped(bodyKey, options, random));
        map.insert(u"passphrase"_s, box);
    }
    const QByteArray bytes = map.toCborValue().toCbor();
    if (bytes.size() > largestHeader)
        return fail(Errc::InvalidArgument, u"too many recipients"_s);
    return bytes;
}

// The sender's key goes into every chunk: whoever is no recipient can not pass the body on as their
// own.
QByteArray encrypted(const QByteArray &content, const QByteArray &bodyKey, const QByteArray &sender)
{
    crypto_secretstream_xchacha20poly1305_state state;
    QByteArray body(streamHeaderSize, '\0');
    crypto_secretstream_xchacha20poly1305_init_push(&state, raw(body), raw(bodyKey));
    QByteArray sealed(sealedChunkSize, '\0');
    qsizetype at = 0;
    bool last = false;
    while (!last) { // nothing to say is one empty chunk
        const qsizetype size = std::min(chunkSize, content.size() - at);
        last = at + size == content.size();
        unsigned long long sealedSize = 0;
        crypto_secretstream_xchacha20poly1305_push(
            &state, raw(sealed), &sealedSize, raw(content) + at,
            static_cast<unsigned long long>(size), raw(sender),
            static_cast<unsigned long long>(sender.size()),
            last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
        body.append(sealed.constData(), static_cast<qsizetype>(sealedSize));
        at += size;
    }
    sodium_memzero(&state, sizeof state);
    return body;
}

PackageFailure damaged(const QString &what)
{
    return {PackageFault::Damaged, Errc::Corrupt, what};
}

// The signature holds, so a header that does not read is its sender's mistake.
std::unexpected<PackageFailure> malformed(const QString &what)
{
    return std::unexpected(PackageFailure(PackageFault::Damaged, Errc::FileMalformed,
                                          u"the package's header: "_s + what));
}

PackageResult<QCborMap> headerMap(QByteArrayView bytes)
{
    QCborParserError error;
    const QCborValue value = QCborValue::fromCbor(bytes.toByteArray(), &error);
    if (error.error != QCborError::NoError || !value.isMap())
        return malformed(u"not a CBOR map"_s);
    return value.toMap();
}

PackageResult<PackageHeader> headerFrom(const QCborMap &map)
{
    PackageHeader header;
    const QCborValue realm = map.value(u"realm"_s);
    const QCborValue mark = map.value(u"mark"_s);
    const QCborValue name = map.value(u"name"_s);
    const QCborValue madeAt = map.value(u"made_at"_s);
    const QCborValue recipients = map.value(u"recipients"_s);
    if (!realm.isString() || !mark.isString() || !name.isString() || !madeAt.isInteger() ||
        !recipients.isArray() || !isCardName(name.toString()))
        return malformed(u"something is missing or of a wrong type"_s);
    header.realm = realm.toString();
    header.mark = mark.toString();
    header.sender = {map.value(u"sender"_s).toByteArray(), name.toString()};
    header.madeAt = instantFromMs(madeAt.toInteger());
    for (const QCborValue &one : recipients.toArray()) {
        const QByteArray to = one.toMap().value(u"to"_s).toByteArray();
        if (to.size() != publicKeySize)
            return malformed(u"a recipient without a key"_s);
        header.recipients.push_back(to);
    }
    header.passphrase = map.contains(u"passphrase"_s);
    return header;
}

PackageResult<QByteArray> unwrapped(const QCborMap &box, const QString &passphrase)
{
    const QByteArray salt = box.value(u"salt"_s).toByteArray();
    const QByteArray nonce = box.value(u"nonce"_s).toByteArray();
    const QByteArray sealed = box.value(u"key"_s).toByteArray();
    const qint64 operations = box.value(u"operations"_s).toInteger();
    const qint64 memory = box.value(u"memory"_s).toInteger();
    if (salt.size() != crypto_pwhash_SALTBYTES || nonce.size() != crypto_secretbox_NONCEBYTES ||
        sealed.size() != bodyKeySize + qsizetype(crypto_secretbox_MACBYTES) || operations < 1 ||
        memory < static_cast<qint64>(crypto_pwhash_MEMLIMIT_MIN))
        return malformed(u"the pass-phrase's part is not whole"_s);
    if (operations > mostOperations || memory > mostMemory)
        return malformed(u"the pass-phrase asks for more than this machine gives"_s);
    TRY_ASSIGN(QByteArray key, passphraseKey(passphrase, salt,
                                             {static_cast<unsigned long long>(operations),
                                              static_cast<size_t>(memory)}));
    QByteArray bodyKey(bodyKeySize, '\0');
    const bool opened = crypto_secretbox_open_easy(raw(bodyKey), raw(sealed),
                                                   static_cast<unsigned long long>(sealed.size()),
                                                   raw(nonce), raw(std::as_const(key))) == 0;
    sodium_memzero(key.data(), static_cast<size_t>(key.size()));
    if (!opened)
        return std::unexpected(PackageFailure(PackageFault::WrongPassphrase, Errc::Refused,
                                              u"the pass-phrase does not open the package"_s));
    return bodyKey;
}

PackageResult<QByteArray> bodyKeyOf(const QCborMap &map, const DeviceKey *key,
                                    const QString &passphrase)
{
    const QCborArray recipients = map.value(u"recipients"_s).toArray();
    for (const QCborValue &one : recipients) {
        const QCborMap recipient = one.toMap();
        if (!key || recipient.value(u"to"_s).toByteArray() != key->card().key)
            continue;
        const auto bodyKey = key->unseal(recipient.value(u"key"_s).toByteArray());
        if (!bodyKey || bodyKey->size() != bodyKeySize)
            return malformed(u"what is sealed to this desk does not open"_s);
        return *bodyKey;
    }
    const QCborValue box = map.value(u"passphrase"_s);
    if (!box.isMap())
        return std::unexpected(PackageFailure(PackageFault::NotForUs, Errc::Refused,
                                              u"the package is sealed for others"_s));
    if (passphrase.isEmpty())
        return std::unexpected(PackageFailure(PackageFault::WrongPassphrase, Errc::Refused,
                                              u"the package needs its pass-phrase"_s));
    return unwrapped(box.toMap(), passphrase);
}

} // namespace

QString faultName(PackageFault fault)
{
    switch (fault) {
    case PackageFault::NotAPackage: return u"not-a-package"_s;
    case PackageFault::NewerFormat: return u"newer-format"_s;
    case PackageFault::CutShort: return u"cut-short"_s;
    case PackageFault::Damaged: return u"damaged"_s;
    case PackageFault::UnknownSender: return u"unknown-sender"_s;
    case PackageFault::NotForUs: return u"not-for-us"_s;
    case PackageFault::WrongPassphrase: return u"wrong-passphrase"_s;
    case PackageFault::DrillIntoLive: return u"drill-into-live"_s;
    case PackageFault::LiveIntoDrill: return u"live-into-drill"_s;
    case PackageFault::OtherRealm: return u"other-realm"_s;
    case PackageFault::ForgedOperation: return u"forged-operation"_s;
    case PackageFault::Hole: return u"hole"_s;
    case PackageFault::OtherPast: return u"other-past"_s;
    case PackageFault::Failed: return u"failed"_s;
    }
    return {};
}

Result<QByteArray> seal(const QByteArray &content, const SealOptions &options, const DeviceKey &key,
                        RandomSource &random)
{
    if (options.recipients.empty() && options.passphrase.isEmpty())
        return fail(Errc::InvalidArgument, u"a package for nobody"_s);
    if (!options.passphrase.isEmpty() && options.passphrase.size() < shortestPassword)
        return fail(Errc::InvalidArgument,
                    u"a pass-phrase has at least %1 characters"_s.arg(shortestPassword));
    if (content.size() > largestPackage)
        return fail(Errc::InvalidArgument,
                    u"%1 bytes are too many for a package"_s.arg(content.size()));
    sodiumReady();
    QByteArray bodyKey = random.bytes(static_cast<int>(bodyKeySize));
    const auto header = headerBytes(bodyKey, options, key.card(), random);
    const QByteArray body = header ? encrypted(content, bodyKey, key.card().key) : QByteArray();
    sodium_memzero(bodyKey.data(), static_cast<size_t>(bodyKey.size()));
    if (!header)
        return std::unexpected(header.error());

    QByteArray bytes(prefixSize, '\0');
    std::ranges::copy(magic, bytes.begin());
    char *numbers = bytes.data() + sizeof magic;
    qToBigEndian(formatVersion, numbers);
    qToBigEndian(static_cast<quint32>(header->size()), numbers + 2);
    qToBigEndian(static_cast<quint64>(body.size()), numbers + 6);
    bytes += *header;
    bytes += body;
    bytes += key.sign(signedWords(bytes));
    return bytes;
}

PackageResult<SealedPackage> readSeal(const QByteArray &bytes)
{
    const QByteArrayView mark(magic, sizeof magic);
    if (bytes.size() < prefixSize || !bytes.startsWith(mark)) {
        const bool begun =
            !bytes.isEmpty() &&
            mark.startsWith(QByteArrayView(bytes).first(std::min(bytes.size(), mark.size())));
        if (begun)
            return std::unexpected(PackageFailure(PackageFault::CutShort, Errc::Corrupt,
                                                  u"only the first bytes of a package"_s));
        return std::unexpected(PackageFailure(PackageFault::NotAPackage, Errc::FileMalformed,
                                              u"not a package of Leeward"_s));
    }
    const char *numbers = bytes.constData() + sizeof magic;
    const auto version = qFromBigEndian<quint16>(numbers);
    if (version > formatVersion)
        return std::unexpected(PackageFailure(
            PackageFault::NewerFormat, Errc::SchemaTooNew,
            u"a package of format %1; this Leeward reads up to %2"_s.arg(version).arg(
                formatVersion)));
    const quint64 headerSize = qFromBigEndian<quint32>(numbers + 2);
    const auto bodySize = qFromBigEndian<quint64>(numbers + 6);
    if (version == 0 || headerSize > quint64(largestHeader) ||
        bodySize > quint64(largestPackage) * 2)
        return std::unexpected(damaged(u"the package's first bytes have been changed"_s));
    const auto whole = prefixSize + static_cast<qsizetype>(headerSize + bodySize) + signatureSize;
    if (bytes.size() < whole)
        return std::unexpected(PackageFailure(
            PackageFault::CutShort, Errc::Corrupt,
            u"the package is not whole: %1 of %2 bytes"_s.arg(bytes.size()).arg(whole)));
    if (bytes.size() > whole)
        return std::unexpected(damaged(u"something stands behind the end of the package"_s));

    SealedPackage package{
        .header = {}, .bytes = bytes, .bodyAt = prefixSize + static_cast<qsizetype>(headerSize)};
    const QByteArrayView header =
        QByteArrayView(bytes).sliced(prefixSize, static_cast<qsizetype>(headerSize));
    // The sender's key is read out of the header to check the header with; nothing else of it is
    // looked at before.
    const auto map = headerMap(header);
    const QByteArray sender = map ? map->value(u"sender"_s).toByteArray() : QByteArray();
    sodiumReady();
    if (!isSignedBy(sender, signedWords(QByteArrayView(bytes).chopped(signatureSize)),
                    bytes.last(signatureSize)))
        return std::unexpected(damaged(u"the package has been changed since it was sealed"_s));
    TRY_ASSIGN(package.header, headerFrom(*map));
    return package;
}

PackageResult<QByteArray> openSeal(const SealedPackage &package, const DeviceKey *key,
                                   const QString &passphrase)
{
    TRY_ASSIGN(const QCborMap map,
               headerMap(QByteArrayView(package.bytes).first(package.bodyAt).sliced(prefixSize)));
    TRY_ASSIGN(QByteArray bodyKey, bodyKeyOf(map, key, passphrase));
    const QByteArrayView body =
        QByteArrayView(package.bytes).sliced(package.bodyAt).chopped(signatureSize);
    const auto *in = reinterpret_cast<const unsigned char *>(body.data());
    const QByteArray &sender = package.header.sender.key;
    crypto_secretstream_xchacha20poly1305_state state;
    bool good = body.size() >= streamHeaderSize &&
                crypto_secretstream_xchacha20poly1305_init_pull(&state, in,
                                                                raw(std::as_const(bodyKey))) == 0;
    sodium_memzero(bodyKey.data(), static_cast<size_t>(bodyKey.size()));
    QByteArray content;
    QByteArray chunk(chunkSize, '\0');
    qsizetype at = streamHeaderSize;
    unsigned char tag = 0;
    while (good && tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL) {
        const qsizetype size = std::min(sealedChunkSize, body.size() - at);
        unsigned long long plain = 0;
        good = size >= qsizetype(crypto_secretstream_xchacha20poly1305_ABYTES) &&
               crypto_secretstream_xchacha20poly1305_pull(&state, raw(chunk), &plain, &tag, in + at,
                                                          static_cast<unsigned long long>(size),
                                                          raw(sender), publicKeySize) == 0;
        if (good)
            content.append(chunk.constData(), static_cast<qsizetype>(plain));
        at += size;
    }
    sodium_memzero(&state, sizeof state);
    if (!good || at != body.size())
        return std::unexpected(damaged(u"a part of the package's body does not hold"_s));
    return content;
}

PackageResult<QByteArray> readPackageFile(const QString &path)
{
    const QFileInfo info(path);
    if (!info.exists())
        return std::unexpected(Error{Errc::FileMissing, path + u": no such file"_s});
    if (!info.isFile())
        return std::unexpected(Error{Errc::FileUnreadable, path + u": not a file"_s});
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return std::unexpected(Error{Errc::FileUnreadable, path + u": "_s + file.errorString()});
    const QByteArrayView mark(magic, sizeof magic);
    const QByteArray first = file.peek(mark.size());
    if (first.isEmpty() || !mark.startsWith(first) || info.size() > 3 * largestPackage)
        return std::unexpected(PackageFailure(PackageFault::NotAPackage, Errc::FileMalformed,
                                              path + u": not a package of Leeward"_s));
    const QByteArray bytes = file.readAll();
    if (file.error() != QFileDevice::NoError) // a stick with bad blocks
        return std::unexpected(Error{Errc::FileUnreadable, path + u": "_s + file.errorString()});
    return bytes;
}

} // namespace leeward::sync
