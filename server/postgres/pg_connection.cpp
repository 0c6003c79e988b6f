#include "server/postgres/pg_connection.h"

#include <QtEndian>

#include <array>
#include <cerrno>
#include <libpq-fe.h>
#include <poll.h>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {

constexpr int oldestServer = 140'000; // PQserverVersion of 14

// Waits until one of two descriptors is ready; false when the time has passed.
bool waitFor(int descriptor, short events, int wake, const QDeadlineTimer &deadline)
{
    std::array<pollfd, 2> items = {pollfd{descriptor, events, 0}, pollfd{wake, POLLIN, 0}};
    while (true) {
        const qint64 left = std::max<qint64>(0, deadline.remainingTime());
        const int ready = poll(items.data(), wake < 0 ? 1 : 2, static_cast<int>(left));
        if (ready > 0)
            return true;
        if (ready == 0 || errno != EINTR)
            return false;
    }
}

// What the server says by its SQLSTATE, as something to branch on.
Errc codeOf(QByteArrayView state)
{
    // Shutting down or starting, a time limit, a deadlock, no resources, a server that became a
    // standby: later, or elsewhere, it would work.
    for (const QByteArrayView start :
         {"08", "57P", "57014", "55P03", "25P03", "25P04", "40", "53", "25006"}) {
        if (state.startsWith(start))
            return state == "53100" ? Errc::DiskFull : Errc::Network;
    }
    if (state.startsWith("58"))
        return Errc::DiskFull; // the server's disk fails it
    if (state.startsWith("XX00") && state != "XX000")
        return Errc::Corrupt;
    if (state.startsWith("23") || state == "P0001") // a constraint, or the append-only triggers
        return Errc::Corrupt;
    if (state == "42501")
        return Errc::FileUnwritable;
    return Errc::Internal;
}

} // namespace

int PgRows::count() const
{
    return PQntuples(m_result.get());
}

bool PgRows::isNull(int row, int column) const
{
    return PQgetisnull(m_result.get(), row, column) != 0;
}

qint64 PgRows::integer(int row, int column) const
{
    const char *at = PQgetvalue(m_result.get(), row, column);
    switch (PQgetlength(m_result.get(), row, column)) {
    case 8: return qFromBigEndian<qint64>(at);
    case 4: return qFromBigEndian<qint32>(at);
    default: return 0;
    }
}

bool PgRows::truth(int row, int column) const
{
    return PQgetlength(m_result.get(), row, column) == 1 &&
           *PQgetvalue(m_result.get(), row, column) != 0;
}

QString PgRows::text(int row, int column) const
{
    return QString::fromUtf8(PQgetvalue(m_result.get(), row, column),
                             PQgetlength(m_result.get(), row, column));
}

QByteArray PgRows::bytes(int row, int column) const
{
    return {PQgetvalue(m_result.get(), row, column), PQgetlength(m_result.get(), row, column)};
}

QUuid PgRows::uuid(int row, int column) const
{
    return QUuid::fromRfc4122(bytes(row, column));
}

void PgRows::Clear::operator()(pg_result *result) const
{
    PQclear(result);
}

void PgConnection::Finish::operator()(pg_conn *connection) const
{
    PQfinish(connection);
}

PgConnection::PgConnection(pg_conn *connection, std::chrono::milliseconds answerTimeout)
    : m_connection(connection)
    , m_answerTimeout(answerTimeout)
{
}

Result<PgConnection> PgConnection::open(const PgAddress &address, const QByteArray &application)
{
    const QByteArray url = address.url.toUtf8();
    const QByteArray connectTimeout =
        QByteArray::number(std::max<qint64>(2, (address.connectTimeout.count() + 999) / 1000));
    const QByteArray userTimeout = QByteArray::number(qint64(address.answerTimeout.count()));
    // What comes before dbname is what the address may say otherwise.
    const std::array<const char *, 9> names = {"connect_timeout",
                                               "tcp_user_timeout",
                                               "keepalives_idle",
                                               "keepalives_interval",
                                               "keepalives_count",
                                               "fallback_application_name",
                                               "dbname",
                                               "client_encoding",
                                               nullptr};
    const std::array<const char *, 9> values = {
        connectTimeout.constData(), userTimeout.constData(), "5",    "2",    "3",
        application.constData(),    url.constData(),         "UTF8", nullptr};
    PgConnection connection(PQconnectdbParams(names.data(), values.data(), 1),
                            address.answerTimeout);
    if (!connection.m_connection)
        return fail(Errc::Internal, u"postgresql: no memory"_s);
    if (PQstatus(connection.m_connection.get()) != CONNECTION_OK)
        return connection.gone(u"connecting"_s);
    TRY(connection.configure());
    return connection;
}

