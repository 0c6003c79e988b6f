#include "sync/offline_grant.h"

#include <QCborArray>
#include <QCborMap>
#include <QCborValue>

#include <algorithm>

namespace leeward::sync {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int freeTries = 5;
constexpr Duration firstLock = 30s;
constexpr Duration longestLock = 15min;
constexpr Duration honestBack = 5min; // a clock that is set by the network goes back a little

// Signed with the bytes, so that nothing else the server signs can be taken for a grant.
const QByteArray context = QByteArrayLiteral("leeward offline grant 1\0");

QByteArray payloadOf(const Grant &grant)
{
    QCborArray roles;
    for (const Role role : grant.roles)
        roles.append(roleName(role));
    return QCborMap{
        {u"server"_s, grant.server},
        {u"user"_s, grant.user},
        {u"name"_s, grant.displayName},
        {u"roles"_s, roles},
        {u"areas"_s, QCborArray::fromStringList(grant.areas)},
        {u"device"_s, grant.device},
        {u"desk"_s, grant.desk},
        {u"issued"_s, toMs(grant.issuedAt)},
        {u"until"_s, toMs(grant.validUntil)},
    }
        .toCborValue()
        .toCbor();
}

Result<QCborMap> mapFrom(const QByteArray &bytes, const char *what)
{
    QCborParserError error;
    const QCborValue value = QCborValue::fromCbor(bytes, &error);
    if (error.error != QCborError::NoError || error.offset != bytes.size() || !value.isMap())
        return fail(Errc::FileMalformed, QLatin1StringView(what) + u": not a map"_s);
    return value.toMap();
}

// Reads fields of known types; remembers the first that is wrong.
class Reader
{
public:
    explicit Reader(QCborMap map)
        : m_map(std::move(map))
    {
    }
    QString text(const QString &key) { return take(key, &QCborValue::isString).toString(); }
    QByteArray bytes(const QString &key)
    {
        return take(key, &QCborValue::isByteArray).toByteArray();
    }
    qint64 integer(const QString &key) { return take(key, &QCborValue::isInteger).toInteger(); }
    Instant instant(const QString &key)
    {
        const qint64 ms = integer(key);
        if (ms > latestMs || ms < -latestMs) // so that adding a grace can not run over
            m_wrong = key;
        return instantFromMs(m_wrong.isEmpty() ? ms : 0);
    }
    QStringList texts(const QString &key)
    {
        QStringList list;
        for (const QCborValue &one : take(key, &QCborValue::isArray).toArray()) {
            if (!one.isString())
                m_wrong = key;
            list += one.toString();
        }
        return list;
    }
    void wrong(const QString &key) { m_wrong = key; }
    [[nodiscard]] Result<> done(const char *what) const
    {
        if (!m_wrong.isEmpty())
            return fail(Errc::FileMalformed, QLatin1StringView(what) + u": "_s + m_wrong);
        return {};
    }

private:
    static constexpr qint64 latestMs = 4'102'444'800'000'000; // far beyond any calendar in use

    QCborValue take(const QString &key, bool (QCborValue::*is)() const)
    {
        QCborValue value = m_map.value(key);
        if (!(value.*is)()) {
            m_wrong = key;
            return {};
        }
        return value;
    }

    QCborMap m_map;
    QString m_wrong;
};

Instant timeOf(const OfflineSecret &secret, Instant deskNow)
{
    return std::max(deskNow + secret.offset, secret.latest);
}

Duration lockFor(int wrong)
{
    Duration lock = firstLock;
    for (int i = freeTries; i < wrong && lock < longestLock; ++i)
        lock *= 2;
    return std::min(lock, longestLock);
}

} // namespace

Result<QByteArray> signGrant(const Grant &grant, const QByteArray &secretKey)
{
    const QByteArray payload = payloadOf(grant);
    TRY_ASSIGN(const QByteArray signature, signBytes(context + payload, secretKey));
    return QCborMap{{u"grant"_s, payload}, {u"signature"_s, signature}}.toCborValue().toCbor();
}

