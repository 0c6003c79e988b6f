#include "models/store/entries.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QtEndian>

namespace leeward::store {

using namespace Qt::StringLiterals;

namespace {

constexpr auto entryColumns = "SELECT seq, accepted_at, operation, changeset, previous_hash, hash, "
                              "rules, seal FROM entry ";

Result<Entry> readEntry(const Statement &row)
{
    Entry entry;
    entry.seq = row.integer(0);
    entry.acceptedAt = instantFromMs(row.integer(1));
    entry.operationBytes = row.bytes(2);
    entry.changeset = row.bytes(3);
    entry.previousHash = row.bytes(4);
    entry.hash = row.bytes(5);
    entry.rules = static_cast<int>(row.integer(6));
    entry.seal = row.bytes(7);
    TRY_ASSIGN(entry.operation, operationFrom(entry.operationBytes));
    return entry;
}

Refusal readRefusal(const QString &reason, const QString &facts)
{
    return {refusalFrom(reason).value_or(RefusalReason::BadArguments),
            QJsonDocument::fromJson(facts.toUtf8()).object()};
}

QString factsText(const QJsonObject &facts)
{
    return QString::fromUtf8(QJsonDocument(facts).toJson(QJsonDocument::Compact));
}

Pending::State pendingStateFrom(const QString &name)
{
    if (name == "conflict"_L1)
        return Pending::State::Conflict;
    return name == "refused"_L1 ? Pending::State::Refused : Pending::State::Queued;
}

} // namespace

QByteArray hashOf(const Entry &entry)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    const auto number = [&](qint64 value) {
        const qint64 big = qToBigEndian(value);
        hash.addData(QByteArrayView(reinterpret_cast<const char *>(&big), sizeof big));
    };
    hash.addData(entry.previousHash);
    number(entry.seq);
    number(toMs(entry.acceptedAt));
    number(entry.operationBytes.size());
    number(entry.changeset.size());
    hash.addData(entry.operationBytes);
    hash.addData(entry.changeset);
    return hash.result();
}

Result<Head> journalHead(Connection &db)
{
    TRY_ASSIGN(Statement statement,
               db.prepare("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1"));
    TRY_ASSIGN(const bool there, statement.step());
    if (!there)
        return Head{};
    return Head{statement.integer(0), statement.bytes(1)};
}

Result<> appendEntry(Connection &db, const Entry &entry)
{
    TRY_ASSIGN(const Head head, journalHead(db));
    if (entry.seq != head.seq + 1 || entry.previousHash != head.hash)
        return fail(Errc::Corrupt,
                    u"entry %1 does not follow entry %2"_s.arg(entry.seq).arg(head.seq));
    if (entry.hash != hashOf(entry))
        return fail(Errc::Corrupt, u"entry %1 has a wrong hash"_s.arg(entry.seq));
    TRY_ASSIGN(Statement insert,
               db.prepare("INSERT INTO entry(seq, operation_id, kind, author, desk, occurred_at, "
                          "accepted_at, operation, changeset, previous_hash, hash, rules, seal) "
                          "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)"));
    insert.bind(1, entry.seq)
        .bind(2, entry.operation.id.text())
        .bind(3, entry.operation.kind)
        .bind(4, entry.operation.author)
        .bind(5, entry.operation.desk)
        .bind(6, toMs(entry.operation.occurredAt))
        .bind(7, toMs(entry.acceptedAt))
        .bind(8, entry.operationBytes)
        .bind(9, entry.changeset)
        .bind(10, entry.previousHash)
        .bind(11, entry.hash)
        .bind(12, entry.rules);
    if (!entry.seal.isEmpty())
        insert.bind(13, entry.seal);
    return insert.run();
}

Result<std::vector<Entry>> entriesAfter(Connection &db, qint64 seq, int limit)
{
    TRY_ASSIGN(Statement statement,
               db.prepare(std::string(entryColumns) + "WHERE seq>? ORDER BY seq LIMIT ?"));
    statement.bind(1, seq).bind(2, limit);
    std::vector<Entry> entries;
    while (true) {
        TRY_ASSIGN(const bool there, statement.step());
        if (!there)
            return entries;
        TRY_ASSIGN(Entry entry, readEntry(statement));
        entries.push_back(std::move(entry));
    }
}

namespace {

// Past the trigger that keeps the journal append-only. The caller's transaction.
Result<> removeEntries(Connection &db, std::string_view sql, qint64 seq)
{
    TRY(db.exec("DROP TRIGGER entry_is_final_delete"));
    {
        TRY_ASSIGN(Statement remove, db.prepare(sql));
        remove.bind(1, seq);
        TRY(remove.run());
    }
    return db.exec("CREATE TRIGGER entry_is_final_delete BEFORE DELETE ON entry BEGIN SELECT "
                   "RAISE(ABORT, 'the journal is append-only'); END");
}

} // namespace

