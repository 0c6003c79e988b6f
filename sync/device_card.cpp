#include "sync/device_card.h"

#include "sync/sodium.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include <algorithm>
#include <cerrno>

#include <unistd.h>

namespace leeward::sync {

using namespace Qt::StringLiterals;

namespace {

constexpr auto cardMark = "leeward-card-1"_L1;
constexpr auto keyMark = "leeward-device-key-1"_L1;
constexpr qint64 largestCard = 4096;

const unsigned char *raw(const QByteArray &bytes)
{
    return reinterpret_cast<const unsigned char *>(bytes.constData());
}
unsigned char *raw(QByteArray &bytes)
{
    return reinterpret_cast<unsigned char *>(bytes.data());
}

// The key for sealing that belongs to a key for signing; nothing for 32 bytes that are no key.
std::optional<QByteArray> sealingKey(const QByteArray &publicKey)
{
    if (publicKey.size() != publicKeySize)
        return std::nullopt;
    sodiumReady();
    QByteArray key(crypto_box_PUBLICKEYBYTES, '\0');
    if (crypto_sign_ed25519_pk_to_curve25519(raw(key), raw(publicKey)) != 0)
        return std::nullopt;
    return key;
}

Result<QByteArray> readSmall(const QString &path)
{
    const QFileInfo info(path);
    if (!info.exists())
        return fail(Errc::FileMissing, path + u": no such file"_s);
    if (!info.isFile())
        return fail(Errc::FileUnreadable, path + u": not a file"_s);
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(Errc::FileUnreadable, path + u": "_s + file.errorString());
    const QByteArray bytes = file.read(largestCard + 1);
    if (file.error() != QFileDevice::NoError)
        return fail(Errc::FileUnreadable, path + u": "_s + file.errorString());
    if (bytes.size() > largestCard)
        return fail(Errc::FileMalformed, path + u": too long for a key or a card"_s);
    return bytes;
}

std::unexpected<Error> notWritten(const QString &path, const QFileDevice &file)
{
    const bool full =
        file.error() == QFileDevice::ResourceError || errno == ENOSPC || errno == EFBIG;
    return fail(full ? Errc::DiskFull : Errc::FileUnwritable, path + u": "_s + file.errorString());
}

// "mark base64 rest of the line"; the words of a card or of a key file.
struct Line
{
    QByteArray bytes;
    QString rest;
};
std::optional<Line> lineFrom(const QByteArray &text, QLatin1StringView mark)
{
    const QString line = QString::fromUtf8(text).trimmed();
    const qsizetype first = line.indexOf(u' ');
    const qsizetype second = line.indexOf(u' ', first + 1);
    if (first < 0 || second < 0 || line.first(first) != mark || line.contains(u'\n'))
        return std::nullopt;
    const auto bytes =
        QByteArray::fromBase64Encoding(line.sliced(first + 1, second - first - 1).toLatin1(),
                                       QByteArray::AbortOnBase64DecodingErrors);
    if (!bytes)
        return std::nullopt;
    return Line{*bytes, line.sliced(second + 1)};
}

QString dashed(const QByteArray &publicKey)
{
    return fingerprint(publicKey).replace(u' ', u'-');
}

} // namespace

QString fingerprint(const QByteArray &publicKey)
{
    if (publicKey.size() != publicKeySize)
        return {};
    sodiumReady();
    constexpr int groups = 8;
    constexpr int bytesOfGroup = 5;
    QByteArray hash(qsizetype(groups) * bytesOfGroup, '\0');
    const QByteArray said = "leeward fingerprint 1" + QByteArray(1, '\0') + publicKey;
    crypto_generichash(raw(hash), static_cast<size_t>(hash.size()), raw(said),
                       static_cast<unsigned long long>(said.size()), nullptr, 0);
    QStringList digits;
    for (int group = 0; group < groups; ++group) {
        quint64 number = 0;
        for (int i = 0; i < bytesOfGroup; ++i)
            number = number << 8 | static_cast<quint8>(hash[group * bytesOfGroup + i]);
        digits += u"%1"_s.arg(static_cast<int>(number % 100'000), 5, 10, QLatin1Char('0'));
    }
    return digits.join(u' ');
}

bool isCardName(const QString &name)
{
    return !name.isEmpty() && name.size() <= longestCardName && name == name.simplified() &&
           std::ranges::all_of(name, [](QChar c) { return c.isPrint() || c.isSurrogate(); });
}

QByteArray toText(const Card &card)
{
    return QByteArray(cardMark.data(), cardMark.size()) + ' ' + card.key.toBase64() + ' ' +
           dashed(card.key).toLatin1() + ' ' + card.name.toUtf8() + '\n';
}

Result<Card> cardFrom(const QByteArray &text)
{
    const auto line = lineFrom(text, cardMark);
    if (!line)
        return fail(Errc::FileMalformed, u"not a card of a hall"_s);
    const qsizetype space = line->rest.indexOf(u' ');
    Card card{line->bytes, line->rest.sliced(space + 1)};
    if (!sealingKey(card.key) || space < 0 || !isCardName(card.name))
        return fail(Errc::FileMalformed, u"a card without a key or a name"_s);
    if (line->rest.first(space) != dashed(card.key))
        return fail(Errc::FileMalformed, u"the card's key does not have the fingerprint on it"_s);
    return card;
}

Result<> writeCard(const QString &path, const Card &card)
{
    return writeWhole(path, toText(card));
}

Result<Card> readCard(const QString &path)
{
    TRY_ASSIGN(const QByteArray text, readSmall(path));
    auto card = cardFrom(text);
    if (!card)
        return fail(card.error().code, path + u": "_s + card.error().detail);
    return card;
}

Result<> writeWhole(const QString &path, const QByteArray &bytes)
{
    // Renaming over a pipe or a device would put a plain file in its place.
    if (const QFileInfo there(path); there.exists() && !there.isFile())
        return fail(Errc::FileUnwritable, path + u": there, and not a file"_s);
    QSaveFile file(path);
    errno = 0;
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return notWritten(path, file);
    return {};
}

// --- DeviceKey
// ---------------------------------------------------------------------------------------------

DeviceKey DeviceKey::make(const QString &name, RandomSource &random)
{
    KeyPair pair = makeKeyPair(random);
    return DeviceKey({std::move(pair.publicKey), name}, std::move(pair.secretKey));
}

DeviceKey::~DeviceKey()
{
    if (!m_secret.isEmpty())
        sodium_memzero(m_secret.data(), static_cast<size_t>(m_secret.size()));
}

Result<DeviceKey> DeviceKey::load(const QString &path)
{
    TRY_ASSIGN(QByteArray text, readSmall(path));
    auto line = lineFrom(text, keyMark);
    sodium_memzero(text.data(), static_cast<size_t>(text.size()));
    // The second half of a secret key is the public one; one that does not belong to the first half
    // would sign, and nobody could verify.
    QByteArray publicKey(publicKeySize, '\0');
    QByteArray secretKey(secretKeySize, '\0');
    if (line && line->bytes.size() == secretKeySize) {
        sodiumReady();
        crypto_sign_seed_keypair(raw(publicKey), raw(secretKey), raw(std::as_const(line->bytes)));
    }
    const bool whole = line && isCardName(line->rest) && secretKey == line->bytes;
    if (line)
        sodium_memzero(line->bytes.data(), static_cast<size_t>(line->bytes.size()));
    if (!whole)
        return fail(Errc::FileMalformed, path + u": not a device's key"_s);
    const auto owner = QFile::ReadOwner | QFile::WriteOwner | QFile::ReadUser | QFile::WriteUser;
    if ((QFile::permissions(path) & ~owner) != 0) // a copy that somebody made with wider rights
        QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner);
    return DeviceKey({std::move(publicKey), std::move(line->rest)}, std::move(secretKey));
}

Result<DeviceKey> DeviceKey::loadOrCreate(const QString &path, const QString &name,
                                          RandomSource &random)
{
    if (QFileInfo::exists(path))
        return load(path);
    if (!isCardName(name))
        return fail(Errc::InvalidArgument, u"'%1' is no name for a card"_s.arg(name));
    const DeviceKey key = make(name, random);
    // Written under a name of its own and then linked: the key is there whole or not at all, and
    // the one who comes second finds the first one's.
    const QString fresh = path + u".new-"_s + QString::fromLatin1(random.bytes(8).toHex());
    QFile file(fresh);
    errno = 0;
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFile::ReadOwner | QFile::WriteOwner))
        return notWritten(path, file);
    QByteArray text = QByteArray(keyMark.data(), keyMark.size()) + ' ' + key.m_secret.toBase64() +
                      ' ' + name.toUtf8() + '\n';
    const bool written =
        file.write(text) == text.size() && file.flush() && ::fsync(file.handle()) == 0;
    sodium_memzero(text.data(), static_cast<size_t>(text.size()));
    if (!written) {
        const auto error = notWritten(path, file);
        file.close();
        QFile::remove(fresh); // not file.remove(), which does nothing after an error
        return error;
    }
    file.close();
    errno = 0;
    if (!file.rename(path)) { // never over a file that is there
        const auto error = notWritten(path, file);
        QFile::remove(fresh);
        if (!QFileInfo::exists(path))
            return error;
    }
    return load(path);
}

