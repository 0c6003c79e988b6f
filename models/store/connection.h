#pragma once

#include "models/domain/result.h"

#include <QByteArray>
#include <QString>
#include <QVariant>

#include <memory>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;
namespace SQLite {
class Database;
}

namespace leeward::store {

// The error of the handle's last call, as an Error: full disk, read-only, busy and corruption keep
// their own codes.
[[nodiscard]] Error sqliteError(sqlite3 *db, const QString &doing);

// A prepared statement borrowed from its connection's cache for the length of one use; resets
// itself when it goes. Parameters are numbered from 1, columns from 0. Same thread as the
// connection.
class Statement
{
public:
    Statement(Statement &&other) noexcept;
    Statement &operator=(Statement &&) = delete;
    ~Statement();

    Statement &bind(int index, const QString &value);
    Statement &bind(int index, qint64 value);
    Statement &bind(int index, int value) { return bind(index, static_cast<qint64>(value)); }
    Statement &bind(int index, double value);
    Statement &bind(int index, const QByteArray &value);
    Statement &bind(int index, const QVariant &value); // null, integers, bool, double, text, bytes
    Statement &bindNull(int index);

    // True: a row is there. False: done.
    [[nodiscard]] Result<bool> step();
    // Runs a statement that answers no rows.
    [[nodiscard]] Result<> run();
    // Makes it ready for the next set of values.
    void reset();

    [[nodiscard]] int columnCount() const;
    [[nodiscard]] QString columnName(int column) const;
    [[nodiscard]] bool isNull(int column) const;
    [[nodiscard]] QString text(int column) const;
    [[nodiscard]] qint64 integer(int column) const;
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] QByteArray bytes(int column) const;
    [[nodiscard]] QVariant value(int column) const;

    [[nodiscard]] sqlite3_stmt *handle() const { return m_slot->stmt; }

private:
    friend class Connection;
    struct Slot
    {
        sqlite3_stmt *stmt = nullptr;
        bool inUse = false;
        bool cached = true;
    };
    Statement(sqlite3 *db, Slot *slot)
        : m_db(db)
        , m_slot(slot)
    {
    }
    sqlite3 *m_db = nullptr;
    Slot *m_slot = nullptr;
};

// One SQLite connection: opened with the pragmas every Leeward file uses, statements prepared once
// and cached. One thread at a time.
class Connection
{
public:
    enum class Mode
    {
        ReadWrite,
        ReadOnly
    };

    // Opens or (ReadWrite) creates. WAL, synchronous=FULL, foreign keys on, busy timeout 5 s. Says
    // FileMalformed for a file that is not a database. `vfs`: the name of a file system registered
    // with SQLite in place of the system's; what is wrong with a path there it says itself.
    [[nodiscard]] static Result<Connection> open(const QString &path, Mode mode,
                                                 const char *vfs = nullptr);
    [[nodiscard]] static Result<Connection> inMemory();

    Connection(Connection &&) noexcept;
    Connection &operator=(Connection &&) noexcept;
    ~Connection();

    // Runs one or more statements that answer no rows. For constants only: no user text is ever
    // spliced.
    [[nodiscard]] Result<> exec(const char *sql);
    [[nodiscard]] Result<Statement> prepare(std::string_view sql);

    [[nodiscard]] sqlite3 *handle() const;
    [[nodiscard]] QString path() const { return m_path; }
    [[nodiscard]] bool isReadOnly() const { return m_mode == Mode::ReadOnly; }
    // From now on every write fails with FileUnwritable, or again does not.
    [[nodiscard]] Result<> setLookOnly(bool on);
    // Moves what is only in the log beside the file into the file, unless somebody reads it there.
    // Closing has little left to do then.
    [[nodiscard]] Result<> emptyLog();
    [[nodiscard]] int userVersion();
    // Changes whenever another connection has committed.
    [[nodiscard]] qint64 dataVersion();

private:
    explicit Connection(std::unique_ptr<SQLite::Database> db, QString path, Mode mode);
    [[nodiscard]] Result<> configure();
    void finalizeAll();

    struct TextHash
    {
        using is_transparent = void;
        size_t operator()(std::string_view text) const
        {
            return std::hash<std::string_view>()(text);
        }
    };
    std::unique_ptr<SQLite::Database> m_db;
    std::unordered_map<std::string, std::unique_ptr<Statement::Slot>, TextHash, std::equal_to<>>
        m_statements;
    QString m_path;
    Mode m_mode = Mode::ReadWrite;
};

// All or nothing. Rolls back when it goes without commit().
class Transaction
{
public:
    // Takes the write lock at once, so that it fails here and not at the first write.
    [[nodiscard]] static Result<Transaction> begin(Connection &db);
    Transaction(Transaction &&other) noexcept
        : m_db(std::exchange(other.m_db, nullptr))
    {
    }
    Transaction &operator=(Transaction &&) = delete;
    ~Transaction();
    // On failure (full disk) the destructor still rolls back.
    [[nodiscard]] Result<> commit();

private:
    explicit Transaction(Connection &db)
        : m_db(&db)
    {
    }
    Connection *m_db;
};

// A part of a transaction that can be taken back alone.
class Savepoint
{
public:
    [[nodiscard]] static Result<Savepoint> begin(Connection &db);
    Savepoint(Savepoint &&other) noexcept
        : m_db(std::exchange(other.m_db, nullptr))
    {
    }
    Savepoint &operator=(Savepoint &&) = delete;
    ~Savepoint();
    [[nodiscard]] Result<> release();

private:
    explicit Savepoint(Connection &db)
        : m_db(&db)
    {
    }
    Connection *m_db;
};

} // namespace leeward::store