Result<Grant> openGrant(const QByteArray &bytes, const QByteArray &publicKey)
{
    TRY_ASSIGN(QCborMap outer, mapFrom(bytes, "grant"));
    Reader envelope(std::move(outer));
    const QByteArray payload = envelope.bytes(u"grant"_s);
    const QByteArray signature = envelope.bytes(u"signature"_s);
    TRY(envelope.done("grant"));
    // Nothing of the payload is read before it is known to be the server's.
    if (!isSignedBy(publicKey, context + payload, signature))
        return fail(Errc::Corrupt, u"grant: not signed by this server"_s);
    TRY_ASSIGN(QCborMap inner, mapFrom(payload, "grant"));
    Reader reader(std::move(inner));
    Grant grant{
        .server = reader.text(u"server"_s),
        .user = reader.text(u"user"_s),
        .displayName = reader.text(u"name"_s),
        .areas = reader.texts(u"areas"_s),
        .device = reader.text(u"device"_s),
        .desk = reader.text(u"desk"_s),
        .issuedAt = reader.instant(u"issued"_s),
        .validUntil = reader.instant(u"until"_s),
    };
    for (const QString &name : reader.texts(u"roles"_s)) {
        // A role of a newer server allows nothing here.
        if (const auto role = roleFrom(name))
            grant.roles.push_back(*role);
    }
    TRY(reader.done("grant"));
    return grant;
}

QByteArray toBytes(const OfflineSecret &secret)
{
    return QCborMap{
        {u"grant"_s, secret.signedGrant},
        {u"key"_s, secret.serverKey},
        {u"password"_s, secret.password.text},
        {u"offset"_s, static_cast<qint64>(secret.offset.count())},
        {u"latest"_s, toMs(secret.latest)},
        {u"wrong"_s, secret.wrong},
        {u"locked"_s, toMs(secret.lockedUntil)},
    }
        .toCborValue()
        .toCbor();
}

Result<OfflineSecret> offlineSecretFrom(const QByteArray &bytes)
{
    TRY_ASSIGN(QCborMap map, mapFrom(bytes, "offline secret"));
    Reader reader(std::move(map));
    OfflineSecret secret{
        .signedGrant = reader.bytes(u"grant"_s),
        .serverKey = reader.bytes(u"key"_s),
        .password = {reader.bytes(u"password"_s)},
        .offset = reader.instant(u"offset"_s).time_since_epoch(),
        .latest = reader.instant(u"latest"_s),
        .wrong = static_cast<int>(std::clamp<qint64>(reader.integer(u"wrong"_s), 0, 1000)),
        .lockedUntil = reader.instant(u"locked"_s),
    };
    TRY(reader.done("offline secret"));
    return secret;
}

Result<OfflineSecret> keepGrant(const QByteArray &signedGrant, const QByteArray &serverKey,
                                const PasswordVerifier &password, Instant deskNow)
{
    TRY_ASSIGN(const Grant grant, openGrant(signedGrant, serverKey));
    return OfflineSecret{.signedGrant = signedGrant,
                         .serverKey = serverKey,
                         .password = password,
                         .offset = grant.issuedAt - deskNow,
                         .latest = grant.issuedAt};
}

OfflineSignIn signInOffline(const OfflineSecret &secret, const QString &user,
                            const QString &password, const QString &device, Instant deskNow)
{
    OfflineSignIn result{.secret = secret};
    const Result<Grant> grant = openGrant(secret.signedGrant, secret.serverKey);
    if (!grant || grant->device != device)
        return result;
    OfflineSecret &kept = result.secret;
    const Instant now = timeOf(secret, deskNow);
    result.clockSetBack = deskNow + secret.offset + honestBack < secret.latest;
    kept.latest = now;
    // A lock that a clock set back has moved far away is no longer than the longest.
    const Instant lockedUntil = std::min(secret.lockedUntil, now + longestLock);
    if (now < lockedUntil) {
        result.answer = OfflineAnswer::Locked;
        result.wait = lockedUntil - now;
        return result;
    }
    if (!fits(secret.password, password) || grant->user != user) {
        kept.wrong = secret.wrong + 1;
        if (kept.wrong >= freeTries)
            kept.lockedUntil = now + lockFor(kept.wrong);
        result.answer = OfflineAnswer::WrongPassword;
        return result;
    }
    kept.wrong = 0;
    kept.lockedUntil = {};
    result.grant = *grant;
    result.answer = now < grant->validUntil ? OfflineAnswer::SignedIn : OfflineAnswer::ReadOnly;
    result.left = std::max(grant->validUntil - now, Duration(0));
    return result;
}

Duration passed(OfflineSecret &secret, Duration elapsed, Instant deskNow)
{
    const Result<Grant> grant = openGrant(secret.signedGrant, secret.serverKey);
    secret.latest =
        std::max(deskNow + secret.offset, secret.latest + std::max(elapsed, Duration(0)));
    return grant ? std::max(grant->validUntil - secret.latest, Duration(0)) : Duration(0);
}

} // namespace leeward::sync
