#include "server/postgres/pg_account_store.h"

#include "server/postgres/pg_schema.h"

#include <QLoggingCategory>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {

Q_LOGGING_CATEGORY(lcAccounts, "leeward.server.postgres.accounts")

constexpr std::chrono::milliseconds pauseAfterFailure{250};

// The realms' locks have two numbers, the schema's another one: they never meet.
constexpr auto takeTurn = "SELECT pg_advisory_xact_lock(5140411822134552)";

PgValue of(bool truth)
{
    return PgValue::of(truth ? 1 : 0);
}
PgValue of(Instant at)
{
    return PgValue::of(toMs(at));
}

Instant instantAt(const PgRows &rows, int row, int column)
{
    return instantFromMs(rows.integer(row, column));
}

QString joined(const std::vector<Role> &roles)
{
    QStringList names;
    for (const Role role : roles)
        names += roleName(role);
    return names.join(u',');
}

std::vector<Role> rolesFrom(const QString &text)
{
    std::vector<Role> roles;
    for (const QString &name : text.split(u',', Qt::SkipEmptyParts)) {
        if (const auto role = roleFrom(name)) // one that is not known allows nothing
            roles.push_back(*role);
    }
    return roles;
}

#define USER_COLUMNS "id, key, name, display_name, password, roles, areas, disabled, created_at"
#define DEVICE_COLUMNS "id, public_key, desk, first_seen, last_seen, revoked"
#define FAMILY_COLUMNS "id, account, device, started_at, revoked"
#define TOKEN_COLUMNS "hash, kind, family, expires_at, used, used_at, heirs"
#define APP_KEY_COLUMNS "id, name, hash, sees_people, made_by, created_at, expires_at, revoked"

// `at`: the column where the thing's columns begin.
UserRow userOf(const PgRows &rows, int row, int at = 0)
{
    return {.id = rows.text(row, at),
            .key = rows.text(row, at + 1),
            .name = rows.text(row, at + 2),
            .displayName = rows.text(row, at + 3),
            .password = {rows.bytes(row, at + 4)},
            .roles = rolesFrom(rows.text(row, at + 5)),
            .areas = rows.text(row, at + 6).split(u',', Qt::SkipEmptyParts),
            .disabled = rows.integer(row, at + 7) != 0,
            .createdAt = instantAt(rows, row, at + 8)};
}

DeviceRow deviceOf(const PgRows &rows, int row, int at = 0)
{
    return {.id = rows.text(row, at),
            .publicKey = rows.bytes(row, at + 1),
            .desk = rows.text(row, at + 2),
            .firstSeen = instantAt(rows, row, at + 3),
            .lastSeen = instantAt(rows, row, at + 4),
            .revoked = rows.integer(row, at + 5) != 0};
}

FamilyRow familyOf(const PgRows &rows, int row, int at = 0)
{
    return {.id = rows.text(row, at),
            .user = rows.text(row, at + 1),
            .device = rows.text(row, at + 2),
            .startedAt = instantAt(rows, row, at + 3),
            .revoked = rows.integer(row, at + 4) != 0};
}

TokenRow tokenOf(const PgRows &rows, int row, int at = 0)
{
    return {.hash = rows.bytes(row, at),
            .kind =
                rows.integer(row, at + 1) == 1 ? TokenRow::Kind::Refresh : TokenRow::Kind::Access,
            .family = rows.text(row, at + 2),
            .expiresAt = instantAt(rows, row, at + 3),
            .used = rows.integer(row, at + 4) != 0,
            .usedAt = instantAt(rows, row, at + 5),
            .heirs = rows.bytes(row, at + 6)};
}

AppKeyRow appKeyOf(const PgRows &rows, int row)
{
    return {.id = rows.text(row, 0),
            .name = rows.text(row, 1),
            .hash = rows.bytes(row, 2),
            .seesPeople = rows.integer(row, 3) != 0,
            .madeBy = rows.text(row, 4),
            .createdAt = instantAt(rows, row, 5),
            .expiresAt = instantAt(rows, row, 6),
            .revoked = rows.integer(row, 7) != 0};
}

