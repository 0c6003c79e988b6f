#include "server/postgres/pg_journal.h"

#include "server/authority.h"
#include "server/postgres/pg_rows.h"
#include "server/postgres/pg_schema.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QLoggingCategory>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {

Q_LOGGING_CATEGORY(log, "leeward.server.postgres")

constexpr std::chrono::milliseconds pauseAfterFailure{250};
constexpr int putBackAtOnce = 500;
constexpr int attachAttempts = 20; // each lost to another process that put back something

constexpr auto hashAt = "SELECT hash FROM leeward.entry WHERE realm=$1 AND seq=$2";
constexpr auto newestEntry =
    "SELECT seq, hash FROM leeward.entry WHERE realm=$1 ORDER BY seq DESC LIMIT 1";
constexpr auto answersTo = "SELECT operation_id, reason, facts FROM leeward.refused "
                           "WHERE realm=$1 AND operation_id=ANY($2)";
// Two numbers: the first says that it is a realm's turn, for whoever else uses the database.
constexpr auto takeTurn = "SELECT pg_advisory_xact_lock(1197, $1)";

// Whether the journal has `head`, from the answer to hashAt.
bool holds(const PgRows &rows, const store::Head &head)
{
    return head.seq == 0 || (rows.count() == 1 && rows.bytes(0, 0) == head.hash);
}

std::unexpected<Error> otherPast(const store::Head &head)
{
    return fail(Errc::Corrupt,
                u"entry %1 of the copy is not in the PostgreSQL journal: it was restored from a "
                "backup, or is another realm's (docs/postgres.md)"_s.arg(head.seq));
}

} // namespace

PgJournal::PgJournal(PgSettings settings, PgConnection connection)
    : m_settings(std::move(settings))
    , m_connection(std::move(connection))
    , m_token(QUuid::createUuid().toByteArray(QUuid::Id128))
{
}

PgJournal::~PgJournal() = default;

Result<std::unique_ptr<PgJournal>> PgJournal::open(PgSettings settings)
{
    if (settings.realm.isEmpty())
        return fail(Errc::InvalidArgument, u"a realm in PostgreSQL needs a name"_s);
    TRY_ASSIGN(PgConnection connection, PgConnection::open(settings.address, "leeward"));
    TRY(migratePg(connection));
    std::unique_ptr<PgJournal> journal(new PgJournal(std::move(settings), std::move(connection)));
    TRY(journal->findRealm(QUuid::createUuid().toString(QUuid::WithoutBraces)));
    return journal;
}

Result<> PgJournal::findRealm(const QString &epochIfNew)
{
    const QString &name = m_settings.realm;
    constexpr auto find = "SELECT id, epoch, recovery_until FROM leeward.realm WHERE name=$1";
    TRY_ASSIGN(PgRows rows, m_connection.run(find, {PgValue::of(name)}));
    if (rows.count() == 0) {
        TRY(m_connection.run("INSERT INTO leeward.realm(name, epoch) VALUES($1, $2) "
                             "ON CONFLICT DO NOTHING",
                             {PgValue::of(name), PgValue::of(epochIfNew)}));
        TRY_ASSIGN(rows, m_connection.run(find, {PgValue::of(name)}));
    }
    if (rows.count() != 1)
        return fail(Errc::Internal, u"realm %1 can not be made"_s.arg(name));
    m_realm = static_cast<int>(rows.integer(0, 0));
    m_epoch = rows.text(0, 1);
    if (!rows.isNull(0, 2))
        m_recoveryUntil = instantFromMs(rows.integer(0, 2));
    // A channel's name is an identifier and can not be bound: hexadecimal digits need no quoting.
    m_channel =
        "leeward_" +
        QCryptographicHash::hash(name.toUtf8(), QCryptographicHash::Sha256).toHex().left(32);
    return {};
}