Result<> dropEntriesAfter(Connection &db, qint64 seq)
{
    return removeEntries(db, "DELETE FROM entry WHERE seq>?", seq);
}

Result<> dropEntriesUpTo(Connection &db, qint64 seq)
{
    TRY_ASSIGN(const Head head, journalHead(db));
    if (seq >= head.seq)
        return fail(Errc::InvalidArgument,
                    u"the newest entry (%1) stays in the journal"_s.arg(head.seq));
    {
        TRY_ASSIGN(Statement keep, db.prepare("INSERT INTO archived(operation_id, seq) "
                                              "SELECT operation_id, seq FROM entry WHERE seq<=?"));
        keep.bind(1, seq);
        TRY(keep.run());
    }
    return removeEntries(db, "DELETE FROM entry WHERE seq<=?", seq);
}

Result<Head> journalBase(Connection &db)
{
    TRY_ASSIGN(Statement statement,
               db.prepare("SELECT seq, previous_hash FROM entry ORDER BY seq LIMIT 1"));
    TRY_ASSIGN(const bool there, statement.step());
    if (!there)
        return Head{};
    return Head{statement.integer(0) - 1, statement.bytes(1)};
}

Result<qint64> newestBefore(Connection &db, Instant at)
{
    TRY_ASSIGN(const Head head, journalHead(db));
    TRY_ASSIGN(Statement statement,
               db.prepare("SELECT coalesce(min(seq)-1, ?2) FROM entry WHERE accepted_at>=?1"));
    statement.bind(1, toMs(at)).bind(2, head.seq);
    TRY(statement.step());
    return statement.integer(0);
}

Result<qint64> numberOf(Connection &db, OperationId operation)
{
    TRY_ASSIGN(Statement statement,
               db.prepare("SELECT seq FROM entry WHERE operation_id=?1 UNION ALL "
                          "SELECT seq FROM archived WHERE operation_id=?1"));
    statement.bind(1, operation.text());
    TRY_ASSIGN(const bool there, statement.step());
    return there ? statement.integer(0) : 0;
}

Result<std::optional<Entry>> entryOf(Connection &db, OperationId operation)
{
    TRY_ASSIGN(Statement statement, db.prepare(std::string(entryColumns) + "WHERE operation_id=?"));
    statement.bind(1, operation.text());
    TRY_ASSIGN(const bool there, statement.step());
    if (!there)
        return std::nullopt;
    TRY_ASSIGN(Entry entry, readEntry(statement));
    return entry;
}

Result<std::optional<QByteArray>> entryHash(Connection &db, qint64 seq)
{
    if (seq == 0)
        return QByteArray(hashSize, '\0');
    TRY_ASSIGN(Statement statement, db.prepare("SELECT hash FROM entry WHERE seq=?"));
    TRY_ASSIGN(const bool there, statement.bind(1, seq).step());
    if (!there)
        return std::nullopt;
    return statement.bytes(0);
}

Result<std::optional<Refusal>> refusedAnswer(Connection &db, OperationId operation)
{
    TRY_ASSIGN(Statement statement,
               db.prepare("SELECT reason, facts FROM refused WHERE operation_id=?"));
    statement.bind(1, operation.text());
    TRY_ASSIGN(const bool there, statement.step());
    if (!there)
        return std::nullopt;
    return readRefusal(statement.text(0), statement.text(1));
}

Result<> keepRefused(Connection &db, OperationId operation, const Refusal &refusal, Instant at)
{
    TRY_ASSIGN(Statement insert,
               db.prepare("INSERT INTO refused(operation_id, reason, facts, answered_at) "
                          "VALUES(?,?,?,?)"));
    insert.bind(1, operation.text())
        .bind(2, refusalName(refusal.reason))
        .bind(3, factsText(refusal.facts))
        .bind(4, toMs(at));
    return insert.run();
}

Result<std::vector<RefusedAnswer>> refusedAnswersAfter(Connection &db, OperationId after, int limit)
{
    TRY_ASSIGN(Statement statement,
               db.prepare("SELECT operation_id, reason, facts, answered_at FROM refused "
                          "WHERE operation_id>? ORDER BY operation_id LIMIT ?"));
    statement.bind(1, after.isValid() ? after.text() : QString()).bind(2, limit);
    std::vector<RefusedAnswer> answers;
    while (true) {
        TRY_ASSIGN(const bool there, statement.step());
        if (!there)
            return answers;
        answers.push_back({OperationId::fromText(statement.text(0)),
                           readRefusal(statement.text(1), statement.text(2)),
                           instantFromMs(statement.integer(3))});
    }
}

QString pendingStateName(Pending::State state)
{
    switch (state) {
    case Pending::State::Queued: return u"queued"_s;
    case Pending::State::Conflict: return u"conflict"_s;
    case Pending::State::Refused: return u"refused"_s;
    }
    return {};
}