template <class Row, class Read>
std::vector<Row> all(const PgRows &rows, Read read)
{
    std::vector<Row> list;
    list.reserve(static_cast<size_t>(rows.count()));
    for (int row = 0; row < rows.count(); ++row)
        list.push_back(read(rows, row));
    return list;
}

} // namespace

PgAccountStore::PgAccountStore(PgAddress address, PgConnection connection)
    : m_address(std::move(address))
    , m_connection(std::move(connection))
{
}

Result<std::unique_ptr<PgAccountStore>> PgAccountStore::open(const PgAddress &address)
{
    TRY_ASSIGN(PgConnection connection, PgConnection::open(address, "leeward-accounts"));
    TRY(migratePg(connection));
    return std::unique_ptr<PgAccountStore>(new PgAccountStore(address, std::move(connection)));
}

Result<> PgAccountStore::connect()
{
    if (m_connection.isOpen())
        return {};
    if (!m_notBefore.hasExpired())
        return fail(Errc::Network, u"postgresql: not to be had a moment ago"_s);
    auto made = PgConnection::open(m_address, "leeward-accounts");
    if (!made) {
        m_notBefore.setRemainingTime(pauseAfterFailure);
        qCWarning(lcAccounts, "%s", qPrintable(made.error().detail));
        return std::unexpected(made.error());
    }
    m_connection = std::move(*made);
    return {};
}

Result<PgRows> PgAccountStore::ask(const char *sql, PgValues values)
{
    if (m_inTransaction)
        return m_connection.run(sql, std::move(values));
    const bool mayBeDead = m_connection.isOpen();
    TRY(connect());
    const QDeadlineTimer soon(m_address.answerTimeout / 4);
    auto rows = m_connection.run(sql, values);
    if (!rows && mayBeDead && !m_connection.isOpen() && !soon.hasExpired()) {
        // Left alone for a while it may have died without anybody noticing. What hangs is not
        // tried again: that would double the wait. Only questions and BEGIN come here.
        TRY(connect());
        rows = m_connection.run(sql, std::move(values));
    }
    if (!rows && !m_connection.isOpen())
        m_notBefore.setRemainingTime(pauseAfterFailure);
    return rows;
}

Result<> PgAccountStore::tell(const char *sql, PgValues values)
{
    CHECK(m_inTransaction, return fail(Errc::Internal, u"a change outside of atomically()"_s));
    TRY(m_connection.run(sql, std::move(values)));
    return {};
}

Result<> PgAccountStore::begin()
{
    TRY(ask("BEGIN"));
    m_inTransaction = true;
    return tell(takeTurn);
}

void PgAccountStore::rollBack()
{
    if (!std::exchange(m_inTransaction, false) || !m_connection.isOpen())
        return;
    if (!m_connection.run("ROLLBACK"))
        m_connection.close(); // and with it the transaction and its lock
}

Result<> PgAccountStore::atomically(const std::function<Result<>()> &work)
{
    CHECK(!m_inTransaction, return fail(Errc::Internal, u"atomically() inside of itself"_s));
    return finish(begin(), work);
}

