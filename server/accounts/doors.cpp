// What administrators do with sign-ins, with programs that may look, and with realms.
#include "server/accounts/accounts.h"

#include <QCryptographicHash>
#include <QRegularExpression>

#include <algorithm>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestMark = 60;

QByteArray hashOf(const QByteArray &key)
{
    return QCryptographicHash::hash(key, QCryptographicHash::Sha256);
}

bool isRealmName(const QString &name)
{
    // It is the name of a file and part of an address.
    static const QRegularExpression pattern(u"^[a-z0-9][a-z0-9-]{0,39}$"_s);
    return pattern.match(name).hasMatch() && !name.endsWith(u'\n');
}

} // namespace

Result<> Accounts::mustAdminister(const By &by, const char *what, const QString &subject)
{
    TRY(administrator(by, what, subject));
    return {};
}

// --- sign-ins
// -------------------------------------------------------------------------------------------------------

Result<Duration> Accounts::lockOf(const UserRow &user)
{
    return longestWait({personKey(user.key)});
}

Result<> Accounts::unlock(const By &by, const QString &user)
{
    TRY_ASSIGN(const UserRow admin, administrator(by, "user.unlocked", user));
    return m_store.atomically([&]() -> Result<> {
        TRY_ASSIGN(const UserRow row, existing(user));
        std::vector keys = {personKey(row.key)};
        TRY_ASSIGN(const auto devices, m_store.devices());
        for (const DeviceRow &device : devices)
            keys.push_back(deskKey(row.id, device.id));
        for (const QByteArray &key : keys) {
            TRY_ASSIGN(const StrikesRow strikes, m_store.strikes(key));
            if (strikes.count > 0)
                TRY(m_store.putStrikes({.key = key, .lastAt = strikes.lastAt}));
        }
        return log("user.unlocked", admin.name, row.name, by.from);
    });
}

Result<std::vector<OpenSession>> Accounts::sessions(const By &by)
{
    TRY(administrator(by, "session.list", {}));
    TRY_ASSIGN(const auto open, m_store.openFamilies(m_clock.now()));
    TRY_ASSIGN(const auto users, m_store.users());
    TRY_ASSIGN(const auto devices, m_store.devices());
    std::vector<OpenSession> sessions;
    for (const OpenFamily &one : open) {
        const auto user = std::ranges::find(users, one.family.user, &UserRow::id);
        const auto device = std::ranges::find(devices, one.family.device, &DeviceRow::id);
        if (user == users.end() || device == devices.end() || device->revoked)
            continue;
        sessions.push_back({.id = one.family.id,
                            .user = user->name,
                            .device = device->id,
                            .desk = device->desk,
                            .startedAt = one.family.startedAt,
                            .until = one.until});
    }
    return sessions;
}

Result<> Accounts::endSession(const By &by, const QString &session)
{
    TRY_ASSIGN(const UserRow admin, administrator(by, "session.ended", session));
    return m_store.atomically([&]() -> Result<> {
        TRY_ASSIGN(auto family, m_store.family(session));
        if (!family || family->revoked)
            return fail(Errc::NotFound, u"sign-in "_s + session);
        family->revoked = true;
        TRY(m_store.putFamily(*family));
        TRY_ASSIGN(const auto user, m_store.userById(family->user));
        return log("session.ended", admin.name, user ? user->name : session, by.from,
                   family->device);
    });
}

Result<QStringList> Accounts::overOf(const QStringList &families)
{
    return m_store.overAmong(families);
}

// --- programs
// -------------------------------------------------------------------------------------------------------

Result<QByteArray> Accounts::createAppKey(const By &by, const NewAppKey &key)
{
    TRY_ASSIGN(const UserRow admin, administrator(by, "app-key.created", key.name));
    const QString name = key.name.normalized(QString::NormalizationForm_KC);
    if (nameKey(name).isEmpty())
        return fail(Errc::InvalidArgument, u"name of a program"_s);
    if (key.life <= Duration(0) || key.life > longestAppKeyLife)
        return fail(Errc::InvalidArgument, u"an app key is good for 1 to 730 days"_s);
    const QByteArray secret = appKeyStart + randomToken();
    const Result<> stored = m_store.atomically([&]() -> Result<> {
        TRY_ASSIGN(const auto all, m_store.appKeys());
        const Instant now = m_clock.now();
        const bool taken = std::ranges::any_of(all, [&](const AppKeyRow &row) {
            return nameKey(row.name) == nameKey(name) && !row.revoked && row.expiresAt > now;
        });
        if (taken)
            return fail(Errc::AlreadyExists, u"app key "_s + name);
        TRY(m_store.putAppKey({.id = randomId(),
                               .name = name,
                               .hash = hashOf(secret),
                               .seesPeople = key.seesPeople,
                               .madeBy = admin.name,
                               .createdAt = now,
                               .expiresAt = now + key.life}));
        return log("app-key.created", admin.name, name, by.from,
                   key.seesPeople ? u"sees people"_s : QString());
    });
    TRY(stored);
    return secret;
}

