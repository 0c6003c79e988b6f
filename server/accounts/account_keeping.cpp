// What administrators do with accounts, and how the first of them comes about.
#include "server/accounts/accounts.h"

#include <QCryptographicHash>

#include <algorithm>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {

// Read aloud from a terminal and typed elsewhere: no letters that look like others.
constexpr QLatin1StringView codeLetters = "23456789ABCDEFGHJKMNPQRSTVWXYZ"_L1;
constexpr int codeLength = 20; // 30^20, about 98 bits

QByteArray codeHash(const QString &code)
{
    QString plain = code.toUpper();
    plain.removeIf([](QChar c) { return !codeLetters.contains(c); });
    return QCryptographicHash::hash(plain.toUtf8(), QCryptographicHash::Sha256);
}

QString rightsText(const std::vector<Role> &roles, const QStringList &areas)
{
    QStringList names;
    for (const Role role : roles)
        names += roleName(role);
    return names.join(u',') + u"; "_s + areas.join(u',');
}

Result<QStringList> checkedAreas(const QStringList &areas)
{
    QStringList normal;
    for (const QString &area : areas) {
        const QString one = normalArea(area);
        if (one.isEmpty())
            return fail(Errc::InvalidArgument, u"area: "_s + area);
        if (!normal.contains(one))
            normal += one;
    }
    return normal;
}

Result<QString> checkedDisplayName(const QString &name, const QString &displayName)
{
    const QString shown = displayName.trimmed().isEmpty() ? name : displayName.trimmed();
    if (shown.size() > 200 ||
        !std::ranges::all_of(shown, [](QChar c) { return c.isPrint() || c.isSurrogate(); }))
        return fail(Errc::InvalidArgument, u"display name"_s);
    return shown;
}

bool administers(const UserRow &user)
{
    return !user.disabled && std::ranges::contains(user.roles, Role::Administrator);
}

Result<> setupRefused()
{
    return fail(Errc::Refused, u"the set-up code is wrong, used up or locked"_s);
}

} // namespace

// --- the first administrator
// ----------------------------------------------------------------------------------------

Result<bool> Accounts::needsFirstAdministrator()
{
    TRY_ASSIGN(const QByteArray done, m_store.fact(u"set_up"_s));
    return done.isEmpty();
}

Result<QString> Accounts::newSetupCode()
{
    TRY_ASSIGN(const bool needed, needsFirstAdministrator());
    if (!needed)
        return fail(Errc::Refused, u"there has been an administrator"_s);
    QString code;
    while (code.size() < codeLength) {
        for (const char raw : m_random.bytes(codeLength)) {
            const auto byte = static_cast<unsigned char>(raw);
            // 240 is the last multiple of 30: no letter is likelier than another.
            if (byte < 240 && code.size() < codeLength)
                code += codeLetters.at(byte % codeLetters.size());
        }
    }
    const Result<> stored = m_store.atomically([&]() -> Result<> {
        TRY(m_store.setFact(u"setup_code"_s, codeHash(code)));
        return log("setup.code", {}, {}, {});
    });
    TRY(stored);
    for (qsizetype at = codeLength - 5; at > 0; at -= 5)
        code.insert(at, u'-');
    return code;
}

// In the caller's transaction. No: the code is wrong, used up or locked, and an attempt counted.
Result<bool> Accounts::takesSetupCode(const QString &code, const QString &from)
{
    const QByteArray origin = QByteArray("setup") + '\0' + countedAddress(from).toUtf8();
    const std::vector keys = {QCryptographicHash::hash(origin, QCryptographicHash::Sha256)};
    TRY_ASSIGN(const bool needed, needsFirstAdministrator());
    TRY_ASSIGN(const Duration wait, longestWait(keys));
    if (!needed || wait > Duration(0))
        return false;
    TRY_ASSIGN(const QByteArray expected, m_store.fact(u"setup_code"_s));
    // Hashes: how far two of them agree says nothing about the code.
    if (!expected.isEmpty() && codeHash(code) == expected)
        return true;
    TRY(strike(keys));
    TRY(log("setup.wrong-code", {}, {}, from));
    return false;
}