Result<> PgAccountStore::atOneMoment(const std::function<Result<>()> &work)
{
    CHECK(!m_inTransaction, return fail(Errc::Internal, u"a moment inside of a change"_s));
    TRY(ask("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    m_inTransaction = true;
    return finish({}, work);
}

Result<> PgAccountStore::finish(Result<> begun, const std::function<Result<>()> &work)
{
    Result<> done = std::move(begun);
    if (done)
        done = work();
    if (done)
        done = tell("COMMIT");
    if (done)
        m_inTransaction = false;
    else
        rollBack();
    if (!m_connection.isOpen())
        m_notBefore.setRemainingTime(pauseAfterFailure);
    return done;
}

// --- users
// ----------------------------------------------------------------------------------------------------------

Result<std::optional<UserRow>> PgAccountStore::userByKey(const QString &key)
{
    TRY_ASSIGN(const PgRows rows, ask("SELECT " USER_COLUMNS " FROM leeward.account WHERE key=$1",
                                      {PgValue::of(key)}));
    return rows.count() == 1 ? std::optional(userOf(rows, 0)) : std::nullopt;
}

Result<std::optional<UserRow>> PgAccountStore::userById(const QString &id)
{
    TRY_ASSIGN(const PgRows rows,
               ask("SELECT " USER_COLUMNS " FROM leeward.account WHERE id=$1", {PgValue::of(id)}));
    return rows.count() == 1 ? std::optional(userOf(rows, 0)) : std::nullopt;
}

Result<std::vector<UserRow>> PgAccountStore::users()
{
    // By code point, as the file does, whatever the database's own order is.
    TRY_ASSIGN(const PgRows rows,
               ask("SELECT " USER_COLUMNS " FROM leeward.account ORDER BY key COLLATE \"C\""));
    return all<UserRow>(rows, [](const PgRows &r, int row) { return userOf(r, row); });
}

Result<> PgAccountStore::putUser(const UserRow &user)
{
    return tell("INSERT INTO leeward.account(" USER_COLUMNS ")"
                " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9)"
                " ON CONFLICT(id) DO UPDATE SET key=excluded.key, name=excluded.name,"
                " display_name=excluded.display_name, password=excluded.password,"
                " roles=excluded.roles, areas=excluded.areas, disabled=excluded.disabled",
                {PgValue::of(user.id), PgValue::of(user.key), PgValue::of(user.name),
                 PgValue::of(user.displayName), PgValue::of(user.password.text),
                 PgValue::of(joined(user.roles)), PgValue::of(user.areas.join(u',')),
                 of(user.disabled), of(user.createdAt)});
}

Result<> PgAccountStore::putFormerName(const QString &key, const QString &name, const QString &user)
{
    return tell("INSERT INTO leeward.former_name(key, name, account) VALUES($1, $2, $3)"
                " ON CONFLICT(key) DO UPDATE SET name=excluded.name, account=excluded.account",
                {PgValue::of(key), PgValue::of(name), PgValue::of(user)});
}

Result<> PgAccountStore::dropFormerName(const QString &key)
{
    return tell("DELETE FROM leeward.former_name WHERE key=$1", {PgValue::of(key)});
}

Result<QString> PgAccountStore::formerOwner(const QString &key)
{
    TRY_ASSIGN(const PgRows rows,
               ask("SELECT account FROM leeward.former_name WHERE key=$1", {PgValue::of(key)}));
    return rows.count() == 1 ? rows.text(0, 0) : QString();
}

Result<QStringList> PgAccountStore::formerNames(const QString &user)
{
    TRY_ASSIGN(const PgRows rows, ask("SELECT name FROM leeward.former_name WHERE account=$1"
                                      " ORDER BY key COLLATE \"C\"",
                                      {PgValue::of(user)}));
    QStringList names;
    for (int row = 0; row < rows.count(); ++row)
        names += rows.text(row, 0);
    return names;
}

// --- devices and tokens
// ---------------------------------------------------------------------------------------------

Result<std::optional<DeviceRow>> PgAccountStore::device(const QString &id)
{
    TRY_ASSIGN(const PgRows rows,
               ask("SELECT " DEVICE_COLUMNS " FROM leeward.device WHERE id=$1", {PgValue::of(id)}));
    return rows.count() == 1 ? std::optional(deviceOf(rows, 0)) : std::nullopt;
}

Result<std::vector<DeviceRow>> PgAccountStore::devices()
{
    TRY_ASSIGN(const PgRows rows,
               ask("SELECT " DEVICE_COLUMNS " FROM leeward.device ORDER BY id COLLATE \"C\""));
    return all<DeviceRow>(rows, [](const PgRows &r, int row) { return deviceOf(r, row); });
}

Result<> PgAccountStore::putDevice(const DeviceRow &device)
{
    return tell("INSERT INTO leeward.device(" DEVICE_COLUMNS ") VALUES($1, $2, $3, $4, $5, $6)"
                " ON CONFLICT(id) DO UPDATE SET desk=excluded.desk,"
                " last_seen=excluded.last_seen, revoked=excluded.revoked",
                {PgValue::of(device.id), PgValue::of(device.publicKey), PgValue::of(device.desk),
                 of(device.firstSeen), of(device.lastSeen), of(device.revoked)});
}

Result<> PgAccountStore::putFamiliar(const QString &user, const QString &device)
{
    return tell("INSERT INTO leeward.familiar(account, device) VALUES($1, $2)"
                " ON CONFLICT DO NOTHING",
                {PgValue::of(user), PgValue::of(device)});
}

Result<bool> PgAccountStore::isFamiliar(const QString &user, const QString &device)
{
    TRY_ASSIGN(const PgRows rows,
               ask("SELECT 1 FROM leeward.familiar f JOIN leeward.device d ON d.id=f.device"
                   " WHERE f.account=$1 AND f.device=$2 AND d.revoked=0",
                   {PgValue::of(user), PgValue::of(device)}));
    return rows.count() == 1;
}

Result<std::optional<FamilyRow>> PgAccountStore::family(const QString &id)
{
    TRY_ASSIGN(const PgRows rows,
               ask("SELECT " FAMILY_COLUMNS " FROM leeward.family WHERE id=$1", {PgValue::of(id)}));
    return rows.count() == 1 ? std::optional(familyOf(rows, 0)) : std::nullopt;
}

Result<> PgAccountStore::putFamily(const FamilyRow &family)
{
    return tell("INSERT INTO leeward.family(" FAMILY_COLUMNS ") VALUES($1, $2, $3, $4, $5)"
                " ON CONFLICT(id) DO UPDATE SET revoked=excluded.revoked",
                {PgValue::of(family.id), PgValue::of(family.user), PgValue::of(family.device),
                 of(family.startedAt), of(family.revoked)});
}

Result<> PgAccountStore::revokeFamilies(const QString &user, const QString &device)
{
    return tell("UPDATE leeward.family SET revoked=1 WHERE account=$1 OR device=$2",
                {PgValue::of(user), PgValue::of(device)});
}

Result<std::vector<OpenFamily>> PgAccountStore::openFamilies(Instant now)
{
    TRY_ASSIGN(const PgRows rows,
               ask("SELECT f.id, f.account, f.device, f.started_at, f.revoked, max(t.expires_at)"
                   " FROM leeward.family f JOIN leeward.token t ON t.family=f.id"
                   " WHERE f.revoked=0 AND t.kind=1 AND t.used=0 AND t.expires_at>$1"
                   " GROUP BY f.id ORDER BY f.started_at, f.id COLLATE \"C\"",
                   {of(now)}));
    return all<OpenFamily>(rows, [](const PgRows &r, int row) {
        return OpenFamily{.family = familyOf(r, row), .until = instantAt(r, row, 5)};
    });
}

Result<QStringList> PgAccountStore::overAmong(const QStringList &families)
{
    TRY_ASSIGN(const PgRows rows,
               ask("SELECT w.id FROM unnest($1) WITH ORDINALITY AS w(id, place) WHERE NOT EXISTS"
                   "(SELECT FROM leeward.family f JOIN leeward.account a ON a.id=f.account"
                   " JOIN leeward.device d ON d.id=f.device"
                   " WHERE f.id=w.id AND f.revoked=0 AND a.disabled=0 AND d.revoked=0)"
                   " ORDER BY w.place",
                   {PgValue::of(std::span<const QString>(families))}));
    QStringList over;
    for (int row = 0; row < rows.count(); ++row)
        over += rows.text(row, 0);
    return over;
}

Result<std::optional<TokenRow>> PgAccountStore::token(const QByteArray &hash)
{
    TRY_ASSIGN(const PgRows rows, ask("SELECT " TOKEN_COLUMNS " FROM leeward.token WHERE hash=$1",
                                      {PgValue::of(hash)}));
    return rows.count() == 1 ? std::optional(tokenOf(rows, 0)) : std::nullopt;
}

// One round trip and not five: every request of every console asks this.
Result<std::optional<TokenOwner>> PgAccountStore::ownerOf(const QByteArray &hash)
{
    constexpr auto sql =
        "SELECT t.hash, t.kind, t.family, t.expires_at, t.used, t.used_at, t.heirs,"
        " f.id, f.account, f.device, f.started_at, f.revoked,"
        " a.id, a.key, a.name, a.display_name, a.password, a.roles, a.areas, a.disabled,"
        " a.created_at, d.id, d.public_key, d.desk, d.first_seen, d.last_seen, d.revoked, n.name"
        " FROM leeward.token t JOIN leeward.family f ON f.id=t.family"
        " JOIN leeward.account a ON a.id=f.account JOIN leeward.device d ON d.id=f.device"
        " LEFT JOIN leeward.former_name n ON n.account=a.id"
        " WHERE t.hash=$1 ORDER BY n.key COLLATE \"C\"";
    TRY_ASSIGN(const PgRows rows, ask(sql, {PgValue::of(hash)}));
    if (rows.count() == 0)
        return std::nullopt;
    TokenOwner owner{.token = tokenOf(rows, 0),
                     .family = familyOf(rows, 0, 7),
                     .user = userOf(rows, 0, 12),
                     .device = deviceOf(rows, 0, 21),
                     .formerNames = {}};
    for (int row = 0; row < rows.count(); ++row) { // one for each former name, or one without
        if (!rows.isNull(row, 27))
            owner.formerNames += rows.text(row, 27);
    }
    return owner;
}

Result<> PgAccountStore::putToken(const TokenRow &token)
{
    return tell("INSERT INTO leeward.token(" TOKEN_COLUMNS ") VALUES($1, $2, $3, $4, $5, $6, $7)"
                " ON CONFLICT(hash) DO UPDATE SET used=excluded.used,"
                " expires_at=excluded.expires_at, used_at=excluded.used_at, heirs=excluded.heirs",
                {PgValue::of(token.hash), of(token.kind == TokenRow::Kind::Refresh),
                 PgValue::of(token.family), of(token.expiresAt), of(token.used),
                 of(token.used ? token.usedAt : Instant()),
                 PgValue::of(token.heirs.isNull() ? QByteArray("") : token.heirs)});
}

Result<> PgAccountStore::dropExpired(Instant at)
{
    TRY(tell("DELETE FROM leeward.token WHERE expires_at<$1", {of(at)}));
    return tell("DELETE FROM leeward.family WHERE NOT EXISTS"
                "(SELECT FROM leeward.token WHERE token.family=family.id)");
}

// --- strikes, facts
// -------------------------------------------------------------------------------------------------

Result<StrikesRow> PgAccountStore::strikes(const QByteArray &key)
{
    TRY_ASSIGN(const PgRows rows,
               ask("SELECT count, locked_until, last_at FROM leeward.strikes WHERE key=$1",
                   {PgValue::of(key)}));
    StrikesRow row{.key = key};
    if (rows.count() == 1) {
        row.count = static_cast<int>(rows.integer(0, 0));
        row.lockedUntil = instantAt(rows, 0, 1);
        row.lastAt = instantAt(rows, 0, 2);
    }
    return row;
}

Result<> PgAccountStore::putStrikes(const StrikesRow &strikes)
{
    return tell("INSERT INTO leeward.strikes(key, count, locked_until, last_at)"
                " VALUES($1, $2, $3, $4) ON CONFLICT(key) DO UPDATE SET count=excluded.count,"
                " locked_until=excluded.locked_until, last_at=excluded.last_at",
                {PgValue::of(strikes.key), PgValue::of(strikes.count), of(strikes.lockedUntil),
                 of(strikes.lastAt)});
}

Result<> PgAccountStore::dropStrikesBefore(Instant at)
{
    return tell("DELETE FROM leeward.strikes WHERE last_at<$1", {of(at)});
}

Result<QByteArray> PgAccountStore::fact(const QString &name)
{
    TRY_ASSIGN(const PgRows rows,
               ask("SELECT value FROM leeward.fact WHERE name=$1", {PgValue::of(name)}));
    return rows.count() == 1 ? rows.bytes(0, 0) : QByteArray();
}

Result<> PgAccountStore::setFact(const QString &name, const QByteArray &value)
{
    return tell("INSERT INTO leeward.fact(name, value) VALUES($1, $2)"
                " ON CONFLICT(name) DO UPDATE SET value=excluded.value",
                {PgValue::of(name), PgValue::of(value)});
}

// --- programs, realms, audit
// ----------------------------------------------------------------------------------------

Result<std::optional<AppKeyRow>> PgAccountStore::appKey(const QByteArray &hash)
{
    TRY_ASSIGN(
        const PgRows rows,
        ask("SELECT " APP_KEY_COLUMNS " FROM leeward.app_key WHERE hash=$1", {PgValue::of(hash)}));
    return rows.count() == 1 ? std::optional(appKeyOf(rows, 0)) : std::nullopt;
}

Result<std::vector<AppKeyRow>> PgAccountStore::appKeys()
{
    TRY_ASSIGN(const PgRows rows, ask("SELECT " APP_KEY_COLUMNS " FROM leeward.app_key"
                                      " ORDER BY created_at, id COLLATE \"C\""));
    return all<AppKeyRow>(rows, [](const PgRows &r, int row) { return appKeyOf(r, row); });
}

Result<> PgAccountStore::putAppKey(const AppKeyRow &key)
{
    return tell("INSERT INTO leeward.app_key(" APP_KEY_COLUMNS ")"
                " VALUES($1, $2, $3, $4, $5, $6, $7, $8)"
                " ON CONFLICT(id) DO UPDATE SET revoked=excluded.revoked",
                {PgValue::of(key.id), PgValue::of(key.name), PgValue::of(key.hash),
                 of(key.seesPeople), PgValue::of(key.madeBy), of(key.createdAt), of(key.expiresAt),
                 of(key.revoked)});
}

Result<std::vector<RealmRow>> PgAccountStore::realms()
{
    TRY_ASSIGN(const PgRows rows, ask("SELECT name, mark, made_by, created_at, retired"
                                      " FROM leeward.served_realm ORDER BY name COLLATE \"C\""));
    return all<RealmRow>(rows, [](const PgRows &r, int row) {
        return RealmRow{.name = r.text(row, 0),
                        .mark = r.text(row, 1),
                        .madeBy = r.text(row, 2),
                        .createdAt = instantAt(r, row, 3),
                        .retired = r.integer(row, 4) != 0};
    });
}

Result<> PgAccountStore::putRealm(const RealmRow &realm)
{
    return tell("INSERT INTO leeward.served_realm(name, mark, made_by, created_at, retired)"
                " VALUES($1, $2, $3, $4, $5)"
                " ON CONFLICT(name) DO UPDATE SET retired=excluded.retired",
                {PgValue::of(realm.name), PgValue::of(realm.mark), PgValue::of(realm.madeBy),
                 of(realm.createdAt), of(realm.retired)});
}

Result<> PgAccountStore::audit(const AuditRecord &record)
{
    return tell("INSERT INTO leeward.audit(seq, at, what, who, subject, origin, detail)"
                " SELECT coalesce(max(seq), 0) + 1, $1, $2, $3, $4, $5, $6 FROM leeward.audit",
                {of(record.at), PgValue::of(record.what), PgValue::of(record.who),
                 PgValue::of(record.subject), PgValue::of(record.from),
                 PgValue::of(record.detail)});
}

Result<std::vector<AuditRecord>> PgAccountStore::auditAfter(qint64 seq, int limit)
{
    TRY_ASSIGN(const PgRows rows, ask("SELECT seq, at, what, who, subject, origin, detail"
                                      " FROM leeward.audit WHERE seq>$1 ORDER BY seq LIMIT $2",
                                      {PgValue::of(seq), PgValue::of(static_cast<qint64>(limit))}));
    return all<AuditRecord>(rows, [](const PgRows &r, int row) {
        return AuditRecord{.seq = r.integer(row, 0),
                           .at = instantAt(r, row, 1),
                           .what = r.text(row, 2),
                           .who = r.text(row, 3),
                           .subject = r.text(row, 4),
                           .from = r.text(row, 5),
                           .detail = r.text(row, 6)};
    });
}

} // namespace leeward::server