Result<> PgJournal::connect()
{
    if (m_connection.isOpen())
        return {};
    if (!m_notBefore.hasExpired())
        return fail(Errc::Network, u"postgresql: not to be had a moment ago"_s);
    const auto attempt = [this]() -> Result<> {
        TRY_ASSIGN(m_connection, PgConnection::open(m_settings.address, "leeward"));
        TRY_ASSIGN(const PgRows rows,
                   m_connection.run("SELECT epoch FROM leeward.realm WHERE id=$1 AND name=$2",
                                    {PgValue::of(m_realm), PgValue::of(m_settings.realm)}));
        if (rows.count() == 1 && rows.text(0, 0) == m_epoch)
            return {};
        m_connection.close();
        return fail(Errc::Corrupt,
                    u"the PostgreSQL journal lives another life than it did: it was restored or "
                    "made anew; start the server again (docs/postgres.md)"_s);
    };
    const auto done = attempt();
    if (!done) {
        m_connection.close();
        m_notBefore.setRemainingTime(pauseAfterFailure);
        qCWarning(log, "%s", qPrintable(done.error().detail));
    }
    return done;
}

Result<std::vector<PgRows>> PgJournal::start(const std::vector<PgCommand> &commands)
{
    const bool mayBeDead = m_connection.isOpen();
    TRY(connect());
    const QDeadlineTimer soon(m_settings.address.answerTimeout / 4);
    auto rows = m_connection.run(commands);
    if (!rows && mayBeDead && !m_connection.isOpen() && !soon.hasExpired()) {
        // Left alone for a while it may have died without anybody noticing. What hangs is not
        // tried again: that would double the wait.
        TRY(connect());
        rows = m_connection.run(commands);
    }
    if (!rows && !m_connection.isOpen())
        m_notBefore.setRemainingTime(pauseAfterFailure);
    return rows;
}

Result<> PgJournal::attach(store::Connection &copy)
{
    // What the copy's last moments miss after a power cut is read anew from the journal, so its
    // commits need not wait for the disk.
    TRY(copy.exec("PRAGMA synchronous=NORMAL"));
    TRY_ASSIGN(const store::Head head, store::journalHead(copy));
    for (int attempt = 0; attempt < attachAttempts; ++attempt) {
        TRY_ASSIGN(const auto rows,
                   start({{newestEntry, {PgValue::of(m_realm)}},
                          {hashAt, {PgValue::of(m_realm), PgValue::of(head.seq)}}}));
        store::Head shared;
        if (rows[0].count() == 1)
            shared = {rows[0].integer(0, 0), rows[0].bytes(0, 1)};
        if (shared.seq >= head.seq) {
            if (!holds(rows[1], head))
                return otherPast(head);
            if (m_recoveryUntil)
                return beginNewLife(copy, m_epoch, *m_recoveryUntil);
            return store::setMetaValue(copy, u"epoch"_s, m_epoch);
        }
        TRY(putBack(copy, shared));
    }
    return fail(Errc::Network, u"postgresql: others append faster than this copy is compared"_s);
}

Result<> PgJournal::putBack(store::Connection &copy, store::Head from)
{
    if (from.seq > 0) {
        TRY_ASSIGN(const auto same, store::entriesAfter(copy, from.seq - 1, 1));
        if (same.empty() || same.front().hash != from.hash)
            return otherPast(from);
    }
    TRY_ASSIGN(const auto entries, store::entriesAfter(copy, from.seq, putBackAtOnce));
    TRY_ASSIGN(const auto others, begin(from, {}));
    if (!others.empty()) { // look again
        abandon();
        return {};
    }
    for (const store::Entry &entry : entries)
        TRY(append(entry));
    qCInfo(log, "realm %s: entries %lld to %lld go into PostgreSQL from this copy",
           qPrintable(m_settings.realm), static_cast<long long>(from.seq + 1),
           static_cast<long long>(from.seq) + static_cast<long long>(entries.size()));
    return commit();
}

