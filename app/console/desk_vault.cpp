#include "app/console/desk_vault.h"

#include <QCborArray>
#include <QCborMap>
#include <QUuid>

namespace leeward::app {

using namespace Qt::StringLiterals;

namespace {

constexpr int idBytes = 16;

QByteArray toBytes(const DeskVault::Device &device)
{
    return QCborMap{{u"id"_s, device.id},
                    {u"public"_s, device.keys.publicKey},
                    {u"secret"_s, device.keys.secretKey}}
        .toCborValue()
        .toCbor();
}

std::optional<DeskVault::Device> deviceFrom(const QByteArray &bytes)
{
    const QCborMap map = QCborValue::fromCbor(bytes).toMap();
    DeskVault::Device device{
        map.value(u"id"_s).toString(),
        {map.value(u"public"_s).toByteArray(), map.value(u"secret"_s).toByteArray()}};
    if (device.id.isEmpty() || device.keys.publicKey.size() != sync::publicKeySize ||
        device.keys.secretKey.size() != sync::secretKeySize)
        return std::nullopt;
    return device;
}

QByteArray toBytes(const sync::RemoteSession &session)
{
    return QCborMap{{u"access"_s, session.access},
                    {u"access_until"_s, toMs(session.accessUntil)},
                    {u"refresh"_s, session.refresh},
                    {u"refresh_until"_s, toMs(session.refreshUntil)},
                    {u"user"_s, session.user},
                    {u"name"_s, session.name},
                    {u"desk"_s, session.desk},
                    {u"roles"_s, QCborArray::fromStringList(session.roles)},
                    {u"areas"_s, QCborArray::fromStringList(session.areas)},
                    {u"grant"_s, session.grant},
                    {u"grant_key"_s, session.grantKey},
                    {u"server_time"_s, toMs(session.serverTime)}}
        .toCborValue()
        .toCbor();
}

QStringList textsOf(const QCborValue &value)
{
    QStringList texts;
    for (const QCborValue &item : value.toArray())
        texts += item.toString();
    return texts;
}

std::optional<sync::RemoteSession> sessionFrom(const QByteArray &bytes)
{
    const QCborMap map = QCborValue::fromCbor(bytes).toMap();
    const auto at = [&map](const QString &key) {
        return instantFromMs(map.value(key).toInteger());
    };
    sync::RemoteSession session{.access = map.value(u"access"_s).toByteArray(),
                                .accessUntil = at(u"access_until"_s),
                                .refresh = map.value(u"refresh"_s).toByteArray(),
                                .refreshUntil = at(u"refresh_until"_s),
                                .user = map.value(u"user"_s).toString(),
                                .name = map.value(u"name"_s).toString(),
                                .desk = map.value(u"desk"_s).toString(),
                                .roles = textsOf(map.value(u"roles"_s)),
                                .areas = textsOf(map.value(u"areas"_s)),
                                .grant = map.value(u"grant"_s).toByteArray(),
                                .grantKey = map.value(u"grant_key"_s).toByteArray(),
                                .serverTime = at(u"server_time"_s)};
    if (session.access.isEmpty() || session.refresh.isEmpty() || session.user.isEmpty())
        return std::nullopt;
    return session;
}

} // namespace

DeskVault::DeskVault(SecretStore &store, const QString &server, const QString &desk)
    : m_store(&store)
    , m_place(server + u' ' + desk)
{
}

QString DeskVault::keyOf(const QString &what) const
{
    return secretKey(m_place, what.toCaseFolded()); // Anna is anna
}

QFuture<DeskVault::Found> DeskVault::load(sync::RandomSource &random)
{
    return m_store->read(keyOf(u"*device"_s))
        .then(&m_context,
              [this, &random](const Result<QByteArray> &bytes) -> QFuture<Found> {
                  const auto known = bytes ? deviceFrom(*bytes) : std::nullopt;
                  if (known) {
                      return m_store->read(keyOf(u"*session"_s))
                          .then(&m_context, [device = *known](const Result<QByteArray> &kept) {
                              return Found{device, kept ? sessionFrom(*kept) : std::nullopt};
                          });
                  }
                  if (!bytes && bytes.error().code != Errc::NotFound)
                      m_store = &m_memory; // what may be there is not written over
                  const Device fresh{QString::fromLatin1(random.bytes(idBytes).toHex()),
                                     sync::makeKeyPair(random)};
                  return m_store->write(keyOf(u"*device"_s), toBytes(fresh))
                      .then(&m_context, [this, fresh](const Result<> &written) {
                          if (!written)
                              m_store = &m_memory;
                          return Found{fresh, std::nullopt};
                      });
              })
        .unwrap();
}

QFuture<Result<>> DeskVault::keepSession(const std::optional<sync::RemoteSession> &session)
{
    return session ? m_store->write(keyOf(u"*session"_s), toBytes(*session))
                   : m_store->remove(keyOf(u"*session"_s));
}

QFuture<std::optional<sync::OfflineSecret>> DeskVault::offlineSecret(const QString &user)
{
    return m_store->read(keyOf(user))
        .then(&m_context,
              [](const Result<QByteArray> &bytes) -> std::optional<sync::OfflineSecret> {
                  if (!bytes)
                      return std::nullopt;
                  auto secret = sync::offlineSecretFrom(*bytes);
                  return secret ? std::optional(*secret) : std::nullopt;
              });
}

QFuture<Result<>> DeskVault::keepOffline(const QString &user, const sync::OfflineSecret &secret)
{
    return m_store->write(keyOf(user), sync::toBytes(secret));
}

QFuture<Result<>> DeskVault::forgetOffline(const QString &user)
{
    return m_store->remove(keyOf(user));
}

} // namespace leeward::app
