#include "server/accounts/sqlite_account_store.h"

#include <QFile>

namespace leeward::server {

using namespace Qt::StringLiterals;
using store::Connection;
using store::Statement;

namespace {

// "leew": tells a file of accounts from any other database.
constexpr int applicationId = 0x6c656577;

// Each step leads from its place in the list to the next number; a step once released never
// changes.
constexpr const char *steps[] = {
    R"(
CREATE TABLE user(
    id TEXT PRIMARY KEY NOT NULL,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    password BLOB NOT NULL,
    roles TEXT NOT NULL,
    areas TEXT NOT NULL,
    disabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE former_name(
    key TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    user TEXT NOT NULL REFERENCES user(id)
) STRICT;
CREATE TABLE device(
    id TEXT PRIMARY KEY NOT NULL,
    public_key BLOB NOT NULL,
    desk TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    revoked INTEGER NOT NULL
) STRICT;
CREATE TABLE familiar(
    user TEXT NOT NULL REFERENCES user(id),
    device TEXT NOT NULL REFERENCES device(id),
    PRIMARY KEY(user, device)
) STRICT, WITHOUT ROWID;
CREATE TABLE family(
    id TEXT PRIMARY KEY NOT NULL,
    user TEXT NOT NULL REFERENCES user(id),
    device TEXT NOT NULL REFERENCES device(id),
    started_at INTEGER NOT NULL,
    revoked INTEGER NOT NULL
) STRICT;
CREATE INDEX family_user ON family(user);
CREATE INDEX family_device ON family(device);
CREATE TABLE token(
    hash BLOB PRIMARY KEY NOT NULL,
    kind INTEGER NOT NULL,
    family TEXT NOT NULL REFERENCES family(id),
    expires_at INTEGER NOT NULL,
    used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX token_expires ON token(expires_at);
CREATE INDEX token_family ON token(family);
CREATE TABLE strikes(
    key BLOB PRIMARY KEY NOT NULL,
    count INTEGER NOT NULL,
    locked_until INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX strikes_last ON strikes(last_at);
CREATE TABLE fact(
    name TEXT PRIMARY KEY NOT NULL,
    value BLOB NOT NULL
) STRICT;
CREATE TABLE audit(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    what TEXT NOT NULL,
    who TEXT NOT NULL,
    subject TEXT NOT NULL,
    origin TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_is_final_update BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_is_final_delete BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
)",
    // Programs that may look, and the realms that administrators made or retired.
    R"(
CREATE TABLE app_key(
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    sees_people INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked INTEGER NOT NULL
) STRICT;
CREATE TABLE realm(
    name TEXT PRIMARY KEY NOT NULL,
    mark TEXT NOT NULL,
    made_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    retired INTEGER NOT NULL
) STRICT;
)",
    // A refresh whose answer was lost on the way may be asked for once more.
    R"(
ALTER TABLE token ADD COLUMN used_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE token ADD COLUMN heirs BLOB NOT NULL DEFAULT x'';
)",
};
constexpr int newest = static_cast<int>(std::size(steps));

int pragma(Connection &db, std::string_view sql)
{
    auto statement = db.prepare(sql);
    if (!statement)
        return -1;
    const auto row = statement->step();
    return row && *row ? static_cast<int>(statement->integer(0)) : -1;
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

UserRow userOf(const Statement &row)
{
    return {.id = row.text(0),
            .key = row.text(1),
            .name = row.text(2),
            .displayName = row.text(3),
            .password = {row.bytes(4)},
            .roles = rolesFrom(row.text(5)),
            .areas = row.text(6).split(u',', Qt::SkipEmptyParts),
            .disabled = row.integer(7) != 0,
            .createdAt = instantFromMs(row.integer(8))};
}

DeviceRow deviceOf(const Statement &row)
{
    return {.id = row.text(0),
            .publicKey = row.bytes(1),
            .desk = row.text(2),
            .firstSeen = instantFromMs(row.integer(3)),
            .lastSeen = instantFromMs(row.integer(4)),
            .revoked = row.integer(5) != 0};
}

AppKeyRow appKeyOf(const Statement &row)
{
    return {.id = row.text(0),
            .name = row.text(1),
            .hash = row.bytes(2),
            .seesPeople = row.integer(3) != 0,
            .madeBy = row.text(4),
            .createdAt = instantFromMs(row.integer(5)),
            .expiresAt = instantFromMs(row.integer(6)),
            .revoked = row.integer(7) != 0};
}

#define APP_KEY_COLUMNS "id, name, hash, sees_people, made_by, created_at, expires_at, revoked"
#define USER_COLUMNS "id, key, name, display_name, password, roles, areas, disabled, created_at"
#define DEVICE_COLUMNS "id, public_key, desk, first_seen, last_seen, revoked"

} // namespace

Result<std::unique_ptr<SqliteAccountStore>> SqliteAccountStore::open(const QString &path)
{
    if (!QFile::exists(path)) {
        // Made empty with its rights first: there is no moment in which others can open it. SQLite
        // gives its side files the same rights.
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly,
                       QFileDevice::ReadOwner | QFileDevice::WriteOwner))
            return fail(Errc::FileUnwritable, path + u": "_s + file.errorString());
    }
    TRY_ASSIGN(Connection db, Connection::open(path, Connection::Mode::ReadWrite));
    return ready(std::move(db));
}

Result<std::unique_ptr<SqliteAccountStore>> SqliteAccountStore::inMemory()
{
    TRY_ASSIGN(Connection db, Connection::inMemory());
    return ready(std::move(db));
}

Result<std::unique_ptr<SqliteAccountStore>> SqliteAccountStore::ready(Connection db)
{
    const int version = db.userVersion();
    const bool empty = pragma(db, "SELECT count(*) FROM sqlite_schema") == 0;
    if (!empty && pragma(db, "PRAGMA application_id") != applicationId)
        return fail(Errc::FileMalformed, db.path() + u": a database, but not of accounts"_s);
    if (version > newest)
        return fail(
            Errc::SchemaTooNew,
            u"%1 has schema %2, this program knows up to %3"_s.arg(db.path()).arg(version).arg(
                newest));
    if (version < 0 || (version == 0) != empty)
        return fail(Errc::FileMalformed, db.path() + u": schema %1"_s.arg(version));
    if (version < newest) {
        TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(db));
        for (int step = version; step < newest; ++step)
            TRY(db.exec(steps[step]));
        const QByteArray marks = "PRAGMA application_id=" + QByteArray::number(applicationId) +
                                 "; PRAGMA user_version=" + QByteArray::number(newest);
        TRY(db.exec(marks.constData()));
        TRY(transaction.commit());
    }
    return std::unique_ptr<SqliteAccountStore>(new SqliteAccountStore(std::move(db)));
}