QByteArray DeviceKey::sign(const QByteArray &bytes) const
{
    return signBytes(bytes, m_secret).value_or(QByteArray()); // the size is right by construction
}

Proof DeviceKey::prove(const Operation &operation) const
{
    return {m_card.key, sign(toBytes(operation))};
}

std::optional<QByteArray> DeviceKey::unseal(const QByteArray &sealed) const
{
    const auto publicKey = sealingKey(m_card.key);
    if (!publicKey || sealed.size() < crypto_box_SEALBYTES)
        return std::nullopt;
    QByteArray secret(crypto_box_SECRETKEYBYTES, '\0');
    crypto_sign_ed25519_sk_to_curve25519(raw(secret), raw(m_secret));
    QByteArray bytes(sealed.size() - qsizetype(crypto_box_SEALBYTES), '\0');
    const bool opened = crypto_box_seal_open(raw(bytes), raw(sealed),
                                             static_cast<unsigned long long>(sealed.size()),
                                             raw(*publicKey), raw(std::as_const(secret))) == 0;
    sodium_memzero(secret.data(), static_cast<size_t>(secret.size()));
    return opened ? std::optional(bytes) : std::nullopt;
}

Result<QByteArray> sealTo(const QByteArray &publicKey, const QByteArray &bytes)
{
    const auto key = sealingKey(publicKey);
    if (!key)
        return fail(Errc::InvalidArgument, u"32 bytes that are no public key"_s);
    QByteArray sealed(bytes.size() + qsizetype(crypto_box_SEALBYTES), '\0');
    if (crypto_box_seal(raw(sealed), raw(bytes), static_cast<unsigned long long>(bytes.size()),
                        raw(*key)) != 0)
        return fail(Errc::InvalidArgument, u"nothing can be sealed to this key"_s);
    return sealed;
}