Result<> Accounts::checkSetupCode(const QString &code, const QString &from)
{
    bool taken = false;
    const Result<> stored = m_store.atomically([&]() -> Result<> {
        TRY_ASSIGN(taken, takesSetupCode(code, from));
        return {};
    });
    TRY(stored);
    return taken ? Result<>() : setupRefused();
}

Result<> Accounts::createFirstAdministrator(const QString &code, const NewUser &user,
                                            const sync::PasswordVerifier &password,
                                            const QString &from)
{
    bool taken = false;
    const Result<> stored = m_store.atomically([&]() -> Result<> {
        TRY_ASSIGN(taken, takesSetupCode(code, from));
        if (!taken)
            return {};
        NewUser first = user;
        if (!std::ranges::contains(first.roles, Role::Administrator))
            first.roles.push_back(Role::Administrator);
        TRY_ASSIGN(const UserRow row, completed(first, password));
        TRY(m_store.putUser(row));
        TRY(m_store.setFact(u"setup_code"_s, {}));
        TRY(m_store.setFact(u"set_up"_s, "1"));
        return log("setup.done", row.name, row.name, from);
    });
    TRY(stored);
    return taken ? Result<>() : setupRefused();
}

// --- by an administrator
// --------------------------------------------------------------------------------------------

Result<UserRow> Accounts::administrator(const By &by, const char *what, const QString &subject)
{
    TRY_ASSIGN(const auto user, m_store.userByKey(nameKey(by.user)));
    if (user && administers(*user))
        return *user;
    const Result<> stored = m_store.atomically([&]() -> Result<> {
        return log("denied", by.user, subject, by.from, QString(QLatin1StringView(what)));
    });
    TRY(stored);
    return fail(Errc::Refused, u"only an administrator may do that"_s);
}

Result<UserRow> Accounts::existing(const QString &name)
{
    TRY_ASSIGN(const auto user, m_store.userByKey(nameKey(name)));
    if (!user)
        return fail(Errc::NotFound, u"user "_s + name);
    return *user;
}

Result<UserRow> Accounts::completed(const NewUser &user, const sync::PasswordVerifier &password)
{
    const QString key = nameKey(user.name);
    if (key.isEmpty())
        return fail(Errc::InvalidArgument, u"user name"_s);
    if (password.text.isEmpty())
        return fail(Errc::InvalidArgument, u"password"_s);
    TRY_ASSIGN(const auto taken, m_store.userByKey(key));
    TRY_ASSIGN(const QString former, m_store.formerOwner(key));
    if (taken || !former.isEmpty())
        return fail(Errc::AlreadyExists, u"user "_s + user.name);
    const QString name = user.name.normalized(QString::NormalizationForm_KC);
    UserRow row{.id = randomId(),
                .key = key,
                .name = name,
                .password = password,
                .roles = user.roles,
                .createdAt = m_clock.now()};
    TRY_ASSIGN(row.displayName, checkedDisplayName(name, user.displayName));
    TRY_ASSIGN(row.areas, checkedAreas(user.areas));
    return row;
}

Result<> Accounts::mustStayAdministered(const UserRow &without)
{
    TRY_ASSIGN(const auto all, m_store.users());
    const bool another = std::ranges::any_of(
        all, [&](const UserRow &user) { return user.id != without.id && administers(user); });
    if (!another)
        return fail(Errc::Refused, u"nobody would be left to administer"_s);
    return {};
}

Result<> Accounts::createUser(const By &by, const NewUser &user,
                              const sync::PasswordVerifier &password)
{
    TRY_ASSIGN(const UserRow admin, administrator(by, "user.created", user.name));
    return m_store.atomically([&]() -> Result<> {
        TRY_ASSIGN(const UserRow row, completed(user, password));
        TRY(m_store.putUser(row));
        return log("user.created", admin.name, row.name, by.from, rightsText(row.roles, row.areas));
    });
}