Result<> SqliteAccountStore::atomically(const std::function<Result<>()> &work)
{
    TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(m_db));
    TRY(work());
    return transaction.commit();
}

// --- users
// ----------------------------------------------------------------------------------------------------------

Result<std::optional<UserRow>> SqliteAccountStore::oneUser(std::string_view sql,
                                                           const QString &value)
{
    TRY_ASSIGN(Statement statement, m_db.prepare(sql));
    statement.bind(1, value);
    TRY_ASSIGN(const bool there, statement.step());
    return there ? std::optional(userOf(statement)) : std::nullopt;
}

Result<std::optional<UserRow>> SqliteAccountStore::userByKey(const QString &key)
{
    return oneUser("SELECT " USER_COLUMNS " FROM user WHERE key=?", key);
}

Result<std::optional<UserRow>> SqliteAccountStore::userById(const QString &id)
{
    return oneUser("SELECT " USER_COLUMNS " FROM user WHERE id=?", id);
}

Result<std::vector<UserRow>> SqliteAccountStore::users()
{
    TRY_ASSIGN(Statement statement, m_db.prepare("SELECT " USER_COLUMNS " FROM user ORDER BY key"));
    std::vector<UserRow> all;
    while (true) {
        TRY_ASSIGN(const bool there, statement.step());
        if (!there)
            return all;
        all.push_back(userOf(statement));
    }
}