Result<> PgConnection::configure()
{
    pg_conn *raw = m_connection.get();
    PQsetNoticeProcessor(raw, [](void *, const char *) {}, nullptr); // "relation exists, skipping"
    if (PQsetnonblocking(raw, 1) != 0)
        return gone(u"configuring"_s);
    if (PQserverVersion(raw) < oldestServer) {
        return fail(Errc::Unsupported,
                    u"postgresql %1: 14 is the oldest that does"_s.arg(PQserverVersion(raw)));
    }
    const char *encoding = PQparameterStatus(raw, "server_encoding");
    if (qstrcmp(encoding, "UTF8") != 0) {
        return fail(Errc::Unsupported, u"postgresql: the database's encoding is %1, not UTF8"_s.arg(
                                           QString::fromLatin1(encoding)));
    }
    // A transaction whose client has gone without a word must not keep the realm's turn: the server
    // ends it. The time limits are the server's side of what this side waits for. Durable when
    // COMMIT returns, whatever the server's default.
    const auto limit = static_cast<qint64>(m_answerTimeout.count());
    const QString ms = QString::number(limit);
    TRY(run("SELECT set_config('statement_timeout', $1, false), "
            "set_config('lock_timeout', $2, false), "
            "set_config('idle_in_transaction_session_timeout', $1, false), "
            "set_config('tcp_user_timeout', $1, false), "
            "set_config('tcp_keepalives_idle', '5', false), "
            "set_config('tcp_keepalives_interval', '2', false), "
            "set_config('tcp_keepalives_count', '3', false), "
            "set_config('default_transaction_isolation', 'read committed', false), "
            "set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN "
            "'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)",
            {PgValue::of(ms), PgValue::of(QString::number(std::max<qint64>(1, limit * 3 / 4)))}));
    return {};
}

std::unexpected<Error> PgConnection::gone(const QString &doing)
{
    QString why = QString::fromUtf8(PQerrorMessage(m_connection.get())).simplified();
    if (why.isEmpty())
        why = u"no answer in time"_s;
    close();
    return fail(Errc::Network, u"postgresql: %1: %2"_s.arg(doing, why));
}

Error PgConnection::errorOf(const pg_result *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const QString words = u"postgresql: %1 (%2)"_s.arg(
        QString::fromUtf8(PQresultErrorMessage(result)).simplified(), QString::fromLatin1(state));
    // Without a state it is libpq itself that speaks: the connection broke.
    return {state ? codeOf(state) : Errc::Network, words};
}

bool PgConnection::sendPrepared(const QByteArray &name, const PgCommand &command)
{
    std::vector<const char *> values;
    std::vector<int> lengths;
    for (const PgValue &value : command.values) {
        values.push_back(value.bytes.constData());
        lengths.push_back(static_cast<int>(value.bytes.size()));
    }
    const std::vector<int> formats(values.size(), 1);
    return PQsendQueryPrepared(m_connection.get(), name.constData(),
                               static_cast<int>(values.size()), values.data(), lengths.data(),
                               formats.data(), 1) != 0;
}

Result<std::vector<PgConnection::Awaited>> PgConnection::send(std::span<const PgCommand> commands)
{
    pg_conn *raw = m_connection.get();
    std::vector<Awaited> awaited;
    QHash<const char *, QByteArray> now = m_prepared;
    for (const PgCommand &command : commands) {
        QByteArray &name = now[command.sql];
        if (name.isEmpty()) {
            name = "s" + QByteArray::number(++m_named);
            std::vector<Oid> types;
            for (const PgValue &value : command.values)
                types.push_back(value.type);
            if (PQsendPrepare(raw, name.constData(), command.sql, static_cast<int>(types.size()),
                              types.data()) == 0)
                return gone(u"sending"_s);
            awaited.push_back({command.sql});
        }
        if (!sendPrepared(name, command))
            return gone(u"sending"_s);
        awaited.push_back({});
    }
    m_prepared = now; // run() takes out what could not be prepared
    if (PQpipelineSync(raw) == 0)
        return gone(u"sending"_s);
    return awaited;
}