Result<std::vector<store::Entry>> PgJournal::begin(const store::Head &head,
                                                   std::span<const OperationId> mayCome)
{
    CHECK(!m_inTurn, abandon());
    std::vector<QUuid> ids;
    for (const OperationId id : mayCome)
        ids.push_back(id.raw());
    // Read committed: each statement sees what is committed when it starts, so the ones after the
    // lock see all that was done under it before.
    const std::vector<PgCommand> commands = {
        {"BEGIN", {}},
        {takeTurn, {PgValue::of(m_realm)}},
        {hashAt, {PgValue::of(m_realm), PgValue::of(head.seq)}},
        {entriesFrom,
         {PgValue::of(m_realm), PgValue::of(head.seq),
          PgValue::of(std::numeric_limits<qint64>::max())}},
        {answersTo, {PgValue::of(m_realm), PgValue::of(std::span<const QUuid>(ids))}},
    };
    m_inTurn = true; // from here abandon() has something to end, even when an answer is an error
    auto rows = start(commands);
    if (!rows) {
        abandon();
        return std::unexpected(rows.error());
    }
    auto entries = readEntries((*rows)[3]);
    if (!holds((*rows)[2], head) || !entries) {
        abandon();
        return entries ? otherPast(head) : std::unexpected(entries.error());
    }
    m_head = entries->empty() ? head : store::Head{entries->back().seq, entries->back().hash};
    m_askedFor = QSet<OperationId>(mayCome.begin(), mayCome.end());
    for (int row = 0; row < (*rows)[4].count(); ++row) {
        const PgRows &answers = (*rows)[4];
        m_answers.insert(OperationId(answers.uuid(row, 0)), readRefusal(answers, row));
    }
    return entries;
}

Result<std::optional<Refusal>> PgJournal::refusedAnswer(OperationId operation)
{
    CHECK(m_inTurn && m_askedFor.contains(operation),
          return fail(Errc::Internal,
                      u"operation %1 was not named to begin()"_s.arg(operation.text())));
    const auto found = m_answers.constFind(operation);
    return found == m_answers.cend() ? std::nullopt : std::optional(*found);
}

Result<> PgJournal::append(const store::Entry &entry)
{
    CHECK(m_inTurn, return fail(Errc::Internal, u"append without begin"_s));
    if (entry.seq != m_head.seq + 1 || entry.previousHash != m_head.hash) {
        return fail(Errc::Corrupt,
                    u"entry %1 does not follow entry %2"_s.arg(entry.seq).arg(m_head.seq));
    }
    m_entries.push_back(entry);
    m_head = {entry.seq, entry.hash};
    return {};
}

Result<> PgJournal::keepRefused(OperationId operation, const Refusal &refusal, Instant at)
{
    CHECK(m_inTurn, return fail(Errc::Internal, u"keepRefused without begin"_s));
    m_refused.push_back({operation, refusal, at});
    return {};
}

Result<> PgJournal::commit()
{
    CHECK(m_inTurn, return fail(Errc::Internal, u"commit without begin"_s));
    std::vector<PgCommand> commands;
    if (!m_entries.empty())
        commands.push_back(insertEntries(m_realm, m_entries));
    if (!m_refused.empty())
        commands.push_back(insertRefused(m_realm, m_refused));
    if (!m_entries.empty()) // once a batch: it costs more than the rows
        commands.push_back({"SELECT pg_notify($1, $2)",
                            {PgValue::of(QString::fromLatin1(m_channel)),
                             PgValue::of(QString::fromLatin1(m_token))}});
    commands.push_back({"COMMIT", {}});
    const auto done = m_connection.run(commands);
    if (!done) {
        if (!m_connection.isOpen())
            m_notBefore.setRemainingTime(pauseAfterFailure);
        abandon();
        return std::unexpected(done.error());
    }
    m_inTurn = false;
    abandon();
    return {};
}

void PgJournal::abandon()
{
    m_entries.clear();
    m_refused.clear();
    m_askedFor.clear();
    m_answers.clear();
    if (!std::exchange(m_inTurn, false) || !m_connection.isOpen())
        return;
    if (!m_connection.run("ROLLBACK"))
        m_connection.close(); // and with it the transaction and its lock
}

Result<std::vector<store::Entry>> PgJournal::entriesAfter(const store::Head &head, int limit)
{
    TRY_ASSIGN(const auto rows, start({{hashAt, {PgValue::of(m_realm), PgValue::of(head.seq)}},
                                       {entriesFrom,
                                        {PgValue::of(m_realm), PgValue::of(head.seq),
                                         PgValue::of(static_cast<qint64>(limit))}}}));
    if (!holds(rows[0], head))
        return otherPast(head);
    return readEntries(rows[1]);
}

void PgJournal::watch(std::function<void()> moved)
{
    m_watcher.reset();
    if (moved)
        m_watcher =
            std::make_unique<PgWatcher>(m_settings.address, m_channel, m_token, std::move(moved));
}

} // namespace leeward::server