Result<> SqliteAccountStore::putUser(const UserRow &user)
{
    TRY_ASSIGN(Statement statement,
               m_db.prepare("INSERT INTO user(" USER_COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?)"
                            " ON CONFLICT(id) DO UPDATE SET key=excluded.key, name=excluded.name,"
                            " display_name=excluded.display_name, password=excluded.password,"
                            " roles=excluded.roles, areas=excluded.areas,"
                            " disabled=excluded.disabled"));
    statement.bind(1, user.id)
        .bind(2, user.key)
        .bind(3, user.name)
        .bind(4, user.displayName)
        .bind(5, user.password.text)
        .bind(6, joined(user.roles))
        .bind(7, user.areas.join(u','))
        .bind(8, user.disabled ? 1 : 0)
        .bind(9, toMs(user.createdAt));
    return statement.run();
}

Result<> SqliteAccountStore::putFormerName(const QString &key, const QString &name,
                                           const QString &user)
{
    TRY_ASSIGN(Statement statement,
               m_db.prepare("INSERT OR REPLACE INTO former_name(key, name, user) VALUES(?,?,?)"));
    statement.bind(1, key).bind(2, name).bind(3, user);
    return statement.run();
}

Result<> SqliteAccountStore::dropFormerName(const QString &key)
{
    TRY_ASSIGN(Statement statement, m_db.prepare("DELETE FROM former_name WHERE key=?"));
    statement.bind(1, key);
    return statement.run();
}

Result<QString> SqliteAccountStore::formerOwner(const QString &key)
{
    TRY_ASSIGN(Statement statement, m_db.prepare("SELECT user FROM former_name WHERE key=?"));
    statement.bind(1, key);
    TRY_ASSIGN(const bool there, statement.step());
    return there ? statement.text(0) : QString();
}

Result<QStringList> SqliteAccountStore::formerNames(const QString &user)
{
    TRY_ASSIGN(Statement statement,
               m_db.prepare("SELECT name FROM former_name WHERE user=? ORDER BY key"));
    statement.bind(1, user);
    QStringList names;
    while (true) {
        TRY_ASSIGN(const bool there, statement.step());
        if (!there)
            return names;
        names += statement.text(0);
    }
}

// --- devices and tokens
// ---------------------------------------------------------------------------------------------

Result<std::optional<DeviceRow>> SqliteAccountStore::device(const QString &id)
{
    TRY_ASSIGN(Statement statement,
               m_db.prepare("SELECT " DEVICE_COLUMNS " FROM device WHERE id=?"));
    statement.bind(1, id);
    TRY_ASSIGN(const bool there, statement.step());
    return there ? std::optional(deviceOf(statement)) : std::nullopt;
}

Result<std::vector<DeviceRow>> SqliteAccountStore::devices()
{
    TRY_ASSIGN(Statement statement,
               m_db.prepare("SELECT " DEVICE_COLUMNS " FROM device ORDER BY id"));
    std::vector<DeviceRow> all;
    while (true) {
        TRY_ASSIGN(const bool there, statement.step());
        if (!there)
            return all;
        all.push_back(deviceOf(statement));
    }
}

Result<> SqliteAccountStore::putDevice(const DeviceRow &device)
{
    TRY_ASSIGN(Statement statement,
               m_db.prepare("INSERT INTO device(" DEVICE_COLUMNS ") VALUES(?,?,?,?,?,?)"
                            " ON CONFLICT(id) DO UPDATE SET desk=excluded.desk,"
                            " last_seen=excluded.last_seen, revoked=excluded.revoked"));
    statement.bind(1, device.id)
        .bind(2, device.publicKey)
        .bind(3, device.desk)
        .bind(4, toMs(device.firstSeen))
        .bind(5, toMs(device.lastSeen))
        .bind(6, device.revoked ? 1 : 0);
    return statement.run();
}

