#include "models/store/connection.h"

#include <QDir>
#include <QFileInfo>

#include <sqlite3.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>

#include <utility>

namespace leeward::store {

using namespace Qt::StringLiterals;

namespace {

Errc codeFor(int result)
{
    switch (result & 0xFF) {
    case SQLITE_FULL: return Errc::DiskFull;
    case SQLITE_READONLY:
    case SQLITE_PERM: return Errc::FileUnwritable;
    case SQLITE_CANTOPEN: return Errc::FileUnreadable;
    case SQLITE_NOTADB: return Errc::FileMalformed;
    case SQLITE_CORRUPT: return Errc::Corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return Errc::CacheInUse;
    case SQLITE_IOERR: return Errc::DiskFull;
    case SQLITE_CONSTRAINT: return Errc::AlreadyExists;
    default: return Errc::Internal;
    }
}

} // namespace

Error sqliteError(sqlite3 *db, const QString &doing)
{
    const int result = db ? sqlite3_extended_errcode(db) : SQLITE_CANTOPEN;
    const QString what = db ? QString::fromUtf8(sqlite3_errmsg(db)) : u"no database"_s;
    Errc code = codeFor(result);
    if ((result & 0xFF) == SQLITE_IOERR && result == SQLITE_IOERR_READ)
        code = Errc::FileUnreadable;
    return {code, doing + u": "_s + what};
}

// --- Statement
// ------------------------------------------------------------------------------------------------------

Statement::Statement(Statement &&other) noexcept
    : m_db(other.m_db)
    , m_slot(std::exchange(other.m_slot, nullptr))
{
}

Statement::~Statement()
{
    if (!m_slot)
        return;
    if (m_slot->cached) {
        sqlite3_reset(m_slot->stmt);
        sqlite3_clear_bindings(m_slot->stmt);
        m_slot->inUse = false;
    } else {
        sqlite3_finalize(m_slot->stmt);
        delete m_slot;
    }
}

Statement &Statement::bind(int index, const QString &value)
{
    if (value.isNull()) {
        sqlite3_bind_text(m_slot->stmt, index, "", 0, SQLITE_STATIC);
        return *this;
    }
    const QByteArray utf8 = value.toUtf8();
    sqlite3_bind_text(m_slot->stmt, index, utf8.constData(), static_cast<int>(utf8.size()),
                      SQLITE_TRANSIENT);
    return *this;
}

Statement &Statement::bind(int index, qint64 value)
{
    sqlite3_bind_int64(m_slot->stmt, index, value);
    return *this;
}

Statement &Statement::bind(int index, double value)
{
    sqlite3_bind_double(m_slot->stmt, index, value);
    return *this;
}

Statement &Statement::bind(int index, const QByteArray &value)
{
    sqlite3_bind_blob(m_slot->stmt, index, value.constData(), static_cast<int>(value.size()),
                      SQLITE_TRANSIENT);
    return *this;
}

Statement &Statement::bindNull(int index)
{
    sqlite3_bind_null(m_slot->stmt, index);
    return *this;
}

Statement &Statement::bind(int index, const QVariant &value)
{
    if (value.isNull() && value.typeId() != QMetaType::QString)
        return bindNull(index);
    switch (value.typeId()) {
    case QMetaType::Bool:
    case QMetaType::Int:
    case QMetaType::UInt:
    case QMetaType::LongLong:
    case QMetaType::ULongLong: return bind(index, value.toLongLong());
    case QMetaType::Double:
    case QMetaType::Float: return bind(index, value.toDouble());
    case QMetaType::QByteArray: return bind(index, value.toByteArray());
    default: return bind(index, value.toString());
    }
}

Result<bool> Statement::step()
{
    switch (sqlite3_step(m_slot->stmt)) {
    case SQLITE_ROW: return true;
    case SQLITE_DONE: return false;
    default:
        return std::unexpected(sqliteError(m_db, QString::fromUtf8(sqlite3_sql(m_slot->stmt))));
    }
}

Result<> Statement::run()
{
    TRY(step());
    return {};
}

void Statement::reset()
{
    sqlite3_reset(m_slot->stmt);
}

int Statement::columnCount() const
{
    return sqlite3_column_count(m_slot->stmt);
}

QString Statement::columnName(int column) const
{
    return QString::fromUtf8(sqlite3_column_name(m_slot->stmt, column));
}

bool Statement::isNull(int column) const
{
    return sqlite3_column_type(m_slot->stmt, column) == SQLITE_NULL;
}

QString Statement::text(int column) const
{
    const auto *utf8 = reinterpret_cast<const char *>(sqlite3_column_text(m_slot->stmt, column));
    return QString::fromUtf8(utf8, sqlite3_column_bytes(m_slot->stmt, column));
}

qint64 Statement::integer(int column) const
{
    return sqlite3_column_int64(m_slot->stmt, column);
}
double Statement::real(int column) const
{
    return sqlite3_column_double(m_slot->stmt, column);
}

QByteArray Statement::bytes(int column) const
{
    const auto *data = static_cast<const char *>(sqlite3_column_blob(m_slot->stmt, column));
    return QByteArray(data, sqlite3_column_bytes(m_slot->stmt, column));
}

QVariant Statement::value(int column) const
{
    switch (sqlite3_column_type(m_slot->stmt, column)) {
    case SQLITE_INTEGER: return QVariant(integer(column));
    case SQLITE_FLOAT: return QVariant(real(column));
    case SQLITE_TEXT: return QVariant(text(column));
    case SQLITE_BLOB: return QVariant(bytes(column));
    default: return {};
    }
}

// --- Connection
// -----------------------------------------------------------------------------------------------------

Connection::Connection(std::unique_ptr<SQLite::Database> db, QString path, Mode mode)
    : m_db(std::move(db))
    , m_path(std::move(path))
    , m_mode(mode)
{
}

Connection::Connection(Connection &&) noexcept = default;

Connection &Connection::operator=(Connection &&other) noexcept
{
    if (this != &other) {
        finalizeAll();
        m_db = std::move(other.m_db);
        m_statements = std::move(other.m_statements);
        m_path = std::move(other.m_path);
        m_mode = other.m_mode;
    }
    return *this;
}

Connection::~Connection()
{
    finalizeAll();
}

void Connection::finalizeAll()
{
    for (auto &[sql, slot] : m_statements)
        sqlite3_finalize(slot->stmt);
    m_statements.clear();
}

namespace {

Result<> checkPath(const QString &path, Connection::Mode mode)
{
    using Mode = Connection::Mode;
    const QFileInfo info(path);
    if (info.isDir())
        return fail(Errc::FileUnreadable, path + u": is a folder"_s);
    if (mode == Mode::ReadOnly && !info.exists())
        return fail(Errc::FileMissing, path + u": no such file"_s);
    if (mode == Mode::ReadWrite && !info.exists() && !info.absoluteDir().exists())
        return fail(Errc::FileMissing, info.absolutePath() + u": no such folder"_s);
    if (mode == Mode::ReadWrite && info.exists() && !info.isWritable())
        return fail(Errc::FileUnwritable, path + u": is read-only"_s);
    if (mode == Mode::ReadWrite && !QFileInfo(info.absolutePath()).isWritable())
        return fail(Errc::FileUnwritable, info.absolutePath() + u": the folder is read-only"_s);
    return {};
}

} // namespace

Result<Connection> Connection::open(const QString &path, Mode mode, const char *vfs)
{
    if (!vfs)
        TRY(checkPath(path, mode));
    try {
        const int flags = mode == Mode::ReadOnly ? SQLite::OPEN_READONLY
                                                 : SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE;
        auto db = std::make_unique<SQLite::Database>(
            path.toStdString(), flags | SQLITE_OPEN_NOMUTEX, 5000, vfs ? vfs : "");
        Connection connection(std::move(db), path, mode);
        TRY(connection.configure());
        return connection;
    } catch (const SQLite::Exception &exception) {
        return fail(codeFor(exception.getErrorCode()),
                    path + u": "_s + QString::fromUtf8(exception.what()));
    }
}

Result<Connection> Connection::inMemory()
{
    try {
        auto db = std::make_unique<SQLite::Database>(
            ":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLITE_OPEN_NOMUTEX);
        Connection connection(std::move(db), u":memory:"_s, Mode::ReadWrite);
        TRY(connection.exec("PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY"));
        return connection;
    } catch (const SQLite::Exception &exception) {
        return fail(Errc::Internal, QString::fromUtf8(exception.what()));
    }
}

Result<> Connection::configure()
{
    TRY(exec("PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF; "
             "PRAGMA cell_size_check=ON"));
    if (m_mode == Mode::ReadWrite) {
        TRY(exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"));
    } else {
        TRY(exec("PRAGMA query_only=ON"));
    }
    // The first real read: tells a foreign or broken file from a database.
    return exec("SELECT count(*) FROM sqlite_schema");
}

Result<> Connection::exec(const char *sql)
{
    if (sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        return std::unexpected(sqliteError(handle(), m_path));
    return {};
}

Result<Statement> Connection::prepare(std::string_view sql)
{
    if (const auto found = m_statements.find(sql); found != m_statements.end()) {
        Statement::Slot *slot = found->second.get();
        if (!slot->inUse) {
            slot->inUse = true;
            return Statement(handle(), slot);
        }
    }
    auto slot = std::make_unique<Statement::Slot>();
    if (sqlite3_prepare_v3(handle(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &slot->stmt, nullptr) != SQLITE_OK) {
        return std::unexpected(sqliteError(
            handle(), QString::fromUtf8(sql.data(), static_cast<qsizetype>(sql.size()))));
    }
    slot->inUse = true;
    if (m_statements.contains(sql)) { // the same statement inside its own loop: not cached
        slot->cached = false;
        return Statement(handle(), slot.release());
    }
    Statement::Slot *raw = slot.get();
    m_statements.emplace(std::string(sql), std::move(slot));
    return Statement(handle(), raw);
}

sqlite3 *Connection::handle() const
{
    return m_db ? m_db->getHandle() : nullptr;
}

Result<> Connection::setLookOnly(bool on)
{
    return exec(on ? "PRAGMA query_only=ON" : "PRAGMA query_only=OFF");
}

Result<> Connection::emptyLog()
{
    return exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

int Connection::userVersion()
{
    auto statement = prepare("PRAGMA user_version");
    if (!statement)
        return 0;
    const auto row = statement->step();
    return row && *row ? static_cast<int>(statement->integer(0)) : 0;
}

qint64 Connection::dataVersion()
{
    auto statement = prepare("PRAGMA data_version");
    if (!statement)
        return 0;
    const auto row = statement->step();
    return row && *row ? statement->integer(0) : 0;
}

// --- Transaction
// ----------------------------------------------------------------------------------------------------

Result<Transaction> Transaction::begin(Connection &db)
{
    TRY(db.exec("BEGIN IMMEDIATE"));
    return Transaction(db);
}

Transaction::~Transaction()
{
    if (m_db && !sqlite3_get_autocommit(m_db->handle()))
        (void) m_db->exec("ROLLBACK");
}

Result<> Transaction::commit()
{
    TRY(m_db->exec("COMMIT"));
    m_db = nullptr;
    return {};
}

Result<Savepoint> Savepoint::begin(Connection &db)
{
    TRY_ASSIGN(Statement savepoint, db.prepare("SAVEPOINT part"));
    TRY(savepoint.run());
    return Savepoint(db);
}

Savepoint::~Savepoint()
{
    if (m_db && !sqlite3_get_autocommit(m_db->handle()))
        (void) m_db->exec("ROLLBACK TO part; RELEASE part");
}

Result<> Savepoint::release()
{
    TRY_ASSIGN(Statement release, m_db->prepare("RELEASE part"));
    TRY(release.run());
    m_db = nullptr;
    return {};
}

} // namespace leeward::store