Result<> Accounts::revokeAppKey(const By &by, const QString &id)
{
    TRY_ASSIGN(const UserRow admin, administrator(by, "app-key.revoked", id));
    return m_store.atomically([&]() -> Result<> {
        TRY_ASSIGN(const auto all, m_store.appKeys());
        const auto found = std::ranges::find(all, id, &AppKeyRow::id);
        if (found == all.end())
            return fail(Errc::NotFound, u"app key "_s + id);
        AppKeyRow row = *found;
        row.revoked = true;
        TRY(m_store.putAppKey(row));
        return log("app-key.revoked", admin.name, row.name, by.from);
    });
}

Result<std::vector<AppKeyRow>> Accounts::appKeys(const By &by)
{
    TRY(administrator(by, "app-key.list", {}));
    return m_store.appKeys();
}

Result<std::expected<Session, TokenRefusal>> Accounts::authenticateApp(const QByteArray &key)
{
    using Answer = std::expected<Session, TokenRefusal>;
    TRY_ASSIGN(const auto row, m_store.appKey(hashOf(key)));
    if (!row)
        return Answer(std::unexpected(TokenRefusal::Unknown));
    if (row->revoked)
        return Answer(std::unexpected(TokenRefusal::Revoked));
    if (row->expiresAt <= m_clock.now())
        return Answer(std::unexpected(TokenRefusal::Expired));
    Session session{.isProgram = true, .seesPeople = row->seesPeople};
    session.principal.displayName = row->name;
    session.principal.roles = {Role::Observer};
    session.principal.areas = {QString(everywhere)};
    return Answer(std::move(session));
}

// --- realms
// ---------------------------------------------------------------------------------------------------------

Result<std::vector<RealmRow>> Accounts::realms()
{
    return m_store.realms();
}

Result<RealmRow> Accounts::createRealm(const By &by, const NewRealm &realm)
{
    TRY_ASSIGN(const UserRow admin, administrator(by, "realm.created", realm.name));
    if (!isRealmName(realm.name))
        return fail(Errc::InvalidArgument, u"name of a realm: 1 to 40 of a-z, 0-9 and -"_s);
    const QString mark = realm.mark.trimmed();
    if (mark.size() > longestMark ||
        !std::ranges::all_of(mark, [](QChar c) { return c.isPrint() || c.isSurrogate(); }))
        return fail(Errc::InvalidArgument, u"mark of a drill"_s);
    RealmRow row{
        .name = realm.name, .mark = mark, .madeBy = admin.name, .createdAt = m_clock.now()};
    const Result<> stored = m_store.atomically([&]() -> Result<> {
        TRY_ASSIGN(const auto all, m_store.realms());
        if (row.name == "live"_L1 || std::ranges::contains(all, row.name, &RealmRow::name))
            return fail(Errc::AlreadyExists, u"realm "_s + row.name);
        TRY(m_store.putRealm(row));
        return log("realm.created", admin.name, row.name, by.from, row.mark);
    });
    TRY(stored);
    return row;
}

Result<RealmRow> Accounts::setRealmRetired(const By &by, const RealmRow &known, bool retired)
{
    const char *what = retired ? "realm.retired" : "realm.reopened";
    TRY_ASSIGN(const UserRow admin, administrator(by, what, known.name));
    if (known.name == "live"_L1)
        return fail(Errc::Refused, u"the realm live stays"_s);
    RealmRow row = known;
    const Result<> stored = m_store.atomically([&]() -> Result<> {
        TRY_ASSIGN(const auto all, m_store.realms());
        const auto found = std::ranges::find(all, known.name, &RealmRow::name);
        if (found != all.end())
            row = *found;
        row.retired = retired;
        TRY(m_store.putRealm(row));
        return log(what, admin.name, row.name, by.from, row.mark);
    });
    TRY(stored);
    return row;
}

} // namespace leeward::server