Result<> SqliteAccountStore::putFamiliar(const QString &user, const QString &device)
{
    TRY_ASSIGN(Statement statement,
               m_db.prepare("INSERT OR IGNORE INTO familiar(user, device) VALUES(?,?)"));
    statement.bind(1, user).bind(2, device);
    return statement.run();
}

Result<bool> SqliteAccountStore::isFamiliar(const QString &user, const QString &device)
{
    TRY_ASSIGN(Statement statement,
               m_db.prepare("SELECT 1 FROM familiar JOIN device ON device.id=familiar.device"
                            " WHERE user=? AND device=? AND NOT revoked"));
    statement.bind(1, user).bind(2, device);
    return statement.step();
}

Result<std::optional<FamilyRow>> SqliteAccountStore::family(const QString &id)
{
    TRY_ASSIGN(Statement statement,
               m_db.prepare("SELECT id, user, device, started_at, revoked FROM family WHERE id=?"));
    statement.bind(1, id);
    TRY_ASSIGN(const bool there, statement.step());
    if (!there)
        return std::nullopt;
    return FamilyRow{.id = statement.text(0),
                     .user = statement.text(1),
                     .device = statement.text(2),
                     .startedAt = instantFromMs(statement.integer(3)),
                     .revoked = statement.integer(4) != 0};
}

Result<> SqliteAccountStore::putFamily(const FamilyRow &family)
{
    TRY_ASSIGN(
        Statement statement,
        m_db.prepare("INSERT INTO family(id, user, device, started_at, revoked) VALUES(?,?,?,?,?)"
                     " ON CONFLICT(id) DO UPDATE SET revoked=excluded.revoked"));
    statement.bind(1, family.id)
        .bind(2, family.user)
        .bind(3, family.device)
        .bind(4, toMs(family.startedAt))
        .bind(5, family.revoked ? 1 : 0);
    return statement.run();
}

Result<> SqliteAccountStore::revokeFamilies(const QString &user, const QString &device)
{
    TRY_ASSIGN(Statement statement,
               m_db.prepare("UPDATE family SET revoked=1 WHERE user=? OR device=?"));
    statement.bind(1, user).bind(2, device);
    return statement.run();
}

Result<std::vector<OpenFamily>> SqliteAccountStore::openFamilies(Instant now)
{
    TRY_ASSIGN(Statement statement,
               m_db.prepare("SELECT id, user, device, started_at, max(expires_at) FROM family"
                            " JOIN token ON token.family=family.id"
                            " WHERE NOT revoked AND kind=1 AND NOT used AND expires_at>?"
                            " GROUP BY id ORDER BY started_at, id"));
    statement.bind(1, toMs(now));
    std::vector<OpenFamily> all;
    while (true) {
        TRY_ASSIGN(const bool there, statement.step());
        if (!there)
            return all;
        all.push_back({.family = {.id = statement.text(0),
                                  .user = statement.text(1),
                                  .device = statement.text(2),
                                  .startedAt = instantFromMs(statement.integer(3))},
                       .until = instantFromMs(statement.integer(4))});
    }
}

Result<std::optional<TokenRow>> SqliteAccountStore::token(const QByteArray &hash)
{
    TRY_ASSIGN(Statement statement,
               m_db.prepare("SELECT hash, kind, family, expires_at, used, used_at, heirs "
                            "FROM token WHERE hash=?"));
    statement.bind(1, hash);
    TRY_ASSIGN(const bool there, statement.step());
    if (!there)
        return std::nullopt;
    return TokenRow{.hash = statement.bytes(0),
                    .kind = statement.integer(1) == 1 ? TokenRow::Kind::Refresh
                                                      : TokenRow::Kind::Access,
                    .family = statement.text(2),
                    .expiresAt = instantFromMs(statement.integer(3)),
                    .used = statement.integer(4) != 0,
                    .usedAt = instantFromMs(statement.integer(5)),
                    .heirs = statement.bytes(6)};
}

