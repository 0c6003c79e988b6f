#include "server/http/admin_api.h"

#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>

namespace leeward::server {

using namespace Qt::StringLiterals;
using Access = HttpFront::Access;
using Status = Call::Status;

namespace {

constexpr int mostRecords = 1000; // of the audit, in one answer
constexpr QStringView usualDrillMark = u"演练 / EXERCISE";

By byOf(const CallPtr &call)
{
    return {.user = call->session.principal.userName, .from = call->from};
}

QJsonArray namesOf(const std::vector<Role> &roles)
{
    QJsonArray names;
    for (const Role role : roles)
        names.append(roleName(role));
    return names;
}

Result<std::vector<Role>> rolesFrom(const QJsonValue &value)
{
    if (!value.isArray())
        return fail(Errc::InvalidArgument, u"roles must be a list of names"_s);
    std::vector<Role> roles;
    for (const auto &item : value.toArray()) {
        const auto role = roleFrom(item.toString());
        if (!role)
            return fail(Errc::InvalidArgument, u"no role: "_s + item.toVariant().toString());
        if (!std::ranges::contains(roles, *role))
            roles.push_back(*role);
    }
    return roles;
}

Result<QStringList> areasFrom(const QJsonValue &value)
{
    if (!value.isArray())
        return fail(Errc::InvalidArgument, u"areas must be a list of division codes"_s);
    QStringList areas;
    for (const auto &item : value.toArray())
        areas += item.toString();
    return areas;
}

struct Person
{
    UserRow row;
    Duration locked{};
};

QJsonObject toJson(const Person &person)
{
    const UserRow &user = person.row;
    return {
        {u"user"_s, user.name},
        {u"name"_s, user.displayName},
        {u"roles"_s, namesOf(user.roles)},
        {u"areas"_s, QJsonArray::fromStringList(user.areas)},
        {u"disabled"_s, user.disabled},
        {u"created_at"_s, toMs(user.createdAt)},
        {u"locked_for"_s, qint64(std::chrono::ceil<std::chrono::seconds>(person.locked).count())}};
}

QJsonObject toJson(const DeviceRow &device)
{
    return {{u"id"_s, device.id},
            {u"desk"_s, device.desk},
            {u"first_seen"_s, toMs(device.firstSeen)},
            {u"last_seen"_s, toMs(device.lastSeen)},
            {u"revoked"_s, device.revoked}};
}

QJsonObject toJson(const OpenSession &session)
{
    return {{u"id"_s, session.id},
            {u"user"_s, session.user},
            {u"device"_s, session.device},
            {u"desk"_s, session.desk},
            {u"started_at"_s, toMs(session.startedAt)},
            {u"until"_s, toMs(session.until)}};
}

QJsonObject toJson(const AppKeyRow &key)
{
    return {{u"id"_s, key.id},
            {u"name"_s, key.name},
            {u"sees_people"_s, key.seesPeople},
            {u"made_by"_s, key.madeBy},
            {u"created_at"_s, toMs(key.createdAt)},
            {u"expires_at"_s, toMs(key.expiresAt)},
            {u"revoked"_s, key.revoked}};
}

QJsonObject toJson(const AuditRecord &record)
{
    return {{u"seq"_s, record.seq},      {u"at"_s, toMs(record.at)},     {u"what"_s, record.what},
            {u"who"_s, record.who},      {u"subject"_s, record.subject}, {u"from"_s, record.from},
            {u"detail"_s, record.detail}};
}

QJsonObject toJson(const RealmRow &realm)
{
    return {
        {u"name"_s, realm.name},      {u"kind"_s, realm.mark.isEmpty() ? u"live"_s : u"drill"_s},
        {u"mark"_s, realm.mark},      {u"retired"_s, realm.retired},
        {u"made_by"_s, realm.madeBy}, {u"created_at"_s, toMs(realm.createdAt)}};
}

template <class T>
QJsonDocument listOf(const std::vector<T> &items)
{
    QJsonArray list;
    for (const T &item : items)
        list.append(toJson(item));
    return QJsonDocument(list);
}

Result<std::monostate> nothing(const Result<> &done)
{
    if (!done)
        return std::unexpected(done.error());
    return std::monostate();
}

} // namespace

AdminApi::AdminApi(HttpFront &front, AccountDesk &accounts, const ServedRealms &realms,
                   RealmKeeper &keeper, std::function<void()> rightsTaken)
    : m_front(front)
    , m_accounts(accounts)
    , m_realms(realms)
    , m_keeper(keeper)
    , m_rightsTaken(std::move(rightsTaken))
{
    addUserRoutes();
    addDeviceRoutes();
    addProgramRoutes();
    addRealmRoutes();
}

// Whoever may not is told here, before a body is read or a password hashed; Accounts looks again.
void AdminApi::route(Method method, const QString &pattern, const char *what,
                     HttpFront::Handler handler)
{
    m_front.route(
        method, pattern, Access::SignedIn,
        [this, what, handler = std::move(handler)](const CallPtr &call) {
            if (std::ranges::contains(call->session.principal.roles, Role::Administrator)) {
                handler(call);
                return;
            }
            m_accounts.ask<std::monostate>(
                [by = byOf(call), what, subject = call->arguments.value(0)](Accounts &accounts) {
                    return nothing(accounts.mustAdminister(by, what, subject));
                },
                &m_front,
                [call](const Result<std::monostate> &) {
                    call->refuse(Status::Forbidden, u"not-permitted"_s,
                                 u"only an administrator may do that"_s,
                                 {{u"needs"_s, QJsonArray{roleName(Role::Administrator)}}});
                });
        });
}

template <class T, class Words>
void AdminApi::answer(const CallPtr &call, Job<T> job, Words words)
{
    m_accounts.ask<T>(
        [job = std::move(job), by = byOf(call)](Accounts &accounts) { return job(accounts, by); },
        &m_front,
        [call, words](const Result<T> &done) {
            if (done)
                words(*done);
            else
                call->refuse(done.error());
        });
}

void AdminApi::change(const CallPtr &call, Job<std::monostate> job, bool takesRights)
{
    answer<std::monostate>(call, std::move(job), [this, call, takesRights](std::monostate) {
        call->answer(Status::NoContent, {}, "application/json");
        if (takesRights)
            m_rightsTaken();
    });
}

// --- people
// ---------------------------------------------------------------------------------------------------------

void AdminApi::addUserRoutes()
{
    route(Method::Get, u"/v1/admin/users"_s, "user.list", [this](const CallPtr &call) {
        answer<std::vector<Person>>(
            call,
            [](Accounts &accounts, const By &by) -> Result<std::vector<Person>> {
                TRY_ASSIGN(const auto rows, accounts.users(by));
                std::vector<Person> people;
                for (const UserRow &row : rows) {
                    TRY_ASSIGN(const Duration locked, accounts.lockOf(row));
                    people.push_back({row, locked});
                }
                return people;
            },
            [call](const std::vector<Person> &people) { call->answerJson(listOf(people)); });
    });
    route(Method::Post, u"/v1/admin/users"_s, "user.created",
          [this](const CallPtr &call) { createUser(call); });
    route(Method::Patch, u"/v1/admin/users/*"_s, "user.changed",
          [this](const CallPtr &call) { changeUser(call); });
    route(Method::Post, u"/v1/admin/users/*/password"_s, "password.set",
          [this](const CallPtr &call) { setPassword(call); });
    route(Method::Post, u"/v1/admin/users/*/unlock"_s, "user.unlocked",
          [this](const CallPtr &call) {
              change(call, [user = call->arguments.value(0)](Accounts &accounts, const By &by) {
                  return nothing(accounts.unlock(by, user));
              });
          });
}

void AdminApi::createUser(const CallPtr &call)
{
    const auto body = call->object();
    if (!body)
        return;
    const auto roles = rolesFrom(body->value("roles"_L1));
    const auto areas = areasFrom(body->value("areas"_L1));
    if (!roles || !areas) {
        call->refuse(roles ? areas.error() : roles.error());
        return;
    }
    const NewUser user{.name = body->value("user"_L1).toString(),
                       .displayName = body->value("name"_L1).toString(),
                       .roles = *roles,
                       .areas = *areas};
    m_accounts.makeVerifier(user.name, body->value("password"_L1).toString(), &m_front,
                            [this, call, user](const Result<sync::PasswordVerifier> &verifier) {
                                if (!verifier) {
                                    call->refuse(verifier.error());
                                    return;
                                }
                                answer<std::monostate>(
                                    call,
                                    [user, verifier = *verifier](Accounts &accounts, const By &by) {
                                        return nothing(accounts.createUser(by, user, verifier));
                                    },
                                    [call, user](std::monostate) {
                                        call->answerJson(
                                            QJsonDocument(QJsonObject{{u"user"_s, user.name}}),
                                            Status::Created);
                                    });
                            });
}

// One thing at a time: each is a change of its own in the audit, and none is half done.
void AdminApi::changeUser(const CallPtr &call)
{
    const auto body = call->object();
    if (!body)
        return;
    const QString user = call->arguments.value(0);
    const bool rights = body->contains("roles"_L1) || body->contains("areas"_L1);
    const bool names = body->contains("user"_L1) || body->contains("name"_L1);
    const bool disabling = body->contains("disabled"_L1);
    if (int(rights) + int(names) + int(disabling) != 1) {
        call->refuse(Status::BadRequest, u"malformed"_s,
                     u"say one of: roles and areas; user and name; disabled"_s);
        return;
    }
    if (rights) {
        const auto roles = rolesFrom(body->value("roles"_L1));
        const auto areas = areasFrom(body->value("areas"_L1));
        if (!roles || !areas) {
            call->refuse(roles ? areas.error() : roles.error());
            return;
        }
        change(call, [user, roles = *roles, areas = *areas](Accounts &accounts, const By &by) {
            return nothing(accounts.setRights(by, user, roles, areas));
        });
    } else if (names) {
        const QString name = body->value("user"_L1).toString(user);
        change(call, [user, name, shown = body->value("name"_L1).toString()](Accounts &accounts,
                                                                             const By &by) {
            return nothing(accounts.renameUser(by, user, name, shown));
        });
    } else if (!body->value("disabled"_L1).isBool()) {
        call->refuse(Status::BadRequest, u"malformed"_s, u"disabled is true or false"_s);
    } else {
        change(
            call,
            [user, disabled = body->value("disabled"_L1).toBool()](Accounts &accounts,
                                                                   const By &by) {
                return nothing(accounts.setDisabled(by, user, disabled));
            },
            true);
    }
}

void AdminApi::setPassword(const CallPtr &call)
{
    const auto body = call->object();
    if (!body)
        return;
    const QString user = call->arguments.value(0);
    m_accounts.makeVerifier(user, body->value("password"_L1).toString(), &m_front,
                            [this, call, user](const Result<sync::PasswordVerifier> &verifier) {
                                if (!verifier) {
                                    call->refuse(verifier.error());
                                    return;
                                }
                                change(
                                    call,
                                    [user, verifier = *verifier](Accounts &accounts, const By &by) {
                                        return nothing(accounts.setPassword(by, user, verifier));
                                    },
                                    true);
                            });
}

// --- devices, sign-ins, audit
// ---------------------------------------------------------------------------------------

void AdminApi::addDeviceRoutes()
{
    route(Method::Get, u"/v1/admin/devices"_s, "device.list", [this](const CallPtr &call) {
        answer<std::vector<DeviceRow>>(
            call, [](Accounts &accounts, const By &by) { return accounts.devices(by); },
            [call](const auto &devices) { call->answerJson(listOf(devices)); });
    });
    route(Method::Delete, u"/v1/admin/devices/*"_s, "device.revoked", [this](const CallPtr &call) {
        change(
            call,
            [id = call->arguments.value(0)](Accounts &accounts, const By &by) {
                return nothing(accounts.revokeDevice(by, id));
            },
            true);
    });
    route(Method::Get, u"/v1/admin/sessions"_s, "session.list", [this](const CallPtr &call) {
        answer<std::vector<OpenSession>>(
            call, [](Accounts &accounts, const By &by) { return accounts.sessions(by); },
            [call](const auto &sessions) { call->answerJson(listOf(sessions)); });
    });
    route(Method::Delete, u"/v1/admin/sessions/*"_s, "session.ended", [this](const CallPtr &call) {
        change(
            call,
            [id = call->arguments.value(0)](Accounts &accounts, const By &by) {
                return nothing(accounts.endSession(by, id));
            },
            true);
    });
    route(Method::Get, u"/v1/admin/audit"_s, "audit.read", [this](const CallPtr &call) {
        const qint64 after = call->query.queryItemValue(u"after"_s).toLongLong();
        bool said = false;
        const int wanted = call->query.queryItemValue(u"limit"_s).toInt(&said);
        const int limit = std::clamp(said ? wanted : mostRecords, 1, mostRecords);
        answer<std::vector<AuditRecord>>(
            call,
            [after, limit](Accounts &accounts, const By &by) {
                return accounts.audit(by, after, limit);
            },
            [call](const auto &records) { call->answerJson(listOf(records)); });
    });
}

// --- programs
// -------------------------------------------------------------------------------------------------------

void AdminApi::addProgramRoutes()
{
    route(Method::Get, u"/v1/admin/app-keys"_s, "app-key.list", [this](const CallPtr &call) {
        answer<std::vector<AppKeyRow>>(
            call, [](Accounts &accounts, const By &by) { return accounts.appKeys(by); },
            [call](const auto &keys) { call->answerJson(listOf(keys)); });
    });
    route(Method::Post, u"/v1/admin/app-keys"_s, "app-key.created", [this](const CallPtr &call) {
        const auto body = call->object();
        if (!body)
            return;
        const NewAppKey key{.name = body->value("name"_L1).toString(),
                            .life = std::chrono::days(body->value("days"_L1).toInt(365)),
                            .seesPeople = body->value("sees_people"_L1).toBool()};
        answer<QByteArray>(
            call,
            [key](Accounts &accounts, const By &by) { return accounts.createAppKey(by, key); },
            [call, key](const QByteArray &secret) {
                call->answerJson(QJsonDocument(QJsonObject{
                                     {u"name"_s, key.name},
                                     {u"key"_s, QString::fromLatin1(secret)},
                                     {u"sees_people"_s, key.seesPeople},
                                 }),
                                 Status::Created);
            });
    });
    route(Method::Delete, u"/v1/admin/app-keys/*"_s, "app-key.revoked",
          [this](const CallPtr &call) {
              change(call, [id = call->arguments.value(0)](Accounts &accounts, const By &by) {
                  return nothing(accounts.revokeAppKey(by, id));
              });
          });
}

// --- realms
// ---------------------------------------------------------------------------------------------------------

void AdminApi::addRealmRoutes()
{
    // What is served here, and what is not any more.
    route(Method::Get, u"/v1/admin/realms"_s, "realm.list", [this](const CallPtr &call) {
        answer<std::vector<RealmRow>>(
            call, [](Accounts &accounts, const By &) { return accounts.realms(); },
            [this, call](std::vector<RealmRow> rows) {
                for (const auto &[name, realm] : m_realms) {
                    if (!std::ranges::contains(rows, name, &RealmRow::name))
                        rows.push_back({.name = name, .mark = realm.mark});
                }
                std::ranges::sort(rows, {}, &RealmRow::name);
                call->answerJson(listOf(rows));
            });
    });
    route(Method::Post, u"/v1/admin/realms"_s, "realm.created",
          [this](const CallPtr &call) { createRealm(call); });
    route(Method::Patch, u"/v1/admin/realms/*"_s, "realm.changed",
          [this](const CallPtr &call) { changeRealm(call); });
}

void AdminApi::createRealm(const CallPtr &call)
{
    const auto body = call->object();
    if (!body)
        return;
    const QString kind = body->value("kind"_L1).toString();
    const bool drill = kind == "drill"_L1;
    QString mark = body->value("mark"_L1).toString().trimmed();
    if (drill && mark.isEmpty())
        mark = usualDrillMark.toString();
    if ((!drill && kind != "live"_L1) || (!drill && !mark.isEmpty())) {
        call->refuse(Status::BadRequest, u"malformed"_s,
                     u"kind is drill, with a mark or the usual one, or live, without"_s);
        return;
    }
    const NewRealm realm{.name = body->value("name"_L1).toString(), .mark = mark};
    if (m_realms.contains(realm.name)) { // a file that was put there and has no row
        call->refuse(Status::Conflict, u"already-exists"_s, u"realm "_s + realm.name);
        return;
    }
    answer<RealmRow>(
        call, [realm](Accounts &accounts, const By &by) { return accounts.createRealm(by, realm); },
        [this, call](const RealmRow &row) { applyRealm(call, row, Status::Created); });
}

void AdminApi::changeRealm(const CallPtr &call)
{
    const auto body = call->object();
    if (!body)
        return;
    const QString name = call->arguments.value(0);
    if (!body->value("retired"_L1).isBool()) {
        call->refuse(Status::BadRequest, u"malformed"_s, u"retired is true or false"_s);
        return;
    }
    RealmRow known{.name = name};
    const auto served = m_realms.find(name);
    if (served != m_realms.end())
        known.mark = served->second.mark;
    answer<RealmRow>(
        call,
        [known, isServed = served != m_realms.end(), retired = body->value("retired"_L1).toBool()](
            Accounts &accounts, const By &by) -> Result<RealmRow> {
            TRY_ASSIGN(const auto rows, accounts.realms());
            if (!isServed && !std::ranges::contains(rows, known.name, &RealmRow::name))
                return fail(Errc::NotFound, u"realm "_s + known.name);
            return accounts.setRealmRetired(by, known, retired);
        },
        [this, call](const RealmRow &row) { applyRealm(call, row, Status::Ok); });
}

void AdminApi::applyRealm(const CallPtr &call, const RealmRow &row, Status status)
{
    m_keeper.apply(row, [call, row, status](const Result<> &done) {
        if (done)
            call->answerJson(QJsonDocument(toJson(row)), status);
        else
            call->refuse(done.error());
    });
}

} // namespace leeward::server