bool proves(const Submission &submission)
{
    return submission.proof && isSignedBy(submission.proof->key, toBytes(submission.operation),
                                          submission.proof->signature);
}

// --- TrustList
// ---------------------------------------------------------------------------------------------

Result<TrustList> TrustList::load(const QString &folder)
{
    TrustList list;
    list.m_folder = folder;
    const QFileInfo info(folder);
    if (!info.exists())
        return list;
    if (!info.isDir() || !info.isReadable())
        return fail(Errc::FileUnreadable, folder + u": not a folder that can be read"_s);
    const QDir dir(folder);
    for (const QString &name : dir.entryList({u"*.leewardkey"_s}, QDir::Files, QDir::Name)) {
        auto card = readCard(dir.filePath(name));
        if (!card)
            list.m_warnings += card.error().detail;
        else if (!list.find(card->key))
            list.m_cards.push_back(std::move(*card));
    }
    return list;
}

const Card *TrustList::find(const QByteArray &publicKey) const
{
    const auto there = std::ranges::find(m_cards, publicKey, &Card::key);
    return there == m_cards.end() ? nullptr : &*there;
}

Result<> TrustList::add(const Card &card)
{
    if (find(card.key))
        return {};
    if (!QDir().mkpath(m_folder))
        return fail(Errc::FileUnwritable, m_folder + u": the folder can not be made"_s);
    // Named by the key, so that two halls of one name are two files.
    TRY(writeCard(QDir(m_folder).filePath(dashed(card.key) + u".leewardkey"_s), card));
    m_cards.push_back(card);
    return {};
}

} // namespace leeward::sync
