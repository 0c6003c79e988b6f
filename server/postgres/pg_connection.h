#pragma once

#include "models/domain/result.h"
#include "server/postgres/pg_value.h"

#include <QDeadlineTimer>
#include <QHash>

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <vector>

struct pg_conn;
struct pg_result;

namespace leeward::server {

// Where the database is and how long to wait for it.
struct PgAddress
{
    QString url; // postgresql://… or "host=… dbname=…", as libpq reads it
    // For everything from the first packet to being logged in. libpq counts whole seconds and waits
    // at least two; looking up a name is the resolver's time and not counted.
    std::chrono::milliseconds connectTimeout{5'000};
    // For one round trip. The server is told the same, so that what this side gave up does not go
    // on there, or keep a lock, for longer.
    std::chrono::milliseconds answerTimeout{10'000};
};

// The rows a statement answered, columns in binary form. Rows and columns count from 0.
class PgRows
{
public:
    explicit PgRows(pg_result *result = nullptr)
        : m_result(result)
    {
    }
    [[nodiscard]] int count() const;
    [[nodiscard]] bool isNull(int row, int column) const;
    [[nodiscard]] qint64 integer(int row, int column) const; // int4 and int8
    [[nodiscard]] bool truth(int row, int column) const;
    [[nodiscard]] QString text(int row, int column) const;
    [[nodiscard]] QByteArray bytes(int row, int column) const;
    [[nodiscard]] QUuid uuid(int row, int column) const;

private:
    struct Clear
    {
        void operator()(pg_result *result) const;
    };
    std::unique_ptr<pg_result, Clear> m_result;
};

// A statement and what is bound to it. `sql` must be a literal: it is prepared once a connection
// and known by its address.
struct PgCommand
{
    const char *sql;
    PgValues values;
};

// One connection to PostgreSQL. Never blocks longer than its time-outs, even when the server hangs
// or the network swallows everything. Network: gone, or not to be had now; the connection is of no
// use any more (isOpen() is false) and what was asked may or may not have been done. One thread at
// a time.
class PgConnection
{
public:
    // `application` is what the administrator sees in pg_stat_activity. Unsupported: a server that
    // is too old or keeps text in another encoding.
    [[nodiscard]] static Result<PgConnection> open(const PgAddress &address,
                                                   const QByteArray &application);

    // All commands in one round trip, answered in order. The first that fails ends it: those after
    // it are not run, those before it stay done or are undone by the transaction they were in.
    [[nodiscard]] Result<std::vector<PgRows>> run(std::span<const PgCommand> commands);
    [[nodiscard]] Result<PgRows> run(const char *sql, PgValues values = {});
    // Several statements that answer nothing and take nothing.
    [[nodiscard]] Result<> script(const QByteArray &sql);

    // Payloads of the notifications that have come. Waits until one comes, `wake` becomes readable
    // or `wait` has passed, whichever is first. `wake`: a file descriptor or -1.
    [[nodiscard]] Result<std::vector<QByteArray>> notifications(int wake,
                                                                std::chrono::milliseconds wait);

    [[nodiscard]] bool isOpen() const { return m_connection != nullptr; }
    void close() { m_connection.reset(); }

private:
    struct Finish
    {
        void operator()(pg_conn *connection) const;
    };
    struct Awaited
    {
        const char *prepares = nullptr; // the statement this only prepares
    };
    explicit PgConnection(pg_conn *connection, std::chrono::milliseconds answerTimeout);
    [[nodiscard]] Result<> configure();
    [[nodiscard]] Result<std::vector<Awaited>> send(std::span<const PgCommand> commands);
    [[nodiscard]] bool sendPrepared(const QByteArray &name, const PgCommand &command);
    [[nodiscard]] Result<> flush(const QDeadlineTimer &deadline);
    [[nodiscard]] Result<pg_result *> next(const QDeadlineTimer &deadline);
    [[nodiscard]] std::unexpected<Error> gone(const QString &doing);
    [[nodiscard]] Error errorOf(const pg_result *result);

    std::unique_ptr<pg_conn, Finish> m_connection;
    std::chrono::milliseconds m_answerTimeout;
    QHash<const char *, QByteArray> m_prepared;
    int m_named = 0; // names given so far; none is used twice
};

} // namespace leeward::server