Result<> Accounts::renameUser(const By &by, const QString &user, const QString &name,
                              const QString &displayName)
{
    TRY_ASSIGN(const UserRow admin, administrator(by, "user.renamed", user));
    return m_store.atomically([&]() -> Result<> {
        TRY_ASSIGN(UserRow row, existing(user));
        const QString before = row.name;
        const QString key = nameKey(name);
        if (key.isEmpty())
            return fail(Errc::InvalidArgument, u"user name"_s);
        TRY_ASSIGN(const auto taken, m_store.userByKey(key));
        TRY_ASSIGN(const QString former, m_store.formerOwner(key));
        if ((taken && taken->id != row.id) || (!former.isEmpty() && former != row.id))
            return fail(Errc::AlreadyExists, u"user "_s + name);
        const QString written = name.normalized(QString::NormalizationForm_KC);
        TRY_ASSIGN(row.displayName, checkedDisplayName(written, displayName));
        if (written != before) {
            if (key == row.key) // only its capitals: both spellings are this key
                TRY(m_store.dropFormerName(key));
            else if (former == row.id) // back to an old name
                TRY(m_store.dropFormerName(key));
            TRY(m_store.putFormerName(row.key, before, row.id));
        }
        row.key = key;
        row.name = written;
        TRY(m_store.putUser(row));
        return log("user.renamed", admin.name, row.name, by.from, before);
    });
}

Result<> Accounts::setRights(const By &by, const QString &user, const std::vector<Role> &roles,
                             const QStringList &areas)
{
    TRY_ASSIGN(const UserRow admin, administrator(by, "user.rights", user));
    return m_store.atomically([&]() -> Result<> {
        TRY_ASSIGN(UserRow row, existing(user));
        if (administers(row) && !std::ranges::contains(roles, Role::Administrator))
            TRY(mustStayAdministered(row));
        const QString before = rightsText(row.roles, row.areas);
        row.roles = roles;
        TRY_ASSIGN(row.areas, checkedAreas(areas));
        TRY(m_store.putUser(row));
        return log("user.rights", admin.name, row.name, by.from,
                   before + u" -> "_s + rightsText(row.roles, row.areas));
    });
}

Result<> Accounts::setDisabled(const By &by, const QString &user, bool disabled)
{
    TRY_ASSIGN(const UserRow admin, administrator(by, "user.disabled", user));
    return m_store.atomically([&]() -> Result<> {
        TRY_ASSIGN(UserRow row, existing(user));
        if (disabled && administers(row))
            TRY(mustStayAdministered(row));
        row.disabled = disabled;
        TRY(m_store.putUser(row));
        if (disabled)
            TRY(m_store.revokeFamilies(row.id, {}));
        return log(disabled ? "user.disabled" : "user.enabled", admin.name, row.name, by.from);
    });
}

Result<> Accounts::setPassword(const By &by, const QString &user,
                               const sync::PasswordVerifier &password)
{
    TRY_ASSIGN(const UserRow admin, administrator(by, "password.set", user));
    return m_store.atomically([&]() -> Result<> {
        TRY_ASSIGN(UserRow row, existing(user));
        if (password.text.isEmpty())
            return fail(Errc::InvalidArgument, u"password"_s);
        row.password = password;
        TRY(m_store.putUser(row));
        TRY(m_store.revokeFamilies(row.id, {}));
        return log("password.set", admin.name, row.name, by.from);
    });
}

Result<> Accounts::revokeDevice(const By &by, const QString &deviceId)
{
    TRY_ASSIGN(const UserRow admin, administrator(by, "device.revoked", deviceId));
    return m_store.atomically([&]() -> Result<> {
        TRY_ASSIGN(auto device, m_store.device(deviceId));
        if (!device)
            return fail(Errc::NotFound, u"device "_s + deviceId);
        device->revoked = true;
        TRY(m_store.putDevice(*device));
        TRY(m_store.revokeFamilies({}, deviceId));
        return log("device.revoked", admin.name, deviceId, by.from, device->desk);
    });
}

Result<std::vector<UserRow>> Accounts::users(const By &by)
{
    TRY(administrator(by, "user.list", {}));
    return m_store.users();
}

Result<std::vector<DeviceRow>> Accounts::devices(const By &by)
{
    TRY(administrator(by, "device.list", {}));
    return m_store.devices();
}

Result<std::vector<AuditRecord>> Accounts::audit(const By &by, qint64 afterSeq, int limit)
{
    TRY(administrator(by, "audit.read", {}));
    return m_store.auditAfter(afterSeq, limit);
}

} // namespace leeward::server