namespace {

constexpr auto pendingColumns =
    "SELECT position, operation, changeset, state, reason, facts, proof, certain FROM pending ";

Result<std::vector<Pending>> readPending(Statement &statement)
{
    std::vector<Pending> all;
    while (true) {
        TRY_ASSIGN(const bool there, statement.step());
        if (!there)
            return all;
        Pending pending;
        pending.position = statement.integer(0);
        TRY_ASSIGN(pending.operation, operationFrom(statement.bytes(1)));
        pending.changeset = statement.bytes(2);
        pending.state = pendingStateFrom(statement.text(3));
        if (!statement.isNull(4))
            pending.refusal = readRefusal(statement.text(4), statement.text(5));
        pending.proof = statement.bytes(6);
        pending.certain = statement.integer(7) != 0;
        all.push_back(std::move(pending));
    }
}

} // namespace

Result<std::vector<Pending>> pendingOperations(Connection &db)
{
    TRY_ASSIGN(Statement statement, db.prepare(std::string(pendingColumns) + "ORDER BY position"));
    return readPending(statement);
}

Result<std::vector<Pending>> queuedOperations(Connection &db, qint64 limit)
{
    TRY_ASSIGN(Statement statement, db.prepare(std::string(pendingColumns) +
                                               "WHERE state='queued' ORDER BY position LIMIT ?"));
    statement.bind(1, limit);
    return readPending(statement);
}

Result<bool> isPending(Connection &db, OperationId operation)
{
    TRY_ASSIGN(Statement statement, db.prepare("SELECT 1 FROM pending WHERE operation_id=?"));
    return statement.bind(1, operation.text()).step();
}

Result<qint64> addPending(Connection &db, const Operation &operation, const QByteArray &changeset,
                          const QByteArray &proof)
{
    TRY_ASSIGN(const qint64 number, numberOf(db, operation.id));
    if (number > 0) {
        return fail(Errc::AlreadyExists,
                    u"operation %1 is entry %2 already"_s.arg(operation.id.text()).arg(number));
    }
    TRY_ASSIGN(Statement insert,
               db.prepare("INSERT INTO pending(operation_id, operation, changeset, state, proof) "
                          "VALUES(?,?,?,'queued',?) RETURNING position"));
    insert.bind(1, operation.id.text()).bind(2, toBytes(operation)).bind(3, changeset);
    if (!proof.isEmpty())
        insert.bind(4, proof);
    TRY(insert.step());
    const qint64 position = insert.integer(0);
    TRY(insert.step());
    return position;
}

Result<> setPending(Connection &db, qint64 position, Pending::State state,
                    const QByteArray &changeset, const std::optional<Refusal> &why)
{
    TRY_ASSIGN(Statement update, db.prepare("UPDATE pending SET state=?, changeset=?, reason=?, "
                                            "facts=?, certain=0 WHERE position=?"));
    update.bind(1, pendingStateName(state)).bind(2, changeset).bind(5, position);
    if (why)
        update.bind(3, refusalName(why->reason)).bind(4, factsText(why->facts));
    return update.run();
}

Result<bool> makeConflictsCertain(Connection &db)
{
    TRY_ASSIGN(Statement update, db.prepare("UPDATE pending SET certain=1 WHERE state='conflict' "
                                            "AND certain=0 RETURNING position"));
    bool any = false;
    while (true) {
        TRY_ASSIGN(const bool there, update.step());
        if (!there)
            return any;
        any = true;
    }
}

Result<> dropPending(Connection &db, OperationId operation)
{
    TRY_ASSIGN(Statement remove, db.prepare("DELETE FROM pending WHERE operation_id=?"));
    remove.bind(1, operation.text());
    return remove.run();
}

Result<QString> metaValue(Connection &db, const QString &key)
{
    TRY_ASSIGN(Statement statement, db.prepare("SELECT value FROM meta WHERE key=?"));
    statement.bind(1, key);
    TRY_ASSIGN(const bool there, statement.step());
    return there ? statement.text(0) : QString();
}

Result<std::vector<std::pair<QString, QString>>> metaValues(Connection &db)
{
    TRY_ASSIGN(Statement statement, db.prepare("SELECT key, value FROM meta ORDER BY key"));
    std::vector<std::pair<QString, QString>> values;
    while (true) {
        TRY_ASSIGN(const bool there, statement.step());
        if (!there)
            return values;
        values.emplace_back(statement.text(0), statement.text(1));
    }
}

Result<> setMetaValue(Connection &db, const QString &key, const QString &value)
{
    TRY_ASSIGN(Statement statement,
               db.prepare("INSERT INTO meta(key, value) VALUES(?,?) "
                          "ON CONFLICT(key) DO UPDATE SET value=excluded.value"));
    statement.bind(1, key).bind(2, value);
    return statement.run();
}

} // namespace leeward::store