Result<> PgConnection::flush(const QDeadlineTimer &deadline)
{
    pg_conn *raw = m_connection.get();
    while (true) {
        const int rest = PQflush(raw);
        if (rest < 0)
            return gone(u"sending"_s);
        if (rest == 0)
            return {};
        // The server may itself wait for its answers to be read before it reads on.
        if (!waitFor(PQsocket(raw), POLLIN | POLLOUT, -1, deadline))
            return gone(u"sending"_s);
        if (PQconsumeInput(raw) == 0)
            return gone(u"sending"_s);
    }
}

Result<pg_result *> PgConnection::next(const QDeadlineTimer &deadline)
{
    pg_conn *raw = m_connection.get();
    while (PQisBusy(raw) != 0) {
        if (!waitFor(PQsocket(raw), POLLIN, -1, deadline))
            return gone(u"waiting for an answer"_s);
        if (PQconsumeInput(raw) == 0)
            return gone(u"waiting for an answer"_s);
    }
    return PQgetResult(raw);
}

Result<std::vector<PgRows>> PgConnection::run(std::span<const PgCommand> commands)
{
    if (!isOpen())
        return fail(Errc::Network, u"postgresql: the connection is closed"_s);
    pg_conn *raw = m_connection.get();
    // The server's own limits end what takes long a moment earlier and say why.
    const QDeadlineTimer deadline(m_answerTimeout + std::chrono::milliseconds(500));
    if (PQenterPipelineMode(raw) == 0)
        return gone(u"sending"_s);
    TRY_ASSIGN(const std::vector<Awaited> awaited, send(commands));
    TRY(flush(deadline));
    std::vector<PgRows> answers;
    std::optional<Error> error;
    for (const Awaited &one : awaited) {
        TRY_ASSIGN(pg_result * result, next(deadline));
        PgRows rows(result);
        const ExecStatusType status = PQresultStatus(result);
        const bool fine = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
        if (!fine && !error)
            error = errorOf(result);
        if (one.prepares && !fine)
            m_prepared.remove(one.prepares);
        if (!one.prepares)
            answers.push_back(std::move(rows));
        if (error && error->code == Errc::Network) {
            close(); // whatever it is about, a new one is the clean way on
            return std::unexpected(*error);
        }
        TRY_ASSIGN(pg_result * end, next(deadline));
        CHECK(end == nullptr, PQclear(end));
    }
    TRY_ASSIGN(pg_result * sync, next(deadline));
    const PgRows synced(sync);
    if (PQresultStatus(sync) != PGRES_PIPELINE_SYNC || PQexitPipelineMode(raw) == 0)
        return gone(u"finishing"_s);
    if (error)
        return std::unexpected(*error);
    return answers;
}

Result<PgRows> PgConnection::run(const char *sql, PgValues values)
{
    const PgCommand command{sql, std::move(values)};
    TRY_ASSIGN(std::vector<PgRows> answers, run(std::span(&command, 1)));
    return std::move(answers.front());
}

Result<> PgConnection::script(const QByteArray &sql)
{
    if (!isOpen())
        return fail(Errc::Network, u"postgresql: the connection is closed"_s);
    const QDeadlineTimer deadline(m_answerTimeout + std::chrono::milliseconds(500));
    if (PQsendQuery(m_connection.get(), sql.constData()) == 0)
        return gone(u"sending"_s);
    TRY(flush(deadline));
    std::optional<Error> error;
    while (true) {
        TRY_ASSIGN(pg_result * result, next(deadline));
        const PgRows rows(result);
        if (!result)
            break;
        if (PQresultStatus(result) == PGRES_FATAL_ERROR && !error)
            error = errorOf(result);
    }
    if (!error)
        return {};
    if (error->code == Errc::Network)
        close();
    return std::unexpected(*error);
}

Result<std::vector<QByteArray>> PgConnection::notifications(int wake,
                                                            std::chrono::milliseconds wait)
{
    if (!isOpen())
        return fail(Errc::Network, u"postgresql: the connection is closed"_s);
    pg_conn *raw = m_connection.get();
    std::vector<QByteArray> payloads;
    const auto collect = [&] {
        while (PGnotify *notice = PQnotifies(raw)) {
            payloads.emplace_back(notice->extra);
            PQfreemem(notice);
        }
        return !payloads.empty();
    };
    if (collect())
        return payloads; // came along with an answer
    (void) waitFor(PQsocket(raw), POLLIN, wake, QDeadlineTimer(wait));
    if (PQconsumeInput(raw) == 0)
        return gone(u"listening"_s);
    collect();
    return payloads;
}

} // namespace leeward::server