Result<> SqliteAccountStore::putToken(const TokenRow &token)
{
    TRY_ASSIGN(
        Statement statement,
        m_db.prepare("INSERT INTO token(hash, kind, family, expires_at, used, used_at, heirs)"
                     " VALUES(?,?,?,?,?,?,?) ON CONFLICT(hash) DO UPDATE SET used=excluded.used,"
                     " expires_at=excluded.expires_at, used_at=excluded.used_at,"
                     " heirs=excluded.heirs"));
    statement.bind(1, token.hash)
        .bind(2, token.kind == TokenRow::Kind::Refresh ? 1 : 0)
        .bind(3, token.family)
        .bind(4, toMs(token.expiresAt))
        .bind(5, token.used ? 1 : 0)
        .bind(6, token.used ? toMs(token.usedAt) : 0)
        .bind(7, token.heirs.isNull() ? QByteArray("") : token.heirs);
    return statement.run();
}

Result<> SqliteAccountStore::dropExpired(Instant at)
{
    {
        TRY_ASSIGN(Statement statement, m_db.prepare("DELETE FROM token WHERE expires_at<?"));
        statement.bind(1, toMs(at));
        TRY(statement.run());
    }
    TRY_ASSIGN(Statement statement,
               m_db.prepare("DELETE FROM family WHERE NOT EXISTS"
                            "(SELECT 1 FROM token WHERE token.family=family.id)"));
    return statement.run();
}

// --- strikes, facts, audit
// ------------------------------------------------------------------------------------------

Result<StrikesRow> SqliteAccountStore::strikes(const QByteArray &key)
{
    TRY_ASSIGN(Statement statement,
               m_db.prepare("SELECT count, locked_until, last_at FROM strikes WHERE key=?"));
    statement.bind(1, key);
    TRY_ASSIGN(const bool there, statement.step());
    StrikesRow row{.key = key};
    if (there) {
        row.count = static_cast<int>(statement.integer(0));
        row.lockedUntil = instantFromMs(statement.integer(1));
        row.lastAt = instantFromMs(statement.integer(2));
    }
    return row;
}

Result<> SqliteAccountStore::putStrikes(const StrikesRow &strikes)
{
    TRY_ASSIGN(Statement statement,
               m_db.prepare("INSERT OR REPLACE INTO strikes(key, count, locked_until, last_at)"
                            " VALUES(?,?,?,?)"));
    statement.bind(1, strikes.key)
        .bind(2, strikes.count)
        .bind(3, toMs(strikes.lockedUntil))
        .bind(4, toMs(strikes.lastAt));
    return statement.run();
}

Result<> SqliteAccountStore::dropStrikesBefore(Instant at)
{
    TRY_ASSIGN(Statement statement, m_db.prepare("DELETE FROM strikes WHERE last_at<?"));
    statement.bind(1, toMs(at));
    return statement.run();
}

Result<QByteArray> SqliteAccountStore::fact(const QString &name)
{
    TRY_ASSIGN(Statement statement, m_db.prepare("SELECT value FROM fact WHERE name=?"));
    statement.bind(1, name);
    TRY_ASSIGN(const bool there, statement.step());
    return there ? statement.bytes(0) : QByteArray();
}

Result<> SqliteAccountStore::setFact(const QString &name, const QByteArray &value)
{
    TRY_ASSIGN(Statement statement,
               m_db.prepare("INSERT OR REPLACE INTO fact(name, value) VALUES(?,?)"));
    statement.bind(1, name).bind(2, value);
    return statement.run();
}

// --- programs and realms
// --------------------------------------------------------------------------------------------

Result<std::optional<AppKeyRow>> SqliteAccountStore::appKey(const QByteArray &hash)
{
    TRY_ASSIGN(Statement statement,
               m_db.prepare("SELECT " APP_KEY_COLUMNS " FROM app_key WHERE hash=?"));
    statement.bind(1, hash);
    TRY_ASSIGN(const bool there, statement.step());
    return there ? std::optional(appKeyOf(statement)) : std::nullopt;
}

Result<std::vector<AppKeyRow>> SqliteAccountStore::appKeys()
{
    TRY_ASSIGN(Statement statement,
               m_db.prepare("SELECT " APP_KEY_COLUMNS " FROM app_key ORDER BY created_at, id"));
    std::vector<AppKeyRow> all;
    while (true) {
        TRY_ASSIGN(const bool there, statement.step());
        if (!there)
            return all;
        all.push_back(appKeyOf(statement));
    }
}

Result<> SqliteAccountStore::putAppKey(const AppKeyRow &key)
{
    TRY_ASSIGN(Statement statement,
               m_db.prepare("INSERT INTO app_key(" APP_KEY_COLUMNS ") VALUES(?,?,?,?,?,?,?,?)"
                            " ON CONFLICT(id) DO UPDATE SET revoked=excluded.revoked"));
    statement.bind(1, key.id)
        .bind(2, key.name)
        .bind(3, key.hash)
        .bind(4, key.seesPeople ? 1 : 0)
        .bind(5, key.madeBy)
        .bind(6, toMs(key.createdAt))
        .bind(7, toMs(key.expiresAt))
        .bind(8, key.revoked ? 1 : 0);
    return statement.run();
}

Result<std::vector<RealmRow>> SqliteAccountStore::realms()
{
    TRY_ASSIGN(Statement statement, m_db.prepare("SELECT name, mark, made_by, created_at, retired"
                                                 " FROM realm ORDER BY name"));
    std::vector<RealmRow> all;
    while (true) {
        TRY_ASSIGN(const bool there, statement.step());
        if (!there)
            return all;
        all.push_back({.name = statement.text(0),
                       .mark = statement.text(1),
                       .madeBy = statement.text(2),
                       .createdAt = instantFromMs(statement.integer(3)),
                       .retired = statement.integer(4) != 0});
    }
}

Result<> SqliteAccountStore::putRealm(const RealmRow &realm)
{
    TRY_ASSIGN(
        Statement statement,
        m_db.prepare("INSERT INTO realm(name, mark, made_by, created_at, retired) VALUES(?,?,?,?,?)"
                     " ON CONFLICT(name) DO UPDATE SET retired=excluded.retired"));
    statement.bind(1, realm.name)
        .bind(2, realm.mark)
        .bind(3, realm.madeBy)
        .bind(4, toMs(realm.createdAt))
        .bind(5, realm.retired ? 1 : 0);
    return statement.run();
}

Result<> SqliteAccountStore::audit(const AuditRecord &record)
{
    TRY_ASSIGN(
        Statement statement,
        m_db.prepare(
            "INSERT INTO audit(at, what, who, subject, origin, detail) VALUES(?,?,?,?,?,?)"));
    statement.bind(1, toMs(record.at))
        .bind(2, record.what)
        .bind(3, record.who)
        .bind(4, record.subject)
        .bind(5, record.from)
        .bind(6, record.detail);
    return statement.run();
}

Result<std::vector<AuditRecord>> SqliteAccountStore::auditAfter(qint64 seq, int limit)
{
    TRY_ASSIGN(Statement statement,
               m_db.prepare("SELECT seq, at, what, who, subject, origin, detail FROM audit"
                            " WHERE seq>? ORDER BY seq LIMIT ?"));
    statement.bind(1, seq).bind(2, limit);
    std::vector<AuditRecord> records;
    while (true) {
        TRY_ASSIGN(const bool there, statement.step());
        if (!there)
            return records;
        records.push_back({.seq = statement.integer(0),
                           .at = instantFromMs(statement.integer(1)),
                           .what = statement.text(2),
                           .who = statement.text(3),
                           .subject = statement.text(4),
                           .from = statement.text(5),
                           .detail = statement.text(6)});
    }
}

} // namespace leeward::server
